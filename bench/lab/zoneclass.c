// SPDX-License-Identifier: BSD-2-Clause
/* What kind of name a node is, from its data and that of the names it points to. */
#include <string.h>

#include "bench/lab/zone.h"
#include "dns/code.h"

static unsigned count_of(const struct zone_node *node, uint16_t type)
{
    unsigned count = 0;
    for (const struct zone_record *r = node->records; r; r = r->next)
        count += r->type == type;
    return count;
}

static bool has_record(const struct zone_node *node, const struct zone_record *wanted)
{
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if (r->type == wanted->type && r->rdata_len == wanted->rdata_len &&
            !memcmp(r->rdata, wanted->rdata, r->rdata_len))
            return true;
    }
    return false;
}

/* The wildcard that would answer for the node's name if the node were not there. */
static bool is_twin(const struct zones *zones, const struct zone_node *node)
{
    const struct zone_node *parent = zones_find(zones, name_parent(node->name));
    if (!node->records || !parent || !parent->wildcard || parent->wildcard == node)
        return false;
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if (!has_record(parent->wildcard, r))
            return false;
    }
    return true;
}

static enum zone_class classify_chain(const struct zones *zones, const struct zone_node *node)
{
    const struct zone_record *cname = zone_record_find(node, TYPE_CNAME);
    for (unsigned length = 1; length <= ZONE_CHAIN_MAX; length++) {
        struct zone_answer answer = zones_lookup(zones, cname->rdata);
        if (answer.result == ZONE_OUTSIDE)
            return ZONE_CLASS_EXTERNAL;
        if (answer.result == ZONE_NXDOMAIN)
            return ZONE_CLASS_DANGLING;
        cname = zone_record_find(answer.node, TYPE_CNAME);
        if (!cname)
            return length == 1 ? ZONE_CLASS_CNAME : ZONE_CLASS_CHAIN;
    }
    return ZONE_CLASS_LOOP;
}

enum zone_class zones_classify(const struct zones *zones, const struct zone_node *node)
{
    if (node->apex == node)
        return ZONE_CLASS_APEX;
    if (zone_node_is_wildcard(node))
        return ZONE_CLASS_WILDCARD;
    if (!node->records)
        return ZONE_CLASS_ENT;
    if (is_twin(zones, node))
        return ZONE_CLASS_TWIN;
    if (zone_record_find(node, TYPE_CNAME))
        return classify_chain(zones, node);
    unsigned v4 = count_of(node, TYPE_A), v6 = count_of(node, TYPE_AAAA);
    if (!v4)
        return v6 ? ZONE_CLASS_AAAA : ZONE_CLASS_NODATA;
    if (v6)
        return ZONE_CLASS_DUAL;
    return v4 > 1 ? ZONE_CLASS_MULTI : ZONE_CLASS_HOST;
}
