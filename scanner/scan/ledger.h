// SPDX-License-Identifier: BSD-2-Clause
/* A worker's ledger: which resolver said what of which name, so that the answers of one that
 * turns out to lie can be taken back.
 *
 *   append ... append --take_back--> chain, read by any thread --> the names are asked again
 *        '----------- at the end --> walk: what still stands
 *
 * It lies in an unlinked temporary file ($TMPDIR, else /var/tmp, else /tmp; mode 0600) that
 * is only ever appended to, through a buffer. The records of one resolver are a chain: each
 * has the place of the one before. In memory are the heads of the chains, and up to where
 * each was taken back; nothing per candidate. A place is an offset in units of 8 octets, 0 is none,
 * so a ledger holds 32 GiB.
 *
 * One thread writes. A chain that was taken back may be read by others while it does: the
 * octets before the chain's end never change again. A ledger outlives the reading of its
 * chains.
 *
 * ERR_IO comes with errno, was told by log with what to do about it, and is sticky. */
#ifndef SCAN_LEDGER_H
#define SCAN_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

#define LEDGER_BLOCK 16384 /* what a read of a chain fetches: some records of one resolver */

struct ledger_entry {
    uint32_t resolver;  /* number in the run's list */
    uint32_t zone;      /* number in the run's zones */
    uint32_t data_hash; /* of what was found; else 0 */
    uint8_t verdict;    /* enum verdict; VERDICT_COUNT: none yet, the name only waits */
    uint8_t prior;      /* the same of what was taken back before; of one without a verdict */
    uint8_t source;     /* enum hit_source */
    struct name name;
    const char *why; /* of one that comes back: why; static. Not kept in the file. */
};

struct ledger; /* opaque */

/* Places of one resolver's records, newest first, from HEAD on; 0: no more. */
struct ledger_chain {
    const struct ledger *ledger;
    uint32_t head;
    uint64_t end; /* octets of the file that are written for good */
};

/* A piece of a ledger's file; zeroed: none. */
struct ledger_block {
    const struct ledger *ledger;
    uint64_t start;
    size_t len;
    uint8_t octets[LEDGER_BLOCK];
};

/* ERR_NOMEM, ERR_IO. RESOLVER_COUNT: numbers of resolvers are below it. */
MUST_CHECK int ledger_create(struct ledger **out, size_t resolver_count);
void ledger_destroy(struct ledger *ledger);

/* ERR_IO: no room on the disk, or 32 GiB are full (EFBIG). */
MUST_CHECK int ledger_append(struct ledger *ledger, const struct ledger_entry *entry);

/* Takes back all that stands under RESOLVER and writes it out, so that *OUT can be read. */
MUST_CHECK int ledger_take_back(struct ledger *ledger, uint32_t resolver, struct ledger_chain *out);
/* 1 and the next of the chain, or 0 at its end. Any thread, with a block of its own. */
MUST_CHECK int ledger_chain_next(struct ledger_chain *chain, struct ledger_block *block,
                                 struct ledger_entry *out);

/* Calls FN for all that was not taken back, in the order it was appended. FN returns 0, or
 * an error that ends the walk and is returned. */
MUST_CHECK int ledger_walk(struct ledger *ledger,
                           int (*fn)(void *ctx, const struct ledger_entry *entry), void *ctx);

#endif
