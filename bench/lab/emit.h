// SPDX-License-Identifier: BSD-2-Clause
/* Files for clients and scorers: word and name lists, resolvers, zones, truth. */
#ifndef LAB_EMIT_H
#define LAB_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/lab/fleet.h"
#include "bench/lab/zone.h"

/* Each says on stderr what went wrong. */
MUST_CHECK int emit_resolvers(const struct fleet *fleet, const char *path);
MUST_CHECK int emit_zones(const struct zones *zones, const char *path);
/* `name TAB class TAB types TAB data...`, a line each; data as `TYPE rdata`. */
MUST_CHECK int emit_truth(const struct zones *zones, const char *path);

struct emit_list_params {
    uint64_t seed;
    uint64_t decoy_count; /* names that do not exist */
    bool is_words;        /* below the apex, each once over all zones; else full names */
};

/* Every name that exists below an apex and decoys, shuffled. One decoy in fifty lies
 * below another name, every second of these below one that has a wildcard, which then
 * answers for it. */
MUST_CHECK int emit_list(const struct zones *zones, const struct emit_list_params *params,
                         const char *path);
/* How many names of such a list exist. */
uint64_t emit_existing_count(const struct zones *zones);

#endif
