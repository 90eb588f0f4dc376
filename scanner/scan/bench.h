// SPDX-License-Identifier: BSD-2-Clause
/* The `bench` command: what each of its targets sustains.
 *
 *   plan -> do they answer? -> warm their caches -> [the path itself] -> loads -> report
 *
 * The loads are a search for each target, trials of several in random order, and then blocks at a
 * common rate; or with --rate that one load, in blocks where there are several targets. Each load
 * is one load_run (engine/load.h), judged twice: did the target meet the objective, and did the
 * generator do what it was told. */
#ifndef SCAN_BENCH_H
#define SCAN_BENCH_H

#include "scan/params.h"

/* Runs to the end and returns the code to exit with. Messages go to stderr by log. */
enum scan_exit bench_run(const struct scan_params *params);

#endif
