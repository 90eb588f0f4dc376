// SPDX-License-Identifier: BSD-2-Clause
/* Queries of a file or a capture, tens of millions of them, in order.
 *
 * A query takes 4 octets of index, 4 of its own, 8 of time (captures alone) and its name's wire
 * form, together made a multiple of 4: for names of 20 characters some 32 octets. Read-only once
 * it is filled. */
#ifndef SOURCE_WORKLOAD_STOCK_H
#define SOURCE_WORKLOAD_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "dns/name.h"

#define STOCK_OCTETS_MAX ((uint64_t)2 << 30) /* some 60 million queries; a machine's memory */

struct stock_query {
    struct name name;
    uint16_t type;
    uint8_t flags; /* enum query_flags */
    mono_ns at;    /* 0 unless the stock has times */
};

struct stock {
    uint8_t *octets;
    uint64_t len, cap, octets_max;
    uint32_t *index; /* where each begins, in fours of octets */
    uint64_t count, index_cap;
    bool has_times;
};

void stock_init(struct stock *stock, bool has_times, uint64_t octets_max);
void stock_deinit(struct stock *stock);
/* ERR_FULL: more than OCTETS_MAX; ERR_NOMEM. */
MUST_CHECK int stock_add(struct stock *stock, const struct stock_query *query);
/* Gives room back that was taken ahead. */
void stock_close(struct stock *stock);

/* Writes query number AT as a message with id 0 into OUT, which has DNS_QUERY_MAX octets; the
 * octets of the question go to *QUESTION_LEN. Returns the message's length. */
size_t stock_write(const struct stock *stock, uint64_t at, uint8_t *out, uint16_t *question_len,
                   mono_ns *time);
/* Lets the processor bring it while something else is done. */
void stock_prefetch(const struct stock *stock, uint64_t at);

#endif
