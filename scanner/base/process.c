// SPDX-License-Identifier: BSD-2-Clause
#include "base/process.h"

#include <sys/resource.h>

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct process_use process_use_now(void)
{
    struct rusage usage = {.ru_maxrss = 0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return (struct process_use){
        .cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
        .max_rss_bytes = (uint64_t)usage.ru_maxrss * 1024,
    };
}
