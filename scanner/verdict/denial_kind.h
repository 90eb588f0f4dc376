// SPDX-License-Identifier: BSD-2-Clause
/* Denials that prove one name alone, made for the question: RFC 4470 ("white lies"), RFC 9824
 * (compact denial), narrow NSEC3 (RFC 7129 appendix B), and what compact ones mean. Pure. */
#ifndef VERDICT_DENIAL_KIND_H
#define VERDICT_DENIAL_KIND_H

#include "dns/dnssec.h"
#include "dns/reply.h"

/* The span around NAME ends where it begins: not even a hyphen behind NAME's first label is in
 * it. A zone may have such neighbours once in a while. NSEC's owner is NAME, or before it. */
bool denial_nsec_is_minimal(const uint8_t *owner, const struct nsec_view *nsec,
                            const uint8_t *name);
/* So near that no two names of a zone have such hashes. */
bool denial_nsec3_is_minimal(const uint8_t hash[NSEC3_HASH_LEN], const struct nsec3_view *nsec3);

/* What a NOERROR reply without data says of the name asked. */
enum denial_compact {
    DENIAL_NOT_COMPACT, /* as it stands: the name is there */
    DENIAL_SAYS_ABSENT, /* NXNAME: there is no such name (RFC 9824 section 3.1) */
    DENIAL_SAYS_EMPTY,  /* it has no records (section 3.2) */
    DENIAL_SAYS_NEITHER /* many types but the one asked for, said of names that do not exist,
                           too: a question without DO tells */
};
enum denial_compact denial_read_compact(const struct reply *reply, const struct question *question);

#endif
