// SPDX-License-Identifier: BSD-2-Clause
/* A writer per field, a list of fields per type. Fields:
 *
 *     4 6         an address            N    a name, compressed or not
 *     b h w       8, 16, 32 bits        W    a name in full
 *     t           a type's mnemonic     s    strings to the end
 *     d           a time                x    the rest in hex
 *     e           the rest in base64    m    the rest as a type bitmap
 *     l           salt: a length and hex, or a dash
 *     k           hash: a length and base32hex
 */
#include "dns/rdata_direct.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/dnssec.h"

/* An octet of a bitmap can become eight words such as "TYPE12345 ", one of a string an escape. */
#define ROOM_PER_BITMAP_OCTET 88
#define ROOM_PER_OCTET        4
#define ROOM_FIXED            (2 * NAME_TEXT_MAX + 128)

static const struct {
    uint16_t type;
    const char *fields;
} forms[] = {
    {TYPE_A, "4"},         {TYPE_AAAA, "6"},          {TYPE_NS, "N"},
    {TYPE_CNAME, "N"},     {TYPE_PTR, "N"},           {TYPE_DNAME, "N"},
    {TYPE_MX, "hN"},       {TYPE_TXT, "s"},           {TYPE_SRV, "hhhN"},
    {TYPE_SOA, "NNwwwww"}, {TYPE_RRSIG, "tbbwddhWe"}, {TYPE_NSEC, "Wm"},
    {TYPE_DS, "hbbx"},     {TYPE_DNSKEY, "hbbe"},     {TYPE_NSEC3, "bbhlkm"},
    {TYPE_CDS, "hbbx"},    {TYPE_CDNSKEY, "hbbe"},
};

struct writer {
    char *to;
    const struct reply *reply;
    struct bytes_reader r; /* up to the data's end */
    enum rdata_style style;
};

/* --- numbers --- */

char *decimal_put(char *to, uint32_t value)
{
    char digits[10];
    unsigned count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static char *two_digits(char *to, unsigned value)
{
    *to++ = (char)('0' + value / 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

/* YYYYMMDDHHmmSS (RFC 4034 section 3.2), by the days-to-civil algorithm: years that begin in
 * March, so that the odd day is their last. */
static char *time_put(char *to, uint32_t time_s)
{
    uint32_t days = time_s / 86400 + 719468, second = time_s % 86400; /* from 0000-03-01 */
    uint32_t era = days / 146097, day = days % 146097;
    uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    uint32_t month = (5 * day + 2) / 153;
    day = day - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += era * 400 + (month <= 2);
    to = two_digits(two_digits(to, year / 100), year % 100);
    to = two_digits(two_digits(to, month), day);
    to = two_digits(two_digits(to, second / 3600), second / 60 % 60);
    return two_digits(to, second % 60);
}

/* --- octets --- */

static const char hex_digits[] = "0123456789abcdef";

static char *hex_put(char *to, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        *to++ = hex_digits[data[i] >> 4];
        *to++ = hex_digits[data[i] & 0x0f];
    }
    return to;
}

static char *base64_put(char *to, const uint8_t *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; len >= 3; len -= 3, data += 3) {
        uint32_t bits = (uint32_t)data[0] << 16 | (uint32_t)data[1] << 8 | data[2];
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = digits[bits >> 6 & 63];
        *to++ = digits[bits & 63];
    }
    if (len > 0) {
        uint32_t bits = (uint32_t)data[0] << 16 | (len == 2 ? (uint32_t)data[1] << 8 : 0);
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = len == 2 ? digits[bits >> 6 & 63] : '=';
        *to++ = '=';
    }
    return to;
}

/* --- addresses --- */

static char *v4_put(char *to, const uint8_t *data)
{
    for (int i = 0; i < 4; i++) {
        to = decimal_put(to, data[i]);
        *to++ = '.';
    }
    return to - 1;
}

/* RFC 5952: the longest run of two or more zero groups is left out, of equals the first. */
static char *v6_put(char *to, const uint8_t *data)
{
    static const uint8_t zeros[10];
    unsigned groups[8], run = 0, best = 8, best_len = 1;
    if (memcmp(data, zeros, sizeof zeros) == 0) { /* ::1, ::ffff:192.0.2.1 and their like */
        (void)inet_ntop(AF_INET6, data, to, INET6_ADDRSTRLEN);
        return to + strlen(to);
    }
    for (unsigned i = 0; i < 8; i++) {
        groups[i] = (unsigned)data[2 * i] << 8 | data[2 * i + 1];
        run = groups[i] ? 0 : run + 1;
        if (run > best_len) {
            best_len = run;
            best = i + 1 - run;
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        if (i == best) {
            *to++ = ':';
            i += best_len - 1;
            if (i == 7)
                *to++ = ':';
            continue;
        }
        if (i > 0)
            *to++ = ':';
        unsigned group = groups[i];
        if (group > 0xfff)
            *to++ = hex_digits[group >> 12];
        if (group > 0xff)
            *to++ = hex_digits[group >> 8 & 15];
        if (group > 0xf)
            *to++ = hex_digits[group >> 4 & 15];
        *to++ = hex_digits[group & 15];
    }
    return to;
}

/* --- names, types, strings --- */

static void put_name(struct writer *w, bool is_whole)
{
    struct name name;
    size_t end = w->r.offset;
    if (w->r.failed || reply_read_name(w->reply, w->r.offset, &name, &end) != 0 || end > w->r.len ||
        (is_whole && end - w->r.offset != name.len)) {
        w->r.failed = true;
        return;
    }
    w->r.offset = end;
    if (w->style == RDATA_BARE) {
        w->to += name_to_text(name.wire, w->to);
        return;
    }
    w->to += name_to_text_as_is(name.wire, w->to);
    if (name.len > 1) /* the root's text is its dot */
        *w->to++ = '.';
}

static void put_type(struct writer *w, uint16_t type)
{
    char text[CODE_TEXT_MAX];
    size_t len = strlen(code_type_to_zone_text(type, text));
    memcpy(w->to, text, len);
    w->to += len;
}

static char *string_put(char *to, const uint8_t *data, size_t len)
{
    *to++ = '"';
    for (size_t i = 0; i < len; i++) {
        uint8_t octet = data[i];
        if (octet >= 0x20 && octet < 0x7f) {
            if (octet == '"' || octet == '\\')
                *to++ = '\\';
            *to++ = (char)octet;
            continue;
        }
        *to++ = '\\';
        *to++ = (char)('0' + octet / 100);
        to = two_digits(to, octet % 100);
    }
    *to++ = '"';
    return to;
}

/* One at least (RFC 1035 section 3.3.14). */
static void put_strings(struct writer *w)
{
    do {
        size_t len = bytes_u8(&w->r), at = w->r.offset;
        if (!bytes_skip(&w->r, len))
            return;
        w->to = string_put(w->to, w->r.data + at, len);
        *w->to++ = ' ';
    } while (bytes_left(&w->r) > 0);
    w->to--;
}

/* Windows rise, have 1 to 32 octets, and no zeros at their end (RFC 4034 section 4.1.2). */
static void put_bitmap(struct writer *w)
{
    int last = -1;
    while (bytes_left(&w->r) > 0) {
        uint8_t window = bytes_u8(&w->r), len = bytes_u8(&w->r);
        size_t at = w->r.offset;
        if (len == 0 || len > 32 || window <= last || !bytes_skip(&w->r, len) ||
            w->r.data[at + len - 1] == 0) {
            w->r.failed = true;
            return;
        }
        last = window;
        for (unsigned bit = 0; bit < 8u * len; bit++) {
            if (!(w->r.data[at + bit / 8] & 0x80 >> bit % 8))
                continue;
            put_type(w, (uint16_t)((unsigned)window << 8 | bit));
            *w->to++ = ' ';
        }
    }
    w->to--; /* the last blank: behind the types, or before none */
}

static void put_salt(struct writer *w)
{
    size_t len = bytes_u8(&w->r), at = w->r.offset;
    if (!bytes_skip(&w->r, len))
        return;
    if (len == 0)
        *w->to++ = '-';
    else
        w->to = hex_put(w->to, w->r.data + at, len);
}

static void put_hash(struct writer *w)
{
    size_t len = bytes_u8(&w->r), at = w->r.offset;
    if (len != NSEC3_HASH_LEN || !bytes_skip(&w->r, len)) {
        w->r.failed = true; /* for ldns to print */
        return;
    }
    base32hex_from_hash(w->r.data + at, w->to);
    w->to += NSEC3_LABEL_LEN;
}

/* --- fields --- */

/* What takes all that is left; an empty rest is not of the form. */
static void put_rest(struct writer *w, char *(*put)(char *to, const uint8_t *data, size_t len))
{
    size_t at = w->r.offset, len = bytes_left(&w->r);
    if (len == 0 || !bytes_skip(&w->r, len))
        w->r.failed = true;
    else
        w->to = put(w->to, w->r.data + at, len);
}

static void put_address(struct writer *w, size_t len, char *(*put)(char *to, const uint8_t *data))
{
    size_t at = w->r.offset;
    if (bytes_skip(&w->r, len))
        w->to = put(w->to, w->r.data + at);
}

static void put_field(struct writer *w, char field)
{
    switch (field) {
    case '4':
        put_address(w, 4, v4_put);
        return;
    case '6':
        put_address(w, 16, v6_put);
        return;
    case 'b':
        w->to = decimal_put(w->to, bytes_u8(&w->r));
        return;
    case 'h':
        w->to = decimal_put(w->to, bytes_u16(&w->r));
        return;
    case 'w':
        w->to = decimal_put(w->to, bytes_u32(&w->r));
        return;
    case 'd':
        w->to = time_put(w->to, bytes_u32(&w->r));
        return;
    case 't':
        put_type(w, bytes_u16(&w->r));
        return;
    case 'N':
    case 'W':
        put_name(w, field == 'W');
        return;
    case 's':
        put_strings(w);
        return;
    case 'x':
        put_rest(w, hex_put);
        return;
    case 'e':
        put_rest(w, base64_put);
        return;
    case 'm':
        put_bitmap(w);
        return;
    case 'l':
        put_salt(w);
        return;
    case 'k':
        put_hash(w);
        return;
    }
}

static const char *fields_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].type == type)
            return forms[i].fields;
    return NULL;
}

size_t rdata_direct_room(const struct reply_record *record)
{
    bool has_bitmap = record->type == TYPE_NSEC || record->type == TYPE_NSEC3;
    return ROOM_FIXED +
           record->rdata_len * (size_t)(has_bitmap ? ROOM_PER_BITMAP_OCTET : ROOM_PER_OCTET);
}

char *rdata_direct(char *to, const struct reply *reply, const struct reply_record *record,
                   enum rdata_style style)
{
    const char *field = fields_of(record->type);
    size_t end = (size_t)record->rdata_offset + record->rdata_len;
    if (!field || end > reply->len)
        return NULL;
    struct writer w = {.to = to,
                       .reply = reply,
                       .r = bytes_reader_at(reply->data, end, record->rdata_offset),
                       .style = style};
    put_field(&w, *field);
    while (*++field && !w.r.failed) {
        *w.to++ = ' ';
        put_field(&w, *field);
    }
    return w.r.failed || bytes_left(&w.r) > 0 ? NULL : w.to;
}
