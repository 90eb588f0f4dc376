// SPDX-License-Identifier: BSD-2-Clause
#include "scan/hits.h"

#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"

/* Storage for one reply's used records: names at most 255 octets each, data at most
 * what a message can hold when every pointer in it is expanded. */
#define PART_BYTES_MAX (1u << 17)

struct builder {
    uint8_t *bytes;
    size_t len, cap;
};

static uint8_t *put_bytes(struct builder *b, const uint8_t *data, size_t len)
{
    if (b->cap - b->len < len)
        return NULL;
    uint8_t *at = b->bytes + b->len;
    memcpy(at, data, len);
    b->len += len;
    return at;
}

/* Neighbours mostly have one owner: it is kept once. PREVIOUS may be NULL. */
static const uint8_t *put_owner(struct builder *b, const struct hit_record *previous,
                                const uint8_t *owner)
{
    if (previous && name_equal(previous->owner, owner))
        return previous->owner;
    return put_bytes(b, owner, name_len(owner));
}

static int copy_record(struct builder *b, const struct reply *reply,
                       const struct reply_record *record, const struct hit_record *previous,
                       struct hit_record *out)
{
    struct name owner;
    if (reply_read_name(reply, record->owner_offset, &owner, NULL) != 0)
        return ERR_TRUNC;
    name_lower(owner.wire);
    out->owner = put_owner(b, previous, owner.wire);
    if (!out->owner)
        return ERR_FULL;
    size_t len = 0;
    int error = rdata_expand(reply, record, b->bytes + b->len, b->cap - b->len, &len);
    if (error != 0)
        return error;
    out->rdata = b->bytes + b->len;
    out->rdata_len = (uint16_t)len;
    out->type = record->type;
    out->ttl = record->ttl;
    b->len += len;
    return 0;
}

/* Copies the used records to SCRATCH; the count, or ERR_TRUNC when one is damaged. */
static int copy_records(struct builder *b, const struct reply *reply, const struct answer *answer,
                        struct hit_record *out)
{
    uint16_t count = 0;
    for (; count < answer->record_count; count++) {
        int error = copy_record(b, reply, &answer->records[count], count ? &out[count - 1] : NULL,
                                &out[count]);
        if (error == ERR_FULL)
            break; /* absurdly large; what fits is kept */
        if (error != 0)
            return error;
    }
    return count;
}

struct part *part_create(const struct reply *reply, const struct answer *answer, uint16_t type,
                         bool *is_damaged)
{
    uint8_t scratch[PART_BYTES_MAX];
    struct hit_record records[CLASSIFY_RECORDS_MAX];
    struct builder b = {.bytes = scratch, .cap = sizeof scratch};
    int count = copy_records(&b, reply, answer, records);
    *is_damaged = count < 0;
    if (count < 0)
        return NULL;
    size_t records_len = (size_t)count * sizeof *records;
    struct part *part = malloc(sizeof *part + records_len + b.len);
    if (!part)
        return NULL;
    *part = (struct part){.type = type,
                          .is_dangling = answer->is_dangling,
                          .record_count = (uint16_t)count,
                          .records = (struct hit_record *)(part + 1)};
    uint8_t *bytes = (uint8_t *)part->records + records_len;
    memcpy(bytes, scratch, b.len);
    for (int i = 0; i < count; i++) {
        part->records[i] = records[i];
        part->records[i].owner = bytes + (records[i].owner - scratch);
        part->records[i].rdata = bytes + (records[i].rdata - scratch);
    }
    wildcard_data_from(&part->data, type, reply, answer);
    return part;
}

void parts_destroy(struct part *first)
{
    while (first) {
        struct part *next = first->next;
        free(first);
        first = next;
    }
}

static bool is_same(const struct hit_record *a, const struct hit_record *b)
{
    return a->type == b->type && a->rdata_len == b->rdata_len &&
           memcmp(a->rdata, b->rdata, a->rdata_len) == 0 && name_equal(a->owner, b->owner);
}

static bool has_record(const struct hit *hit, const struct hit_record *record)
{
    for (uint16_t i = 0; i < hit->record_count; i++) {
        if (is_same(&hit->records[i], record))
            return true;
    }
    return false;
}

static void add_record(struct hit *hit, struct builder *b, const struct hit_record *record)
{
    if (has_record(hit, record))
        return;
    const struct hit_record *previous =
        hit->record_count ? &hit->records[hit->record_count - 1] : NULL;
    struct hit_record *out = &hit->records[hit->record_count++];
    *out = *record;
    out->owner = put_owner(b, previous, record->owner);
    out->rdata = put_bytes(b, record->rdata, record->rdata_len);
    if (rdata_is_private_address(record->type, record->rdata, record->rdata_len))
        hit->flags |= HIT_PRIVATE;
}

static void add_part(struct hit *hit, struct builder *b, const struct part *part)
{
    if (part->is_further)
        return;
    if (part->is_dangling)
        hit->flags |= HIT_DANGLING;
    for (uint16_t i = 0; i < part->record_count; i++)
        add_record(hit, b, &part->records[i]);
}

/* A type is told when there are data of it; a name that has only a CNAME tells that. */
static void list_types(struct hit *hit)
{
    for (uint16_t i = 0; i < hit->record_count; i++) {
        uint8_t known = 0;
        while (known < hit->type_count && hit->types[known] != hit->records[i].type)
            known++;
        if (known == hit->type_count && known < HIT_TYPES_MAX)
            hit->types[hit->type_count++] = hit->records[i].type;
    }
}

struct hit_node *hit_create(const struct hit *template, const uint8_t *name,
                            const struct part *parts)
{
    const uint8_t *root = template->wildcard_root;
    size_t count = 0, bytes = NAME_WIRE_MAX + (root ? name_len(root) : 0);
    for (const struct part *part = parts; part; part = part->next) {
        count += part->record_count;
        for (uint16_t i = 0; i < part->record_count; i++)
            bytes += name_len(part->records[i].owner) + part->records[i].rdata_len;
    }
    size_t node_bytes = sizeof(struct hit_node) + count * sizeof(struct hit_record) + bytes;
    struct hit_node *node = malloc(node_bytes);
    if (!node)
        return NULL;
    struct hit *hit = &node->hit;
    node->next = NULL;
    node->bytes = node_bytes;
    *hit = *template;
    hit->records = (struct hit_record *)(node + 1);
    hit->record_count = 0;
    hit->type_count = 0;
    struct builder b = {.bytes = (uint8_t *)(hit->records + count), .cap = bytes};
    hit->host = put_bytes(&b, name, name_len(name));
    hit->wildcard_root = root ? put_bytes(&b, root, name_len(root)) : NULL;
    for (const struct part *part = parts; part; part = part->next)
        add_part(hit, &b, part);
    list_types(hit);
    return node;
}

void hit_destroy(struct hit_node *node)
{
    free(node);
}
