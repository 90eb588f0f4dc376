// SPDX-License-Identifier: BSD-2-Clause
/* `massdns`: the lines of massdns's `-o S`, `owner. TYPE data`, for what parses those.
 * As there, only records of the very name that was asked for have a line: of an alias's
 * chain the first CNAME; and a name without records has none.
 *
 * Its own form is kept to the octet: odd octets as \xHH, a quote in a TXT as it is and a
 * blank behind each string, of a CAA's flags the critical bit, a type without name as
 * its number, data of types not told below as they are. Letters are lower case, though. */
#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/name.h"
#include "out/out.h"
#include "out/put.h"

static void put_readable(struct text *out, const uint8_t *data, size_t len, bool is_label)
{
    for (size_t i = 0; i < len; i++) {
        bool is_plain = data[i] >= ' ' && data[i] <= '~' && data[i] != '\\';
        if (is_plain && !(is_label && data[i] == '.'))
            text_putc(out, (char)data[i]);
        else
            text_printf(out, "\\x%02x", data[i]);
    }
}

/* Reads COUNT octets and puts them. */
static void put_octets(struct text *out, struct bytes_reader *r, size_t count, bool is_label)
{
    if (bytes_skip(r, count))
        put_readable(out, r->data + r->offset - count, count, is_label);
}

static void put_read_name(struct text *out, struct bytes_reader *r)
{
    size_t len = bytes_u8(r);
    if (len == 0)
        text_putc(out, '.');
    for (; len > 0; len = bytes_u8(r)) {
        put_octets(out, r, len, true);
        text_putc(out, '.');
    }
}

static void put_strings(struct text *out, struct bytes_reader *r)
{
    while (!r->failed && bytes_left(r) > 0) {
        text_putc(out, '"');
        put_octets(out, r, bytes_u8(r), false);
        text_puts(out, "\" ");
    }
}

static void put_caa(struct text *out, struct bytes_reader *r)
{
    text_printf(out, "%u ", bytes_u8(r) >> 7u);
    put_octets(out, r, bytes_u8(r), false);
    text_puts(out, " \"");
    put_octets(out, r, bytes_left(r), false);
    text_putc(out, '"');
}

static void put_soa(struct text *out, struct bytes_reader *r)
{
    put_read_name(out, r);
    text_putc(out, ' ');
    put_read_name(out, r);
    for (int i = 0; i < 5; i++)
        text_printf(out, " %u", (unsigned)bytes_u32(r));
}

static void put_certificate(struct text *out, struct bytes_reader *r)
{
    for (int i = 0; i < 3; i++)
        text_printf(out, "%u ", bytes_u8(r));
    while (bytes_left(r) > 0)
        text_printf(out, "%02x", bytes_u8(r));
}

/* COUNT numbers of 16 bits, then a name. */
static void put_service(struct text *out, struct bytes_reader *r, int count)
{
    for (int i = 0; i < count; i++)
        text_printf(out, "%u ", bytes_u16(r));
    put_read_name(out, r);
}

/* False when massdns has no form for the type. */
static bool put_known(struct text *out, uint16_t type, struct bytes_reader *r)
{
    switch (type) {
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_DNAME:
    case TYPE_PTR:
        put_read_name(out, r);
        return true;
    case TYPE_MX:
        put_service(out, r, 1);
        return true;
    case TYPE_SRV:
        put_service(out, r, 3);
        return true;
    case TYPE_TXT:
        put_strings(out, r);
        return true;
    case TYPE_SOA:
        put_soa(out, r);
        return true;
    case TYPE_CAA:
        put_caa(out, r);
        return true;
    case TYPE_TLSA:
    case TYPE_SMIMEA:
        put_certificate(out, r);
        return true;
    default:
        return false;
    }
}

static void put_data(struct text *out, const struct hit_record *record)
{
    struct bytes_reader r = bytes_reader_at(record->rdata, record->rdata_len, 0);
    size_t before = out->len;
    if ((record->type == TYPE_A && record->rdata_len == 4) ||
        (record->type == TYPE_AAAA && record->rdata_len == 16)) {
        put_rdata(out, record, false);
        return;
    }
    if (put_known(out, record->type, &r) && !r.failed && bytes_left(&r) == 0)
        return;
    out->len = before; /* no form, or data that are not of it */
    put_readable(out, record->rdata, record->rdata_len, false);
}

static void put_massdns_type(struct text *out, uint16_t type)
{
    char text[CODE_TEXT_MAX];
    code_type_to_text(type, text);
    text_puts(out, strncmp(text, "TYPE", 4) == 0 ? text + 4 : text);
}

static void massdns_hit(struct text *out, const struct hit *hit)
{
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *record = &hit->records[i];
        if (!name_equal(record->owner, hit->host))
            continue;
        struct bytes_reader owner = bytes_reader_at(record->owner, name_len(record->owner), 0);
        put_read_name(out, &owner);
        text_putc(out, ' ');
        put_massdns_type(out, record->type);
        text_putc(out, ' ');
        put_data(out, record);
        text_putc(out, '\n');
    }
}

const struct out_format out_massdns = {.name = "massdns", .extension = "txt", .hit = massdns_hit};
