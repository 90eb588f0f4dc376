// SPDX-License-Identifier: BSD-2-Clause
#include "scan/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t count, first;

static void note(int signal_number)
{
    if (count == 0)
        first = signal_number;
    if (count < 2)
        count++;
}

void signals_install(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

int signals_count(void)
{
    return count;
}

int signals_first(void)
{
    return first;
}
