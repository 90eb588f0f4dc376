// SPDX-License-Identifier: BSD-2-Clause
/* Parents, their probes, and the judgement of names.
 *
 * A parent's states:
 *
 *   UNKNOWN --first probe out--> PROBING --each type answered or lost--+
 *                                                                      |
 *        all NXDOMAIN: CLEAN      some data or NODATA: WILDCARD <------+
 *        no data, some lost: LOST                               <------+
 *
 * Nothing leaves the three end states; a WILDCARD's pools go on growing by the
 * rules of wildcard_pool.c. One NXDOMAIN beside other answers is no proof that
 * there is no wildcard, only that somebody is wrong: such a type is asked again.
 *
 * Judging one level: every type with data is compared with the pool of that type
 * (data by CNAME with all pools, since a CNAME answers every type).
 *   all data of all types known                 YES, even while probes are out
 *   probes out, or a pool that can grow         WAIT
 *   nothing known, every pool rules it out      NO, go on one level down
 *   else                                        POSSIBLE, go on, a YES below wins
 * A CLEAN level clears what levels above it left possible: when a random sibling
 * does not exist there, the source of synthesis is not above (RFC 4592 section
 * 3.3.1). So the walk begins below the deepest level already known to be clean.
 *
 * Memory: per parent some 50 octets, its name, and 48 for each type; sets grow on
 * demand to WILDCARD_POOL_MAX. Parents come only from names with data. */
#include "verdict/wildcard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "verdict/wildcard_pool.h"

#define PROBES_OUT_MAX  256 /* of all parents together: many levels cannot fill the engine */
#define LABEL_LEN_MIN   12  /* 26 x 36^11 labels: no word list meets one */
#define LABEL_LEN_MAX   16
#define LABEL_LEN_LEAST 8 /* where the parent leaves no room for more; below it is not probed */
#define SLOTS_MIN       64
#define NONE            UINT32_MAX

enum parent_state {
    PARENT_UNKNOWN,  /* nothing asked yet */
    PARENT_PROBING,  /* first answers outstanding */
    PARENT_CLEAN,    /* no wildcard here */
    PARENT_WILDCARD, /* random labels exist */
    PARENT_LOST,     /* could not be found out */
};

struct parent {
    uint32_t id;
    uint32_t next_wanting; /* in the list of those that want probes */
    uint32_t distinct;     /* data over all pools */
    enum parent_state state;
    bool is_wanting; /* on that list */
    uint8_t name_len;
    uint8_t *name;                /* canonical; lies behind the pools */
    struct wildcard_pool pools[]; /* one for each of the table's types */
};

struct wildcards {
    struct rng *rng; /* borrowed */
    uint16_t *types; /* owned */
    size_t type_count;
    struct parent **parents; /* owned, by id; the parents never move */
    uint32_t *slots;         /* owned, open addressing by name: id + 1, 0 free */
    size_t slot_count;       /* a power of two, at most half of it in use */
    uint32_t parent_count;
    uint32_t first_wanting, last_wanting;
    unsigned out; /* probes in flight */
    uint64_t hash_seed;
};

static bool has_type(const struct wildcards *w, uint16_t type)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (w->types[i] == type)
            return true;
    return false;
}

int wildcards_create(struct wildcards **out, struct rng *rng, const uint16_t *types,
                     size_t type_count)
{
    static const uint16_t always[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME};
    const size_t always_count = sizeof always / sizeof always[0];

    *out = NULL;
    struct wildcards *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->types = malloc((always_count + type_count) * sizeof *w->types);
    w->slots = calloc(SLOTS_MIN, sizeof *w->slots);
    w->parents = malloc(SLOTS_MIN / 2 * sizeof(struct parent *));
    if (!w->types || !w->slots || !w->parents) {
        wildcards_destroy(w);
        return ERR_NOMEM;
    }
    memcpy(w->types, always, sizeof always);
    w->type_count = always_count;
    for (size_t i = 0; i < type_count; i++)
        if (!has_type(w, types[i]))
            w->types[w->type_count++] = types[i];
    w->rng = rng;
    w->slot_count = SLOTS_MIN;
    w->first_wanting = w->last_wanting = NONE;
    w->hash_seed = rng_u64(rng);
    *out = w;
    return 0;
}

void wildcards_destroy(struct wildcards *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->parent_count; i++) {
        for (size_t t = 0; t < w->type_count; t++)
            wildcard_pool_deinit(&w->parents[i]->pools[t]);
        free(w->parents[i]);
    }
    free(w->parents);
    free(w->slots);
    free(w->types);
    free(w);
}

/* The slot that holds NAME (canonical), or the free one where it belongs. */
static uint32_t *find_slot(const struct wildcards *w, const uint8_t *name, size_t len)
{
    size_t i = hash64(name, len, w->hash_seed) & (w->slot_count - 1);

    while (w->slots[i]) {
        const struct parent *p = w->parents[w->slots[i] - 1];
        if (p->name_len == len && memcmp(p->name, name, len) == 0)
            break;
        i = (i + 1) & (w->slot_count - 1);
    }
    return &w->slots[i];
}

static struct parent *find_parent(const struct wildcards *w, const uint8_t *name)
{
    uint32_t slot = *find_slot(w, name, name_len(name));
    return slot ? w->parents[slot - 1] : NULL;
}

static int grow(struct wildcards *w)
{
    size_t count = w->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    struct parent **parents =
        slots ? realloc(w->parents, count / 2 * sizeof(struct parent *)) : NULL;

    if (!parents) {
        free(slots);
        return ERR_NOMEM;
    }
    free(w->slots);
    w->slots = slots;
    w->slot_count = count;
    w->parents = parents;
    for (uint32_t i = 0; i < w->parent_count; i++)
        *find_slot(w, parents[i]->name, parents[i]->name_len) = i + 1;
    return 0;
}

static bool is_settled(const struct parent *p)
{
    return p->state == PARENT_WILDCARD;
}

static unsigned wanted(const struct parent *p, size_t type_index)
{
    if (p->state == PARENT_CLEAN || p->state == PARENT_LOST)
        return 0;
    return wildcard_pool_wanted(&p->pools[type_index], is_settled(p));
}

static bool is_wanting(const struct wildcards *w, const struct parent *p)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (wanted(p, i))
            return true;
    return false;
}

static bool is_busy(const struct wildcards *w, const struct parent *p)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (p->pools[i].out)
            return true;
    return is_wanting(w, p);
}

static void enlist(struct wildcards *w, struct parent *p)
{
    if (p->is_wanting || !is_wanting(w, p))
        return;
    p->is_wanting = true;
    p->next_wanting = NONE;
    if (w->last_wanting == NONE)
        w->first_wanting = p->id;
    else
        w->parents[w->last_wanting]->next_wanting = p->id;
    w->last_wanting = p->id;
}

/* The parent NAME (canonical), new if need be. */
static int take_parent(struct wildcards *w, const uint8_t *name, struct parent **out)
{
    size_t len = name_len(name);
    size_t pools_size = w->type_count * sizeof(struct wildcard_pool);

    *out = find_parent(w, name);
    if (*out)
        return 0;
    if (w->parent_count == w->slot_count / 2 && grow(w))
        return ERR_NOMEM;
    struct parent *p = calloc(1, sizeof *p + pools_size + len);
    if (!p)
        return ERR_NOMEM;
    p->name = (uint8_t *)p + sizeof *p + pools_size;
    p->name_len = (uint8_t)len;
    memcpy(p->name, name, len);
    p->id = w->parent_count;
    for (size_t i = 0; i < w->type_count; i++)
        p->pools[i].chance_missed = 1;
    if (len + 1 + LABEL_LEN_LEAST > NAME_WIRE_MAX)
        p->state = PARENT_LOST;
    *find_slot(w, name, len) = p->id + 1;
    w->parents[w->parent_count++] = p;
    enlist(w, p);
    *out = p;
    return 0;
}

static void make_probe_name(struct wildcards *w, const struct parent *p, struct name *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    uint32_t len = LABEL_LEN_MIN + rng_below(w->rng, LABEL_LEN_MAX - LABEL_LEN_MIN + 1);
    uint32_t room = NAME_WIRE_MAX - 1u - p->name_len;

    if (len > room)
        len = room;
    out->wire[0] = (uint8_t)len;
    out->wire[1] = (uint8_t)letters[rng_below(w->rng, 26)];
    for (uint32_t i = 2; i <= len; i++)
        out->wire[i] = (uint8_t)letters[rng_below(w->rng, sizeof letters - 1)];
    memcpy(out->wire + 1 + len, p->name, p->name_len);
    out->len = (uint8_t)(1 + len + p->name_len);
}

/* The type of P that wants a probe and had the fewest. */
static size_t choose_type(const struct wildcards *w, const struct parent *p)
{
    size_t best = w->type_count;

    for (size_t i = 0; i < w->type_count; i++)
        if (wanted(p, i) && (best == w->type_count || p->pools[i].asked < p->pools[best].asked))
            best = i;
    return best;
}

bool wildcards_next_probe(struct wildcards *w, struct wildcard_probe *out)
{
    while (w->first_wanting != NONE && w->out < PROBES_OUT_MAX) {
        struct parent *p = w->parents[w->first_wanting];
        w->first_wanting = p->next_wanting;
        if (w->first_wanting == NONE)
            w->last_wanting = NONE;
        p->is_wanting = false;

        size_t type_index = choose_type(w, p);
        if (type_index == w->type_count)
            continue;
        out->parent = p->id;
        out->type = w->types[type_index];
        make_probe_name(w, p, &out->name);
        p->pools[type_index].asked++;
        p->pools[type_index].out++;
        w->out++;
        if (p->state == PARENT_UNKNOWN)
            p->state = PARENT_PROBING;
        enlist(w, p); /* at the end: parents take turns */
        return true;
    }
    return false;
}

/* From the first answers to an end state. */
static void settle(const struct wildcards *w, struct parent *p)
{
    bool has_lost = false, exists = false;

    if (p->state != PARENT_PROBING)
        return;
    for (size_t i = 0; i < w->type_count; i++) {
        const struct wildcard_pool *pool = &p->pools[i];
        if (pool->answered == 0 && !pool->is_lost)
            return;
        has_lost = has_lost || pool->is_lost;
        exists = exists || pool->count || pool->has_nodata;
    }
    if (exists)
        p->state = PARENT_WILDCARD;
    else
        p->state = has_lost ? PARENT_LOST : PARENT_CLEAN;
}

static struct wildcard_pool *find_pool(const struct wildcards *w, struct parent *p, uint16_t type)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (w->types[i] == type)
            return &p->pools[i];
    return NULL;
}

static bool is_known(const struct wildcards *w, const struct parent *p, uint64_t hash)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (wildcard_pool_has(&p->pools[i], hash))
            return true;
    return false;
}

static uint32_t count_unknown(const struct wildcards *w, const struct parent *p,
                              const struct wildcard_data *data)
{
    uint32_t count = 0;

    for (unsigned i = 0; data && i < data->count; i++)
        count += !is_known(w, p, data->hashes[i]);
    return count;
}

bool wildcards_result(struct wildcards *w, uint32_t parent, uint16_t type,
                      enum wildcard_probe_result result, const struct wildcard_data *data)
{
    if (parent >= w->parent_count)
        return false;
    struct parent *p = w->parents[parent];
    struct wildcard_pool *pool = find_pool(w, p, type);
    if (!pool || pool->out == 0)
        return false;
    w->out--;
    if (result != WILDCARD_PROBE_DATA)
        data = NULL;
    else if (data->count == 0)
        result = WILDCARD_PROBE_NODATA;
    uint32_t unknown = count_unknown(w, p, data);
    wildcard_pool_note(pool, result, data);
    p->distinct += unknown - count_unknown(w, p, data);
    settle(w, p);
    enlist(w, p);
    return !is_busy(w, p);
}

/* How many of DATA's hashes are known at P. */
static unsigned count_covered(const struct wildcards *w, const struct parent *p,
                              const struct wildcard_pool *pool, const struct wildcard_data *data)
{
    unsigned covered = 0;

    for (unsigned i = 0; i < data->count; i++)
        covered += data->by_cname ? is_known(w, p, data->hashes[i])
                                  : pool && wildcard_pool_has(pool, data->hashes[i]);
    return covered;
}

/* Whether POOL of P may still show more; asks it for the higher certainty. */
static bool may_grow(struct wildcards *w, struct parent *p, struct wildcard_pool *pool)
{
    if (pool->out || wildcard_pool_wanted(pool, is_settled(p)))
        return true;
    pool->wants_sure = true;
    enlist(w, p);
    return wildcard_pool_wanted(pool, is_settled(p)) > 0;
}

static enum wildcard_judgement judge_level(struct wildcards *w, struct parent *p,
                                           const struct wildcard_data *data, size_t data_count)
{
    unsigned types = 0, known = 0, open = 0;
    bool is_waiting = p->state == PARENT_UNKNOWN || p->state == PARENT_PROBING;

    if (p->state == PARENT_CLEAN)
        return WILDCARD_NO;
    if (p->state == PARENT_LOST)
        return WILDCARD_POSSIBLE;
    for (size_t i = 0; i < data_count; i++) {
        if (data[i].count == 0)
            continue;
        struct wildcard_pool *pool = find_pool(w, p, data[i].type);
        unsigned covered = count_covered(w, p, pool, &data[i]);
        types++;
        if (covered == data[i].count) {
            known++;
            continue;
        }
        if (is_settled(p) && pool && may_grow(w, p, pool))
            is_waiting = true;
        else if (covered || !pool || !wildcard_pool_rules_out(pool))
            open++;
    }
    if (known == types)
        return WILDCARD_YES;
    if (is_waiting)
        return WILDCARD_WAIT;
    return known || open ? WILDCARD_POSSIBLE : WILDCARD_NO;
}

/* The first level to look at: below the deepest one known to be clean. */
static unsigned first_level(const struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                            unsigned labels)
{
    for (unsigned level = labels; level-- > zone_labels;) {
        const struct parent *p = find_parent(w, name_suffix(name, level));
        if (p && p->state == PARENT_CLEAN)
            return level + 1;
    }
    return zone_labels;
}

/* Once a name is judged: what it shows about pools that probes did not exhaust. */
static void learn(struct wildcards *w, const uint8_t *name, unsigned from, unsigned labels,
                  const struct wildcard_data *data, size_t data_count)
{
    for (unsigned level = from; level < labels; level++) {
        struct parent *p = find_parent(w, name_suffix(name, level));
        if (!p)
            return;
        for (size_t i = 0; i < data_count; i++) {
            struct wildcard_pool *pool = find_pool(w, p, data[i].type);
            if (!pool || data[i].count == 0 || p->state != PARENT_WILDCARD)
                continue;
            uint16_t before = pool->count;
            wildcard_pool_learn(pool, &data[i]);
            p->distinct += (uint32_t)(pool->count - before);
        }
    }
}

static int judge(struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                 const struct wildcard_data *data, size_t data_count, bool is_last,
                 struct wildcard_finding *out)
{
    struct name own = {.len = (uint8_t)name_len(name)};
    unsigned labels = name_label_count(name);
    size_t with_data = 0;

    *out = (struct wildcard_finding){.judgement = WILDCARD_NO};
    for (size_t i = 0; i < data_count; i++)
        with_data += data[i].count > 0;
    if (with_data == 0)
        return 0;
    memcpy(own.wire, name, own.len);
    name_lower(own.wire);

    unsigned from = first_level(w, own.wire, zone_labels, labels);
    for (unsigned level = from; level < labels; level++) {
        struct parent *p;
        int err = take_parent(w, name_suffix(own.wire, level), &p);
        if (err)
            return err;
        enum wildcard_judgement judgement = judge_level(w, p, data, data_count);
        if (judgement == WILDCARD_WAIT) {
            *out = (struct wildcard_finding){.judgement = WILDCARD_WAIT, .parent = p->id};
            return 0;
        }
        if (judgement == WILDCARD_NO)
            continue;
        *out = (struct wildcard_finding){
            .judgement = judgement, .parent = p->id, .root = p->name, .pool = p->distinct};
        if (judgement == WILDCARD_YES)
            break;
    }
    if (is_last)
        learn(w, own.wire, from, labels, data, data_count);
    return 0;
}

int wildcards_judge(struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                    const struct wildcard_data *data, size_t data_count,
                    struct wildcard_finding *out)
{
    return judge(w, name, zone_labels, data, data_count, true, out);
}

int wildcards_peek(struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                   const struct wildcard_data *data, size_t data_count,
                   struct wildcard_finding *out)
{
    return judge(w, name, zone_labels, data, data_count, false, out);
}

size_t wildcards_explain(const struct wildcards *w, const uint8_t *root, char *out, size_t cap)
{
    char name[NAME_TEXT_MAX], type[CODE_TEXT_MAX];
    const struct parent *p = find_parent(w, root);
    const char *join = " answers ";
    size_t len = 0;

    if (cap == 0)
        return 0;
    out[0] = '\0';
    if (!p)
        return 0;
    name_to_text(root, name);
    int wrote = snprintf(out, cap, name[0] == '.' ? "*%s" : "*.%s", name);
    for (size_t i = 0; wrote >= 0 && i < w->type_count; i++) {
        const struct wildcard_pool *pool = &p->pools[i];
        len += (size_t)wrote;
        if (len >= cap)
            return cap - 1;
        code_type_to_text(w->types[i], type);
        wrote = 0;
        if (pool->count)
            wrote = snprintf(out + len, cap - len, "%s%s with %s%u %s in %u probes", join, type,
                             pool->is_saturated ? "over " : "", pool->count,
                             pool->count == 1 ? "datum" : "data", pool->asked);
        else if (pool->is_lost)
            wrote =
                snprintf(out + len, cap - len, "%s%s with %u probes lost", join, type, pool->asked);
        if (wrote > 0)
            join = ", ";
    }
    if (wrote > 0)
        len += (size_t)wrote;
    return len < cap ? len : cap - 1;
}
