// SPDX-License-Identifier: BSD-2-Clause
/* What was taken back from resolvers, waiting to be asked again: one queue of chains for
 * all workers.
 *
 *   ledger_take_back --chain--> push ... next, next, ... --> a candidate again
 *
 * A chain is read only as its names are wanted, so the queue holds a few octets per chain
 * and one block of a file, however many names wait. The chain pushed last comes first. Any
 * thread, at any time; each name comes once. */
#ifndef SCAN_RETURNS_H
#define SCAN_RETURNS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "scan/ledger.h"

struct returns {
    _Atomic size_t waiting; /* chains with names left; written under the lock */
    struct returns_inside *inside;
};

MUST_CHECK int returns_init(struct returns *returns);
void returns_deinit(struct returns *returns);

/* Without a lock: some names may wait. Those of a push are seen by who learns of it. */
static inline bool returns_has(const struct returns *returns)
{
    return atomic_load_explicit(&returns->waiting, memory_order_acquire) > 0;
}

/* WHY is static text and comes with each of the names. An empty chain is none. ERR_NOMEM. */
MUST_CHECK int returns_push(struct returns *returns, const struct ledger_chain *chain,
                            const char *why);
/* 1 and a name, 0: none wait, or ERR_IO (told): then the chain is dropped. */
MUST_CHECK int returns_next(struct returns *returns, struct ledger_entry *out);

#endif
