// SPDX-License-Identifier: BSD-2-Clause
/* The run, in the order of its steps. A step's error ends the loads, never the report: what was
 * measured until then is told. */
#include "scan/bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "scan/bench_state.h"
#include "scan/descriptors.h"
#include "scan/signals.h"

#define IDLE_LOOK (200 * NS_PER_MS) /* what else runs on the machine is seen that long */

/* --- before --- */

static int read_baseline(struct bench *bench)
{
    const char *path = bench->options->baseline_path;
    struct text why = {0};
    if (!path)
        return 0;
    int error = bench_read_saved(path, &bench->saved, &bench->saved_count, &why);
    if (error)
        log_error("%.*s", (int)why.len, why.len ? why.data : ""); /* it begins with the path */
    text_deinit(&why);
    return error;
}

/* What the machine does without us, and what of it would spoil the loads. */
static void look_at_machine(struct bench *bench)
{
    const struct timespec pause = {.tv_nsec = IDLE_LOOK};
    struct machine_counts before, after;
    struct machine_use idle;
    struct text lines = {0};
    machine_look(&bench->machine, bench->addresses, (uint32_t)bench->subject_count);
    machine_count(&before);
    (void)nanosleep(&pause, NULL);
    machine_count(&after);
    machine_used(&before, &after, &idle);
    (void)machine_warnings(&bench->machine, bench->names, bench->options->proto, &idle, &lines);
    for (size_t at = 0; !lines.failed && at < lines.len;) {
        const char *line = lines.data + at, *end = memchr(line, '\n', lines.len - at);
        size_t len = end ? (size_t)(end - line) : lines.len - at;
        bench_warn(bench, "%.*s", (int)len, line);
        at += len + 1;
    }
    text_deinit(&lines);
}

/* --- the loads --- */

static int offer_all(struct bench *bench)
{
    int error = bench_reach(bench);
    if (error || bench->ending.is_unanswered || bench->is_stopping)
        return error;
    if (bench->options->calibrates)
        error = bench_calibrate(bench);
    if (!error && !bench->is_stopping)
        error = bench_open_all(bench, false, &bench->load);
    if (error || bench->is_stopping)
        return error;
    if (!bench_is_search(bench))
        return bench_fixed(bench);
    error = bench_search_targets(bench);
    return error || bench->is_stopping ? error : bench_compare(bench);
}

static enum scan_exit run(struct bench *bench)
{
    if (load_result_init(&bench->scratch, LOAD_HEAT_COLUMNS) != 0 ||
        load_result_init(&bench->rest, 0) != 0) {
        log_error("%s", err_text(ERR_NOMEM));
        return SCAN_EXIT_FATAL;
    }
    bench->started = clock_mono_ns();
    display_init(&bench->display, bench->params, bench->started);
    signals_install();
    descriptors_raise_limit();
    look_at_machine(bench);
    bench->ending.is_failed = offer_all(bench) != 0;
    log_paint("");
    enum scan_exit code = bench_finish(bench);
    signals_end();
    return code;
}

static void close_all(struct bench *bench)
{
    load_destroy(bench->load);
    tls_context_destroy(bench->tls);
    workload_destroy(bench->workload);
    for (size_t i = 0; bench->subjects && i < bench->subject_count; i++)
        bench_subject_deinit(&bench->subjects[i]);
    free(bench->subjects);
    free(bench->addresses);
    free(bench->names);
    free(bench->saved);
    fleet_deinit(&bench->fleet);
    load_result_deinit(&bench->scratch);
    load_result_deinit(&bench->rest);
    text_deinit(&bench->warnings);
    text_deinit(&bench->workload_text);
    text_deinit(&bench->slo_text);
}

/* A capture that goes at its own pace is asked from its first query to its last. */
static bool refuse_warmup(const struct bench *bench)
{
    if (bench->arrival != LOAD_REPLAY || !bench->options->is_warmup_typed)
        return false;
    log_error("--warmup goes with --arrival here: a capture is asked at its own times from its "
              "first query to its last, and all of them count");
    return true;
}

static enum scan_exit start(struct bench *bench)
{
    int error = bench_open_targets(bench);
    if (error)
        return error == ERR_SYNTAX ? SCAN_EXIT_USAGE : SCAN_EXIT_FATAL;
    if (bench->subject_count == 0) {
        log_error("no target is left");
        return SCAN_EXIT_NO_RESOLVER;
    }
    if (read_baseline(bench) != 0 || bench_open_workload(bench) != 0)
        return SCAN_EXIT_FATAL;
    if (refuse_warmup(bench))
        return SCAN_EXIT_USAGE;
    bench_tell_plan(bench);
    if (bench->params->dry_run)
        return SCAN_EXIT_COMPLETE;
    return bench_check_files(bench) == 0 ? run(bench) : SCAN_EXIT_FATAL;
}

enum scan_exit bench_run(const struct scan_params *params)
{
    struct bench *bench = calloc(1, sizeof *bench);
    if (!bench) {
        log_error("%s", err_text(ERR_NOMEM));
        return SCAN_EXIT_FATAL;
    }
    bench->params = params;
    bench->options = &params->bench;
    bench->started_ms = clock_wall_ms();
    bench->started = clock_mono_ns();
    rng_fast_init(&bench->rng, params->seed);
    enum scan_exit code = start(bench);
    close_all(bench);
    free(bench);
    return code;
}
