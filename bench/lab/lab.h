// SPDX-License-Identifier: BSD-2-Clause
/* One run of the lab: what is put together before anybody asks, and the loops work on.
 *
 *   lab_init -> lab_start -> handle_query ... -> lab_end -> lab_report -> lab_deinit
 *
 * Opens no socket and knows no loop: main.c serves real ones, bench/sim virtual ones. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <signal.h>

#include "base/clock.h"
#include "base/err.h"
#include "bench/lab/fastzone.h"
#include "bench/lab/fleet.h"
#include "bench/lab/meter.h"
#include "bench/lab/options.h"
#include "bench/lab/series.h"
#include "bench/lab/sightings.h"
#include "bench/lab/tally.h"
#include "bench/lab/watch.h"
#include "bench/lab/zone.h"

struct lab {
    const struct lab_options *options;
    const volatile sig_atomic_t *stop; /* set by a signal */
    struct zones *zones;
    struct fastzone fastzone; /* --fast alone */
    struct fleet *fleet;
    struct sightings sightings;
    struct watch watch;
    struct meter meter; /* all resolvers together */
    struct series series;
    struct tally *tally;   /* of resolvers of known speed; NULL: there were none */
    uint64_t socket_drops; /* queries the kernel dropped before we read them */
    uint64_t send_errors;  /* replies the kernel did not take */
    uint64_t tcp_accepted, tcp_turned_away;
    mono_ns started, ended;
    int64_t started_wall_ms;    /* `started`, as other programs tell the time */
    mono_ns user_ns, system_ns; /* CPU time while serving */
};

/* Makes zones and fleet and writes the lists that OPTIONS (borrowed) ask for. Says on
 * stderr what went wrong; ERR_SYNTAX: the options' or a file's fault. To be followed by
 * lab_deinit in any case. */
MUST_CHECK int lab_init(struct lab *lab, const struct lab_options *options);
void lab_deinit(struct lab *lab);
/* What lies between is what the report calls serving. */
void lab_start(struct lab *lab);
void lab_end(struct lab *lab);
/* On stderr and into the file, as OPTIONS say. */
MUST_CHECK int lab_report(const struct lab *lab);

#endif
