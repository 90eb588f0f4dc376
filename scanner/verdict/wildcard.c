// SPDX-License-Identifier: BSD-2-Clause
/* Probes of parents, and what their ends come to.
 *
 * The vote. Each first answer for a random label says that random labels exist (data,
 * NODATA) or do not (NXDOMAIN: none does there for any type, RFC 4592). Of each operator
 * the first answer counts. Once every type had its answer, the side that is ahead by
 * VOTE_MARGIN operators wins; where fewer can be asked, by as many as there are. While
 * neither is, further labels are asked for one type, up to ANSWERS_MAX answers; then the
 * larger side wins, and a draw is a wildcard: its names are compared with what is known.
 *
 * So data made by one resolver in the place of NXDOMAIN cost some probes and no name, and
 * a denial by one does not let a wildcard's names through. */
#include "verdict/wildcard.h"

#include <string.h>

#include "verdict/wildcard_table.h"

#define PROBES_OUT_MAX 256 /* of all parents together: many levels cannot fill the engine */
#define LABEL_LEN_MIN  12  /* 26 x 36^11 labels: no word list meets one */
#define LABEL_LEN_MAX  16
#define VOTE_MARGIN    2
#define ANSWERS_MAX    10 /* first ones and those of the vote, over all types */

/* --- probes --- */

/* The type that the vote goes on by: the first one that is not lost. */
static bool votes_by(const struct parent *p, size_t type_index)
{
    for (size_t i = 0; i < type_index; i++)
        if (!p->pools[i].is_lost)
            return false;
    return true;
}

static unsigned count_wanted(const struct parent *p, size_t type_index)
{
    const struct wildcard_pool *pool = &p->pools[type_index];

    if (p->state == PARENT_CLEAN || p->state == PARENT_LOST)
        return 0;
    if (p->state == PARENT_PROBING && p->wants_votes)
        return votes_by(p, type_index) && !pool->out && pool->asked < WILDCARD_PROBES_MAX;
    return wildcard_pool_wanted(pool, p->state == PARENT_WILDCARD);
}

static bool is_wanting(const struct wildcards *w, const struct parent *p)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (count_wanted(p, i))
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

void wildcards_enlist(struct wildcards *w, struct parent *p)
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
        if (count_wanted(p, i) &&
            (best == w->type_count || p->pools[i].asked < p->pools[best].asked))
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
        wildcards_enlist(w, p); /* at the end: parents take turns */
        return true;
    }
    return false;
}

/* --- the vote --- */

static void vote(struct parent *p, const struct wildcard_reply *reply,
                 enum wildcard_probe_result result)
{
    if (p->answers < UINT8_MAX)
        p->answers++;
    for (unsigned i = 0; i < p->vote_count && reply->op != WILDCARD_OP_UNKNOWN; i++)
        if (p->votes[i].op == reply->op)
            return;
    if (p->vote_count < VOTES_MAX)
        p->votes[p->vote_count++] =
            (struct vote){.op = reply->op,
                          .resolver = reply->resolver,
                          .exists = result != WILDCARD_PROBE_NXDOMAIN,
                          .hash = result == WILDCARD_PROBE_DATA ? reply->data->hashes[0] : 0};
}

/* By how many operators more say that random labels exist than deny it. */
static int balance_of(const struct parent *p)
{
    int balance = 0;
    for (unsigned i = 0; i < p->vote_count; i++)
        balance += p->votes[i].exists ? 1 : -1;
    return balance;
}

static bool can_vote(const struct wildcards *w, const struct parent *p)
{
    size_t i = 0;
    while (i < w->type_count && p->pools[i].is_lost)
        i++;
    return i < w->type_count && p->pools[i].asked < WILDCARD_PROBES_MAX;
}

static void note_liars(struct wildcards *w, const struct parent *p)
{
    for (unsigned i = 0; i < p->vote_count; i++)
        if (p->votes[i].hash && w->liar_count < LIARS_MAX)
            w->liars[w->liar_count++] = (struct wildcard_liar){
                .resolver = p->votes[i].resolver, .parent = p->id, .hash = p->votes[i].hash};
}

bool wildcards_next_liar(struct wildcards *w, struct wildcard_liar *out)
{
    if (w->liar_count == 0)
        return false;
    *out = w->liars[--w->liar_count];
    return true;
}

/* From the first answers to an end state, or to more of them. */
static void settle(struct wildcards *w, struct parent *p)
{
    bool has_lost = false;

    if (p->state != PARENT_PROBING)
        return;
    for (size_t i = 0; i < w->type_count; i++) {
        const struct wildcard_pool *pool = &p->pools[i];
        if (pool->answered == 0 && !pool->is_lost)
            return;
        has_lost = has_lost || pool->is_lost;
    }
    int balance = balance_of(p);
    int margin = p->operators < VOTE_MARGIN ? 1 : VOTE_MARGIN;
    bool is_open = balance < margin && balance > -margin && p->answers < ANSWERS_MAX &&
                   p->vote_count < VOTES_MAX;
    p->wants_votes = is_open && can_vote(w, p);
    if (p->wants_votes)
        return;
    if (balance > 0 || (balance == 0 && p->vote_count > 0))
        p->state = PARENT_WILDCARD;
    else
        p->state = has_lost ? PARENT_LOST : PARENT_CLEAN;
    if (p->state == PARENT_CLEAN)
        note_liars(w, p);
}

/* --- the ends of probes --- */

/* One more operator gave it below P. */
static void note_giver(struct distrusted *distrusted, const struct parent *p, uint32_t op)
{
    unsigned enough = p->operators < WILDCARD_GIVERS_MAX ? p->operators : WILDCARD_GIVERS_MAX;

    if (distrusted->parent != p->id)
        distrusted->givers.count = 0;
    distrusted->parent = p->id;
    pool_givers_put(&distrusted->givers, op);
    distrusted->is_cleared = distrusted->givers.count >= enough;
}

static bool is_distrusted(struct wildcards *w, const struct parent *p,
                          const struct wildcard_reply *reply)
{
    bool is = false;

    for (unsigned i = 0; i < w->distrusted_count; i++) {
        struct distrusted *distrusted = &w->distrusted[i];
        for (unsigned j = 0; j < reply->data->count && !distrusted->is_cleared; j++) {
            if (distrusted->hash != reply->data->hashes[j])
                continue;
            note_giver(distrusted, p, reply->op);
            is = is || !distrusted->is_cleared;
        }
    }
    return is;
}

static enum wildcard_probe_result result_of(struct wildcards *w, const struct parent *p,
                                            const struct wildcard_reply *reply)
{
    if (reply->result != WILDCARD_PROBE_DATA)
        return reply->result;
    if (reply->data->count == 0)
        return WILDCARD_PROBE_NODATA;
    return is_distrusted(w, p, reply) ? WILDCARD_PROBE_LOST : WILDCARD_PROBE_DATA;
}

static uint32_t count_distinct(const struct wildcards *w, const struct parent *p)
{
    uint32_t count = 0;
    for (size_t t = 0; t < w->type_count; t++) {
        for (unsigned i = 0; i < p->pools[t].count; i++) {
            size_t before = 0;
            while (before < t && !wildcard_pool_has(&p->pools[before], p->pools[t].data[i].hash))
                before++;
            count += before == t;
        }
    }
    return count;
}

bool wildcards_result(struct wildcards *w, uint32_t parent, uint16_t type,
                      const struct wildcard_reply *reply)
{
    if (parent >= w->parent_count)
        return false;
    struct parent *p = w->parents[parent];
    struct wildcard_pool *pool = wildcards_find_pool(w, p, type);
    if (!pool || pool->out == 0)
        return false;
    w->out--;
    p->operators = reply->operators;
    enum wildcard_probe_result result = result_of(w, p, reply);
    if (p->state == PARENT_PROBING && result != WILDCARD_PROBE_LOST)
        vote(p, reply, result);
    uint16_t before = pool->count;
    wildcard_pool_note(pool, result, reply->data, reply->op);
    if (pool->count != before)
        p->distinct = count_distinct(w, p);
    settle(w, p);
    wildcards_enlist(w, p);
    return !is_busy(w, p);
}

/* P had nothing but made-up data: what it is, is open again. */
static void begin_anew(struct wildcards *w, struct parent *p)
{
    p->state = PARENT_PROBING;
    p->vote_count = p->answers = 0;
    p->wants_votes = false;
    for (size_t i = 0; i < w->type_count; i++)
        wildcard_pool_begin_anew(&p->pools[i]);
    settle(w, p); /* nothing may be left to ask */
    wildcards_enlist(w, p);
}

void wildcards_distrust(struct wildcards *w, uint64_t hash)
{
    bool is_cleared = false;

    for (unsigned i = 0; i < w->distrusted_count; i++)
        if (w->distrusted[i].hash == hash)
            return;
    for (uint32_t i = 0; i < w->parent_count && !is_cleared; i++) {
        const struct pool_givers *givers = wildcards_find_givers(w, w->parents[i], hash);
        is_cleared = givers && givers->count == WILDCARD_GIVERS_MAX;
    }
    if (w->distrusted_count < DISTRUSTED_MAX)
        w->distrusted[w->distrusted_count++] =
            (struct distrusted){.hash = hash, .parent = NONE, .is_cleared = is_cleared};
    for (uint32_t i = 0; i < w->parent_count && !is_cleared; i++) {
        struct parent *p = w->parents[i];
        bool is_there = false;
        for (size_t t = 0; t < w->type_count; t++)
            is_there = wildcard_pool_remove(&p->pools[t], hash) || is_there;
        p->distinct = is_there ? count_distinct(w, p) : p->distinct;
        if (is_there && p->distinct == 0 && p->state != PARENT_CLEAN)
            begin_anew(w, p);
    }
}

bool wildcards_is_made_up(const struct wildcards *w, uint64_t hash)
{
    for (unsigned i = 0; i < w->distrusted_count; i++)
        if (w->distrusted[i].hash == hash)
            return !w->distrusted[i].is_cleared;
    return false;
}

int wildcards_tell(struct wildcards *w, const uint8_t *name, bool is_wild)
{
    struct parent *p;
    int error = wildcards_take_parent(w, name, &p);

    if (error != 0 || (is_wild && p->state == PARENT_WILDCARD))
        return error;
    begin_anew(w, p);
    if (is_wild)
        p->state = PARENT_WILDCARD;
    wildcards_enlist(w, p);
    return 0;
}

void wildcards_witness(struct wildcards *w, const uint8_t *name, const struct wildcard_reply *reply)
{
    struct parent *p = wildcards_find_parent(w, name);
    struct wildcard_pool *pool = p ? wildcards_find_pool(w, p, reply->data->type) : NULL;

    if (!pool || pool->asked == WILDCARD_PROBES_MAX)
        return;
    pool->asked++;
    pool->out++;
    w->out++;
    (void)wildcards_result(w, p->id, reply->data->type, reply);
}

void wildcards_note_full(struct wildcards *w, const struct wildcard_finding *finding)
{
    w->parents[finding->parent]->full++;
}
