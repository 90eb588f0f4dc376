// SPDX-License-Identifier: BSD-2-Clause
/* What is told on stderr before and between loads. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "scan/bench_state.h"

#define LINE_COLUMNS 80
#define WARNINGS_MAX 32 /* of one run; a hundred would not be read */

void bench_warn(struct bench *bench, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    log_note("warning: %s", line);
    if (bench->warning_count++ < WARNINGS_MAX)
        text_printf(&bench->warnings, "%s\n", line);
}

/* --- the plan --- */

static const char *subject_of(const struct bench *bench, char out[FLEET_TEXT_MAX])
{
    if (bench->subject_count == 1)
        return bench->subjects[0].resolver->text;
    snprintf(out, FLEET_TEXT_MAX, "%zu targets by turns", bench->subject_count);
    return out;
}

/* How several targets take turns at a fixed load; a capture is not cut. */
static void put_rounds(const struct bench *bench, char *out, size_t room)
{
    unsigned rounds = bench_fixed_rounds(bench->length);
    if (bench->subject_count == 1)
        *out = '\0';
    else
        snprintf(out, room, bench->arrival == LOAD_REPLAY ? ", %u times" : " in %u blocks", rounds);
}

/* A capture may have less than one a second. */
static const char *put_fixed_rate(double rate, char out[UNITS_TEXT_MAX])
{
    if (rate >= 9.5)
        return units_format_count((uint64_t)(rate + 0.5), out);
    snprintf(out, UNITS_TEXT_MAX, "%.2g", rate);
    return out;
}

static void tell_load(const struct bench *bench)
{
    static const char *const arrivals[] = {[LOAD_POISSON] = "Poisson",
                                           [LOAD_CONSTANT] = "constant",
                                           [LOAD_STEPS] = "in steps",
                                           [LOAD_REPLAY] = "as captured"};
    char rate[UNITS_TEXT_MAX], length[UNITS_TEXT_MAX], rounds[32];
    char fixed[UNITS_TEXT_MAX];
    const char *arrival = arrivals[bench->arrival];
    put_rounds(bench, rounds, sizeof rounds);
    if (!bench_is_search(bench))
        log_note("  %s queries a second%s for %s%s, %s", put_fixed_rate(bench->rate_fixed, fixed),
                 bench->subject_count > 1 ? " to each" : "",
                 units_format_duration(bench->length, length), rounds, arrival);
    else if (bench->options->rate_max)
        log_note("  the highest rate up to %s queries a second that meets %s, %s",
                 units_format_count(bench->options->rate_max, rate), bench->slo_text.data, arrival);
    else
        log_note("  the highest rate that meets %s, %s", bench->slo_text.data, arrival);
}

/* Of a target at a fixed load. */
static mono_ns fixed_time(const struct bench *bench)
{
    unsigned rounds = bench_fixed_rounds(bench->length);
    if (bench->subject_count == 1)
        return bench_warmup_of(bench, BENCH_FIXED_WARMUP) + bench->length;
    mono_ns block = bench->arrival == LOAD_REPLAY ? bench->length : bench->length / rounds;
    return rounds * (bench_warmup_of(bench, BENCH_TRIAL_WARMUP) + block);
}

/* A search has a dozen short trials, sixteen others, six of which give up on what is lost and two
 * wait for it, and a soak that may be missed half-way once. */
static mono_ns search_time(const struct bench *bench)
{
    const struct bench_params *options = bench->options;
    mono_ns trial = options->duration ? options->duration : BENCH_TRIAL_LENGTH;
    mono_ns warmup = options->has_warmup ? options->warmup : BENCH_TRIAL_WARMUP;
    mono_ns lost = options->timeout < LOAD_CUT_SILENCE ? options->timeout : LOAD_CUT_SILENCE;
    mono_ns blocks = bench->subject_count > 1 ? BENCH_ROUNDS * (trial + warmup) : 0;
    return 12 * (trial / 4 + warmup / 2) + 16 * (trial + warmup) + 6 * lost + 2 * options->timeout +
           3 * BENCH_SOAK_TRIALS * trial / 2 + blocks;
}

/* With warming all caches first. */
static mono_ns expected_time(const struct bench *bench)
{
    double names = (double)bench_count_warm(bench->workload), seconds = 0;
    mono_ns each = bench_is_search(bench) ? search_time(bench) : fixed_time(bench);
    for (size_t i = 0; i < bench->subject_count; i++)
        seconds += names / bench_warm_rate_of(bench, &bench->subjects[i]);
    return each * (mono_ns)bench->subject_count + (mono_ns)(seconds * 1e9);
}

void bench_tell_plan(const struct bench *bench)
{
    static const char *const protos[] = {
        [LOAD_UDP] = "UDP", [LOAD_TCP] = "TCP", [LOAD_DOT] = "TLS", [LOAD_DOH] = "HTTPS"};
    const struct scan_params *params = bench->params;
    const struct bench_params *options = bench->options;
    char text[FLEET_TEXT_MAX], wait[UNITS_TEXT_MAX], time[UNITS_TEXT_MAX];
    log_note("bench %s by %s%s", subject_of(bench, text), protos[options->proto],
             options->calibrates ? ", the path itself first" : "");
    tell_load(bench);
    log_note("  %s", bench->workload_text.data);
    log_note("  %u thread%s on %u core%s; lost after %s; about %s; seed %llu", bench->workers,
             bench->workers == 1 ? "" : "s", bench->cores, bench->cores == 1 ? "" : "s",
             units_format_duration(options->timeout, wait),
             units_format_duration(expected_time(bench), time), (unsigned long long)params->seed);
    if ((options->proto == LOAD_DOT || options->proto == LOAD_DOH) && !params->tls_ca &&
        !params->tls_host)
        log_note("  certificates are not checked: who answers is not known (--tls-ca, --tls-host)");
    if (params->config_read)
        log_note("  configuration: %s", params->config_read);
}

/* --- progress --- */

static void put_line(const struct bench *bench, mono_ns now, struct text *out)
{
    char rate[UNITS_TEXT_MAX], best[UNITS_TEXT_MAX], time[UNITS_TEXT_MAX], line[LINE_COLUMNS + 1];
    int len = snprintf(line, sizeof line, " %.34s %s %s q/s", bench->subject, bench->phase,
                       units_format_short((uint64_t)bench->rate, rate));
    if (bench->best > 0 && len < LINE_COLUMNS)
        len += snprintf(line + len, sizeof line - (size_t)len, ", met %s",
                        units_format_short((uint64_t)bench->best, best));
    if (len < LINE_COLUMNS)
        snprintf(line + len, sizeof line - (size_t)len, ", load %u, %s", bench->loads + 1,
                 units_format_eta(now - bench->started, time));
    text_puts(out, line);
}

static void put_json(const struct bench *bench, mono_ns now, struct text *out)
{
    text_printf(out, "{\"done\":%u,\"total\":null,\"sent_qps\":", bench->loads);
    text_printf(out, "%.1f", bench->rate);
    text_puts(out, ",\"target\":");
    text_put_json(out, bench->subject, strlen(bench->subject));
    text_printf(out, ",\"phase\":\"%s\",\"met_qps\":", bench->phase);
    text_printf(out, "%.1f", bench->best);
    text_printf(out, ",\"seconds\":%.1f}\n", (double)(now - bench->started) / 1e9);
}

void bench_tell_progress(struct bench *bench, mono_ns now)
{
    if (display_due(&bench->display, now) == 0)
        return;
    struct text text = {0};
    (bench->display.is_json ? put_json : put_line)(bench, now, &text);
    display_text(&bench->display, &text);
}
