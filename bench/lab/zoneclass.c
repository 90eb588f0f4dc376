// SPDX-License-Identifier: BSD-2-Clause
/* What kind of name a node is, from its data and that of the names it points to. */
#include <string.h>

#include "bench/lab/zone.h"
#include "dns/code.h"

/* How a node's records of one type compare with a wildcard's. */
enum likeness {
    LIKE_NONE,  /* it has none, or others */
    LIKE_DATA,  /* all are the wildcard's, with another TTL */
    LIKE_EXACT, /* ... and its TTL */
};

/* Whether RECORD of NODE is what WILDCARD would give for its name. */
static enum likeness compare(const struct zone_node *wildcard, const struct zone_node *node,
                             const struct zone_record *record)
{
    struct name room;
    for (const struct zone_record *r = wildcard->records; r; r = r->next) {
        if (r->type != record->type)
            continue;
        const uint8_t *rdata = r->rdata;
        size_t len = r->rdata_len;
        if (r->embeds) {
            rdata = zone_cname_target(wildcard, r, node->name, &room);
            len = rdata ? room.len : 0;
        }
        if (rdata && len == record->rdata_len && !memcmp(rdata, record->rdata, len))
            return r->ttl == record->ttl ? LIKE_EXACT : LIKE_DATA;
    }
    return LIKE_NONE;
}

/* The least of all records of TYPE. */
static enum likeness compare_type(const struct zone_node *wildcard, const struct zone_node *node,
                                  uint16_t type)
{
    enum likeness least = LIKE_EXACT;
    if (!zone_record_find(node, type))
        return LIKE_NONE;
    for (const struct zone_record *r = node->records; r; r = r->next) {
        enum likeness here = r->type == type ? compare(wildcard, node, r) : LIKE_EXACT;
        if (here < least)
            least = here;
    }
    return least;
}

/* What a node has in common with the wildcard that would answer for its name if the node
 * were not there: TWIN, SHARER, or COUNT for nothing. A name without address and alias is
 * neither: whoever asks for those sees no data at it. */
static enum zone_class classify_beside(const struct zones *zones, const struct zone_node *node)
{
    static const uint16_t types[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME};
    const struct zone_node *parent = zones_find(zones, name_parent(node->name));
    bool shares = false;
    if (!parent || !parent->wildcard || parent->wildcard == node)
        return ZONE_CLASS_COUNT;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        shares = shares || compare_type(parent->wildcard, node, types[i]) != LIKE_NONE;
    if (!shares)
        return ZONE_CLASS_COUNT;
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if (compare(parent->wildcard, node, r) != LIKE_EXACT)
            return ZONE_CLASS_SHARER;
    }
    return ZONE_CLASS_TWIN;
}

static enum zone_class classify_chain(const struct zones *zones, const struct zone_node *node)
{
    const uint8_t *name = node->name;
    struct name made[2];
    for (unsigned length = 0; length <= ZONE_CHAIN_MAX; length++) {
        struct zone_answer answer = zones_lookup(zones, name);
        if (answer.result == ZONE_OUTSIDE)
            return ZONE_CLASS_EXTERNAL;
        if (answer.result == ZONE_NXDOMAIN)
            return ZONE_CLASS_DANGLING;
        const struct zone_record *cname = zone_record_find(answer.node, TYPE_CNAME);
        if (!cname)
            return length == 1 ? ZONE_CLASS_CNAME : ZONE_CLASS_CHAIN;
        name = zone_cname_target(answer.node, cname, name, &made[length % 2]);
        if (!name)
            break;
    }
    return ZONE_CLASS_LOOP;
}

/* By how its pool is answered, where that can be seen. */
static enum zone_class classify_pool(const struct zone_node *node, unsigned v4, unsigned v6)
{
    unsigned most = v4 > v6 ? v4 : v6;
    if (most > 1 && node->is_geo)
        return ZONE_CLASS_GEO;
    return node->shown_max && most > node->shown_max ? ZONE_CLASS_ROBIN : ZONE_CLASS_COUNT;
}

enum zone_class zones_classify(const struct zones *zones, const struct zone_node *node)
{
    if (node->apex == node)
        return ZONE_CLASS_APEX;
    if (zone_node_is_wildcard(node))
        return ZONE_CLASS_WILDCARD;
    if (!node->records)
        return ZONE_CLASS_ENT;
    enum zone_class class = classify_beside(zones, node);
    if (class != ZONE_CLASS_COUNT)
        return class;
    if (zone_record_find(node, TYPE_CNAME))
        return classify_chain(zones, node);
    unsigned v4 = zone_record_count(node, TYPE_A), v6 = zone_record_count(node, TYPE_AAAA);
    if (!v4 && !v6)
        return ZONE_CLASS_NODATA;
    class = classify_pool(node, v4, v6);
    if (class != ZONE_CLASS_COUNT)
        return class;
    if (!v4)
        return ZONE_CLASS_AAAA;
    if (v6)
        return ZONE_CLASS_DUAL;
    return v4 > 1 ? ZONE_CLASS_MULTI : ZONE_CLASS_HOST;
}
