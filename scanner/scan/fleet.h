// SPDX-License-Identifier: BSD-2-Clause
/* The run's resolvers, from -r values or the built-in list, and those of --trusted.
 *
 * Accepts `ip`, `ip:port`, `[v6]`, `[v6]:port`, `system`, files of those, and the
 * columns of two tables: the built-in list's (address, operator, stated limit) and
 * the `resolvers` command's (address, class, rate, loss, rtt, reason, back end): classes
 * that are of no use are left out and told, addresses of one back end are one operator.
 * Bad lines are told, the first ten, and counted. Equal addresses are taken once, and are
 * trusted when one of them is. Families without a route and those ruled out by -4 and -6 are
 * left out quietly. Const once loaded. */
#ifndef SCAN_FLEET_H
#define SCAN_FLEET_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/wire.h"
#include "scan/params.h"

#define FLEET_TEXT_MAX 64 /* "[v6 with scope]:65535" */

struct fleet_resolver {
    struct wire_address address;
    uint32_t operator_key; /* equal keys share a ceiling */
    uint64_t stated_qps;   /* from the list; 0: none stated */
    bool is_trusted;       /* the user vouches for it */
    char text[FLEET_TEXT_MAX];
};

struct fleet {
    struct fleet_resolver *items;
    size_t count, cap;
    size_t given;         /* distinct addresses read */
    size_t repeated;      /* of the items, named again */
    size_t without_route; /* left out: the machine cannot reach them */
    size_t unwanted;      /* left out: -4, -6 or --bind */
    size_t trusted;       /* of the items */
    size_t left_out;      /* by their class in a table */
    size_t bad_lines;
    uint32_t operator_count;
    bool is_all_loopback;
    bool is_builtin;
};

/* ERR_IO (told by log) when a list cannot be read, ERR_NOMEM. A fleet may come out
 * empty: that is for the caller to tell. */
MUST_CHECK int fleet_load(struct fleet *out, const struct scan_params *params);
void fleet_deinit(struct fleet *fleet);
/* Puts one address into a fleet that is not loaded from lists, an operator of its own; *INDEX is
 * where it stands, the same for equal addresses. ERR_NOMEM. */
MUST_CHECK int fleet_put(struct fleet *fleet, const struct wire_address *address, uint32_t *index);

/* One address in any of the spellings above; for checking options. ERR_SYNTAX. */
MUST_CHECK int fleet_parse_address(struct wire_address *out, const char *text, size_t len,
                                   uint16_t default_port);
/* "192.0.2.1:53", "[2001:db8::1]:53", "[fe80::1%eth0]:53" */
void fleet_format_address(const struct wire_address *address, char out[FLEET_TEXT_MAX]);

#endif
