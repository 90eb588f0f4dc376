// SPDX-License-Identifier: BSD-2-Clause
/* One survey.
 *
 * 1. Compose: resolvers, checks, sockets; tell the plan.
 * 2. The engine's loop, in this thread. A turn: give back the errands that ended; go on to
 *    the next stage when this one is over; look at the subjects, at most once a
 *    millisecond, and send what is due.
 * 3. Tell. An interrupt ends the sending; what is known by then is told. */
#include "scan/survey.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "scan/signals.h"
#include "scan/survey_state.h"

#define RATE_ALL_DEFAULT      10000 /* q/s; the contract's polite defaults */
#define RATE_RESOLVER_DEFAULT 500
#define LOAD_BUDGET           20000.0 /* q/s where no ceiling is given: one thread's ease */
#define IN_FLIGHT_DEFAULT     16384
#define PORTS                 4
#define LOOK_EVERY            NS_PER_MS        /* subjects are looked at this often */
#define STOP_CHECK            (50 * NS_PER_MS) /* signals and limits, at least this often */

/* --- sending --- */

enum survey_sending survey_send(struct survey *s, const struct errand *errand, mono_ns wait,
                                unsigned flags)
{
    const struct check *check = &s->checks.items[errand->check];
    unsigned family = pool_at(s->pool, errand->subject)->address.family;
    if (s->free_count == 0 || pace_allowed(&s->pace, s->now, 1) == 0 ||
        (!errand->by_tcp && engine_room(s->engine, family) == 0))
        return SURVEY_NO_ROOM;
    uint32_t number = s->free_errands[--s->free_count];
    s->errands[number] = *errand;
    s->errands[number].is_in_use = true;
    *engine_question(s->engine, number) = check->question;
    const struct engine_send send = {
        .resolver = errand->subject, .wait = wait, .flags = flags, .by_tcp = errand->by_tcp};
    int error = engine_send(s->engine, number, &send);
    if (error == 0) {
        pace_take(&s->pace);
        return SURVEY_SENT;
    }
    s->errands[number].is_in_use = false;
    s->free_errands[s->free_count++] = number;
    if (error != ERR_FULL)
        s->error = error;
    return SURVEY_LATER;
}

/* --- what comes, collected --- */

static void end_errand(struct survey *s, uint32_t number)
{
    s->errands[number].has_ended = true;
    s->ended[s->ended_count++] = number;
}

static bool on_reply(void *ctx, uint32_t query, const struct reply *reply,
                     const struct engine_try *try)
{
    struct survey *s = ctx;
    struct errand *errand = &s->errands[query];
    struct answer answer;
    classify(reply, engine_question(s->engine, query), &answer);
    if (answer.kind == ANSWER_DAMAGED)
        return false;
    if (!errand->is_in_use || errand->has_ended)
        return true;
    if (errand->is_load)
        load_note(s, errand, &answer);
    else
        vet_note(s, errand, reply, &answer, try);
    end_errand(s, query);
    return true;
}

static void on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    struct survey *s = ctx;
    struct errand *errand = &s->errands[query];
    if (!errand->is_in_use || errand->has_ended)
        return;
    if (loss == ENGINE_UNREACHABLE && !errand->is_load)
        s->subjects[errand->subject].facts.is_unreachable = true;
    if (errand->is_load)
        load_note(s, errand, NULL);
    else
        vet_note(s, errand, NULL, NULL, try);
    end_errand(s, query);
}

static void on_refused(void *ctx, const struct engine_refusal *refusal)
{
    vet_note_refusal(ctx, refusal);
}

static void give_back_ended(struct survey *s)
{
    for (uint32_t i = 0; i < s->ended_count; i++) {
        engine_query_renew(s->engine, s->ended[i]);
        s->errands[s->ended[i]] = (struct errand){0};
        s->free_errands[s->free_count++] = s->ended[i];
    }
    s->ended_count = 0;
}

/* --- stages --- */

static bool is_vetting_over(const struct survey *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!s->subjects[i].is_vetted)
            return false;
    }
    return true;
}

static bool is_rating_over(const struct survey *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!s->subjects[i].is_rated)
            return false;
    }
    return true;
}

static void go_on(struct survey *s)
{
    switch (s->stage) {
    case SURVEY_VET:
        if (!is_vetting_over(s))
            return;
        s->error = judge_all(s);
        if (s->error == 0)
            rate_begin(s);
        s->stage = SURVEY_RATE;
        return;
    case SURVEY_RATE:
        if (!is_rating_over(s))
            return;
        s->error = rate_begin_turns(s);
        s->stage = SURVEY_TURNS;
        return;
    case SURVEY_TURNS:
        if (!is_rating_over(s) || rate_next_turn(s))
            return;
        s->error = share_begin(s);
        s->stage = SURVEY_SHARE;
        return;
    case SURVEY_SHARE:
        if (!share_is_over(s))
            return;
        vet_again(s);
        s->stage = SURVEY_AGAIN;
        return;
    case SURVEY_AGAIN:
        if (!is_vetting_over(s))
            return;
        s->error = judge_all(s);
        s->stage = SURVEY_OVER;
        return;
    case SURVEY_OVER:
        return;
    }
}

/* Everybody once, beginning where there was no room the last time; false: no room. */
static bool step_all(struct survey *s)
{
    if (s->stage == SURVEY_SHARE)
        return share_step(s);
    for (uint32_t n = 0; n < s->count; n++) {
        uint32_t index = (s->turn + n) % s->count;
        bool is_rating = s->stage == SURVEY_RATE || s->stage == SURVEY_TURNS;
        bool has_room = is_rating ? rate_step(s, index) : vet_step(s, index);
        if (!has_room) {
            s->turn = index;
            return false;
        }
    }
    s->turn = s->count ? (s->turn + 1) % s->count : 0;
    return true;
}

static void look_at_limits(struct survey *s)
{
    mono_ns limit = s->params->time_max;
    if (signals_count() > 0 && s->signal == 0) {
        s->signal = signals_first();
        s->is_stopping = true;
        log_note("stopping: waiting for what is in flight; once more ends at once");
    }
    if (limit && s->now - s->started >= limit && !s->is_stopping) {
        s->is_time_over = s->is_stopping = true;
        log_note("--max-time reached");
    }
}

static mono_ns act(void *ctx, mono_ns now)
{
    struct survey *s = ctx;
    s->now = now;
    give_back_ended(s);
    look_at_limits(s);
    bool has_room = true;
    if (!s->is_stopping && now >= s->next_look) {
        s->next_look = now + LOOK_EVERY;
        go_on(s);
        if (s->error == 0)
            has_room = step_all(s);
    }
    tell_progress(s);
    bool is_done = s->stage == SURVEY_OVER || s->error != 0 || signals_count() > 1 ||
                   (s->is_stopping && engine_in_flight(s->engine) == 0);
    if (is_done)
        engine_stop(s->engine);
    if (s->is_stopping)
        return now + STOP_CHECK;
    if (!has_room && s->free_count > 0)
        s->next_look = now; /* goes on as soon as what was handed in has left */
    mono_ns due = pace_due(&s->pace);
    return due > s->next_look ? due : s->next_look;
}

/* --- composing --- */

uint64_t survey_address_hash(const struct wire_address *address)
{
    uint64_t port = address->family ? address->sa.v6.sin6_port : address->sa.v4.sin_port;
    return address->family ? hash64(&address->sa.v6.sin6_addr, 16, port)
                           : hash64(&address->sa.v4.sin_addr, 4, port);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

uint32_t survey_median_rtt_us(const struct subject *subject)
{
    uint32_t sorted[SURVEY_RTT_CAP];
    uint32_t count = subject->rtt_count < SURVEY_RTT_CAP ? subject->rtt_count : SURVEY_RTT_CAP;
    if (count == 0)
        return 0;
    memcpy(sorted, subject->rtt_us, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    return sorted[count / 2];
}

/* Every address is an operator of its own: who shares what is to be found out. */
static int create_pool(struct survey *s)
{
    struct pool_entry *entries = calloc(s->count, sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < s->count; i++)
        entries[i] = (struct pool_entry){
            .address = s->fleet.items[i].address, .list_index = i, .operator_key = i};
    int error =
        pool_create(&s->pool, entries, s->count, IN_FLIGHT_DEFAULT, &s->rng, clock_mono_ns());
    free(entries);
    return error;
}

static int create_subjects(struct survey *s)
{
    s->by_address_cap = 2;
    while (s->by_address_cap < 2 * (size_t)s->count)
        s->by_address_cap *= 2;
    s->subjects = calloc(s->count, sizeof *s->subjects);
    s->by_address = calloc(s->by_address_cap, sizeof *s->by_address);
    if (!s->subjects || !s->by_address)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct pool_resolver *resolver = pool_at(s->pool, i);
        size_t at = survey_address_hash(&resolver->address) & (s->by_address_cap - 1);
        while (s->by_address[at])
            at = (at + 1) & (s->by_address_cap - 1);
        s->by_address[at] = i + 1;
        s->subjects[i].list_index = resolver->list_index;
        s->subjects[i].home = SURVEY_NONE;
        s->subjects[i].back_end = i;
    }
    return 0;
}

static int create_errands(struct survey *s)
{
    s->errand_count = s->params->in_flight_max ? s->params->in_flight_max : IN_FLIGHT_DEFAULT;
    s->errands = calloc(s->errand_count, sizeof *s->errands);
    s->free_errands = calloc(s->errand_count, sizeof *s->free_errands);
    s->ended = calloc(s->errand_count, sizeof *s->ended);
    if (!s->errands || !s->free_errands || !s->ended)
        return ERR_NOMEM;
    for (uint32_t i = s->errand_count; i > 0; i--)
        s->free_errands[s->free_count++] = i - 1;
    return 0;
}

static int open_wire(struct survey *s)
{
    struct wire_params params = {.rng = &s->rng};
    for (size_t i = 0; i < s->fleet.count; i++)
        params.socket_count[s->fleet.items[i].address.family] = PORTS;
    const char *bind = s->params->bind_address;
    if (bind) {
        struct wire_address local;
        int error = fleet_parse_address(&local, bind, strlen(bind), 1);
        if (error != 0)
            return error;
        params.bind[local.family] = local;
    }
    return wire_open(&s->wire, &params);
}

static double ceiling(uint64_t given, double fallback, bool is_free)
{
    if (given != RATE_DEFAULT)
        return (double)given;
    return is_free ? 0 : fallback;
}

static void decide_ceilings(struct survey *s)
{
    bool is_free = s->fleet.is_all_loopback || s->params->is_own;
    s->rate_qps = ceiling(s->params->rate_qps, RATE_ALL_DEFAULT, is_free);
    s->resolver_qps = ceiling(s->params->resolver_rate_qps, RATE_RESOLVER_DEFAULT, is_free);
    s->load_budget = s->rate_qps > 0 ? s->rate_qps : LOAD_BUDGET;
}

static int compose(struct survey *s)
{
    const struct scan_params *params = s->params;
    s->count = (uint32_t)s->fleet.count;
    int error = create_pool(s);
    if (error == 0)
        error = create_subjects(s);
    if (error == 0)
        error = create_errands(s);
    if (error == 0)
        error = open_wire(s);
    if (error != 0)
        return error;
    const struct engine_params engine = {.wire = s->wire,
                                         .pool = s->pool,
                                         .rng = &s->rng,
                                         .counters = &s->counters,
                                         .query_count = s->errand_count,
                                         .timeout = params->timeout};
    s->started = s->now = wire_now(s->wire);
    pace_init(&s->pace, s->rate_qps, s->now);
    return engine_create(&s->engine, &engine);
}

static void dismantle(struct survey *s)
{
    engine_destroy(s->engine);
    wire_close(s->wire);
    pool_destroy(s->pool);
    for (uint32_t i = 0; s->subjects && i < s->count; i++)
        free(s->subjects[i].records);
    free(s->subjects);
    free(s->by_address);
    free(s->errands);
    free(s->free_errands);
    free(s->ended);
    free(s->parties);
    checks_destroy(&s->checks);
    fleet_deinit(&s->fleet);
}

/* The list and what is asked of it; COMPLETE when there is something to do. */
static enum scan_exit read_inputs(struct survey *s)
{
    uint8_t key[32] = {0};
    struct rng probes; /* of the run's seed, unlike message ids */
    memcpy(key, &s->params->seed, sizeof s->params->seed);
    rng_init_key(&probes, key);
    int error = rng_init(&s->rng);
    if (error == 0)
        error = fleet_load(&s->fleet, s->params);
    if (error == 0)
        error = checks_create(&s->checks, s->params, &probes);
    if (error == ERR_NOMEM)
        log_error("%s", err_text(error));
    if (error != 0)
        return SCAN_EXIT_FATAL;
    decide_ceilings(s);
    if (s->fleet.count > 0 || s->fleet.given == 0)
        return SCAN_EXIT_COMPLETE;
    log_error("no usable resolver: no route to any of the %zu given, or -4, -6 rule them out",
              s->fleet.given);
    return SCAN_EXIT_NO_RESOLVER;
}

static enum scan_exit run(struct survey *s)
{
    const struct engine_handlers handlers = {
        .ctx = s, .reply = on_reply, .lost = on_lost, .refused = on_refused, .act = act};
    int error = s->fleet.count ? compose(s) : 0;
    if (error == 0 && s->fleet.count)
        error = engine_run(s->engine, &handlers);
    if (error == 0)
        error = s->error;
    if (error == 0 && s->count && (s->stage == SURVEY_VET || s->stage == SURVEY_AGAIN))
        error = judge_all(s); /* cut short: by what there is */
    if (error == 0)
        return tell_all(s);
    log_error("%s", error == ERR_IO ? strerror(errno) : err_text(error));
    return SCAN_EXIT_FATAL;
}

enum scan_exit survey_run(const struct scan_params *params)
{
    struct survey s = {.params = params, .started_ms = clock_wall_ms()};
    enum scan_exit code = read_inputs(&s);
    if (code == SCAN_EXIT_COMPLETE) {
        tell_plan(&s);
        if (s.fleet.given == 0)
            log_note("warning: %s",
                     s.fleet.bad_lines ? "no address in the list" : "the list is empty");
        if (!params->dry_run) {
            signals_install();
            code = tell_open(&s) == 0 ? run(&s) : SCAN_EXIT_FATAL;
        }
    }
    if (!params->dry_run)
        code = tell_stats(&s, code);
    signals_end();
    dismantle(&s);
    return code;
}
