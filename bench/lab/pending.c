// SPDX-License-Identifier: BSD-2-Clause
/* The timer wheel.
 *
 * A slot is a list with its tail, so order is kept. No delay reaches round the
 * wheel (asserted by PENDING_DELAY_MAX), so a slot holds replies of one due tick
 * only. Entries come in blocks and are kept for reuse; large replies are on the heap. */
#include "bench/lab/pending.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_COUNT 1024

_Static_assert(PENDING_DELAY_MAX / PENDING_SLOT_NS < PENDING_SLOTS - 1, "delays fit the wheel");

struct block {
    struct block *next;
    struct pending_reply replies[BLOCK_COUNT];
};

struct slot {
    struct pending_reply *head, *tail;
};

struct pending {
    struct slot slots[PENDING_SLOTS];
    struct block *blocks;
    struct pending_reply *free;
    size_t made;  /* entries in blocks */
    size_t count; /* waiting */
    int64_t tick; /* all earlier slots are empty */
};

int pending_create(struct pending **out, mono_ns now)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    (*out)->tick = now / PENDING_SLOT_NS;
    return 0;
}

void pending_destroy(struct pending *pending)
{
    if (!pending)
        return;
    for (size_t i = 0; i < PENDING_SLOTS; i++) {
        for (struct pending_reply *r = pending->slots[i].head; r; r = r->next) {
            if (r->data != r->small)
                free(r->data);
        }
    }
    while (pending->blocks) {
        struct block *next = pending->blocks->next;
        free(pending->blocks);
        pending->blocks = next;
    }
    free(pending);
}

static int add_block(struct pending *pending)
{
    if (pending->made + BLOCK_COUNT > PENDING_MAX)
        return ERR_FULL;
    struct block *block = malloc(sizeof *block);
    if (!block)
        return ERR_NOMEM;
    block->next = pending->blocks;
    pending->blocks = block;
    pending->made += BLOCK_COUNT;
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        block->replies[i].next = pending->free;
        pending->free = &block->replies[i];
    }
    return 0;
}

int pending_put(struct pending *pending, mono_ns due, const void *data, size_t len,
                struct pending_reply **out)
{
    int err;
    *out = NULL;
    if (!pending->free && (err = add_block(pending)))
        return err;
    struct pending_reply *reply = pending->free;
    uint8_t *copy = len > PENDING_SMALL ? malloc(len) : reply->small;
    if (!copy)
        return ERR_NOMEM;
    pending->free = reply->next;
    memcpy(copy, data, len);
    reply->data = copy;
    reply->len = (uint32_t)len;
    reply->next = NULL;

    /* Rounded up: never early. A slot that was passed becomes the next one. */
    int64_t tick = (due + PENDING_SLOT_NS - 1) / PENDING_SLOT_NS;
    if (tick < pending->tick)
        tick = pending->tick;
    if (tick > pending->tick + PENDING_SLOTS - 1)
        tick = pending->tick + PENDING_SLOTS - 1;
    struct slot *slot = &pending->slots[tick % PENDING_SLOTS];
    if (slot->tail)
        slot->tail->next = reply;
    else
        slot->head = reply;
    slot->tail = reply;
    pending->count++;
    *out = reply;
    return 0;
}

struct pending_reply *pending_take(struct pending *pending, mono_ns now)
{
    int64_t current = now / PENDING_SLOT_NS;
    if (!pending->count) {
        if (pending->tick < current)
            pending->tick = current;
        return NULL;
    }
    for (; pending->tick <= current; pending->tick++) {
        struct slot *slot = &pending->slots[pending->tick % PENDING_SLOTS];
        struct pending_reply *reply = slot->head;
        if (!reply)
            continue;
        slot->head = reply->next;
        if (!slot->head)
            slot->tail = NULL;
        pending->count--;
        return reply;
    }
    return NULL;
}

void pending_give(struct pending *pending, struct pending_reply *reply)
{
    if (reply->data != reply->small)
        free(reply->data);
    reply->next = pending->free;
    pending->free = reply;
}

mono_ns pending_wait(const struct pending *pending, mono_ns now, mono_ns limit)
{
    if (!pending->count)
        return limit;
    for (int64_t tick = pending->tick; tick < pending->tick + PENDING_SLOTS; tick++) {
        mono_ns wait = tick * PENDING_SLOT_NS - now;
        if (wait >= limit)
            break;
        if (pending->slots[tick % PENDING_SLOTS].head)
            return wait > 0 ? wait : 0;
    }
    return limit;
}
