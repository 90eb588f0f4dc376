// SPDX-License-Identifier: BSD-2-Clause
/* A clause about each target, into bench->baseline; losses come first, since what does not fit is
 * left out. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scan/bench_rank.h"

#define CLAUSE_MAX 512

static const struct bench_saved *find_saved(const struct bench *bench,
                                            const struct bench_subject *subject,
                                            const struct bench_saved *saved, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(saved[i].name, subject->resolver->text) == 0)
            return &saved[i];
    return count == 1 && bench->subject_count == 1 ? saved : NULL;
}

/* Behind those before it; where no room is left, what says that there were more. */
static void add_clause(struct bench *bench, const char *clause)
{
    static const char more[] = "; ...";
    size_t len = strlen(bench->baseline);
    char *out = bench->baseline + len;
    const char *between = len ? "; " : "";
    if (len >= sizeof more && strcmp(out - (sizeof more - 1), more) == 0)
        return;
    if (len + strlen(between) + strlen(clause) + sizeof more > sizeof bench->baseline)
        snprintf(out, sizeof more, "%s", more); /* for which room is always left */
    else
        snprintf(out, sizeof bench->baseline - len, "%s%s", between, clause);
}

/* True: a significant loss. */
static bool hold_one(const struct bench *bench, const struct bench_subject *subject,
                     const struct bench_saved *before, char out[CLAUSE_MAX])
{
    struct bench_interval rate = bench_rate_of(bench, subject);
    char now[UNITS_TEXT_MAX], then[UNITS_TEXT_MAX];
    const char *name = subject->resolver->text;
    if (!before || !before->is_valid || !rate.is_known) {
        snprintf(out, CLAUSE_MAX, "%s: %s", name,
                 !before            ? "not in it"
                 : before->is_valid ? "no rate to compare"
                                    : "it was no valid measurement");
        return false;
    }
    bool is_worse = rate.high<before->low, is_better_now = rate.low> before->high;
    snprintf(out, CLAUSE_MAX, "%s: %s q/s, before %s, %s", name,
             units_format_count((uint64_t)(rate.value + 0.5), now),
             units_format_count((uint64_t)(before->rate + 0.5), then),
             is_worse        ? "a significant loss"
             : is_better_now ? "a significant gain"
                             : "no significant difference");
    return is_worse;
}

void bench_hold_against(struct bench *bench, const struct bench_saved *saved, size_t count)
{
    char clause[CLAUSE_MAX];
    for (int round = 0; round < 2; round++) { /* the losses, and the others */
        for (size_t i = 0; i < bench->subject_count; i++) {
            const struct bench_subject *subject = &bench->subjects[i];
            if (!bench_is_measured(subject))
                continue;
            bool is_worse =
                hold_one(bench, subject, find_saved(bench, subject, saved, count), clause);
            bench->ending.is_worse |= is_worse;
            if (is_worse == (round == 0))
                add_clause(bench, clause);
        }
    }
}
