// SPDX-License-Identifier: BSD-2-Clause
/* A trial that is sure to miss is not run to its end: what it spent of its budget (model/load.h).
 *
 * A worker looks once a millisecond. What it knows: which of its queries were lost, and how many
 * were answered in time. Of those due before now - limit all others are late, whatever comes; that
 * those answered in time include some that were due since only makes the count too small. The
 * workers' counts are added in the one thing that they share while a trial runs. */
#ifndef ENGINE_LOAD_CUT_H
#define ENGINE_LOAD_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/load.h"

#define LOAD_CUT_MARKS 64 /* how finely what was due before the limit is known */

/* Of all workers; atomic. Zeroed before a trial. */
struct load_spent {
    uint64_t lost, late;
    bool is_over;
};

struct load_mark {
    mono_ns at;
    uint64_t due; /* by then */
};

struct load_cut {
    const struct load_budget *budget;
    struct load_spent *spent;
    uint64_t lost, late, in_time;           /* the worker's own: told, told, so far */
    struct load_mark marks[LOAD_CUT_MARKS]; /* a ring */
    uint64_t mark_count;
    uint64_t due_past; /* due before now - limit, at least */
    uint64_t passed;   /* marks that are that old */
};

/* BUDGET as of the trial. */
void load_cut_begin(struct load_cut *cut, const struct load_budget *budget,
                    struct load_spent *spent);
/* Whether the trial is sure to miss, by what RESULT has of this worker at NOW and by the others. */
bool load_cut_look(struct load_cut *cut, const struct load_result *result, mono_ns now);

static inline void load_cut_answer(struct load_cut *cut, mono_ns response)
{
    cut->in_time += response <= cut->budget->limit;
}

#endif
