// SPDX-License-Identifier: BSD-2-Clause
/* What the loads come to: a rate with its interval for each target, who is better, and the run
 * before. Reads a struct bench whose loads are over. */
#ifndef SCAN_BENCH_RANK_H
#define SCAN_BENCH_RANK_H

#include "scan/bench_state.h"

/* Of a search the rate that meets the objective, of a fixed load the good answers a second. */
struct bench_interval bench_rate_of(const struct bench *bench, const struct bench_subject *subject);
/* A figure of the blocks that were not spoiled; how many these are. */
size_t bench_take_blocks(const struct bench_subject *subject, enum bench_figure figure,
                         double out[BENCH_ROUNDS_MAX]);
/* Whether what is told of SUBJECT, which was measured, is not the generator's doing. */
bool bench_is_valid(const struct bench *bench, const struct bench_subject *subject);
/* A rank from 1 for each that was measured, where there are several. */
void bench_rank(struct bench *bench);
/* The difference to the first in rank, block by block; VERSUS_RATE as bench_rate_of. */
void bench_put_versus(const struct bench *bench, const struct bench_subject *subject,
                      struct bench_target *out);
/* --- bench_figures.c --- */
/* BENCH_P50 or BENCH_P99 of what is kept, ns; what is lost took the timeout. */
struct bench_interval bench_time_of(const struct bench *bench, const struct bench_subject *subject,
                                    enum bench_figure figure);
/* The share of what is kept that was lost. */
struct bench_interval bench_loss_of(const struct bench *bench, const struct bench_subject *subject);

/* --- bench_baseline.c --- */
/* Compares with SAVED, into bench->baseline and bench->ending.is_worse. False: what was offered
 * then is not what is now, and nothing is compared. */
MUST_CHECK bool bench_hold_against(struct bench *bench, const struct bench_saved *saved,
                                   size_t count);

#endif
