// SPDX-License-Identifier: BSD-2-Clause
/* The text of one zone, put aside while it comes: of several servers that give it one at a time
 * writes, and the best that came is held.
 *
 *   keep_claim --> keep_put* --> keep_release(what became of it) --> held, if it is better
 *
 * Better is whole before changes before parts, and more of a part. Nothing of a zone is in memory
 * but the line in hand and, for names, a set of their hashes. */
#ifndef SCAN_KEEP_H
#define SCAN_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/transfer.h"
#include "out/records.h"

struct keep; /* opaque; one zone's */

struct keep_content {
    int fd; /* -1: nothing is held */
    uint64_t octets, records, names;
    enum transfer_outcome outcome;
    uint32_t serial;
    struct records_origin origin;
    const void *owner;
};

/* FORMAT as records_has_format. ERR_NOMEM. */
MUST_CHECK int keep_create(struct keep **out, const char *format, uint64_t octets_max);
void keep_destroy(struct keep *keep); /* NULL is fine */

/* OWNER may write from now on; ORIGIN is copied, its strings borrowed. False: another does, or
 * what is held is whole, or it failed. */
bool keep_claim(struct keep *keep, const void *owner, const struct records_origin *origin);
/* ERR_FULL: more octets than are taken; ERR_IO, ERR_NOMEM: told by keep_error as well. */
MUST_CHECK int keep_put(struct keep *keep, const struct reply *reply,
                        const struct transfer_record *record);
void keep_release(struct keep *keep, const struct transfer *transfer,
                  enum transfer_outcome outcome);
const struct keep_content *keep_held(const struct keep *keep);
/* 0, or why nothing can be kept any more; *WORDS are for a message (kept). */
int keep_error(const struct keep *keep, const char **words);

#endif
