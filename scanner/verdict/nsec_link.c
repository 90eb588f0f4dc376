// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/nsec_link.h"

#include <string.h>

#include "dns/canon.h"
#include "dns/code.h"

bool link_speaks_of(const struct nsec_link *link, const uint8_t *name)
{
    return name_equal(name, link->owner) ||
           canon_is_between(name, link->owner, link->next, link->zone);
}

bool link_ends_zone(const struct type_bitmap *types)
{
    return bitmap_has(types, TYPE_DNAME) ||
           (bitmap_has(types, TYPE_NS) && !bitmap_has(types, TYPE_SOA));
}

/* It speaks of `*` below an ancestor of PROBE: the other half of a denial of PROBE. */
static bool speaks_of_wildcard(const struct nsec_link *link, const uint8_t *probe)
{
    while (!name_equal(probe, link->zone)) {
        struct name wildcard = {.wire = {1, '*'}};
        probe = name_parent(probe);
        size_t len = name_len(probe);
        if (len + 2 > NAME_WIRE_MAX)
            continue;
        memcpy(wildcard.wire + 2, probe, len);
        if (link_speaks_of(link, wildcard.wire))
            return true;
    }
    return false;
}

static bool is_above(const struct nsec_link *link, const uint8_t *probe)
{
    return link_ends_zone(&link->types) && name_is_under(probe, link->owner);
}

static bool is_false_apex(const struct nsec_link *link)
{
    if (!name_equal(link->owner, link->zone))
        return bitmap_has(&link->types, TYPE_SOA);
    return !bitmap_has(&link->types, TYPE_SOA) || !bitmap_has(&link->types, TYPE_NS) ||
           !bitmap_has(&link->types, TYPE_DNSKEY);
}

/* NXNAME, what it was before it had a number, and what stood for an empty non-terminal then
 * (RFC 9824 appendix B); or nothing but what the record itself needs, as no name has. */
static bool is_made_up(const struct type_bitmap *types)
{
    unsigned count = bitmap_count(types);
    bool has_own = bitmap_has(types, TYPE_NSEC) && bitmap_has(types, TYPE_RRSIG);
    return bitmap_has(types, TYPE_NXNAME) || (has_own && count == 2) ||
           (has_own && count == 3 && (bitmap_has(types, 65238) || bitmap_has(types, 65281)));
}

enum link_refusal link_judge(const struct nsec_link *link, const uint8_t *probe)
{
    if (!name_is_under(link->owner, link->zone) || !name_is_under(link->next, link->zone))
        return LINK_OUTSIDE;
    if (!name_equal(link->next, link->zone) && canon_compare(link->next, link->owner) <= 0)
        return LINK_BACKWARDS;
    if (is_made_up(&link->types))
        return LINK_MADE_UP;
    if (!bitmap_has(&link->types, TYPE_NSEC) || !bitmap_has(&link->types, TYPE_RRSIG))
        return LINK_NO_OWN_TYPES;
    if (is_false_apex(link))
        return LINK_FALSE_APEX;
    if (!link_speaks_of(link, probe) && !speaks_of_wildcard(link, probe) && !is_above(link, probe))
        return LINK_UNRELATED;
    return LINK_NONE;
}

bool link_is_minimal(const struct nsec_link *link)
{
    struct name step;
    return (canon_next(&step, link->owner, link->zone) && name_equal(step.wire, link->next)) ||
           (canon_skip(&step, link->owner, link->zone) && name_equal(step.wire, link->next));
}

/* Those above next that are not above the owner, nor the owner: the owner sorts before them. */
unsigned link_ent_count(const struct nsec_link *link)
{
    unsigned count = 0;
    for (const uint8_t *above = name_parent(link->next);
         !name_is_under(link->owner, above) && name_is_under(above, link->zone);
         above = name_parent(above))
        count++;
    return count;
}

const uint8_t *link_ent(const struct nsec_link *link, unsigned n)
{
    return name_suffix(link->next, name_label_count(link->next) - link_ent_count(link) + n);
}
