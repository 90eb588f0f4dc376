// SPDX-License-Identifier: BSD-2-Clause
/* Memory while a set grows. */
#ifndef BENCH_SET_CURVE_H
#define BENCH_SET_CURVE_H

#include <stdint.h>

/* Grows dnstrawl's set to COUNT names and prints a line for each percent of growth from
 * CURVE_FIRST names on, and for each 1 and 3 times a power of ten: names, octets a name
 * by set_memory_bytes, octets a name by the resident set. The exit status. */
int curve_run(uint64_t count);

#define CURVE_FIRST 10000

#endif
