// SPDX-License-Identifier: BSD-2-Clause
/* The machine that a measurement runs on: what it is, what of it would spoil the result, and what
 * it lost on the way while a load ran.
 *
 *   machine_look ---> machine_facts      the run's manifest
 *               \---> machine_warnings   before anything is measured
 *   machine_count, load, machine_count ---> machine_used, machine_core_use
 *
 * All of it is read from /proc and /sys and asked of the kernel (rtnetlink, SIOCETHTOOL); nothing
 * is sent on any network and nothing is changed. What this machine does not tell, a container's
 * /proc for one, is not known, which is never an error. Any thread. */
#ifndef ENGINE_MACHINE_H
#define ENGINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/load.h"

#define MACHINE_UNKNOWN   (-1) /* of numbers and switches; of texts "" */
#define MACHINE_WORD      96
#define MACHINE_CORES_MAX 512 /* further cores count in the sums alone */

/* The way to one target. */
struct machine_way {
    bool is_here;     /* the target is this machine */
    char device[16];  /* what packets leave by */
    char queue[16];   /* its discipline; of a device with several queues, theirs */
    int64_t mtu;      /* octets */
    int gso, gro;     /* 0 off, 1 on */
    int udp_segments; /* tx-udp-segmentation: the device cuts trains itself */
};

struct machine {
    char kernel[MACHINE_WORD], cpu[MACHINE_WORD], governor[MACHINE_WORD];
    char clocksource[MACHINE_WORD];
    char libraries[MACHINE_WORD]; /* as loaded: "libuv 1.44.2, OpenSSL 3.0.22, nghttp2 1.52.0" */
    int64_t cores;                /* that this process may use */
    int64_t rmem_max, wmem_max;   /* octets */
    int64_t backlog;              /* net.core.netdev_max_backlog */
    int64_t conntrack_max, conntrack_count; /* not known: the module is not loaded */
    double load;                            /* runnable tasks, mean of a minute */
    uint32_t way_count;
    struct machine_way ways[LOAD_TARGETS_MAX]; /* by target */
};

/* COUNT at most LOAD_TARGETS_MAX. */
void machine_look(struct machine *out, const struct wire_address *targets, uint32_t count);

/* Ticks of 10 ms. */
struct machine_time {
    uint64_t busy; /* softirq included, steal not */
    uint64_t steal, all;
};

/* The kernel's counters at one moment. */
struct machine_counts {
    int64_t rcvbuf_errors, in_errors, csum_errors, sndbuf_errors; /* UDP of both families */
    int64_t softnet_drops;                                        /* of all cores */
    unsigned core_count; /* as numbered, offline ones too */
    struct machine_time whole, cores[MACHINE_CORES_MAX];
};

void machine_count(struct machine_counts *out);

/* Between two moments; what is not known is 0. The kernel counts RCVBUF_ERRORS and CSUM_ERRORS
 * among IN_ERRORS, too. */
struct machine_use {
    uint64_t rcvbuf_errors, in_errors, csum_errors, sndbuf_errors;
    uint64_t softnet_drops;
    double busy, steal; /* shares 0..1 of the whole machine's time */
    double core_most;   /* of the busiest core's */
};

void machine_used(const struct machine_counts *before, const struct machine_counts *after,
                  struct machine_use *out);
/* Share of its time that CORE was busy; 0 when not known. */
double machine_core_use(const struct machine_counts *before, const struct machine_counts *after,
                        unsigned core);

/* The manifest: PUT gets each fact, borrowed. Keys are lower case words joined by `_`, each once.
 */
void machine_facts(const struct machine *machine,
                   void (*put)(void *ctx, const char *key, const char *value), void *ctx);

/* What would spoil a measurement: a line each, ended by '\n', into *OUT; returns how many. NAMES:
 * of the targets. IDLE: from before the load (a few tenths of a second; NULL: not known). */
unsigned machine_warnings(const struct machine *machine, const char *const *names,
                          enum load_proto proto, const struct machine_use *idle, struct text *out);

#endif
