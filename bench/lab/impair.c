// SPDX-License-Identifier: BSD-2-Clause
/* What each impairment does, in a table by trait.
 *
 * Those that act are asked in order; the first that does not answer ACTION_ANSWER
 * has its way. Those that delay add up. */
#include "bench/lab/impair.h"

#include <stddef.h>

static enum action act_dead(const struct range *value, const struct sighting *s)
{
    (void)s;
    return value->low > 0 ? ACTION_SILENCE : ACTION_ANSWER;
}

/* Over TCP the kernel would send it again. */
static enum action act_loss(const struct range *value, const struct sighting *s)
{
    return !s->is_tcp && draw(s, TRAIT_LOSS) < value->low ? ACTION_SILENCE : ACTION_ANSWER;
}

static enum action act_noedns(const struct range *value, const struct sighting *s)
{
    if (!s->has_edns || value->low < 1)
        return ACTION_ANSWER;
    return value->low > 1 ? ACTION_FORMERR_BARE : ACTION_FORMERR;
}

/* A resolver refuses a zone or it does not, whatever the name. */
static enum action act_refuse_zone(const struct range *value, const struct sighting *s)
{
    double unit = draw_unit(draw_fixed_bits(s, s->zone_hash, draw_ids[TRAIT_REFUSE_ZONE]));
    return s->zone_hash && unit < value->low ? ACTION_REFUSED : ACTION_ANSWER;
}

static enum action act_only_zones(const struct range *value, const struct sighting *s)
{
    return !s->zone_hash && value->low > 0 ? ACTION_REFUSED : ACTION_ANSWER;
}

static enum action act_servfail(const struct range *value, const struct sighting *s)
{
    return draw(s, TRAIT_SERVFAIL) < value->low ? ACTION_SERVFAIL : ACTION_ANSWER;
}

static enum action act_tc_only(const struct range *value, const struct sighting *s)
{
    return !s->is_tcp && value->low > 0 ? ACTION_TRUNCATE : ACTION_ANSWER;
}

static double delay_rtt(const struct range *value, const struct sighting *s)
{
    (void)s;
    return value->low;
}

static double delay_jitter(const struct range *value, const struct sighting *s)
{
    return value->low + (value->high - value->low) * draw(s, TRAIT_JITTER);
}

static double delay_slow(const struct range *value, const struct sighting *s)
{
    return value->low + (value->high - value->low) * draw(s, TRAIT_SLOW);
}

static const struct effect {
    enum action (*act)(const struct range *value, const struct sighting *sighting);
    double (*delay_ns)(const struct range *value, const struct sighting *sighting);
} effects[TRAIT_COUNT] = {
    [TRAIT_DEAD] = {.act = act_dead},
    [TRAIT_LOSS] = {.act = act_loss},
    [TRAIT_NOEDNS] = {.act = act_noedns},
    [TRAIT_REFUSE_ZONE] = {.act = act_refuse_zone},
    [TRAIT_ONLY_ZONES] = {.act = act_only_zones},
    [TRAIT_SERVFAIL] = {.act = act_servfail},
    [TRAIT_TC_ONLY] = {.act = act_tc_only},
    [TRAIT_RTT] = {.delay_ns = delay_rtt},
    [TRAIT_JITTER] = {.delay_ns = delay_jitter},
    [TRAIT_SLOW] = {.delay_ns = delay_slow},
};

struct outcome impair_judge(const struct traits *traits, const struct sighting *sighting)
{
    struct outcome outcome = {.action = ACTION_ANSWER, .cause = -1};
    double delay_ns = 0;
    for (int i = 0; i < TRAIT_COUNT; i++) {
        if (traits->value[i].high <= 0)
            continue;
        if (effects[i].delay_ns)
            delay_ns += effects[i].delay_ns(&traits->value[i], sighting);
        if (!effects[i].act || outcome.action != ACTION_ANSWER)
            continue;
        outcome.action = effects[i].act(&traits->value[i], sighting);
        if (outcome.action != ACTION_ANSWER)
            outcome.cause = i;
    }
    outcome.delay = (mono_ns)delay_ns;
    outcome.variant = draw_bits(sighting, DRAW_VARIANT);
    return outcome;
}
