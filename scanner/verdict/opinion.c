// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/opinion.h"

/* The opinions by side, as bits. */
struct sides {
    uint8_t data, empty, absent; /* that count */
    uint8_t forged;              /* data that count for nothing */
    uint8_t trusted, proven;     /* of any kind */
    uint8_t unproven;            /* of those that are empty or absent */
    uint8_t sound, outvoted;     /* of those with data */
    uint8_t null;                /* the same; none of them, where others say otherwise */
};

static unsigned count_of(uint8_t bits)
{
    return (unsigned)__builtin_popcount(bits);
}

/* Void ones and all but an operator's newest are left out. */
static struct sides take_sides(const struct opinion *opinions, unsigned count)
{
    struct sides sides = {0};
    for (unsigned i = 0; i < count; i++) {
        const struct opinion *o = &opinions[i];
        bool is_newest = true;
        for (unsigned j = i + 1; j < count; j++)
            is_newest &= opinions[j].op != o->op || opinions[j].is_void;
        if (o->is_void || !is_newest)
            continue;
        uint8_t bit = (uint8_t)(1u << i);
        if (o->kind == OPINION_DATA && o->is_forged && !o->is_trusted && !o->is_proven)
            sides.forged |= bit;
        else if (o->kind == OPINION_DATA)
            sides.data |= bit;
        else if (o->kind == OPINION_NODATA)
            sides.empty |= bit;
        else
            sides.absent |= bit;
        if (o->is_trusted)
            sides.trusted |= bit;
        if (o->is_proven)
            sides.proven |= bit;
        if (o->is_unproven && o->kind != OPINION_DATA)
            sides.unproven |= bit;
        if (o->is_sound)
            sides.sound |= bit & sides.data;
        if (o->is_outvoted)
            sides.outvoted |= bit & sides.data;
        if (o->is_null && !o->is_trusted && !o->is_proven)
            sides.null |= bit & sides.data;
    }
    if ((sides.data | sides.empty | sides.absent) != sides.null) {
        sides.data &= (uint8_t)~sides.null;
        sides.null = 0;
    }
    return sides;
}

/* The opinion whose data most others share: it and they. */
static uint8_t largest_group(const struct opinion *opinions, unsigned count, uint8_t among)
{
    uint8_t best = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t bit = (uint8_t)(1u << i);
        if (!(among & bit))
            continue;
        uint8_t group = (uint8_t)((opinions[i].overlaps & among) | bit);
        if (count_of(group) > count_of(best))
            best = group;
    }
    return best;
}

static struct opinion_verdict exists(const struct sides *sides, uint8_t used,
                                     enum opinion_confirmed confirmed, bool varies)
{
    bool is_agreed = !varies && count_of(used) > 1;
    return (struct opinion_verdict){
        .result = OPINION_EXISTS,
        .confirmed = confirmed,
        .varies = varies,
        .used = used,
        .denied = sides->absent | sides->empty,
        .agreed = is_agreed ? used : 0,
        .outvoted = is_agreed ? (uint8_t)(sides->data & ~used) : 0,
    };
}

static struct opinion_verdict nothing(const struct sides *sides, enum opinion_result result,
                                      enum opinion_confirmed confirmed)
{
    return (struct opinion_verdict){
        .result = result,
        .confirmed = confirmed,
        .claimed = result != OPINION_ABSENT      ? 0
                   : count_of(sides->absent) > 1 ? sides->data | sides->forged
                                                 : sides->forged,
    };
}

/* Opinions that are believed whatever others say: of a resolver that the user trusts, or
 * proven ones. */
static struct opinion_verdict by_certain(const struct sides *sides, uint8_t certain,
                                         enum opinion_confirmed confirmed)
{
    uint8_t data = certain & sides->data;
    if (data)
        return exists(sides, data, confirmed, false);
    bool is_absent = certain & sides->absent;
    struct opinion_verdict verdict =
        nothing(sides, is_absent ? OPINION_ABSENT : OPINION_EMPTY, confirmed);
    if (is_absent)
        verdict.claimed = sides->data | sides->forged;
    return verdict;
}

/* The deniers are right. But among liars it may be they that lie, and not who gave data. */
static struct opinion_verdict denied_by_most(const struct sides *sides,
                                             const struct opinion_view *view)
{
    bool is_absent = count_of(sides->absent) > count_of(sides->empty);
    struct opinion_verdict verdict =
        nothing(sides, is_absent ? OPINION_ABSENT : OPINION_EMPTY, OPINION_BY_QUORUM);
    if (view->is_hostile)
        verdict.claimed &= sides->forged;
    return verdict;
}

/* Data on one side at least. */
static struct opinion_verdict weigh_data(const struct opinion *opinions, unsigned count,
                                         const struct sides *sides, const struct opinion_view *view,
                                         bool is_end)
{
    unsigned with = count_of(sides->data);
    unsigned against = count_of(sides->absent) + count_of(sides->empty);
    uint8_t candidates = sides->data & (uint8_t)~sides->outvoted;
    if (!candidates)
        candidates = sides->data;
    uint8_t group = largest_group(opinions, count, candidates);
    if (count_of(group) < 2 && view->is_hostile) /* by liars an honest one is outvoted as well */
        group = largest_group(opinions, count, sides->data);
    bool is_all = is_end || with + against >= view->operators;

    if (sides->null && with < OPINION_DISTINCT && !is_all)
        return (struct opinion_verdict){.result = OPINION_ASK};
    if (count_of(group) >= 2)
        return exists(sides, group, OPINION_BY_QUORUM, false);
    if (sides->sound && with > 1 && with > against && !view->is_hostile)
        return exists(sides, sides->sound, OPINION_BY_QUORUM, count_of(sides->sound) > 1);
    if (with > against && count_of(candidates) >= OPINION_DISTINCT && !view->is_hostile &&
        (!view->has_sound || is_end))
        return exists(sides, candidates, OPINION_BY_QUORUM, true);
    if (with == 1 && against >= OPINION_DENIERS && view->is_doubtful)
        return (struct opinion_verdict){.result = OPINION_DISPUTED};
    if (with == 1 && against >= OPINION_DENIERS)
        return denied_by_most(sides, view);
    if (is_all && with > against && (with == 1 || !view->is_hostile))
        return exists(sides, candidates, with > 1 ? OPINION_BY_QUORUM : OPINION_BY_ONE, with > 1);
    if (is_end && against > with && against >= 2 && !view->is_hostile)
        return denied_by_most(sides, view);
    /* Among liars asking the same ones again brings nothing. */
    is_end |= is_all && view->is_hostile;
    return (struct opinion_verdict){.result = is_end ? OPINION_DISPUTED : OPINION_ASK};
}

/* Two of those that gave data that have not a record in common, nor through a third one. */
static bool are_at_odds(const struct opinion *opinions, unsigned count, uint8_t data)
{
    uint8_t reached = data & (uint8_t)-data;
    for (uint8_t before = 0; before != reached;) {
        before = reached;
        for (unsigned i = 0; i < count; i++) {
            if (reached >> i & 1)
                reached |= (opinions[i].overlaps | opinions[i].akin) & data;
        }
    }
    return reached != data;
}

static struct opinion_verdict weigh(const struct opinion *opinions, unsigned count,
                                    const struct sides *from, const struct opinion_view *view)
{
    struct sides sides = *from;
    bool is_last = view->is_last || count == OPINIONS_MAX; /* no room for another */
    unsigned absent = count_of(sides.absent), empty = count_of(sides.empty);

    if (sides.proven)
        return by_certain(&sides, sides.proven, OPINION_BY_SIGNATURE);
    if (sides.trusted)
        return by_certain(&sides, sides.trusted, OPINION_BY_TRUSTED);
    if (sides.data)
        return weigh_data(opinions, count, &sides, view, is_last);
    if (sides.unproven &&
        (sides.unproven & (sides.absent | sides.empty)) == (sides.absent | sides.empty) &&
        absent + empty < OPINION_UNPROVEN && absent + empty < view->operators && !is_last)
        return (struct opinion_verdict){.result = OPINION_ASK};
    enum opinion_confirmed confirmed = absent + empty > 1 ? OPINION_BY_QUORUM : OPINION_BY_ONE;
    /* A denial of a name that is there contradicts; forged data are no reason to doubt one. */
    if (absent && view->name_exists) {
        bool is_all = is_last || absent + empty >= view->operators;
        if (absent + empty < 2 && !is_all)
            return (struct opinion_verdict){.result = OPINION_ASK};
        return nothing(&sides, OPINION_EMPTY, confirmed);
    }
    if (absent && empty == 0)
        return nothing(&sides, OPINION_ABSENT, confirmed);
    if (empty && absent == 0)
        return nothing(&sides, OPINION_EMPTY, confirmed);
    if (absent + empty == 0)
        return (struct opinion_verdict){.result = is_last ? OPINION_DISPUTED : OPINION_ASK};
    return nothing(&sides, absent > empty ? OPINION_ABSENT : OPINION_EMPTY, confirmed);
}

struct opinion_verdict opinions_weigh(const struct opinion *opinions, unsigned count,
                                      const struct opinion_view *view)
{
    struct sides sides = take_sides(opinions, count);
    struct opinion_verdict verdict = weigh(opinions, count, &sides, view);
    verdict.is_split = sides.data && (sides.absent | sides.empty);
    verdict.is_at_odds = are_at_odds(opinions, count, sides.data);
    return verdict;
}
