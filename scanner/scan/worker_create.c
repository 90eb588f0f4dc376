// SPDX-License-Identifier: BSD-2-Clause
/* What a worker is made of, put together and taken apart. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/follow_up.h"
#include "scan/doubt.h"

#define PORTS_MIN        4
#define IN_FLIGHT_A_PORT 16384

/* This worker's resolvers: a share of the operators, or with few of them all, each
 * with a share of its rate. */
static int create_pool(struct worker *w, unsigned socket_count[WIRE_FAMILIES])
{
    const struct run *run = w->run;
    const struct fleet *fleet = &run->fleet;
    bool is_partitioned = run_is_partitioned(run);
    double share = is_partitioned ? 1.0 : 1.0 / run->worker_count;
    struct pool_entry *entries = calloc(fleet->count, sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    size_t count = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        const struct fleet_resolver *r = &fleet->items[i];
        bool is_others = is_partitioned && r->operator_key % run->worker_count != w->index;
        if (is_others && !r->is_trusted)
            continue;
        entries[count++] = (struct pool_entry){
            .address = r->address,
            .list_index = (uint32_t)i,
            .operator_key = r->operator_key,
            .qps = (double)run_resolver_qps(run, r) *
                   (r->is_trusted ? 1.0 / run->worker_count : share),
            .is_outside = !run->params->no_trust,
            .start_qps = run_server_start_qps(run),
        };
        socket_count[r->address.family] = 1;
    }
    int error = pool_create(&w->pool, entries, count, w->in_flight_max, &w->rng, clock_mono_ns());
    free(entries);
    return error;
}

static int create_wire(struct worker *w, unsigned socket_count[WIRE_FAMILIES])
{
    unsigned ports = (w->in_flight_max + IN_FLIGHT_A_PORT - 1) / IN_FLIGHT_A_PORT;
    struct wire_params wire = {.rng = &w->rng};
    for (unsigned f = 0; f < WIRE_FAMILIES; f++)
        wire.socket_count[f] = socket_count[f] * (ports < PORTS_MIN ? PORTS_MIN : ports);
    const char *bind = w->run->params->bind_address;
    struct wire_address local;
    if (bind) {
        int error = fleet_parse_address(&local, bind, strlen(bind), 1);
        if (error != 0)
            return error;
        wire.bind[local.family] = local;
    }
    return wire_open(&w->wire, &wire);
}

static int create_trust(struct worker *w)
{
    const struct run *run = w->run;
    if (run->params->no_trust)
        return 0;
    int error = trust_create(&w->trust, pool_count(w->pool));
    w->trusted = calloc(run->fleet.trusted + 1, sizeof *w->trusted);
    if (error == 0 && !w->trusted)
        error = ERR_NOMEM;
    for (uint32_t i = 0; error == 0 && i < pool_count(w->pool); i++) {
        if (!run->fleet.items[pool_at(w->pool, i)->list_index].is_trusted)
            continue;
        trust_at(w->trust, i)->is_trusted = true;
        w->trusted[w->trusted_count++] = i;
    }
    if (error == 0)
        error = vet_create(&w->vet, w);
    if (error == 0)
        error = checks_open(&w->checks);
    if (error == 0)
        error = ledger_create(&w->ledger, doubt_chain(run) + DOUBT_CHAINS);
    return error;
}

static int create_proofs(struct worker *w)
{
    w->sets = malloc(sizeof *w->sets);
    w->proofless = calloc(pool_count(w->pool) + 1, sizeof *w->proofless);
    return w->sets && w->proofless ? 0 : ERR_NOMEM;
}

int worker_create(struct worker **out, struct run *run, uint32_t index)
{
    *out = NULL;
    struct worker *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->run = run;
    w->index = index;
    w->in_flight_max = run->in_flight_max / run->worker_count;
    if (w->in_flight_max == 0)
        w->in_flight_max = 1;
    uint32_t task_count = w->in_flight_max + WORKER_PROBE_TASKS + 1;
    unsigned socket_count[WIRE_FAMILIES] = {0};
    int error = rng_init(&w->rng);
    if (error == 0)
        error = create_pool(w, socket_count);
    if (error == 0)
        error = create_trust(w);
    if (error == 0)
        error = create_wire(w, socket_count);
    if (error == 0)
        error = zonepace_create(&w->zonepace, (double)run->zone_rate_qps / run->worker_count);
    if (error == 0)
        error = tasks_create(&w->tasks, task_count);
    if (error == 0)
        error =
            wildcards_create(&w->wildcards, &w->rng, run->params->types, run->params->type_count);
    if (error == 0 && run->params->wildcards_path)
        error = roots_create(&w->roots);
    if (error == 0)
        error = intake_open(&w->intake, run->source,
                            follow_up_is_wanted(run->params) ? NULL : run->seen);
    if (error == 0)
        error = cutter_open(&w->cutter, &run->cut);
    if (error == 0)
        error = create_proofs(w);
    if (error == 0) {
        const struct engine_params params = {
            .wire = w->wire,
            .pool = w->pool,
            .rng = &w->rng,
            .counters = &w->counters,
            .query_count = task_count,
            .timeout = run->params->timeout,
        };
        error = engine_create(&w->engine, &params);
    }
    if (error != 0) {
        int saved = errno;
        worker_destroy(w);
        errno = saved;
        return error;
    }
    pace_init(&w->pace, (double)run->rate_qps / run->worker_count, wire_now(w->wire));
    *out = w;
    return 0;
}

void worker_destroy(struct worker *w)
{
    if (!w)
        return;
    engine_destroy(w->engine);
    intake_close(&w->intake);
    cutter_close(&w->cutter);
    ents_close(&w->ents);
    vet_destroy(w->vet);
    checks_close(&w->checks);
    sample_close(&w->sample);
    trust_destroy(w->trust);
    free(w->trusted);
    ledger_destroy(w->ledger);
    wildcards_destroy(w->wildcards);
    roots_destroy(w->roots);
    tasks_destroy(w->tasks);
    wire_close(w->wire);
    pool_destroy(w->pool);
    for (size_t i = 0; i < w->decision_count; i++) {
        parts_destroy(w->decisions[i].part);
        free(w->decisions[i].message);
    }
    park_close(&w->park);
    free(w->sets);
    free(w->proofless);
    free(w->decisions);
    free(w->held);
    zonepace_destroy(w->zonepace);
    free(w->zone_verdicts);
    free(w);
}
