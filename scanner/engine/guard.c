// SPDX-License-Identifier: BSD-2-Clause
/* A window's counts stand in a cell for each operator; those touched are listed, so that the
 * vote at its end looks at no others. */
#include "engine/guard.h"

#include <stdlib.h>

#define WINDOW_MIN    (NS_PER_S / 4)
#define WINDOW_MAX    (2 * NS_PER_S)
#define OUTCOMES_EACH 8    /* of an operator, on average: enough to tell 5 % from 30 % */
#define VOTE_LEAST    4    /* outcomes that make a vote */
#define VOTERS_LEAST  8    /* fewer cannot be told from so many limits */
#define EXCESS_LEAST  0.05 /* of all outcomes: what a path may lose more without harm */
#define CUT           0.7
#define CUT_MOST      0.5
#define GROWTH        1.2
#define LIFT          1.5 /* times what is sent: the limit limits nothing */
#define LIMIT_LEAST   10.0
#define CATCH_UP      (5 * NS_PER_MS)
#define DEBT_MAX      (100 * NS_PER_MS) /* retries put new queries off by no more than this */

struct cell {
    uint32_t count, silent;
    float usual;
};

struct guard {
    struct cell *cells;
    uint32_t *touched, touched_count;
    uint32_t outcomes, answers, sent; /* of the window */
    mono_ns start;
    mono_ns next, interval; /* the limit; interval 0: none */
    double limit_qps;
    uint64_t drops;
};

int guard_create(struct guard **out, uint32_t count, mono_ns now)
{
    *out = NULL;
    struct guard *g = calloc(1, sizeof *g);
    if (!g)
        return ERR_NOMEM;
    g->cells = calloc(count, sizeof *g->cells);
    g->touched = calloc(count, sizeof *g->touched);
    if (!g->cells || !g->touched) {
        guard_destroy(g);
        return ERR_NOMEM;
    }
    g->start = now;
    *out = g;
    return 0;
}

void guard_destroy(struct guard *g)
{
    if (!g)
        return;
    free(g->cells);
    free(g->touched);
    free(g);
}

/* --- the limit --- */

static void set_limit(struct guard *g, double qps)
{
    g->limit_qps = qps;
    g->interval = qps > 0 ? (mono_ns)(1e9 / qps) : 0;
}

static double per_second(uint32_t count, mono_ns span)
{
    return span > 0 ? (double)count * 1e9 / (double)span : 0;
}

/* A window in trouble may have been one in which nothing came at all; that is no reason to
 * stop. */
static void slow_down(struct guard *g, mono_ns now)
{
    double sent = per_second(g->sent, now - g->start);
    double before = g->limit_qps > 0 && g->limit_qps < sent ? g->limit_qps : sent;
    double qps = CUT * per_second(g->answers, now - g->start);
    if (qps > CUT * before)
        qps = CUT * before;
    if (qps < CUT_MOST * before)
        qps = CUT_MOST * before;
    set_limit(g, qps > LIMIT_LEAST ? qps : LIMIT_LEAST);
    g->next = now;
}

static void speed_up(struct guard *g, mono_ns now)
{
    if (g->limit_qps <= 0)
        return;
    double qps = GROWTH * g->limit_qps;
    set_limit(g, qps > LIFT * per_second(g->sent, now - g->start) ? 0 : qps);
}

void guard_take(struct guard *g, mono_ns now)
{
    g->sent++;
    if (g->interval == 0)
        return;
    if (g->next < now - CATCH_UP)
        g->next = now - CATCH_UP;
    if (g->next < now + DEBT_MAX)
        g->next += g->interval;
}

mono_ns guard_due(const struct guard *g)
{
    return g->interval ? g->next : 0;
}

double guard_limit_qps(const struct guard *g)
{
    return g->limit_qps;
}

/* --- the vote --- */

static void start_window(struct guard *g, mono_ns now)
{
    for (uint32_t i = 0; i < g->touched_count; i++)
        g->cells[g->touched[i]].count = g->cells[g->touched[i]].silent = 0;
    g->touched_count = g->outcomes = g->answers = g->sent = 0;
    g->start = now;
}

static bool is_path_troubled(const struct guard *g)
{
    uint32_t voters = 0, votes = 0;
    double excess = 0, count = 0;
    for (uint32_t i = 0; i < g->touched_count; i++) {
        const struct cell *c = &g->cells[g->touched[i]];
        if (c->count < VOTE_LEAST)
            continue;
        double usual = (double)c->usual * c->count;
        voters++;
        votes += c->silent >= usual + 1;
        excess += c->silent - usual;
        count += c->count;
    }
    return voters >= VOTERS_LEAST && 3 * votes >= 2 * voters && excess >= EXCESS_LEAST * count;
}

static bool is_window_over(const struct guard *g, mono_ns now)
{
    mono_ns span = now - g->start;
    return span >= WINDOW_MAX ||
           (span >= WINDOW_MIN && g->outcomes >= OUTCOMES_EACH * g->touched_count);
}

enum guard_verdict guard_note(struct guard *g, uint32_t index, bool is_silence, float usual,
                              mono_ns now)
{
    struct cell *c = &g->cells[index];
    if (c->count == 0)
        g->touched[g->touched_count++] = index;
    c->count++;
    c->silent += is_silence;
    c->usual = usual;
    g->outcomes++;
    g->answers += !is_silence;
    if (!is_window_over(g, now))
        return GUARD_GATHERING;
    bool is_troubled = is_path_troubled(g);
    if (is_troubled)
        slow_down(g, now);
    else
        speed_up(g, now);
    start_window(g, now);
    return is_troubled ? GUARD_TROUBLED : GUARD_CLEAR;
}

void guard_take_back(struct guard *g, uint32_t index)
{
    g->cells[index].silent -= g->cells[index].silent > 0;
}

enum guard_verdict guard_note_drops(struct guard *g, uint64_t drops, mono_ns now)
{
    if (drops <= g->drops)
        return GUARD_GATHERING;
    g->drops = drops;
    slow_down(g, now);
    start_window(g, now);
    return GUARD_TROUBLED;
}
