// SPDX-License-Identifier: BSD-2-Clause
/* The run before: was the same offered then? If so a clause about each target, into
 * bench->baseline; losses come first, since what does not fit is left out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scan/bench_rank.h"

#define CLAUSE_MAX  512
#define TIME_TRIFLE 0.05 /* of the time before */
#define LOSS_TRIFLE 1e-3

/* --- what was offered --- */

static void put_terms(const struct bench *bench, struct bench_terms *out)
{
    const struct text *workload = &bench->workload_text, *slo = &bench->slo_text;
    *out = (struct bench_terms){.rate = bench->rate_fixed,
                                .timeout = (double)bench->options->timeout / 1e9};
    snprintf(out->mode, sizeof out->mode, "%s", bench_is_search(bench) ? "search" : "fixed");
    snprintf(out->proto, sizeof out->proto, "%s", bench_proto_word(bench->options->proto));
    snprintf(out->arrival, sizeof out->arrival, "%s", bench_arrival_word(bench->arrival));
    snprintf(out->objective, sizeof out->objective, "%s", slo->data ? slo->data : "");
    snprintf(out->workload, sizeof out->workload, "%s", workload->data ? workload->data : "");
}

static void compare_words(struct text *out, const char *what, const char *now, const char *then)
{
    if (strcmp(now, then) == 0)
        return;
    text_printf(out, "%s%s %s, before ", out->len ? "; " : "", what, now);
    text_put_escaped(out, then, strlen(then)); /* of a file that may hold anything */
}

/* To a thousandth, which is what files have of a second. */
static void compare_numbers(struct text *out, const char *what, double now, double then)
{
    if (fabs(now - then) > 1e-3)
        text_printf(out, "%s%s %.6g, before %.6g", out->len ? "; " : "", what, now, then);
}

/* What differs; none: the runs are comparable. The objective of a fixed load changes nothing of
 * what is measured, and the ceiling of a search only where it ends there. */
static void put_differences(const struct bench_terms *now, const struct bench_terms *then,
                            struct text *out)
{
    if (!then->mode[0]) {
        text_puts(out, "it does not say what was offered");
        return;
    }
    compare_words(out, "mode", now->mode, then->mode);
    if (now->rate > 0 && then->rate > 0)
        compare_numbers(out, "rate", now->rate, then->rate);
    if (now->rate == 0 && then->rate == 0)
        compare_words(out, "objective", now->objective, then->objective);
    compare_words(out, "protocol", now->proto, then->proto);
    compare_words(out, "arrival", now->arrival, then->arrival);
    compare_numbers(out, "timeout", now->timeout, then->timeout);
    compare_words(out, "queries", now->workload, then->workload);
}

/* False: it is not, and why is in bench->baseline. */
static bool is_the_same(struct bench *bench, const struct bench_terms *then)
{
    struct bench_terms now;
    struct text text = {0};
    put_terms(bench, &now);
    put_differences(&now, then, &text);
    bool is_same = text.len == 0 && !text.failed;
    if (!is_same)
        snprintf(bench->baseline, sizeof bench->baseline, "not comparable: %.*s", (int)text.len,
                 text.data ? text.data : "");
    text_deinit(&text);
    return is_same;
}

/* --- what came of it --- */

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

/* It might have carried more. */
static bool is_at_ceiling(const struct bench *bench, const struct bench_subject *subject)
{
    return bench_is_search(bench) && bench_search_end(&subject->search) == SEARCH_CEILING;
}

/* Behind OUT, what grew or shrank beyond both intervals and by more than LEAST: a trifle that was
 * measured well is no alarm. Told in UNIT, of which NOW has SCALE. True: it grew. */
static bool hold_figure(const struct bench_interval *now, const struct bench_interval *then,
                        double least, const char *what, double scale, const char *unit,
                        char out[CLAUSE_MAX])
{
    bool is_known = now->is_known && then->is_known;
    bool is_worse = is_known && now->low > then->high && now->value - then->value > least;
    bool is_better = is_known && now->high < then->low && then->value - now->value > least;
    size_t len = strlen(out);
    if (is_worse || is_better)
        snprintf(out + len, CLAUSE_MAX - len, ", and %s %.3g %s, before %.3g, significantly %s",
                 what, now->value * scale, unit, then->value * scale,
                 is_worse ? "worse" : "better");
    return is_worse;
}

/* Of a fixed load, whose rate is what was asked for, these are what tells. */
static bool hold_figures(const struct bench *bench, const struct bench_subject *subject,
                         const struct bench_saved *before, char out[CLAUSE_MAX])
{
    struct bench_interval p99 = bench_time_of(bench, subject, BENCH_P99);
    struct bench_interval loss = bench_loss_of(bench, subject);
    bool is_worse = hold_figure(&p99, &before->p99_interval,
                                TIME_TRIFLE * before->p99_interval.value, "p99", 1e-6, "ms", out);
    return hold_figure(&loss, &before->loss_interval, LOSS_TRIFLE, "loss", 100, "%", out) ||
           is_worse;
}

/* " at 192.0.2.1:53" where the only target of then had another name, of a file that may hold
 * anything. */
static void put_place(const struct bench_saved *before, const char *name, struct text *out)
{
    if (strcmp(before->name, name) != 0) {
        text_puts(out, " at ");
        text_put_escaped(out, before->name, strlen(before->name));
    }
    text_putc(out, '\0');
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
    bool is_worse = rate.high < before->low;
    bool is_better_now = rate.low > before->high;
    bool is_capped = is_worse && is_at_ceiling(bench, subject);
    struct text place = {0};
    put_place(before, name, &place);
    snprintf(out, CLAUSE_MAX, "%s: %s q/s, before %s%s, %s", name,
             units_format_count((uint64_t)(rate.value + 0.5), now),
             units_format_count((uint64_t)(before->rate + 0.5), then),
             place.failed ? "" : place.data,
             is_capped       ? "which --max-rate left no room for"
             : is_worse      ? "a significant loss"
             : is_better_now ? "a significant gain"
                             : "no significant difference");
    text_deinit(&place);
    is_worse &= !is_capped;
    return (!bench_is_search(bench) && hold_figures(bench, subject, before, out)) || is_worse;
}

bool bench_hold_against(struct bench *bench, const struct bench_saved *saved, size_t count)
{
    char clause[CLAUSE_MAX];
    if (count > 0 && !is_the_same(bench, &saved->terms))
        return false;
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
    return true;
}
