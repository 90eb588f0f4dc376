// SPDX-License-Identifier: BSD-2-Clause
/* The DNS query inside a captured packet. Pure.
 *
 * Link layers: Ethernet (VLAN tags too), Linux cooked (both versions), raw IP, BSD loopback. IPv4
 * and IPv6 with extension headers; UDP alone. What goes to port 53 must be a query, or is told to
 * be none; what goes elsewhere is taken if it is one to the last octet, and passed over if not.
 * mDNS, LLMNR and NetBIOS look like DNS and are none: their ports are passed over. */
#ifndef SOURCE_WORKLOAD_PACKET_H
#define SOURCE_WORKLOAD_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/workload_stock.h"

enum packet_link {
    PACKET_ETHERNET,
    PACKET_COOKED,   /* LINKTYPE_LINUX_SLL */
    PACKET_COOKED_2, /* LINKTYPE_LINUX_SLL2 */
    PACKET_RAW,
    PACKET_LOOPBACK, /* LINKTYPE_NULL, LINKTYPE_LOOP: 4 octets, then IP */
};

enum packet_kind {
    PACKET_QUERY,  /* OUT has it, but for its time */
    PACKET_OTHER,  /* an answer, TCP, ARP...: not meant to be a query */
    PACKET_REFUSED /* a query, or a part of one, that cannot be asked: *WHY */
};

/* LEN octets were kept of a packet. WHY: static storage. */
enum packet_kind packet_parse(enum packet_link link, const uint8_t *data, size_t len,
                              struct stock_query *out, const char **why);

#endif
