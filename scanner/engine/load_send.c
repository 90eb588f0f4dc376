// SPDX-License-Identifier: BSD-2-Clause
/* What leaves: due -> bound to a query -> sent.
 *
 * 1. Slots of the schedule that are due go into the batch, with the time they were intended for.
 * 2. They get queries: in the source's order, or a train of equal lengths.
 * 3. The batch leaves by one lane in one call. Each query's stamp is interpolated between a look
 *    at the clock before and one after: on loopback a batch takes 50 us and more.
 * What the kernel does not take stays in hand and is offered again next turn; what finds no id free
 * is unsent at once, since waiting for one would make the load a closed loop. */
#include "engine/load_worker.h"

#include <string.h>

#define TRAIN_ENOUGH 32                /* queries due that are worth a train */
#define TRAIN_HOLD   (500 * NS_PER_US) /* that the first of them may wait for the others */
#define PAIR_HOLD    (3 * NS_PER_US)   /* for the next one, when that is so near */

static bool draw(struct load_worker *w, struct load_query *out)
{
    const struct load_source *source = &w->load->source;
    w->is_dry = !source->next(source->ctx, w->index, w->trial->target, out);
    return !w->is_dry;
}

void load_send_begin(struct load_worker *w)
{
    const struct load_trial *trial = w->trial;
    w->batch_sent = w->batch_bound = w->batch_due = w->follow_count = 0;
    w->is_dry = false;
    w->column = 0;
    w->column_width = trial->column > 0 ? (double)trial->column : 1e18;
    w->column_end = (double)trial->warmup + w->column_width;
    schedule_init(&w->schedule, trial, w->index, w->load->workers);
    if (w->bins)
        load_bins_begin(w->bins, trial->target);
    if (trial->arrival == LOAD_REPLAY && draw(w, &w->ahead))
        schedule_replay(&w->schedule, w->ahead.at);
}

/* --- 1. due --- */

/* One more slot, intended for DUE after the schedule's start. */
static struct flight_entry *add_slot(struct load_worker *w, double due)
{
    struct flight_entry *slot = &w->batch[w->batch_due++];
    bool is_counted = due >= (double)w->trial->warmup;
    while (due >= w->column_end && w->column + 1u < w->result.column_count) {
        w->column++;
        w->column_end += w->column_width;
    }
    *slot = (struct flight_entry){.intended = w->origin + (mono_ns)due,
                                  .column = w->column,
                                  .flags = is_counted ? FLIGHT_COUNTED : 0,
                                  .state = FLIGHT_WAITING};
    return slot;
}

static void count_due(struct load_worker *w, const struct flight_entry *slot)
{
    struct load_column *column = load_column_of(w, slot);
    unsigned counted = slot->flags & FLIGHT_COUNTED;
    w->result.due += counted;
    if (column)
        column->due += counted;
}

static void bind_query(struct load_worker *w, struct flight_entry *slot, struct load_query *query)
{
    load_describe(slot, query, w->seed);
    w->items[w->batch_bound++] = (struct load_item){.data = query->data, .len = query->len};
    count_due(w, slot);
}

static bool is_slot_due(const struct load_worker *w, double until)
{
    return w->schedule.due <= until && !schedule_is_over(&w->schedule) && w->batch_due < LOAD_BATCH;
}

/* A replayed query tells its own time, so it has to be known beforehand. */
static void collect_replay(struct load_worker *w, double until)
{
    while (!w->is_dry && is_slot_due(w, until)) {
        struct load_query *query = &w->queries[w->batch_due];
        memcpy(query, &w->ahead, sizeof *query);
        bind_query(w, add_slot(w, w->schedule.due), query);
        if (draw(w, &w->ahead))
            schedule_replay(&w->schedule, w->ahead.at);
    }
}

static void collect(struct load_worker *w)
{
    double until = (double)(w->now - w->origin);
    if (w->schedule.arrival == LOAD_REPLAY) {
        collect_replay(w, until);
        return;
    }
    while (is_slot_due(w, until)) {
        add_slot(w, w->schedule.due);
        schedule_take(&w->schedule);
    }
}

/* --- 2. bound --- */

static void bind_in_order(struct load_worker *w)
{
    while (w->batch_bound < w->batch_due) {
        struct load_query *query = &w->queries[w->batch_bound];
        if (!draw(w, query))
            break;
        bind_query(w, &w->batch[w->batch_bound], query);
    }
    w->batch_due = w->batch_bound; /* without a query nothing is due */
}

static void bind_train(struct load_worker *w)
{
    unsigned first = w->batch_bound;
    unsigned count =
        load_bins_train(w->bins, w->batch_due - first, &w->items[first], &w->batch[first]);
    for (unsigned i = 0; i < count; i++)
        count_due(w, &w->batch[first + i]);
    w->batch_bound += count;
    if (count == 0) {
        w->is_dry = true;
        w->batch_due = w->batch_bound;
    }
}

/* --- 3. sent --- */

/* The next lane on which all COUNT find ids, or the last one looked at. */
static uint32_t choose_lane(struct load_line *line, unsigned count)
{
    uint32_t lane = line->ops->lane(line->path);
    for (unsigned i = 1; i < line->lane_count && flight_room(&line->flights[lane]) < count; i++)
        lane = line->ops->lane(line->path);
    return lane;
}

static void set_ids(const struct flight *flight, const struct load_item *items, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint16_t id = flight_id(flight, i);
        items[i].data[0] = (uint8_t)(id >> 8);
        items[i].data[1] = (uint8_t)id;
    }
}

/* COUNT of the batch left between BEFORE and AFTER. */
static void note_sent(struct load_worker *w, struct flight *flight, unsigned count, mono_ns before,
                      mono_ns after)
{
    struct load_result *result = &w->result;
    mono_ns step = (after - before) / count;
    for (unsigned i = 0; i < count; i++) {
        struct flight_entry *entry = flight_put(flight);
        *entry = w->batch[w->batch_sent];
        entry->sent = before + (mono_ns)i * step;
        if (entry->flags & FLIGHT_COUNTED) {
            result->sent++;
            result->octets_out += w->items[w->batch_sent].len;
            hist_add(&result->lag, entry->sent - entry->intended);
        }
        w->batch_sent++;
    }
    w->open += count;
    w->sent_in_turn += count;
}

static void drop_unsent(struct load_worker *w)
{
    for (; w->batch_sent < w->batch_bound; w->batch_sent++)
        w->result.unsent += w->batch[w->batch_sent].flags & FLIGHT_COUNTED;
}

/* False: the kernel takes no more now. */
static bool send_bound(struct load_worker *w)
{
    struct load_line *line = &w->lines[LINE_ASKED];
    unsigned count = w->batch_bound - w->batch_sent;
    uint32_t lane = choose_lane(line, count);
    struct flight *flight = &line->flights[lane];
    unsigned room = flight_room(flight);
    if (room == 0) {
        w->result.no_room++;
        drop_unsent(w);
        return true;
    }
    unsigned part = count < room ? count : room;
    const struct load_item *items = &w->items[w->batch_sent];
    set_ids(flight, items, part);
    mono_ns before = clock_mono_ns();
    unsigned taken = line->ops->send(line->path, lane, items, part);
    if (taken > 0)
        note_sent(w, flight, taken, before, clock_mono_ns());
    return taken == part;
}

/* Whether the slots in hand are worth a train, or the first has waited for one. */
static bool is_train_ready(const struct load_worker *w)
{
    return w->batch_due >= TRAIN_ENOUGH || w->batch_bound > 0 || schedule_is_over(&w->schedule) ||
           w->now - w->batch[0].intended >= TRAIN_HOLD;
}

/* A call takes some 4 us for one and 1 us more for each other: what is due closer to its neighbour
 * than a call takes would be set apart by it. So the first waits for the second, and that is all.
 */
static bool is_pair_near(const struct load_worker *w)
{
    return w->batch_bound == 0 && w->batch_due < LOAD_BATCH && !schedule_is_over(&w->schedule) &&
           w->origin + schedule_due(&w->schedule) - w->now < PAIR_HOLD &&
           w->now - w->batch[0].intended < PAIR_HOLD;
}

void load_send_turn(struct load_worker *w)
{
    bool is_train = w->bins && w->schedule.arrival != LOAD_REPLAY;
    collect(w);
    if (w->batch_due == 0 || (is_train ? !is_train_ready(w) : is_pair_near(w)))
        return;
    do {
        if (w->batch_bound == w->batch_sent && is_train)
            bind_train(w);
        else if (w->batch_bound == w->batch_sent)
            bind_in_order(w);
        if (w->batch_sent < w->batch_bound && !send_bound(w))
            return;
    } while (w->batch_sent < w->batch_due);
    w->batch_sent = w->batch_bound = w->batch_due = 0;
}

mono_ns load_send_next(const struct load_worker *w)
{
    if (w->batch_bound > w->batch_sent)
        return w->now;
    mono_ns due =
        schedule_is_over(&w->schedule) ? WIRE_NEVER : w->origin + schedule_due(&w->schedule);
    if (w->batch_due > 0 && w->batch[0].intended + TRAIN_HOLD < due)
        due = w->batch[0].intended + TRAIN_HOLD;
    return due;
}

void load_send_end(struct load_worker *w)
{
    while (w->batch_bound < w->batch_due)
        count_due(w, &w->batch[w->batch_bound++]);
    drop_unsent(w);
    w->batch_sent = w->batch_bound = w->batch_due = 0;
}

/* --- followed --- */

/* The first COUNT of those that wait to be followed are gone. */
static void remove_followed(struct load_worker *w, unsigned count)
{
    w->follow_count -= count;
    for (unsigned i = 0; i < w->follow_count && count > 0; i++) {
        w->follow[i] = w->follow[i + count];
        w->follow_items[i].len = w->follow_items[i + count].len;
        memcpy(w->follow_data[i], w->follow_data[i + count], w->follow_items[i].len);
    }
}

void load_send_follow(struct load_worker *w)
{
    struct load_line *line = &w->lines[LINE_FOLLOWS];
    if (w->follow_count == 0)
        return;
    uint32_t lane = choose_lane(line, w->follow_count);
    struct flight *flight = &line->flights[lane];
    unsigned room = flight_room(flight);
    unsigned part = w->follow_count < room ? w->follow_count : room;
    set_ids(flight, w->follow_items, part);
    unsigned taken = part > 0 ? line->ops->send(line->path, lane, w->follow_items, part) : 0;
    for (unsigned i = 0; i < taken; i++)
        *flight_put(flight) = w->follow[i];
    remove_followed(w, taken);
    while (w->follow_count > 0 && w->follow[0].sent + w->load->timeout < w->now) {
        struct flight_entry entry = w->follow[0];
        remove_followed(w, 1);
        w->open--;
        load_receive_lost(w, &entry, false);
    }
}
