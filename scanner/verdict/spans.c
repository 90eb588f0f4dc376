// SPDX-License-Identifier: BSD-2-Clause
/* A skip list without removal (Pugh 1990; Fraser 2004 for the insertion by compare and swap).
 * A node is in the set once it is linked at level 0; higher levels are shortcuts, linked one
 * after the other, and whoever does not see one yet walks a little further. */
#include "verdict/spans.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define LEVELS 12 /* each with a quarter of the one below: 4^12 are more than memory holds */

/* A span and the octets of its keys, in one block. */
struct body {
    struct span span;
    struct body *older; /* replaced by this one; owned */
};

struct span_node {
    _Atomic(struct body *) body; /* owned; NULL: the head */
    _Atomic bool is_taken;
    _Atomic uint8_t barren; /* times in a row that its gap was given back for nothing */
    uint16_t key_len;
    const uint8_t *key; /* the first body's */
    _Atomic(struct span_node *) next[];
};

struct spans {
    uint64_t seed;
    _Atomic int64_t *budget;
    const _Atomic uint32_t *now_s;
    _Atomic uint32_t count;
    _Atomic(struct span_node *) wrap;
    struct span_node *head;
};

/* The nodes before and behind a key, level by level. */
struct path {
    struct span_node *before[LEVELS], *behind[LEVELS];
};

static struct span_node *create_node(unsigned levels)
{
    struct span_node *node = calloc(1, sizeof *node + levels * sizeof(_Atomic(struct span_node *)));
    return node;
}

int spans_create(struct spans **out, uint64_t seed, _Atomic int64_t *budget,
                 const _Atomic uint32_t *now_s)
{
    *out = NULL;
    struct spans *spans = calloc(1, sizeof *spans);
    if (!spans)
        return ERR_NOMEM;
    spans->seed = seed;
    spans->budget = budget;
    spans->now_s = now_s;
    spans->head = create_node(LEVELS);
    if (!spans->head) {
        free(spans);
        return ERR_NOMEM;
    }
    *out = spans;
    return 0;
}

static void destroy_node(struct span_node *node)
{
    struct body *body = atomic_load_explicit(&node->body, memory_order_relaxed);
    while (body) {
        struct body *older = body->older;
        free(body);
        body = older;
    }
    free(node);
}

void spans_destroy(struct spans *spans)
{
    if (!spans)
        return;
    struct span_node *node = spans->head;
    while (node) {
        struct span_node *next = atomic_load_explicit(&node->next[0], memory_order_relaxed);
        destroy_node(node);
        node = next;
    }
    free(spans);
}

uint32_t spans_count(const struct spans *spans)
{
    return atomic_load_explicit(&spans->count, memory_order_relaxed);
}

/* --- looking --- */

static int compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    size_t len = a_len < b_len ? a_len : b_len;
    int order = len ? memcmp(a, b, len) : 0;
    if (order != 0)
        return order;
    return (a_len > b_len) - (a_len < b_len);
}

/* The last node whose key is at or before KEY; PATH (may be NULL) gets the nodes strictly
 * before it, and those behind them. */
static struct span_node *look(struct spans *spans, const uint8_t *key, size_t len,
                              struct path *path)
{
    struct span_node *node = spans->head, *behind = NULL;
    for (int level = LEVELS - 1; level >= 0; level--) {
        for (;;) {
            behind = atomic_load_explicit(&node->next[level], memory_order_acquire);
            if (!behind || compare(behind->key, behind->key_len, key, len) >= 0)
                break;
            node = behind;
        }
        if (path) {
            path->before[level] = node;
            path->behind[level] = behind;
        }
    }
    bool is_exact = behind && compare(behind->key, behind->key_len, key, len) == 0;
    return is_exact ? behind : node;
}

struct span_node *spans_before(struct spans *spans, const uint8_t *key, size_t len)
{
    return look(spans, key, len, NULL);
}

static bool holds(const struct spans *spans, const struct span *span)
{
    return span->until_s >= atomic_load_explicit(spans->now_s, memory_order_relaxed);
}

const struct span *spans_at(const struct spans *spans, const struct span_node *node)
{
    const struct body *body = atomic_load_explicit(&node->body, memory_order_acquire);
    return body && holds(spans, &body->span) ? &body->span : NULL;
}

const struct span *spans_find(struct spans *spans, const uint8_t *key, size_t len)
{
    const struct span *span = spans_at(spans, look(spans, key, len, NULL));
    return span && compare(span->key, span->key_len, key, len) == 0 ? span : NULL;
}

const struct span *spans_wrap(const struct spans *spans)
{
    const struct span_node *node = atomic_load_explicit(&spans->wrap, memory_order_acquire);
    return node ? spans_at(spans, node) : NULL;
}

/* It ends at or before where it begins: it goes round. */
static bool goes_round(const struct span *span)
{
    return compare(span->next, span->next_len, span->key, span->key_len) <= 0;
}

const struct span *spans_cover(struct spans *spans, const uint8_t *key, size_t len)
{
    const struct span *span = spans_at(spans, look(spans, key, len, NULL));
    if (span && compare(span->key, span->key_len, key, len) == 0)
        return NULL;
    if (span && (goes_round(span) || compare(key, len, span->next, span->next_len) < 0))
        return span;
    span = spans_wrap(spans);
    return span && goes_round(span) && compare(key, len, span->next, span->next_len) < 0 ? span
                                                                                         : NULL;
}

/* --- adding --- */

static bool take_budget(struct spans *spans, size_t octets)
{
    int64_t wanted = (int64_t)octets;
    if (atomic_fetch_sub_explicit(spans->budget, wanted, memory_order_relaxed) >= wanted)
        return true;
    atomic_fetch_add_explicit(spans->budget, wanted, memory_order_relaxed);
    return false;
}

static struct body *create_body(const struct span *span)
{
    struct body *body = malloc(sizeof *body + span->key_len + span->next_len);
    if (!body)
        return NULL;
    uint8_t *octets = (uint8_t *)(body + 1);
    if (span->key_len > 0)
        memcpy(octets, span->key, span->key_len);
    if (span->next_len > 0)
        memcpy(octets + span->key_len, span->next, span->next_len);
    body->span = *span;
    body->span.key = octets;
    body->span.next = octets + span->key_len;
    body->older = NULL;
    return body;
}

static unsigned levels_of(const struct spans *spans, const struct span *span)
{
    uint64_t hash = hash64(span->key, span->key_len, spans->seed);
    unsigned levels = 1;
    while (levels < LEVELS && (hash & 3) == 0) {
        levels++;
        hash >>= 2;
    }
    return levels;
}

/* Whether A ends nearer to their common key than B. */
static bool is_nearer(const struct span *a, const struct span *b)
{
    if (goes_round(a) != goes_round(b))
        return goes_round(b);
    return compare(a->next, a->next_len, b->next, b->next_len) < 0;
}

/* The key is there already, with the same end or another one, or from a time that is over. */
static int update(struct spans *spans, struct span_node *node, const struct span *span)
{
    struct body *old = atomic_load_explicit(&node->body, memory_order_acquire);
    struct body *body = NULL;
    int result = SPANS_KNOWN;
    while (is_nearer(span, &old->span) || !holds(spans, &old->span)) {
        if (!body && !take_budget(spans, sizeof *body + span->key_len + span->next_len))
            return ERR_FULL;
        if (!body)
            body = create_body(span);
        if (!body)
            return ERR_NOMEM;
        body->older = old;
        if (atomic_compare_exchange_strong_explicit(&node->body, &old, body, memory_order_release,
                                                    memory_order_acquire)) {
            body = NULL;
            result = SPANS_NEW;
            break;
        }
    }
    free(body);
    return result;
}

/* Links NODE at LEVEL between PATH's; false: somebody else was there first. */
static bool link_at(struct span_node *node, unsigned level, const struct path *path)
{
    struct span_node *behind = path->behind[level];
    atomic_store_explicit(&node->next[level], behind, memory_order_relaxed);
    return atomic_compare_exchange_strong_explicit(&path->before[level]->next[level], &behind, node,
                                                   memory_order_release, memory_order_relaxed);
}

static int create_both(struct spans *spans, const struct span *span, unsigned levels,
                       struct span_node **out)
{
    size_t octets = sizeof(struct span_node) + levels * sizeof(void *) + sizeof(struct body) +
                    span->key_len + span->next_len;
    *out = NULL;
    if (!take_budget(spans, octets))
        return ERR_FULL;
    struct body *body = create_body(span);
    struct span_node *node = body ? create_node(levels) : NULL;
    if (!node) {
        free(body);
        return ERR_NOMEM;
    }
    atomic_init(&node->body, body);
    node->key = body->span.key;
    node->key_len = body->span.key_len;
    *out = node;
    return 0;
}

int spans_put(struct spans *spans, const struct span *span)
{
    struct path path;
    struct span_node *node = NULL;
    unsigned levels = levels_of(spans, span);
    for (;;) {
        struct span_node *at = look(spans, span->key, span->key_len, &path);
        if (at != spans->head && compare(at->key, at->key_len, span->key, span->key_len) == 0) {
            if (node)
                destroy_node(node);
            return update(spans, at, span);
        }
        int error = node ? 0 : create_both(spans, span, levels, &node);
        if (error != 0)
            return error;
        if (link_at(node, 0, &path))
            break;
    }
    for (unsigned level = 1; level < levels; level++) {
        while (!link_at(node, level, &path))
            (void)look(spans, span->key, span->key_len, &path);
    }
    atomic_fetch_add_explicit(&spans->count, 1, memory_order_relaxed);
    if (goes_round(span))
        atomic_store_explicit(&spans->wrap, node, memory_order_release);
    return SPANS_NEW;
}

/* --- gaps --- */

bool spans_take_gap(struct span_node *node)
{
    if (atomic_load_explicit(&node->barren, memory_order_relaxed) >= SPANS_BARREN)
        return true;
    return !atomic_exchange_explicit(&node->is_taken, true, memory_order_relaxed);
}

void spans_give_gap(struct span_node *node, enum span_yield yield)
{
    uint8_t barren = atomic_load_explicit(&node->barren, memory_order_relaxed);
    if (yield == SPAN_TOLD_NOTHING && barren < SPANS_BARREN)
        atomic_store_explicit(&node->barren, (uint8_t)(barren + 1), memory_order_relaxed);
    else if (yield == SPAN_TOLD)
        atomic_store_explicit(&node->barren, 0, memory_order_relaxed);
    atomic_store_explicit(&node->is_taken, false, memory_order_relaxed);
}
