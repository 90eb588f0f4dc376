// SPDX-License-Identifier: BSD-2-Clause
/* What a walk finds, as hits for the writer: one heap block each, like those of hits.c, but with
 * the types of a bitmap. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scan/walk_state.h"
#include "scan/writer.h"

struct room {
    struct hit_node *node;
    struct hit_record *records;
    uint16_t *types;
    uint8_t *bytes;
};

/* With the apex go its SOA and the keys, where records are written that they prove. */
static bool has_apex_beside(const struct walk *walk, const struct walk_find *find)
{
    return find->record_count > 0 && name_equal(find->name, walk->zone.wire);
}

static size_t count_bytes(const struct hit_record *records, uint16_t count)
{
    size_t bytes = 0;
    for (uint16_t i = 0; i < count; i++)
        bytes += records[i].rdata_len;
    return bytes;
}

static bool make_room(struct room *room, const struct walk *walk, const struct walk_find *find)
{
    size_t types = find->types ? bitmap_count(find->types) : 0;
    size_t bytes = name_len(find->name) + count_bytes(find->records, find->record_count);
    size_t records = find->record_count * sizeof(struct hit_record);
    if (has_apex_beside(walk, find)) {
        bytes += count_bytes(walk->apex.records, walk->apex.count);
        records += walk->apex.count * sizeof(struct hit_record);
    }
    size_t all = sizeof *room->node + records + types * sizeof *room->types + bytes;
    room->node = malloc(all);
    if (!room->node)
        return false;
    *room->node = (struct hit_node){.bytes = all};
    room->records = (struct hit_record *)(room->node + 1);
    room->types = (uint16_t *)(void *)((uint8_t *)room->records + records);
    room->bytes = (uint8_t *)(room->types + types);
    return true;
}

static const uint8_t *keep(struct room *room, const uint8_t *data, size_t len)
{
    uint8_t *at = room->bytes;
    memcpy(at, data, len);
    room->bytes += len;
    return at;
}

static void put_types(struct hit *hit, struct room *room, const struct type_bitmap *bitmap)
{
    uint16_t type = 0;
    hit->all_types = room->types;
    for (uint32_t from = 0; bitmap_next(bitmap, from, &type); from = type + 1u)
        room->types[hit->all_type_count++] = type;
    for (uint16_t i = 0; i < hit->all_type_count && i < HIT_TYPES_MAX; i++)
        hit->types[hit->type_count++] = hit->all_types[i];
}

static void put_records(struct hit *hit, struct room *room, const struct hit_record *records,
                        uint16_t count)
{
    hit->records = room->records;
    for (uint16_t i = 0; i < count; i++) {
        struct hit_record *record = &hit->records[hit->record_count++];
        *record = records[i];
        record->owner = hit->host;
        record->rdata = keep(room, record->rdata, record->rdata_len);
    }
}

int walk_tell(struct walk *walk, const struct walk_find *find)
{
    struct room room;
    if (!make_room(&room, walk, find))
        return ERR_NOMEM;
    struct hit *hit = &room.node->hit;
    *hit = (struct hit){
        .zone = walk->zone_text,
        .verdict = find->is_ent ? VERDICT_NODATA : VERDICT_FOUND,
        .has_reply = find->server != NULL,
        .flags =
            (uint8_t)((find->is_ent ? HIT_ENT : 0) | (find->is_conflicting ? HIT_CONFLICT : 0)),
        .tries = find->tries,
        .resolver = find->server,
        .rtt_us = find->rtt_us,
        .confirmed = find->is_verified ? HIT_CONFIRMED_SIGNATURE
                     : find->is_ent    ? HIT_CONFIRMED_NOT
                                       : HIT_CONFIRMED_SINGLE,
        .source = HIT_FROM_WALK,
        .time_ms = clock_wall_ms(),
    };
    size_t len = name_len(find->name);
    uint8_t *host = room.bytes;
    (void)keep(&room, find->name, len);
    name_lower(host);
    hit->host = host;
    if (find->types)
        put_types(hit, &room, find->types);
    put_records(hit, &room, find->records, find->record_count);
    if (has_apex_beside(walk, find))
        put_records(hit, &room, walk->apex.records, walk->apex.count);
    walk->names += !find->is_ent;
    walk->ents += find->is_ent;
    writer_put(walk->writer, room.node);
    return 0;
}
