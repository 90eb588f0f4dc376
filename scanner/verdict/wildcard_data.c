// SPDX-License-Identifier: BSD-2-Clause
/* What of a reply is compared with a wildcard: hashes of (kind, rdata).
 *
 *   CNAME first: its target alone. What lies behind it is another name's, rotates
 *     on its own and may be in another zone.
 *   A target that begins with the labels asked ("x.cdn.test" for "x.zone.test")
 *     is compared without them: a wildcard that writes the query into its target
 *     then gives one datum, not one for each name.
 *   DNAME first: its own target, since the CNAME made from it differs for every
 *     name below (RFC 6672).
 *   Else every record of the type. */
#include <string.h>

#include "base/hash.h"
#include "dns/rdata.h"
#include "verdict/wildcard.h"

#define EXPANDED_MAX 4096 /* longer data are hashed as they came */

/* Kinds beside the types, which are 16 bits wide. */
enum { KIND_EMBEDDING = 1 << 16 };

uint64_t wildcard_hash(uint16_t type, const uint8_t *rdata, size_t len)
{
    return hash64(rdata, len, type);
}

/* TARGET (lower case) without the labels at its front that are also the question's,
 * which came back as we sent it. */
static const uint8_t *skip_embedded(const uint8_t *target, const struct reply *reply)
{
    struct name question;

    if (reply->question_count != 1 || reply_read_name(reply, DNS_HEADER_LEN, &question, NULL))
        return target;
    name_lower(question.wire);
    const uint8_t *asked = question.wire;
    while (*asked && *asked == *target && memcmp(asked + 1, target + 1, *asked) == 0) {
        asked += *asked + 1;
        target += *target + 1;
    }
    return target;
}

static uint64_t hash_record(const struct reply *reply, const struct reply_record *record)
{
    uint8_t expanded[EXPANDED_MAX];
    size_t len = 0;

    if (rdata_expand(reply, record, expanded, sizeof expanded, &len))
        return wildcard_hash(record->type, reply->data + record->rdata_offset, record->rdata_len);
    if (record->type == TYPE_CNAME) {
        const uint8_t *rest = skip_embedded(expanded, reply);
        if (rest != expanded)
            return hash64(rest, name_len(rest), KIND_EMBEDDING);
    }
    return wildcard_hash(record->type, expanded, len);
}

static void put(struct wildcard_data *data, uint64_t hash)
{
    for (unsigned i = 0; i < data->count; i++)
        if (data->hashes[i] == hash)
            return;
    if (data->count < WILDCARD_DATA_MAX)
        data->hashes[data->count++] = hash;
}

void wildcard_data_from(struct wildcard_data *out, uint16_t type, const struct reply *reply,
                        const struct answer *answer)
{
    out->type = type;
    out->count = 0;
    out->by_cname = false;
    if (answer->kind != ANSWER_DATA || answer->record_count == 0)
        return;
    const struct reply_record *first = &answer->records[0];
    if (first->type == TYPE_CNAME || first->type == TYPE_DNAME) {
        out->by_cname = true;
        put(out, hash_record(reply, first));
        return;
    }
    for (unsigned i = 0; i < answer->record_count; i++)
        if (answer->records[i].type == type)
            put(out, hash_record(reply, &answer->records[i]));
}
