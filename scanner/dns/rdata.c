// SPDX-License-Identifier: BSD-2-Clause
/* Record data out of messages: names decompressed and lower-cased.
 *
 * A table tells, per type, how its data are laid out. It has the types whose
 * names may be compressed (RFC 1035 section 3.3, RFC 3597 section 4) and those whose
 * names have a canonical lower-case form (RFC 4034 section 6.2 as corrected by
 * RFC 6840 section 5.1). What is not in it is copied as it is. Layout letters:
 *
 *     N      a name
 *     W      a name in full, without pointers
 *     1-9    so many octets ("99" is 18)
 *     S      a character string (RFC 1035 section 3.3)
 *     *      whatever is left; without it nothing may be left */
#include "dns/rdata.h"

#include <string.h>

#include "base/bytes.h"

static const struct layout {
    uint16_t type;
    const char *fields;
} layouts[] = {
    {TYPE_A, "4"},     {TYPE_NS, "N"},      {3, "N"}, /* MD */
    {4, "N"},                                         /* MF */
    {TYPE_CNAME, "N"}, {TYPE_SOA, "NN992"}, /* serial, refresh, retry, expire, minimum: 20 octets */
    {7, "N"},                               /* MB */
    {8, "N"},                               /* MG */
    {9, "N"},                               /* MR */
    {TYPE_PTR, "N"},   {14, "NN"},          /* MINFO */
    {TYPE_MX, "2N"},   {17, "NN"},          /* RP */
    {18, "2N"},                             /* AFSDB */
    {21, "2N"},                             /* RT */
    {24, "99N*"},                           /* SIG */
    {26, "2NN"},                            /* PX */
    {TYPE_AAAA, "88"}, {30, "N*"},          /* NXT */
    {TYPE_SRV, "6N"},  {35, "4SSSN"},       /* NAPTR */
    {36, "2N"},                             /* KX */
    {TYPE_DNAME, "N"}, {46, "99N*"},        /* RRSIG */
};

/* Types whose names are copied as they are when expanded, or are never compressed. */
static const struct layout whole_layouts[] = {
    {TYPE_RRSIG, "99W*"}, {TYPE_NSEC, "W*"}, {TYPE_SVCB, "2W*"}, {TYPE_HTTPS, "2W*"}};

static const char *fields_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (layouts[i].type == type)
            return layouts[i].fields;
    return "*";
}

static const char *strict_fields_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof whole_layouts / sizeof whole_layouts[0]; i++)
        if (whole_layouts[i].type == type)
            return whole_layouts[i].fields;
    return fields_of(type);
}

/* Copies COUNT octets from R to W. */
static void copy(struct bytes_reader *r, struct bytes_writer *w, size_t count)
{
    if (bytes_skip(r, count))
        bytes_put(w, r->data + r->offset - count, count);
}

static void copy_name(const struct reply *reply, struct bytes_reader *r, struct bytes_writer *w)
{
    struct name name;
    size_t end;
    /* The name may lead anywhere before it, but its own octets end with the data. */
    if (r->failed || reply_read_name(reply, r->offset, &name, &end) || end > r->len) {
        r->failed = true;
        return;
    }
    name_lower(name.wire);
    bytes_put(w, name.wire, name.len);
    r->offset = end;
}

int rdata_expand(const struct reply *reply, const struct reply_record *record, uint8_t *out,
                 size_t cap, size_t *out_len)
{
    struct bytes_writer w = bytes_writer_at(out, cap);
    size_t rdata_end = (size_t)record->rdata_offset + record->rdata_len;
    *out_len = 0;
    if (rdata_end > reply->len)
        return ERR_TRUNC;
    struct bytes_reader r = bytes_reader_at(reply->data, rdata_end, record->rdata_offset);
    for (const char *field = fields_of(record->type); *field; field++) {
        if (*field == 'N') {
            copy_name(reply, &r, &w);
        } else if (*field == 'S') {
            size_t len = bytes_u8(&r);
            bytes_put_u8(&w, (uint8_t)len);
            copy(&r, &w, len);
        } else {
            copy(&r, &w, *field == '*' ? bytes_left(&r) : (size_t)(*field - '0'));
        }
    }
    if (r.failed || bytes_left(&r) > 0)
        return ERR_TRUNC;
    if (w.failed)
        return ERR_FULL;
    *out_len = w.len;
    return 0;
}

/* Steps over a name; WHOLE: its own octets are all there is of it. */
static void check_name(const struct reply *reply, struct bytes_reader *r, bool whole)
{
    struct name name;
    size_t end;
    if (r->failed || reply_read_name(reply, r->offset, &name, &end) || end > r->len ||
        (whole && end - r->offset != name.len))
        r->failed = true;
    else
        r->offset = end;
}

int rdata_check(const struct reply *reply, const struct reply_record *record)
{
    size_t rdata_end = (size_t)record->rdata_offset + record->rdata_len;
    if (rdata_end > reply->len)
        return ERR_TRUNC;
    struct bytes_reader r = bytes_reader_at(reply->data, rdata_end, record->rdata_offset);
    for (const char *field = strict_fields_of(record->type); *field; field++) {
        if (*field == 'N' || *field == 'W')
            check_name(reply, &r, *field == 'W');
        else if (*field == 'S')
            bytes_skip(&r, bytes_u8(&r));
        else
            bytes_skip(&r, *field == '*' ? bytes_left(&r) : (size_t)(*field - '0'));
    }
    return r.failed || bytes_left(&r) > 0 ? ERR_TRUNC : 0;
}

/* Whether the first BITS bits of ADDRESS are those of RANGE. */
static bool begins_with(const uint8_t *address, const uint8_t *range, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(address, range, whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ range[whole]) >> (8 - rest) == 0;
}

static bool is_private_v4(const uint8_t *address)
{
    static const struct {
        uint8_t range[4];
        unsigned bits;
    } ranges[] = {
        {{10, 0, 0, 0}, 8},     /* RFC 1918 */
        {{172, 16, 0, 0}, 12},  /* RFC 1918 */
        {{192, 168, 0, 0}, 16}, /* RFC 1918 */
        {{100, 64, 0, 0}, 10},  /* shared, RFC 6598 */
        {{169, 254, 0, 0}, 16}, /* link-local, RFC 3927 */
        {{127, 0, 0, 0}, 8},    /* loopback, RFC 1122 */
        {{0, 0, 0, 0}, 8},      /* this host, RFC 1122 */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (begins_with(address, ranges[i].range, ranges[i].bits))
            return true;
    return false;
}

static bool is_private_v6(const uint8_t *address)
{
    static const uint8_t unique_local[] = {0xfc};                 /* RFC 4193 */
    static const uint8_t link_local[] = {0xfe, 0x80};             /* RFC 4291 */
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 section 2.5.5.2 */
    static const uint8_t loopback[16] = {[15] = 1};               /* RFC 4291 section 2.5.3 */
    static const uint8_t unspecified[16] = {0};
    if (begins_with(address, mapped, 96))
        return is_private_v4(address + 12);
    return begins_with(address, unique_local, 7) || begins_with(address, link_local, 10) ||
           begins_with(address, loopback, 128) || begins_with(address, unspecified, 128);
}

bool rdata_is_private_address(uint16_t type, const uint8_t *rdata, size_t len)
{
    if (type == TYPE_A && len == 4)
        return is_private_v4(rdata);
    return type == TYPE_AAAA && len == 16 && is_private_v6(rdata);
}
