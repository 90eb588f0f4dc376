// SPDX-License-Identifier: BSD-2-Clause
/* One run of the lab: what main puts together and the loops work on. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <signal.h>

#include "base/clock.h"
#include "bench/lab/fleet.h"
#include "bench/lab/meter.h"
#include "bench/lab/options.h"
#include "bench/lab/sightings.h"
#include "bench/lab/watch.h"
#include "bench/lab/zone.h"

struct lab {
    const struct lab_options *options;
    const volatile sig_atomic_t *stop; /* set by a signal */
    struct zones *zones;
    struct fleet *fleet;
    struct sightings sightings;
    struct watch watch;
    struct meter meter;    /* all resolvers together */
    uint64_t socket_drops; /* queries the kernel dropped before we read them */
    uint64_t send_errors;  /* replies the kernel did not take */
    uint64_t tcp_accepted, tcp_turned_away;
    mono_ns started, ended;
    mono_ns user_ns, system_ns; /* CPU time while serving */
};

#endif
