// SPDX-License-Identifier: BSD-2-Clause
/* A worker: one thread, one loop, its own sockets, slots, resolvers and tasks.
 *
 * One turn's second half (the first is the engine's): settle what was collected, hand
 * wildcard probes in, take up tasks whose pause is over, top up from the source within
 * pace and in-flight limit. collect.c notes decisions, settle.c turns them into states, conclude.c
 * into verdicts; worker.c feeds the engine with what feed.c hands it, worker_create.c makes and
 * unmakes. Others read `counters` while it runs and everything once its thread has ended. */
#ifndef SCAN_WORKER_H
#define SCAN_WORKER_H

#include <pthread.h>

#include "engine/engine.h"
#include "engine/pace.h"
#include "scan/checks.h"
#include "scan/cutter.h"
#include "scan/direct.h"
#include "scan/ents.h"
#include "scan/intake.h"
#include "scan/keys.h"
#include "scan/laggards.h"
#include "scan/ledger.h"
#include "scan/listed.h"
#include "scan/park.h"
#include "scan/refusals.h"
#include "scan/roots.h"
#include "scan/run.h"
#include "scan/sample.h"
#include "scan/task.h"
#include "scan/vet.h"
#include "scan/zonepace.h"
#include "verdict/signed_sets.h"
#include "verdict/trust.h"
#include "verdict/wildcard.h"

/* What a reply (or its absence) means, noted while collecting, acted on in the drain. */
enum decision_kind {
    DECIDE_DATA,
    DECIDE_NODATA,
    DECIDE_NXDOMAIN,
    DECIDE_DELEGATED, /* --direct: others serve the name */
    DECIDE_TROUBLE,
};

/* A reply kept for the drain, because its signatures are still to be verified. */
struct message {
    size_t len;
    uint8_t octets[];
};

struct decision {
    uint32_t task, generation;
    uint8_t kind;  /* enum decision_kind */
    uint8_t cause; /* enum retry_cause; trouble */
    uint8_t rcode;
    bool is_newest, by_tcp, with_edns;
    bool wanted_proofs;   /* it was asked for with DO */
    bool is_vague;        /* a denial that may mean either: to be asked for without DO */
    bool is_proven;       /* signatures bear it out */
    bool is_unproven;     /* a denial without proof, where others give one */
    bool is_contradicted; /* signatures say that there are data */
    uint32_t resolver;
    uint32_t rtt_us;
    struct part *part;       /* data; owned until settled */
    struct message *message; /* with signatures; owned until settled; or NULL */
};

/* Tasks that wait for a wildcard parent, and the zone it lies in. */
struct held_list {
    uint32_t first; /* task + 1; 0: none */
    uint32_t zone;
};

#define WORKER_CLAIMS      64
#define WORKER_PROBE_TASKS 320 /* kept free of candidates: wildcard probes must not starve */

struct worker {
    struct run *run;
    uint32_t index;
    pthread_t thread;
    struct rng rng;
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct intake intake;
    struct tasks *tasks;
    struct wildcards *wildcards;
    struct roots *roots; /* NULL without --wildcards */
    struct refusals refusals;
    struct trust *trust; /* NULL with --no-trust; so are the next two */
    struct vet *vet;
    struct ledger *ledger;
    struct checks checks;
    struct laggards laggards;
    struct listed listed;
    struct sample sample;
    struct cutter cutter;
    struct inquiries inquiries;
    struct park park;
    struct signed_sets *sets; /* owned: of the reply being looked at */
    uint8_t *proofless;       /* owned, by operator: denials in a row without the proof */
    struct ents ents;
    uint32_t vet_zone; /* number of the zone that resolvers are vetted with */
    uint32_t *trusted; /* resolvers that the user trusts; owned */
    uint32_t trusted_count, trusted_turn;
    uint32_t appeal_turn, sound_turn;
    uint64_t claims[WORKER_CLAIMS]; /* what first replies with data said of late: hashes */
    uint32_t claim_next;
    bool has_withheld;    /* names wait for the fleet to be believed (scan/doubt.h) */
    bool is_past_waiting; /* for more names to judge the fleet by */
    uint32_t release_count;
    bool is_hopeless; /* no resolver left that may be believed */
    struct pace pace; /* this worker's share of --rate */
    struct zonepace *zonepace;
    double path_qps; /* the guard's limit when last told */
    uint32_t in_flight_max;
    uint32_t last_zone; /* of the name before: the likeliest for the next */
    bool is_source_done;
    bool is_writer_full;
    int error; /* sticky; ends the run */
    mono_ns now;

    struct decision *decisions;
    size_t decision_count, decision_cap;
    struct held_list *held; /* by wildcard parent */
    size_t held_cap;
    uint64_t wildcard_full_count; /* names that a wildcard explains, asked for all types */
    uint32_t distrusted_count;    /* of the run's forged data, told to the wildcards */

    struct counters counters;
    uint64_t (*zone_verdicts)[VERDICT_COUNT]; /* by zone number */
    size_t zone_verdict_count;
};

/* --- feed.c --- */

/* The next name that is to be asked, as a task; TASK_NONE when there is none now, and *WAKE
 * when to try again. */
uint32_t feed_next(struct worker *worker, mono_ns *wake);

/* --- worker_create.c --- */

MUST_CHECK int worker_create(struct worker **out, struct run *run, uint32_t index);
void worker_destroy(struct worker *worker);
/* --- worker.c: pthread_create's errno as ERR_IO. --- */

MUST_CHECK int worker_start(struct worker *worker);

/* "9.9.9.9:53", for output; lives as long as the run. */
static inline const char *worker_resolver_text(const struct worker *worker, uint32_t resolver)
{
    return worker->run->fleet.items[pool_at(worker->pool, resolver)->list_index].text;
}

/* Operators that can be counted on for names of a zone. */
static inline uint32_t worker_operators(const struct worker *worker, uint32_t zone)
{
    return worker->run->direct ? direct_operators(worker, zone)
                               : pool_usable_operators(worker->pool);
}

#define PROBE_TRIES_MAX 4 /* a lost probe is replaced by another one; names wait for it */

static inline uint32_t worker_tries_max(const struct worker *worker, const struct task *task)
{
    uint32_t tries = worker->run->params->tries_max;
    static const uint32_t most[] = {
        [TASK_CANDIDATE] = UINT32_MAX,   [TASK_PROBE] = PROBE_TRIES_MAX,
        [TASK_CHECK] = CHECKS_TRIES_MAX, [TASK_CUT] = CUTTER_TRIES_MAX,
        [TASK_KEYS] = KEYS_TRIES_MAX,    [TASK_CHAIN] = CHAIN_TRIES_MAX};
    if (task->kind == TASK_VET)
        return VET_TRIES_MAX;
    return tries > most[task->kind] ? most[task->kind] : tries;
}

/* --- collect.c --- */

/* The engine's collecting handlers; CTX is the worker. */
bool settle_reply(void *ctx, uint32_t query, const struct reply *reply,
                  const struct engine_try *try);
void settle_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try);
/* --- settle.c --- */

/* Acts on all that was collected. */
void settle_drain(struct worker *worker);
/* Weighs again what was said of a candidate. */
void settle_weigh(struct worker *worker, uint32_t index);
/* Ends a task that will not be asked about any more. */
void settle_abandon(struct worker *worker, uint32_t index, const char *reason);
/* Nobody more is asked about a task's question: what was said has to do. REASON: static. */
void settle_give_up(struct worker *worker, uint32_t index, const char *reason);
/* A ready task that was to ask one certain resolver again and got no place there. */
void settle_unplaced(struct worker *worker, uint32_t index);
/* A probe that cannot be asked; one whose answer is proven: no such name. */
void settle_probe_lost(struct worker *worker, const struct wildcard_probe *probe);
void settle_probe_denied(struct worker *worker, const struct wildcard_probe *probe);

/* --- conclude.c --- */

/* How a candidate ends that never became a task. */
struct unasked {
    enum verdict verdict;
    enum hit_stage stage; /* FINAL, or EARLY where the ledger has it */
    const char *reason;
    uint8_t wildcard_labels; /* of the parent of the wildcard it comes from; 0: of none */
};
void settle_unasked(struct worker *worker, const struct candidate *candidate, uint32_t zone,
                    const struct unasked *end);

#endif
