// SPDX-License-Identifier: BSD-2-Clause
/* What of a reply is compared with a wildcard: hashes of (kind, rdata).
 *
 *   CNAME first: its target alone. What lies behind it is another name's, rotates
 *     on its own and may be in another zone.
 *   A target that repeats what was asked is compared without that, so that a wildcard
 *     which writes the query into its target gives one datum, not one for each name:
 *     - one that begins with the labels asked ("x.cdn.test" for "x.zone.test"), without
 *       them: the wildcard may stand for several;
 *     - one that has the first label in the midst of its text ("pre-x-zone.cdn.test"), with
 *       a mark instead. A probe's label is random and is never there by chance; that of
 *       a word may be ("a"), so every place counts, and the target as it is as well.
 *   DNAME first: its own target, since the CNAME made from it differs for every
 *     name below (RFC 6672).
 *   Else every record of the type.
 *
 * Beside them what tells a wildcard's records from others with the same data: the TTL, and
 * in replies to queries with DO how many labels the signature counts. */
#include <string.h>

#include "base/hash.h"
#include "dns/rdata.h"
#include "verdict/wildcard.h"

#define EXPANDED_MAX 4096 /* longer data are hashed as they came */
#define MARKS_MAX    4    /* places in a target where the label asked may be meant */
#define RRSIG_LEN    19   /* the fixed part; the signer's name and signature follow */

/* Kinds beside the types, which are 16 bits wide. */
enum { KIND_EMBEDDING = 1 << 16, KIND_MARKED = 1 << 17 };

uint64_t wildcard_hash(uint16_t type, const uint8_t *rdata, size_t len)
{
    return hash64(rdata, len, type);
}

static void put(struct wildcard_data *data, uint64_t hash)
{
    for (unsigned i = 0; i < data->count; i++)
        if (data->hashes[i] == hash)
            return;
    if (data->count < WILDCARD_DATA_MAX)
        data->hashes[data->count++] = hash;
}

/* TARGET (lower case) without the labels at its front that are also at that of ASKED. */
static const uint8_t *skip_embedded(const uint8_t *target, const uint8_t *asked)
{
    while (*asked && *asked == *target && memcmp(asked + 1, target + 1, *asked) == 0) {
        asked += *asked + 1;
        target += *target + 1;
    }
    return target;
}

/* TARGET with a mark at each place where the first label of ASKED stands. The length octets
 * of its labels are left out: they change with what stands there. */
static void put_marked(struct wildcard_data *data, const uint8_t *target, const uint8_t *asked)
{
    uint8_t text[NAME_WIRE_MAX], marked[NAME_WIRE_MAX];
    size_t label_len = asked[0], text_len = 0;
    unsigned marks = 0;

    for (const uint8_t *label = target; *label && text_len + *label + 1 < sizeof text;
         label += *label + 1) {
        memcpy(text + text_len, label + 1, *label);
        text_len += *label;
        text[text_len++] = 0;
    }
    for (size_t at = 0; label_len && at + label_len <= text_len && marks < MARKS_MAX; at++) {
        if (memcmp(text + at, asked + 1, label_len) != 0)
            continue;
        memcpy(marked, text, at);
        marked[at] = 1;
        memcpy(marked + at + 1, text + at + label_len, text_len - at - label_len);
        put(data, hash64(marked, text_len - label_len + 1, KIND_MARKED));
        marks++;
    }
}

static void put_target(struct wildcard_data *data, const struct reply *reply, const uint8_t *target,
                       size_t len)
{
    struct name asked;

    if (reply->question_count == 1 && reply_read_name(reply, DNS_HEADER_LEN, &asked, NULL) == 0) {
        name_lower(asked.wire); /* as we sent it, and letter case may be a part of its id */
        const uint8_t *rest = skip_embedded(target, asked.wire);
        if (rest != target)
            put(data, hash64(rest, name_len(rest), KIND_EMBEDDING));
        else
            put_marked(data, target, asked.wire);
        data->embeds = data->count > 0;
    }
    put(data, wildcard_hash(TYPE_CNAME, target, len));
}

static void put_record(struct wildcard_data *data, const struct reply *reply,
                       const struct reply_record *record)
{
    uint8_t expanded[EXPANDED_MAX];
    size_t len = 0;

    if (record->ttl > data->ttl)
        data->ttl = record->ttl;
    if (rdata_expand(reply, record, expanded, sizeof expanded, &len))
        put(data,
            wildcard_hash(record->type, reply->data + record->rdata_offset, record->rdata_len));
    else if (record->type == TYPE_CNAME)
        put_target(data, reply, expanded, len);
    else
        put(data, wildcard_hash(record->type, expanded, len));
}

/* Reads what DNSSEC records tell of the name asked. TYPE: of the records compared. */
static void read_proofs(struct wildcard_data *data, const struct reply *reply, uint16_t type)
{
    struct reply_iter iter;
    struct reply_record record;
    struct name asked;

    if (reply->question_count != 1 || reply_read_name(reply, DNS_HEADER_LEN, &asked, NULL) ||
        reply_iter_init(&iter, reply))
        return;
    while (reply_next(&iter, &record) == 1) {
        if ((record.type != TYPE_RRSIG && record.type != TYPE_NSEC) ||
            !reply_name_is(reply, record.owner_offset, asked.wire))
            continue;
        const uint8_t *rdata = reply->data + record.rdata_offset;
        if (record.type == TYPE_NSEC)
            data->has_own_nsec = true;
        else if (record.rdata_len >= RRSIG_LEN && rdata[0] << 8 == (type & 0xff00) &&
                 rdata[1] == (type & 0xff))
            data->rrsig_labels = rdata[3];
    }
}

void wildcard_data_from(struct wildcard_data *out, uint16_t type, const struct reply *reply,
                        const struct answer *answer)
{
    out->type = type;
    out->count = 0;
    out->by_cname = out->embeds = out->has_own_nsec = out->is_verified = false;
    out->rrsig_labels = WILDCARD_NO_RRSIG;
    out->ttl = 0;
    out->op = WILDCARD_OP_UNKNOWN;
    if (answer->kind != ANSWER_DATA || answer->record_count == 0)
        return;
    const struct reply_record *first = &answer->records[0];
    out->by_cname = first->type == TYPE_CNAME || first->type == TYPE_DNAME;
    for (unsigned i = 0; i < answer->record_count; i++) {
        const struct reply_record *record = &answer->records[i];
        if (out->by_cname ? i == 0 : record->type == type)
            put_record(out, reply, record);
    }
    if (reply->answer_count > answer->record_count || reply->authority_count > 0)
        read_proofs(out, reply, first->type);
}
