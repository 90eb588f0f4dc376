// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_cut.h"

#define GRACE (10 * NS_PER_MS) /* an answer that came in time may be read later than that */

void load_cut_begin(struct load_cut *cut, const struct load_budget *budget,
                    struct load_spent *spent)
{
    *cut = (struct load_cut){.budget = budget, .spent = spent};
}

/* Moves past the marks that are older than the limit. */
static void age(struct load_cut *cut, uint64_t due, mono_ns now)
{
    const struct load_budget *budget = cut->budget;
    mono_ns every = (budget->limit + GRACE) / (LOAD_CUT_MARKS / 2);
    const struct load_mark *last = &cut->marks[(cut->mark_count - 1) % LOAD_CUT_MARKS];
    if (cut->mark_count == 0 || now - last->at >= every)
        cut->marks[cut->mark_count++ % LOAD_CUT_MARKS] = (struct load_mark){now, due};
    if (cut->mark_count - cut->passed > LOAD_CUT_MARKS)
        cut->passed = cut->mark_count - LOAD_CUT_MARKS;
    while (cut->passed < cut->mark_count) {
        const struct load_mark *mark = &cut->marks[cut->passed % LOAD_CUT_MARKS];
        if (mark->at + budget->limit + GRACE >= now)
            break;
        cut->due_past = mark->due;
        cut->passed++;
    }
}

/* Tells the others what is new since the last time. The sum of all. */
static uint64_t tell(uint64_t *sum, uint64_t *told, uint64_t now)
{
    uint64_t more = now > *told ? now - *told : 0;
    *told += more;
    return __atomic_add_fetch(sum, more, __ATOMIC_RELAXED);
}

bool load_cut_look(struct load_cut *cut, const struct load_result *result, mono_ns now)
{
    const struct load_budget *budget = cut->budget;
    struct load_spent *spent = cut->spent;
    if (!budget->is_set)
        return false;
    age(cut, result->due, now);
    uint64_t known = cut->in_time + result->unsent;
    uint64_t late = cut->due_past > known ? cut->due_past - known : 0;
    if (tell(&spent->lost, &cut->lost, result->lost) > budget->lost ||
        tell(&spent->late, &cut->late, late) > budget->late)
        __atomic_store_n(&spent->is_over, true, __ATOMIC_RELAXED);
    return __atomic_load_n(&spent->is_over, __ATOMIC_RELAXED);
}
