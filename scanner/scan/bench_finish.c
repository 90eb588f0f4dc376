// SPDX-License-Identifier: BSD-2-Clause
/* The end: what the loads come to, the exit code, and every report that was asked for. Texts and
 * lists made here live as long as the report does; all of it is freed at the end. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/process.h"
#include "out/line_file.h"
#include "scan/bench_rank.h"

#define FACTS_MAX    512
#define WARNINGS_MAX 64

/* A target's part of the report, and what its pointers point to. */
struct part {
    struct bench_point *points;
    struct limiter limiter;
    struct text limiter_text, generator_text, missed_text;
};

struct report {
    struct bench *bench;
    struct bench_report out;
    struct bench_target *targets;
    struct part *parts;
    struct bench_fact facts[FACTS_MAX];
    const char *warnings[WARNINGS_MAX];
    struct text fact_text, warning_text;
    size_t offsets[FACTS_MAX][2]; /* of the facts in FACT_TEXT */
};

/* --- one target --- */

static int by_rate(const void *a, const void *b)
{
    const struct bench_tried *const *x = a, *const *y = b;
    return ((*x)->point.rate > (*y)->point.rate) - ((*x)->point.rate < (*y)->point.rate);
}

/* Those that say something about the target, by rising rate; the list is the caller's to free. */
static size_t sort_tried(const struct bench_subject *subject, const struct bench_tried ***out)
{
    size_t count = 0;
    *out = calloc(subject->tried_count + 1, sizeof **out);
    for (size_t i = 0; *out && i < subject->tried_count; i++)
        if (subject->tried[i].outcome != SEARCH_INVALID)
            (*out)[count++] = &subject->tried[i];
    if (count > 0)
        qsort(*out, count, sizeof **out, by_rate);
    return count;
}

static void judge_curve(const struct bench_tried *const *sorted, size_t count,
                        struct bench_target *out, struct part *part)
{
    double x[BENCH_TRIED_MAX], y[BENCH_TRIED_MAX];
    struct limiter_point limits[BENCH_TRIED_MAX];
    size_t drawn = 0;
    for (size_t i = 0; i < count; i++) {
        const struct bench_point *point = &sorted[i]->point;
        limits[i] = sorted[i]->limits;
        out->peak_goodput = fmax(out->peak_goodput, point->answered);
        if (strcmp(point->phase, "beyond") == 0) { /* the highest of them comes last */
            out->beyond_rate = point->rate;
            out->goodput_beyond = point->answered;
        }
        if (point->p50 == HIST_BEYOND || point->p50 <= 0)
            continue;
        x[drawn] = point->rate;
        y[drawn++] = (double)point->p50;
    }
    out->knee = compare_knee(x, y, drawn);
    limiter_judge(&part->limiter, limits, count);
    limiter_explain(&part->limiter, &part->limiter_text);
}

static const char *terminated(struct text *text)
{
    text_putc(text, '\0');
    return text->failed ? "" : text->data;
}

/* It was up to the objective at some load, and at the least one answers nothing. */
static bool is_gone(const struct bench_subject *subject)
{
    bool was_there = false;
    for (size_t i = 0; i < subject->tried_count; i++)
        was_there |= subject->tried[i].outcome == SEARCH_MET;
    return was_there && subject->kept.due > 0 && subject->kept.answered == 0;
}

static const char *why_stopped(const struct bench *bench, const struct bench_subject *subject)
{
    if (!bench_is_search(bench))
        return "";
    if (subject->search.phase != SEARCH_DONE)
        return "interrupted";
    enum search_end end = bench_search_end(&subject->search);
    return end == SEARCH_NONE && is_gone(subject)
               ? "it no longer answers at any rate, and did when the search began"
               : search_end_text(end);
}

/* Of a fixed load as a whole, however many blocks it had. */
static void put_verdict(const struct bench *bench, const struct bench_subject *subject,
                        struct bench_target *out, struct part *part)
{
    if (bench_is_search(bench) || !bench->options->has_slo)
        return;
    out->verdict = bench_outcome_word(subject->verdict.outcome);
    if (subject->verdict.outcome == SEARCH_MISSED)
        slo_explain(subject->verdict.missed, &subject->kept, &part->missed_text);
    out->missed = terminated(&part->missed_text);
}

static int build_target(const struct bench *bench, const struct bench_subject *subject,
                        struct bench_target *out, struct part *part)
{
    const struct bench_tried **sorted;
    size_t count = sort_tried(subject, &sorted);
    part->points = calloc(subject->tried_count + 1, sizeof *part->points);
    if (!sorted || !part->points) {
        free(sorted);
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < subject->tried_count; i++) {
        part->points[i] = subject->tried[i].point;
        part->points[i].why = subject->tried[i].why;
    }
    judge_curve(sorted, count, out, part);
    free(sorted);
    generator_explain(subject->verdict.fault, &subject->kept, &subject->verdict.path,
                      &part->generator_text);
    bool is_done = subject->search.phase == SEARCH_DONE;
    out->points = part->points;
    out->point_count = subject->tried_count;
    out->rate = bench_rate_of(bench, subject);
    out->is_cut_short = bench_is_search(bench) && !is_done && !out->rate.is_known;
    out->met_so_far = out->is_cut_short ? subject->search.good : 0;
    out->p50 = bench_time_of(bench, subject, BENCH_P50);
    out->p99 = bench_time_of(bench, subject, BENCH_P99);
    out->loss = bench_loss_of(bench, subject);
    out->stopped = why_stopped(bench, subject);
    put_verdict(bench, subject, out, part);
    out->limiter = part->limiter.kind == LIMITER_NONE ? "" : terminated(&part->limiter_text);
    out->generator = terminated(&part->generator_text);
    out->is_valid = bench_is_valid(bench, subject);
    out->result = &subject->kept;
    out->column = subject->column;
    out->rank = subject->rank;
    bench_put_versus(bench, subject, out);
    return 0;
}

/* --- the whole --- */

static void put_fact(void *ctx, const char *key, const char *value)
{
    struct report *report = ctx;
    if (report->out.fact_count == FACTS_MAX)
        return;
    size_t *offsets = report->offsets[report->out.fact_count++];
    offsets[0] = report->fact_text.len;
    text_put(&report->fact_text, key, strlen(key) + 1);
    offsets[1] = report->fact_text.len;
    text_put(&report->fact_text, value, strlen(value) + 1);
}

static void put_facts(struct report *report)
{
    machine_facts(&report->bench->machine, put_fact, report);
    if (report->fact_text.failed)
        report->out.fact_count = 0;
    for (size_t i = 0; i < report->out.fact_count; i++)
        report->facts[i] = (struct bench_fact){report->fact_text.data + report->offsets[i][0],
                                               report->fact_text.data + report->offsets[i][1]};
    report->out.facts = report->facts;
}

static void put_warnings(struct report *report)
{
    struct text *text = &report->warning_text;
    const struct text *lines = &report->bench->warnings;
    text_put(text, lines->len ? lines->data : "", lines->len);
    for (size_t at = 0; !text->failed && at < text->len;) {
        char *line = text->data + at, *end = memchr(line, '\n', text->len - at);
        if (!end || report->out.warning_count == WARNINGS_MAX)
            break;
        *end = '\0';
        report->warnings[report->out.warning_count++] = line;
        at += (size_t)(end - line) + 1;
    }
    report->out.warnings = report->warnings;
}

static struct bench_limits limits_of(const struct slo *slo)
{
    struct bench_limits out = {0};
    for (size_t i = 0; i < slo->count; i++) {
        const struct slo_term *term = &slo->terms[i];
        if (term->metric == SLO_LOSS)
            out.loss = term->limit;
        if (term->metric == SLO_PERCENTILE && term->share == 0.5)
            out.p50 = (mono_ns)term->limit;
        if (term->metric == SLO_PERCENTILE && term->share == 0.99)
            out.p99 = (mono_ns)term->limit;
    }
    return out;
}

static void put_use(struct bench_report *out)
{
    struct process_use use = process_use_now();
    out->cpu_seconds = use.cpu_seconds;
    out->max_rss_bytes = use.max_rss_bytes;
}

static void put_run(struct report *report)
{
    const struct bench *bench = report->bench;
    report->out = (struct bench_report){
        .version = DNSTRAWL_VERSION,
        .command_line = bench->params->command_line,
        .slo = bench_is_search(bench) || bench->options->has_slo ? bench->slo_text.data : "",
        .workload = bench->workload_text.data,
        .arrival = bench_arrival_word(bench->arrival),
        .mode = bench_is_search(bench) ? "search" : "fixed",
        .rate_asked = bench->rate_fixed,
        .way = bench->load ? load_way(bench->load) : "",
        .limits = limits_of(&bench->options->slo),
        .timeout = bench->options->timeout,
        .started_ms = bench->started_ms,
        .ended_ms = clock_wall_ms(),
        .seed = bench->params->seed,
        .workers = bench->workers,
        .is_own = bench->params->is_own,
        .path_rate = bench->path_rate,
        .baseline = bench->baseline,
        .seconds = (double)(clock_mono_ns() - bench->started) / 1e9,
    };
    put_use(&report->out);
    put_facts(report);
    put_warnings(report);
}

static int build(struct report *report)
{
    struct bench *bench = report->bench;
    report->targets = calloc(bench->subject_count + 1, sizeof *report->targets);
    report->parts = calloc(bench->subject_count + 1, sizeof *report->parts);
    if (!report->targets || !report->parts)
        return ERR_NOMEM;
    put_run(report);
    for (size_t i = 0; i < bench->subject_count; i++) {
        const struct bench_subject *subject = &bench->subjects[i];
        struct bench_target *target = &report->targets[report->out.target_count];
        if (subject->tried_count == 0)
            continue;
        *target = (struct bench_target){.name = subject->resolver->text,
                                        .address = subject->resolver->text,
                                        .proto = bench_proto_word(bench->options->proto)};
        int error = build_target(bench, subject, target, &report->parts[i]);
        if (error)
            return error;
        report->out.target_count++;
    }
    report->out.targets = report->targets;
    return 0;
}

static void discard(struct report *report)
{
    for (size_t i = 0; report->parts && i < report->bench->subject_count; i++) {
        free(report->parts[i].points);
        text_deinit(&report->parts[i].limiter_text);
        text_deinit(&report->parts[i].generator_text);
        text_deinit(&report->parts[i].missed_text);
    }
    text_deinit(&report->fact_text);
    text_deinit(&report->warning_text);
    free(report->parts);
    free(report->targets);
    free(report);
}

/* --- written --- */

/* A pipe is not opened: whoever reads it would see its end. errno tells why not. */
static bool is_writable(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return access(path, W_OK) == 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

int bench_check_files(const struct bench *bench)
{
    const char *const paths[] = {bench->options->html_path, bench->options->hdr_path,
                                 bench->params->stats_path};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i] && !is_writable(paths[i])) {
            log_error("%s: %s", paths[i], strerror(errno));
            return ERR_IO;
        }
    }
    return 0;
}

static int write_text(const char *path, const struct text *text)
{
    struct line_file file = {.fd = -1};
    int error = path ? line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE)
                     : line_file_open_stdout(&file);
    if (!error) {
        text_put(&file.pending, text->len ? text->data : "", text->len);
        error = line_file_close(&file);
    }
    if (error && error != ERR_CLOSED)
        log_error("%s: %s", path ? path : "stdout",
                  error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

static void tell_report(struct report *report)
{
    const struct scan_params *params = report->bench->params;
    bool is_colored = params->color == SCAN_COLOR_ALWAYS ||
                      (params->color == SCAN_COLOR_AUTO && isatty(STDOUT_FILENO));
    unsigned look = bench_look_of(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"));
    struct text text = {0};
    bench_text(&text, &report->out, look | (is_colored ? BENCH_COLOR : 0));
    int error = text.failed ? ERR_NOMEM : write_text(NULL, &text);
    report->bench->ending.is_closed |= error == ERR_CLOSED;
    report->bench->ending.is_failed |= error && error != ERR_CLOSED;
    text_deinit(&text);
}

static int put_json(struct text *out, const struct bench_report *report)
{
    bench_json(out, report);
    return 0;
}

static int put_html(struct text *out, const struct bench_report *report)
{
    bench_html(out, report);
    return 0;
}

static void write_report(struct report *report, const char *path,
                         int (*put)(struct text *out, const struct bench_report *report))
{
    struct text text = {0};
    if (!path)
        return;
    report->out.exit_code = (int)bench_choose_exit(&report->bench->ending);
    int error = put(&text, &report->out);
    if (!error && text.failed)
        error = ERR_NOMEM;
    if (error)
        log_error("%s: %s", path, err_text(error));
    else
        error = write_text(path, &text);
    report->bench->ending.is_failed |= error != 0;
    text_deinit(&text);
}

/* --- judged --- */

static bool has_loads(const struct bench *bench)
{
    for (size_t i = 0; i < bench->subject_count; i++)
        if (bench->subjects[i].tried_count > 0)
            return true;
    return false;
}

/* It was to be loaded, and no query was due. */
static void look_at_empty(struct bench *bench, const struct bench_subject *subject)
{
    bench->ending.is_invalid |= subject->was_late;
    if (bench->ending.is_empty || subject->is_left_out || bench->is_stopping)
        return;
    bench->ending.is_less = true;
    bench_warn(bench, "%s is left out: no query was due to it", subject->resolver->text);
}

static void look_at_targets(struct bench *bench)
{
    struct bench_ending *ending = &bench->ending;
    ending->is_empty = !has_loads(bench);
    for (size_t i = 0; i < bench->subject_count; i++) {
        const struct bench_subject *subject = &bench->subjects[i];
        bool is_done = subject->search.phase == SEARCH_DONE;
        if (subject->tried_count == 0) {
            look_at_empty(bench, subject);
            continue;
        }
        ending->is_invalid |= !bench_is_valid(bench, subject);
        if (bench_is_search(bench))
            ending->is_missed |= is_done && search_rate(&subject->search) == 0;
        else
            ending->is_missed |=
                bench->options->has_slo && subject->verdict.outcome == SEARCH_MISSED;
    }
}

/* It was read when the run began: a file that is none is told before anything is measured. */
static void look_at_baseline(struct bench *bench)
{
    if (!bench->options->baseline_path)
        return;
    if (!bench_hold_against(bench, bench->saved, bench->saved_count))
        bench_warn(bench, "baseline %s: %s", bench->options->baseline_path, bench->baseline);
    else if (bench->ending.is_worse)
        log_error("baseline %s", bench->baseline);
    else if (bench->baseline[0])
        log_note("baseline %s", bench->baseline);
}

static void tell_end(const struct bench *bench, enum scan_exit code)
{
    if (code == SCAN_EXIT_NO_RESOLVER)
        log_error("no target answers");
    if (code == SCAN_EXIT_INVALID)
        log_error("INVALID: the generator was the limit, not the target (exit %d)", (int)code);
    if (code == SCAN_EXIT_INCOMPLETE && bench->ending.is_missed)
        log_note("%s", bench_is_search(bench) ? "no rate met the objective (exit 3)"
                                              : "the objective was missed (exit 3)");
    if (code == SCAN_EXIT_INCOMPLETE && bench->ending.is_empty && !bench->ending.is_cut)
        log_error("no query was due: too short a time for the rate, or no queries (exit 3)");
}

enum scan_exit bench_finish(struct bench *bench)
{
    const struct bench_params *options = bench->options;
    struct report *report = calloc(1, sizeof *report);
    bench_rank(bench);
    look_at_targets(bench);
    look_at_baseline(bench);
    if (!report) {
        log_error("%s", err_text(ERR_NOMEM));
        return SCAN_EXIT_FATAL;
    }
    report->bench = bench;
    if (build(report) != 0) {
        log_error("%s", err_text(ERR_NOMEM));
        bench->ending.is_failed = true;
    } else {
        report->out.exit_code = (int)bench_choose_exit(&bench->ending);
        report->out.is_part = bench->is_stopping || bench->ending.is_less;
        if (has_loads(bench))
            tell_report(report);
        write_report(report, options->html_path, put_html);
        write_report(report, options->hdr_path, bench_hdr);
        write_report(report, bench->params->stats_path, put_json);
    }
    discard(report);
    enum scan_exit code = bench_choose_exit(&bench->ending);
    tell_end(bench, code);
    return code;
}
