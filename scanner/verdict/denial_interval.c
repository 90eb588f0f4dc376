// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/denial_interval.h"

#include <string.h>

#include "dns/canon.h"

/* An interval of a chain of 2^40 names would be as short, and there is no such chain. */
#define TINY_OCTETS 5

const char *denial_form_text(enum denial_form form)
{
    static const char *const texts[] = {
        [DENIAL_FORM_NONE] = "no proof",
        [DENIAL_FORM_NSEC] = "NSEC around the name",
        [DENIAL_FORM_NSEC_OWN] = "NSEC of the very name",
        [DENIAL_FORM_NSEC3] = "NSEC3 around the hash",
        [DENIAL_FORM_NSEC3_OWN] = "NSEC3 of the very hash",
        [DENIAL_FORM_BOTH] = "NSEC and NSEC3 at once",
        [DENIAL_FORM_UNREADABLE] = "NSEC3 that cannot be read",
    };
    return texts[form];
}

bool denial_hash_is_between(const uint8_t *hash, const uint8_t *from, const uint8_t *to)
{
    bool is_after = memcmp(from, hash, NSEC3_HASH_LEN) < 0;
    bool is_before = memcmp(hash, to, NSEC3_HASH_LEN) < 0;
    if (memcmp(from, to, NSEC3_HASH_LEN) < 0)
        return is_after && is_before;
    /* The chain's end, or its only record. */
    return memcmp(from, hash, NSEC3_HASH_LEN) != 0 && (is_after || is_before);
}

bool denial_interval_is_tiny(const struct denial_interval *interval)
{
    uint8_t distance[NSEC3_HASH_LEN], any = 0;
    int borrow = 0;
    for (unsigned i = NSEC3_HASH_LEN; i-- > 0;) {
        int difference = interval->to[i] - interval->from[i] - borrow;
        borrow = difference < 0;
        distance[i] = (uint8_t)difference;
        any |= distance[i];
    }
    for (unsigned i = 0; i < TINY_OCTETS; i++)
        if (distance[i] != 0)
            return false;
    return any != 0; /* no distance is all the way round */
}

bool denial_interval_is_alone(const struct denial_interval *interval, enum denial_form form)
{
    if (form == DENIAL_FORM_NSEC || form == DENIAL_FORM_NSEC_OWN)
        return name_equal(interval->owner.wire, interval->next.wire);
    return memcmp(interval->from, interval->to, NSEC3_HASH_LEN) == 0;
}

bool denial_interval_same(const struct denial_interval *a, const struct denial_interval *b,
                          enum denial_form form)
{
    if (form == DENIAL_FORM_NSEC)
        return name_equal(a->owner.wire, b->owner.wire) && name_equal(a->next.wire, b->next.wire);
    return nsec3_params_equal(&a->params, &b->params) &&
           memcmp(a->from, b->from, NSEC3_HASH_LEN) == 0 &&
           memcmp(a->to, b->to, NSEC3_HASH_LEN) == 0;
}

bool denial_interval_shares_end(const struct denial_interval *a, const struct denial_interval *b,
                                enum denial_form form)
{
    if (form == DENIAL_FORM_NSEC)
        return name_equal(a->owner.wire, b->owner.wire) || name_equal(a->next.wire, b->next.wire);
    return memcmp(a->from, b->from, NSEC3_HASH_LEN) == 0 ||
           memcmp(a->to, b->to, NSEC3_HASH_LEN) == 0;
}

static bool names_contradict(const struct denial_interval *a, const struct denial_interval *b,
                             const uint8_t *zone)
{
    return canon_is_between(b->owner.wire, a->owner.wire, a->next.wire, zone) ||
           canon_is_between(a->owner.wire, b->owner.wire, b->next.wire, zone);
}

static bool hashes_contradict(const struct denial_interval *a, const struct denial_interval *b)
{
    return !nsec3_params_equal(&a->params, &b->params) ||
           denial_hash_is_between(b->from, a->from, a->to) ||
           denial_hash_is_between(a->from, b->from, b->to);
}

bool denial_interval_contradicts(const struct denial_interval *a, const struct denial_interval *b,
                                 enum denial_form form, const uint8_t *zone)
{
    if (denial_interval_same(a, b, form))
        return false;
    if (denial_interval_shares_end(a, b, form))
        return true;
    return form == DENIAL_FORM_NSEC ? names_contradict(a, b, zone) : hashes_contradict(a, b);
}
