// SPDX-License-Identifier: BSD-2-Clause
/* Files of NSEC3 hashes: ours, hashcat's (mode 8300), John's, nsec3map's; told apart line by
 * line, so that files may be joined.
 *
 *   native    first line `# dnstrawl nsec3 1`, then `zone NAME`, and a line each
 *             `hash next iterations salt|- flags TYPE,TYPE,...`; base32hex; resumable, since
 *             it holds the spans too. A next hash or types not known are `?`, no types `-`;
 *             flags are 1 for opt-out or 0. Another `zone NAME` may follow.
 *   hashcat   `hash:.zone:salt:iterations`
 *   john      `$NSEC3$iterations$salt$hexhash$zone.`
 *   nsec3map  `hash.zone. [ttl] [IN] NSEC3 1 flags iterations salt|- next types`: the text of a
 *             zone file, of which other records are bad lines; `;` begins a comment
 *
 * Letters in either case, salts in hexadecimal, zones of any length with odd octets as \DDD
 * (hashcat itself takes zones of up to 31 characters and salts of 16 octets). A bad line is told
 * by file and line, the first ten, and counted. */
#ifndef SOURCE_HASHFILE_H
#define SOURCE_HASHFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "dns/dnssec.h"
#include "dns/name.h"

enum hash_format { HASH_NATIVE, HASH_HASHCAT, HASH_JOHN, HASH_NSEC3MAP };

struct hash_record {
    struct nsec3_params params;
    uint8_t hash[NSEC3_HASH_LEN];
    bool has_next; /* hashcat and John know no spans */
    bool is_opt_out;
    uint8_t next[NSEC3_HASH_LEN];
    struct type_bitmap
        types; /* borrowed by whoever is told of the record; len 0: unknown or empty */
    bool has_types;
};

/* Appends RECORD of ZONE as a line of FORMAT (never nsec3map's). */
void hashfile_put(struct text *out, enum hash_format format, const uint8_t *zone,
                  const struct hash_record *record);
/* What comes before the first line of a file: HASH_NATIVE alone has something. */
void hashfile_put_head(struct text *out, enum hash_format format, const uint8_t *zone);

/* Tells ITEM of each record of PATH ("-": stdin); plain or compressed. An ITEM that returns
 * an error ends it. ERR_IO and ERR_FORMAT are told; so is ERR_SYNTAX, a file that has lines and no
 * good one. *BAD_LINES may be NULL. */
MUST_CHECK int hashfile_read(const char *path,
                             int (*item)(void *ctx, const uint8_t *zone,
                                         const struct hash_record *record),
                             void *ctx, uint64_t *bad_lines);

#endif
