// SPDX-License-Identifier: BSD-2-Clause
/* Setters of the options of `bench` alone.
 *
 * Limits, and why:
 *   durations 20 ms to a day   shorter ones hold too few queries to say anything
 *   interval 1 ms to an hour   finer is below the stamps' own noise
 *   connections to 1,000       with 64 targets and workers that is all a process can have
 *   Zipf's exponent to 5       beyond, one name is asked and nothing else */
#include <string.h>

#include "cmd/options.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/value.h"

#define LENGTH_MIN      (20 * NS_PER_MS)
#define LENGTH_MAX      (24 * 3600 * NS_PER_S)
#define INTERVAL_MIN    NS_PER_MS
#define INTERVAL_MAX    (3600 * NS_PER_S)
#define CONNECTIONS_MAX 1000u
#define ZIPF_MAX        5.0

static struct bench_params *bench_of(void *ctx)
{
    return &((struct setup *)ctx)->params.bench;
}

static int set_length(mono_ns *out, const char *value, mono_ns min, mono_ns max, struct text *why)
{
    int error = value_duration(value, NS_PER_S, out, why);
    if (error || (*out >= min && *out <= max))
        return error;
    text_printf(why, "'%.80s' is out of range: %lldms to %lldh", value,
                (long long)(min / NS_PER_MS), (long long)(max / NS_PER_S / 3600));
    return ERR_RANGE;
}

int set_slo(void *ctx, const char *value, struct text *why)
{
    return slo_parse(value, &bench_of(ctx)->slo, why);
}

int set_arrival(void *ctx, const char *value, struct text *why)
{
    static const enum load_arrival kinds[] = {LOAD_POISSON, LOAD_CONSTANT, LOAD_STEPS};
    int index, error = value_word(WORDS_ARRIVAL, value, &index, why);
    if (!error)
        bench_of(ctx)->arrival = kinds[index];
    return error;
}

int set_max_rate(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 1, BENCH_RATE_MAX, &bench_of(ctx)->rate_max, why);
}

int set_duration(void *ctx, const char *value, struct text *why)
{
    return set_length(&bench_of(ctx)->duration, value, LENGTH_MIN, LENGTH_MAX, why);
}

int set_warmup(void *ctx, const char *value, struct text *why)
{
    return set_length(&bench_of(ctx)->warmup, value, 0, LENGTH_MAX, why);
}

int set_interval(void *ctx, const char *value, struct text *why)
{
    return set_length(&bench_of(ctx)->interval, value, INTERVAL_MIN, INTERVAL_MAX, why);
}

int set_proto(void *ctx, const char *value, struct text *why)
{
    static const enum load_proto kinds[] = {LOAD_UDP, LOAD_TCP, LOAD_DOT, LOAD_DOH};
    int index, error = value_word(WORDS_PROTO, value, &index, why);
    if (!error)
        bench_of(ctx)->proto = kinds[index];
    return error;
}

int set_connections(void *ctx, const char *value, struct text *why)
{
    return value_u32(value, 1, CONNECTIONS_MAX, &bench_of(ctx)->connections, why);
}

int set_follow_tc(void *ctx, const char *value, struct text *why)
{
    (void)why;
    bench_of(ctx)->follows_tc = *value == '1';
    return 0;
}

int set_edns(void *ctx, const char *value, struct text *why)
{
    int index, error = value_word(WORDS_EDNS, value, &index, why);
    if (!error)
        bench_of(ctx)->no_edns = index == 1;
    return error;
}

int set_queries(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = strcmp(value, "-") == 0 ? setup_claim_stdin(setup, "--queries", why)
                                        : setup_check_readable(setup, value, why);
    if (!error)
        bench_of(ctx)->queries_path = value;
    return error;
}

int set_hits(void *ctx, const char *value, struct text *why)
{
    size_t len = strlen(value);
    double percent;
    if (len == 0 || value[len - 1] != '%' || !value_percent(value, len - 1, &percent))
        return value_refuse(why, value, "a share from 0% to 100%");
    bench_of(ctx)->hit_share = percent / 100;
    return 0;
}

int set_zipf(void *ctx, const char *value, struct text *why)
{
    double exponent;
    if (!value_percent(value, strlen(value), &exponent) || exponent > ZIPF_MAX)
        return value_refuse(why, value, "a number from 0 to 5");
    bench_of(ctx)->zipf_exponent = exponent;
    return 0;
}

int set_calibrate(void *ctx, const char *value, struct text *why)
{
    (void)why;
    bench_of(ctx)->calibrates = *value == '1';
    return 0;
}

int set_html(void *ctx, const char *value, struct text *why)
{
    return set_file(&bench_of(ctx)->html_path, value, why);
}

int set_hdr(void *ctx, const char *value, struct text *why)
{
    return set_file(&bench_of(ctx)->hdr_path, value, why);
}

int set_baseline(void *ctx, const char *value, struct text *why)
{
    bench_of(ctx)->baseline_path = value;
    return setup_check_readable(ctx, value, why);
}
