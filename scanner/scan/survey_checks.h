// SPDX-License-Identifier: BSD-2-Clause
/* The checks of a survey: questions that every resolver is asked, equal for all, so that
 * what they say can be compared. Const once made.
 *
 * Known to exist: the zones' apexes (SOA and A), names given for it, and elsewhere the root
 * and a few top-level domains. Random: labels under each zone and elsewhere, made anew for
 * each run. Whether a name really exists is decided by what most say, so a name of the list
 * that went away convicts nobody. Traits: the same question with DO,
 * by TCP; what becomes of letter case the engine finds out with every query. */
#ifndef SCAN_SURVEY_CHECKS_H
#define SCAN_SURVEY_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "dns/query.h"
#include "scan/params.h"

#define CHECK_ZONES_MAX 8  /* of those given; the first */
#define CHECK_NAMES_MAX 32 /* a random choice: enough to see one in five hidden */

enum check_kind {
    CHECK_KNOWN,  /* should exist */
    CHECK_RANDOM, /* should not */
    CHECK_SIGNED, /* with DO: do signatures come? */
    CHECK_BY_TCP, /* is there an answer by TCP? */
    CHECK_KIND_COUNT
};

#define CHECK_ELSEWHERE UINT16_MAX /* zone of names that lie in none of those given */

struct check {
    uint8_t kind;     /* enum check_kind */
    bool is_compared; /* its addresses are compared: a name's own, not an apex's SOA */
    uint16_t zone;    /* index of the zone given, or CHECK_ELSEWHERE */
    uint16_t realm;   /* as votes have it: 0 what was given, others elsewhere */
    struct question question;
};

struct checks {
    struct check *items;
    size_t count;
    size_t known_count; /* items[0..known_count) are CHECK_KNOWN, the zones' apexes first */
    size_t zone_count;  /* zones that are checked */
    size_t name_count;  /* names of the list that are checked */
    size_t bad_lines;
};

/* ERR_NOMEM; ERR_IO and ERR_FORMAT told by log. The list's bad lines are told, ten of them. */
MUST_CHECK int checks_create(struct checks *out, const struct scan_params *params, struct rng *rng);
void checks_destroy(struct checks *checks);

#endif
