// SPDX-License-Identifier: BSD-2-Clause
/* Steps 1 and 2 of the turn: refuse in small separate steps, cheapest first, each with its
 * counter; show what is left to the reply handler. */
#include "engine/casing.h"

#define RECEIVE_BATCHES_MAX 4 /* per socket and turn: 256 replies, then sending has its turn */

static void reject(struct engine *e, enum reject why, slot_ref ref, const struct reply *reply)
{
    counter_add(&e->counters->rejects[why], 1);
    if (!e->handlers->refused)
        return;
    struct engine_refusal refusal = {
        .why = why, .query = POOL_NONE, .resolver = POOL_NONE, .from = e->from, .reply = reply};
    if (ref != SLOT_NONE && slots_at(e->slots, ref)->state != SLOT_RESTING) {
        const struct slot *slot = slots_at(e->slots, ref);
        bool is_current = slot->generation == e->places[slot->query].generation;
        refusal.query = is_current ? slot->query : POOL_NONE;
        refusal.resolver = slot->resolver;
    }
    e->handlers->refused(e->handlers->ctx, &refusal);
}

static bool is_header_only_error(const struct reply *reply)
{
    return reply_is_header_only(reply) &&
           (reply->rcode == RCODE_FORMERR || reply->rcode == RCODE_NOTIMP ||
            reply->rcode == RCODE_REFUSED || reply->rcode == RCODE_SERVFAIL);
}

static enum pool_outcome outcome_of(const struct reply *reply)
{
    switch (reply->rcode) {
    case RCODE_NOERROR:
    case RCODE_NXDOMAIN:
        return POOL_ANSWERED;
    case RCODE_SERVFAIL:
        return POOL_SERVFAILED;
    default:
        return POOL_REFUSED;
    }
}

/* What the resolver earns by this reply, whatever it says about a name. */
static void credit(struct engine *e, slot_ref ref, const struct reply *reply)
{
    const struct slot *slot = slots_at(e->slots, ref);
    enum pool_outcome outcome = outcome_of(reply);
    if (outcome == POOL_ANSWERED && slot->state == SLOT_LATE)
        outcome = POOL_LATE;
    if (slot->flags & SLOT_BY_TCP)
        pool_note_tcp(e->pool, slot->resolver, true);
    else if (reply->tc && pool_is_without_tcp(e->pool, slot->resolver))
        outcome = POOL_REFUSED; /* it keeps the answer to itself */
    pool_note(e->pool, slot->resolver, outcome, state_elapsed(e, ref), e->now);
}

/* The message has the right id and comes from whom we asked. */
static void take_from_asked(struct engine *e, slot_ref ref, const struct reply *reply)
{
    const struct slot *slot = slots_at(e->slots, ref);
    struct place *place = &e->places[slot->query];
    if (slot->generation != place->generation) { /* its question is settled */
        counter_add(&e->counters->late_replies, 1);
        credit(e, ref, reply);
        state_close(e, ref, SLOT_ANSWERED);
        return;
    }
    if (!is_header_only_error(reply) && !casing_has_question(e, ref, reply)) {
        bool is_class = casing_has_other_class(e, ref, reply);
        reject(e, is_class ? REJECT_WRONG_CLASS : REJECT_WRONG_QUESTION, ref, reply);
        return;
    }
    struct engine_try try = state_describe(e, ref);
    if (!e->handlers->reply(e->handlers->ctx, slot->query, reply, &try)) {
        reject(e, REJECT_SHORT, ref, reply);
        return;
    }
    counter_add(&e->counters->answers, 1);
    counter_add(&e->counters->rcodes[reply->rcode], 1);
    credit(e, ref, reply);
    state_close(e, ref, SLOT_ANSWERED);
}

/* What every message must be before its id is looked at. */
static bool is_response(struct engine *e, struct reply *reply, const uint8_t *data, size_t len)
{
    if (!reply_init(reply, data, len)) {
        reject(e, REJECT_SHORT, SLOT_NONE, NULL);
        return false;
    }
    if (!reply->qr) {
        reject(e, REJECT_NOT_RESPONSE, SLOT_NONE, reply);
        return false;
    }
    if (reply->opcode != 0) {
        reject(e, REJECT_OPCODE, SLOT_NONE, reply);
        return false;
    }
    return true;
}

/* FROM_ASKED: the message came from the very resolver the slot's try went to. */
static void take_message(struct engine *e, slot_ref ref, const struct reply *reply, bool from_asked)
{
    switch ((enum slot_state)slots_at(e->slots, ref)->state) {
    case SLOT_ANSWERED:
        reject(e, from_asked ? REJECT_DUPLICATE : REJECT_UNKNOWN_ID, ref, reply);
        return;
    case SLOT_SENT:
    case SLOT_LATE:
        if (from_asked)
            take_from_asked(e, ref, reply);
        else
            reject(e, REJECT_WRONG_SOURCE, ref, reply);
        return;
    default:
        reject(e, REJECT_UNKNOWN_ID, ref, reply);
    }
}

static void take_datagram(struct engine *e, unsigned socket, const struct wire_datagram *datagram)
{
    struct reply reply;
    e->from = datagram->from;
    if (!is_response(e, &reply, datagram->data, datagram->is_cut ? 0 : datagram->len))
        return;
    slot_ref ref = (slot_ref)socket << 16 | reply.id;
    const struct slot *slot = slots_at(e->slots, ref);
    bool was_used = slot->state != SLOT_RESTING;
    bool from_asked =
        was_used && wire_address_equal(datagram->from, &pool_at(e->pool, slot->resolver)->address);
    take_message(e, ref, &reply, from_asked);
}

void state_receive_stream(void *ctx, uint32_t resolver, const uint8_t *data, size_t len)
{
    struct engine *e = ctx;
    e->now = wire_now(e->wire);
    e->from = NULL;
    struct reply reply;
    if (!is_response(e, &reply, data, len))
        return;
    slot_ref ref = (slot_ref)e->tcp_table << 16 | reply.id;
    const struct slot *slot = slots_at(e->slots, ref);
    take_message(e, ref, &reply, slot->state != SLOT_RESTING && slot->resolver == resolver);
}

/* Slots and questions are spread over more memory than the cache holds; the batch's are
 * fetched together, slots first, since they say which questions. */
static void prefetch_batch(const struct engine *e, unsigned socket,
                           const struct wire_datagram *batch, size_t count)
{
    slot_ref refs[WIRE_BATCH];
    for (size_t i = 0; i < count; i++) {
        const uint8_t *id = batch[i].data;
        refs[i] = (slot_ref)socket << 16 | (batch[i].len < 2 ? 0 : (slot_ref)(id[0] << 8 | id[1]));
        slots_prefetch(e->slots, refs[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct place *place = &e->places[slots_at(e->slots, refs[i])->query];
        __builtin_prefetch(place);
        __builtin_prefetch((const char *)place + 64);
    }
}

bool state_receive(struct engine *e, unsigned socket)
{
    struct wire_datagram batch[WIRE_BATCH];
    for (int i = 0; i < RECEIVE_BATCHES_MAX; i++) {
        size_t count = wire_receive(e->wire, socket, batch);
        prefetch_batch(e, socket, batch, count);
        for (size_t j = 0; j < count; j++)
            take_datagram(e, socket, &batch[j]);
        if (count < WIRE_BATCH)
            return false;
    }
    return true;
}
