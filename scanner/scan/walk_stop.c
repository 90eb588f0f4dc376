// SPDX-License-Identifier: BSD-2-Clause
/* How a kind of walking says that its walk is over. The first word stands, but for an error. */
#include "scan/walk.h"

void walk_end(struct walk *walk)
{
    if (walk->stop == WALK_GOES_ON)
        walk->stop = WALK_ENDED;
}

void walk_give_up(struct walk *walk, const char *reason)
{
    if (walk->stop != WALK_GOES_ON)
        return;
    walk->stop = WALK_BUDGET;
    walk->stop_reason = reason;
}

void walk_fail(struct walk *walk, int error)
{
    walk->stop = WALK_FATAL;
    walk->error = error;
}
