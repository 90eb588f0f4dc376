// SPDX-License-Identifier: BSD-2-Clause
/* Holes that nobody has taken wait on a stack. A number may be on it that is no free hole any
 * more: it is looked at when it is taken off, and the stack is cleared of such numbers when it
 * has twice as many as there are holes. */
#include "source/circle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "source/circle_order.h"

#define STACK_SLACK 1024

enum node_flags {
    NODE_CLOSED = 1 << 0,   /* nothing up to the next node */
    NODE_RECORD = 1 << 1,   /* an interval of this owner was taken */
    NODE_AGAIN = 1 << 2,    /* was opened again after a contradiction; not a second time */
    NODE_CONFLICT = 1 << 3, /* contradicted after that, too */
    NODE_TAKEN = 1 << 4,    /* its hole is somebody's work */
    NODE_GIVEN_UP = 1 << 5, /* its hole is nobody's work any more */
};

struct circle {
    struct name zone;
    struct order order;
    circle_node *stack;
    size_t stack_count, stack_cap;
    size_t record_count, hole_count, given_up_count, conflict_count;
};

static struct order_item *node_at(const struct circle *circle, circle_node number)
{
    return order_item(&circle->order, number);
}

/* --- holes --- */

static bool is_free_hole(const struct order_item *node)
{
    return (node->flags & (NODE_CLOSED | NODE_TAKEN | NODE_GIVEN_UP)) == 0;
}

static void clear_stack(struct circle *circle)
{
    size_t kept = 0;
    for (size_t i = 0; i < circle->stack_count; i++) {
        if (is_free_hole(node_at(circle, circle->stack[i])))
            circle->stack[kept++] = circle->stack[i];
    }
    circle->stack_count = kept;
}

static int push_hole(struct circle *circle, circle_node number)
{
    if (circle->stack_count > 2 * circle->hole_count + STACK_SLACK)
        clear_stack(circle);
    int error = 0;
    circle_node *stack = order_grow(&circle->order, circle->stack, circle->stack_count,
                                    &circle->stack_cap, sizeof *stack, &error);
    if (!stack)
        return error;
    circle->stack = stack;
    circle->stack[circle->stack_count++] = number;
    return 0;
}

static void close_node(struct circle *circle, struct order_item *node)
{
    if (node->flags & NODE_CLOSED)
        return;
    circle->hole_count--;
    circle->given_up_count -= (node->flags & NODE_GIVEN_UP) != 0;
    node->flags = (uint8_t)((node->flags & ~NODE_GIVEN_UP) | NODE_CLOSED);
}

static int open_again(struct circle *circle, circle_node number)
{
    struct order_item *node = node_at(circle, number);
    node->flags |= NODE_AGAIN;
    if ((node->flags & NODE_CLOSED) == 0)
        return 0;
    node->flags &= (uint8_t)~NODE_CLOSED;
    circle->hole_count++;
    return push_hole(circle, number);
}

static void mark_conflict(struct circle *circle, struct order_item *node)
{
    circle->conflict_count += (node->flags & NODE_CONFLICT) == 0;
    node->flags |= NODE_CONFLICT;
}

circle_node circle_next_hole(struct circle *circle)
{
    while (circle->stack_count > 0) {
        circle_node number = circle->stack[--circle->stack_count];
        if (circle_take_hole(circle, number))
            return number;
    }
    return CIRCLE_NONE;
}

bool circle_take_hole(struct circle *circle, circle_node number)
{
    struct order_item *node = node_at(circle, number);
    if (!is_free_hole(node))
        return false;
    node->flags |= NODE_TAKEN;
    return true;
}

void circle_give_hole(struct circle *circle, circle_node number)
{
    struct order_item *node = node_at(circle, number);
    node->flags &= (uint8_t)~NODE_TAKEN;
    if (is_free_hole(node) && push_hole(circle, number) != 0)
        circle_give_up_hole(circle, number); /* no memory to remember it by */
}

void circle_give_up_hole(struct circle *circle, circle_node number)
{
    struct order_item *node = node_at(circle, number);
    node->flags &= (uint8_t)~NODE_TAKEN;
    if (node->flags & (NODE_CLOSED | NODE_GIVEN_UP))
        return;
    node->flags |= NODE_GIVEN_UP;
    circle->given_up_count++;
}

/* --- putting in --- */

/* A new node that stands inside an interval contradicts it. */
static int doubt_before(struct circle *circle, struct order_place place, uint32_t *reopened)
{
    circle_node before = order_before(&circle->order, place);
    struct order_item *node = node_at(circle, before);
    if ((node->flags & NODE_CLOSED) == 0)
        return 0;
    if (node->flags & NODE_AGAIN) {
        mark_conflict(circle, node);
        return 0;
    }
    ++*reopened;
    return open_again(circle, before);
}

static int add_key(struct circle *circle, const struct circle_key *key, circle_node *out,
                   uint32_t *reopened)
{
    struct order_place place = order_find(&circle->order, key);
    if (place.is_found) {
        *out = order_at(&circle->order, place);
        return 0;
    }
    int error = doubt_before(circle, place, reopened);
    if (error == 0)
        error = order_put(&circle->order, place, key, out);
    if (error != 0)
        return error;
    circle->hole_count++;
    return push_hole(circle, *out);
}

int circle_add(struct circle *circle, const uint8_t *name, circle_node *out)
{
    struct circle_key key;
    uint32_t reopened = 0;
    circle_key_from_name(&key, name, circle->zone.wire);
    return add_key(circle, &key, out, &reopened);
}

/* Goes through what lies strictly between OWNER and NEXT (NULL: the end); visits it, unless only
 * to be counted. The count, or ERR_RANGE over the limit. */
static int go_inside(struct circle *circle, const struct circle_key *owner,
                     const struct circle_key *next,
                     int (*visit)(struct circle *circle, circle_node number, uint32_t *reopened),
                     uint32_t *reopened)
{
    struct order_place place = order_find(&circle->order, owner);
    if (place.is_found)
        place = order_next(&circle->order, place);
    for (int count = 0;; count++, place = order_next(&circle->order, place)) {
        circle_node number = order_at(&circle->order, place);
        if (number == ORDER_NONE || (next && order_compare(&circle->order, number, next) >= 0))
            return count;
        if (count == CIRCLE_CONTRADICTIONS_MAX)
            return ERR_RANGE;
        int error = visit ? visit(circle, number, reopened) : 0;
        if (error != 0)
            return error;
    }
}

/* A name strictly inside an interval that was just taken. */
static int doubt_inside(struct circle *circle, circle_node number, uint32_t *reopened)
{
    struct order_item *node = node_at(circle, number);
    if (node->flags & NODE_AGAIN) {
        close_node(circle, node); /* the interval speaks for what follows it, too */
        mark_conflict(circle, node);
        return 0;
    }
    ++*reopened;
    return open_again(circle, number);
}

/* The interval's owner, INSIDE names contradicting the interval. */
static int settle_owner(struct circle *circle, uint8_t source, int inside,
                        struct circle_taken *taken)
{
    struct order_item *owner = node_at(circle, taken->owner);
    bool was_closed = owner->flags & NODE_CLOSED;
    taken->is_first = (owner->flags & NODE_RECORD) == 0;
    taken->is_known = !taken->is_first && was_closed && inside == 0;
    circle->record_count += taken->is_first;
    owner->flags |= NODE_RECORD;
    owner->source = source;
    close_node(circle, owner);
    if (inside == 0)
        return 0;
    if ((owner->flags & NODE_AGAIN) == 0) {
        taken->reopened++;
        return open_again(circle, taken->owner);
    }
    mark_conflict(circle, owner);
    taken->is_conflicting = true;
    return 0;
}

int circle_take(struct circle *circle, const uint8_t *owner, const uint8_t *next, uint8_t source,
                struct circle_taken *out)
{
    struct circle_key owner_key, next_key;
    bool is_last = name_equal(next, circle->zone.wire);
    *out = (struct circle_taken){.owner = CIRCLE_NONE, .next = CIRCLE_APEX};
    circle_key_from_name(&owner_key, owner, circle->zone.wire);
    circle_key_from_name(&next_key, next, circle->zone.wire);
    const struct circle_key *end = is_last ? NULL : &next_key;
    int inside = go_inside(circle, &owner_key, end, NULL, NULL);
    if (inside < 0)
        return inside;
    int error = add_key(circle, &owner_key, &out->owner, &out->reopened);
    if (error == 0 && !is_last)
        error = add_key(circle, &next_key, &out->next, &out->reopened);
    if (error != 0)
        return error;
    inside = go_inside(circle, &owner_key, end, doubt_inside, &out->reopened);
    if (inside < 0)
        return inside;
    return settle_owner(circle, source, inside, out);
}

size_t circle_reopen(struct circle *circle, bool (*is_stale)(void *ctx, uint8_t source), void *ctx)
{
    struct order_place place = {0};
    size_t count = 0;
    for (;; place = order_next(&circle->order, place)) {
        circle_node number = order_at(&circle->order, place);
        if (number == ORDER_NONE)
            return count;
        struct order_item *node = node_at(circle, number);
        if ((node->flags & (NODE_CLOSED | NODE_RECORD)) != (NODE_CLOSED | NODE_RECORD) ||
            !is_stale(ctx, node->source) || push_hole(circle, number) != 0)
            continue;
        node->flags &= (uint8_t)~NODE_CLOSED;
        circle->hole_count++;
        count++;
    }
}

/* --- looking --- */

circle_node circle_before(const struct circle *circle, const uint8_t *name)
{
    struct circle_key key;
    circle_key_from_name(&key, name, circle->zone.wire);
    struct order_place place = order_find(&circle->order, &key);
    return place.is_found ? order_at(&circle->order, place) : order_before(&circle->order, place);
}

circle_node circle_after(const struct circle *circle, circle_node number)
{
    struct circle_key key;
    circle_get_key(circle, number, &key);
    struct order_place place = order_next(&circle->order, order_find(&circle->order, &key));
    circle_node after = order_at(&circle->order, place);
    return after == ORDER_NONE ? CIRCLE_APEX : after;
}

void circle_get_key(const struct circle *circle, circle_node number, struct circle_key *out)
{
    const struct order_item *node = node_at(circle, number);
    out->len = node->key_len;
    memcpy(out->data, node->key, node->key_len);
}

void circle_name(const struct circle *circle, circle_node number, struct name *out)
{
    const struct order_item *node = node_at(circle, number);
    bool is_name = circle_key_to_name(node->key, node->key_len, circle->zone.wire, out);
    assert(is_name); /* it was made from one */
    (void)is_name;
}

static bool has_flag(const struct circle *circle, circle_node node, enum node_flags flag)
{
    return node_at(circle, node)->flags & flag;
}

bool circle_is_node_closed(const struct circle *circle, circle_node node)
{
    return has_flag(circle, node, NODE_CLOSED);
}

bool circle_has_record(const struct circle *circle, circle_node node)
{
    return has_flag(circle, node, NODE_RECORD);
}

bool circle_is_conflicting(const struct circle *circle, circle_node node)
{
    return has_flag(circle, node, NODE_CONFLICT);
}

bool circle_is_closed(const struct circle *circle)
{
    return circle->hole_count == 0;
}

struct circle_counts circle_counts(const struct circle *circle)
{
    return (struct circle_counts){.names = circle->order.count,
                                  .records = circle->record_count,
                                  .holes = circle->hole_count,
                                  .given_up = circle->given_up_count,
                                  .conflicts = circle->conflict_count,
                                  .bytes = circle->order.bytes};
}

int circle_each(const struct circle *circle, int (*each)(void *ctx, circle_node node), void *ctx)
{
    struct order_place place = {0};
    int error = 0;
    for (circle_node node; error == 0; place = order_next(&circle->order, place)) {
        node = order_at(&circle->order, place);
        if (node == ORDER_NONE)
            break;
        error = each(ctx, node);
    }
    return error;
}

/* --- life --- */

int circle_create(struct circle **out, const uint8_t *zone, size_t bytes_max)
{
    *out = NULL;
    struct circle *circle = calloc(1, sizeof *circle);
    if (!circle)
        return ERR_NOMEM;
    circle->zone.len = (uint8_t)name_len(zone);
    memcpy(circle->zone.wire, zone, circle->zone.len);
    name_lower(circle->zone.wire);
    int error = order_init(&circle->order, bytes_max);
    circle->hole_count = 1; /* after the apex */
    if (error == 0)
        error = push_hole(circle, CIRCLE_APEX);
    if (error != 0) {
        circle_destroy(circle);
        return error;
    }
    *out = circle;
    return 0;
}

void circle_destroy(struct circle *circle)
{
    if (!circle)
        return;
    order_deinit(&circle->order);
    free(circle->stack);
    free(circle);
}
