// SPDX-License-Identifier: BSD-2-Clause
/* Queries: a fixed header and OPT record around a question written once.
 *
 * A question is name + type + class in wire form, exactly as it goes out and as
 * it must come back. Hot: one copy of the question per send, no parsing. */
#ifndef DNS_QUERY_H
#define DNS_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

#define DNS_HEADER_LEN    12
#define DNS_QUESTION_MAX  (NAME_WIRE_MAX + 4)
#define DNS_OPT_LEN       11
#define DNS_QUERY_MAX     (DNS_HEADER_LEN + DNS_QUESTION_MAX + DNS_OPT_LEN)
#define DNS_EDNS_UDP_LEN  1232 /* no fragments (DNS flag day 2020) */
#define DNS_PLAIN_UDP_LEN 512  /* without EDNS (RFC 1035 section 4.2.1) */

struct question {
    uint16_t len;
    uint8_t wire[DNS_QUESTION_MAX];
};

enum query_flags {
    QUERY_EDNS = 1 << 0,  /* OPT record, 1,232 octets (RFC 6891) */
    QUERY_DO = 1 << 1,    /* DNSSEC OK; needs QUERY_EDNS (RFC 3225) */
    QUERY_NO_RD = 1 << 2, /* recursion not desired: for authoritative servers */
    QUERY_CD = 1 << 3,    /* checking disabled: signatures are wanted as they are (RFC 4035) */
    QUERY_CO = 1 << 4,    /* compact answers are understood; needs QUERY_DO (RFC 9824) */
    QUERY_EDNS_ALL = QUERY_EDNS | QUERY_DO | QUERY_CO,
};

void question_init(struct question *out, const uint8_t *name, size_t name_len, uint16_t type);
void question_set_type(struct question *question, uint16_t type);
uint16_t question_type(const struct question *question);

/* Writes the message; OUT holds DNS_QUERY_MAX octets. Returns its length. */
size_t query_write(uint8_t *out, uint16_t id, const struct question *question, unsigned flags);

/* The question with letters in upper case where BITS have a one: the same for equal BITS, in
 * plain lower case for 0. Any 64 octets that begin at a multiple of 64 have a bit each. */
void question_mix(struct question *out, const struct question *question, uint64_t bits);
/* query_write with the question mixed so. */
size_t query_write_mixed(uint8_t *out, uint16_t id, const struct question *question, unsigned flags,
                         uint64_t bits);

#endif
