// SPDX-License-Identifier: BSD-2-Clause
/* The parts of bench's text. Private to bench_text*.c. */
#ifndef OUT_BENCH_TEXT_H
#define OUT_BENCH_TEXT_H

#include "out/bench_put.h"

/* Times over the offered rate, and the loss below them; nothing for fewer than two loads. */
void bench_text_plot(struct text *out, const struct bench_target *target, mono_ns timeout,
                     bool is_utf8);
/* A line a load. */
void bench_text_points(struct text *out, const struct bench_target *target, mono_ns timeout);
/* Response time, service time and lag side by side, and the response times by kind of query. */
void bench_text_times(struct text *out, const struct load_result *result, mono_ns timeout);
/* What became of the queries, and what the answers were. */
void bench_text_counts(struct text *out, const struct load_result *result);

#endif
