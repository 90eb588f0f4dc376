// SPDX-License-Identifier: BSD-2-Clause
/* From a checked reply to one answer_kind and the records that count.
 *
 *   1. TC: nothing is used. Error rcodes: the kind is the rcode.
 *   2. Nothing in the answer section: NXDOMAIN or NODATA. This is what nearly
 *      every reply of a scan is, so NXDOMAIN costs a few compares and no walk. NOERROR
 *      says nothing about the name in two cases: without AA, with NS and no SOA in the
 *      authority section (RFC 2308 section 2.2), it is a referral from a server that
 *      does not recurse, and STRANGE; and with upper rcode bits in an OPT record it is
 *      BADVERS, which is FORMERR here (about EDNS, too), or STRANGE.
 *   3. The answer section is read once into a table, to its end, so that damage
 *      anywhere in it is seen; the first TABLE_MAX records are kept.
 *   4. The walk: at each name of the chain take DNAMEs above it, then records of
 *      the type asked (they end it), else the first CNAME, and go to its target.
 *      Every record is used at most once, which also ends loops.
 *
 * The cost for a hostile message: one pass over it, then at most CHAIN_MAX + 1
 * passes over TABLE_MAX records, each an owner compare that mostly ends at its
 * first octet. */
#include "verdict/classify.h"

#include <string.h>

#define TABLE_MAX     256 /* records looked at; a 1,232-octet reply holds at most 110 */
#define DNAME_MAX     8   /* DNAMEs looked at: each costs a read of its owner at every link */
#define BADVERS_UPPER 1   /* of rcode 16 (RFC 6891 section 9) */

/* One reply's walk. */
struct walk {
    const struct reply *reply;
    struct answer *out;
    uint16_t type;        /* asked */
    struct name current;  /* the chain's present name */
    unsigned chain_count; /* CNAMEs followed */
    unsigned count;       /* records in table */
    unsigned dname_count;
    uint8_t dnames[DNAME_MAX]; /* their places in table */
    bool is_used[TABLE_MAX];
    struct reply_record table[TABLE_MAX];
};

static bool is_same_data(const struct reply *reply, const struct reply_record *a,
                         const struct reply_record *b)
{
    return a->type == b->type && a->rdata_len == b->rdata_len &&
           memcmp(reply->data + a->rdata_offset, reply->data + b->rdata_offset, a->rdata_len) == 0;
}

static void keep(struct walk *walk, unsigned index)
{
    struct answer *out = walk->out;

    walk->is_used[index] = true;
    if (out->record_count < CLASSIFY_RECORDS_MAX)
        out->records[out->record_count++] = walk->table[index];
}

/* Step 3. 0 or ERR_TRUNC. */
static int read_table(struct walk *walk)
{
    struct reply_iter iter;
    struct reply_record record;
    int err = reply_iter_init(&iter, walk->reply);

    for (unsigned left = walk->reply->answer_count; left && !err; left--) {
        int got = reply_next(&iter, &record);
        if (got != 1 || record.section != 1)
            return ERR_TRUNC;
        if (record.class != CLASS_IN || walk->count == TABLE_MAX)
            continue;
        if (record.type == TYPE_DNAME && walk->dname_count < DNAME_MAX)
            walk->dnames[walk->dname_count++] = (uint8_t)walk->count;
        walk->is_used[walk->count] = false;
        walk->table[walk->count++] = record;
    }
    return err;
}

/* Keeps DNAMEs whose owner is a proper ancestor of the present name (RFC 6672
 * section 2.3). 1 when there is one, used before or not. */
static int take_dnames(struct walk *walk)
{
    int found = 0;

    for (unsigned i = 0; i < walk->dname_count; i++) {
        unsigned index = walk->dnames[i];
        struct name owner;
        int err = reply_read_name(walk->reply, walk->table[index].owner_offset, &owner, NULL);
        if (err)
            return err;
        if (owner.len >= walk->current.len || !name_is_under(walk->current.wire, owner.wire))
            continue;
        found = 1;
        if (!walk->is_used[index])
            keep(walk, index);
    }
    return found;
}

/* Keeps the present name's records of the type asked; repeated ones once. *CNAME
 * gets the place of its first CNAME, or the table's count. */
static bool take_data(struct walk *walk, unsigned *cname)
{
    struct answer *out = walk->out;
    unsigned first = out->record_count;
    bool found = false;

    *cname = walk->count;
    for (unsigned i = 0; i < walk->count; i++) {
        const struct reply_record *record = &walk->table[i];
        bool is_asked = record->type == walk->type;
        bool is_cname = record->type == TYPE_CNAME && *cname == walk->count;
        if ((!is_asked && !is_cname) ||
            !reply_name_is(walk->reply, record->owner_offset, walk->current.wire))
            continue;
        if (!is_asked) {
            *cname = i;
            continue;
        }
        found = true;
        unsigned j = first;
        while (j < out->record_count && !is_same_data(walk->reply, &out->records[j], record))
            j++;
        if (j == out->record_count)
            keep(walk, i);
    }
    return found;
}

/* Moves to the target of the CNAME at INDEX. 0 or ERR_TRUNC. */
static int follow(struct walk *walk, unsigned index)
{
    const struct reply_record *record = &walk->table[index];
    size_t end = 0;
    int err = reply_read_name(walk->reply, record->rdata_offset, &walk->current, &end);

    if (!err && end != (size_t)record->rdata_offset + record->rdata_len)
        err = ERR_TRUNC;
    return err;
}

/* Step 4. 1 when something applies to the name asked, 0 when not, ERR_TRUNC.
 * *HAS_CHAIN: by a CNAME or DNAME. */
static int walk_chain(struct walk *walk, bool *has_chain)
{
    struct answer *out = walk->out;

    for (;;) {
        unsigned cname = 0;
        int dnames = walk->dname_count ? take_dnames(walk) : 0;
        if (dnames < 0)
            return dnames;
        *has_chain = *has_chain || dnames;
        if (take_data(walk, &cname)) {
            out->has_type = true;
            *has_chain = *has_chain || walk->type == TYPE_CNAME;
            return 1;
        }
        if (cname == walk->count || walk->is_used[cname] || walk->chain_count == CLASSIFY_CHAIN_MAX)
            return *has_chain;
        *has_chain = true;
        walk->chain_count++;
        keep(walk, cname);
        int err = follow(walk, cname);
        if (err)
            return err;
    }
}

/* NODATA, unless it is a referral or an OPT record has the rcode's upper bits (RFC 6891
 * section 6.1.3): BADVERS, which is about EDNS, has 0 in the header. */
static enum answer_kind nodata_or_other(const struct reply *reply)
{
    struct reply_iter iter;
    struct reply_record record;
    bool has_ns = false, has_soa = false;
    unsigned left = (unsigned)reply->answer_count + reply->authority_count;

    if (reply->additional_count == 0 && (reply->aa || reply->authority_count == 0))
        return ANSWER_NODATA;
    if (reply_iter_init(&iter, reply) != 0)
        return ANSWER_DAMAGED;
    for (; reply_next(&iter, &record) == 1; left -= left > 0) {
        if (record.section == 2) {
            has_ns = has_ns || record.type == TYPE_NS;
            has_soa = has_soa || record.type == TYPE_SOA;
        } else if (record.section == 3 && record.type == TYPE_OPT && record.ttl >> 24) {
            return record.ttl >> 24 == BADVERS_UPPER ? ANSWER_FORMERR : ANSWER_STRANGE;
        }
    }
    if (left > 0) /* what is damaged behind the authority section, nobody needs */
        return ANSWER_DAMAGED;
    return has_ns && !has_soa && !reply->aa ? ANSWER_STRANGE : ANSWER_NODATA;
}

static void classify_records(const struct reply *reply, const struct question *question,
                             struct answer *out)
{
    struct walk walk; /* not cleared: only what is in use is ever read */
    bool has_chain = false;

    walk.reply = reply;
    walk.out = out;
    walk.type = question_type(question);
    walk.chain_count = walk.count = walk.dname_count = 0;
    walk.current.len = (uint8_t)(question->len - 4);
    memcpy(walk.current.wire, question->wire, walk.current.len);

    int found = read_table(&walk);
    if (found == 0)
        found = walk_chain(&walk, &has_chain);
    if (found < 0)
        out->kind = ANSWER_DAMAGED;
    else if (reply->rcode == RCODE_NXDOMAIN)
        out->kind = has_chain ? ANSWER_DATA : ANSWER_NXDOMAIN;
    else
        out->kind = found ? ANSWER_DATA : nodata_or_other(reply);

    if (out->kind != ANSWER_DATA) {
        out->record_count = 0;
        out->has_type = false;
        return;
    }
    /* With data of the type at its end the chain does not dangle, whatever the rcode. */
    out->is_dangling =
        reply->rcode == RCODE_NXDOMAIN && (!out->has_type || walk.type == TYPE_CNAME);
}

void classify(const struct reply *reply, const struct question *question, struct answer *out)
{
    out->rcode = reply->rcode;
    out->is_dangling = false;
    out->has_type = false;
    out->record_count = 0;

    if (reply->tc) {
        out->kind = ANSWER_TRUNCATED;
        return;
    }
    switch (reply->rcode) {
    case RCODE_NXDOMAIN:
        out->kind = ANSWER_NXDOMAIN;
        if (reply->answer_count)
            classify_records(reply, question, out);
        break;
    case RCODE_NOERROR:
        if (reply->answer_count)
            classify_records(reply, question, out);
        else
            out->kind = nodata_or_other(reply);
        break;
    case RCODE_SERVFAIL:
        out->kind = ANSWER_SERVFAIL;
        break;
    case RCODE_REFUSED:
        out->kind = ANSWER_REFUSED;
        break;
    case RCODE_FORMERR:
        out->kind = ANSWER_FORMERR;
        break;
    case RCODE_NOTIMP:
        out->kind = ANSWER_NOTIMP;
        break;
    default:
        out->kind = ANSWER_STRANGE;
        break;
    }
}

void classify_drop_translated(const struct reply *reply, struct answer *answer)
{
    static const uint8_t prefix[12] = {0x00, 0x64, 0xff, 0x9b};
    uint16_t kept = 0;
    if (answer->kind != ANSWER_DATA)
        return;
    for (uint16_t i = 0; i < answer->record_count; i++) {
        const struct reply_record *record = &answer->records[i];
        bool is_translated = record->type == TYPE_AAAA && record->rdata_len == 16 &&
                             memcmp(reply->data + record->rdata_offset, prefix, sizeof prefix) == 0;
        if (!is_translated)
            answer->records[kept++] = *record;
    }
    if (kept == answer->record_count)
        return;
    answer->record_count = kept;
    answer->has_type = kept > 0 && answer->records[kept - 1].type == TYPE_AAAA;
    if (kept == 0)
        answer->kind = ANSWER_NODATA;
}
