// SPDX-License-Identifier: BSD-2-Clause
/* One block of octets that grows by doubling. For sizes that matter the C library asks the kernel
 * to move pages, not octets, and pages that were never written take no memory. */
#include "source/workload_stock.h"

#include <stdlib.h>
#include <string.h>

#include "dns/query.h"

#define UNIT      4 /* octets a place of the index counts in */
#define FIRST_CAP 4096

/* What stands before a name. */
struct record {
    uint16_t type;
    uint8_t flags;
    uint8_t name_len;
};

_Static_assert(sizeof(struct record) == UNIT, "as the header says");
_Static_assert(STOCK_OCTETS_MAX / UNIT <= UINT32_MAX, "a place must fit");

void stock_init(struct stock *stock, bool has_times, uint64_t octets_max)
{
    *stock = (struct stock){.has_times = has_times, .octets_max = octets_max};
}

void stock_deinit(struct stock *stock)
{
    free(stock->octets);
    free(stock->index);
    *stock = (struct stock){.octets = NULL};
}

/* Room for one query more of NEED octets. */
static int grow(struct stock *stock, size_t need)
{
    if (stock->len + need + stock->count * UNIT > stock->octets_max)
        return ERR_FULL;
    if (stock->len + need > stock->cap) {
        uint64_t cap = stock->cap ? stock->cap * 2 : FIRST_CAP;
        uint8_t *octets = realloc(stock->octets, cap);
        if (!octets)
            return ERR_NOMEM;
        stock->octets = octets;
        stock->cap = cap;
    }
    if (stock->count == stock->index_cap) {
        uint64_t cap = stock->index_cap ? stock->index_cap * 2 : FIRST_CAP / sizeof *stock->index;
        uint32_t *index = realloc(stock->index, cap * sizeof *index);
        if (!index)
            return ERR_NOMEM;
        stock->index = index;
        stock->index_cap = cap;
    }
    return 0;
}

int stock_add(struct stock *stock, const struct stock_query *query)
{
    struct record record = {query->type, query->flags, query->name.len};
    size_t time_len = stock->has_times ? sizeof query->at : 0;
    size_t len = sizeof record + time_len + query->name.len;
    size_t padded = (len + UNIT - 1) / UNIT * UNIT;
    int error = grow(stock, padded);
    if (error)
        return error;
    uint8_t *at = stock->octets + stock->len;
    memcpy(at, &record, sizeof record);
    memcpy(at + sizeof record, &query->at, time_len);
    memcpy(at + sizeof record + time_len, query->name.wire, query->name.len);
    stock->index[stock->count++] = (uint32_t)(stock->len / UNIT);
    stock->len += padded;
    return 0;
}

void stock_close(struct stock *stock)
{
    if (stock->count == 0)
        return;
    uint8_t *octets = realloc(stock->octets, stock->len);
    if (octets) {
        stock->octets = octets;
        stock->cap = stock->len;
    }
    uint32_t *index = realloc(stock->index, stock->count * sizeof *index);
    if (index) {
        stock->index = index;
        stock->index_cap = stock->count;
    }
}

static const uint8_t *record_at(const struct stock *stock, uint64_t at)
{
    return stock->octets + (uint64_t)stock->index[at] * UNIT;
}

void stock_prefetch(const struct stock *stock, uint64_t at)
{
    __builtin_prefetch(record_at(stock, at));
}

size_t stock_write(const struct stock *stock, uint64_t at, uint8_t *out, uint16_t *question_len,
                   mono_ns *time)
{
    const uint8_t *octets = record_at(stock, at);
    size_t time_len = stock->has_times ? sizeof *time : 0;
    struct record record;
    struct question question;
    memcpy(&record, octets, sizeof record);
    *time = 0;
    memcpy(time, octets + sizeof record, time_len);
    question_init(&question, octets + sizeof record + time_len, record.name_len, record.type);
    *question_len = question.len;
    return query_write(out, 0, &question, record.flags);
}
