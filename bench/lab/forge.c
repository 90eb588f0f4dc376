// SPDX-License-Identifier: BSD-2-Clause
/* A false reply is built as the right one would be and then spoilt in one place. */
#include "bench/lab/forge.h"

#include <string.h>

/* Any id but the query's. */
static void spoil_id(uint8_t *reply, uint64_t bits)
{
    uint16_t change = (uint16_t)(1 + bits % UINT16_MAX);
    reply[0] ^= (uint8_t)(change >> 8);
    reply[1] ^= (uint8_t)change;
}

/* One letter of the first label; the root has none: what stands there is its type. */
static void spoil_question(uint8_t *reply)
{
    uint8_t *letter = reply + ANSWER_HEADER_LEN + 1;
    *letter = *letter == 'x' ? 'y' : 'x';
}

size_t forge_build(int forge, const struct answer_params *params, const struct query *query,
                   size_t len, uint64_t bits, uint8_t out[FORGE_MAX])
{
    if (forge == FORGE_ECHO) {
        len = len < FORGE_MAX ? len : FORGE_MAX;
        memcpy(out, query->data, len);
        return len;
    }
    struct answer_params false_params = *params;
    false_params.action = ACTION_ANSWER;
    false_params.lies = (struct lies){.is_forged = true, .bits = params->lies.bits};
    false_params.told = NULL;
    if (false_params.size_max > FORGE_MAX)
        false_params.size_max = FORGE_MAX;
    len = answer_build(&false_params, query, out);
    if (forge == FORGE_ID)
        spoil_id(out, bits);
    if (forge == FORGE_QUESTION)
        spoil_question(out);
    return len;
}

uint32_t forge_source(const struct fleet *fleet, uint32_t resolver)
{
    const struct resolver *own = &fleet->resolvers[resolver];
    for (uint32_t i = 1; i < fleet->count; i++) {
        uint32_t at = (uint32_t)((resolver + i) % fleet->count);
        const struct resolver *other = &fleet->resolvers[at];
        if (other->address.any.sa_family == own->address.any.sa_family &&
            fleet_dead(other) != DEAD_CLOSED)
            return at;
    }
    return resolver;
}
