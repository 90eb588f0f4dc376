// SPDX-License-Identifier: BSD-2-Clause
/* Record data of the usual types as text, straight out of a message: no copy of the data,
 * no ldns, no allocation. For zone transfers, where a record has some hundred nanoseconds.
 *
 * A, AAAA, NS, CNAME, PTR, DNAME, MX, SRV, SOA, TXT, DS, DNSKEY, RRSIG, NSEC, NSEC3 and their
 * child copies (CDS, CDNSKEY). The text is ldns's, octet for octet, but for times more than 68
 * years away. Others: rdata_expand and rdata_to_text. */
#ifndef DNS_RDATA_DIRECT_H
#define DNS_RDATA_DIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/reply.h"

enum rdata_style {
    RDATA_AS_SENT, /* names in the case they have, with their final dot */
    RDATA_BARE,    /* lower case, no final dot */
};

/* Octets that the text of RECORD's data may take. */
size_t rdata_direct_room(const struct reply_record *record);
/* Writes to TO, not terminated; returns the end, or NULL: the type is not one of these, or the
 * data are not of its form. */
char *rdata_direct(char *to, const struct reply *reply, const struct reply_record *record,
                   enum rdata_style style);

/* Decimal digits of VALUE; returns the end. At most 10. */
char *decimal_put(char *to, uint32_t value);

#endif
