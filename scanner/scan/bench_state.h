// SPDX-License-Identifier: BSD-2-Clause
/* A benchmark while it runs. Private to scan/bench*.c; the main thread's, but for what
 * bench_offer.c lends to the thread that a load runs on. */
#ifndef SCAN_BENCH_STATE_H
#define SCAN_BENCH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "engine/load.h"
#include "engine/machine.h"
#include "engine/tls.h"
#include "out/bench.h"
#include "scan/bench_judge.h"
#include "scan/bench_plan.h"
#include "scan/display.h"
#include "scan/fleet.h"
#include "scan/params.h"
#include "source/workload.h"
#include "verdict/compare.h"
#include "verdict/limiter.h"
#include "verdict/search.h"

/* Loads kept of one target: of a search, of comparing, of --calibrate's. */
#define BENCH_TRIED_MAX (SEARCH_POINTS_MAX + BENCH_ROUNDS_MAX)
#define BENCH_WHY_MAX   192
#define BENCH_STEALS    31 /* loads that tell how much steal is usual */

struct bench_load { /* one that is to be offered */
    const char *phase;
    double rate;
    enum load_arrival arrival;
    mono_ns length, warmup;
    mono_ns column;      /* 0: no series is kept */
    bool is_judged;      /* by the objective */
    bool is_for_verdict; /* only: once it is sure to miss it, what is in flight at the end does not
                            matter */
    bool may_be_cut;     /* nor what is left of it, when it is sure */
};

struct bench_tried { /* one that was */
    struct bench_point point;
    struct limiter_point limits;
    enum search_outcome outcome;
    char why[BENCH_WHY_MAX];
};

/* What a block of comparing came to. */
enum bench_figure { BENCH_ANSWERED, BENCH_P50, BENCH_P99, BENCH_LOSS, BENCH_FIGURES };

struct bench_block {
    double of[BENCH_FIGURES]; /* q/s, ns, ns, a share */
    bool is_spoiled;          /* by the generator: nothing is compared with it */
};

struct bench_subject { /* a target */
    const struct fleet_resolver *resolver;
    uint32_t index; /* in the load's targets */
    bool is_left_out;
    bool is_echo;                /* our own responder */
    bool was_late;               /* a load was over before the first query that counts was due */
    char silence[BENCH_WHY_MAX]; /* why */
    struct search search;
    struct bench_tried *tried;
    size_t tried_count;
    struct load_result kept; /* of the soak, or the fixed load */
    bool has_kept;
    mono_ns column;
    struct bench_verdict verdict; /* on what is kept */
    struct bench_block blocks[BENCH_ROUNDS_MAX];
    unsigned block_count;
    unsigned rank;
};

/* What a load is drawn from: WORKLOAD, or its names of hits, each once. */
struct bench_drawing {
    struct workload *workload;
    bool is_warming;
};

struct bench {
    const struct scan_params *params;
    const struct bench_params *options;
    struct fleet fleet;
    struct bench_subject *subjects;
    size_t subject_count;
    struct workload *workload;
    struct bench_drawing drawing;
    struct tls_context *tls;
    struct wire_address *addresses; /* of the subjects, and what TLS calls them */
    const char **names;
    struct load *load;
    unsigned workers, cores;
    double rate_fixed; /* 0: a search */
    enum load_arrival arrival;
    double stretch; /* of a capture that is replayed */
    mono_ns length; /* of the fixed load */
    struct rng_fast rng;
    struct load_result scratch, rest; /* of the load in hand, and room to judge it */

    struct machine machine;
    double steals[BENCH_STEALS]; /* of the loads so far, the last ones */
    unsigned steal_count;
    struct text warnings; /* lines */
    size_t warning_count;
    struct text workload_text, slo_text;
    double path_rate; /* --calibrate; 0: not measured */

    /* of the load in hand, for whoever watches */
    const char *phase, *subject;
    int64_t load_started_ms; /* wall clock */
    double rate, best;
    unsigned loads; /* so far */
    struct display display;
    mono_ns started;
    mono_ns search_end; /* of a search that has only so much time; 0: as long as it takes */
    int64_t started_ms;

    volatile bool stop;
    bool is_stopping, is_time_over;
    struct bench_ending ending;
    struct bench_saved *saved; /* what --baseline names */
    size_t saved_count;
    char baseline[1024]; /* what became of the comparison; "" none */
};

static inline bool bench_is_search(const struct bench *bench)
{
    return bench->rate_fixed == 0;
}

static inline bool bench_is_measured(const struct bench_subject *subject)
{
    return !subject->is_left_out && subject->tried_count > 0;
}

/* --- bench_open.c: what loads are made of --- */
/* All of these tell by log why they fail. */
MUST_CHECK int bench_subject_init(struct bench_subject *subject,
                                  const struct fleet_resolver *resolver, uint32_t index);
void bench_subject_deinit(struct bench_subject *subject);
MUST_CHECK int bench_open_targets(struct bench *bench);
MUST_CHECK int bench_open_workload(struct bench *bench);
MUST_CHECK int bench_open_load(struct bench *bench, const struct wire_address *targets,
                               const char *const *names, uint32_t count, bool is_light,
                               struct load **out);
MUST_CHECK int bench_open_all(struct bench *bench, bool is_light, struct load **out);

/* --- bench_reach.c --- */
/* Leaves out who does not answer. */
MUST_CHECK int bench_reach(struct bench *bench);
/* The names that are asked once each to warm a cache; and how fast, q/s. */
uint64_t bench_count_warm(struct workload *workload);
double bench_warm_rate_of(const struct bench *bench, const struct bench_subject *subject);

/* --- bench_offer.c --- */
/* Offers one load to SUBJECT, keeps what came of it among the tried, and leaves the whole in
 * *RESULT (cleared first). Nothing is kept when bench->is_stopping got true meanwhile and nothing
 * was due. */
MUST_CHECK int bench_offer(struct bench *bench, struct load *load, struct bench_subject *subject,
                           const struct bench_load *what, struct load_result *result,
                           struct bench_verdict *verdict);
/* The same without a judgement, a note or a trace. */
MUST_CHECK int bench_probe(struct bench *bench, struct load *load, uint32_t target,
                           const struct bench_load *what, struct load_result *result);
/* Looks at signals and the time. */
bool bench_should_stop(struct bench *bench);

/* --- bench_search.c --- */
MUST_CHECK int bench_search(struct bench *bench, struct load *load, struct bench_subject *subjects,
                            size_t count, const struct search_params *params);
MUST_CHECK int bench_search_targets(struct bench *bench);

/* --- bench_blocks.c --- */
MUST_CHECK int bench_fixed(struct bench *bench);
MUST_CHECK int bench_compare(struct bench *bench);
/* Of a fixed load; USUAL: where none is given. */
mono_ns bench_warmup_of(const struct bench *bench, mono_ns usual);

/* --- bench_path.c --- */
/* --calibrate: fills path_rate. */
MUST_CHECK int bench_calibrate(struct bench *bench);

/* --- bench_tell.c --- */
void bench_tell_plan(const struct bench *bench);
void bench_tell_progress(struct bench *bench, mono_ns now);
__attribute__((format(printf, 2, 3))) void bench_warn(struct bench *bench, const char *format, ...);

/* --- bench_finish.c --- */
/* Whether every report that is asked for can be written; tells why not. What is there is left as it
 * is; what is not is made, empty until the end. */
MUST_CHECK int bench_check_files(const struct bench *bench);
/* Ranks, compares with the baseline, chooses the exit code, writes everything. */
enum scan_exit bench_finish(struct bench *bench);

#endif
