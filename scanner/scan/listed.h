// SPDX-License-Identifier: BSD-2-Clause
/* Names known to exist before anything is found: the zone's own name servers below its apex,
 * as most resolvers list them when their vetting asks for NS.
 *
 * Each costs a query to whoever is tested with it, so none is asked for before there is need:
 * when resolvers deny what another gives data for, or when a run ends with nothing found. Whose
 * data for one are the first vouches for it; from then on it is a confirmed name like others
 * (scan/checks.h). A server that all deny may be the zone's mistake: that convicts nobody, but
 * is told. One worker's; but which servers are there all workers know, since all resolvers
 * of one may be deniers. */
#ifndef SCAN_LISTED_H
#define SCAN_LISTED_H

#include <stdatomic.h>

#include "dns/name.h"
#include "scan/hits.h"

#define LISTED_MAX 4

struct run;
struct worker;

/* Shared: hashes of servers that some resolver gave data for; 0: none. Only added to. */
struct listed_there {
    _Atomic uint64_t hashes[LISTED_MAX];
};

struct listed {
    struct listed_host {
        struct name name;
        uint32_t count;  /* resolvers that list it */
        uint32_t serial; /* of the confirmed names; 0: not among them yet */
        bool is_denied;  /* some resolver said that it does not exist */
        bool is_there;   /* some resolver gave data */
    } hosts[LISTED_MAX];
    uint32_t host_count;
    uint32_t answers; /* resolvers that listed any servers */
};

/* What one resolver lists (its reply for the apex's NS); once for each. */
void listed_note(struct worker *worker, const struct part *part);
/* RESOLVER, which denies what another gives data for, is asked for a server; once or twice. */
void listed_test(struct worker *worker, uint32_t resolver);
/* Nothing was found: all that deny are to be tested with the servers, if there are any. */
void listed_begin(struct worker *worker);
/* An answer about the confirmed name SERIAL: HAS_DATA, or no such name. */
void listed_settle(struct worker *worker, uint32_t serial, bool has_data);
/* Another worker's resolvers, or this one's, gave data for the server; for any server. */
bool listed_is_there(const struct run *run, const uint8_t *name);
bool listed_any_is_there(const struct run *run);
/* The server that resolvers list, and that each of them denies; NULL: none. */
const struct name *listed_denied(const struct worker *worker);

#endif
