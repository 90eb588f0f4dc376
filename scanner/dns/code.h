// SPDX-License-Identifier: BSD-2-Clause
/* Numbers of the DNS and their names (IANA DNS Parameters). */
#ifndef DNS_CODE_H
#define DNS_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum rr_type {
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_WKS = 11,
    TYPE_PTR = 12,
    TYPE_HINFO = 13,
    TYPE_MX = 15,
    TYPE_TXT = 16,
    TYPE_AAAA = 28,
    TYPE_SRV = 33,
    TYPE_NAPTR = 35,
    TYPE_DNAME = 39,
    TYPE_OPT = 41,
    TYPE_DS = 43,
    TYPE_SSHFP = 44,
    TYPE_RRSIG = 46,
    TYPE_NSEC = 47,
    TYPE_DNSKEY = 48,
    TYPE_NSEC3 = 50,
    TYPE_NSEC3PARAM = 51,
    TYPE_TLSA = 52,
    TYPE_SMIMEA = 53,
    TYPE_CDS = 59,
    TYPE_CDNSKEY = 60,
    TYPE_CSYNC = 62,
    TYPE_ZONEMD = 63,
    TYPE_SVCB = 64,
    TYPE_HTTPS = 65,
    TYPE_NXNAME = 128, /* in bitmaps alone: no such name (RFC 9824 section 2) */
    TYPE_TSIG = 250,
    TYPE_IXFR = 251,
    TYPE_AXFR = 252,
    TYPE_ANY = 255,
    TYPE_CAA = 257,
};

enum { CLASS_IN = 1 };

enum rcode {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_NOTAUTH = 9,
    RCODE_COUNT = 16, /* values a header can hold (RFC 1035); extended ones are not counted apart */
};

#define CODE_TEXT_MAX 16 /* "TYPE65535" and every mnemonic fit */

/* "A", "aaaa", "TYPE257" (RFC 3597); ERR_SYNTAX else. */
MUST_CHECK int code_type_from_text(const char *text, size_t len, uint16_t *out);
/* The mnemonic, or TYPEn; returns OUT. */
const char *code_type_to_text(uint16_t type, char out[CODE_TEXT_MAX]);
/* For zone files: TYPEn also where a mnemonic is so young, or so rare, that readers lack it. */
const char *code_type_to_zone_text(uint16_t type, char out[CODE_TEXT_MAX]);
const char *code_rcode_to_text(unsigned rcode); /* "NXDOMAIN"; "RCODE11"..; static storage */

#endif
