// SPDX-License-Identifier: BSD-2-Clause
/* Cracking: from NSEC3 hashes to names, offline, on all cores.
 *
 * Targets are hashes with their zone and parameters, any number of both mixed. A run tries, in
 * turn: names that are known to exist; names that the types at the hashes suggest, below the zone
 * and below every known name; words below the zone; masks below the zone; then words and
 * suggestions below every name that was found, until no new one comes. Ancestors of what is found
 * are looked up as well, so empty non-terminals come with what lies below them.
 *
 * crack_targets_create -> crack_targets_add* -> crack_run_targets -> crack_targets_destroy */
#ifndef SCAN_CRACK_H
#define SCAN_CRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "dns/name.h"
#include "scan/params.h"
#include "source/hashfile.h"

struct crack_targets; /* opaque */

MUST_CHECK int crack_targets_create(struct crack_targets **out);
void crack_targets_destroy(struct crack_targets *targets); /* NULL is fine */
/* Adds RECORD of ZONE, both copied; one that is there already is merged when the run begins. Types
 * of more than 255 octets of bitmap count as unknown. ERR_NOMEM; ERR_FULL: more than
 * CRACK_TARGETS_MAX, or CRACK_CHAINS_MAX pairs of zone and parameters. */
MUST_CHECK int crack_targets_add(struct crack_targets *targets, const uint8_t *zone,
                                 const struct hash_record *record);

#define CRACK_TARGETS_MAX 200000000u
#define CRACK_CHAINS_MAX  65536u

/* What made a name known. */
enum crack_by { CRACK_BY_GIVEN, CRACK_BY_TYPE, CRACK_BY_WORD, CRACK_BY_MASK, CRACK_BY_ANCESTOR };
#define CRACK_BY_COUNT 5
const char *crack_by_text(enum crack_by by); /* "given" "type" "words" "mask" "ancestor" */

struct crack_find {
    const uint8_t *zone, *name;
    const struct hash_record *record; /* has_next is false: spans are not kept */
    enum crack_by by;
};

#define CRACK_CHARSETS 4

struct crack_params {
    struct str_list word_files; /* "-" is stdin; none, and no masks: the built-in list */
    struct str_list masks;
    const char *charsets[CRACK_CHARSETS]; /* ?1 to ?4; NULL: not given */
    bool increments;                      /* masks' beginnings, too, the shortest first */
    struct str_list name_files;           /* names that exist */
    bool is_shallow;                      /* below the zones alone, not below what is found */
    uint32_t thread_count;                /* >= 1 */
    mono_ns time_max;                     /* 0: none */
    const char *kernel;                   /* NULL: the best; a name: tests */
};

struct crack_result {
    uint64_t targets, chains; /* chains: pairs of zone and parameters */
    uint64_t cracked[CRACK_BY_COUNT];
    uint64_t hashes; /* names tried, each once for its chain; iterations are not counted */
    mono_ns elapsed;
    bool is_stopped; /* by STOP or time_max */
};

/* Where a run stands, for progress; done and total are names to try in this stage, total 0:
 * not known. */
struct crack_status {
    const char *stage; /* "words", "mask ?l?l?l", ... */
    uint64_t done, total, hashes, cracked;
    mono_ns elapsed;
};

/* All called on the thread that runs crack_run_targets. */
struct crack_hooks {
    void *ctx;
    /* A name for a hash; each hash once. An error ends the run and is returned. */
    int (*found)(void *ctx, const struct crack_find *find);
    bool (*stop)(void *ctx); /* NULL: never */
    void (*progress)(void *ctx,
                     const struct crack_status *status); /* NULL; some 10 times a second */
};

/* Runs to its end; *RESULT also says how far it came when an error is returned. ERR_IO, ERR_FORMAT
 * and ERR_SYNTAX (a mask that is none) are told. */
MUST_CHECK int crack_run_targets(const struct crack_params *params, struct crack_targets *targets,
                                 const struct crack_hooks *hooks, struct crack_result *result);

/* Whether MASKS and CHARSETS are good; WHY gets what is wrong. */
MUST_CHECK int crack_check_masks(const struct crack_params *params, struct text *why);

#endif
