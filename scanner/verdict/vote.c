// SPDX-License-Identifier: BSD-2-Clause
/* Groups are found by sorting (datum, vote) pairs: votes that meet at a datum are joined,
 * smaller root wins. Sets of a pool of addresses overlap only link by link, so joining is
 * transitive; rewriters of one operator share an address and are one group as well. */
#include "verdict/vote.h"

#include <stdlib.h>

struct mention {
    uint64_t hash;
    size_t vote;
};

static int by_hash(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->vote < y->vote ? -1 : x->vote > y->vote;
}

static size_t root_of(size_t *parents, size_t vote)
{
    while (parents[vote] != vote) {
        parents[vote] = parents[parents[vote]];
        vote = parents[vote];
    }
    return vote;
}

/* Neighbours of one datum in sorted MENTIONS get one root. */
static void join(const struct mention *mentions, size_t mention_count, size_t *parents)
{
    for (size_t i = 1; i < mention_count; i++) {
        if (mentions[i].hash != mentions[i - 1].hash)
            continue;
        size_t a = root_of(parents, mentions[i - 1].vote), b = root_of(parents, mentions[i].vote);
        parents[a < b ? b : a] = a < b ? a : b;
    }
}

/* SIZES by vote, as vote_group_sizes has them. */
static void measure_groups(const struct vote *votes, size_t count, struct mention *mentions,
                           size_t *parents, size_t *sizes)
{
    size_t mention_count = 0;
    for (size_t i = 0; i < count; i++) {
        parents[i] = i;
        sizes[i] = 0;
        for (size_t j = 0; votes[i].kind == VOTE_DATA && j < votes[i].count; j++)
            mentions[mention_count++] = (struct mention){votes[i].hashes[j], i};
    }
    qsort(mentions, mention_count, sizeof *mentions, by_hash);
    join(mentions, mention_count, parents);
    for (size_t i = 0; i < count; i++)
        sizes[root_of(parents, i)] += votes[i].kind == VOTE_DATA;
    for (size_t i = count; i-- > 0;) /* a root stands before its members */
        sizes[i] = votes[i].kind == VOTE_DATA ? sizes[root_of(parents, i)] : 0;
}

int vote_group_sizes(const struct vote *votes, size_t count, size_t *sizes)
{
    if (count == 0)
        return 0;
    struct mention *mentions = calloc(count * VOTE_DATA_MAX, sizeof *mentions);
    size_t *parents = calloc(count, sizeof *parents);
    int error = mentions && parents ? 0 : ERR_NOMEM;
    if (error == 0)
        measure_groups(votes, count, mentions, parents, sizes);
    free(mentions);
    free(parents);
    return error;
}

int vote_judge(const struct vote *votes, size_t count, struct vote_result *out)
{
    *out = (struct vote_result){0};
    if (count == 0)
        return 0;
    size_t *sizes = calloc(count, sizeof *sizes);
    int error = sizes ? vote_group_sizes(votes, count, sizes) : ERR_NOMEM;
    for (size_t i = 0; error == 0 && i < count; i++) {
        out->denier_count += votes[i].kind == VOTE_DENIAL;
        out->group_count = sizes[i] > out->group_count ? sizes[i] : out->group_count;
    }
    if (error == 0 && out->denier_count >= 2 && out->denier_count > out->group_count)
        out->finding = VOTE_NO_SUCH_NAME;
    else if (error == 0 && out->group_count > out->denier_count)
        out->finding = VOTE_WILDCARD;
    free(sizes);
    return error;
}

static bool has(const struct vote *vote, uint64_t hash)
{
    for (size_t i = 0; i < vote->count; i++) {
        if (vote->hashes[i] == hash)
            return true;
    }
    return false;
}

static bool share_a_datum(const struct vote *a, const struct vote *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (has(b, a->hashes[i]))
            return true;
    }
    return false;
}

bool vote_repeats(const struct vote *votes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count && votes[i].kind == VOTE_DATA; j++) {
            if (votes[j].kind == VOTE_DATA && votes[i].realm != votes[j].realm &&
                share_a_datum(&votes[i], &votes[j]))
                return true;
        }
    }
    return false;
}

bool vote_is_intercepted(const struct vote *votes, size_t count)
{
    const struct vote *first = NULL;
    bool has_other_voter = false, has_other_realm = false;
    for (size_t i = 0; i < count; i++) {
        if (votes[i].kind == VOTE_DENIAL)
            return false;
        if (votes[i].kind != VOTE_DATA)
            continue;
        first = first ? first : &votes[i];
        has_other_voter |= votes[i].voter != first->voter;
        has_other_realm |= votes[i].realm != first->realm;
    }
    if (!first || !has_other_voter || !has_other_realm)
        return false;
    for (size_t d = 0; d < first->count; d++) {
        size_t i = 0;
        while (i < count && (votes[i].kind != VOTE_DATA || has(&votes[i], first->hashes[d])))
            i++;
        if (i == count)
            return true;
    }
    return false;
}
