// SPDX-License-Identifier: BSD-2-Clause
/* What one reply shows of denial.
 *
 * 1. collect: the chain's records, at most so many, and what stands around them.
 * 2. note_signature: a record counts when the zone signed it and it was not made from a
 *    wildcard; that is told by the RRSIG's fields.
 * 3. judge: each record that counts is laid beside the name, or its hash. */
#include "verdict/denial_seen.h"

#include <string.h>

#include "base/bytes.h"
#include "dns/canon.h"

/* Types that told of absence before RFC 9824 had a number for it, and of empty nodes. */
#define TYPE_NXNAME_DRAFT 65238
#define TYPE_ENT_PRIVATE  65281

#define SOA_NUMBERS_LEN 20

enum signedness { SIGNED_NOT, SIGNED_EXPANDED, SIGNED };

struct record {
    struct name owner;
    uint16_t type;
    const uint8_t *rdata;
    size_t len;
    enum signedness signedness;
};

struct reading {
    struct denial_seen *seen;
    const struct reply *reply;
    const uint8_t *name, *zone;
    struct record records[DENIAL_SEEN_RECORDS_MAX];
    size_t count;
    bool has_hash; /* HASH is NAME's by seen->interval.params */
    uint8_t hash[NSEC3_HASH_LEN];
    unsigned unreadable;
};

static bool is_of_chain(uint16_t type)
{
    return type == TYPE_NSEC || type == TYPE_NSEC3;
}

/* --- 1 --- */

static void note_soa(struct reading *r, const struct reply_record *record)
{
    if (record->section == 3 || !reply_name_is(r->reply, record->owner_offset, r->zone) ||
        record->rdata_len < SOA_NUMBERS_LEN)
        return;
    size_t end = (size_t)record->rdata_offset + record->rdata_len;
    struct bytes_reader serial = bytes_reader_at(r->reply->data, end, end - SOA_NUMBERS_LEN);
    r->seen->serial = bytes_u32(&serial);
    r->seen->has_serial = true;
    r->seen->has_zone_soa |= record->section == 1;
}

static void collect(struct reading *r, const struct reply_record *record)
{
    if (record->class != CLASS_IN)
        return;
    if (record->type == TYPE_SOA)
        note_soa(r, record);
    if (record->section == 1 && !is_of_chain(record->type) && record->type != TYPE_RRSIG)
        r->seen->has_data = true;
    if (record->section == 1 && record->type == TYPE_DNAME)
        r->seen->has_zone_dname |= reply_name_is(r->reply, record->owner_offset, r->zone);
    if (!is_of_chain(record->type) || record->section == 3 || r->count == DENIAL_SEEN_RECORDS_MAX)
        return;
    struct record *kept = &r->records[r->count];
    if (reply_read_name(r->reply, record->owner_offset, &kept->owner, NULL))
        return;
    name_lower(kept->owner.wire);
    kept->type = record->type;
    kept->rdata = r->reply->data + record->rdata_offset;
    kept->len = record->rdata_len;
    kept->signedness = SIGNED_NOT;
    r->count++;
}

/* --- 2 --- */

static void note_signature(struct reading *r, const struct reply_record *record)
{
    struct rrsig_view sig;
    if (record->type != TYPE_RRSIG || record->class != CLASS_IN || record->section == 3 ||
        rrsig_read(&sig, r->reply->data + record->rdata_offset, record->rdata_len) ||
        !name_equal(sig.signer, r->zone))
        return;
    r->seen->is_signed = true;
    for (size_t i = 0; i < r->count; i++) {
        struct record *signed_one = &r->records[i];
        unsigned labels = rrsig_labels_of(signed_one->owner.wire);
        if (signed_one->type != sig.type || sig.labels > labels ||
            !reply_name_is(r->reply, record->owner_offset, signed_one->owner.wire))
            continue;
        signed_one->signedness = sig.labels < labels ? SIGNED_EXPANDED : SIGNED;
    }
}

static void for_each_record(struct reading *r,
                            void (*take)(struct reading *, const struct reply_record *))
{
    struct reply_iter iter;
    struct reply_record record;
    if (reply_iter_init(&iter, r->reply))
        return;
    while (reply_next(&iter, &record) == 1)
        take(r, &record);
}

/* --- 3 --- */

static enum denial_types types_of(const struct type_bitmap *types)
{
    uint16_t type;
    enum denial_types found = DENIAL_TYPES_BARE;
    if (bitmap_has(types, TYPE_NXNAME) || bitmap_has(types, TYPE_NXNAME_DRAFT))
        return DENIAL_TYPES_MARKED;
    for (uint32_t from = 0; bitmap_next(types, from, &type); from = type + 1u)
        if (type != TYPE_NSEC && type != TYPE_RRSIG && type != TYPE_ENT_PRIVATE)
            found = DENIAL_TYPES_BROAD;
    return found;
}

static bool is_by_hash(enum denial_form form)
{
    return form == DENIAL_FORM_NSEC3 || form == DENIAL_FORM_NSEC3_OWN;
}

/* Whether a record of FORM is the one that counts: the first of its form, and one about the
 * name itself rather than one that covers it. */
static bool takes(struct denial_seen *seen, enum denial_form form)
{
    if (seen->form == DENIAL_FORM_BOTH ||
        (seen->form != DENIAL_FORM_NONE && is_by_hash(seen->form) != is_by_hash(form))) {
        seen->form = DENIAL_FORM_BOTH;
        return false;
    }
    if (form <= seen->form)
        return false;
    seen->form = form;
    return true;
}

static void judge_nsec(struct reading *r, const struct record *record)
{
    struct nsec_view nsec;
    struct denial_interval *interval = &r->seen->interval;
    if (nsec_read(&nsec, record->rdata, record->len) || !name_is_under(nsec.next, r->zone) ||
        !name_is_under(record->owner.wire, r->zone))
        return;
    enum denial_form form = DENIAL_FORM_NSEC_OWN;
    if (!name_equal(record->owner.wire, r->name)) {
        if (!canon_is_between(r->name, record->owner.wire, nsec.next, r->zone))
            return;
        form = DENIAL_FORM_NSEC;
    }
    if (!takes(r->seen, form))
        return;
    interval->owner = record->owner;
    interval->next.len = (uint8_t)name_len(nsec.next);
    memcpy(interval->next.wire, nsec.next, interval->next.len);
    name_lower(interval->next.wire);
    interval->types = types_of(&nsec.types);
}

/* False: of another chain than those before it. */
static bool hash_name(struct reading *r, const struct nsec3_params *params)
{
    struct denial_interval *interval = &r->seen->interval;
    if (r->has_hash)
        return nsec3_params_equal(&interval->params, params);
    interval->params = *params;
    nsec3_hash(params, r->name, r->hash);
    r->has_hash = true;
    return true;
}

static void judge_nsec3(struct reading *r, const struct record *record)
{
    struct nsec3_view nsec3;
    uint8_t owner[NSEC3_HASH_LEN];
    struct denial_interval *interval = &r->seen->interval;
    int err = nsec3_read(&nsec3, record->rdata, record->len);
    r->unreadable += err == ERR_RANGE;
    if (err || !nsec3_owner_hash(record->owner.wire, r->zone, owner))
        return;
    r->seen->nsec3_seen++;
    r->seen->opt_out_seen += nsec3.is_opt_out;
    if (!hash_name(r, &nsec3.params)) {
        r->seen->has_two_params = true;
        return;
    }
    enum denial_form form = DENIAL_FORM_NSEC3_OWN;
    if (memcmp(owner, r->hash, NSEC3_HASH_LEN) != 0) {
        if (!denial_hash_is_between(r->hash, owner, nsec3.next))
            return;
        form = DENIAL_FORM_NSEC3;
    }
    if (!takes(r->seen, form))
        return;
    memcpy(interval->from, owner, NSEC3_HASH_LEN);
    memcpy(interval->to, nsec3.next, NSEC3_HASH_LEN);
    interval->types = types_of(&nsec3.types);
}

void denial_seen_read(struct denial_seen *out, const struct reply *reply, const uint8_t *name,
                      const uint8_t *zone)
{
    struct reading r = {.seen = out, .reply = reply, .name = name, .zone = zone};
    *out = (struct denial_seen){.rcode = reply->rcode, .is_authoritative = reply->aa};
    for_each_record(&r, collect);
    for_each_record(&r, note_signature);
    out->has_record = r.count > 0;
    for (size_t i = 0; i < r.count; i++) {
        out->has_unsigned_record |= r.records[i].signedness == SIGNED_NOT;
        if (r.records[i].signedness != SIGNED)
            continue;
        (r.records[i].type == TYPE_NSEC ? judge_nsec : judge_nsec3)(&r, &r.records[i]);
    }
    if (out->form == DENIAL_FORM_NONE && r.unreadable > 0)
        out->form = DENIAL_FORM_UNREADABLE;
}

bool denial_seen_is_beside(const struct denial_seen *seen)
{
    return seen->form == DENIAL_FORM_NONE && seen->has_record && !seen->has_unsigned_record;
}
