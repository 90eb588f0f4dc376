// SPDX-License-Identifier: BSD-2-Clause
/* What a benchmark tells: text for the terminal, JSON, one HTML page, HdrHistogram's log. Borrows
 * everything; decides nothing. */
#ifndef OUT_BENCH_H
#define OUT_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "model/load.h"

struct bench_interval {
    double value, low, high;
    bool is_known;
};

/* What the objective asks, as far as charts can draw it; 0: it does not. */
struct bench_limits {
    mono_ns p50, p99;
    double loss; /* a share */
};

/* One load that was offered. Shares 0..1; times ns, HIST_BEYOND: lost. */
struct bench_point {
    int64_t started_ms;    /* wall clock, when its warm-up was over */
    double seconds;        /* active */
    double rate, achieved; /* q/s asked for; due per second of active time */
    double answered;       /* good answers a second (NOERROR, NXDOMAIN) */
    double loss, servfail, refused, truncated;
    mono_ns p50, p90, p99, p999, p9999;
    mono_ns lag_p999;
    double slipped;      /* share of the time */
    const char *phase;   /* "ramp" "bisect" "soak" "beyond" "fixed" "compare" */
    const char *verdict; /* "met" "missed" "invalid" "" */
    const char *why;     /* "" or what was missed */
};

struct bench_target {
    const char *name, *address, *proto;
    const struct bench_point *points; /* in the order taken */
    size_t point_count;
    struct bench_interval rate; /* that meets the objective; of a fixed run: answered a second */
    struct bench_interval p50, p99, loss; /* of RESULT: ns, lost is the timeout; a share */
    bool is_cut_short;                    /* the search did not come to its end; */
    double met_so_far;                    /* the highest rate that met the objective until then */
    double knee, peak_goodput;            /* q/s; 0: not known */
    double beyond_rate, goodput_beyond;   /* of the highest load above the rate found */
    const char *stopped;                  /* why the search ended, a clause */
    const char *limiter;                  /* "" or what looks like a limit set on purpose */
    const char *generator;                /* generator_explain */
    bool is_valid;
    const char *verdict, *missed; /* of a fixed load as a whole; "" where nothing was to be met */
    const struct load_result *result; /* of the soak or the fixed run; histograms, columns */
    mono_ns column;                   /* width of result's columns */
    unsigned rank;                    /* from 1; 0: not compared */
    struct bench_interval versus_rate, versus_p50, versus_p99,
        versus_loss; /* to the first in rank */
};

struct bench_fact { /* the manifest */
    const char *key, *value;
};

struct bench_report {
    const char *version, *command_line, *slo, *workload, *arrival, *way;
    const char *mode;             /* "search" or "fixed" */
    double rate_asked;            /* of a fixed load; 0: a search */
    struct bench_limits limits;   /* of SLO */
    mono_ns timeout;              /* after which an answer counts as lost; 0: not known */
    int64_t started_ms, ended_ms; /* wall clock */
    uint64_t seed;
    unsigned workers;
    bool is_own;
    const struct bench_target *targets;
    size_t target_count;
    const struct bench_fact *facts;
    size_t fact_count;
    const char *const *warnings;
    size_t warning_count;
    double path_rate;     /* --calibrate: q/s the path and the generator carry; 0: not measured */
    const char *baseline; /* "" or one line: what became of it */
    double seconds, cpu_seconds;
    uint64_t max_rss_bytes;
    int exit_code;
    bool is_part; /* a limit or a signal ended it, or a target was left out */
};

/* What the terminal can show. */
enum bench_look {
    BENCH_COLOR = 1, /* escape sequences */
    BENCH_UTF8 = 2,
};
/* BENCH_UTF8 or 0, by what LC_ALL, LC_CTYPE and LANG (NULL or "": not set) say, in this order. */
unsigned bench_look_of(const char *lc_all, const char *lc_ctype, const char *lang);

/* The block on stdout, at most 80 columns wide. LOOK: of enum bench_look. */
void bench_text(struct text *out, const struct bench_report *report, unsigned look);
/* --stats: DNS-OARC dns-metrics' words where it has one. One object. */
void bench_json(struct text *out, const struct bench_report *report);
/* --html: self-contained. */
void bench_html(struct text *out, const struct bench_report *report);
/* --hdr: a HdrHistogram V2 log, one tagged line a target and series. ERR_NOMEM. */
MUST_CHECK int bench_hdr(struct text *out, const struct bench_report *report);

/* What a run offered; texts are cut to fit. Only runs that offered the same are compared. */
struct bench_terms {
    char mode[8]; /* "": not known */
    char proto[8], arrival[12], objective[128], workload[192];
    double rate;    /* q/s asked for; 0: a search */
    double timeout; /* s */
};

/* What --baseline needs of a saved --stats file. */
struct bench_saved {
    char name[256];
    struct bench_terms terms;
    double rate, low, high;
    double p50, p99, loss;
    struct bench_interval p99_interval, loss_interval; /* older files have none */
    bool is_valid;
};
/* ERR_IO, ERR_SYNTAX, ERR_NOMEM; WHY a line. *OUT is the caller's to free. */
MUST_CHECK int bench_read_saved(const char *path, struct bench_saved **out, size_t *count,
                                struct text *why);

#endif
