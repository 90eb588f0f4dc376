// SPDX-License-Identifier: BSD-2-Clause
#include "scan/returns.h"

#include <pthread.h>
#include <stdlib.h>

struct returned {
    struct ledger_chain chain;
    const char *why;
};

struct returns_inside {
    pthread_mutex_t mutex; /* guards all below */
    struct returned *chains;
    size_t cap;
    struct ledger_block block;
};

int returns_init(struct returns *returns)
{
    atomic_init(&returns->waiting, 0);
    returns->inside = calloc(1, sizeof *returns->inside);
    if (!returns->inside)
        return ERR_NOMEM;
    pthread_mutex_init(&returns->inside->mutex, NULL);
    return 0;
}

void returns_deinit(struct returns *returns)
{
    if (!returns->inside)
        return;
    pthread_mutex_destroy(&returns->inside->mutex);
    free(returns->inside->chains);
    free(returns->inside);
    returns->inside = NULL;
}

static size_t count_of(const struct returns *returns)
{
    return atomic_load_explicit(&returns->waiting, memory_order_relaxed);
}

static void set_count(struct returns *returns, size_t count)
{
    atomic_store_explicit(&returns->waiting, count, memory_order_release);
}

static int make_room(struct returns_inside *in, size_t count)
{
    if (count < in->cap)
        return 0;
    size_t cap = in->cap ? in->cap * 2 : 16;
    struct returned *grown = realloc(in->chains, cap * sizeof *grown);
    if (!grown)
        return ERR_NOMEM;
    in->chains = grown;
    in->cap = cap;
    return 0;
}

int returns_push(struct returns *returns, const struct ledger_chain *chain, const char *why)
{
    if (chain->head == 0)
        return 0;
    struct returns_inside *in = returns->inside;
    pthread_mutex_lock(&in->mutex);
    size_t count = count_of(returns);
    int error = make_room(in, count);
    if (error == 0) {
        in->chains[count] = (struct returned){.chain = *chain, .why = why};
        set_count(returns, count + 1);
    }
    pthread_mutex_unlock(&in->mutex);
    return error;
}

int returns_next(struct returns *returns, struct ledger_entry *out)
{
    if (!returns_has(returns))
        return 0;
    struct returns_inside *in = returns->inside;
    pthread_mutex_lock(&in->mutex);
    int result = 0;
    for (size_t count; result == 0 && (count = count_of(returns)) > 0;) {
        struct returned *newest = &in->chains[count - 1];
        result = ledger_chain_next(&newest->chain, &in->block, out);
        out->why = newest->why;
        if (result < 0 || newest->chain.head == 0)
            set_count(returns, count - 1);
    }
    pthread_mutex_unlock(&in->mutex);
    return result;
}
