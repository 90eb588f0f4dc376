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

static size_t largest_group(const struct vote *votes, size_t count, struct mention *mentions,
                            size_t *parents, size_t *sizes)
{
    size_t mention_count = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        parents[i] = i;
        sizes[i] = 0;
        for (size_t j = 0; votes[i].kind == VOTE_DATA && j < votes[i].count; j++)
            mentions[mention_count++] = (struct mention){votes[i].hashes[j], i};
    }
    qsort(mentions, mention_count, sizeof *mentions, by_hash);
    join(mentions, mention_count, parents);
    for (size_t i = 0; i < count; i++) {
        if (votes[i].kind != VOTE_DATA)
            continue;
        size_t size = ++sizes[root_of(parents, i)];
        largest = size > largest ? size : largest;
    }
    return largest;
}

int vote_judge(const struct vote *votes, size_t count, struct vote_result *out)
{
    *out = (struct vote_result){0};
    if (count == 0)
        return 0;
    struct mention *mentions = calloc(count * VOTE_DATA_MAX, sizeof *mentions);
    size_t *parents = calloc(count, sizeof *parents), *sizes = calloc(count, sizeof *sizes);
    int error = mentions && parents && sizes ? 0 : ERR_NOMEM;
    if (error == 0) {
        for (size_t i = 0; i < count; i++)
            out->denier_count += votes[i].kind == VOTE_DENIAL;
        out->group_count = largest_group(votes, count, mentions, parents, sizes);
        if (out->denier_count >= 2 && out->denier_count > out->group_count)
            out->finding = VOTE_NO_SUCH_NAME;
        else if (out->group_count > out->denier_count)
            out->finding = VOTE_WILDCARD;
    }
    free(mentions);
    free(parents);
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
