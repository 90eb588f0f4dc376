// SPDX-License-Identifier: BSD-2-Clause
/* What comes: matched, counted, or refused and counted; and what does not come.
 *
 * A batch's places in the rings are fetched together before the first one is looked at. How often
 * is read: as long as there is something, and less has come this turn than has left; so that
 * neither side starves the other at whatever rate. */
#include "engine/load_worker.h"

#include <string.h>

#include "dns/code.h"
#include "dns/query.h"
#include "engine/load_match.h"

#define BATCHES_MAX  8 /* read a turn, then sending has its turn */
#define EXPIRE_EVERY NS_PER_MS
#define EXPIRE_GRACE                                                                               \
    (10 * NS_PER_MS) /* an answer that came in time may be read later than that                    \
                      */

static bool is_good(const struct load_matched *matched)
{
    return !matched->is_truncated &&
           (matched->rcode == RCODE_NOERROR || matched->rcode == RCODE_NXDOMAIN);
}

static void count_column(struct load_column *column, const struct load_matched *matched,
                         mono_ns response)
{
    column->answered++;
    column->good += is_good(matched);
    column->refused += matched->rcode == RCODE_REFUSED;
    column->servfail += matched->rcode == RCODE_SERVFAIL;
    column->truncated += matched->is_truncated;
    column->rows[load_heat_row(response)]++;
}

static void count_answer(struct load_worker *w, const struct load_matched *matched, mono_ns at,
                         unsigned line)
{
    const struct flight_entry *entry = matched->entry;
    struct load_result *result = &w->result;
    struct load_column *column = load_column_of(w, entry);
    if (!(entry->flags & FLIGHT_COUNTED))
        return;
    mono_ns received = at > entry->sent ? at : entry->sent;
    unsigned class = matched->rcode == RCODE_NXDOMAIN ? LOAD_NXDOMAIN : entry->class;
    result->answered++;
    result->rcodes[matched->rcode]++;
    result->good += is_good(matched);
    result->truncated += matched->is_truncated;
    result->followed += line == LINE_FOLLOWS;
    hist_add(&result->response[class], received - entry->intended);
    load_cut_answer(&w->cut, received - entry->intended);
    hist_add(&result->service, received - entry->sent);
    if (column)
        count_column(column, matched, received - entry->intended);
}

void load_receive_lost(struct load_worker *w, const struct flight_entry *entry, bool is_unreachable)
{
    struct load_column *column = load_column_of(w, entry);
    if (!(entry->flags & FLIGHT_COUNTED))
        return;
    w->result.lost++;
    w->result.unreachable += is_unreachable;
    hist_add_lost(&w->result.response[entry->class], 1);
    hist_add_lost(&w->result.service, 1);
    if (column)
        column->lost++;
}

/* --- answers --- */

/* The query again, from the answer's question. False: no room. */
static bool follow(struct load_worker *w, const struct flight_entry *entry, const uint8_t *answer)
{
    static const uint8_t opt[DNS_OPT_LEN] = {0, 0, TYPE_OPT, DNS_EDNS_UDP_LEN >> 8,
                                             DNS_EDNS_UDP_LEN & 0xff};
    size_t end = DNS_HEADER_LEN + (size_t)entry->question_len;
    if (w->follow_count == LOAD_BATCH || end + DNS_OPT_LEN > LOAD_MESSAGE_MAX)
        return false;
    uint8_t *data = w->follow_data[w->follow_count];
    memset(data, 0, DNS_HEADER_LEN);
    memcpy(data + DNS_HEADER_LEN, answer + DNS_HEADER_LEN, entry->question_len);
    data[2] = entry->flags & FLIGHT_RD ? 0x01 : 0;
    data[3] = entry->flags & FLIGHT_CD ? 0x10 : 0;
    data[5] = 1;
    if (entry->flags & FLIGHT_EDNS) {
        data[11] = 1;
        memcpy(data + end, opt, sizeof opt);
        data[end + 7] = entry->flags & FLIGHT_DO ? 0x80 : 0;
        end += sizeof opt;
    }
    w->follow_items[w->follow_count] = (struct load_item){.data = data, .len = (uint16_t)end};
    w->follow[w->follow_count++] = *entry;
    return true;
}

static void take_answer(struct load_worker *w, unsigned number, const struct load_message *message,
                        const struct load_matched *matched)
{
    struct load_line *line = &w->lines[number];
    if (matched->entry->flags & FLIGHT_COUNTED)
        w->result.octets_in += message->len;
    if (matched->is_truncated && number == LINE_ASKED && w->line_count > LINE_FOLLOWS &&
        follow(w, matched->entry, message->data)) {
        flight_close(&line->flights[message->lane], matched->entry, FLIGHT_ANSWERED);
        return; /* still open */
    }
    count_answer(w, matched, message->at, number);
    flight_close(&line->flights[message->lane], matched->entry, FLIGHT_ANSWERED);
    w->open--;
}

static void take_message(struct load_worker *w, unsigned number, const struct load_message *message)
{
    struct load_matched matched;
    switch (load_match(&w->lines[number].flights[message->lane], w->seed,
                       message->at - w->load->timeout, message->data, message->len, &matched)) {
    case LOAD_ANSWERS:
        take_answer(w, number, message, &matched);
        break;
    case LOAD_LATE:
        w->result.late++;
        break;
    case LOAD_REFUSED:
        w->result.rejects[matched.why]++;
        break;
    }
}

static unsigned receive_batch(struct load_worker *w, unsigned number, unsigned wanted)
{
    struct load_line *line = &w->lines[number];
    unsigned count = line->ops->receive(line->path, wanted, w->messages);
    for (unsigned i = 0; i < count; i++) {
        const struct load_message *message = &w->messages[i];
        if (message->len >= 2)
            flight_prefetch(&line->flights[message->lane],
                            (uint16_t)(message->data[0] << 8 | message->data[1]));
    }
    for (unsigned i = 0; i < count; i++)
        take_message(w, number, &w->messages[i]);
    w->heard = count > 0 ? w->now : w->heard;
    return count;
}

/* --- what does not come --- */

static void take_troubles(struct load_worker *w, struct load_line *line)
{
    struct load_trouble trouble;
    struct flight_entry *entry;
    while (line->ops->trouble(line->path, &trouble)) {
        struct flight *flight = &line->flights[trouble.lane];
        if (!trouble.is_lane) {
            entry = flight_waiting(flight, trouble.id);
            if (!entry)
                continue;
            flight_close(flight, entry, FLIGHT_LOST);
            w->open--;
            load_receive_lost(w, entry, true);
        }
        while (trouble.is_lane && (entry = flight_abandon(flight))) {
            w->open--;
            load_receive_lost(w, entry, true);
        }
    }
}

static void expire_before(struct load_worker *w, struct flight *flight, mono_ns before)
{
    struct flight_entry *entry;
    while ((entry = flight_expire(flight, before))) {
        w->open--;
        load_receive_lost(w, entry, false);
    }
}

void load_receive_abandon(struct load_worker *w)
{
    for (unsigned number = 0; number < w->line_count; number++) {
        struct load_line *line = &w->lines[number];
        for (unsigned i = 0; i < line->lane_count; i++)
            expire_before(w, &line->flights[i], INT64_MAX);
    }
    for (; w->follow_count > 0; w->open--)
        load_receive_lost(w, &w->follow[--w->follow_count], false);
}

static void expire(struct load_worker *w, struct load_line *line)
{
    mono_ns before = w->now - w->load->timeout - EXPIRE_GRACE;
    for (unsigned i = 0; i < line->lane_count; i++)
        expire_before(w, &line->flights[i], before);
}

void load_receive_turn(struct load_worker *w)
{
    for (unsigned number = 0; number < w->line_count; number++) {
        struct load_line *line = &w->lines[number];
        unsigned wanted = w->is_ready ? LOAD_BATCH : w->sent_in_turn, got = 0, count;
        for (unsigned i = 0; i < BATCHES_MAX; i++) {
            count = receive_batch(w, number, wanted);
            load_send_follow(w);
            got += count;
            if (count == 0 || (count < LOAD_BATCH && got >= wanted))
                break;
        }
        take_troubles(w, line);
    }
    if (w->now < w->expire_next)
        return;
    w->expire_next = w->now + EXPIRE_EVERY;
    for (unsigned number = 0; number < w->line_count; number++)
        expire(w, &w->lines[number]);
}
