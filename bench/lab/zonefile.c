// SPDX-License-Identifier: BSD-2-Clause
/* Reading zones as text, line by line.
 *
 * 1. A line is cut into fields: bare, or quoted strings; `;` ends it.
 * 2. A directive changes the reader's state; else the line is a record.
 * 3. Owner, then TTL and class in any order, then the type, then its data, each
 *    type by its own small parser in types[]. */
#include "bench/lab/zonefile.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/lines.h"
#include "base/units.h"
#include "dns/code.h"

#define FIELDS_MAX 64    /* a TXT record of 60 strings is enough */
#define RDATA_MAX  16384 /* a message has to hold it with all else */

struct field {
    const char *data;
    size_t len;
    bool is_quoted;
};

struct reader {
    struct zones *zones;
    struct name origin;
    bool has_origin;
    uint8_t shown_max; /* as $POOL said last, for the nodes that follow */
    bool is_geo;
    uint8_t regions; /* as $REGIONS said last */
    bool embeds;     /* the record being read */
    uint32_t ttl;
    char *error_text; /* ZONEFILE_ERROR_MAX */
    const char *file;
    uint64_t line;
};

__attribute__((format(printf, 2, 3))) static int complain(struct reader *r, const char *format, ...)
{
    int used = snprintf(r->error_text, ZONEFILE_ERROR_MAX, "%s:%llu: ", r->file,
                        (unsigned long long)r->line);
    size_t at = used < 0 ? 0 : (size_t)used;
    if (at >= ZONEFILE_ERROR_MAX)
        at = ZONEFILE_ERROR_MAX - 1;
    va_list args;
    va_start(args, format);
    vsnprintf(r->error_text + at, ZONEFILE_ERROR_MAX - at, format, args);
    va_end(args);
    return ERR_SYNTAX;
}

#define SHOWN(field) (int)((field)->len < 80 ? (field)->len : 80), (field)->data

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* One quoted string, AT behind its opening quote; NULL when it does not end. */
static const char *quoted_end(const char *at, const char *end)
{
    for (; at < end && *at != '"'; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
    }
    return at < end ? at : NULL;
}

/* Returns the number of fields, or an error. */
static int split(struct reader *r, const char *at, size_t len, struct field fields[FIELDS_MAX])
{
    const char *end = at + len;
    int count = 0;
    for (;;) {
        while (at < end && is_blank(*at))
            at++;
        if (at == end || *at == ';')
            return count;
        if (count == FIELDS_MAX)
            return complain(r, "more than %d fields", FIELDS_MAX);
        struct field *field = &fields[count++];
        field->is_quoted = *at == '"';
        if (field->is_quoted) {
            field->data = ++at;
            at = quoted_end(at, end);
            if (!at)
                return complain(r, "a quoted string without its end");
            field->len = (size_t)(at++ - field->data);
            continue;
        }
        field->data = at;
        for (; at < end && !is_blank(*at) && *at != ';'; at++) {
            if (*at == '(' || *at == ')')
                return complain(r, "parentheses: a record has one line here");
            if (*at == '\\' && at + 1 < end)
                at++;
        }
        field->len = (size_t)(at - field->data);
    }
}

static int read_name(struct reader *r, const struct field *field, struct name *out)
{
    if (field->len == 1 && *field->data == '@') {
        *out = r->origin;
        return r->has_origin ? 0 : complain(r, "@ without an origin: begin with $ORIGIN");
    }
    struct name relative;
    int err = name_from_text(&relative, field->data, field->len);
    if (err)
        return complain(r, "\"%.*s\" is no name", SHOWN(field));
    if (field->data[field->len - 1] == '.') {
        *out = relative;
        return 0;
    }
    if (!r->has_origin)
        return complain(r, "\"%.*s\" without an origin: begin with $ORIGIN", SHOWN(field));
    return name_join(out, &relative, &r->origin)
               ? complain(r, "\"%.*s\" is longer than 255 octets", SHOWN(field))
               : 0;
}

static bool read_number(const struct field *field, uint64_t max, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < field->len; i++) {
        if (field->data[i] < '0' || field->data[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(field->data[i] - '0');
        if (*out > max)
            return false;
    }
    return field->len > 0;
}

static int rdata_address(struct reader *r, const struct field *fields, struct bytes_writer *w,
                         int family)
{
    char text[64];
    uint8_t address[16];
    snprintf(text, sizeof text, "%.*s", SHOWN(&fields[0]));
    if (inet_pton(family, text, address) != 1)
        return complain(r, "\"%s\" is no %s address", text, family == AF_INET ? "IPv4" : "IPv6");
    bytes_put(w, address, family == AF_INET ? 4 : 16);
    return 0;
}

static int rdata_a(struct reader *r, const struct field *fields, int count, struct bytes_writer *w)
{
    (void)count;
    return rdata_address(r, fields, w, AF_INET);
}

static int rdata_aaaa(struct reader *r, const struct field *fields, int count,
                      struct bytes_writer *w)
{
    (void)count;
    return rdata_address(r, fields, w, AF_INET6);
}

static int rdata_name(struct reader *r, const struct field *fields, int count,
                      struct bytes_writer *w)
{
    struct name name;
    (void)count;
    int err = read_name(r, &fields[0], &name);
    if (!err)
        bytes_put(w, name.wire, name.len);
    return err;
}

/* `{}` in front stands for the labels that the owner's `*` stands for. */
static int rdata_cname(struct reader *r, const struct field *fields, int count,
                       struct bytes_writer *w)
{
    struct field rest = {.data = "@", .len = 1};
    r->embeds = fields->len >= 2 && !memcmp(fields->data, "{}", 2);
    if (!r->embeds)
        return rdata_name(r, fields, count, w);
    if (fields->len > 3 && fields->data[2] == '.')
        rest = (struct field){.data = fields->data + 3, .len = fields->len - 3};
    else if (fields->len > 2)
        return complain(r, "\"%.*s\" is not {}, a dot and a name", SHOWN(fields));
    return rdata_name(r, &rest, count, w);
}

static int rdata_mx(struct reader *r, const struct field *fields, int count, struct bytes_writer *w)
{
    uint64_t preference;
    if (!read_number(&fields[0], UINT16_MAX, &preference))
        return complain(r, "\"%.*s\" is no preference", SHOWN(&fields[0]));
    bytes_put_u16(w, (uint16_t)preference);
    return rdata_name(r, fields + 1, count - 1, w);
}

/* Character strings (RFC 1035 section 5.1): \DDD and \X inside. */
static int rdata_txt(struct reader *r, const struct field *fields, int count,
                     struct bytes_writer *w)
{
    for (int i = 0; i < count; i++) {
        uint8_t bytes[255];
        size_t len = 0;
        for (size_t at = 0; at < fields[i].len; at++) {
            unsigned byte = (uint8_t)fields[i].data[at];
            struct field digits = {.data = fields[i].data + at + 1, .len = 3};
            uint64_t value;
            if (byte == '\\' && at + 3 < fields[i].len && read_number(&digits, 255, &value)) {
                byte = (unsigned)value;
                at += 3;
            } else if (byte == '\\' && at + 1 < fields[i].len) {
                byte = (uint8_t)fields[i].data[++at];
            }
            if (len == sizeof bytes)
                return complain(r, "a string of more than 255 octets");
            bytes[len++] = (uint8_t)byte;
        }
        bytes_put_u8(w, (uint8_t)len);
        bytes_put(w, bytes, len);
    }
    return 0;
}

static int rdata_soa(struct reader *r, const struct field *fields, int count,
                     struct bytes_writer *w)
{
    int err = rdata_name(r, &fields[0], count, w);
    if (!err)
        err = rdata_name(r, &fields[1], count, w);
    for (int i = 2; !err && i < 7; i++) {
        uint64_t value;
        if (!read_number(&fields[i], UINT32_MAX, &value))
            return complain(r, "\"%.*s\" is no number of seconds", SHOWN(&fields[i]));
        bytes_put_u32(w, (uint32_t)value);
    }
    return err;
}

static const struct type_row {
    uint16_t type;
    int fields_min, fields_max;
    int (*parse)(struct reader *r, const struct field *fields, int count, struct bytes_writer *w);
} types[] = {
    {TYPE_A, 1, 1, rdata_a},         {TYPE_AAAA, 1, 1, rdata_aaaa},
    {TYPE_CNAME, 1, 1, rdata_cname}, {TYPE_NS, 1, 1, rdata_name},
    {TYPE_PTR, 1, 1, rdata_name},    {TYPE_MX, 2, 2, rdata_mx},
    {TYPE_SOA, 7, 7, rdata_soa},     {TYPE_TXT, 1, FIELDS_MAX, rdata_txt},
};

static const struct type_row *find_type(const struct field *field)
{
    uint16_t type;
    if (code_type_from_text(field->data, field->len, &type))
        return NULL;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == type)
            return &types[i];
    }
    return NULL;
}

/* Appends what was read at OWNER, written in the file as SHOWN. */
static int store(struct reader *r, const struct name *owner, const struct field *shown,
                 uint16_t type, uint32_t ttl, const struct bytes_writer *rdata)
{
    struct zone_node *node;
    struct name suffix = {.len = (uint8_t)rdata->len};
    int err = zones_add_node(r->zones, owner, &node);
    if (err == ERR_MISSING)
        return complain(r, "\"%.*s\" lies in no zone: begin one with $ORIGIN", SHOWN(shown));
    if (!err && r->embeds && !zone_node_is_wildcard(node))
        return complain(r, "\"%.*s\": {} is for names that begin with *", SHOWN(shown));
    if (!err && r->embeds) {
        memcpy(suffix.wire, rdata->data, suffix.len);
        err = zones_add_embedding(r->zones, node, ttl, &suffix);
    } else if (!err) {
        err = zones_add_record(r->zones, node, type, ttl, rdata->data, rdata->len);
    }
    if (err == ERR_SYNTAX)
        return complain(r, "\"%.*s\": a CNAME stands alone", SHOWN(shown));
    if (err == ERR_RANGE)
        return complain(r, "\"%.*s\": more than %d records", SHOWN(shown), ZONE_RECORDS_MAX);
    if (err)
        return complain(r, "%s", err_text(err));
    node->shown_max = r->shown_max;
    node->is_geo = r->is_geo;
    node->regions = r->regions;
    return 0;
}

static int read_record(struct reader *r, const struct field *fields, int count)
{
    struct name owner;
    uint64_t ttl = r->ttl, number;
    int at = 1;
    int err = read_name(r, &fields[0], &owner);
    if (err)
        return err;
    for (; at < count; at++) {
        if (read_number(&fields[at], INT32_MAX, &number))
            ttl = number;
        else if (fields[at].len != 2 || strncasecmp(fields[at].data, "IN", 2))
            break;
    }
    if (at == count)
        return complain(r, "a record without a type");
    const struct type_row *row = find_type(&fields[at]);
    if (!row)
        return complain(r, "type \"%.*s\" is not one of A AAAA CNAME NS PTR MX TXT SOA",
                        SHOWN(&fields[at]));
    const struct field *shown = &fields[at++];
    if (count - at < row->fields_min || count - at > row->fields_max)
        return complain(r, "%.*s with %d fields of data", SHOWN(shown), count - at);
    uint8_t data[RDATA_MAX];
    struct bytes_writer rdata = bytes_writer_at(data, sizeof data);
    r->embeds = false;
    err = row->parse(r, fields + at, count - at, &rdata);
    if (!err && rdata.failed)
        err = complain(r, "more data than a message can hold");
    return err ? err : store(r, &owner, &fields[0], row->type, (uint32_t)ttl, &rdata);
}

static int set_origin(struct reader *r, const struct name *name)
{
    struct zone_node *apex;
    r->origin = *name;
    r->has_origin = true;
    if (zones_lookup(r->zones, name->wire).result != ZONE_OUTSIDE)
        return 0;
    int err = zones_add_apex(r->zones, name, &apex);
    return err ? complain(r, "no zone can begin here: %s", err_text(err)) : 0;
}

static bool says(const struct field *field, const char *word)
{
    return field->len == strlen(word) && !strncasecmp(field->data, word, field->len);
}

static int read_origin(struct reader *r, const struct field *fields, int count)
{
    struct name name;
    (void)count;
    /* The first origin is absolute, with or without its dot. */
    if (r->has_origin) {
        int err = read_name(r, &fields[1], &name);
        return err ? err : set_origin(r, &name);
    }
    return name_from_text(&name, fields[1].data, fields[1].len)
               ? complain(r, "\"%.*s\" is no name", SHOWN(&fields[1]))
               : set_origin(r, &name);
}

static int read_ttl(struct reader *r, const struct field *fields, int count)
{
    uint64_t ttl;
    (void)count;
    if (!read_number(&fields[1], INT32_MAX, &ttl))
        return complain(r, "\"%.*s\" is no number of seconds", SHOWN(&fields[1]));
    r->ttl = (uint32_t)ttl;
    return 0;
}

/* all, one, some N, geo or geo N. */
static int read_pool(struct reader *r, const struct field *fields, int count)
{
    uint64_t shown = 0;
    bool is_geo = says(&fields[1], "geo"), has_number = count > 2;
    if (says(&fields[1], "one"))
        shown = 1;
    else if (!is_geo && !says(&fields[1], "all") && !says(&fields[1], "some"))
        return complain(r, "\"%.*s\" is not one, all, some or geo", SHOWN(&fields[1]));
    if (says(&fields[1], "some") ? !has_number : has_number && !is_geo)
        return complain(r, "$POOL %.*s takes %s number", SHOWN(&fields[1]),
                        has_number ? "no" : "a");
    if (has_number && (!read_number(&fields[2], ZONE_RECORDS_MAX, &shown) || !shown))
        return complain(r, "\"%.*s\" is no number from 1 to %d", SHOWN(&fields[2]),
                        ZONE_RECORDS_MAX);
    r->shown_max = (uint8_t)shown;
    r->is_geo = is_geo;
    return 0;
}

static int read_regions(struct reader *r, const struct field *fields, int count)
{
    uint64_t regions;
    (void)count;
    if (!read_number(&fields[1], ZONE_RECORDS_MAX, &regions) || !regions)
        return complain(r, "\"%.*s\" is no number from 1 to %d", SHOWN(&fields[1]),
                        ZONE_RECORDS_MAX);
    r->regions = (uint8_t)regions;
    return 0;
}

static const struct directive_row {
    const char *word, *values;
    int fields_max;
    int (*read)(struct reader *r, const struct field *fields, int count);
} directives[] = {
    {"$ORIGIN", "one value", 2, read_origin},
    {"$TTL", "one value", 2, read_ttl},
    {"$POOL", "one|all|some N|geo [N]", 3, read_pool},
    {"$REGIONS", "one value", 2, read_regions},
};

static int read_directive(struct reader *r, const struct field *fields, int count)
{
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        const struct directive_row *row = &directives[i];
        if (!says(&fields[0], row->word))
            continue;
        if (count < 2 || count > row->fields_max)
            return complain(r, "%s takes %s", row->word, row->values);
        return row->read(r, fields, count);
    }
    return complain(r, "\"%.*s\" is not $ORIGIN, $TTL, $POOL or $REGIONS", SHOWN(&fields[0]));
}

static int read_line(void *ctx, const char *file, const struct line *line)
{
    struct reader *r = ctx;
    struct field fields[FIELDS_MAX];
    r->file = file;
    r->line = line->number;
    if (line->too_long)
        return complain(r, "longer than %d bytes", LINES_LEN_MAX);
    int count = split(r, line->data, line->len, fields);
    if (count <= 0)
        return count;
    return fields[0].data[0] == '$' && !fields[0].is_quoted ? read_directive(r, fields, count)
                                                            : read_record(r, fields, count);
}

int zonefile_read(struct zones *zones, const char *path, const struct name *origin,
                  char error_text[ZONEFILE_ERROR_MAX])
{
    struct reader r = {.zones = zones, .ttl = ZONE_TTL, .error_text = error_text, .file = path};
    error_text[0] = '\0';
    int err = origin ? set_origin(&r, origin) : 0;
    if (!err)
        err = lines_each(path, read_line, &r);
    if (err && !error_text[0])
        snprintf(error_text, ZONEFILE_ERROR_MAX, "%s: %s", path,
                 err == ERR_IO ? strerror(errno) : err_text(err));
    return err;
}
