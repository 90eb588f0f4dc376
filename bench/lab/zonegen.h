// SPDX-License-Identifier: BSD-2-Clause
/* Zones made up from a seed: hosts of every kind, subdomains, wildcards. */
#ifndef LAB_ZONEGEN_H
#define LAB_ZONEGEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/lab/words.h"
#include "bench/lab/zone.h"

struct zonegen_params {
    uint64_t seed;
    const struct words *words; /* labels, best known first; may be empty */
    uint64_t host_count;       /* names with a purpose; those that come along are extra */
    uint64_t wildcard_count;
    bool has_apex_wildcard;
    unsigned apex_wildcard_kind; /* its number in the order of kinds (zonewild.c) */
    double common_share;         /* of the hosts, taken from words */
};

/* Adds zone APEX; the same parameters and apex give the same zone. */
MUST_CHECK int zonegen_add(struct zones *zones, const struct name *apex,
                           const struct zonegen_params *params);

#endif
