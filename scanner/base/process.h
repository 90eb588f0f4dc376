// SPDX-License-Identifier: BSD-2-Clause
/* What this process has used of the machine so far, all threads together. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdint.h>

struct process_use {
    double cpu_seconds;     /* its own and the system's for it */
    uint64_t max_rss_bytes; /* the most memory it had at a time */
};

/* All 0 where the system does not say. */
struct process_use process_use_now(void);

#endif
