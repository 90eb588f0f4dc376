// SPDX-License-Identifier: BSD-2-Clause
/* --depth and --permute: the run's source, wrapped in one that follows what it found. */
#ifndef SCAN_FOLLOW_UP_H
#define SCAN_FOLLOW_UP_H

#include "scan/run.h"

/* Whether this run makes names from what it learns. */
static inline bool follow_up_is_wanted(const struct scan_params *params)
{
    return params->depth > 0 || params->permutes;
}

/* Replaces run->source; the set of candidates, run->seen, must be there. ERROR_TEXT as for
 * names_source_open; on failure run->source is NULL. */
MUST_CHECK int follow_up_open(struct run *run, const struct source_share *share, char *error_text);

#endif
