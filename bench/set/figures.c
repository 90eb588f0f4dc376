// SPDX-License-Identifier: BSD-2-Clause
#include "bench/set/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOK_MS   50
#define IDLE_S    0.001 /* CPU time between two looks that counts as none */
#define IDLE_WANT 4     /* looks in a row */
#define LOOKS_MAX 1200  /* a minute; a table that is lost in growing is idle soon enough */

double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double resident_octets(void)
{
    char line[128];
    char *resident = line;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || !fgets(line, sizeof line, file)) {
        fprintf(stderr, "set-bench: cannot read /proc/self/statm\n");
        exit(1);
    }
    fclose(file);
    (void)strtoul(line, &resident, 10); /* the whole address space comes first */
    return (double)strtoul(resident, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
}

void settle(void)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    double last = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned looks = 0, idle = 0; looks < LOOKS_MAX && idle < IDLE_WANT; looks++) {
        nanosleep(&pause, NULL);
        double now = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
        idle = now - last < IDLE_S ? idle + 1 : 0;
        last = now;
    }
}
