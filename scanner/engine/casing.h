// SPDX-License-Identifier: BSD-2-Clause
/* The letter case of questions as a check on replies ("DNS 0x20",
 * draft-vixie-dnsext-dns0x20-00): names are compared without regard to case, but nearly
 * every server copies the question as it came. With letters in random case a forger has to
 * guess one bit a letter besides id and port.
 *
 * Some resolvers do not copy it: they write it in lower case, or as somebody else has asked
 * it. Each resolver is sent mixed case until a reply shows that:
 *
 *     never yet kept --a reply in other case--> asked in lower case
 *           |                                          ^
 *           '--kept once--> kept ----three such--------'
 *
 * One in plain lower case counts from the moment that the resolver is no longer sent mixed
 * case, also for tries that were: it says what a reply to a plain question would. From a
 * resolver that keeps case it is refused, and so is any other case always, octet for
 * octet. A forger who turns this off has first guessed id and port, and gains the case. */
#ifndef ENGINE_CASING_H
#define ENGINE_CASING_H

#include "engine/state.h"

/* Whether a query to it is to be sent in mixed case. */
bool casing_is_mixed(const struct pool_resolver *resolver);
/* Which letters of an open slot's question are upper case, for question_mix. */
uint64_t casing_bits(const struct engine *e, slot_ref ref);
/* Whether REPLY, from the resolver asked, has the question as the slot's try sent it, or as
 * good as that. Learns about the resolver. */
bool casing_has_question(struct engine *e, slot_ref ref, const struct reply *reply);
/* For telling what is wrong: it is the question as sent, but for the class. */
bool casing_has_other_class(const struct engine *e, slot_ref ref, const struct reply *reply);

#endif
