// SPDX-License-Identifier: BSD-2-Clause
/* What is to be known of an address without a network. */
#include <arpa/inet.h>
#include <string.h>

#include "engine/wire.h"

bool wire_address_equal(const struct wire_address *a, const struct wire_address *b)
{
    if (a->family != b->family)
        return false;
    if (a->family == 0)
        return a->sa.v4.sin_port == b->sa.v4.sin_port &&
               a->sa.v4.sin_addr.s_addr == b->sa.v4.sin_addr.s_addr;
    return a->sa.v6.sin6_port == b->sa.v6.sin6_port &&
           memcmp(&a->sa.v6.sin6_addr, &b->sa.v6.sin6_addr, sizeof a->sa.v6.sin6_addr) == 0 &&
           (b->sa.v6.sin6_scope_id == 0 || a->sa.v6.sin6_scope_id == b->sa.v6.sin6_scope_id);
}

bool wire_address_is_loopback(const struct wire_address *address)
{
    if (address->family == 0)
        return ntohl(address->sa.v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address->sa.v6.sin6_addr);
}
