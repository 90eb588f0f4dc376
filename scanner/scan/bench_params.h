// SPDX-License-Identifier: BSD-2-Clause
/* What `bench` is to do beyond what every command is told: part of struct scan_params, plain data.
 * Durations of 0: not given, decided by scan/bench_plan.h. */
#ifndef SCAN_BENCH_PARAMS_H
#define SCAN_BENCH_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/load.h"
#include "verdict/slo.h"

#define BENCH_RATE_MAX 100000000 /* q/s; beyond any line, and sums stay exact */

enum bench_io { BENCH_IO_AUTO, BENCH_IO_UDP, BENCH_IO_GSO };

struct bench_params {
    struct slo slo; /* as given, else SLO_DEFAULT */
    bool has_slo;
    uint64_t rate;     /* of a fixed load, q/s of a target; 0: none, the search finds one */
    uint64_t rate_max; /* 0: none */
    enum load_arrival arrival;
    bool has_arrival;
    mono_ns duration; /* of the fixed load, or of a trial of the search */
    mono_ns warmup;
    bool has_warmup; /* 0 may be meant */
    bool is_warmup_typed;
    mono_ns interval;
    mono_ns timeout; /* of an answer */

    enum load_proto proto;
    enum bench_io io;
    uint32_t workers;     /* 0: not given */
    uint32_t connections; /* of a target and worker; TCP, DoT, DoH */
    bool follows_tc;
    bool no_edns, has_do;

    const char *queries_path; /* NULL: names */
    double hit_share, zipf_exponent;

    bool calibrates;
    const char *html_path, *hdr_path, *baseline_path; /* NULL: none */
};

#endif
