// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/denial_kind.h"

#include <string.h>

#include "dns/canon.h"
#include "dns/code.h"

/* What was used before there was NXNAME, as printed in drafts of RFC 9824 (its appendix B). */
#define TYPE_NXNAME_DRAFT 65238
#define TYPE_ENT_DRAFT    65281

/* NEXT is `\000` below NAME: all that compact denial covers. */
static bool is_first_child(const uint8_t *next, const uint8_t *name)
{
    return next[0] == 1 && next[1] == 0 && name_equal(next + 2, name);
}

bool denial_nsec_is_minimal(const uint8_t *owner, const struct nsec_view *nsec, const uint8_t *name)
{
    struct name behind;
    size_t len = name_len(name), label = name[0];
    if (name_equal(owner, name))
        return is_first_child(nsec->next, name);
    if (label == NAME_LABEL_MAX || label == 0 || len == NAME_WIRE_MAX)
        return false;
    behind.wire[0] = (uint8_t)(label + 1);
    memcpy(behind.wire + 1, name + 1, label);
    behind.wire[label + 1] = '-';
    memcpy(behind.wire + label + 2, name + label + 1, len - label - 1);
    /* Before NAME is the end of the zone. */
    return canon_compare(nsec->next, behind.wire) <= 0 && canon_compare(nsec->next, name) > 0;
}

bool denial_nsec3_is_minimal(const uint8_t hash[NSEC3_HASH_LEN], const struct nsec3_view *nsec3)
{
    unsigned borrow = 0;
    bool is_near = true;
    for (unsigned i = NSEC3_HASH_LEN; i-- > 0;) {
        unsigned difference = 256u + nsec3->next[i] - hash[i] - borrow;
        borrow = difference < 256;
        if (i < 8) /* 2^-64 of the circle */
            is_near &= (difference & 0xff) == 0;
    }
    return is_near && memcmp(hash, nsec3->next, NSEC3_HASH_LEN) != 0;
}

static enum denial_compact read_types(const struct type_bitmap *types, bool is_nsec3)
{
    if (bitmap_has(types, TYPE_NXNAME) || bitmap_has(types, TYPE_NXNAME_DRAFT))
        return DENIAL_SAYS_ABSENT;
    if (is_nsec3) /* narrow NSEC3 has the types there are */
        return DENIAL_NOT_COMPACT;
    bool is_bare = bitmap_count(types) == 2 && bitmap_has(types, TYPE_RRSIG);
    return is_bare || bitmap_has(types, TYPE_ENT_DRAFT) ? DENIAL_SAYS_EMPTY : DENIAL_SAYS_NEITHER;
}

/* False: no denial made for NAME. */
static bool read_record(const struct reply *reply, const struct reply_record *record,
                        const uint8_t *name, enum denial_compact *out)
{
    const uint8_t *rdata = reply->data + record->rdata_offset;
    uint8_t hash[NSEC3_HASH_LEN];
    struct nsec3_view nsec3;
    struct nsec_view nsec;
    struct name owner;
    if (record->section != 2 || record->class != CLASS_IN)
        return false;
    if (record->type == TYPE_NSEC) {
        if (!reply_name_is(reply, record->owner_offset, name) ||
            nsec_read(&nsec, rdata, record->rdata_len) != 0 || !is_first_child(nsec.next, name))
            return false;
        *out = read_types(&nsec.types, false);
        return true;
    }
    if (record->type != TYPE_NSEC3 ||
        reply_read_name(reply, record->owner_offset, &owner, NULL) != 0 ||
        nsec3_read(&nsec3, rdata, record->rdata_len) != 0 ||
        !nsec3_owner_hash(owner.wire, name_parent(owner.wire), hash) ||
        !denial_nsec3_is_minimal(hash, &nsec3))
        return false;
    *out = read_types(&nsec3.types, true);
    return *out != DENIAL_NOT_COMPACT;
}

enum denial_compact denial_read_compact(const struct reply *reply, const struct question *question)
{
    struct reply_iter iter;
    struct reply_record record;
    enum denial_compact result = DENIAL_NOT_COMPACT;
    if (reply->authority_count == 0 || reply_iter_init(&iter, reply) != 0)
        return result;
    while (reply_next(&iter, &record) == 1) {
        if (read_record(reply, &record, question->wire, &result))
            return result;
    }
    return DENIAL_NOT_COMPACT;
}
