// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/accord.h"

#include <math.h>

#define SURE 0.05 /* a chance so small is none */

/* The answers about one name: which of them have data in common, also through others. */
struct groups {
    uint32_t of[ACCORD_ASKED];    /* group of a column: the number of one of its columns */
    uint32_t size[ACCORD_ASKED];  /* of a group, by its number */
    uint32_t answers, largest;    /* with data; of the largest group */
    uint32_t outside_pairs, meet; /* pairs of answers outside it; of these in one group */
};

/* Sums over names. */
struct sums {
    uint32_t alone[ACCORD_ASKED], answers[ACCORD_ASKED];
    double pairs, agree; /* of all answers about a name */
    uint32_t differing;  /* names with two answers or more outside the largest group */
    struct meeting {     /* pairs of these, and those of one group; rarest first */
        uint32_t pairs, meet;
    } meetings[ACCORD_NAMES];
    uint32_t told, differ; /* answers about servers; of these outside the largest group */
};

void accord_note(struct accord *accord, uint32_t row, uint32_t column, const uint64_t *hashes,
                 size_t count)
{
    struct accord_answer *answer = &accord->answers[row][column];
    answer->count = 0;
    for (size_t i = 0; i < count; i++) { /* the least ones, in order */
        unsigned at = answer->count;
        if (at == ACCORD_DATA && hashes[i] >= answer->hashes[at - 1])
            continue;
        if (at < ACCORD_DATA)
            answer->count++;
        else
            at--;
        for (; at > 0 && answer->hashes[at - 1] > hashes[i]; at--)
            answer->hashes[at] = answer->hashes[at - 1];
        answer->hashes[at] = hashes[i];
    }
}

static bool share_data(const struct accord_answer *a, const struct accord_answer *b)
{
    for (unsigned i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->hashes[i] == b->hashes[j])
            return true;
        if (a->hashes[i] < b->hashes[j])
            i++;
        else
            j++;
    }
    return false;
}

static void join(struct groups *groups, uint32_t asked, uint32_t into, uint32_t from)
{
    for (uint32_t i = 0; i < asked; i++) {
        if (groups->of[i] == from)
            groups->of[i] = into;
    }
}

static void find_groups(const struct accord_answer *answers, uint32_t asked, struct groups *out)
{
    *out = (struct groups){0};
    for (uint32_t i = 0; i < asked; i++) {
        out->of[i] = i;
        for (uint32_t j = 0; j < i; j++) {
            if (out->of[j] != out->of[i] && share_data(&answers[i], &answers[j]))
                join(out, asked, out->of[j], out->of[i]);
        }
    }
    for (uint32_t i = 0; i < asked; i++) {
        out->answers += answers[i].count > 0;
        out->size[out->of[i]] += answers[i].count > 0;
    }
    uint32_t largest = 0;
    for (uint32_t i = 1; i < asked; i++)
        largest = out->size[i] > out->size[largest] ? i : largest;
    out->largest = out->size[largest];
    uint32_t outside = out->answers - out->largest;
    out->outside_pairs = outside > 1 ? outside * (outside - 1) / 2 : 0;
    for (uint32_t i = 0; i < asked; i++) {
        if (i != largest && out->size[i] > 1)
            out->meet += out->size[i] * (out->size[i] - 1) / 2;
    }
}

static void add_meeting(struct sums *sums, struct meeting meeting)
{
    uint32_t at = sums->differing++;
    for (; at > 0; at--) {
        const struct meeting *before = &sums->meetings[at - 1];
        if ((uint64_t)before->meet * meeting.pairs <= (uint64_t)meeting.meet * before->pairs)
            break;
        sums->meetings[at] = *before;
    }
    sums->meetings[at] = meeting;
}

static void add_name(const struct accord *accord, uint32_t row, struct sums *sums)
{
    struct groups groups;
    find_groups(accord->answers[row], accord->asked, &groups);
    if (row >= accord->name_count) {
        sums->told += groups.answers;
        sums->differ += groups.answers - groups.largest;
        return;
    }
    if (groups.answers < 2) /* nobody to be in company with */
        return;
    for (uint32_t i = 0; i < accord->asked; i++) {
        sums->answers[i] += accord->answers[row][i].count > 0;
        sums->alone[i] += accord->answers[row][i].count > 0 && groups.size[groups.of[i]] == 1;
    }
    sums->pairs += groups.answers * (groups.answers - 1) / 2.0;
    for (uint32_t i = 0; i < accord->asked; i++)
        sums->agree += groups.size[i] * (groups.size[i] - 1.0) / 2;
    if (groups.outside_pairs > 0)
        add_meeting(sums, (struct meeting){groups.outside_pairs, groups.meet});
}

/* Resolvers that said enough, and those of them that have company, nearly always or always. */
static uint32_t count_tested(const struct accord *accord, const struct sums *sums,
                             uint32_t *in_company, uint64_t *sound)
{
    uint32_t tested = 0;
    *in_company = 0;
    *sound = 0;
    for (uint32_t i = 0; i < accord->asked; i++) {
        if (sums->answers[i] * 2 < accord->name_count)
            continue;
        tested++;
        *in_company += sums->alone[i] * ACCORD_ALONE_PART < sums->answers[i];
        *sound |= (uint64_t)(sums->alone[i] * ACCORD_SOUND_PART <= sums->answers[i]) << i;
    }
    return tested;
}

/* As many meet as out of a pool, and two standard deviations (Poisson's) more: on the half of
 * the names where least do, since some may be pools, and the others lied about. */
static bool are_pools(const struct sums *sums)
{
    double pairs = 0, meet = 0;
    for (uint32_t i = 0; i < (sums->differing + 1) / 2; i++) {
        pairs += sums->meetings[i].pairs;
        meet += sums->meetings[i].meet;
    }
    double expected = pairs / ACCORD_POOL;
    return pairs > 0 && meet >= expected + 2 * sqrt(expected);
}

/* Of N, each WRONG with that probability, at most K are: the binomial distribution's sum. */
static double chance_of_at_most(uint32_t k, uint32_t n, double wrong)
{
    double sum = 0;
    for (uint32_t i = 0; i <= k; i++)
        sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(wrong) +
                   (n - i) * log1p(-wrong));
    return sum;
}

static bool agree_on_servers(const struct sums *sums)
{
    if (sums->told < 2 || sums->differ * ACCORD_ALONE_PART >= sums->told)
        return false;
    double wrong = 1 - sqrt((sums->agree + 1) / (sums->pairs + 2)); /* Laplace's estimate */
    return wrong > 0 && chance_of_at_most(sums->differ, sums->told, wrong) <= SURE;
}

/* Resolvers that said so much that company is no luck: a bit each. */
static uint64_t said_much(const struct accord *accord, const struct sums *sums)
{
    uint64_t much = 0;
    for (uint32_t i = 0; i < accord->asked; i++)
        much |= (uint64_t)(sums->answers[i] >= ACCORD_SOUND_PART) << i;
    return much;
}

enum accord_verdict accord_judge(const struct accord *accord, uint64_t *sound)
{
    struct sums sums = {0};
    uint32_t in_company;
    for (uint32_t row = 0; row < accord->name_count + accord->server_count; row++)
        add_name(accord, row, &sums);
    uint32_t tested = count_tested(accord, &sums, &in_company, sound);
    if (accord->name_count < ACCORD_NAMES_MIN || tested < 2)
        return ACCORD_UNKNOWN;
    if (in_company * 2 >= tested)
        return ACCORD_BY_MOST;
    if (are_pools(&sums))
        return ACCORD_BY_POOLS;
    if (agree_on_servers(&sums))
        return ACCORD_BY_SERVERS;
    uint64_t few = *sound & said_much(accord, &sums);
    if (few == 0)
        return ACCORD_NONE;
    *sound = few;
    return ACCORD_BY_FEW;
}

const char *accord_text(enum accord_verdict verdict)
{
    static const char *const texts[] = {
        [ACCORD_UNKNOWN] = "too few answers to tell by",
        [ACCORD_BY_MOST] = "most resolvers give what others give, too",
        [ACCORD_BY_POOLS] = "names have many addresses, which others are given as well",
        [ACCORD_BY_SERVERS] = "on the addresses of the zone's servers resolvers agree",
        [ACCORD_BY_FEW] = "a few give what others give, whatever they are asked",
        [ACCORD_NONE] = "nothing shows that any of them is right",
    };
    return texts[verdict];
}
