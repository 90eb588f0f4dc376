// SPDX-License-Identifier: BSD-2-Clause
/* trawl-sim: dnstrawl against the lab, in one process and in virtual time.
 *
 *   trawl-sim [LAB OPTION]... -- COMMAND [ARGUMENT]...
 *
 * 1. The lab is made, its lists are written (--emit-words, --emit-resolvers, ...).
 * 2. The whole scanner runs with what stands behind `--`, as scenarios run it
 *    (tests/scenario): real but for clock, randomness and network.
 * 3. The lab tells what it saw (--report; --quiet: no table).
 *
 * All chance follows from the lab's --seed: a run repeats exactly but for CPU time and
 * memory. DNSTRAWL_ variables are not looked at; without --threads there is one worker.
 * The lab's --for bounds virtual time. Exit: the scan's code; 2: usage; 1: the lab
 * could not; 99: virtual time ran out. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "bench/sim/farside.h"
#include "cmd/cmd.h"
#include "tests/fake/clock.h"
#include "tests/fake/random.h"

static int scan(int argc, char **argv)
{
    static char threads[] = "DNSTRAWL_THREADS=1";
    char *environment[] = {threads, NULL};
    log_init(LOG_NOTE, false);
    fake_clock_limit(FAKE_CLOCK_START + farside_duration_ns());
    fake_clock_join_main();
    fake_random_key(farside_seed());
    return cmd_main(argc, argv, environment, &cmd_disk_real);
}

int main(int argc, char **argv)
{
    static char name[] = "dnstrawl";
    int split = 1;
    while (split < argc && strcmp(argv[split], "--") != 0)
        split++;
    if (split >= argc - 1) {
        fprintf(stderr, "usage: trawl-sim [LAB OPTION]... -- COMMAND [ARGUMENT]...\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int err = farside_open(split, argv), code = err == ERR_SYNTAX ? 2 : 1;
    if (!err) {
        argv[split] = name;
        code = scan(argc - split, argv + split);
        err = farside_report();
    }
    farside_close();
    return err && code == 0 ? 1 : code;
}
