// SPDX-License-Identifier: BSD-2-Clause
/* After a try that failed: what next, when, and when to stop.
 *
 * One call per failed try, in this order:
 *   1. Note the cause. SERVFAIL from a new operator in good standing joins
 *      servfail_by; one in bad standing (it SERVFAILs much of what it is asked,
 *      a rate cap for instance) is a cause, but never a vote.
 *   2. The same resolver can still help: TC by UDP -> TCP, FORMERR with EDNS ->
 *      without. This carries a try on, so it may go past tries_max, by at most
 *      FOLLOW_UPS sends: with one try a truncated answer is still fetched, and a
 *      resolver that says FORMERR and TC in turn does not go on for ever.
 *   3. RETRY_SERVFAIL_AGREE votes, and as many operators usable: END_SERVFAIL.
 *   4. All tries sent: END_SERVFAIL when every usable operator (at most
 *      RETRY_SERVFAIL_AGREE of them, at least one) has a vote and no other word
 *      about the name was heard; else END_UNRESOLVED with the last cause. No
 *      word about the name are: silence of any kind, and FORMERR (about EDNS).
 *   5. Elsewhere, after the cause's pause.
 *
 * Pauses double with each repetition of the same cause, up to PAUSE_MAX.
 *   timeout                none: the deadline was the wait
 *   unreachable            none at first, then as all others: of a list that is
 *                          mostly dead, the dead are benched meanwhile
 *   SERVFAIL               50 ms; eight tries then span more than 3 s, so that a
 *                          rate cap over a second has refilled before the end
 *   all others             20 ms: about a round trip, so that a short list of
 *                          resolvers is not burnt through in a blink */
#include "verdict/retry.h"

#include <string.h>

#define FOLLOW_UPS     2                        /* TCP and no EDNS, once each */
#define TRIES_LIMIT    (UINT8_MAX - FOLLOW_UPS) /* state->tries is 8 bits wide */
#define PAUSE          (20 * NS_PER_MS)
#define PAUSE_SERVFAIL (50 * NS_PER_MS)
#define PAUSE_MAX      NS_PER_S

static const char *const reasons[RETRY_CAUSE_COUNT] = {
    [RETRY_TIMEOUT] = "timeout",       [RETRY_UNREACHABLE] = "unreachable",
    [RETRY_REFUSED] = "refused",       [RETRY_SERVFAIL] = "servfail",
    [RETRY_TRUNCATED] = "truncated",   [RETRY_FORMERR] = "formerr",
    [RETRY_NOTIMP] = "notimp",         [RETRY_STRANGE] = "strange rcode",
    [RETRY_TCP_FAILED] = "tcp failed", [RETRY_LAME] = "not authoritative",
};

static void add_vote(struct retry_state *state, uint32_t operator_index)
{
    for (unsigned i = 0; i < state->servfail_count; i++)
        if (state->servfail_by[i] == operator_index)
            return;
    if (state->servfail_count < RETRY_SERVFAIL_AGREE)
        state->servfail_by[state->servfail_count++] = operator_index;
}

/* Pause before the REPEAT-th (from 0) retry for CAUSE. */
static mono_ns pause_for(enum retry_cause cause, unsigned repeat)
{
    if (cause == RETRY_TIMEOUT || (cause == RETRY_UNREACHABLE && repeat == 0))
        return 0;
    repeat -= cause == RETRY_UNREACHABLE;
    mono_ns pause = cause == RETRY_SERVFAIL ? PAUSE_SERVFAIL : PAUSE;
    while (repeat-- && pause < PAUSE_MAX)
        pause *= 2;
    return pause < PAUSE_MAX ? pause : PAUSE_MAX;
}

static bool only_servfail_heard(const struct retry_state *state)
{
    return !state->causes[RETRY_REFUSED] && !state->causes[RETRY_TRUNCATED] &&
           !state->causes[RETRY_NOTIMP] && !state->causes[RETRY_STRANGE] &&
           !state->causes[RETRY_LAME];
}

static bool all_usable_voted(const struct retry_state *state, uint32_t usable_count)
{
    uint32_t needed = usable_count < RETRY_SERVFAIL_AGREE ? usable_count : RETRY_SERVFAIL_AGREE;
    return state->servfail_count > 0 && state->servfail_count >= needed;
}

struct retry_decision retry_decide(struct retry_state *state, enum retry_cause cause,
                                   const struct retry_resolver *resolver, uint32_t tries_max)
{
    uint32_t limit = tries_max < TRIES_LIMIT ? tries_max : TRIES_LIMIT;
    struct retry_decision out = {.action = RETRY_ELSEWHERE, .reason = reasons[cause]};
    unsigned repeat = state->causes[cause];

    if (state->causes[cause] < UINT8_MAX)
        state->causes[cause]++;
    if (cause == RETRY_SERVFAIL && resolver->is_good_standing)
        add_vote(state, resolver->operator_index);

    if (state->tries < limit + FOLLOW_UPS) {
        if (cause == RETRY_TRUNCATED && !resolver->sent_by_tcp) {
            out.action = RETRY_SAME_BY_TCP;
            return out;
        }
        if (cause == RETRY_FORMERR && resolver->sent_with_edns) {
            out.action = RETRY_SAME_WITHOUT_EDNS;
            return out;
        }
    }
    if (state->servfail_count == RETRY_SERVFAIL_AGREE &&
        resolver->usable_count >= RETRY_SERVFAIL_AGREE) {
        out.action = RETRY_END_SERVFAIL;
        out.reason = reasons[RETRY_SERVFAIL];
        return out;
    }
    if (state->tries >= limit) {
        bool is_servfail =
            only_servfail_heard(state) && all_usable_voted(state, resolver->usable_count);
        out.action = is_servfail ? RETRY_END_SERVFAIL : RETRY_END_UNRESOLVED;
        if (is_servfail)
            out.reason = reasons[RETRY_SERVFAIL];
        return out;
    }
    out.delay = pause_for(cause, repeat);
    return out;
}

bool retry_has_seen(const struct retry_state *state, uint32_t operator_index)
{
    for (unsigned i = 0; i < state->seen_count; i++)
        if (state->seen[i] == operator_index)
            return true;
    return false;
}

void retry_note_sent(struct retry_state *state, uint32_t operator_index)
{
    unsigned at = 0;

    if (state->tries < UINT8_MAX)
        state->tries++;
    /* The entry that makes room: this operator's own, else the oldest when full. */
    while (at < state->seen_count && state->seen[at] != operator_index)
        at++;
    if (at == state->seen_count && state->seen_count < RETRY_SEEN_MAX) {
        state->seen[state->seen_count++] = operator_index;
        return;
    }
    if (at == state->seen_count)
        at = 0;
    memmove(&state->seen[at], &state->seen[at + 1],
            (state->seen_count - at - 1u) * sizeof state->seen[0]);
    state->seen[state->seen_count - 1] = operator_index;
}

const char *retry_cause_text(enum retry_cause cause)
{
    return reasons[cause];
}
