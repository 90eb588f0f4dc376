// SPDX-License-Identifier: BSD-2-Clause
/* What the files of a transfer run share: transfer.c (the run), transfer_zone.c (a zone's servers),
 * transfer_target.c (one server), transfer_tell.c (messages, stats). */
#ifndef SCAN_TRANSFER_STATE_H
#define SCAN_TRANSFER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "base/set.h"
#include "dns/transfer.h"
#include "dns/tsig.h"
#include "engine/conn.h"
#include "out/bulk.h"
#include "out/transfers.h"
#include "scan/display.h"
#include "scan/keep.h"
#include "scan/params.h"
#include "scan/servers.h"
#include "scan/transfer.h"

#define ATTEMPTS_MAX 8 /* an AXFR twice, an SOA, four IXFRs, and one to spare */

/* What a server is asked next. */
enum stage {
    STAGE_AXFR,
    STAGE_SOA,
    STAGE_LAST,   /* IXFR from the serial before the current */
    STAGE_OLDEST, /* from the one that is older than all others (RFC 1982) */
    STAGE_LAST_UDP,
    STAGE_OLDEST_UDP,
    STAGE_GIVEN, /* from the serial of --ixfr */
    STAGE_GIVEN_UDP,
    STAGE_OVER,
};

struct zone_transfer;

/* A server of a zone. */
struct target {
    struct zone_transfer *zone;
    const struct server *server;
    enum stage stage;
    bool is_open;
    bool is_again;   /* its zone was whole, and is fetched once more to be kept */
    uint32_t serial; /* current, as its SOA told */
    struct attempt attempts[ATTEMPTS_MAX];
    unsigned attempt_count;
    char host[NAME_TEXT_MAX]; /* "ns1.example.com"; empty: only an address is known */
    char address[64];         /* without port */

    /* of the attempt in hand */
    struct transfer transfer;
    struct tsig *tsig; /* NULL: not signed */
    bool has_claim;    /* it writes */
};

enum run_stop_cause { TRANSFER_ON, TRANSFER_BY_SIGNAL, TRANSFER_BY_TIME, TRANSFER_BY_ERROR };

struct zone_transfer {
    struct transfer_run *run;
    const uint8_t *name;
    char text[NAME_TEXT_MAX];
    struct servers servers;
    struct target *targets; /* servers.count */
    struct keep *keep;
};

struct transfer_run {
    const struct scan_params *params;
    struct rng rng;
    struct tls_context *tls; /* NULL: no --tls */
    struct conns *conns;
    struct out_bulk *bulk;
    struct set *seen;           /* names over several zones; NULL: one zone, or another format */
    struct zone_transfer *zone; /* in hand; NULL: none */
    enum run_stop_cause stop;
    int error;      /* that ends it all */
    bool is_closed; /* stdout's reader went away */

    struct display display;
    mono_ns started;
    int64_t started_ms;
    size_t zones, zones_done, zones_whole, zones_usable;
    uint64_t servers, outcomes[TRANSFER_OUTCOMES]; /* of servers, by their best attempt */
    uint64_t records, names, octets, queries;      /* records and names written */
    struct text zones_json, servers_json;          /* for --stats; members, apart by commas */
};

/* --- transfer_target.c --- */

void target_init(struct target *x, struct zone_transfer *zone, const struct server *server);
/* Asks what is to be asked next. ERR_FULL: no connection to be had just now; ERR_NOMEM and
 * ERR_NOTSUP end the run. */
MUST_CHECK int target_ask(struct target *x);
/* A message for it; false: enough. */
bool target_take(struct target *x, const uint8_t *data, size_t len);
void target_ended(struct target *x, const struct conn_report *report);
/* Of what was tried what tells most; NULL: nothing was. */
const struct attempt *target_best(const struct target *x);
/* Its zone came whole, but was not kept: asks for it again. */
bool target_again(struct target *x);

/* --- transfer_zone.c --- */

/* One zone from first to last; what goes wrong for good is in run->error. */
void zone_transfer(struct transfer_run *run, const uint8_t *name);
/* What was asked for was had: the zone, or with --ixfr the changes, if any. */
bool zone_is_complete(const struct zone_transfer *zone);
/* The first two servers whose zones differ, in serial or number of records; false: none do. */
bool zone_differs(const struct zone_transfer *zone, const struct target **a,
                  const struct target **b);

/* --- transfer_tell.c --- */

void transfer_tell_plan(const struct transfer_run *run);
void transfer_tell_server(const struct transfer_run *run, const struct target *x);
void transfer_tell_progress(struct transfer_run *run, mono_ns now);
/* Adds the zone to what --stats will have. */
void transfer_note_zone(struct transfer_run *run, const struct zone_transfer *zone,
                        const char *why);
/* Summary and stats; the exit code, which may become one of an error. */
enum scan_exit transfer_tell_end(struct transfer_run *run, enum scan_exit code);

#endif
