// SPDX-License-Identifier: BSD-2-Clause
/* Who is right about a random name that should not exist: resolvers vote.
 *
 * A random label under a zone gets NXDOMAIN from an honest resolver, unless the zone has
 * a wildcard, which no resolver alone can tell from one that rewrites. So:
 *
 *   - Two deny, and more than give overlapping data: those that gave data rewrite.
 *   - More give overlapping data than deny: there is a wildcard; denying is only suspicious.
 *   - One resolver gives the same datum for names of unrelated realms: it rewrites, however
 *     many others do so too. Ask vote_repeats first and leave such voters out of the count.
 *   - Nobody denies, and some one datum is in everybody's answers in unrelated realms:
 *     whoever sits between us and all resolvers rewrites.
 *
 * NODATA says nothing here: a zone that denies compactly (RFC 9824) gives it for names that
 * do not exist. Voters that did not answer are left out by the caller. Pure. */
#ifndef VERDICT_VOTE_H
#define VERDICT_VOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VOTE_DATA_MAX 8 /* data of one answer that are compared; rewriters give one or two */

enum vote_kind { VOTE_DENIAL, VOTE_NODATA, VOTE_DATA };

/* What one resolver said about one random name. */
struct vote {
    uint32_t voter;
    /* Names under zones of one owner are one realm: several of somebody's zones may well
     * have wildcards with one address. A name elsewhere is another realm. */
    uint16_t realm;
    uint8_t kind;  /* enum vote_kind */
    uint8_t count; /* DATA: hashes in use, at least 1 */
    uint64_t hashes[VOTE_DATA_MAX];
};

enum vote_finding {
    VOTE_OPEN,         /* too few, or a draw */
    VOTE_NO_SUCH_NAME, /* the deniers are right: data for it are made up */
    VOTE_WILDCARD,     /* the data are the zone's own */
};

struct vote_result {
    enum vote_finding finding;
    size_t denier_count;
    size_t group_count; /* voters of the largest group whose data overlap, link by link */
};

/* VOTES are about one name, one of each voter. ERR_NOMEM. */
MUST_CHECK int vote_judge(const struct vote *votes, size_t count, struct vote_result *out);

/* For each of VOTES, about one name, how many voters are in the group of its data; 0 for those
 * that gave none. ERR_NOMEM. */
MUST_CHECK int vote_group_sizes(const struct vote *votes, size_t count, size_t *sizes);

/* VOTES are one voter's, about several names: some datum stands in two realms. */
bool vote_repeats(const struct vote *votes, size_t count);

/* VOTES are all there are, about several names of at least two realms: nobody denies
 * anything, two voters or more gave data, and one datum is in all of their answers. */
bool vote_is_intercepted(const struct vote *votes, size_t count);

#endif
