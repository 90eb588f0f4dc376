// SPDX-License-Identifier: BSD-2-Clause
/* Record data out of messages, and as text. Cold: only for what is found.
 *
 * rdata.c expands compressed names (types of RFC 1035 and RFC 3597 section 4);
 * rdata_text.c is the only file that includes ldns. */
#ifndef DNS_RDATA_H
#define DNS_RDATA_H

#include <stddef.h>
#include <stdint.h>

#include "dns/reply.h"

#define RDATA_MAX 65535

/* Copies RECORD's data to OUT with names decompressed and, in types whose
 * canonical form says so (RFC 4034 section 6.2), lower-cased. OUT_LEN gets the
 * length. ERR_TRUNC when the data do not fit their type, ERR_FULL over CAP. */
MUST_CHECK int rdata_expand(const struct reply *reply, const struct reply_record *record,
                            uint8_t *out, size_t cap, size_t *out_len);

/* Whether RECORD's data have the form that their type is known to have here, names included; 0 or
 * ERR_TRUNC. Names that must not be compressed (RFC 3597 section 4) have to be whole. */
MUST_CHECK int rdata_check(const struct reply *reply, const struct reply_record *record);

/* Presentation text of expanded rdata, terminated; never a raw control byte;
 * names in it lower case (but NSEC's in zone text) and without trailing dot when BARE_NAMES. Falls
 * back to RFC 3597 `\# n hex` for what ldns cannot print. ERR_FULL over CAP. */
MUST_CHECK int rdata_to_text(uint16_t type, const uint8_t *rdata, size_t len, bool bare_names,
                             char *out, size_t cap);

/* Whether TYPE has a form of its own here: data of such a type that come out as
 * `\# n hex` are malformed (or of the obsolete WKS, which is never printed). */
bool rdata_has_form(uint16_t type);

/* An address in a private, shared, loopback or link-local range (RFC 1918, 6598,
 * 3927, 4193, 4291; RFC 6890). TYPE_A or TYPE_AAAA rdata. */
bool rdata_is_private_address(uint16_t type, const uint8_t *rdata, size_t len);

#endif
