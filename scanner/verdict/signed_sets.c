// SPDX-License-Identifier: BSD-2-Clause
/* Records of one set come one after the other in every server's replies; should a set be
 * scattered, its later part makes it unfit (is_whole), as does anything that does not fit. */
#include "verdict/signed_sets.h"

#include <string.h>

#include "dns/rdata.h"

#define ITEMS_MAX     (SIGNED_SETS_MAX * 8)
#define TYPE_OF_RRSIG 2 /* octets: the type covered comes first (RFC 4034 section 3.1) */

static bool is_denial(uint16_t type)
{
    return type == TYPE_NSEC || type == TYPE_NSEC3;
}

/* The set of OWNER and TYPE, made when it is new; NULL: no room. */
static struct signed_set *take_set(struct signed_sets *sets, const struct name *owner,
                                   uint16_t type, uint8_t section)
{
    for (unsigned i = sets->count; i-- > 0;) {
        struct signed_set *set = &sets->sets[i];
        if (set->type == type && set->section == section &&
            name_equal(set->owner.wire, owner->wire))
            return set;
    }
    if (sets->count == SIGNED_SETS_MAX ||
        (is_denial(type) && sets->denial_count == SIGNED_DENIALS_MAX))
        return NULL;
    struct signed_set *set = &sets->sets[sets->count++];
    sets->denial_count += is_denial(type);
    set->owner = *owner;
    set->type = type;
    set->section = section;
    set->is_whole = true;
    set->ttl = UINT32_MAX;
    set->first = sets->item_count;
    set->count = set->rrsig_count = 0;
    return set;
}

/* False: damaged. *OUT's data is NULL: no room. */
static bool expand(struct signed_sets *sets, const struct reply *reply,
                   const struct reply_record *record, struct rdata_view *out)
{
    uint8_t *at = sets->octets + sets->octet_count;
    int error = rdata_expand(reply, record, at, SIGNED_OCTETS_MAX - sets->octet_count, &out->len);
    out->data = error == 0 ? at : NULL;
    if (error == 0)
        sets->octet_count += out->len;
    return error == 0 || error == ERR_FULL;
}

static void note_ttl(struct signed_set *set, const struct reply_record *record)
{
    if (set->ttl > record->ttl)
        set->ttl = record->ttl;
}

static bool put_rrsig(struct signed_sets *sets, const struct reply *reply,
                      const struct reply_record *record, const struct name *owner)
{
    const uint8_t *rdata = reply->data + record->rdata_offset;
    struct rdata_view view;
    if (record->rdata_len < TYPE_OF_RRSIG)
        return false;
    if (sets->rrsig_count == SIGNED_RRSIGS_MAX)
        return true;
    uint16_t covered = (uint16_t)(rdata[0] << 8 | rdata[1]);
    struct signed_set *set = take_set(sets, owner, covered, record->section);
    if (!set)
        return true;
    if (!expand(sets, reply, record, &view))
        return false;
    note_ttl(set, record);
    if (view.data) {
        set->rrsigs[set->rrsig_count++] = view;
        sets->rrsig_count++;
    }
    return true;
}

static bool put_record(struct signed_sets *sets, const struct reply *reply,
                       const struct reply_record *record, const struct name *owner)
{
    struct rdata_view view;
    struct signed_set *set = take_set(sets, owner, record->type, record->section);
    if (!set)
        return true;
    if (set->count == 0) /* its signature may have come first */
        set->first = sets->item_count;
    note_ttl(set, record);
    bool is_next = set->first + set->count == sets->item_count;
    if (!is_next || sets->item_count == ITEMS_MAX || set->count == SIGNATURE_RRS_MAX) {
        set->is_whole = false;
        return true;
    }
    if (!expand(sets, reply, record, &view))
        return false;
    if (!view.data)
        set->is_whole = false;
    else
        sets->items[set->first + set->count++] = view;
    sets->item_count = (uint16_t)(set->first + set->count);
    return true;
}

bool signed_sets_read(struct signed_sets *out, const struct reply *reply)
{
    struct reply_iter iter;
    struct reply_record record;
    struct name owner;
    int got;
    out->count = out->item_count = out->denial_count = out->rrsig_count = 0;
    out->octet_count = 0;
    if (reply_iter_init(&iter, reply) != 0)
        return false;
    while ((got = reply_next(&iter, &record)) == 1 && record.section < 3) {
        if (record.class != CLASS_IN)
            continue;
        if (reply_read_name(reply, record.owner_offset, &owner, NULL) != 0)
            return false;
        name_lower(owner.wire);
        bool is_fine = record.type == TYPE_RRSIG ? put_rrsig(out, reply, &record, &owner)
                                                 : put_record(out, reply, &record, &owner);
        if (!is_fine)
            return false;
    }
    return got >= 0;
}
