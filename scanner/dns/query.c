// SPDX-License-Identifier: BSD-2-Clause
/* Writing queries: three copies and a few patched octets.
 *
 * 1. The header template, with the id, RD and CD patched in.
 * 2. The question, as it was written once; letters in upper case where the caller says.
 * 3. The OPT template, with DO and CO patched in; always copied (the buffer has room)
 *    and counted only with QUERY_EDNS, so that the usual way has no branch. */
#include "dns/query.h"

#include <string.h>

#include "dns/code.h"

#define HEADER_RD        0x01 /* in octet 2 (RFC 1035 section 4.1.1) */
#define HEADER_CD        0x10 /* in octet 3 (RFC 4035 section 4.9.2) */
#define HEADER_ARCOUNT   11   /* low octet of the additional count */
#define OPT_FLAGS_OFFSET 7    /* root, type, size, extended rcode, version, flags */
#define OPT_DO           0x80 /* RFC 3225 section 3 */
#define OPT_CO           0x40 /* RFC 9824 section 5.1 */

static const uint8_t header_template[DNS_HEADER_LEN] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
static const uint8_t opt_template[DNS_OPT_LEN] = {
    0, 0, TYPE_OPT, DNS_EDNS_UDP_LEN >> 8, DNS_EDNS_UDP_LEN & 0xff, 0, 0, 0, 0, 0, 0};

void question_init(struct question *out, const uint8_t *name, size_t name_len, uint16_t type)
{
    memcpy(out->wire, name, name_len);
    uint8_t *tail = out->wire + name_len;
    tail[0] = (uint8_t)(type >> 8);
    tail[1] = (uint8_t)type;
    tail[2] = 0;
    tail[3] = CLASS_IN;
    out->len = (uint16_t)(name_len + 4);
}

void question_set_type(struct question *question, uint16_t type)
{
    uint8_t *tail = question->wire + question->len - 4;
    tail[0] = (uint8_t)(type >> 8);
    tail[1] = (uint8_t)type;
}

uint16_t question_type(const struct question *question)
{
    const uint8_t *tail = question->wire + question->len - 4;
    return (uint16_t)(tail[0] << 8 | tail[1]);
}

/* Letters are found in eight octets at a time: with the top bit out of the way, adding what
 * is missing to 0x80 sets it in octets from 'a' on, and in those past 'z'. BITS turn by one for
 * each eight, so that 64 octets have a bit of their own. */
static void mix(uint8_t *out, const struct question *question, uint64_t bits)
{
    const uint64_t each = 0x0101010101010101, top = 0x80 * each, upper = 0x20 * each;
    size_t name_octets = question->len - 4u;
    for (size_t i = 0; i < name_octets; i += 8, bits = bits >> 1 | bits << 63) {
        uint64_t octets;
        memcpy(&octets, question->wire + i, 8);
        uint64_t low = octets & ~top;
        uint64_t letters = (low + (0x80 - 'a') * each) & ~(low + (0x7f - 'z') * each) & ~octets;
        octets ^= letters >> 2 & bits & upper;
        memcpy(out + i, &octets, 8);
    }
    memcpy(out + name_octets, question->wire + name_octets, 4);
}

void question_mix(struct question *out, const struct question *question, uint64_t bits)
{
    mix(out->wire, question, bits);
    out->len = question->len;
}

size_t query_write_mixed(uint8_t *out, uint16_t id, const struct question *question, unsigned flags,
                         uint64_t bits)
{
    unsigned edns = flags & QUERY_EDNS; /* 0 or 1 */
    memcpy(out, header_template, DNS_HEADER_LEN);
    out[0] = (uint8_t)(id >> 8);
    out[1] = (uint8_t)id;
    out[2] = (uint8_t)(flags & QUERY_NO_RD ? 0 : HEADER_RD);
    out[3] = (uint8_t)(flags & QUERY_CD ? HEADER_CD : 0);
    out[HEADER_ARCOUNT] = (uint8_t)edns;
    mix(out + DNS_HEADER_LEN, question, bits);
    uint8_t *opt = out + DNS_HEADER_LEN + question->len;
    memcpy(opt, opt_template, DNS_OPT_LEN);
    opt[OPT_FLAGS_OFFSET] =
        (uint8_t)((flags & QUERY_DO ? OPT_DO : 0) | (flags & QUERY_CO ? OPT_CO : 0));
    return DNS_HEADER_LEN + question->len + edns * DNS_OPT_LEN;
}

size_t query_write(uint8_t *out, uint16_t id, const struct question *question, unsigned flags)
{
    return query_write_mixed(out, id, question, flags, 0);
}
