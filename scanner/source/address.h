// SPDX-License-Identifier: BSD-2-Clause
/* IP addresses and CIDR blocks as names: in-addr.arpa (RFC 1035 section 3.5) and
 * ip6.arpa (RFC 3596 section 2.5). */
#ifndef SOURCE_ADDRESS_H
#define SOURCE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

/* A /8 of IPv4: the most that one line of a list may stand for. */
#define ADDRESS_COUNT_MAX ((uint64_t)1 << 24)

struct address_block {
    bool is_v6;
    uint8_t first[16]; /* network order; 4 bytes of it for IPv4 */
    uint64_t count;    /* addresses, 1 for one without a prefix length */
};

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/112"; host bits are taken
 * off. ERR_SYNTAX for what is no address, ERR_RANGE for more than ADDRESS_COUNT_MAX. */
MUST_CHECK int address_parse(struct address_block *out, const char *text, size_t len);

/* The name of address number INDEX < count. */
void address_name(struct name *out, const struct address_block *block, uint64_t index);

#endif
