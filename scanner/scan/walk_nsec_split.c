// SPDX-License-Identifier: BSD-2-Clause
/* How many names each lane has before it, and who is to share.
 *
 * A lane's span reaches from its hole to what is known next, or to where another lane was
 * sent. What is in it is expected by the model's weight and by how many names the lane has
 * met by weight so far; a lane that begins takes that over from the one it was split off.
 *
 * A split is lost when its answer brings nothing new: it fell into the very interval that was
 * to come next. That is likely where few names are left, so small spans are not split; and
 * bounded, because a guess may be wrong: no more than one in LOST_SHARE records. */
#include "scan/walk_nsec_state.h"

#define EXPECTED_MIN   8.0 /* names in a span worth splitting */
#define EXPECTED_MAX   1e9 /* the largest zones of all have some 10^8 names */
#define STEPS_TO_KNOW  4   /* until a lane's own density counts */
#define STEPS_WINDOW   12  /* it is of the last 12 to 24: zones are not everywhere the same */
#define LOST_SHARE     50
#define LOST_FREE      6
#define LANES_AT_FIRST 4 /* and then one more for every GROW_BY records: small zones stay cheap */
#define GROW_BY        4

void span_begin(struct nsec_state *s, struct lane *lane)
{
    circle_get_key(s->circle, lane->left, &lane->from);
    circle_node after = circle_after(s->circle, lane->left);
    lane->has_to = after != CIRCLE_APEX;
    if (lane->has_to)
        circle_get_key(s->circle, after, &lane->to);
    lane->began = lane->from;
    lane->steps = 0;
    double records = (double)circle_counts(s->circle).records;
    lane->density = s->closed_weight > 0 ? records / s->closed_weight : 1;
    lane->is_expected_known = false;
}

void span_resume(struct nsec_state *s, struct lane *lane)
{
    circle_get_key(s->circle, lane->left, &lane->from);
    lane->began = lane->from;
    lane->steps = 0;
    lane->is_expected_known = false;
}

void span_step(struct nsec_state *s, struct lane *lane)
{
    circle_get_key(s->circle, lane->left, &lane->from);
    if (++lane->steps == 2 * STEPS_WINDOW) {
        lane->began = lane->later;
        lane->steps = STEPS_WINDOW;
    }
    if (lane->steps == STEPS_WINDOW)
        lane->later = lane->from;
    lane->is_expected_known = false;
}

static int compare(const struct circle_key *a, const struct circle_key *b)
{
    return circle_key_compare(a->data, a->len, b->data, b->len);
}

/* What is known to come next may be nearer than it was; or the lane has passed the point at
 * which another was to go on. */
static void look_at_end(struct nsec_state *s, struct lane *lane)
{
    struct circle_key next;
    circle_node after = circle_after(s->circle, lane->left);
    if (after == CIRCLE_APEX) {
        lane->has_to = lane->has_to && compare(&lane->from, &lane->to) < 0;
        return;
    }
    circle_get_key(s->circle, after, &next);
    if (!lane->has_to || compare(&lane->from, &lane->to) >= 0 || compare(&next, &lane->to) < 0)
        lane->to = next;
    lane->has_to = true;
}

static double expect(struct nsec_state *s, struct lane *lane)
{
    if (lane->is_expected_known)
        return lane->expected;
    if (lane->left != CIRCLE_NONE)
        look_at_end(s, lane);
    const struct circle_key *to = lane->has_to ? &lane->to : NULL;
    if (lane->steps >= STEPS_TO_KNOW) {
        double walked = span_weigh(&s->scale, &lane->began, &lane->from);
        if (walked > 0)
            lane->density = lane->steps / walked;
    }
    lane->expected = lane->density * span_weigh(&s->scale, &lane->from, to);
    lane->is_expected_known = true;
    return lane->expected;
}

static bool may_split(const struct nsec_state *s)
{
    uint64_t records = circle_counts(s->circle).records;
    return s->busy_count < LANES_AT_FIRST + records / GROW_BY &&
           s->lost_splits < LOST_FREE + records / LOST_SHARE;
}

/* Where it ends, or even whether there is anything, is only supposed. */
static bool is_guess(const struct lane *lane)
{
    return lane->is_shared || lane->left == CIRCLE_NONE;
}

static struct lane *find_largest(struct nsec_state *s, bool is_known)
{
    struct lane *largest = NULL;
    double most = 0;
    for (uint32_t i = 0; i < s->lane_count; i++) {
        struct lane *lane = &s->lanes[i];
        if (lane->state == LANE_IDLE || (is_known && is_guess(lane)) || expect(s, lane) <= most)
            continue;
        most = lane->expected;
        largest = lane;
    }
    return largest;
}

bool split_for(struct nsec_state *s, struct lane *lane)
{
    if (!may_split(s))
        return false;
    bool is_start = circle_counts(s->circle).records < LANES_AT_FIRST;
    const uint8_t *zone = s->walk->zone.wire;
    struct lane *other;
    struct name middle;
    while ((other = find_largest(s, !is_start)) && (other->expected >= EXPECTED_MIN || is_start)) {
        if (span_point(&s->scale, &middle, &other->from, other->has_to ? &other->to : NULL, 0.5,
                       zone))
            break;
        other->expected = 0; /* until it has gone on */
    }
    if (!other || (other->expected < EXPECTED_MIN && !is_start))
        return false;
    *lane = (struct lane){.state = LANE_READY,
                          .kind = PROBE_MIDDLE,
                          .probe = middle,
                          .has_question = true,
                          .left = CIRCLE_NONE,
                          .to = other->to,
                          .has_to = other->has_to,
                          .density = other->density,
                          .from_whom = other};
    circle_key_from_name(&lane->from, middle.wire, zone);
    lane->began = other->to = lane->from;
    other->has_to = other->is_shared = true;
    other->is_expected_known = false;
    s->splits++;
    return true;
}

/* By the scale that has learnt nothing: one that has makes much of what it met, and little of
 * the rest. */
static bool expects_crowd(struct nsec_state *s, struct lane *lane)
{
    const struct circle_key *to = lane->has_to ? &lane->to : NULL;
    double walked = span_weigh(&s->plain, &lane->began, &lane->from);
    double left = span_weigh(&s->plain, &lane->from, to);
    return walked > 0 && lane->steps * left / walked > EXPECTED_MAX;
}

bool split_sees_no_end(struct nsec_state *s)
{
    uint32_t count = 0, crowded = 0;
    for (uint32_t i = 0; i < s->lane_count; i++) {
        struct lane *lane = &s->lanes[i];
        if (lane->state == LANE_IDLE || lane->steps < STEPS_TO_KNOW)
            continue;
        count++;
        crowded += expects_crowd(s, lane);
    }
    return count > 0 && crowded * 2 >= count;
}
