// SPDX-License-Identifier: BSD-2-Clause
/* 1. Through the answer and authority sections once: records of the chain are copied, the rest
 *    is noted.
 * 2. Through them again for each record of the chain: its signatures are tried, the best
 *    counts. */
#include "scan/denial_proof.h"

#include <string.h>

#include "base/hash.h"
#include "dns/code.h"

static const uint8_t *keep(struct denial_proof *proof, const uint8_t *data, size_t len)
{
    if (sizeof proof->bytes - proof->used < len)
        return NULL;
    uint8_t *at = proof->bytes + proof->used;
    memcpy(at, data, len);
    proof->used += len;
    return at;
}

static uint32_t read_u32(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

/* --- first pass --- */

static bool has_record(const struct denial_proof *proof, const struct denial_record *record)
{
    for (size_t i = 0; i < proof->count; i++) {
        const struct denial_record *known = &proof->records[i];
        if (known->rdata_len == record->rdata_len &&
            memcmp(known->rdata, record->rdata, record->rdata_len) == 0 &&
            name_equal(known->owner.wire, record->owner.wire))
            return true;
    }
    return false;
}

static bool is_well_formed(uint16_t type, const uint8_t *rdata, size_t len)
{
    struct nsec_view nsec;
    struct nsec3_view nsec3;
    return type == TYPE_NSEC ? nsec_read(&nsec, rdata, len) == 0
                             : nsec3_read(&nsec3, rdata, len) == 0;
}

static void add_record(struct denial_proof *proof, const struct reply *reply,
                       const struct reply_record *in, const struct name *owner)
{
    struct denial_record record = {.owner = *owner,
                                   .ttl = in->ttl,
                                   .rdata = reply->data + in->rdata_offset,
                                   .rdata_len = in->rdata_len,
                                   .section = in->section};
    if (has_record(proof, &record))
        return;
    if (proof->count == DENIAL_PROOF_RECORDS ||
        !is_well_formed(in->type, record.rdata, record.rdata_len)) {
        proof->left_out++;
        return;
    }
    record.rdata = keep(proof, record.rdata, record.rdata_len);
    if (record.rdata)
        proof->records[proof->count++] = record;
    else
        proof->left_out++;
}

/* SOA rdata: two names, then five numbers of four octets, the first being the serial. */
static void note_soa(struct denial_proof *proof, const struct reply *reply,
                     const struct reply_record *record)
{
    struct name name;
    size_t at = record->rdata_offset, end = at + record->rdata_len;
    if (reply_read_name(reply, at, &name, &at) != 0 || reply_read_name(reply, at, &name, &at) != 0)
        return;
    if (at + 20 > end)
        return;
    proof->serial = read_u32(reply->data + at);
    proof->has_serial = true;
}

static void note_cut(struct denial_proof *proof, const struct reply_record *record,
                     const struct name *owner)
{
    proof->has_cut = true;
    proof->cut = *owner;
    proof->is_cut_signed |= record->type == TYPE_DS;
}

/* What stands in the zone, or in the way. */
static void note_record(struct denial_proof *proof, const struct reply *reply,
                        const struct reply_record *record, const struct name *owner,
                        const uint8_t *zone)
{
    bool is_apex = name_equal(owner->wire, zone), is_answer = record->section == 1;
    if (record->type == TYPE_SOA && is_apex)
        note_soa(proof, reply, record);
    if (is_answer && record->type != TYPE_RRSIG)
        proof->has_data = true;
    if (is_answer && record->type == TYPE_DNAME) {
        proof->has_dname = true;
        proof->dname = *owner;
    }
    if (!is_answer && !is_apex && (record->type == TYPE_NS || record->type == TYPE_DS))
        note_cut(proof, record, owner);
}

static void read_records(struct denial_proof *proof, const struct reply *reply, uint16_t type,
                         const uint8_t *zone)
{
    struct reply_iter iter;
    struct reply_record record;
    int more = reply_iter_init(&iter, reply);
    while (more == 0 && (more = reply_next(&iter, &record)) == 1) {
        struct name owner;
        more = 0;
        if (record.section > 2 || record.class != CLASS_IN)
            continue;
        if (reply_read_name(reply, record.owner_offset, &owner, NULL) != 0) {
            proof->is_damaged = true;
            return;
        }
        name_lower(owner.wire);
        if (!name_is_under(owner.wire, zone))
            proof->left_out += record.type == type;
        else if (record.type == type)
            add_record(proof, reply, &record, &owner);
        else
            note_record(proof, reply, &record, &owner, zone);
    }
    proof->is_damaged |= more < 0;
}

/* --- second pass: signatures --- */

static uint64_t hash_signed(const struct denial_checker *checker,
                            const struct denial_record *record, const uint8_t *rrsig, size_t len)
{
    uint64_t hash = hash64(record->owner.wire, record->owner.len, checker->seed);
    hash = hash64(record->rdata, record->rdata_len, hash);
    return hash64(rrsig, len, hash);
}

static bool is_verified(struct denial_checker *checker, const struct denial_record *record,
                        uint16_t type, const uint8_t *rrsig, size_t len)
{
    uint64_t hash = hash_signed(checker, record, rrsig, len);
    uint64_t *slot = &checker->good[hash % DENIAL_CHECKER_SLOTS];
    if (*slot == hash)
        return true;
    const struct rdata_view item = {.data = record->rdata, .len = record->rdata_len};
    const struct rrset_view set = {
        .owner = record->owner.wire, .type = type, .items = &item, .count = 1};
    checker->checked++;
    if (signature_check(&set, rrsig, len, checker->keys, checker->now_s) != SIGNATURE_GOOD)
        return false;
    *slot = hash;
    return true;
}

static enum denial_signed judge_signature(struct denial_checker *checker,
                                          const struct denial_record *record, uint16_t type,
                                          const struct rrsig_view *view, const uint8_t *rrsig,
                                          size_t len)
{
    if (!name_equal(view->signer, checker->zone))
        return DENIAL_SIGNED_BY_OTHERS;
    if (rrsig_is_expanded(view, record->owner.wire))
        return DENIAL_SIGNED_EXPANDED;
    if (!checker->keys)
        return DENIAL_SIGNED_UNCHECKED;
    return is_verified(checker, record, type, rrsig, len) ? DENIAL_SIGNED_GOOD
                                                          : DENIAL_SIGNED_BOGUS;
}

/* The rdata of a signature of RECORD, or NULL. */
static const uint8_t *signature_of(const struct reply *reply, const struct reply_record *in,
                                   const struct denial_record *record, uint16_t type,
                                   struct rrsig_view *view)
{
    const uint8_t *rdata = reply->data + in->rdata_offset;
    if (in->type != TYPE_RRSIG || in->section > 2 || in->class != CLASS_IN ||
        rrsig_read(view, rdata, in->rdata_len) != 0 || view->type != type ||
        !reply_name_is(reply, in->owner_offset, record->owner.wire))
        return NULL;
    return rdata;
}

static void find_signature(struct denial_proof *proof, struct denial_record *record,
                           const struct reply *reply, uint16_t type, struct denial_checker *checker)
{
    struct reply_iter iter;
    struct reply_record in, best = {0};
    unsigned tried = 0;
    int more = reply_iter_init(&iter, reply);
    while (more == 0 && reply_next(&iter, &in) == 1) {
        struct rrsig_view view;
        const uint8_t *rdata = signature_of(reply, &in, record, type, &view);
        if (!rdata)
            continue;
        if (tried++ == DENIAL_PROOF_SIGNATURES)
            break;
        enum denial_signed is = judge_signature(checker, record, type, &view, rdata, in.rdata_len);
        if (is <= record->signature)
            continue;
        record->signature = is;
        best = in;
        if (is == DENIAL_SIGNED_GOOD)
            break;
    }
    if (record->signature == DENIAL_SIGNED_NOT)
        return;
    record->rrsig = keep(proof, reply->data + best.rdata_offset, best.rdata_len);
    record->rrsig_len = record->rrsig ? best.rdata_len : 0;
    record->rrsig_ttl = best.ttl;
}

void denial_proof_read(struct denial_proof *out, const struct reply *reply, uint16_t type,
                       struct denial_checker *checker)
{
    memset(out, 0, offsetof(struct denial_proof, bytes));
    out->used = 0;
    out->rcode = reply->rcode;
    read_records(out, reply, type, checker->zone);
    for (size_t i = 0; i < out->count; i++)
        find_signature(out, &out->records[i], reply, type, checker);
}
