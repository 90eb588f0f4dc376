// SPDX-License-Identifier: BSD-2-Clause
/* Queries read and replies written, without compression: replies here are made to be judged,
 * not to be small. */
#ifndef HOSTILE_MESSAGE_H
#define HOSTILE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "dns/name.h"

#define MESSAGE_MAX 65535

enum rr_types {
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_SOA = 6,
    TYPE_TXT = 16,
    TYPE_AAAA = 28,
    TYPE_DS = 43,
    TYPE_RRSIG = 46,
    TYPE_NSEC = 47,
    TYPE_DNSKEY = 48,
    TYPE_NSEC3 = 50,
    TYPE_NSEC3PARAM = 51,
    TYPE_NXNAME = 128,
    TYPE_IXFR = 251,
    TYPE_AXFR = 252,
    TYPE_OLD_NXNAME = 65238, /* RFC 9824 appendix B: private ones from before it */
    TYPE_OLD_ENT = 65281,
};

enum rcodes {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_REFUSED = 5,
    RCODE_NOTAUTH = 9,
};

enum section { SECTION_ANSWER, SECTION_AUTHORITY, SECTION_COUNT };

struct query {
    uint16_t id, type, class, flags; /* the header's */
    struct name name;                /* lower case */
    uint8_t asked[NAME_WIRE_MAX];    /* as it came, to be said back */
    bool has_edns, wants_dnssec, has_co, is_tcp;
    size_t room; /* octets a reply may have */
};

struct reply {
    struct bytes_writer out;
    uint16_t rcode, edns_flags;
    bool is_authoritative, is_truncated, recurses, has_edns;
    uint16_t counts[SECTION_COUNT];
};

/* False: it cannot even be refused. */
bool query_read(struct query *out, const uint8_t *data, size_t len, bool is_tcp);

/* Header and question into DATA, which holds CAP octets. */
void reply_begin(struct reply *reply, const struct query *query, uint8_t *data, size_t cap);
/* One record. Sections are filled in order. */
void reply_put(struct reply *reply, enum section section, const uint8_t *owner, uint16_t type,
               uint32_t ttl, const uint8_t *rdata, size_t len);
/* OPT record and header; what does not fit QUERY's room becomes a TC. Returns the length. */
size_t reply_end(struct reply *reply, const struct query *query);

#endif
