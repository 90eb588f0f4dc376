// SPDX-License-Identifier: BSD-2-Clause
/* What one worker takes in: candidates from its cursor, with --dedupe those marked that
 * some worker has had before.
 *
 *   source --cursor--> items[] --set_put_batch--> one at a time to the worker
 *
 * Candidates are drawn a batch at a time so that the set's cache misses overlap; what the
 * source said behind the last of them (wait, end, error) is told after they are used up.
 * A candidate counts as taken when it is handed out: one that was drawn and not handed
 * out by the run's end has not been reached, like those behind it. */
#ifndef SCAN_INTAKE_H
#define SCAN_INTAKE_H

#include "base/set.h"
#include "source/source.h"

#define INTAKE_BATCH 32 /* 9 KB; as many as the set looks up at once */

struct intake {
    struct source_cursor *cursor; /* owned once open */
    struct set *seen;             /* NULL: repeats are taken as they come; borrowed */
    uint32_t next, count;
    int behind; /* what the source said after the last item; SOURCE_GOT: not asked yet */
    struct {
        struct candidate candidate;
        int state;
    } items[INTAKE_BATCH];
};

MUST_CHECK int intake_open(struct intake *intake, struct source *source, struct set *seen);
void intake_close(struct intake *intake); /* one that was zeroed or closed is fine */

/* A source_state or an error; with a candidate in *OUT until the next call
 * where the state has one. */
MUST_CHECK int intake_next(struct intake *intake, const struct candidate **out);

#endif
