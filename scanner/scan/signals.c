// SPDX-License-Identifier: BSD-2-Clause
/* The handler only counts; who looks at the count decides. One case is beyond that: the
 * main thread blocked in a write that nobody reads, or on a disk that does not answer. So
 * the second signal sets an alarm as well, and what has not ended by then is cut off. */
#include "scan/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#define CUT_OFF_S 2 /* a run that can still end does so in milliseconds */

static atomic_int count, first; /* lock-free, so fit for a handler on any thread */

static void note(int signal_number)
{
    int none = 0;
    (void)atomic_compare_exchange_strong(&first, &none, signal_number);
    if (atomic_fetch_add(&count, 1) == 1)
        (void)alarm(CUT_OFF_S);
}

/* Dies of the signal that came first: a shell calls that 130 or 143, as if we had exited. */
static void cut_off(int signal_number)
{
    int of = atomic_load(&first);
    (void)signal_number;
    (void)signal(of, SIG_DFL);
    (void)raise(of);
}

static void install(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    (void)sigaction(signal_number, &action, NULL);
}

void signals_install(void)
{
    atomic_store(&count, 0);
    atomic_store(&first, 0);
    install(SIGALRM, cut_off);
    install(SIGINT, note);
    install(SIGTERM, note);
}

void signals_end(void)
{
    (void)alarm(0);
}

int signals_count(void)
{
    return atomic_load_explicit(&count, memory_order_relaxed);
}

int signals_first(void)
{
    return atomic_load(&first);
}
