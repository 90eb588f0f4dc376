// SPDX-License-Identifier: BSD-2-Clause
/* Counters of one way to make names; any thread. */
#ifndef SOURCE_YIELD_H
#define SOURCE_YIELD_H

#include <stdatomic.h>

#include "source/source.h"

struct yield {
    _Atomic uint64_t made, asked, found;
};

static inline uint64_t yield_read(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

/* A name was made; FRESH: nobody had asked for it, it is handed out. */
static inline void yield_note_made(struct yield *yield, bool fresh)
{
    atomic_fetch_add_explicit(&yield->made, 1, memory_order_relaxed);
    if (fresh)
        atomic_fetch_add_explicit(&yield->asked, 1, memory_order_relaxed);
}

static inline void yield_note_verdict(struct yield *yield, enum verdict verdict)
{
    if (verdict == VERDICT_FOUND)
        atomic_fetch_add_explicit(&yield->found, 1, memory_order_relaxed);
    else if (verdict == VERDICT_OUT_OF_SCOPE)
        atomic_fetch_sub_explicit(&yield->asked, 1, memory_order_relaxed);
}

static inline struct source_yield yield_told(const struct yield *yield, const char *kind)
{
    return (struct source_yield){.kind = kind,
                                 .made = yield_read(&yield->made),
                                 .asked = yield_read(&yield->asked),
                                 .found = yield_read(&yield->found)};
}

#endif
