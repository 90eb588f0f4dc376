// SPDX-License-Identifier: BSD-2-Clause
/* A benchmark's report made by hand: a target with a known capacity, searched, and its soak. What
 * a query would have taken follows from the load as in a queue, so that curves look like curves;
 * nothing depends on chance or time. */
#ifndef TESTS_BENCH_SAMPLE_H
#define TESTS_BENCH_SAMPLE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out/bench.h"

#define SAMPLE_POINTS  16
#define SAMPLE_TARGETS 64
#define SAMPLE_COLUMNS 120

struct bench_sample {
    struct bench_point points[SAMPLE_TARGETS][SAMPLE_POINTS];
    struct bench_target targets[SAMPLE_TARGETS];
    struct load_result results[SAMPLE_TARGETS];
    struct load_column columns[SAMPLE_TARGETS][SAMPLE_COLUMNS];
    struct bench_report report;
};

/* The response time that SHARE of the queries stay below at USE (0..1) of the capacity. */
static inline mono_ns sample_time(double share, double use)
{
    double service = 90e3, queue = service * use / (1.02 - fmin(use, 1));
    return (mono_ns)(service * 0.7 + queue * -log(1 - share * 0.999999) + 40e3 * share);
}

static inline void sample_point(struct bench_point *out, double rate, double capacity)
{
    double use = rate / capacity, lost = fmax(0, 1 - 1 / use);
    *out = (struct bench_point){.rate = rate,
                                .achieved = rate * 0.9995,
                                .answered = rate * (1 - lost) * (use > 1 ? 0.93 : 1),
                                .loss = lost,
                                .servfail = lost / 10,
                                .p50 = lost > 0.5 ? HIST_BEYOND : sample_time(0.5, use),
                                .p90 = lost > 0.1 ? HIST_BEYOND : sample_time(0.9, use),
                                .p99 = lost > 0.01 ? HIST_BEYOND : sample_time(0.99, use),
                                .p999 = lost > 0.001 ? HIST_BEYOND : sample_time(0.999, use),
                                .p9999 = lost > 0.0001 ? HIST_BEYOND : sample_time(0.9999, use),
                                .lag_p999 = 38000,
                                .slipped = 0.0002,
                                .phase = "ramp",
                                .verdict = use > 0.97 ? "missed" : "met",
                                .why = use > 0.97 ? "p99 61 ms, above 50 ms" : ""};
}

/* COUNT answers and LOST queries, with a pause in the middle and after three quarters. */
static inline void sample_result(struct load_result *r, struct load_column *columns, uint64_t count,
                                 uint64_t lost, double use)
{
    memset(r, 0, sizeof *r);
    r->columns = columns;
    r->column_count = columns ? SAMPLE_COLUMNS : 0;
    for (uint64_t i = 0; i < count; i++) {
        double share = ((double)i + 0.5) / (double)count;
        uint64_t at = (i * 2654435761u >> 16) % SAMPLE_COLUMNS;
        bool is_pause = at == SAMPLE_COLUMNS / 2 || at == SAMPLE_COLUMNS * 3 / 4;
        mono_ns time = sample_time(share, use) + (is_pause ? (mono_ns)(share * 2e8) : 0);
        enum load_class class = i % 20 == 0 ? LOAD_MISS : i % 17 == 0 ? LOAD_NXDOMAIN : LOAD_HIT;
        mono_ns wait = class == LOAD_MISS ? 4 * NS_PER_MS : 0, lag = (mono_ns)(i % 97 * 400);
        hist_add(&r->response[class], time + wait + lag);
        hist_add(&r->service, time + wait);
        hist_add(&r->lag, lag);
        if (!columns)
            continue;
        columns[at].due++;
        columns[at].answered++;
        columns[at].rows[load_heat_row(time + wait + lag)]++;
    }
    hist_add_lost(&r->response[LOAD_HIT], lost);
    hist_add_lost(&r->service, lost);
    for (uint64_t i = 0; columns && i < lost; i++) {
        columns[SAMPLE_COLUMNS / 2 + i % 3].due++;
        columns[SAMPLE_COLUMNS / 2 + i % 3].lost++;
    }
    r->due = count + lost;
    r->sent = r->due;
    r->answered = count;
    r->lost = lost;
    r->rcodes[0] = count - count / 17 - count / 500;
    r->rcodes[2] = count / 500;
    r->rcodes[3] = count / 17;
    r->octets_out = 60 * r->sent;
    r->octets_in = 110 * count;
    r->active = 30 * NS_PER_S;
    r->workers = 1;
    r->cpu = 19 * NS_PER_S;
}

/* Target INDEX, with CAPACITY q/s. */
static inline void sample_target(struct bench_sample *s, size_t index, double capacity)
{
    static const double uses[SAMPLE_POINTS] = {0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4,
                                               0.6,  0.9,  1.35, 1.1,  0.98, 0.96, 0.95, 1.45};
    struct bench_target *t = &s->targets[index];
    static char names[SAMPLE_TARGETS][32];
    snprintf(names[index], sizeof names[index], "127.0.0.%zu:53", index + 1);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        struct bench_point *point = &s->points[index][i];
        sample_point(point, round(uses[i] * capacity), capacity);
        point->started_ms = 1795317247123 + (int64_t)i * 1000;
        point->seconds = 0.75;
        point->phase = i < 11 ? "ramp" : i < 14 ? "bisect" : i == 14 ? "soak" : "beyond";
    }
    sample_result(&s->results[index], s->columns[index], 20000, index == 0 ? 9 : 30, 0.95);
    *t = (struct bench_target){
        .name = names[index],
        .address = names[index],
        .proto = "udp",
        .points = s->points[index],
        .point_count = SAMPLE_POINTS,
        .rate = {0.95 * capacity, 0.94 * capacity, 0.97 * capacity, true},
        .knee = 0.8 * capacity,
        .peak_goodput = capacity,
        .beyond_rate = round(1.45 * capacity),
        .goodput_beyond = 0.93 * capacity,
        .stopped = "2 % more missed the objective: p99 61 ms, above 50 ms",
        .limiter = "",
        .generator = "kept its schedule: p99.9 lag 40 us, 0 socket drops, 61 % of a core",
        .is_valid = true,
        .result = &s->results[index],
        .column = 250 * NS_PER_MS,
    };
}

/* COUNT targets; to be freed. */
static inline struct bench_sample *sample_make(size_t count)
{
    static const struct bench_fact facts[] = {
        {"kernel", "Linux 6.18"}, {"cpu", "2 of Example CPU at 3 GHz"}, {"rcvbuf", "4 MiB"}};
    static const char *const warnings[] = {
        "conntrack is loaded: it may drop packets and costs time for each"};
    struct bench_sample *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    for (size_t i = 0; i < count; i++)
        sample_target(s, i, 44500 - 3000 * (double)(i % 12));
    for (size_t i = 0; i < count && count > 1; i++) {
        struct bench_target *t = &s->targets[i];
        t->rank = (unsigned)i + 1;
        if (i == 0)
            continue;
        t->versus_rate =
            (struct bench_interval){-3000 * (double)i, -3400 * (double)i, -2600 * (double)i, true};
        t->versus_p50 = (struct bench_interval){12000, 3000, 20000, true};
        t->versus_p99 = (struct bench_interval){400000, -100000, 900000, true};
        t->versus_loss = (struct bench_interval){0.0001, 0, 0.0002, true};
    }
    s->report = (struct bench_report){
        .version = "0.1.0",
        .command_line = "dnstrawl bench 127.0.0.1:53 --slo 'loss<0.1%,p99<50ms'",
        .slo = "loss<0.1%,p99<50ms",
        .workload = "built-in names, 95 % cache hits",
        .arrival = "poisson",
        .mode = "search",
        .way = "UDP by sendmmsg",
        .limits = {.p99 = 50 * NS_PER_MS, .loss = 0.001},
        .timeout = 2 * NS_PER_S,
        .started_ms = 1795317247123,
        .ended_ms = 1795317349123,
        .seed = 42,
        .workers = 1,
        .targets = s->targets,
        .target_count = count,
        .facts = facts,
        .fact_count = 3,
        .warnings = warnings,
        .warning_count = 1,
        .path_rate = 510000,
        .baseline = "no worse than bench.json: rate 42,275 q/s, then 42,100 q/s",
        .seconds = 102,
        .cpu_seconds = 88.5,
        .max_rss_bytes = 40000000,
    };
    return s;
}

/* One fixed load instead of a search. */
static inline void sample_fix(struct bench_sample *s)
{
    s->targets[0].point_count = 1;
    s->points[0][0].phase = "fixed";
    s->points[0][0].rate = 10000;
    s->targets[0].rate = (struct bench_interval){.value = 9800, .is_known = true};
    s->targets[0].stopped = "";
    s->targets[0].verdict = "met";
    s->targets[0].missed = "";
}

/* WORDS in all places of words; they stay the caller's. */
static inline void sample_spoil_words(struct bench_sample *s, const char *const *words,
                                      const struct bench_fact *fact)
{
    struct bench_report *report = &s->report;
    struct bench_target *target = &s->targets[0];
    report->version = report->command_line = report->slo = report->workload = *words;
    report->arrival = report->way = report->baseline = *words;
    report->facts = fact;
    report->fact_count = 1;
    report->warnings = words;
    target->name = target->address = target->stopped = *words;
    target->limiter = target->generator = *words;
    s->points[0][3].verdict = s->points[0][3].phase = s->points[0][3].why = *words;
}

/* V, which may be no number, in all places of figures. Of two targets. */
static inline void sample_spoil_figures(struct bench_sample *s, double v)
{
    for (size_t p = 0; p < SAMPLE_POINTS; p += 3) {
        struct bench_point *point = &s->points[0][p];
        point->rate = point->achieved = point->answered = point->loss = v;
        point->servfail = point->refused = point->truncated = point->slipped = v;
        point->p50 = v > 0 ? INT64_MAX - 1 : INT64_MIN;
    }
    s->targets[0].rate = (struct bench_interval){v, v, -v, true};
    s->targets[0].knee = s->targets[0].peak_goodput = s->targets[0].beyond_rate =
        s->targets[0].goodput_beyond = v;
    s->targets[0].column = v > 0 ? INT64_MAX : INT64_MIN;
    s->targets[1].versus_rate = s->targets[1].versus_p50 = s->targets[0].rate;
    s->targets[1].versus_p99 = s->targets[1].versus_loss = s->targets[0].rate;
    s->results[0].due = s->results[0].answered = s->results[0].rcodes[3] = UINT64_MAX;
    s->columns[0][7].rows[47] = s->columns[0][7].lost = UINT32_MAX;
    s->report.limits = (struct bench_limits){INT64_MAX, INT64_MIN, v};
    s->report.seconds = s->report.cpu_seconds = s->report.path_rate = v;
    s->report.seed = s->report.max_rss_bytes = UINT64_MAX;
}

static const double sample_nasty_figures[] = {
    (double)INFINITY, -(double)INFINITY, (double)NAN, -1, 1e300, 1e-300, 0};
#define SAMPLE_NASTY_COUNT (sizeof sample_nasty_figures / sizeof sample_nasty_figures[0])

#endif
