// SPDX-License-Identifier: BSD-2-Clause
/* A worker's turn:
 *
 * 1. Look at the clock. More than a millisecond after the turn should have begun is a stall; what
 *    is due by more than that is set back (the schedule's zero moves), and the time is `slipped`.
 * 2. Send what is due (load_send.c). 3. Take what came, and what has expired (load_receive.c).
 * 4. Wait in ppoll when nothing is due for a while, else go round at once: a wake-up is late by up
 *    to some 50 us, which is half a gap at 10,000 a second.
 *
 * When the schedule is over the turns go on until all that is in flight was answered or lost. */
#include "engine/load_worker.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#define SPIN_TIME  (100 * NS_PER_US) /* before something is due: wake-ups are no more exact */
#define WAIT_LEAST (20 * NS_PER_US)  /* shorter waits are not worth the call */
#define WAIT_MOST  (50 * NS_PER_MS)  /* how soon a stop flag is seen */
#define WAIT_OPEN  (2 * NS_PER_MS)   /* the same while answers are due: they expire meanwhile */
#define WALL_SPARE (2 * NS_PER_S)    /* for a machine that is busy, when a trial is short */
#define CUT_EVERY  NS_PER_MS         /* how often the budget is looked at */

/* --- made and unmade --- */

static const struct load_path_ops *ops_of(const struct load_params *load)
{
    if (load->proto != LOAD_UDP)
        return &load_stream_ops;
    return load->io == LOAD_IO_GSO ? &load_gso_ops : &load_udp_ops;
}

static int open_line(struct load_worker *w, const struct load_path_ops *ops, const char **why)
{
    struct load_line *line = &w->lines[w->line_count];
    struct load_path_setup *setup = &w->setups[w->line_count];
    *setup = (struct load_path_setup){.load = w->load,
                                      .worker = w->index,
                                      .follows = w->line_count == LINE_FOLLOWS,
                                      .rng = &w->rng};
    int error = ops->open(&line->path, setup, why);
    if (error)
        return error;
    line->ops = ops;
    w->line_count++;
    return 0;
}

int load_worker_init(struct load_worker *w, const struct load_params *load, unsigned index,
                     const char **why)
{
    w->load = load;
    w->index = index;
    *why = "random octets";
    int error = rng_init(&w->rng);
    if (error)
        return error;
    w->seed = rng_u64(&w->rng);
    const struct load_path_ops *ops = ops_of(load);
    error = open_line(w, ops, why);
    if (!error && load->proto == LOAD_UDP && load->follows_tc)
        error = open_line(w, &load_stream_ops, why);
    if (!error && ops->is_train) {
        *why = "memory";
        error = load_bins_create(&w->bins, &load->source, index, w->seed);
    }
    return error;
}

void load_worker_deinit(struct load_worker *w)
{
    for (unsigned i = 0; i < w->line_count; i++) {
        struct load_line *line = &w->lines[i];
        line->ops->close(line->path);
        for (unsigned j = 0; j < line->flight_count; j++)
            flight_deinit(&line->flights[j]);
        free(line->flights);
    }
    load_bins_destroy(w->bins);
    load_result_deinit(&w->result);
}

/* --- a trial begins --- */

static int make_flights(struct load_worker *w, struct load_line *line)
{
    if (line->lane_count > line->flight_cap) {
        struct flight *grown = realloc(line->flights, line->lane_count * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        line->flights = grown;
        line->flight_cap = line->lane_count;
    }
    for (; line->flight_count < line->lane_count; line->flight_count++) {
        if (flight_init(&line->flights[line->flight_count], line->ops->lane_bits, &w->rng))
            return ERR_NOMEM;
    }
    for (unsigned i = 0; i < line->flight_count; i++)
        flight_begin(&line->flights[i]);
    return 0;
}

static int begin_line(struct load_worker *w, struct load_line *line)
{
    int lanes = line->ops->begin(line->path, w->trial);
    if (lanes < 0)
        return lanes;
    line->lane_count = (unsigned)lanes;
    return make_flights(w, line);
}

/* The heat map of the result is as wide as the trial's columns make it. */
static int make_result(struct load_worker *w)
{
    mono_ns width = w->trial->column;
    mono_ns columns = width > 0 ? (w->trial->length + width - 1) / width : 0;
    uint32_t count = columns > LOAD_HEAT_COLUMNS ? LOAD_HEAT_COLUMNS : (uint32_t)columns;
    if (count == w->result.column_count) {
        load_result_clear(&w->result);
        return 0;
    }
    load_result_deinit(&w->result);
    return load_result_init(&w->result, count);
}

int load_worker_begin(struct load_worker *w, const struct load_trial *trial,
                      const volatile bool *stop)
{
    w->trial = trial;
    w->stop = stop;
    w->open = 0;
    w->is_ready = false;
    w->expire_next = 0;
    w->wall_spare = WALL_SPARE;
    w->cut_next = w->cut_end = 0;
    load_cut_begin(&w->cut, &trial->budget, w->spent);
    (void)prctl(PR_SET_TIMERSLACK, 1);
    int error = make_result(w);
    for (unsigned i = 0; i < w->line_count && !error; i++)
        error = begin_line(w, &w->lines[i]);
    if (!error)
        load_send_begin(w);
    return error;
}

/* --- the turn --- */

static void look_at_clock(struct load_worker *w)
{
    w->now = clock_mono_ns();
    mono_ns gap = w->now - w->expected;
    if (gap > LOAD_LATE_MAX && w->is_sending) {
        w->result.stalls++;
        if (gap > w->result.stall_longest)
            w->result.stall_longest = gap;
    }
    w->expected = w->now;
}

static void set_back(struct load_worker *w)
{
    if (schedule_is_over(&w->schedule))
        return;
    mono_ns excess = w->now - w->origin - schedule_due(&w->schedule) - LOAD_LATE_MAX;
    if (excess <= 0)
        return;
    w->origin += excess;
    if (w->schedule.due >= (double)w->trial->warmup)
        w->result.slipped += excess;
}

static bool is_stopped(const struct load_worker *w)
{
    return w->stop && __atomic_load_n(w->stop, __ATOMIC_RELAXED);
}

/* How long the schedule has run, warm-up left out. */
static mono_ns active(const struct load_worker *w, bool is_whole)
{
    mono_ns position = w->now - w->origin;
    if (is_whole || position > w->trial->warmup + w->trial->length)
        return w->trial->length;
    return position > w->trial->warmup ? position - w->trial->warmup : 0;
}

static mono_ns thread_cpu(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (mono_ns)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void end_sending(struct load_worker *w, bool is_whole)
{
    w->is_sending = false;
    w->heard = w->now;
    w->result.active = active(w, is_whole);
    w->result.sending_cpu = thread_cpu() - w->cpu_begun;
    w->result.sending = clock_mono_ns() - w->begun;
    load_send_end(w);
}

static void send_turn(struct load_worker *w)
{
    set_back(w);
    load_send_turn(w);
    bool is_over = schedule_is_over(&w->schedule);
    if (w->batch_due == 0 && (w->is_dry || is_over))
        end_sending(w, is_over);
    else if (is_stopped(w) || w->now > w->wall_end)
        end_sending(w, false);
}

/* Sure to miss: nothing leaves any more, and soon nothing is waited for. */
static void cut_off(struct load_worker *w)
{
    if (w->is_sending)
        end_sending(w, false);
    w->result.is_cut = true;
    w->cut_end = w->now + LOAD_CUT_WAIT;
}

/* The same of one that is offered to its end. */
static void cut_waiting(struct load_worker *w)
{
    bool is_sure = load_cut_look(&w->cut, &w->result, w->now);
    if (!is_sure || w->is_sending || w->now - w->heard < LOAD_CUT_SILENCE)
        return;
    w->result.is_cut = true;
    load_receive_abandon(w);
}

static void look_at_budget(struct load_worker *w)
{
    if (w->now < w->cut_next)
        return;
    w->cut_next = w->now + CUT_EVERY;
    if (w->trial->budget.is_patient)
        cut_waiting(w);
    else if (w->cut_end == 0 && load_cut_look(&w->cut, &w->result, w->now))
        cut_off(w);
    else if (w->cut_end > 0 && w->now >= w->cut_end)
        load_receive_abandon(w);
}

static mono_ns turn_paths(struct load_worker *w)
{
    mono_ns next = WIRE_NEVER;
    for (unsigned i = 0; i < w->line_count; i++) {
        const struct load_line *line = &w->lines[i];
        mono_ns wanted = line->ops->turn ? line->ops->turn(line->path, w->now) : WIRE_NEVER;
        next = wanted < next ? wanted : next;
    }
    return next;
}

/* Until NEXT at the latest; what comes ends it. */
static void wait_until(struct load_worker *w, mono_ns next)
{
    mono_ns now = clock_mono_ns(), most = now + (w->open > 0 ? WAIT_OPEN : WAIT_MOST);
    next = next < most ? next : most;
    w->is_ready = false;
    if (next - now < WAIT_LEAST)
        return;
    unsigned count = 0;
    for (unsigned i = 0; i < w->line_count; i++)
        count += w->lines[i].ops->watch(w->lines[i].path, w->watched + count);
    struct timespec wait = {.tv_sec = (next - now) / NS_PER_S, .tv_nsec = (next - now) % NS_PER_S};
    w->is_ready = ppoll(w->watched, count, &wait, NULL) > 0;
    w->expected = next;
}

static void turn(struct load_worker *w)
{
    look_at_clock(w);
    w->sent_in_turn = 0;
    if (w->is_sending)
        send_turn(w);
    load_send_follow(w);
    mono_ns next = turn_paths(w);
    load_receive_turn(w);
    if (w->trial->budget.is_set)
        look_at_budget(w);
    if (w->is_sending) {
        mono_ns due = load_send_next(w) - SPIN_TIME;
        next = due < next ? due : next;
    }
    wait_until(w, next);
}

void load_worker_run(struct load_worker *w, mono_ns start)
{
    w->begun = clock_mono_ns();
    w->cpu_begun = thread_cpu();
    w->origin = w->expected = start;
    w->wall_end = start + 2 * (w->trial->warmup + w->trial->length) + w->wall_spare;
    w->is_sending = true;
    do
        turn(w);
    while (w->is_sending || w->open > 0);
    w->result.cpu = thread_cpu() - w->cpu_begun;
    w->result.workers = w->load->workers;
    w->result.timeout = w->load->timeout;
    for (unsigned i = 0; i < w->line_count; i++)
        w->lines[i].ops->end(w->lines[i].path, &w->result);
}
