// SPDX-License-Identifier: BSD-2-Clause
/* One run.
 *
 * 1. Compose: resolvers, ceilings, zones, source, outputs; tell the plan.
 * 2. Start the workers.
 * 3. Supervise, in this thread: write hits, paint progress, watch for signals, limits,
 *    write errors, and for resolvers none of which answers.
 * 4. Join, report, and say with which code to exit. */
#include "scan/descriptors.h"
#include "scan/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/direct.h"
#include "scan/finale.h"
#include "scan/follow_up.h"
#include "scan/hope.h"
#include "scan/signals.h"
#include "scan/supervise.h"
#include "scan/tally.h"

#define RATE_ALL_DEFAULT      10000 /* q/s; the contract's polite defaults */
#define RATE_RESOLVER_DEFAULT 500
#define RATE_SERVER_DEFAULT   200 /* a zone's own */
#define RATE_ZONE_DEFAULT     5000
#define IN_FLIGHT_DEFAULT     16384
#define IN_FLIGHT_MAX         (1u << 20)
#define SHARE_MIN             50   /* q/s of a ceiling that a worker is worth having for */
#define WORK_MIN              1024 /* candidates a worker; sources give out blocks of 256 */
#define JURY_MIN              100  /* operators that a worker is to judge by one another */

static uint64_t ceiling(uint64_t given, uint64_t fallback, bool is_free)
{
    if (given != RATE_DEFAULT)
        return given;
    return is_free ? 0 : fallback;
}

static uint64_t slowest_resolver_qps(const struct run *run)
{
    uint64_t slowest = UINT64_MAX;
    for (size_t i = 0; i < run->fleet.count; i++) {
        uint64_t qps = run_resolver_qps(run, &run->fleet.items[i]);
        slowest = qps && qps < slowest ? qps : slowest;
    }
    return slowest;
}

/* How many workers judge well. Each judges resolvers by what its own tasks saw, so that the one
 * honest among a few dozen had better be with all of them; nobody to be judged: any number. */
static uint64_t juries(const struct run *run)
{
    uint64_t count = run->fleet.operator_count;
    if (run->params->is_thread_count_given || run->params->no_trust || run->direct || count < 2)
        return UINT64_MAX;
    return count < 2 * JURY_MIN ? 1 : count / JURY_MIN;
}

/* As many workers as were asked for, as long as each gets a share worth having: of every
 * ceiling, because a worker may be one query ahead of its share and all together must not
 * show; and of the input, because the share of a worker that found no work is lost. */
static void choose_worker_count(struct run *run)
{
    uint64_t count = run->params->thread_count;
    struct source_estimate estimate = run->source->ops->estimate(run->source);
    const uint64_t limits[] = {run->in_flight_max, run->rate_qps / SHARE_MIN,
                               run->zone_rate_qps / SHARE_MIN, estimate.total / WORK_MIN,
                               juries(run)};
    const bool is_limited[] = {true, run->rate_qps != 0, run->zone_rate_qps != 0,
                               estimate.is_known && !estimate.may_grow, true};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (is_limited[i] && limits[i] < count)
            count = limits[i];
    }
    run->worker_count = count ? (uint32_t)count : 1;
    uint64_t slowest = slowest_resolver_qps(run);
    while (run->worker_count > 1 && !run_is_partitioned(run) &&
           slowest / run->worker_count < SHARE_MIN)
        run->worker_count--;
}

static void decide_ceilings(struct run *run)
{
    const struct scan_params *params = run->params;
    bool is_free = run->fleet.is_all_loopback || params->is_own;
    uint64_t one = params->is_direct ? RATE_SERVER_DEFAULT : RATE_RESOLVER_DEFAULT;
    run->rate_qps = ceiling(params->rate_qps, RATE_ALL_DEFAULT, is_free);
    run->resolver_rate_qps = ceiling(params->resolver_rate_qps, one, is_free);
    run->zone_rate_qps = ceiling(params->zone_rate_qps, RATE_ZONE_DEFAULT, is_free);
    /* With one zone its ceiling is one on everything, and needs no queue of its own. */
    if (params->command == SCAN_BRUTE && params->pattern_count == 1 && run->zone_rate_qps) {
        if (run->rate_qps == 0 || run->zone_rate_qps < run->rate_qps)
            run->rate_qps = run->zone_rate_qps;
        run->zone_rate_qps = 0;
    }
    run->in_flight_max = params->in_flight_max ? params->in_flight_max : IN_FLIGHT_DEFAULT;
    if (run->in_flight_max > IN_FLIGHT_MAX)
        run->in_flight_max = IN_FLIGHT_MAX;
}

static enum scan_exit compose_fleet(struct run *run)
{
    int error = fleet_load(&run->fleet, run->params);
    if (error == ERR_NOMEM)
        log_error("%s", err_text(error));
    if (error != 0)
        return SCAN_EXIT_FATAL;
    if (run->fleet.count > 0)
        return SCAN_EXIT_COMPLETE;
    if (run->fleet.without_route > 0)
        log_error("no usable resolver: no route to any of the %zu given", run->fleet.given);
    else if (run->fleet.unwanted > 0)
        log_error("no usable resolver: -4, -6 or --bind rules out all of the %zu given",
                  run->fleet.given);
    else if (run->fleet.left_out > 0)
        log_error("no usable resolver: all %zu are left out by their class", run->fleet.left_out);
    else
        log_error("no usable resolver: the list has no address in it");
    return SCAN_EXIT_NO_RESOLVER;
}

static int compose_zones(struct run *run)
{
    const struct scan_params *params = run->params;
    int error = zones_create(&run->zones, params->pattern_count);
    if (error != 0)
        return error;
    run->pattern_zones = calloc(params->pattern_count + 1, sizeof *run->pattern_zones);
    if (!run->pattern_zones)
        return ERR_NOMEM;
    for (size_t i = 0; error == 0 && i < params->pattern_count; i++)
        error = zones_add(run->zones, &params->patterns[i].zone, &run->pattern_zones[i]);
    return error;
}

static int open_words(struct run *run, const struct source_share *share, char *error_text)
{
    const struct scan_params *params = run->params;
    run->words_patterns = calloc(params->pattern_count, sizeof *run->words_patterns);
    if (!run->words_patterns)
        return ERR_NOMEM;
    for (size_t i = 0; i < params->pattern_count; i++)
        run->words_patterns[i] = (struct words_pattern){.before = params->patterns[i].before,
                                                        .after = params->patterns[i].after,
                                                        .zone = params->patterns[i].zone};
    return words_source_open(&run->source, params->word_files.items, params->word_files.count,
                             run->words_patterns, params->pattern_count, share, error_text);
}

static bool asks_for(const struct scan_params *params, uint16_t type)
{
    for (size_t i = 0; i < params->type_count; i++) {
        if (params->types[i] == type)
            return true;
    }
    return false;
}

static enum scan_exit compose_source(struct run *run)
{
    const struct scan_params *params = run->params;
    const struct source_share share = {.seed = params->seed,
                                       .shard_index = params->shard_index,
                                       .shard_count = params->shard_count};
    char error_text[256] = "";
    int error;
    if (params->command == SCAN_BRUTE && params->pattern_count > 0)
        error = open_words(run, &share, error_text);
    else /* also for a list of no domains: an empty input is no error */
        error = names_source_open(&run->source, params->name_files.items, params->name_files.count,
                                  params->names.items, params->names.count,
                                  asks_for(params, TYPE_PTR), &share, error_text);
    if (error == 0 && follow_up_is_wanted(params))
        error = follow_up_open(run, &share, error_text);
    if (error == 0)
        return SCAN_EXIT_COMPLETE;
    log_error("%s", error_text[0] ? error_text : err_text(error));
    return SCAN_EXIT_FATAL;
}

static void note_formats(struct run *run)
{
    for (size_t i = 0; i < run->params->output_count; i++) {
        bool can_retract = out_format_find(run->params->outputs[i].format)->can_retract;
        run->tells_early |= can_retract;
        run->tells_late |= !can_retract;
    }
}

/* Everything that is there before the first packet. */
static enum scan_exit compose(struct run *run)
{
    const struct scan_params *params = run->params;
    enum scan_exit code = params->is_direct ? SCAN_EXIT_COMPLETE : compose_fleet(run);
    if (code != SCAN_EXIT_COMPLETE)
        return code;
    atomic_init(&run->queries_left, params->queries_max ? (int64_t)params->queries_max : INT64_MAX);
    int error = compose_zones(run);
    if (error == 0)
        error = scope_create(&run->scope, &params->scope, &params->exclude);
    if (error == ERR_SYNTAX)
        return SCAN_EXIT_USAGE;
    if (error == 0)
        error = set_create(&run->names);
    if (error == 0 && (params->dedupe || follow_up_is_wanted(params)))
        error = set_create(&run->seen);
    if (error == 0 && !params->no_trust)
        error = returns_init(&run->returns);
    if (error != 0) {
        log_error("%s", error == ERR_IO ? strerror(errno) : err_text(error));
        return SCAN_EXIT_FATAL;
    }
    if (params->is_direct)
        code = direct_create(run);
    if (code != SCAN_EXIT_COMPLETE)
        return code;
    decide_ceilings(run);
    note_formats(run);
    denying_open(&run->denying);
    code = compose_source(run);
    if (code != SCAN_EXIT_COMPLETE)
        return code;
    choose_worker_count(run);
    error = cutter_common_init(&run->cut, run);
    if (error == 0 && params->dnssec != SCAN_DNSSEC_OFF)
        error = chains_open(&run->chains, params->anchors);
    if (error == 0)
        return SCAN_EXIT_COMPLETE;
    log_error("%s", error == ERR_IO ? strerror(errno) : err_text(error));
    return SCAN_EXIT_FATAL;
}

static void dismantle(struct run *run)
{
    (void)!writer_close(run->writer); /* still there only when no worker could start; told */
    if (run->source)
        run->source->ops->close(run->source);
    free(run->words_patterns);
    free(run->pattern_zones);
    zones_destroy(run->zones);
    scope_destroy(run->scope);
    set_destroy(run->names);
    set_destroy(run->seen);
    returns_deinit(&run->returns);
    cutter_common_deinit(&run->cut);
    denying_close(&run->denying);
    chains_close(&run->chains);
    fleet_deinit(&run->fleet);
    direct_destroy(run->direct);
}

/* Creates and starts them all, or tells why not. */
static int start_workers(struct run *run, struct worker **workers)
{
    for (uint32_t i = 0; i < run->worker_count; i++) {
        int error = worker_create(&workers[i], run, i);
        if (error != 0) {
            log_error("cannot start worker %u: %s", i + 1,
                      error == ERR_IO ? strerror(errno) : err_text(error));
            return error;
        }
    }
    atomic_store(&run->workers_on, run->worker_count);
    for (uint32_t i = 0; i < run->worker_count; i++) {
        int error = worker_start(workers[i]);
        if (error == 0)
            continue;
        log_error("cannot start a thread: %s", strerror(errno));
        run_raise_stop(run, RUN_NOW);
        for (uint32_t j = 0; j < i; j++)
            pthread_join(workers[j]->thread, NULL);
        return error;
    }
    return 0;
}

static enum scan_exit run_workers(struct run *run, struct finale *finale)
{
    struct worker **workers = calloc(run->worker_count, sizeof *workers);
    enum scan_exit code = SCAN_EXIT_FATAL;
    descriptors_raise_limit();
    if (workers && start_workers(run, workers) == 0) {
        supervise(run, workers, &finale->end);
        for (uint32_t i = 0; i < run->worker_count; i++)
            pthread_join(workers[i]->thread, NULL);
        if (hope_settle_rest(workers, run->worker_count) != 0)
            atomic_store(&run->error, workers[0]->error ? workers[0]->error : ERR_IO);
        code = finale_tell(finale, run, workers);
    }
    for (uint32_t i = 0; workers && i < run->worker_count; i++)
        worker_destroy(workers[i]);
    free(workers);
    return code;
}

enum scan_exit scan_run(const struct scan_params *params)
{
    struct run run = {.params = params};
    struct finale finale = {.started_ms = clock_wall_ms(), .started = clock_mono_ns()};
    enum scan_exit code = compose(&run);
    tally_add(&finale.report, &run.lookups);
    if (code == SCAN_EXIT_COMPLETE) {
        finale_plan(&run);
        if (!params->dry_run) {
            signals_install();
            code = writer_open(&run.writer, params) == 0 ? run_workers(&run, &finale)
                                                         : SCAN_EXIT_FATAL;
        }
    }
    if (!params->dry_run)
        code = finale_stats(&finale, &run, code);
    signals_end();
    dismantle(&run);
    return code;
}
