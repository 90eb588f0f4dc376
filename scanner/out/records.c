// SPDX-License-Identifier: BSD-2-Clause
/* A format is a function that puts one record; owners are printed once for a run of
 * records. Data go straight from the message to the text where rdata_direct knows the type, else
 * through rdata_expand and ldns. */
#include "out/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/set.h"
#include "dns/code.h"
#include "dns/dnssec.h"
#include "dns/rdata.h"
#include "dns/rdata_direct.h"
#include "out/out.h"
#include "out/put.h"

#define HELD_CAP  65536 /* data of one object of ndjson; a larger record has one of its own */
#define LINE_ROOM 128   /* of a line besides owner and data */

struct format {
    const char *name;
    enum rdata_style style;
    int (*put)(struct records *records, struct text *out, const struct reply *reply,
               const struct transfer_record *record);
};

struct records {
    const struct format *format;
    struct records_origin origin;
    struct name owner; /* of the record before; len 0: none */
    size_t owner_text_len;
    char owner_text[NAME_TEXT_MAX + 1];

    struct set *seen; /* names */
    uint64_t names;
    bool is_told; /* names: the owner in hand is written */

    struct hit hit; /* ndjson: what is held back */
    enum transfer_change held_change;
    struct hit_record items[RECORDS_A_HIT];
    struct name held_owner; /* lower case */
    size_t held_len;
    uint8_t held[HELD_CAP + RDATA_MAX];
    uint8_t expanded[2 * RDATA_MAX];
};

/* --- pieces --- */

/* The owner's text, made anew where it is another one's. */
static void settle_owner(struct records *r, const struct name *owner)
{
    if (owner->len == r->owner.len && memcmp(owner->wire, r->owner.wire, owner->len) == 0)
        return;
    r->owner = *owner;
    r->is_told = false;
    if (r->format->style == RDATA_BARE) {
        r->owner_text_len = name_to_text(owner->wire, r->owner_text);
        return;
    }
    r->owner_text_len = name_to_text_as_is(owner->wire, r->owner_text);
    if (owner->len > 1) /* the root's text is its dot */
        r->owner_text[r->owner_text_len++] = '.';
}

static char *bytes_to(char *to, const char *data, size_t len)
{
    memcpy(to, data, len);
    return to + len;
}

static char *string_to(char *to, const char *string)
{
    return bytes_to(to, string, strlen(string));
}

/* ERR_FULL cannot be: data grow by a name or two, and there is room for twice their most. */
static int expand(struct records *r, const struct reply *reply, const struct reply_record *rr,
                  struct hit_record *out)
{
    size_t len;
    int error = rdata_expand(reply, rr, r->expanded, sizeof r->expanded, &len);
    if (error || len > RDATA_MAX)
        return error ? error : ERR_FULL;
    *out = (struct hit_record){
        .rdata = r->expanded, .rdata_len = (uint16_t)len, .type = rr->type, .ttl = rr->ttl};
    return 0;
}

/* --- zone and text --- */

/* A line up to its data: PREFIX, owner, in zone files TTL and class, type. */
static char *put_head(const struct records *r, char *to, const char *prefix,
                      const struct reply_record *rr, const char *type)
{
    to = string_to(to, prefix);
    to = bytes_to(to, r->owner_text, r->owner_text_len);
    *to++ = ' ';
    if (r->format->style == RDATA_AS_SENT) {
        to = decimal_put(to, rr->ttl);
        to = bytes_to(to, " IN ", 4);
    }
    to = string_to(to, type);
    *to++ = ' ';
    return to;
}

/* What goes by ldns. Data that come out generic are not of the type's form, or there is none: a
 * loader takes the latter only. */
static void put_other(struct records *r, struct text *out, const struct reply *reply,
                      const struct reply_record *rr, const char *prefix)
{
    char type[CODE_TEXT_MAX];
    struct hit_record record;
    struct text data = {0};
    if (expand(r, reply, rr, &record) != 0)
        return; /* cannot be: the checker has looked at it */
    put_rdata(&data, &record, r->format->style == RDATA_BARE);
    bool is_generic = data.len >= 2 && memcmp(data.data, "\\#", 2) == 0;
    bool is_zone = r->format->style == RDATA_AS_SENT;
    if (is_generic && is_zone && rdata_has_form(rr->type) && *prefix == '\0')
        prefix = "; ";
    if (is_generic && is_zone)
        snprintf(type, sizeof type, "TYPE%u", (unsigned)rr->type);
    else
        code_type_to_zone_text(rr->type, type);
    char *to = text_room(out, NAME_TEXT_MAX + LINE_ROOM);
    if (to)
        out->len += (size_t)(put_head(r, to, prefix, rr, type) - to);
    text_put(out, data.data, data.len);
    text_putc(out, '\n');
    out->failed |= data.failed;
    text_deinit(&data);
}

static int put_line(struct records *r, struct text *out, const struct reply *reply,
                    const struct transfer_record *record)
{
    static const char *const prefixes[2][3] = {
        [RDATA_AS_SENT] = {[TRANSFER_OF_ZONE] = "",
                           [TRANSFER_ADDED] = "; added: ",
                           [TRANSFER_DELETED] = "; deleted: "},
        [RDATA_BARE] =
            {[TRANSFER_OF_ZONE] = "", [TRANSFER_ADDED] = "", [TRANSFER_DELETED] = "# deleted: "},
    };
    const struct reply_record *rr = &record->rr;
    const char *prefix = prefixes[r->format->style][record->change];
    char type[CODE_TEXT_MAX];
    char *to = text_room(out, rdata_direct_room(rr) + NAME_TEXT_MAX + LINE_ROOM);
    if (!to)
        return ERR_NOMEM;
    char *data = put_head(r, to, prefix, rr, code_type_to_zone_text(rr->type, type));
    char *end = rdata_direct(data, reply, rr, r->format->style);
    if (end) {
        *end++ = '\n';
        out->len += (size_t)(end - to);
    } else {
        put_other(r, out, reply, rr, prefix);
    }
    return out->failed ? ERR_NOMEM : 0;
}

/* --- names --- */

/* NSEC3 and its signatures stand at hashes (RFC 5155 section 3). */
static bool is_at_a_hash(const struct reply *reply, const struct reply_record *rr)
{
    struct bytes_reader r = bytes_reader_at(reply->data, reply->len, rr->rdata_offset);
    return rr->type == TYPE_NSEC3 || (rr->type == TYPE_RRSIG && bytes_u16(&r) == TYPE_NSEC3);
}

static int put_owner(struct records *r, struct text *out, const struct reply *reply,
                     const struct transfer_record *record)
{
    if (r->is_told || is_at_a_hash(reply, &record->rr))
        return 0;
    struct name lower = *record->owner;
    name_lower(lower.wire);
    int result = set_put(r->seen, set_key(r->seen, lower.wire, lower.len));
    if (result < 0)
        return result;
    r->is_told = true;
    if (result == SET_OLD)
        return 0;
    r->names++;
    text_put(out, r->owner_text, r->owner_text_len);
    text_putc(out, '\n');
    return out->failed ? ERR_NOMEM : 0;
}

/* --- ndjson --- */

static void flush_hit(struct records *r, struct text *out)
{
    if (r->hit.record_count > 0)
        out_ndjson.hit(out, &r->hit);
    r->hit.record_count = 0;
    r->held_len = 0;
}

static void begin_hit(struct records *r, const struct transfer_record *record)
{
    bool is_deleted = record->change == TRANSFER_DELETED;
    r->held_owner = *record->owner;
    name_lower(r->held_owner.wire);
    r->held_change = record->change;
    r->hit = (struct hit){.host = r->held_owner.wire,
                          .zone = r->origin.zone,
                          .verdict = is_deleted ? VERDICT_UNRESOLVED : VERDICT_FOUND,
                          .reason = is_deleted ? "deleted by a change" : NULL,
                          .tries = 1,
                          .resolver = r->origin.server,
                          .source = HIT_FROM_AXFR,
                          .time_ms = r->origin.time_ms,
                          .records = r->items};
}

static void note_type(struct hit *hit, uint16_t type)
{
    for (unsigned i = 0; i < hit->type_count; i++)
        if (hit->types[i] == type)
            return;
    if (hit->type_count < HIT_TYPES_MAX)
        hit->types[hit->type_count++] = type;
}

static int put_held(struct records *r, struct text *out, const struct reply *reply,
                    const struct transfer_record *record)
{
    struct hit_record item;
    int error = expand(r, reply, &record->rr, &item);
    if (error)
        return error == ERR_NOMEM ? error : 0; /* cannot be: the checker has looked at it */
    bool is_next = r->hit.record_count == 0 || r->held_change != record->change ||
                   !name_equal(r->held_owner.wire, record->owner->wire) ||
                   r->hit.record_count == RECORDS_A_HIT || r->held_len > HELD_CAP;
    if (is_next) {
        flush_hit(r, out);
        begin_hit(r, record);
    }
    if (item.rdata_len)
        memcpy(r->held + r->held_len, item.rdata, item.rdata_len);
    item.owner = r->held_owner.wire;
    item.rdata = r->held + r->held_len;
    r->held_len += item.rdata_len;
    if (rdata_is_private_address(item.type, item.rdata, item.rdata_len))
        r->hit.flags |= HIT_PRIVATE;
    note_type(&r->hit, item.type);
    r->items[r->hit.record_count++] = item;
    return out->failed ? ERR_NOMEM : 0;
}

/* --- the whole --- */

static const struct format formats[] = {
    {"zone", RDATA_AS_SENT, put_line},
    {"text", RDATA_BARE, put_line},
    {"names", RDATA_BARE, put_owner},
    {"ndjson", RDATA_BARE, put_held},
};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

bool records_has_format(const char *format)
{
    return find_format(format) != NULL;
}

int records_create(struct records **out, const char *format, const struct records_origin *origin)
{
    struct records *r = NULL;
    const struct format *found = find_format(format);
    *out = NULL;
    if (!found)
        return ERR_SYNTAX;
    r = calloc(1, sizeof *r);
    if (!r)
        return ERR_NOMEM;
    r->format = found;
    r->origin = *origin;
    int error = found->put == put_owner ? set_create(&r->seen) : 0;
    if (error) {
        records_destroy(r);
        return error;
    }
    *out = r;
    return 0;
}

void records_destroy(struct records *records)
{
    if (!records)
        return;
    set_destroy(records->seen);
    free(records);
}

int records_put(struct records *records, struct text *out, const struct reply *reply,
                const struct transfer_record *record)
{
    settle_owner(records, record->owner);
    return records->format->put(records, out, reply, record);
}

void records_finish(struct records *records, struct text *out)
{
    flush_hit(records, out);
}

uint64_t records_names(const struct records *records)
{
    return records->names;
}

void records_remark(struct text *out, const char *format, const struct records_origin *origin,
                    bool is_partial, const char *words)
{
    if (strcmp(format, "ndjson") != 0) {
        text_puts(out, strcmp(format, "zone") == 0 ? "; " : "# ");
        text_put_escaped(out, words, strlen(words));
        text_putc(out, '\n');
        return;
    }
    text_puts(out, "{\"v\":1,\"zone\":");
    put_json_string(out, origin->zone);
    text_puts(out, ",\"server\":");
    put_json_string(out, origin->server);
    text_printf(out, ",\"partial\":%s,\"remark\":", is_partial ? "true" : "false");
    put_json_string(out, words);
    text_puts(out, "}\n");
}
