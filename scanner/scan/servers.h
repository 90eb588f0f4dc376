// SPDX-License-Identifier: BSD-2-Clause
/* The name servers of a zone, and their addresses: from its parent (the referral, or what
 * resolvers give for NS), from the zone itself, and the SOA's MNAME (RFC 1034 section 4.2.1,
 * RFC 9499 section 7). With --server these are given and nobody is asked.
 *
 * Resolvers asked for this come from -r, else /etc/resolv.conf, never the built-in list. What
 * they and the servers say is bounded: so many hosts and addresses, none that nobody can have
 * (0.0.0.0, multicast). Families without a route, and those ruled out by -4, -6 and --bind,
 * are left out quietly. */
#ifndef SCAN_SERVERS_H
#define SCAN_SERVERS_H

#include "dns/name.h"
#include "scan/asker.h"
#include "scan/params.h"

#define SERVERS_MAX 64 /* addresses of a zone; more are left out, and told */

enum server_origin {
    SERVER_GIVEN = 1 << 0,  /* --server */
    SERVER_PARENT = 1 << 1, /* NS as resolvers give it */
    SERVER_ZONE = 1 << 2,   /* NS as the zone's own servers give it */
    SERVER_MNAME = 1 << 3,
};

struct server {
    struct wire_address address;
    struct name host; /* the name server's name; the root when only an address is known */
    unsigned origin;  /* enum server_origin */
    char text[64];    /* "192.0.2.1:53" */
};

#define SERVERS_WHY_MAX (NAME_TEXT_MAX + 64)

struct servers {
    struct name zone; /* as asked for, or where that is no zone of its own: the one it lies in */
    struct server items[SERVERS_MAX]; /* in the order of their text; given ones as given */
    size_t count;
    size_t without_address;   /* name servers whose address could not be had */
    size_t unusable;          /* addresses left out: no route, -4, -6, --bind */
    size_t left_out;          /* addresses and hosts beyond the bounds */
    struct counters counters; /* of the queries that it took */
    char why[SERVERS_WHY_MAX];
};

/* Finds them, with an asker of its own, within some twenty seconds. ERR_IO and the like are told
 * by log_error; COUNT may come out 0, and *WHY says in words why (kept in OUT). */
MUST_CHECK int servers_find(struct servers *out, const uint8_t *zone,
                            const struct scan_params *params, const char **why);

/* Reads a value of --server: an address, or else HOST gets a name and PORT its port (HOST.len 0
 * where there is none). ERR_SYNTAX. */
MUST_CHECK int servers_parse(const char *text, uint16_t default_port, struct wire_address *address,
                             struct name *host, uint16_t *port);

#endif
