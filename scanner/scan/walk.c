// SPDX-License-Identifier: BSD-2-Clause
/* The run of a walk, zone by zone.
 *
 * 1. Find the zone's servers; classify them; choose what to walk, and get the keys
 *    (walk_look.c).
 * 2. Turns: what was found is written, limits and signals are looked at, and the kind asks.
 * 3. Stopped, for whatever reason: what is in flight is waited for. Then the kind tells what it
 *    has, and the next zone comes, unless a signal or the limits of the run say no. */
#include "scan/walk.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "scan/signals.h"
#include "scan/tally.h"
#include "scan/walk_state.h"
#include "scan/writer.h"

#define RATE_ALL_DEFAULT    10000 /* q/s; the contract's polite defaults */
#define RATE_SERVER_DEFAULT 200
#define IN_FLIGHT           1024
#define LOOK_EVERY          (50 * NS_PER_MS) /* signals, limits, output: at least this often */
#define SILENCE_MAX         NS_PER_S         /* after a stop, for what is in flight */

/* --- while it runs --- */

static bool is_nobody_left(const struct walk *walk)
{
    for (size_t i = 0; i < walk->walked_count; i++) {
        if (!walk->walked[i].is_out)
            return false;
    }
    return true;
}

static void look_at_limits(struct walk *walk, mono_ns now)
{
    const struct scan_params *params = walk->params;
    if (walk->stop != WALK_GOES_ON)
        return;
    if (signals_count() > 0) {
        walk->stop = WALK_SIGNAL;
        log_note("stopping: waiting for what is in flight; once more ends at once");
    } else if (params->time_max && now - walk->tour->started >= params->time_max) {
        walk->stop = WALK_TIME;
        log_note("--max-time reached");
    } else if (asker_is_spent(walk->asker)) {
        walk->stop = WALK_QUERIES;
        log_note("--max-queries reached");
    } else if (is_nobody_left(walk)) {
        walk->stop = WALK_UNANSWERED;
    }
    if (walk->stop == WALK_GOES_ON && writer_write(walk->writer, 0) != 0)
        walk->stop = WALK_WRITE;
    if (walk->stop != WALK_GOES_ON)
        walk->stopped = now;
}

static bool watch(struct walk *walk, mono_ns now)
{
    walk->now = now;
    look_at_limits(walk, now);
    walk_report_progress(walk);
    return walk->stop == WALK_GOES_ON;
}

/* Answers that are on their way are worth waiting for; not those that have to be asked for
 * again and again. */
static bool is_over(const struct walk *walk, mono_ns now)
{
    if (walk->stop == WALK_GOES_ON)
        return false;
    return asker_open(walk->asker) == 0 || signals_count() > 1 || walk->stop == WALK_FATAL ||
           now - walk->stopped > SILENCE_MAX;
}

static mono_ns on_act(void *ctx, mono_ns now)
{
    struct walk *walk = ctx;
    mono_ns again = now + LOOK_EVERY;
    if (watch(walk, now)) {
        mono_ns wanted = walk->phase.act(walk->phase.state, now);
        again = wanted < again ? wanted : again;
        walk->stopped = now;
    }
    if (is_over(walk, now))
        asker_stop(walk->asker);
    return again;
}

static void on_done(void *ctx, const struct asker_answer *answer)
{
    struct walk *walk = ctx;
    walk->phase.done(walk->phase.state, answer);
}

int walk_more(struct walk *walk, void *state, mono_ns (*act)(void *, mono_ns),
              void (*done)(void *, const struct asker_answer *))
{
    const struct asker_handlers handlers = {.ctx = walk, .done = on_done, .act = on_act};
    if (walk->stop != WALK_GOES_ON && walk->stop != WALK_ENDED)
        return 0;
    walk->stop = WALK_GOES_ON;
    walk->phase = (struct walk_phase){.state = state, .act = act, .done = done};
    int error = asker_run(walk->asker, &handlers);
    for (size_t i = 0; i < walk->walked_count; i++)
        walk->walked[i].in_flight = 0; /* what was open is forgotten */
    return error;
}

/* --- one zone --- */

static double ceiling(const struct walk *walk, uint64_t given, double fallback)
{
    bool is_loopback = true;
    for (size_t i = 0; i < walk->servers.count; i++)
        is_loopback &= wire_address_is_loopback(&walk->servers.items[i].address);
    if (given != RATE_DEFAULT)
        return (double)given;
    return is_loopback || walk->params->is_own ? 0 : fallback;
}

static int create_asker(struct walk *walk)
{
    const struct scan_params *params = walk->params;
    uint64_t used = walk->tour->report.queries;
    uint64_t left = params->queries_max > used ? params->queries_max - used : 1;
    double all = ceiling(walk, params->rate_qps, RATE_ALL_DEFAULT);
    double of_zone = ceiling(walk, params->zone_rate_qps, 0);
    const struct asker_params asker = {
        .bind_address = params->bind_address,
        .in_flight_max = IN_FLIGHT,
        .timeout = params->timeout,
        .tries_max = params->tries_max,
        .rate_qps = of_zone > 0 && (all <= 0 || of_zone < all) ? of_zone : all,
        .server_qps = ceiling(walk, params->resolver_rate_qps, RATE_SERVER_DEFAULT),
        .queries_max = params->queries_max ? left : 0,
    };
    return asker_create(&walk->asker, &asker);
}

enum scan_exit walk_exit_by_signal(void)
{
    return signals_first() == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
}

static enum scan_exit fail(const struct walk *walk, int error)
{
    if (error != 0)
        log_error("%s: %s", walk->zone_text, error == ERR_IO ? strerror(errno) : err_text(error));
    return SCAN_EXIT_FATAL;
}

static enum scan_exit choose_exit(const struct walk *walk, const struct walk_result *result)
{
    switch (walk->stop) {
    case WALK_SIGNAL:
        return walk_exit_by_signal();
    case WALK_WRITE:
    case WALK_FATAL:
        return SCAN_EXIT_FATAL;
    case WALK_REFUSED:
        return SCAN_EXIT_USAGE;
    case WALK_BUDGET:
        log_error("%s: given up: %s", walk->zone_text, walk->stop_reason);
        return SCAN_EXIT_INCOMPLETE;
    case WALK_UNANSWERED:
        log_error("%s: no server answers any more", walk->zone_text);
        return SCAN_EXIT_INCOMPLETE;
    default:
        return result->is_complete ? SCAN_EXIT_COMPLETE : SCAN_EXIT_INCOMPLETE;
    }
}

static void result_deinit(struct walk_result *result)
{
    text_deinit(&result->headline);
    text_deinit(&result->summary);
    text_deinit(&result->stats);
}

/* Servers, classes and keys are there. */
static enum scan_exit walk_chain(struct walk *walk)
{
    struct walk_result result = {0};
    int error = walk->kind->start(walk, &walk->state);
    if (error == 0)
        error = walk_more(walk, walk->state, walk->kind->act, walk->kind->done);
    if (error == 0)
        error = walk->error;
    if (error == 0)
        error = walk->kind->finish(walk->state, &result);
    enum scan_exit code = error == 0 ? choose_exit(walk, &result) : fail(walk, error);
    walk_report_zone(walk, &result, code);
    walk->kind->destroy(walk->state);
    result_deinit(&result);
    return code;
}

static int init(struct walk *walk, struct walk_tour *tour, const struct name *zone)
{
    uint8_t key[32] = {0};
    *walk = (struct walk){.params = tour->params,
                          .zone = *zone,
                          .tour = tour,
                          .writer = tour->writer,
                          .now_s = clock_wall_ms() / 1000};
    name_to_text(zone->wire, walk->zone_text);
    memcpy(key, &tour->params->seed, sizeof tour->params->seed);
    rng_init_key(&walk->rng, key);
    return rng_init(&walk->secret);
}

static void sum_up(struct walk *walk)
{
    struct report *report = &walk->tour->report;
    report->names += walk->names;
    report->candidates += walk->names + walk->ents;
    report->verdicts[VERDICT_FOUND] += walk->names;
    report->verdicts[VERDICT_NODATA] += walk->ents;
    report->resolvers_given += walk->servers.count;
    report->resolvers_usable += walk->walked_count;
    tally_add(report, asker_counters(walk->asker));
}

/* The zone's servers; COMPLETE: there are some. A name inside a zone leads to that zone, which
 * nobody has asked for. */
static enum scan_exit find_servers(struct walk *walk)
{
    const char *why = NULL;
    const struct name *found = &walk->servers.zone;
    int error = servers_find(&walk->servers, walk->zone.wire, walk->params, &why);
    if (error != 0)
        return SCAN_EXIT_FATAL; /* told */
    if (walk->servers.count == 0) {
        log_error("%s: no server: %s", walk->zone_text, why ? why : "none was found");
        return signals_count() > 0 ? walk_exit_by_signal() : SCAN_EXIT_NO_RESOLVER;
    }
    if (!name_equal(found->wire, walk->zone.wire)) {
        char text[NAME_TEXT_MAX];
        name_to_text(found->wire, text);
        log_error("%s is no zone of its own: it lies in %s, which was not named", walk->zone_text,
                  text);
        return SCAN_EXIT_INCOMPLETE;
    }
    return SCAN_EXIT_COMPLETE;
}

static enum scan_exit walk_zone(struct walk *walk, struct walk_tour *tour, const struct name *zone)
{
    int error = init(walk, tour, zone);
    enum scan_exit code = error == 0 ? find_servers(walk) : fail(walk, error);
    if (code != SCAN_EXIT_COMPLETE) {
        walk_report_stats(walk, NULL, code);
        return code;
    }
    error = create_asker(walk);
    if (error != 0)
        return fail(walk, error);
    code = walk_look(walk);
    if (code == SCAN_EXIT_COMPLETE && walk->kind)
        code = walk_chain(walk);
    else
        walk_report_stats(walk, NULL, code);
    sum_up(walk);
    return code;
}

static void dismantle(struct walk *walk)
{
    free(walk->apex.bytes);
    keys_destroy(walk->keys);
    asker_destroy(walk->asker);
}

/* --- all of them --- */

/* What outweighs what, when several hold (the contract's order). */
static int weight(enum scan_exit code)
{
    static const enum scan_exit order[] = {SCAN_EXIT_COMPLETE, SCAN_EXIT_INCOMPLETE,
                                           SCAN_EXIT_NO_RESOLVER, SCAN_EXIT_FATAL};
    for (int i = 0; i < 4; i++) {
        if (order[i] == code)
            return i;
    }
    return 4;
}

static enum scan_exit walk_all(struct walk_tour *tour)
{
    enum scan_exit worst = SCAN_EXIT_COMPLETE;
    struct walk *walk = malloc(sizeof *walk);
    if (!walk)
        return SCAN_EXIT_FATAL;
    for (size_t i = 0; i < tour->params->pattern_count && signals_count() == 0; i++) {
        enum scan_exit code = walk_zone(walk, tour, &tour->params->patterns[i].zone);
        int written =
            tour->writer ? writer_write(tour->writer, 0) : 0; /* hits borrow the walk's zone */
        if (written != 0)
            code = written == ERR_CLOSED ? SCAN_EXIT_CLOSED : SCAN_EXIT_FATAL;
        dismantle(walk);
        tour->complete_count += code == SCAN_EXIT_COMPLETE;
        worst = weight(code) > weight(worst) ? code : worst;
        if (written != 0)
            break;
    }
    free(walk);
    return worst;
}

enum scan_exit walk_run(const struct scan_params *params)
{
    struct walk_tour tour = {
        .params = params, .report.end.started_ms = clock_wall_ms(), .started = clock_mono_ns()};
    walk_report_plan(&tour);
    if (params->dry_run)
        return SCAN_EXIT_COMPLETE;
    signals_install();
    int error = params->only_classifies ? 0 : writer_open(&tour.writer, params);
    enum scan_exit code = error == 0 ? walk_all(&tour) : SCAN_EXIT_FATAL;
    if (tour.writer) {
        error = writer_close(tour.writer); /* told already */
        if (error != 0 && code < SCAN_EXIT_SIGINT)
            code = error == ERR_CLOSED ? SCAN_EXIT_CLOSED : SCAN_EXIT_FATAL;
    }
    code = walk_report_tour(&tour, code);
    signals_end();
    return code;
}
