// SPDX-License-Identifier: BSD-2-Clause
/* Lines and packets that are left out: all are counted, the first ten are told. */
#ifndef SOURCE_WORKLOAD_REFUSAL_H
#define SOURCE_WORKLOAD_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "source/source.h"

/* Counts one more; true when it is to be told, with file, line and reason. */
static inline bool refusal_is_told(uint64_t *refused)
{
    uint64_t before = (*refused)++;
    if (before == SOURCE_COMPLAINTS_MAX)
        log_note("further ones are only counted");
    return before < SOURCE_COMPLAINTS_MAX;
}

#endif
