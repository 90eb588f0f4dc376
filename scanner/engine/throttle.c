// SPDX-License-Identifier: BSD-2-Clause
/* In the order of a query's life: the rate, sending, the outcome; then what each state makes
 * of a span of outcomes. */
#include "engine/throttle.h"

#include <math.h>

#define START_QPS       50.0F /* after the first outcome */
#define KNOWN_RTT_S     0.1F  /* until an answer tells */
#define NEAR_RTT_S      0.002F
#define NEAR_START      4 /* queries a round trip of one that is near by */
#define RATE_MIN        1.0F
#define RATE_MAX        1e8F
#define BASELINE_START  0.05F
#define BASELINE_COUNT  100 /* outcomes that weigh as much as what was thought before */
#define BASELINE_PART   0.25F
#define BASELINE_DOUBT  0.5F
#define BASELINE_MIN    0.02F /* two losses close together are chance */
#define BASELINE_MAX    0.9F
#define WORSE           0.25F    /* of what is missing to all: what trouble by a limit adds */
#define GOOD_WEIGHT     -0.2877F /* log(1 - WORSE) */
#define LIMITED_ANSWERS 2        /* see throttle_note_limited */
#define LIMITER_SPAN    NS_PER_S /* limiters count by the second */
#define SCORE_MAX       7.0F     /* one false alarm in a thousand queries or fewer */
#define SCORE_QPS       50.0F
#define SPAN_COUNT      8    /* queries before a rate is judged */
#define SPAN_RTTS       3    /* round trips, so that most of the span's queries are decided */
#define SPAN_RTTS_NEAR  10   /* the same of one near by */
#define SPAN_S          0.5F /* of others: limits are by the second, more or less */
#define HOLD_SPAN_S     1.0F
#define HOLD_SPAN_MAX_S 4.0F
#define HOLD_COUNT      32    /* outcomes, before a step is taken on them */
#define USED            0.7F  /* of the rate; else its being untroubled says nothing */
#define DECIDED         0.8F  /* of a span's queries that should be */
#define GROWTH          1.41F /* doubles in a second */
#define PROBE_GROWTH    1.25F
#define FORGET_CEILING  1.5F  /* so far above it without trouble */
#define BACK_OFF        0.85F /* of what was answered */
#define BACK_OFF_LEAST  0.7F  /* of the rate, so that slower can be told from not slower */
#define BACK_OFF_MOST   0.125F
#define HOLD_STEP       0.03F /* of the ceiling, a second */
#define HOLD_STEP_DOWN  0.05F
#define HOLD_MAX        0.95F
#define WELL_BELOW      0.8F
#define CHECK_S         0.3F /* what a limiter still holds against us is over by then */
#define CHECK_COUNT     8
#define CHECK_COUNT_MAX 80   /* then the likelier of the two is taken */
#define CHECK_SURE      3.0F /* log of the odds: one in twenty is wrong */
#define CHECK_PART      0.7F /* of the excess: what raised the alarm was a bad moment too */
#define CHECK_WAITS     2    /* times as long as trouble takes to show */
#define CHECKS_MAX      2    /* then slower is no help */
#define PROBE_EASIER    2.0F /* a limit is expected where it was: less of a score is enough */
#define MORE_THROUGH    1.3F
#define PROBE_WAIT      (15 * NS_PER_S)
#define ABSOLVE_WITHIN  (3 * NS_PER_S) /* what was concluded longer ago had other reasons */
#define PROBE_DOUBLINGS 4              /* at most four minutes */

static float seconds(mono_ns span)
{
    return (float)span * 1e-9F;
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static void set_rate(struct throttle *t, float qps)
{
    t->rate_qps = clamp(qps, RATE_MIN, RATE_MAX);
    t->interval = (mono_ns)(1e9F / t->rate_qps);
}

static void set_baseline(struct throttle *t, float share)
{
    t->baseline = clamp(share, BASELINE_MIN, BASELINE_MAX);
    float worse = t->baseline + (1 - t->baseline) * WORSE;
    t->trouble_weight = logf(worse / t->baseline);
}

static void start_span(struct throttle *t, mono_ns now)
{
    t->epoch = now;
    t->sent = t->good = t->bad = 0;
}

static void clear_score(struct throttle *t)
{
    t->score = 0;
    t->run_count = t->run_trouble = 0;
}

void throttle_init(struct throttle *t, mono_ns now)
{
    *t = (struct throttle){.next = now, .since = now, .state = THROTTLE_RISING};
    t->rate_qps = START_QPS;
    set_baseline(t, BASELINE_START);
    t->older_baseline[0] = t->older_baseline[1] = BASELINE_START;
    start_span(t, now);
}

void throttle_init_at(struct throttle *t, float qps, mono_ns now)
{
    throttle_init(t, now);
    set_rate(t, qps);
    t->rtt_s = KNOWN_RTT_S;
}

void throttle_take(struct throttle *t, mono_ns now)
{
    t->next = (t->next > now ? t->next : now) + t->interval;
    t->sent++;
}

/* --- what was answered --- */

/* Answers a second, over this span and the one before. After a change, answers come a round
 * trip later. */
static float delivered_qps(const struct throttle *t, mono_ns now)
{
    float span = seconds(now - t->epoch) + t->last_good_s;
    float count = (float)(t->good + t->last_good);
    return count / (span > t->rtt_s ? span : t->rtt_s + 1e-6F);
}

static void sample_rtt(struct throttle *t, mono_ns elapsed)
{
    float rtt = seconds(elapsed) + 1e-6F;
    if (t->rtt_s > 0) {
        t->rtt_s += (rtt - t->rtt_s) / 8;
        return;
    }
    t->rtt_s = rtt;
    if (t->state == THROTTLE_RISING && t->ceiling_qps <= 0 && rtt < NEAR_RTT_S)
        set_rate(t, NEAR_START / rtt);
}

/* --- trouble --- */

/* A false alarm in so many queries: the more a second, the rarer. */
static float score_max(const struct throttle *t)
{
    float most = t->rate_qps > SCORE_QPS ? SCORE_MAX + logf(t->rate_qps / SCORE_QPS) : SCORE_MAX;
    bool is_probing = t->state == THROTTLE_RISING && t->ceiling_qps > 0;
    return is_probing ? most - PROBE_EASIER : most;
}

/* What one outcome says, as log of the odds that slower is no better against that it is. */
static void weigh_check(struct throttle *t)
{
    float better = t->baseline;
    float same = better + CHECK_PART * (t->before_share - better);
    same = clamp(same, better + 0.05F, 0.98F);
    t->check_bad = logf(same / better);
    t->check_good = logf((1 - same) / (1 - better));
}

/* Above the baseline: slower, and see. */
static void back_off(struct throttle *t, mono_ns now)
{
    if (t->state != THROTTLE_CHECKING) {
        t->before_qps = t->rate_qps;
        t->before_share = (float)t->run_trouble / (float)t->run_count;
        t->checked_share = t->before_share;
        t->checks = 0;
        /* The last spans had some of the limit's trouble in them already. */
        if (t->state == THROTTLE_RISING && t->older_baseline[1] < t->baseline)
            set_baseline(t, t->older_baseline[1]);
    }
    t->checks++;
    t->state = THROTTLE_CHECKING;
    weigh_check(t);
    float delivered = delivered_qps(t, now) * BACK_OFF;
    float most = t->is_wary ? t->rate_qps : t->rate_qps * BACK_OFF_LEAST;
    /* Of one that is near the rate may have been sky-high, and never used. */
    float least = fminf(t->rate_qps * BACK_OFF_MOST, START_QPS);
    set_rate(t, clamp(delivered, least, most));
    t->is_wary = false;
    t->since = now;
    t->last_good = 0;
    t->last_good_s = 0;
    t->next = now + THROTTLE_BURST; /* a burst now would meet an empty bucket */
    clear_score(t);
    start_span(t, now);
}

static void hold(struct throttle *t, float ceiling_qps, mono_ns now)
{
    if (ceiling_qps < t->ceiling_qps) /* perhaps in error: looked at again soon */
        t->probe_doublings = 0;
    t->ceiling_qps = t->found_qps = ceiling_qps;
    t->is_sure = false;
    t->state = THROTTLE_HOLDING;
    t->probe_at = now + (PROBE_WAIT << t->probe_doublings);
    if (t->probe_doublings < PROBE_DOUBLINGS)
        t->probe_doublings++;
}

/* Trouble where the limit was, or a bit above: no check is needed. */
static void end_probe(struct throttle *t, mono_ns now)
{
    float borne = fminf(delivered_qps(t, now) * BACK_OFF, t->rate_qps / PROBE_GROWTH);
    hold(t, fmaxf(t->ceiling_qps, borne), now);
    t->is_sure = true;
    set_rate(t, BACK_OFF * t->ceiling_qps);
    t->since = now;
    t->next = now + THROTTLE_BURST;
    clear_score(t);
    start_span(t, now);
}

/* --- a span is over --- */

/* Answers of the check that were asked for early enough for a lost one to be told by now. */
static float matched_good(const struct throttle *t, float span)
{
    if (t->trouble_s <= t->rtt_s)
        return (float)t->good;
    return span <= t->trouble_s ? 0 : (float)t->good * (span - t->trouble_s) / (span - t->rtt_s);
}

/* Above 0: slower is no better, more likely than not. */
static float check_odds(const struct throttle *t, float span)
{
    return (float)t->bad * t->check_bad + matched_good(t, span) * t->check_good;
}

static bool end_check(struct throttle *t, float span, mono_ns now)
{
    float share = (float)t->bad / (matched_good(t, span) + (float)t->bad);
    if (check_odds(t, span) <= 0) {
        hold(t, t->rate_qps / BACK_OFF, now);
        return false;
    }
    /* Far above a limit most is lost still, but more comes through than did. */
    bool is_better = 1 - share > MORE_THROUGH * (1 - t->checked_share);
    if (t->checks < CHECKS_MAX || is_better) {
        t->checked_share = share;
        back_off(t, now);
        return true;
    }
    set_baseline(t, (share + t->before_share) / 2);
    t->older_baseline[0] = t->older_baseline[1] = t->baseline;
    clear_score(t);
    set_rate(t, t->before_qps);
    t->state = THROTTLE_RISING;
    return true;
}

/* What is lost at any rate is no less than what the path loses: a share below the baseline
 * lowers it. One above may be a limit's near by, and counts half; as it is where
 * IS_ALL_OF_PATH. */
static void learn_baseline(struct throttle *t, bool is_all_of_path)
{
    float count = (float)(t->good + t->bad);
    float part = fminf(count / (count + BASELINE_COUNT), BASELINE_PART);
    float excess = (float)t->bad - t->baseline * count;
    if (excess > 0 && !is_all_of_path)
        part *= BASELINE_DOUBT;
    if (count > 0)
        set_baseline(t, t->baseline + excess / count * part);
}

static bool end_rise(struct throttle *t, float span)
{
    float due = (float)t->sent * (1 - 1.5F * t->rtt_s / span);
    bool is_decided = (float)(t->good + t->bad) >= DECIDED * due;
    bool is_used = (float)t->sent >= USED * t->rate_qps * span;
    if (!is_decided && !t->is_wary) { /* perhaps lost: a step back until it is known */
        t->is_wary = true;
        set_rate(t, t->rate_qps / GROWTH);
        return true;
    }
    if (!is_used || !is_decided || t->score > score_max(t) / 2)
        return false;
    t->is_wary = false;
    if (t->ceiling_qps > 0 && t->rate_qps > FORGET_CEILING * t->ceiling_qps) {
        t->ceiling_qps = 0;
        t->probe_doublings = 0;
    }
    set_rate(t, t->rate_qps * (t->ceiling_qps > 0 ? PROBE_GROWTH : GROWTH));
    return true;
}

static bool end_hold(struct throttle *t, float span, mono_ns now)
{
    bool is_used = (float)t->sent >= USED * t->rate_qps * span;
    float usual = t->baseline * (float)(t->good + t->bad), bad = (float)t->bad;
    bool is_far_below = t->rate_qps < WELL_BELOW * t->found_qps;
    learn_baseline(t, is_far_below);
    if (is_used && now >= t->probe_at) {
        t->state = THROTTLE_RISING;
        return false;
    }
    if (!is_far_below && bad > usual + 1.5F * sqrtf(usual) + 0.5F) {
        t->is_sure = true;
        t->ceiling_qps *= 1 - HOLD_STEP_DOWN;
        set_rate(t, t->rate_qps * (1 - HOLD_STEP_DOWN));
        return true;
    }
    if (is_far_below && bad <= usual + sqrtf(usual))
        t->ceiling_qps += HOLD_STEP * t->found_qps;
    else if (is_used && !t->is_sure && t->rate_qps >= HOLD_MAX * t->ceiling_qps)
        t->ceiling_qps *= 1 + HOLD_STEP; /* found too low, it seems */
    float most = HOLD_MAX * t->ceiling_qps;
    if (!is_used || t->rate_qps >= most || bad > usual + sqrtf(usual))
        return false;
    set_rate(t, fminf(t->rate_qps + HOLD_STEP * t->ceiling_qps, most));
    return true;
}

/* How long a span lasts, and how many outcomes it must have. */
static bool is_span_over(const struct throttle *t, float span)
{
    uint32_t decided = t->good + t->bad;
    switch ((enum throttle_state)t->state) {
    case THROTTLE_RISING: {
        bool is_near = t->rtt_s < NEAR_RTT_S && t->ceiling_qps <= 0;
        float least = is_near ? SPAN_RTTS_NEAR * t->rtt_s : fmaxf(SPAN_S, t->trouble_s);
        least = least > SPAN_RTTS * t->rtt_s ? least : SPAN_RTTS * t->rtt_s;
        return decided >= SPAN_COUNT && span >= least;
    }
    case THROTTLE_CHECKING: /* silence is told later than answers */
        if (span < CHECK_S || span < SPAN_RTTS * t->rtt_s || span < CHECK_WAITS * t->trouble_s ||
            decided < CHECK_COUNT)
            return false;
        return decided >= CHECK_COUNT_MAX || fabsf(check_odds(t, span)) >= CHECK_SURE;
    default:
        return span >= HOLD_SPAN_MAX_S || (span >= HOLD_SPAN_S && decided >= HOLD_COUNT);
    }
}

static bool end_span(struct throttle *t, float span, mono_ns now)
{
    bool has_changed = false;
    /* Near a ceiling some trouble may be the limit's. */
    if (t->state == THROTTLE_RISING && t->score < score_max(t) / 2) {
        t->older_baseline[1] = t->older_baseline[0];
        t->older_baseline[0] = t->baseline;
        learn_baseline(t, t->ceiling_qps <= 0);
    }
    switch ((enum throttle_state)t->state) {
    case THROTTLE_RISING:
        has_changed = end_rise(t, span);
        break;
    case THROTTLE_CHECKING:
        has_changed = end_check(t, span, now);
        break;
    case THROTTLE_HOLDING:
        has_changed = end_hold(t, span, now);
        break;
    }
    t->last_good = t->good;
    t->last_good_s = span;
    start_span(t, now);
    return has_changed;
}

/* --- outcomes --- */

/* How long trouble takes to show: a round trip where it is said, the wait where it is not. */
static void note_trouble_age(struct throttle *t, mono_ns elapsed)
{
    float age = seconds(elapsed);
    t->trouble_s += t->trouble_s > 0 ? (age - t->trouble_s) / 8 : age;
}

static void score(struct throttle *t, bool is_trouble)
{
    t->run_count++;
    t->run_trouble += is_trouble;
    t->score += is_trouble ? t->trouble_weight : GOOD_WEIGHT;
    if (t->score <= 0)
        clear_score(t);
}

bool throttle_note(struct throttle *t, bool is_trouble, mono_ns elapsed, mono_ns now)
{
    if (now - elapsed < t->since)
        return false;
    if (t->interval == 0)
        set_rate(t, t->rate_qps);
    if (is_trouble) {
        t->bad++;
        note_trouble_age(t, elapsed);
    } else {
        t->good++;
        sample_rtt(t, elapsed);
    }
    score(t, is_trouble);
    float span = seconds(now - t->epoch);
    if (is_span_over(t, span))
        return end_span(t, span, now);
    bool has_answered = t->rtt_s > 0; /* of one that never has, no rate is the reason */
    if (has_answered && t->score > score_max(t) && t->state != THROTTLE_CHECKING) {
        bool is_probing = t->state == THROTTLE_RISING && t->ceiling_qps > 0;
        if (is_probing)
            end_probe(t, now);
        else
            back_off(t, now);
        return true;
    }
    return false;
}

bool throttle_note_limited(struct throttle *t, mono_ns elapsed, mono_ns now)
{
    /* What one holds against us for a second yet says nothing about the new rate. */
    if (t->state != THROTTLE_RISING && now - elapsed < t->since + LIMITER_SPAN)
        return false;
    t->good -= t->good < LIMITED_ANSWERS ? t->good : LIMITED_ANSWERS;
    t->score -= LIMITED_ANSWERS * GOOD_WEIGHT;
    return throttle_note(t, true, elapsed, now);
}

void throttle_take_back(struct throttle *t)
{
    t->bad -= t->bad > 0;
    t->score -= t->trouble_weight;
    t->run_trouble -= t->run_trouble > 0;
    if (t->score <= 0)
        clear_score(t);
}

void throttle_absolve(struct throttle *t, mono_ns now)
{
    if (t->state != THROTTLE_RISING && now - t->since < ABSOLVE_WITHIN) {
        set_rate(t, t->before_qps);
        t->state = THROTTLE_RISING;
        t->ceiling_qps = 0;
        t->probe_doublings = 0;
    }
    clear_score(t);
    start_span(t, now);
}
