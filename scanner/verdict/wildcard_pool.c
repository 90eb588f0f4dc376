// SPDX-License-Identifier: BSD-2-Clause
/* When a wildcard's set of data is complete, and what an incomplete one tells.
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
 * probes after one datum, 51 after five).
 *
 * Unseen data. Pools of dozens, shown one at a time, are not exhausted by
 * WILDCARD_PROBES_MAX probes; others have data that are far rarer than the rest. Then the
 * name itself is asked again: each reply to a wildcard's name is another draw from the
 * pool. The chance that one holds a datum not in the set is about f / N, where f data were
 * seen in one probe's reply only, of N (Good 1953; names do not count here: those with
 * known data are told sooner than the others); with twice its standard error, as that
 * of a Poisson count (of f + 1, so that f = 0 gives no certainty):
 *
 *     u = (f + 2 sqrt(f + 1)) / N
 *
 * A name whose m replies all held such data is not the wildcard's when u^m is at most
 * CHANCE_STRANGE, or after two replies when the set is complete by the stop rule.
 *
 * Learning. A name with one reply of known data alone is the wildcard's, and so is all
 * that its other replies hold: they join the set. Where a wildcard gives one name always
 * the same data, no further question tells; but the names themselves are evidence: under
 * a wildcard nearly every name shows the pool's members equally often. So for a pool that
 * is spent short of CHANCE_SURE and rotates (at least ROTATES_MIN data, a reply showing at
 * most half of them) the data that do not fit are counted, and one that at least ADOPT_MIN
 * names had, within a factor of ADOPT_RATIO of an average member's count, joins the set. A
 * shared address of real hosts is far rarer than that among the names of a wildcard.
 *
 * Givers. Each datum remembers the first two operators that gave it, and whether there were
 * more: what one alone gave he may have made up.
 *
 * A lost probe is asked again with another label, alone, LOST_MAX times; then the
 * pool is lost: nothing is ruled out by it. */
#include "verdict/wildcard_pool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHANCE_STOP    0.01
#define CHANCE_SURE    0.0001
#define CHANCE_STRANGE 0.001
#define EMPTY_PROBES   3 /* for a type without data where others have some: one answer may be bad */
#define LOST_MAX       3
#define POOL_CAP_MIN   4
#define ROTATES_MIN    4 /* fewer are seen for certain in 64 probes */
#define ADOPT_MIN      8 /* counts below vary by more than a third */
#define ADOPT_RATIO    2
#define STRANGERS      16 /* a member missed is among the most frequent, so few places do */

struct pool_strangers {
    unsigned count;
    struct {
        uint64_t hash;
        uint32_t names;
    } entries[STRANGERS];
};

void wildcard_pool_deinit(struct wildcard_pool *pool)
{
    free(pool->data);
    free(pool->strangers);
    *pool = (struct wildcard_pool){0};
}

void wildcard_pool_begin_anew(struct wildcard_pool *pool)
{
    uint8_t asked = pool->asked, out = pool->out;

    wildcard_pool_deinit(pool);
    pool->chance_missed = 1;
    pool->asked = asked;
    pool->out = out;
    pool->is_lost = asked == WILDCARD_PROBES_MAX && out == 0;
}

void pool_givers_put(struct pool_givers *givers, uint32_t op)
{
    if (givers->count == WILDCARD_GIVERS_MAX)
        return;
    for (unsigned i = 0; i < givers->count && op != WILDCARD_OP_UNKNOWN; i++)
        if (givers->ops[i] == op)
            return;
    if (givers->count < WILDCARD_GIVERS_MAX - 1)
        givers->ops[givers->count] = op;
    givers->count++;
}

static struct pool_datum *find(const struct wildcard_pool *pool, uint64_t hash)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->data[i].hash == hash)
            return &pool->data[i];
    return NULL;
}

bool wildcard_pool_has(const struct wildcard_pool *pool, uint64_t hash)
{
    return find(pool, hash) != NULL;
}

const struct pool_datum *wildcard_pool_find(const struct wildcard_pool *pool, uint64_t hash)
{
    return find(pool, hash);
}

bool wildcard_pool_remove(struct wildcard_pool *pool, uint64_t hash)
{
    struct pool_datum *datum = find(pool, hash);

    if (datum)
        *datum = pool->data[--pool->count];
    return datum != NULL;
}

/* True when HASH is new. Without room the pool is saturated and it counts as old. */
static bool add(struct wildcard_pool *pool, uint64_t hash, uint32_t op, bool by_probe)
{
    struct pool_datum *datum = find(pool, hash);

    if (datum) {
        datum->probes = (uint8_t)(datum->probes + by_probe);
        if (by_probe || datum->givers.count == 1) /* names alone do not bring it beyond doubt */
            pool_givers_put(&datum->givers, op);
        return false;
    }
    if (pool->count == pool->cap && pool->cap < WILDCARD_POOL_MAX) {
        size_t cap = pool->cap ? pool->cap * 2u : POOL_CAP_MIN;
        struct pool_datum *data = realloc(pool->data, cap * sizeof *data);
        if (data) {
            pool->data = data;
            pool->cap = (uint16_t)cap;
        }
    }
    if (pool->count == pool->cap) {
        pool->is_saturated = true;
        return false;
    }
    datum = &pool->data[pool->count++];
    *datum = (struct pool_datum){.hash = hash, .probes = by_probe};
    pool_givers_put(&datum->givers, op);
    return true;
}

/* One more reply's factor on the chance that an unseen group stays unseen. */
static double miss_factor(const struct wildcard_pool *pool)
{
    double groups = (double)pool->count / pool->shown_min;
    return groups / (groups + 1);
}

/* A CNAME's data are what its target may be; the first is the likeliest. */
static unsigned shown_by(const struct wildcard_data *data)
{
    return data->by_cname && data->count ? 1 : data->count;
}

static bool add_reply(struct wildcard_pool *pool, const struct wildcard_data *data, uint32_t op,
                      bool by_probe)
{
    bool has_new = false;

    for (unsigned i = 0; i < shown_by(data); i++)
        has_new = add(pool, data->hashes[i], op, by_probe) || has_new;
    return has_new;
}

static void note_data(struct wildcard_pool *pool, const struct wildcard_data *data, uint32_t op)
{
    uint8_t shown = (uint8_t)shown_by(data);

    if (pool->with_data == 0) {
        pool->ttl_min = pool->ttl_max = data->ttl;
        pool->shown_min = pool->shown_max = shown;
    }
    pool->with_data++;
    pool->embeds |= data->embeds;
    pool->ttl_min = data->ttl < pool->ttl_min ? data->ttl : pool->ttl_min;
    pool->ttl_max = data->ttl > pool->ttl_max ? data->ttl : pool->ttl_max;
    pool->shown_min = shown < pool->shown_min ? shown : pool->shown_min;
    pool->shown_max = shown > pool->shown_max ? shown : pool->shown_max;
    pool->quiet = add_reply(pool, data, op, true) ? 0 : (uint8_t)(pool->quiet + 1);
    pool->chance_missed = 1;
    for (unsigned i = 0; i < pool->quiet; i++)
        pool->chance_missed *= miss_factor(pool);
}

void wildcard_pool_note(struct wildcard_pool *pool, enum wildcard_probe_result result,
                        const struct wildcard_data *data, uint32_t op)
{
    pool->out--;
    if (result == WILDCARD_PROBE_LOST) {
        if (pool->out == 0 && ++pool->lost_run > LOST_MAX)
            pool->is_lost = true;
    } else {
        pool->answered++;
        pool->lost_run = 0;
        if (result == WILDCARD_PROBE_DATA)
            note_data(pool, data, op);
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

double wildcard_pool_unseen(const struct wildcard_pool *pool)
{
    unsigned once = 0;

    if (pool->with_data == 0 || pool->is_lost || pool->is_saturated)
        return 1;
    for (unsigned i = 0; i < pool->count; i++)
        once += pool->data[i].probes == 1;
    double unseen = (once + 2 * sqrt(once + 1.0)) / pool->with_data;
    return unseen < 1 ? unseen : 1;
}

bool wildcard_pool_rules_out(const struct wildcard_pool *pool, unsigned sightings)
{
    if (pool->is_lost || pool->is_saturated)
        return false;
    if (pool->count == 0)
        return pool->answered >= EMPTY_PROBES;
    if (sightings < 2)
        return false;
    return pool->chance_missed <= CHANCE_SURE ||
           pow(wildcard_pool_unseen(pool), sightings) <= CHANCE_STRANGE;
}

void wildcard_pool_adopt(struct wildcard_pool *pool, const struct wildcard_data *data)
{
    if (pool->count == 0) /* the wildcard has none of this type */
        return;
    if (!data->by_cname || data->count == 1) /* else which of them it is, is not known */
        (void)add_reply(pool, data, data->op, false);
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
        (void)add(pool, hash, WILDCARD_OP_UNKNOWN, false);
}

void wildcard_pool_learn(struct wildcard_pool *pool, const struct wildcard_data *data)
{
    if (!is_spent(pool) || pool->is_lost || pool->is_saturated ||
        pool->chance_missed <= CHANCE_SURE || pool->count < ROTATES_MIN ||
        pool->shown_min * 2u > pool->count)
        return;
    for (unsigned i = 0; i < shown_by(data); i++) {
        if (wildcard_pool_has(pool, data->hashes[i]))
            pool->covered_data++;
        else
            learn_stranger(pool, data->hashes[i]);
    }
}
