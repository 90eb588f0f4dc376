// SPDX-License-Identifier: BSD-2-Clause
/* Packets that come beside the right reply, as from someone who forges replies.
 *
 *   FORGE_ID        a false reply, another message id
 *   FORGE_QUESTION  a false reply, another name in question and answer
 *   FORGE_SOURCE    a false reply, as asked, from another resolver's address
 *   FORGE_ECHO      the query itself
 *   FORGE_DUPLICATE the right reply, twice
 *
 * The false ones leave at once, before the right one; they say NOERROR and give a
 * false address (lies.h), to other types than A and AAAA NXDOMAIN. */
#ifndef LAB_FORGE_H
#define LAB_FORGE_H

#include "bench/lab/answer.h"
#include "bench/lab/fleet.h"

#define FORGE_MAX 1024 /* a query's longest; a false reply has one address and is shorter */

/* Writes what FORGE (not NO, not DUPLICATE) sends beside the reply to QUERY, LEN octets
 * long; returns its length. PARAMS are those of the right reply, BITS its chance. */
size_t forge_build(int forge, const struct answer_params *params, const struct query *query,
                   size_t len, uint64_t bits, uint8_t out[FORGE_MAX]);
/* Another resolver that replies can leave from, of the same family; RESOLVER itself
 * when it is the only one. */
uint32_t forge_source(const struct fleet *fleet, uint32_t resolver);

#endif
