// SPDX-License-Identifier: BSD-2-Clause
/* One node: its records, its alias, and which of its pool an answer holds. Pure. */
#include <string.h>

#include "base/hash.h"
#include "bench/lab/zone.h"
#include "dns/code.h"

#define REGION_SALT 0x726567696f6e /* "region" */

const struct zone_record *zone_record_find(const struct zone_node *node, uint16_t type)
{
    const struct zone_record *r = node->records;
    while (r && r->type != type)
        r = r->next;
    return r;
}

unsigned zone_record_count(const struct zone_node *node, uint16_t type)
{
    unsigned count = 0;
    for (const struct zone_record *r = node->records; r; r = r->next)
        count += r->type == type;
    return count;
}

bool zone_node_is_wildcard(const struct zone_node *node)
{
    return node->name[0] == 1 && node->name[1] == '*';
}

const uint8_t *zone_cname_target(const struct zone_node *node, const struct zone_record *cname,
                                 const uint8_t *name, struct name *room)
{
    if (!cname->embeds)
        return cname->rdata;
    /* What `*` stands for ends where the wildcard's parent begins. */
    size_t asked_len = name_len(name) - (node->name_len - 2u);
    if (asked_len + cname->rdata_len > NAME_WIRE_MAX)
        return NULL;
    memcpy(room->wire, name, asked_len);
    memcpy(room->wire + asked_len, cname->rdata, cname->rdata_len);
    room->len = (uint8_t)(asked_len + cname->rdata_len);
    return room->wire;
}

/* Among COUNT data the first of the asker's region and the step to its next. Small pools
 * have fewer parts than there are regions, so that none is without. */
static unsigned region_first(const struct zone_node *node, uint64_t identity, unsigned count,
                             unsigned *step)
{
    unsigned regions = node->regions ? node->regions : ZONE_REGIONS;
    *step = count < regions ? count : regions;
    uint64_t region = hash64(&identity, sizeof identity, REGION_SALT) % regions;
    return (unsigned)(region % *step);
}

unsigned zone_pool_show(const struct zone_node *node, uint16_t type, uint64_t identity,
                        uint64_t variant, const struct zone_record *out[ZONE_RECORDS_MAX])
{
    const struct zone_record *pool[ZONE_RECORDS_MAX];
    unsigned count = 0, first = 0, step = 1;
    for (const struct zone_record *r = node->records; r && count < ZONE_RECORDS_MAX; r = r->next) {
        if (r->type == type)
            pool[count++] = r;
    }
    if (!count)
        return 0;
    if (node->is_geo)
        first = region_first(node, identity, count, &step);
    unsigned there = (count - first + step - 1) / step;
    unsigned shown = node->shown_max && node->shown_max < there ? node->shown_max : there;
    for (unsigned i = 0; i < shown; i++)
        out[i] = pool[first + step * (unsigned)((variant + i) % there)];
    return shown;
}
