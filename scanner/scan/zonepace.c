// SPDX-License-Identifier: BSD-2-Clause
/* Most zones never struggle: they have a pace and a score (as the throttle's, CUSUM), and a
 * throttle once the score says so. */
#include "scan/zonepace.h"

#include <stdlib.h>

#include "engine/pace.h"
#include "engine/throttle.h"

#define GROW           64
#define THROTTLES_MAX  1024  /* zones that struggle at a time; further ones are not slowed */
#define USUAL_MAX      0.15F /* of a resolver that serves others well */
#define TROUBLE_WEIGHT 1.75F /* log likelihood: 30 % trouble against 5 % */
#define GOOD_WEIGHT    -0.31F
#define SUSPECT        5.0F  /* three in a row: from now on not the resolvers' doing */
#define STRUGGLES      10.0F /* six in a row, or a third of thirty */
#define OTHERS_LEAST   20    /* outcomes of other zones in the last second or two */
#define RATE_SPAN      NS_PER_S
#define LET_GO         4.0F /* times what is asked: the throttle holds nothing back */

/* Outcomes of a span and of the one before. */
struct tally {
    uint32_t span; /* its number */
    uint32_t count[2], trouble[2];
};

struct zone_state {
    struct pace pace;
    struct throttle *throttle; /* NULL: it does not struggle */
    mono_ns span_start;
    uint32_t sent;   /* in this span */
    float asked_qps; /* in the one before */
    float score;
    bool has_answered;
    struct tally tally;
};

struct zonepace {
    double qps;
    struct tally tally; /* of all zones */
    bool has_answered;  /* any zone */
    struct zone_state *zones;
    size_t count;
    uint32_t throttle_count;
};

int zonepace_create(struct zonepace **out, double qps)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    (*out)->qps = qps;
    return 0;
}

void zonepace_destroy(struct zonepace *z)
{
    if (!z)
        return;
    for (size_t i = 0; i < z->count; i++)
        free(z->zones[i].throttle);
    free(z->zones);
    free(z);
}

static int take_in(struct zonepace *z, uint32_t zone, mono_ns now)
{
    if (zone < z->count)
        return 0;
    size_t count = (size_t)zone + zone / 2 + GROW;
    struct zone_state *grown = realloc(z->zones, count * sizeof *grown);
    if (!grown)
        return ERR_NOMEM;
    for (size_t i = z->count; i < count; i++) {
        grown[i] = (struct zone_state){.span_start = now};
        pace_init(&grown[i].pace, z->qps, now);
    }
    z->zones = grown;
    z->count = count;
    return 0;
}

/* --- sending --- */

static void count_sent(struct zonepace *z, struct zone_state *s, mono_ns now)
{
    s->sent++;
    if (now - s->span_start < RATE_SPAN)
        return;
    s->asked_qps = (float)s->sent * 1e9F / (float)(now - s->span_start);
    s->span_start = now;
    s->sent = 0;
    const struct throttle *t = s->throttle;
    if (t && t->state == THROTTLE_RISING && t->rate_qps > LET_GO * s->asked_qps) {
        free(s->throttle);
        s->throttle = NULL;
        s->score = 0;
        z->throttle_count--;
    }
}

int zonepace_take(struct zonepace *z, uint32_t zone, mono_ns now, mono_ns *due)
{
    int error = take_in(z, zone, now);
    if (error != 0)
        return error;
    struct zone_state *s = &z->zones[zone];
    (void)pace_allowed(&s->pace, now, 1); /* forgives arrears beyond the catch-up */
    *due = pace_due(&s->pace) > now ? pace_due(&s->pace) : now;
    if (s->pace.interval)
        pace_take(&s->pace);
    count_sent(z, s, now);
    if (s->throttle) {
        mono_ns learnt = throttle_due(s->throttle);
        *due = learnt > *due ? learnt : *due;
        throttle_take(s->throttle, now);
    }
    return 0;
}

/* --- what comes back --- */

static void move_on(struct tally *t, uint32_t span)
{
    if (t->span == span)
        return;
    bool is_next = t->span + 1 == span;
    t->count[1] = is_next ? t->count[0] : 0;
    t->trouble[1] = is_next ? t->trouble[0] : 0;
    t->count[0] = t->trouble[0] = 0;
    t->span = span;
}

static void count_outcome(struct tally *t, bool is_trouble, uint32_t span)
{
    move_on(t, span);
    t->count[0]++;
    t->trouble[0] += is_trouble;
}

/* The other zones are enough to compare with, and have little trouble: else it is the
 * resolvers' or the path's. */
static bool are_others_well(const struct zonepace *z, const struct zone_state *s)
{
    const struct tally *all = &z->tally, *own = &s->tally;
    uint32_t count = all->count[0] + all->count[1] - own->count[0] - own->count[1];
    uint32_t trouble = all->trouble[0] + all->trouble[1] - own->trouble[0] - own->trouble[1];
    return count >= OTHERS_LEAST && (float)trouble <= USUAL_MAX * (float)count;
}

/* Without memory for a throttle the zone goes on as before. */
static void slow_down(struct zonepace *z, struct zone_state *s, mono_ns now)
{
    if (z->throttle_count == THROTTLES_MAX)
        return;
    s->throttle = calloc(1, sizeof *s->throttle);
    if (!s->throttle)
        return;
    z->throttle_count++;
    float span = (float)(now - s->span_start) * 1e-9F;
    float present = (float)s->sent / (span > 0.1F ? span : 0.1F);
    throttle_init_at(s->throttle, present > s->asked_qps ? present : s->asked_qps, now);
}

bool zonepace_note(struct zonepace *z, uint32_t zone, bool is_trouble, float usual, mono_ns elapsed,
                   mono_ns now)
{
    if (zone >= z->count)
        return false;
    struct zone_state *s = &z->zones[zone];
    uint32_t span = (uint32_t)(now / RATE_SPAN);
    s->has_answered |= !is_trouble;
    z->has_answered |= !is_trouble;
    count_outcome(&z->tally, is_trouble, span);
    count_outcome(&s->tally, is_trouble, span);
    bool is_telling = are_others_well(z, s);
    /* What slows it is judged on when the others have come to their ends, too. */
    if (s->throttle && usual <= USUAL_MAX)
        (void)throttle_note(s->throttle, is_trouble, elapsed, now);
    if (!is_telling)
        return false;
    if (usual <= USUAL_MAX) {
        s->score += is_trouble ? TROUBLE_WEIGHT : GOOD_WEIGHT;
        s->score = s->score < 0 ? 0 : s->score > STRUGGLES ? STRUGGLES : s->score;
        /* No rate mends a zone that never answers. */
        if (!s->throttle && s->score >= STRUGGLES && s->has_answered)
            slow_down(z, s, now);
    }
    return is_trouble && (s->throttle != NULL || s->score >= SUSPECT);
}

bool zonepace_has_answered(const struct zonepace *z, uint32_t zone)
{
    return zone < z->count && z->zones[zone].has_answered;
}

bool zonepace_is_broken(const struct zonepace *z, uint32_t zone)
{
    return z->has_answered && !zonepace_has_answered(z, zone);
}

double zonepace_limit_qps(const struct zonepace *z, uint32_t zone)
{
    if (zone >= z->count || !z->zones[zone].throttle)
        return 0;
    return (double)z->zones[zone].throttle->rate_qps;
}
