// SPDX-License-Identifier: BSD-2-Clause
/* When a wildcard's set of data is complete.
 *
 * The stop rule. A reply shows k of the data; n are known. Let one more group as
 * large and as frequent as the known ones exist: then there are n/k + 1 groups,
 * and q replies in a row miss it with chance (1 - 1/(n/k + 1))^q. Growth stops
 * when that is at most CHANCE_STOP. For k = 1 this asks for 7 quiet probes after
 * one datum, 25 after five, 49 after ten. Replies drawn datum by datum miss less
 * (1 - k/(n + 1)); whole groups are the worst case. k is the fewest ever shown.
 *
 * A name that does not fit the set asks for more: CHANCE_SURE, since a wrong "no"
 * would let through one name for every n that the wildcard answers (14 quiet
 * probes after one datum, 51 after five). When WILDCARD_PROBES_MAX probes are
 * spent first, CHANCE_SPENT decides whether an absent datum speaks.
 *
 * Learning. With one random datum of ten in each reply, 64 probes still miss one
 * of them in 1.2 % of all runs (10 x 0.9^64), and a tenth of the names would
 * pass. No more probes are allowed, but the names themselves are evidence: under a
 * wildcard nearly every name shows the pool's members equally often. So for a
 * pool that is spent short of CHANCE_SURE and rotates (at least ROTATES_MIN data,
 * a reply showing at most half of them) the data that do not fit are counted, and
 * one that at least ADOPT_MIN names had, within a factor of ADOPT_RATIO of an
 * average member's count, joins the set. A shared address of real hosts is far
 * rarer than that among the names of a wildcard that answers them all.
 *
 * A lost probe is asked again with another label, alone, LOST_MAX times; then the
 * pool is lost: nothing is ruled out by it. */
#include "verdict/wildcard_pool.h"

#include <stdlib.h>
#include <string.h>

#define CHANCE_STOP  0.01
#define CHANCE_SURE  0.0001
#define CHANCE_SPENT 0.1
#define EMPTY_PROBES 3 /* for a type without data where others have some: one answer may be bad */
#define LOST_MAX     3
#define POOL_CAP_MIN 4
#define ROTATES_MIN  4 /* fewer are seen for certain in 64 probes */
#define ADOPT_MIN    8 /* counts below vary by more than a third */
#define ADOPT_RATIO  2
#define STRANGERS    16 /* a member missed is among the most frequent, so few places do */

struct pool_strangers {
    unsigned count;
    struct {
        uint64_t hash;
        uint32_t names;
    } entries[STRANGERS];
};

void wildcard_pool_deinit(struct wildcard_pool *pool)
{
    free(pool->hashes);
    free(pool->strangers);
    *pool = (struct wildcard_pool){0};
}

bool wildcard_pool_has(const struct wildcard_pool *pool, uint64_t hash)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->hashes[i] == hash)
            return true;
    return false;
}

/* True when HASH is new. Without room the pool is saturated and it counts as old. */
static bool add(struct wildcard_pool *pool, uint64_t hash)
{
    if (wildcard_pool_has(pool, hash))
        return false;
    if (pool->count == pool->cap && pool->cap < WILDCARD_POOL_MAX) {
        size_t cap = pool->cap ? pool->cap * 2u : POOL_CAP_MIN;
        uint64_t *hashes = realloc(pool->hashes, cap * sizeof *hashes);
        if (hashes) {
            pool->hashes = hashes;
            pool->cap = (uint16_t)cap;
        }
    }
    if (pool->count == pool->cap) {
        pool->is_saturated = true;
        return false;
    }
    pool->hashes[pool->count++] = hash;
    return true;
}

/* One more reply's factor on the chance that an unseen group stays unseen. */
static double miss_factor(const struct wildcard_pool *pool)
{
    double groups = (double)pool->count / pool->shown_min;
    return groups / (groups + 1);
}

static void note_answer(struct wildcard_pool *pool, const struct wildcard_data *data)
{
    bool has_new = false;

    pool->answered++;
    pool->lost_run = 0;
    for (unsigned i = 0; data && i < data->count; i++)
        has_new = add(pool, data->hashes[i]) || has_new;
    if (data && data->count && (!pool->shown_min || data->count < pool->shown_min))
        pool->shown_min = data->count;
    pool->quiet = has_new ? 0 : (uint8_t)(pool->quiet + 1);
    pool->chance_missed = 1;
    if (pool->count)
        for (unsigned i = 0; i < pool->quiet; i++)
            pool->chance_missed *= miss_factor(pool);
}

void wildcard_pool_note(struct wildcard_pool *pool, enum wildcard_probe_result result,
                        const struct wildcard_data *data)
{
    pool->out--;
    switch (result) {
    case WILDCARD_PROBE_DATA:
        note_answer(pool, data);
        break;
    case WILDCARD_PROBE_NODATA:
        pool->has_nodata = true;
        note_answer(pool, NULL);
        break;
    case WILDCARD_PROBE_NXDOMAIN:
        pool->has_nxdomain = true;
        note_answer(pool, NULL);
        break;
    case WILDCARD_PROBE_LOST:
        if (pool->out == 0 && ++pool->lost_run > LOST_MAX)
            pool->is_lost = true;
        break;
    }
    if (pool->asked == WILDCARD_PROBES_MAX && pool->out == 0 && pool->answered == 0)
        pool->is_lost = true;
}

/* Quiet answers missing until the chance is down at LIMIT. */
static unsigned quiet_missing(const struct wildcard_pool *pool, double limit)
{
    double chance = pool->chance_missed;
    unsigned count = 0;

    for (; chance > limit && count < WILDCARD_PROBES_MAX; count++)
        chance *= miss_factor(pool);
    return count;
}

unsigned wildcard_pool_wanted(const struct wildcard_pool *pool, bool is_settled)
{
    unsigned needed;

    if (pool->is_lost || pool->is_saturated)
        return 0;
    if (pool->answered == 0)
        needed = 1;
    else if (!is_settled)
        needed = 0;
    else if (pool->count == 0)
        needed = pool->answered < EMPTY_PROBES ? (unsigned)(EMPTY_PROBES - pool->answered) : 0;
    else
        needed = quiet_missing(pool, pool->wants_sure ? CHANCE_SURE : CHANCE_STOP);

    unsigned out_max = pool->lost_run ? 1 : WILDCARD_OUT_MAX;
    if (needed > out_max)
        needed = out_max;
    unsigned left = WILDCARD_PROBES_MAX - pool->asked;
    unsigned wanted = needed > pool->out ? needed - pool->out : 0;
    return wanted < left ? wanted : left;
}

static bool is_spent(const struct wildcard_pool *pool)
{
    return pool->asked == WILDCARD_PROBES_MAX && pool->out == 0;
}

bool wildcard_pool_rules_out(const struct wildcard_pool *pool)
{
    if (pool->is_lost || pool->is_saturated)
        return false;
    if (pool->count == 0)
        return pool->answered >= EMPTY_PROBES;
    return pool->chance_missed <= (is_spent(pool) ? CHANCE_SPENT : CHANCE_SURE);
}

/* Counts one more name for HASH; the count so far. When all places are taken every
 * count goes down by one, which never drops a datum with more than 1/17 of them
 * (Misra and Gries 1982). */
static uint32_t count_stranger(struct pool_strangers *strangers, uint64_t hash)
{
    unsigned i = 0;

    while (i < strangers->count && strangers->entries[i].hash != hash)
        i++;
    if (i == strangers->count && i < STRANGERS) {
        strangers->entries[i].hash = hash;
        strangers->entries[i].names = 0;
        strangers->count++;
    }
    if (i < STRANGERS)
        return ++strangers->entries[i].names;
    for (i = strangers->count; i-- > 0;)
        if (--strangers->entries[i].names == 0)
            strangers->entries[i] = strangers->entries[--strangers->count];
    return 0;
}

static void learn_stranger(struct wildcard_pool *pool, uint64_t hash)
{
    if (!pool->strangers)
        pool->strangers = calloc(1, sizeof *pool->strangers);
    if (!pool->strangers)
        return; /* learns nothing; the name is judged all the same */
    uint64_t names = count_stranger(pool->strangers, hash);
    uint64_t scaled = names * pool->count; /* beside covered_data = average x count */
    if (names >= ADOPT_MIN && scaled * ADOPT_RATIO >= pool->covered_data &&
        scaled <= pool->covered_data * ADOPT_RATIO)
        (void)add(pool, hash);
}

void wildcard_pool_learn(struct wildcard_pool *pool, const struct wildcard_data *data)
{
    if (!is_spent(pool) || pool->is_lost || pool->is_saturated ||
        pool->chance_missed <= CHANCE_SURE || pool->count < ROTATES_MIN ||
        pool->shown_min * 2u > pool->count)
        return;
    for (unsigned i = 0; i < data->count; i++) {
        if (wildcard_pool_has(pool, data->hashes[i]))
            pool->covered_data++;
        else
            learn_stranger(pool, data->hashes[i]);
    }
}
