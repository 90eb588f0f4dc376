// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_queue.h"

#include <stdlib.h>
#include <string.h>

#define QUEUE_START 4096

/* Stands before each query. */
struct head {
    mono_ns since;
    uint16_t len;
};

void load_queue_deinit(struct load_queue *queue)
{
    free(queue->data);
    *queue = (struct load_queue){0};
}

/* Room for WANTED more octets behind the others. What was taken in front is reused before memory
 * grows, and at most once for as many octets as it moves. */
static int make_room(struct load_queue *queue, size_t wanted)
{
    if (queue->cap - queue->at - queue->len >= wanted)
        return 0;
    if (queue->at >= queue->len && queue->cap - queue->len >= wanted) {
        memcpy(queue->data, queue->data + queue->at, queue->len);
        queue->at = 0;
        return 0;
    }
    size_t cap = queue->cap ? queue->cap : QUEUE_START;
    while (cap < queue->len + wanted)
        cap *= 2;
    cap = cap == queue->cap ? 2 * cap : cap;
    uint8_t *data = malloc(cap);
    if (!data)
        return ERR_NOMEM;
    if (queue->len)
        memcpy(data, queue->data + queue->at, queue->len);
    free(queue->data);
    *queue = (struct load_queue){data, 0, queue->len, cap};
    return 0;
}

int load_queue_put(struct load_queue *queue, mono_ns now, const uint8_t *data, uint16_t len)
{
    struct head head = {now, len};
    if (queue->len + sizeof head + len > LOAD_QUEUE_MAX)
        return ERR_FULL;
    if (make_room(queue, sizeof head + len) != 0)
        return ERR_NOMEM;
    uint8_t *end = queue->data + queue->at + queue->len;
    memcpy(end, &head, sizeof head);
    memcpy(end + sizeof head, data, len);
    queue->len += sizeof head + len;
    return 0;
}

bool load_queue_first(struct load_queue *queue, mono_ns before, const uint8_t **data, uint16_t *len)
{
    struct head head;
    while (queue->len) {
        memcpy(&head, queue->data + queue->at, sizeof head);
        if (head.since > before) {
            *data = queue->data + queue->at + sizeof head;
            *len = head.len;
            return true;
        }
        load_queue_pop(queue);
    }
    return false;
}

mono_ns load_queue_since(const struct load_queue *queue)
{
    struct head head;
    memcpy(&head, queue->data + queue->at, sizeof head);
    return head.since;
}

void load_queue_pop(struct load_queue *queue)
{
    struct head head;
    memcpy(&head, queue->data + queue->at, sizeof head);
    queue->at += sizeof head + head.len;
    queue->len -= sizeof head + head.len;
    if (queue->len == 0)
        queue->at = 0;
}
