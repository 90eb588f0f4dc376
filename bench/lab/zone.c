// SPDX-License-Identifier: BSD-2-Clause
/* Zones in one open-addressing hash table of nodes, at most half full.
 *
 * Nodes, names and record data come from chunks that are freed together; nothing is
 * ever removed. Order of the file: storage, adding, lookup. */
#include "bench/lab/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "dns/code.h"

#define CHUNK_BYTES (256u << 10) /* larger than any node, name or record */
#define HASH_SEED   0x7a6f6e65u  /* the table is the lab's own; nobody attacks it */
#define SLOTS_FIRST 1024u

struct chunk {
    struct chunk *next;
    size_t used;
    _Alignas(16) uint8_t data[CHUNK_BYTES];
};

struct zones {
    struct chunk *chunks;
    struct zone_node **slots;
    size_t slot_mask;
    struct zone_node **nodes; /* as added */
    size_t node_count, node_cap;
    struct zone_node **apexes;
    size_t apex_count, apex_cap;
};

static void *chunk_take(struct zones *zones, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (size > CHUNK_BYTES)
        return NULL;
    if (!zones->chunks || CHUNK_BYTES - zones->chunks->used < size) {
        struct chunk *chunk = malloc(sizeof *chunk);
        if (!chunk)
            return NULL;
        chunk->next = zones->chunks;
        chunk->used = 0;
        zones->chunks = chunk;
    }
    void *taken = zones->chunks->data + zones->chunks->used;
    zones->chunks->used += size;
    return taken;
}

static int list_push(struct zone_node ***list, size_t *count, size_t *cap, struct zone_node *node)
{
    if (*count == *cap) {
        size_t grown_cap = *cap ? *cap * 2 : 64;
        struct zone_node **grown = realloc(*list, grown_cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        *list = grown;
        *cap = grown_cap;
    }
    (*list)[(*count)++] = node;
    return 0;
}

static uint64_t name_hash(const uint8_t *name, size_t len)
{
    return hash64(name, len, HASH_SEED);
}

int zones_create(struct zones **out)
{
    struct zones *zones = calloc(1, sizeof *zones);
    *out = NULL;
    if (!zones)
        return ERR_NOMEM;
    zones->slots = calloc(SLOTS_FIRST, sizeof *zones->slots);
    zones->slot_mask = SLOTS_FIRST - 1;
    if (!zones->slots) {
        free(zones);
        return ERR_NOMEM;
    }
    *out = zones;
    return 0;
}

void zones_destroy(struct zones *zones)
{
    if (!zones)
        return;
    while (zones->chunks) {
        struct chunk *next = zones->chunks->next;
        free(zones->chunks);
        zones->chunks = next;
    }
    free(zones->slots);
    free(zones->nodes);
    free(zones->apexes);
    free(zones);
}

/* The slot that holds the name, or the free one where it belongs. */
static struct zone_node **slot_of(const struct zones *zones, const uint8_t *name, size_t len,
                                  uint64_t hash)
{
    size_t at = hash & zones->slot_mask;
    for (;; at = (at + 1) & zones->slot_mask) {
        struct zone_node *node = zones->slots[at];
        if (!node ||
            (node->hash == hash && node->name_len == len && !memcmp(node->name, name, len)))
            return &zones->slots[at];
    }
}

static int slots_grow(struct zones *zones)
{
    if ((zones->node_count + 1) * 2 <= zones->slot_mask + 1)
        return 0;
    size_t count = (zones->slot_mask + 1) * 2;
    struct zone_node **slots = calloc(count, sizeof *slots);
    if (!slots)
        return ERR_NOMEM;
    free(zones->slots);
    zones->slots = slots;
    zones->slot_mask = count - 1;
    for (size_t i = 0; i < zones->node_count; i++) {
        struct zone_node *node = zones->nodes[i];
        *slot_of(zones, node->name, node->name_len, node->hash) = node;
    }
    return 0;
}

/* One new node; its ancestors up to the apex are there. */
static int node_create(struct zones *zones, const uint8_t *name, struct zone_node *apex,
                       struct zone_node *parent, struct zone_node **out)
{
    int err;
    if (zones->node_count >= ZONE_NODES_MAX)
        return ERR_FULL;
    if ((err = slots_grow(zones)))
        return err;
    size_t len = name_len(name);
    struct zone_node *node = chunk_take(zones, sizeof *node);
    uint8_t *copy = chunk_take(zones, len);
    if (!node || !copy)
        return ERR_NOMEM;
    memcpy(copy, name, len);
    *node =
        (struct zone_node){.name = copy, .hash = name_hash(copy, len), .name_len = (uint8_t)len};
    node->apex = apex ? apex : node;
    if ((err = list_push(&zones->nodes, &zones->node_count, &zones->node_cap, node)))
        return err;
    *slot_of(zones, node->name, len, node->hash) = node;
    if (parent && name[0] == 1 && name[1] == '*')
        parent->wildcard = node;
    *out = node;
    return 0;
}

const struct zone_node *zones_find(const struct zones *zones, const uint8_t *name)
{
    size_t len = name_len(name);
    return *slot_of(zones, name, len, name_hash(name, len));
}

/* The closest ancestor-or-self that exists, or NULL. */
static struct zone_node *closest(const struct zones *zones, const uint8_t *name)
{
    size_t len = name_len(name);
    for (;;) {
        struct zone_node *node = *slot_of(zones, name, len, name_hash(name, len));
        if (node || !name[0])
            return node;
        len -= (size_t)name[0] + 1;
        name += name[0] + 1;
    }
}

int zones_add_node(struct zones *zones, const struct name *name, struct zone_node **out)
{
    struct zone_node *node = closest(zones, name->wire);
    *out = NULL;
    if (!node)
        return ERR_MISSING;
    unsigned have = name_label_count(node->name), want = name_label_count(name->wire);
    while (have < want) {
        have++;
        int err = node_create(zones, name_suffix(name->wire, have), node->apex, node, &node);
        if (err)
            return err;
    }
    *out = node;
    return 0;
}

/* "ns1" and "hostmaster" below the apex; a name too long for that gets the apex. */
static void below_apex(struct name *out, const char *label, const struct name *apex)
{
    struct name first;
    if (name_from_text(&first, label, strlen(label)) || name_join(out, &first, apex))
        *out = *apex;
}

static int add_default_data(struct zones *zones, struct zone_node *node, const struct name *apex)
{
    static const uint8_t timers[20] = {
        0, 0,    0, 1,    0,    0, 0x1c, 0x20, 0, 0,     /* serial, refresh */
        3, 0x84, 0, 0x12, 0x75, 0, 0,    0,    1, 0x2c}; /* minimum 300 */
    struct name primary, mailbox;
    uint8_t rdata[2 * NAME_WIRE_MAX + sizeof timers];
    below_apex(&primary, "ns1", apex);
    below_apex(&mailbox, "hostmaster", apex);
    memcpy(rdata, primary.wire, primary.len);
    memcpy(rdata + primary.len, mailbox.wire, mailbox.len);
    size_t len = (size_t)primary.len + mailbox.len;
    memcpy(rdata + len, timers, sizeof timers);
    int err = zones_add_record(zones, node, TYPE_SOA, ZONE_TTL, rdata, len + sizeof timers);
    return err ? err : zones_add_record(zones, node, TYPE_NS, ZONE_TTL, primary.wire, primary.len);
}

int zones_add_apex(struct zones *zones, const struct name *apex, struct zone_node **out)
{
    struct zone_node *above = closest(zones, apex->wire), *node = NULL;
    int err = 0;
    *out = NULL;
    if (above && above->name_len == apex->len) {
        *out = above;
        return above->apex == above ? 0 : ERR_RANGE;
    }
    /* A zone inside another: the names between belong to the outer one. */
    struct name parent = {.len = (uint8_t)(apex->len - (apex->wire[0] ? apex->wire[0] + 1 : 0))};
    memcpy(parent.wire, name_parent(apex->wire), parent.len);
    struct zone_node *between = NULL;
    if (above && (err = zones_add_node(zones, &parent, &between)))
        return err;
    err = node_create(zones, apex->wire, NULL, between, &node);
    if (!err)
        err = list_push(&zones->apexes, &zones->apex_count, &zones->apex_cap, node);
    if (!err)
        err = add_default_data(zones, node, apex);
    if (!err)
        *out = node;
    return err;
}

static bool may_stand_beside(const struct zone_node *node, uint16_t type)
{
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if ((r->type == TYPE_CNAME) != (type == TYPE_CNAME) || type == TYPE_CNAME)
            return false;
    }
    return true;
}

/* The record equal to FACTS, or where the list ends; *COUNT: how many lie before. */
static struct zone_record **find_equal(struct zone_node *node, const struct zone_record *facts,
                                       unsigned *count)
{
    struct zone_record **at = &node->records;
    for (*count = 0; *at; at = &(*at)->next, ++*count) {
        const struct zone_record *r = *at;
        if (r->type == facts->type && r->embeds == facts->embeds &&
            r->rdata_len == facts->rdata_len && !memcmp(r->rdata, facts->rdata, r->rdata_len))
            break;
    }
    return at;
}

static int add_record(struct zones *zones, struct zone_node *node, const struct zone_record *facts)
{
    unsigned count;
    struct zone_record **end = find_equal(node, facts, &count);
    if (*end)
        return 0;
    if (!may_stand_beside(node, facts->type))
        return ERR_SYNTAX;
    if (count >= ZONE_RECORDS_MAX)
        return ERR_RANGE;
    uint8_t *copy = chunk_take(zones, facts->rdata_len ? facts->rdata_len : 1);
    if (!copy)
        return ERR_NOMEM;
    memcpy(copy, facts->rdata, facts->rdata_len);
    struct zone_record *record = (struct zone_record *)zone_record_find(node, TYPE_SOA);
    if (facts->type != TYPE_SOA || !record) {
        record = chunk_take(zones, sizeof *record);
        if (!record)
            return ERR_NOMEM;
        *end = record;
        record->next = NULL;
    }
    struct zone_record *next = record->next;
    *record = *facts;
    record->next = next;
    record->rdata = copy;
    return 0;
}

int zones_add_record(struct zones *zones, struct zone_node *node, uint16_t type, uint32_t ttl,
                     const void *rdata, size_t rdata_len)
{
    if (rdata_len > UINT16_MAX)
        return ERR_RANGE;
    struct zone_record facts = {
        .rdata = rdata, .ttl = ttl, .type = type, .rdata_len = (uint16_t)rdata_len};
    return add_record(zones, node, &facts);
}

int zones_add_embedding(struct zones *zones, struct zone_node *node, uint32_t ttl,
                        const struct name *suffix)
{
    struct zone_record facts = {.rdata = suffix->wire,
                                .ttl = ttl,
                                .type = TYPE_CNAME,
                                .rdata_len = suffix->len,
                                .embeds = true};
    return zone_node_is_wildcard(node) ? add_record(zones, node, &facts) : ERR_SYNTAX;
}

struct zone_answer zones_lookup(const struct zones *zones, const uint8_t *name)
{
    const struct zone_node *node = closest(zones, name);
    if (!node)
        return (struct zone_answer){.result = ZONE_OUTSIDE};
    struct zone_answer answer = {.result = ZONE_NXDOMAIN, .node = node, .apex = node->apex};
    if (node->name_len == name_len(name)) {
        answer.result = ZONE_EXACT;
    } else if (node->wildcard) {
        answer.result = ZONE_WILDCARD;
        answer.node = node->wildcard;
    }
    return answer;
}

bool zones_is_above_apex(const struct zones *zones, const uint8_t *name)
{
    const uint8_t *parent = name_parent(name);
    for (size_t i = 0; i < zones->apex_count; i++) {
        const uint8_t *apex = zones->apexes[i]->name;
        if (name_is_under(apex, name) || (*parent && name_is_under(apex, parent)))
            return true;
    }
    return false;
}

size_t zones_node_count(const struct zones *zones)
{
    return zones->node_count;
}

const struct zone_node *zones_node(const struct zones *zones, size_t index)
{
    return zones->nodes[index];
}

size_t zones_apex_count(const struct zones *zones)
{
    return zones->apex_count;
}

const struct zone_node *zones_apex(const struct zones *zones, size_t index)
{
    return zones->apexes[index];
}
