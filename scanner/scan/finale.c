// SPDX-License-Identifier: BSD-2-Clause
#include "scan/finale.h"
#include "scan/hope.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/process.h"
#include "dns/code.h"
#include "scan/conclude.h"
#include "scan/decided.h"
#include "scan/doubt.h"
#include "scan/follow_up.h"
#include "scan/stats_file.h"
#include "scan/tally.h"

#define SUBJECT_MAX 300

/* --- shared by plan and report --- */

/* What the run is about, in a few words. */
static void describe_subject(const struct scan_params *params, char out[SUBJECT_MAX])
{
    if (params->command == SCAN_BRUTE && params->pattern_count == 1) {
        char zone[NAME_TEXT_MAX];
        name_to_text(params->patterns[0].zone.wire, zone);
        (void)snprintf(out, SUBJECT_MAX, "%.255s", zone);
    } else if (params->command == SCAN_BRUTE) {
        (void)snprintf(out, SUBJECT_MAX, "%zu domains", params->pattern_count);
    } else if (params->name_files.count == 1 && params->names.count == 0) {
        const char *file = params->name_files.items[0];
        (void)snprintf(out, SUBJECT_MAX, "%.255s", strcmp(file, "-") == 0 ? "stdin" : file);
    } else if (params->name_files.count == 0) {
        (void)snprintf(out, SUBJECT_MAX, "%zu name%s", params->names.count,
                       params->names.count == 1 ? "" : "s");
    } else {
        (void)snprintf(out, SUBJECT_MAX, "%zu files", params->name_files.count);
    }
}

static const char *command_word(const struct scan_params *params)
{
    return params->command == SCAN_BRUTE ? "brute" : "resolve";
}

/* TEXT's first line with the prefix, the others as they are. */
static void tell(struct text *text)
{
    text_putc(text, '\0');
    if (!text->failed) {
        char *rest = strchr(text->data, '\n');
        if (rest)
            *rest++ = '\0';
        log_note("%s", text->data);
        if (rest && *rest && log_is_on(LOG_NOTE))
            log_raw(rest);
    }
    text_deinit(text);
}

/* --- the plan --- */

static const char *describe_origin(const struct run *run, char out[SUBJECT_MAX])
{
    const struct str_list *given = &run->params->resolvers;
    if (run->params->is_direct)
        return run->params->servers.count ? "given" : "the zones' own";
    if (run->fleet.is_builtin)
        return "built-in list";
    if (given->count == 1)
        (void)snprintf(out, SUBJECT_MAX, "%.255s", given->items[0]);
    else
        (void)snprintf(out, SUBJECT_MAX, "%zu -r values", given->count);
    return out;
}

static void describe_types(const struct scan_params *params, char *out, size_t cap)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < params->type_count && len < cap; i++) {
        char type[CODE_TEXT_MAX];
        int put = snprintf(out + len, cap - len, "%s%s", i ? "," : "",
                           code_type_to_text(params->types[i], type));
        len += put > 0 ? (size_t)put : 0;
    }
}

void finale_plan(const struct run *run)
{
    const struct scan_params *params = run->params;
    struct source_estimate estimate = run->source->ops->estimate(run->source);
    char subject[SUBJECT_MAX], origin[SUBJECT_MAX], types[HIT_TYPES_MAX * CODE_TEXT_MAX];
    describe_subject(params, subject);
    describe_types(params, types, sizeof types);
    const struct plan plan = {
        .command = command_word(params),
        .subject = subject,
        .is_total_known = estimate.is_known,
        .candidates = estimate.total,
        .zones = params->pattern_count,
        .resolvers = run->fleet.count,
        .resolvers_unreachable = run->fleet.without_route,
        .resolvers_unwanted = run->fleet.unwanted,
        .resolvers_from = describe_origin(run, origin),
        .resolvers_trusted = run->fleet.trusted,
        .is_direct = params->is_direct,
        .believes_all = params->no_trust,
        .rate_qps = run->rate_qps,
        .resolver_rate_qps = run->resolver_rate_qps,
        .zone_rate_qps = run->zone_rate_qps,
        .in_flight_max = run->in_flight_max,
        .threads = run->worker_count,
        .types = types,
        .dedupes = params->dedupe,
        .depth = params->depth,
        .permutes = params->permutes,
        .seed = params->seed,
        .shard_index = params->shard_index,
        .shard_count = params->shard_count,
        .config_path = params->config_read,
        .time_max = params->time_max,
        .queries_max = params->queries_max,
    };
    struct text text = {0};
    report_plan(&text, &plan);
    tell(&text);
    if (estimate.is_known && estimate.total == 0)
        log_note("warning: the input is empty");
}

/* --- the end --- */

static bool is_within_allowance(const struct scan_params *params, const struct report *report)
{
    double unresolved = (double)report->verdicts[VERDICT_UNRESOLVED];
    double allowed = params->unresolved_allowed;
    if (params->unresolved_allowed_is_percent)
        allowed = allowed / 100.0 * (double)report->candidates;
    return unresolved <= allowed;
}

/* Nothing was found, not even what the zone's NS name: perhaps the zone is broken. */
static bool is_all_denied(const struct run *run, const struct report *report)
{
    return run->denied_server && report->verdicts[VERDICT_FOUND] == 0;
}

static void tell_all_denied(const struct run *run)
{
    char server[NAME_TEXT_MAX];
    name_to_text(run->denied_server->wire, server);
    log_note("warning: resolvers list %s as a server of the zone, and deny that it exists: "
             "perhaps they deny everything",
             server);
}

static enum scan_exit choose_exit(const struct finale *finale, const struct run *run,
                                  bool is_failed, bool is_balanced)
{
    const struct report *report = &finale->report;
    const struct run_end *end = &finale->end;
    uint64_t usable = report->rcodes[RCODE_NOERROR] + report->rcodes[RCODE_NXDOMAIN] +
                      report->rcodes[RCODE_SERVFAIL];
    if (end->signal)
        return end->signal == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
    if (end->is_closed)
        return SCAN_EXIT_CLOSED;
    if (is_failed || end->is_failed || !is_balanced || atomic_load(&run->error) != 0)
        return SCAN_EXIT_FATAL;
    if (run_is_hopeless(run) || end->is_unanswered || (usable == 0 && report->queries > 0))
        return SCAN_EXIT_NO_RESOLVER;
    bool is_limited = end->is_time_over || atomic_load(&run->is_query_limit_hit);
    if (is_limited || run->doubt_reason || is_all_denied(run, report) ||
        !is_within_allowance(run->params, report))
        return SCAN_EXIT_INCOMPLETE;
    return SCAN_EXIT_COMPLETE;
}

static bool is_balanced(const struct report *report)
{
    uint64_t sum = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        sum += report->verdicts[v];
    if (sum == report->candidates)
        return true;
    log_error("internal error: %llu candidates taken but %llu verdicts given",
              (unsigned long long)report->candidates, (unsigned long long)sum);
    return false;
}

/* What the input still held; unknown for pipes unless they were read to the end. */
static void find_remaining(struct report *report, const struct run *run,
                           struct worker *const *workers)
{
    struct source_estimate estimate = run->source->ops->estimate(run->source);
    bool is_all_read = true;
    for (uint32_t i = 0; i < run->worker_count; i++)
        is_all_read &= workers[i]->is_source_done && workers[i]->error == 0;
    report->is_remaining_known = is_all_read || estimate.is_known;
    if (!is_all_read && estimate.is_known && estimate.total > report->candidates)
        report->remaining = estimate.total - report->candidates;
}

static void tell_hopeless(struct worker *const *workers, uint32_t count)
{
    struct text why = {0};
    hope_explain(&why, workers, count);
    text_putc(&why, '\0');
    log_error("no usable resolver: %s", why.failed ? "" : why.data);
    text_deinit(&why);
}

static void tell_error(const struct run *run, struct worker *const *workers,
                       const struct run_end *end, const struct report *report)
{
    int error = atomic_load(&run->error);
    const char *source = source_error(run->source);
    if (error != 0)
        log_error("%s", source ? source : err_text(error));
    if (error == ERR_NOMEM && run->seen)
        log_error("%s remembers %zu names in %zu MB; without it a list takes no memory",
                  follow_up_is_wanted(run->params) ? "--depth or --permute" : "--dedupe",
                  set_count(run->seen), set_memory_bytes(run->seen) / 1000000);
    if (run_is_hopeless(run))
        tell_hopeless(workers, run->worker_count);
    else if (end->is_unanswered || report->end.exit_code == SCAN_EXIT_NO_RESOLVER)
        log_error("no usable %s: of %llu queries none brought an answer of use "
                  "(%llu timed out, %llu unreachable, %llu REFUSED, %llu FORMERR, %llu NOTIMP)",
                  run->direct ? "server" : "resolver", (unsigned long long)report->queries,
                  (unsigned long long)report->timeouts, (unsigned long long)report->unreachable,
                  (unsigned long long)report->rcodes[RCODE_REFUSED],
                  (unsigned long long)report->rcodes[RCODE_FORMERR],
                  (unsigned long long)report->rcodes[RCODE_NOTIMP]);
    if (!run->source->ops->estimate(run->source).is_known && report->candidates == 0 &&
        report->is_remaining_known)
        log_note("warning: the input is empty");
    if (is_all_denied(run, report))
        tell_all_denied(run);
    if (run->doubt_reason)
        log_note("warning: %s: names they gave are left undecided", run->doubt_reason);
    if (end->is_time_over)
        log_note("--max-time reached");
    if (atomic_load(&run->is_query_limit_hit))
        log_note("--max-queries reached");
}

/* --wildcards. */
static int write_wildcards(const struct run *run, struct worker *const *workers)
{
    const char *path = run->params->wildcards_path;
    struct roots_view *views = calloc(run->worker_count, sizeof *views);
    struct text text = {0};
    for (uint32_t i = 0; views && i < run->worker_count; i++) {
        (void)conclude_note_forged(workers[i]); /* what others learnt since its last turn */
        views[i] = (struct roots_view){workers[i]->roots, workers[i]->wildcards};
    }
    if (views)
        roots_put(&text, views, run->worker_count);
    int error = views ? report_write(path, &text) : ERR_NOMEM;
    if (error != 0)
        log_error("%s: %s", path, error == ERR_IO ? strerror(errno) : err_text(error));
    text_deinit(&text);
    free(views);
    return error;
}

static void measure(struct finale *finale)
{
    struct report *report = &finale->report;
    struct process_use use = process_use_now();
    report->cpu_seconds = use.cpu_seconds;
    report->max_rss_bytes = use.max_rss_bytes;
    report->seconds = (double)(clock_mono_ns() - finale->started) / 1e9;
}

enum scan_exit finale_tell(struct finale *finale, struct run *run, struct worker *const *workers)
{
    const struct scan_params *params = run->params;
    struct report *report = &finale->report;
    int told = decided_tell(run, workers);
    int written = writer_write(run->writer, 0);
    int closed = writer_close(run->writer);
    run->writer = NULL;
    int failure = written != 0 ? written : closed;
    if (failure == ERR_CLOSED)
        finale->end.is_closed = true;
    bool is_failed = (failure != 0 || told != 0) && failure != ERR_CLOSED;
    if (params->wildcards_path && write_wildcards(run, workers) != 0)
        is_failed = true;
    if (tally_report(report, run, workers) != 0)
        is_failed = true;
    find_remaining(report, run, workers);
    enum scan_exit code = choose_exit(finale, run, is_failed, is_balanced(report));
    report->end = stats_file_end(params, finale->started_ms, code);
    if (code == SCAN_EXIT_CLOSED)
        return code;
    tell_error(run, workers, &finale->end, report);
    measure(finale);
    char subject[SUBJECT_MAX];
    describe_subject(params, subject);
    report->is_direct = params->is_direct;
    report->subject = subject;
    report->command = command_word(params);
    report->output_path = params->outputs[0].path ? params->outputs[0].path : "stdout";
    report->unresolved_path = params->unresolved_path;
    struct text text = {0};
    report_summary(&text, report);
    tell(&text);
    report->subject = NULL; /* was ours */
    return code;
}

/* --- stats --- */

enum scan_exit finale_stats(struct finale *finale, const struct run *run, enum scan_exit code)
{
    struct report *report = &finale->report;
    if (run->params->stats_path) {
        measure(finale);
        report->end = stats_file_end(run->params, finale->started_ms, code);
        report->resolvers_given = run->fleet.given;
        struct text text = {0};
        report_stats(&text, report);
        code = stats_file_write(run->params, &text, code);
        text_deinit(&text);
    }
    free((void *)(uintptr_t)report->zones);
    report->zones = NULL;
    return code;
}
