// SPDX-License-Identifier: BSD-2-Clause
/* What --stats of most commands ends with: what was run, and how and when it ended. */
#ifndef OUT_STATS_END_H
#define OUT_STATS_END_H

#include <stdbool.h>
#include <stdint.h>

struct stats_end {
    int exit_code;
    bool is_complete;
    bool is_own;                  /* --own */
    const char *command_line;     /* as typed */
    int64_t started_ms, ended_ms; /* wall clock */
    uint64_t seed;
    const char *version;
};

#endif
