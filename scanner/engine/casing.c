// SPDX-License-Identifier: BSD-2-Clause
/* 1. Sending: the case of a try follows from a secret and what its slot holds, so that it
 *    is another one each time and nothing has to be kept.
 * 2. Receiving: the question as it was sent is made again and compared.
 * 3. What differs only in case tells about the resolver. */
#include "engine/casing.h"

#include "base/hash.h"

#define MISSES_NEW  1 /* of a resolver that has never kept a question's case */
#define MISSES_KEPT 3 /* of one that has: several back ends, a cache, or a forger's luck */

_Static_assert(MISSES_NEW < MISSES_KEPT, "what is counted saturates at the larger");

bool casing_is_mixed(const struct pool_resolver *resolver)
{
    return resolver->case_misses < (resolver->has_kept_case ? MISSES_KEPT : MISSES_NEW);
}

uint64_t casing_bits(const struct engine *e, slot_ref ref)
{
    const struct slot *slot = slots_at(e->slots, ref);
    const uint32_t key[] = {ref, slot->query, slot->generation, slot->sent_us};
    return slot->flags & SLOT_MIXED ? hash64(key, sizeof key, e->case_secret) : 0;
}

static void tell(struct engine *e, uint32_t resolver)
{
    if (e->caseless_count < CASELESS_MAX)
        e->caseless[e->caseless_count++] = resolver;
}

/* The reply has our question in other letter case than it was sent; in lower case: IS_PLAIN.
 * Whether it counts all the same. */
static bool take_miss(struct engine *e, uint32_t index, bool is_plain)
{
    struct pool_resolver *resolver = pool_at(e->pool, index);
    bool was_mixed = casing_is_mixed(resolver);
    if (resolver->case_misses < MISSES_KEPT)
        resolver->case_misses++;
    bool is_mixed = casing_is_mixed(resolver);
    if (was_mixed && !is_mixed)
        tell(e, index);
    return is_plain && !is_mixed;
}

bool casing_has_question(struct engine *e, slot_ref ref, const struct reply *reply)
{
    const struct slot *slot = slots_at(e->slots, ref);
    const struct question *plain = &e->places[slot->query].question;
    if (!(slot->flags & SLOT_MIXED))
        return reply_question_is(reply, plain);
    struct question sent;
    question_mix(&sent, plain, casing_bits(e, ref));
    struct pool_resolver *resolver = pool_at(e->pool, slot->resolver);
    if (reply_question_is(reply, &sent)) {
        if (!resolver->has_kept_case)
            resolver->has_kept_case = !reply_question_is(reply, plain); /* was any letter upper? */
        return true;
    }
    return reply_question_is_folded(reply, plain) &&
           take_miss(e, slot->resolver, reply_question_is(reply, plain));
}

bool casing_has_other_class(const struct engine *e, slot_ref ref, const struct reply *reply)
{
    struct question sent;
    question_mix(&sent, &e->places[slots_at(e->slots, ref)->query].question, casing_bits(e, ref));
    return reply_question_is_but_class(reply, &sent);
}

bool engine_next_caseless(struct engine *e, uint32_t *resolver)
{
    if (e->caseless_count == 0)
        return false;
    *resolver = e->caseless[--e->caseless_count];
    return true;
}
