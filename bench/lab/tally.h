// SPDX-License-Identifier: BSD-2-Clause
/* What a resolver of known speed really did: the truth for a client's percentiles.
 *
 * Three histograms, in cells of 1/2048 of their value: `imposed`, from the kernel's stamp of
 * the query's arrival to when its reply was to leave; `given`, to when it left; `late`, the
 * difference, the lab's own fault. And, if asked for, a stamp a query, kept in room that is
 * there (and touched) before the first one comes, so that keeping them costs no more than a
 * store; what does not fit is counted. */
#ifndef LAB_TALLY_H
#define LAB_TALLY_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

#define TALLY_BITS       11
#define TALLY_OCTAVES    26 /* the first covers 0 .. 2047 ns singly; the last ends at 68 s */
#define TALLY_CELLS      (TALLY_OCTAVES << TALLY_BITS)
#define TALLY_STAMPS_MAX (4u << 20) /* 100 MB; 28 s at 150,000 q/s */
#define TALLY_NO_STAMP   UINT32_MAX

struct tally_hist {
    uint64_t cells[TALLY_CELLS];
    uint64_t count;
    int64_t most;
    double sum;
};

struct tally_stamp {
    int64_t arrival;       /* ns since 1970, the kernel's */
    int64_t imposed, sent; /* ns since then, or TALLY_UNANSWERED */
};
#define TALLY_UNANSWERED (-1)

struct tally {
    struct tally_hist imposed, given, late;
    uint64_t lost, full; /* not answered: by --lose, for want of room in the queue */
    uint64_t clock_steps;
    uint64_t in_flight_most;
    struct tally_stamp *stamps; /* NULL: not asked for */
    uint32_t stamp_count, stamp_cap;
    uint64_t stamps_left_out;
};

/* STAMP_CAP 0: none. ERR_NOMEM. */
MUST_CHECK int tally_create(struct tally **out, uint32_t stamp_cap);
void tally_destroy(struct tally *tally);
/* A query that came; its reply is to leave at DUE. Returns its stamp's number. */
uint32_t tally_answered(struct tally *tally, int64_t arrival, int64_t due);
void tally_unanswered(struct tally *tally, int64_t arrival);
/* Its reply left at SENT. */
void tally_sent(struct tally *tally, uint32_t stamp, int64_t arrival, int64_t due, int64_t sent);

void tally_hist_add(struct tally_hist *hist, int64_t value);
/* The value that SHARE (0..1) of OUT_OF (at least the count; the others lie beyond) lie at or
 * below, ns, the middle of its cell; -1: beyond, or there is none. */
double tally_hist_percentile(const struct tally_hist *hist, double share, uint64_t out_of);

/* `"timed":{...}`, for the report. */
void tally_put(struct text *t, const struct tally *tally);
/* A line a query, in order of arrival: ns since the first, imposed ns, ns until it was sent;
 * -1 for what was not. ERR_IO, told. */
MUST_CHECK int tally_write_stamps(const struct tally *tally, const char *path);

#endif
