// SPDX-License-Identifier: BSD-2-Clause
/* What is told of a verdict, and to which outputs (enum hit_stage).
 *
 *   nothing can change it        FINAL, every format
 *   it stands in a ledger        EARLY, formats that can take a line back
 *     ... and does to the end    LATE, the other formats (scan/decided.c)
 *     ... and is taken back      RETRACTED, before what the name turns out to be
 *
 * Names are told once each, as results and, apart from that, as something that may be taken
 * back. One that was taken back and asked again is told what is new. */
#ifndef SCAN_TELL_H
#define SCAN_TELL_H

#include "scan/worker.h"

/* Names without data are taken back in numbers when a resolver is convicted or a cut ends, so
 * a ledger's word on them is told early only. */
static inline bool tell_is_early(enum verdict verdict)
{
    return verdict == VERDICT_NODATA || verdict == VERDICT_NXDOMAIN || verdict == VERDICT_PRUNED;
}

/* HIT's stage is FINAL or EARLY. BEFORE is the name's verdict that was taken back, and why;
 * VERDICT_COUNT: none. Any error goes to WORKER. */
void tell(struct worker *worker, const struct hit *hit, const uint8_t *name,
          const struct part *parts, enum verdict before, const char *why);

/* The first to say of NAME what stands at the end (HIT_LATE). An error, or whether it is. */
MUST_CHECK int tell_is_first_late(struct run *run, const struct name *name);

#endif
