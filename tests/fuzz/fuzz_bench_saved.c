// SPDX-License-Identifier: BSD-2-Clause
/* A saved --stats file of any bytes. What is taken from it is within its ranges; what is refused
 * leaves nothing, and a reason that a terminal may be shown. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "out/bench.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_within(double value, double most)
{
    return value >= 0 && value <= most; /* not NaN */
}

static void check_saved(const struct bench_saved *saved)
{
    check(strnlen(saved->name, sizeof saved->name) < sizeof saved->name && saved->name[0]);
    check(is_within(saved->rate, 1e15) && is_within(saved->low, 1e15));
    check(is_within(saved->high, 1e15) && is_within(saved->loss, 1));
    check(is_within(saved->loss_interval.high, 1) &&
          is_within(saved->p99_interval.low, (double)HIST_BEYOND));
    check(is_within(saved->p50, (double)HIST_BEYOND) && is_within(saved->p99, (double)HIST_BEYOND));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct bench_saved *saved;
    struct text why = {0};
    size_t count;
    int fd = memfd_create("saved", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int error = bench_read_saved(path, &saved, &count, &why);
    close(fd);
    check((error == 0) == (saved != NULL) && (error == 0) == (count > 0));
    check((error == 0) == (why.len == 0));
    for (size_t i = 0; i < why.len; i++)
        check(why.data[i] >= ' ' && why.data[i] <= '~');
    for (size_t i = 0; i < count; i++)
        check_saved(&saved[i]);
    free(saved);
    text_deinit(&why);
    return 0;
}
