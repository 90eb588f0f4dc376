// SPDX-License-Identifier: BSD-2-Clause
/* What is offered to a target in one stretch of a benchmark, and what came of it.
 *
 * Three stamps a query: when it should leave (intended, from the arrival process alone), when it
 * was handed to the kernel (sent), when its answer came (received). Response time is received -
 * intended, service time received - sent, lag sent - intended. What was never answered within the
 * timeout is in the histograms of response and service as lost. All of a query counts in the
 * stretch that intended it, warm-up left out. Plain data; times in ns. What is a time of the
 * workers is the sum over all of them: due per second is due / load_result_seconds(). */
#ifndef MODEL_LOAD_H
#define MODEL_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hist.h"
#include "model/counters.h"

enum load_arrival {
    LOAD_POISSON,
    LOAD_CONSTANT,
    LOAD_STEPS,  /* constant, in LOAD_STEP_COUNT equal steps from a fifth of the rate up to it */
    LOAD_REPLAY, /* at the times the workload gives, stretched to the rate where one is given */
};
#define LOAD_STEP_COUNT 5

enum load_proto { LOAD_UDP, LOAD_TCP, LOAD_DOT, LOAD_DOH };

/* What a query is about, as the workload made it, and what became of it. */
enum load_class {
    LOAD_HIT,      /* the workload expects it in the cache */
    LOAD_MISS,     /* made to be new to the cache */
    LOAD_NXDOMAIN, /* whatever it was made for: the answer was NXDOMAIN */
    LOAD_OTHER,    /* neither hit nor miss is known (a query file) */
};
#define LOAD_CLASSES 4

#define LOAD_HEAT_ROWS    48 /* of equal width on a log scale from 10 us to 10 s */
#define LOAD_HEAT_COLUMNS 600

/* One column of the heat map, by intended time. */
struct load_column {
    uint32_t due, answered, lost;
    uint32_t good; /* of answered: as in load_result */
    uint32_t refused, truncated, servfail;
    uint32_t rows[LOAD_HEAT_ROWS]; /* answers by response time */
};

/* How many queries of a trial may be lost, and how many may take longer than LIMIT (lost or not yet
 * answered ones among them). One more of either, over all workers, and it ends early: nothing is
 * sent any more, and what has not come LOAD_CUT_WAIT later counts as lost. A patient one offers its
 * load to the end; only what is in flight then is not waited for, from when nothing has come for
 * LOAD_CUT_SILENCE on: what the target is still at work on, it gets done before the next trial. */
struct load_budget {
    bool is_set; /* else it runs to its end */
    bool is_patient;
    uint64_t lost, late; /* UINT64_MAX: any */
    mono_ns limit;
};
#define LOAD_CUT_WAIT    (200 * NS_PER_MS)
#define LOAD_CUT_SILENCE (400 * NS_PER_MS) /* longer than a server's pause for its own sake */

struct load_trial {
    uint32_t target;
    double rate; /* q/s over all workers */
    enum load_arrival arrival;
    mono_ns warmup, length; /* the warm-up's queries are sent and not counted */
    uint64_t seed;
    mono_ns column; /* width of a heat column; 0: none are kept */
    double stretch; /* LOAD_REPLAY: of the workload's times; 0: as they are */
    struct load_budget budget;
};

struct load_result {
    uint64_t due;                    /* intended within the stretch */
    uint64_t sent;                   /* handed to the kernel */
    uint64_t answered, lost, unsent; /* sum: due */
    uint64_t unreachable;            /* of lost: an ICMP error or a connection that broke */
    uint64_t rcodes[COUNTER_RCODES]; /* of answered */
    uint64_t good;                   /* of answered: NOERROR or NXDOMAIN, not truncated */
    uint64_t truncated;              /* of answered: TC, not followed */
    uint64_t followed;               /* of answered: TC, then by TCP */
    uint64_t late;                   /* answers after the timeout: lost, and told apart */
    uint64_t rejects[REJECT_COUNT];
    uint64_t octets_out, octets_in; /* of DNS messages */
    uint64_t connections;           /* TCP, DoT, DoH: opened */

    /* The generator itself. */
    mono_ns active;  /* time the schedule ran; stalls are left out of it */
    mono_ns slipped; /* time the schedule was set back by, stalls included */
    uint64_t stalls; /* over a millisecond */
    mono_ns stall_longest;
    uint64_t socket_drops; /* answers the kernel had no room for on our sockets */
    uint64_t send_busy;    /* times the kernel took no more */
    uint64_t no_room;      /* times no id was free */
    mono_ns cpu;           /* of the workers' threads */
    mono_ns sending;       /* from their start until all was sent, warm-up and stalls included */
    mono_ns sending_cpu;   /* of CPU: what of a core they used for it */
    unsigned workers;      /* that took part in the load; each one's own result says them all */
    bool is_cut;           /* the budget was spent: lost may mean not answered until it was */
    mono_ns timeout;       /* how long a lost query was waited for */

    struct hist response[LOAD_CLASSES], service, lag;
    struct load_column *columns; /* NULL: none; owned */
    uint32_t column_count;
};

/* ERR_NOMEM. COLUMNS may be 0; more than LOAD_HEAT_COLUMNS are so many. */
MUST_CHECK int load_result_init(struct load_result *out, uint32_t columns);
void load_result_deinit(struct load_result *result);
void load_result_clear(struct load_result *result); /* keeps the columns' storage */
/* Adds FROM, of the same stretch by another worker or of another stretch; columns one to one. */
void load_result_merge(struct load_result *into, const struct load_result *from);
/* All classes together. */
void load_result_response(const struct load_result *result, struct hist *out);
/* How long the schedule ran, stalls left out, for a worker in the mean. */
double load_result_seconds(const struct load_result *result);
/* The row of the heat map, its first and last for what lies outside. */
uint32_t load_heat_row(mono_ns response);

#endif
