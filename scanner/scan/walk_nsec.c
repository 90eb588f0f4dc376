// SPDX-License-Identifier: BSD-2-Clause
/* Walking an NSEC chain, in parallel.
 *
 * 1. Every turn, lanes that are READY ask; idle ones get a hole that nobody has, else half of
 *    the span of the lane with the most before it.
 * 2. What comes is put into the circle at once (walk_nsec_take.c); the lane is moved on: to the
 *    name after its hole, once that is closed; else to the next kind of question, and then to
 *    another server; a hole that none of these closes is given up, and told.
 * 3. When no lane has anything to do, the circle is closed, or what is open was given up. Then
 *    each server is asked for its serial: if the zone has changed, what was said before that is
 *    asked again, once. */
#include <stdlib.h>

#include "base/log.h"
#include "dns/code.h"
#include "scan/walk_nsec_state.h"

#define CROWD_EVERY 1024 /* records: it is looked whether there is an end to them */
#define CROWDS_MAX  16

/* --- a lane's way --- */

static void rest(struct nsec_state *s, struct lane *lane)
{
    lane->state = LANE_IDLE;
    lane->left = CIRCLE_NONE;
    lane->is_shared = false;
    s->busy_count--;
}

/* LANE has NODE's hole. */
static void enter(struct lane *lane, circle_node node)
{
    lane->left = node;
    lane->tried = 0;
    lane->except = 0;
    lane->servers_tried = 0;
    lane->is_cut = lane->has_question = false;
    lane->state = LANE_READY;
}

static void give_up(struct nsec_state *s, struct lane *lane)
{
    if (log_is_on(LOG_WHY)) {
        struct name name;
        char text[NAME_TEXT_MAX];
        circle_name(s->circle, lane->left, &name);
        name_to_text(name.wire, text);
        log_why("%s: nobody tells what comes after %s", s->walk->zone_text, text);
    }
    circle_give_up_hole(s->circle, lane->left);
    rest(s, lane);
}

/* Another question for the hole it has; false: there is none. */
static bool choose_question(struct nsec_state *s, struct lane *lane)
{
    while (lane->server) {
        lane->has_question = probe_choose(s, lane);
        if (lane->has_question)
            return true;
        lane->except |= 1ull << (lane->server - s->walk->walked);
        lane->tried = 0;
        lane->servers_tried++;
        bool may_go_on = lane->servers_tried < NSEC_SERVERS_TRIED;
        lane->server = may_go_on ? walk_choose_server(s->walk, lane->except) : NULL;
    }
    give_up(s, lane);
    return false;
}

/* The hole is closed: on to the name after it. */
static void go_on(struct nsec_state *s, struct lane *lane)
{
    circle_node next = circle_after(s->circle, lane->left);
    circle_give_hole(s->circle, lane->left);
    if (next == CIRCLE_APEX || !circle_take_hole(s->circle, next)) {
        rest(s, lane);
        return;
    }
    enter(lane, next);
    span_step(s, lane);
}

/* A middle was asked for: the lane goes on from the interval around it. */
static void settle_middle(struct nsec_state *s, struct lane *lane, const struct nsec_taken *taken)
{
    lane->from_whom->is_shared = false;
    circle_node node = taken->cut;
    if (!taken->has_cut) {
        node = circle_before(s->circle, lane->probe.wire);
        if (circle_is_node_closed(s->circle, node))
            node = circle_after(s->circle, node);
    }
    s->lost_splits += taken->first == 0;
    bool is_end = node == CIRCLE_APEX && circle_is_node_closed(s->circle, node);
    if (is_end || !circle_take_hole(s->circle, node)) {
        rest(s, lane);
        return;
    }
    enter(lane, node);
    lane->is_cut = taken->has_cut;
    span_resume(s, lane);
}

static void settle_hole(struct nsec_state *s, struct lane *lane, const struct nsec_taken *taken)
{
    if (circle_is_node_closed(s->circle, lane->left)) {
        s->hits[lane->kind]++;
        go_on(s, lane);
        return;
    }
    s->misses[lane->kind]++;
    lane->is_cut |= taken->is_from_child || (taken->has_cut && taken->cut == lane->left);
    lane->has_question = false;
    lane->state = LANE_READY;
}

/* Nothing came of it: another kind of question, or another server. */
static void settle_failure(struct nsec_state *s, struct lane *lane)
{
    if (lane->left == CIRCLE_NONE) {
        lane->from_whom->is_shared = false;
        s->lost_splits++;
        rest(s, lane);
        return;
    }
    s->misses[lane->kind]++;
    lane->has_question = false;
    lane->state = LANE_READY;
}

static void settle(struct nsec_state *s, struct lane *lane, const struct asker_answer *answer,
                   struct walk_server *server)
{
    struct nsec_taken taken;
    if (answer->outcome != ASKER_ANSWERED) {
        settle_failure(s, lane);
        return;
    }
    int error = nsec_take(s, lane, answer, server, &taken);
    if (error != 0 && s->error == 0)
        s->error = error;
    if (lane->left == CIRCLE_NONE)
        settle_middle(s, lane, &taken);
    else
        settle_hole(s, lane, &taken);
}

/* What came of a question for the serial. */
static void settle_check(struct nsec_state *s, const struct asker_answer *answer,
                         struct walk_server *server)
{
    struct denial_proof proof;
    s->checks_out--;
    if (answer->outcome != ASKER_ANSWERED)
        return;
    denial_proof_read(&proof, answer->reply, TYPE_NSEC, &s->checker);
    if (proof.has_serial)
        walk_note_serial(s->walk, server, proof.serial);
}

static void done(void *state, const struct asker_answer *answer)
{
    struct nsec_state *s = state;
    struct walk_server *server = walk_note(s->walk, answer);
    if (answer->owner)
        settle(s, answer->owner, answer, server);
    else
        settle_check(s, answer, server);
}

/* --- a turn --- */

/* False: there is no room, or nobody to ask. */
static bool ask(struct nsec_state *s, struct lane *lane)
{
    if (!lane->server || lane->server->is_out)
        lane->server = walk_choose_server(s->walk, lane->except);
    if (!lane->server || !walk_has_room(s->walk))
        return false;
    if (!lane->has_question && !choose_question(s, lane))
        return true;
    const struct walk_question question = {
        .server = lane->server,
        .name = lane->probe.wire,
        .type = lane->kind == PROBE_MATCH ? TYPE_NSEC : TYPE_CNAME, /* no chain is followed */
        .tries_max = probe_tries(s, lane),
        .owner = lane,
    };
    int error = walk_ask(s->walk, &question);
    if (error == 0)
        lane->state = LANE_OUT;
    else if (error != ERR_FULL)
        s->error = error;
    return error == 0;
}

/* A hole that nobody has, or a part of another lane's span. */
static bool find_work(struct nsec_state *s, struct lane *lane)
{
    circle_node hole = circle_next_hole(s->circle);
    if (hole != CIRCLE_NONE) {
        enter(lane, hole);
        span_begin(s, lane);
    } else if (!split_for(s, lane)) {
        return false;
    }
    s->busy_count++;
    return true;
}

static void ask_all(struct nsec_state *s)
{
    bool has_room = true;
    for (uint32_t i = 0; i < s->lane_count && has_room; i++) {
        if (s->lanes[i].state == LANE_READY)
            has_room = ask(s, &s->lanes[i]);
    }
    bool has_work = true;
    for (uint32_t i = 0; i < s->lane_count && has_room && has_work; i++) {
        struct lane *lane = &s->lanes[i];
        if (lane->state != LANE_IDLE)
            continue;
        has_work = find_work(s, lane);
        if (has_work)
            has_room = ask(s, lane);
    }
}

/* Signatures prove who made the chain, not that it ends. One guess may be wrong, and is when a
 * lane begins; most lanes at many times are not. */
static bool is_endless(struct nsec_state *s, uint64_t records)
{
    if (records < s->looked_at + CROWD_EVERY)
        return false;
    s->looked_at = records;
    s->crowds = split_sees_no_end(s) ? s->crowds + 1 : 0;
    return s->crowds >= CROWDS_MAX;
}

static void look_at_bounds(struct nsec_state *s)
{
    uint64_t records = circle_counts(s->circle).records;
    if (records >= NSEC_NAMES_MAX)
        walk_give_up(s->walk, "10,000,000 names, more than a walk takes");
    else if (s->minimal >= NSEC_MINIMAL_MAX && s->minimal * 2 > records)
        walk_give_up(s->walk, "each name is the smallest there can be after the one before: they "
                              "are made up for each question");
    else if (is_endless(s, records))
        walk_give_up(s->walk, "a chain without end: more names are to come than any zone has");
    else if (s->conflicts > NSEC_CONFLICTS_MAX + records / 2)
        walk_give_up(s->walk, "its records contradict each other everywhere");
    else if (s->error == ERR_FULL)
        walk_give_up(s->walk, "the names do not fit into the memory a walk may use");
    else if (s->error != 0)
        walk_fail(s->walk, s->error);
}

/* --- the zone's version --- */

static bool is_stale(void *ctx, uint8_t index)
{
    const struct nsec_state *s = ctx;
    const struct nsec_source *source = &s->sources[index];
    return source->has_serial && source->server->has_serial &&
           source->serial != source->server->serial;
}

static void check_serials(struct nsec_state *s)
{
    for (size_t i = 0; i < s->walk->walked_count; i++) {
        struct walk_server *server = &s->walk->walked[i];
        const struct walk_question question = {
            .server = server, .name = s->walk->zone.wire, .type = TYPE_SOA};
        if (server->answered > 0 && !server->is_out && walk_ask(s->walk, &question) == 0)
            s->checks_out++;
    }
}

static void look_at_end(struct nsec_state *s)
{
    if (s->stage == NSEC_WALKING && s->busy_count == 0) {
        s->stage = NSEC_CHECKING;
        check_serials(s);
    }
    if (s->stage != NSEC_CHECKING || s->checks_out > 0)
        return;
    size_t count = s->passes == 0 ? circle_reopen(s->circle, is_stale, s) : 0;
    s->passes++;
    s->stage = count > 0 ? NSEC_WALKING : NSEC_OVER;
    if (count > 0)
        log_note("%s: the zone changed during the walk: %zu records of earlier serials are asked "
                 "for again",
                 s->walk->zone_text, count);
    else
        walk_end(s->walk);
}

static mono_ns act(void *state, mono_ns now)
{
    struct nsec_state *s = state;
    look_at_bounds(s);
    if (s->stage == NSEC_WALKING)
        ask_all(s);
    look_at_end(s);
    return now + NS_PER_S;
}

/* --- life --- */

static void destroy(void *state)
{
    struct nsec_state *s = state;
    if (!s)
        return;
    circle_destroy(s->circle);
    free(s->lanes);
    free(s);
}

static int start(struct walk *walk, void **state)
{
    struct nsec_state *s = calloc(1, sizeof *s);
    *state = NULL;
    if (!s)
        return ERR_NOMEM;
    s->walk = walk;
    s->lane_count = walk->params->in_flight_max ? walk->params->in_flight_max : NSEC_LANES_DEFAULT;
    if (s->lane_count > NSEC_LANES_MAX)
        s->lane_count = NSEC_LANES_MAX;
    s->lanes = calloc(s->lane_count, sizeof *s->lanes);
    int error = s->lanes ? circle_create(&s->circle, walk->zone.wire, NSEC_BYTES_MAX) : ERR_NOMEM;
    if (error != 0) {
        destroy(s);
        return error;
    }
    for (uint32_t i = 0; i < s->lane_count; i++)
        s->lanes[i].left = CIRCLE_NONE;
    span_scale_init(&s->scale);
    span_scale_init(&s->plain);
    s->checker = (struct denial_checker){.zone = walk->zone.wire,
                                         .keys = walk->keys,
                                         .now_s = walk->now_s,
                                         .seed = rng_u64(&walk->secret)};
    *state = s;
    return 0;
}

static void progress(const void *state, struct progress *out)
{
    const struct nsec_state *s = state;
    struct circle_counts counts = circle_counts(s->circle);
    out->done = counts.records;
    out->hits = counts.records;
    out->unresolved = counts.given_up;
}

const struct walk_kind walk_nsec = {.chain = "NSEC",
                                    .start = start,
                                    .act = act,
                                    .done = done,
                                    .progress = progress,
                                    .finish = nsec_finish,
                                    .destroy = destroy};
