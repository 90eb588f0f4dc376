// SPDX-License-Identifier: BSD-2-Clause
/* DNSSEC records read in place.
 *
 * 1. Bitmaps (RFC 4034 section 4.1.2): windows in rising order, each of 1 to 32 octets of which
 *    the last is not zero. That is checked once, when a record is read; afterwards they are
 *    only walked.
 * 2. Each record is a straight list of reads with one check at the end. */
#include "dns/dnssec.h"

#include <string.h>

#include "base/bytes.h"

#define WINDOW_OCTETS_MAX 32

#define NSEC3_SHA1    1
#define NSEC3_OPT_OUT 1 /* the one flag there is (RFC 5155 section 3.1.2.1) */

static const uint8_t *read_octets(struct bytes_reader *r, size_t count)
{
    return bytes_skip(r, count) ? r->data + r->offset - count : NULL;
}

static const uint8_t *read_name(struct bytes_reader *r)
{
    size_t len = r->failed ? 0 : name_whole_len(r->data + r->offset, bytes_left(r));
    if (len == 0) {
        r->failed = true;
        return NULL;
    }
    return read_octets(r, len);
}

/* All that is left. */
static const uint8_t *read_rest(struct bytes_reader *r, size_t *len)
{
    *len = r->failed ? 0 : bytes_left(r);
    return read_octets(r, *len);
}

static void read_bitmap(struct bytes_reader *r, struct type_bitmap *out)
{
    struct bytes_reader windows = *r;
    int last = -1;
    out->data = read_rest(r, &out->len);
    while (!windows.failed && bytes_left(&windows) > 0) {
        int window = bytes_u8(&windows);
        size_t len = bytes_u8(&windows);
        const uint8_t *octets = read_octets(&windows, len);
        if (window <= last || len == 0 || len > WINDOW_OCTETS_MAX || !octets ||
            octets[len - 1] == 0)
            windows.failed = true;
        last = window;
    }
    r->failed |= windows.failed;
}

bool bitmap_next(const struct type_bitmap *bitmap, uint32_t from, uint16_t *type)
{
    for (size_t at = 0; at < bitmap->len; at += 2u + bitmap->data[at + 1]) {
        uint32_t base = (uint32_t)bitmap->data[at] << 8;
        uint32_t end = base + 8u * bitmap->data[at + 1];
        for (uint32_t i = from > base ? from : base; i < end; i++) {
            if (bitmap->data[at + 2 + (i - base) / 8] & 0x80 >> (i & 7)) {
                *type = (uint16_t)i;
                return true;
            }
        }
    }
    return false;
}

bool bitmap_has(const struct type_bitmap *bitmap, uint16_t type)
{
    uint16_t found;
    return bitmap_next(bitmap, type, &found) && found == type;
}

unsigned bitmap_count(const struct type_bitmap *bitmap)
{
    unsigned count = 0;
    for (size_t at = 0; at < bitmap->len; at += 2u + bitmap->data[at + 1])
        for (size_t i = 0; i < bitmap->data[at + 1]; i++)
            for (unsigned bits = bitmap->data[at + 2 + i]; bits; bits &= bits - 1)
                count++;
    return count;
}

int nsec_read(struct nsec_view *out, const uint8_t *rdata, size_t len)
{
    struct bytes_reader r = bytes_reader_at(rdata, len, 0);
    *out = (struct nsec_view){.next = read_name(&r)};
    read_bitmap(&r, &out->types);
    return r.failed ? ERR_TRUNC : 0;
}

/* Algorithm, flags, iterations, salt: how NSEC3 begins. Returns the flags. */
static uint8_t read_params(struct bytes_reader *r, struct nsec3_params *out)
{
    *out = (struct nsec3_params){.algorithm = bytes_u8(r)};
    uint8_t flags = bytes_u8(r);
    out->iterations = bytes_u16(r);
    out->salt_len = bytes_u8(r);
    const uint8_t *salt = read_octets(r, out->salt_len);
    if (salt)
        memcpy(out->salt, salt, out->salt_len);
    return flags;
}

static bool are_ours(const struct nsec3_params *params)
{
    return params->algorithm == NSEC3_SHA1 && params->iterations <= NSEC3_ITERATIONS_MAX;
}

int nsec3_read(struct nsec3_view *out, const uint8_t *rdata, size_t len)
{
    struct bytes_reader r = bytes_reader_at(rdata, len, 0);
    *out = (struct nsec3_view){0};
    uint8_t flags = read_params(&r, &out->params);
    size_t hash_len = bytes_u8(&r);
    out->is_opt_out = flags & NSEC3_OPT_OUT;
    out->next = read_octets(&r, hash_len);
    read_bitmap(&r, &out->types);
    if (r.failed || hash_len == 0)
        return ERR_TRUNC;
    bool is_ours =
        are_ours(&out->params) && (flags & ~NSEC3_OPT_OUT) == 0 && hash_len == NSEC3_HASH_LEN;
    return is_ours ? 0 : ERR_RANGE;
}

int rrsig_read(struct rrsig_view *out, const uint8_t *rdata, size_t len)
{
    struct bytes_reader r = bytes_reader_at(rdata, len, 0);
    *out = (struct rrsig_view){.type = bytes_u16(&r)};
    out->algorithm = bytes_u8(&r);
    out->labels = bytes_u8(&r);
    out->original_ttl = bytes_u32(&r);
    out->expiration = bytes_u32(&r);
    out->inception = bytes_u32(&r);
    out->key_tag = bytes_u16(&r);
    out->signer = read_name(&r);
    out->signature = read_rest(&r, &out->signature_len);
    return r.failed || out->signature_len == 0 ? ERR_TRUNC : 0;
}

/* A stands at or before B (RFC 1982 section 3.2); half the circle apart, neither does. */
static bool is_in_order(uint32_t a, uint32_t b)
{
    return b - a < UINT32_C(1) << 31;
}

bool rrsig_is_timely(const struct rrsig_view *sig, int64_t now_s)
{
    uint32_t now = (uint32_t)now_s;
    return is_in_order(sig->inception, now) && is_in_order(now, sig->expiration) &&
           is_in_order(sig->inception, sig->expiration);
}

unsigned rrsig_labels_of(const uint8_t *owner)
{
    bool is_star = owner[0] == 1 && owner[1] == '*';
    return name_label_count(owner) - is_star;
}

bool rrsig_is_expanded(const struct rrsig_view *sig, const uint8_t *owner)
{
    return rrsig_labels_of(owner) > sig->labels;
}

/* RFC 4034 appendix B; algorithm 1 has another (B.1), and nobody checks it any more. */
static uint16_t key_tag(const uint8_t *rdata, size_t len)
{
    uint32_t sum = 0; /* cannot overflow: 65,535 octets at most */
    for (size_t i = 0; i < len; i++)
        sum += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
    return (uint16_t)(sum + (sum >> 16));
}

int dnskey_read(struct dnskey_view *out, const uint8_t *rdata, size_t len)
{
    struct bytes_reader r = bytes_reader_at(rdata, len, 0);
    *out = (struct dnskey_view){.flags = bytes_u16(&r)};
    out->protocol = bytes_u8(&r);
    out->algorithm = bytes_u8(&r);
    out->key = read_rest(&r, &out->key_len);
    if (r.failed || out->key_len == 0 || len > UINT16_MAX)
        return ERR_TRUNC;
    out->tag = key_tag(rdata, len);
    return 0;
}
