// SPDX-License-Identifier: BSD-2-Clause
/* 1. What is the share of trouble that has nothing to do with the load: the least of all loads.
 * 2. Which loads are cut, from the highest rate down. 3. What they have more of than the least,
 * added up over those that are clearly cut. 4. The most of it is the kind; loss alone is told by
 * how long the answers take that still come. */
#include "verdict/limiter.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/units.h"
#include "dns/code.h"

#define CUT        0.005 /* share: less is a bad moment */
#define CLEAR      0.05
#define MOST       0.5  /* of the trouble: it is the kind */
#define SLIP_LEAST 0.08 /* of the trouble: one in ten truncated is the rarest in use */
#define AS_QUICK   2.0  /* times what it was below the limit, at most */
#define SLOWER     3.0  /* times, at least */
#define WAITED     5e6  /* ns: a queue, where answers take long anyway; and */
#define WAITED_OF  1.1  /* times, or it is chance */
#define POINTS_MAX 256

void limiter_point_of(struct limiter_point *out, const struct load_result *result)
{
    struct hist service = result->service;
    double due = result->due > 0 ? (double)result->due : 1;
    double seconds = load_result_seconds(result);
    service.beyond = 0;
    *out = (struct limiter_point){
        .truncated = (double)result->truncated / due,
        .refused = (double)result->rcodes[RCODE_REFUSED] / due,
        .servfail = (double)result->rcodes[RCODE_SERVFAIL] / due,
        .lost = (double)result->lost / due,
        .p50 = (double)hist_percentile(&service, 0.5),
    };
    if (seconds > 0) {
        out->rate = (double)result->due / seconds;
        out->answered = (double)result->good / seconds;
    }
}

static double trouble_of(const struct limiter_point *point)
{
    return point->truncated + point->refused + point->servfail + point->lost;
}

/* What POINT has more of than BASE. */
static struct limiter_point excess_of(const struct limiter_point *point,
                                      const struct limiter_point *base)
{
    return (struct limiter_point){
        .truncated = fmax(point->truncated - base->truncated, 0),
        .refused = fmax(point->refused - base->refused, 0),
        .servfail = fmax(point->servfail - base->servfail, 0),
        .lost = fmax(point->lost - base->lost, 0),
    };
}

static double trouble_above(const struct limiter_point *point, const struct limiter_point *base)
{
    struct limiter_point excess = excess_of(point, base);
    return trouble_of(&excess);
}

static const struct limiter_point *least_troubled(const struct limiter_point *points, size_t count)
{
    const struct limiter_point *least = points;
    for (size_t i = 1; i < count; i++)
        if (trouble_of(&points[i]) < trouble_of(least))
            least = &points[i];
    return least;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double p50_of(const struct limiter_point *point)
{
    return point->p50;
}

static double answered_of(const struct limiter_point *point)
{
    return point->answered;
}

/* 0: no points. */
static double median_of(const struct limiter_point *points, size_t count,
                        double (*member)(const struct limiter_point *))
{
    double values[POINTS_MAX];
    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        values[i] = member(&points[i]);
    qsort(values, count, sizeof *values, compare_doubles);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* Lost without a word: answers that take as long as before come from one who chooses. */
static enum limiter_kind kind_of_loss(double p50_before, double p50)
{
    if (!(p50_before > 0) || !(p50 > 0))
        return LIMITER_UNCLEAR;
    bool has_waited = p50 - p50_before > WAITED && p50 > WAITED_OF * p50_before;
    if (has_waited || p50 > SLOWER * p50_before)
        return LIMITER_OVERLOAD;
    return p50 <= AS_QUICK * p50_before ? LIMITER_DROP : LIMITER_UNCLEAR;
}

static void choose_kind(struct limiter *out, const struct limiter_point *excess, double p50_before,
                        double p50)
{
    double sum = trouble_of(excess);
    if (excess->refused > MOST * sum)
        out->kind = LIMITER_REFUSED;
    else if (excess->servfail > MOST * sum)
        out->kind = LIMITER_SERVFAIL;
    else if (excess->truncated + excess->lost <= MOST * sum)
        out->kind = LIMITER_UNCLEAR;
    else if (excess->truncated >= SLIP_LEAST * sum)
        out->kind = LIMITER_SLIP;
    else
        out->kind = kind_of_loss(p50_before, p50);
    if (out->kind == LIMITER_SLIP)
        out->slip = (excess->truncated + excess->lost) / excess->truncated;
}

/* What all have more of than BASE. */
static struct limiter_point add_up(const struct limiter_point *points, size_t count,
                                   const struct limiter_point *base)
{
    struct limiter_point sum = {0};
    for (size_t i = 0; i < count; i++) {
        struct limiter_point excess = excess_of(&points[i], base);
        sum.truncated += excess.truncated;
        sum.refused += excess.refused;
        sum.servfail += excess.servfail;
        sum.lost += excess.lost;
    }
    return sum;
}

/* The first that is cut, as all after it are. */
static size_t first_cut(const struct limiter_point *points, size_t count,
                        const struct limiter_point *base)
{
    size_t first = count;
    while (first > 0 && trouble_above(&points[first - 1], base) >= CUT)
        first--;
    return first;
}

void limiter_judge(struct limiter *out, const struct limiter_point *points, size_t count)
{
    *out = (struct limiter){.kind = LIMITER_NONE};
    if (count == 0)
        return;
    if (count > POINTS_MAX) {
        points += count - POINTS_MAX;
        count = POINTS_MAX;
    }
    const struct limiter_point *base = least_troubled(points, count);
    size_t first = first_cut(points, count, base), clear = first;
    if (first == count)
        return;
    while (clear < count && trouble_above(&points[clear], base) < CLEAR)
        clear++;
    if (clear == count)
        clear = first;
    struct limiter_point all = add_up(points + clear, count - clear, base);
    /* Where even the least of loads is lost the limit may lie below them all. */
    double before = base->lost < CLEAR ? median_of(points, first, p50_of) : 0;
    choose_kind(out, &all, before, median_of(points + clear, count - clear, p50_of));
    /* What still is answered is the limit, where it is not a punishment. */
    double answered = median_of(points + clear, count - clear, answered_of);
    out->rate = fmin(answered, points[first].rate);
    if (first > 0)
        out->rate = fmax(out->rate, fmin(points[first - 1].rate, points[first].rate));
}

/* Three digits. */
static double rounded(double rate)
{
    double unit = rate > 0 ? pow(10, floor(log10(rate)) - 2) : 1;
    return round(rate / unit) * unit;
}

void limiter_explain(const struct limiter *limiter, struct text *out)
{
    static const char *const texts[][2] = {
        [LIMITER_NONE] = {"", ""},
        [LIMITER_OVERLOAD] = {"overloaded", ": slower, then lost"},
        [LIMITER_SLIP] = {"rate limited", ": RRL, one of "},
        [LIMITER_DROP] = {"rate limited", ": the rest dropped, answers as quick as before"},
        [LIMITER_REFUSED] = {"rate limited", ": the rest REFUSED"},
        [LIMITER_SERVFAIL] = {"SERVFAIL", ""},
        [LIMITER_UNCLEAR] = {"limited", ": by what is not clear"},
    };
    char rate[UNITS_TEXT_MAX];
    if (limiter->kind == LIMITER_NONE)
        return;
    units_format_count((uint64_t)llround(rounded(limiter->rate)), rate);
    text_printf(out, "%s from about %s q/s%s", texts[limiter->kind][0], rate,
                texts[limiter->kind][1]);
    if (limiter->kind == LIMITER_SLIP)
        text_printf(out, "%.0f truncated", limiter->slip);
}
