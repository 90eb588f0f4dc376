// SPDX-License-Identifier: BSD-2-Clause
/* The judgement of names.
 *
 * Signatures first. An RRSIG that counts fewer labels than the name has was made for a
 * wildcard, one that counts them all for the name itself, and so was an NSEC record with
 * the name as its owner (RFC 4034 section 3.1.3, RFC 4592). They are not verified here: where
 * nobody else did, two operators have to say the same.
 *
 * Then level by level. A level's replies with data, all of one type together, are compared
 * with the pool of that type (a CNAME with all pools, since it answers every type):
 *
 *   KNOWN    one reply holds known data alone
 *   DIFFERS  so it is, but each reply has another TTL than probes ever got, or fewer
 *            data than they always got; or some data are known and the others ruled out
 *   OUT      no datum is known, and the pool rules the others out
 *   OPEN     neither: it was not to be found out
 *   WAIT     probes are out, or the pool can grow
 *   ASK      another reply would tell
 *
 *   all types KNOWN                       YES, the walk ends
 *   a type that waits                     WAIT
 *   a type to be asked for again          ASK, if no level below says YES
 *   every type OUT                        NO, go on one level down
 *   else                                  POSSIBLE, go on, a YES below wins
 *
 * A CLEAN level clears what levels above it left possible: when a random sibling
 * does not exist there, the source of synthesis is not above (RFC 4592 section
 * 3.3.1). So the walk begins below the deepest level already known to be clean.
 *
 * TTLs. Random labels are in nobody's cache, so probes get the zone's own TTL, or what
 * resolvers make of it. A longer one in two replies is no wildcard's. A shorter one may be a
 * cache's countdown: three replies of two operators must have shorter ones, the longest of
 * them twice.
 *
 * A reply whose data probes got from its own sender alone is an echo: one that makes data up
 * does so for both. It explains nothing beside replies of others, and asks for one.
 *
 * A name that is asked again shows what kind it is: a host gives the same data or has them
 * in common between replies; of a pool so large that probes know only a part of it, replies
 * have nothing in common with each other (ALIKE_REPLIES of them). */
#include "verdict/wildcard.h"

#include <string.h>

#include "verdict/wildcard_table.h"

#define ALIKE_REPLIES   3
#define ASK_UNSEEN_MAX  0.7 /* of more, nothing is ruled out by the replies to a name */
#define ALIKE_UNSEEN    0.3 /* share of the pool's replies with new data, for such a pool */
#define SHAPE_PROBES    4   /* answers before the number of data in each says something */
#define LONGER_REPLIES  2
#define SHORTER_REPLIES 3

enum fit { FIT_KNOWN, FIT_DIFFERS, FIT_OUT, FIT_OPEN, FIT_WAIT, FIT_ASK, FIT_COUNT };

/* What replies of one type look like beside a pool. */
struct look {
    uint16_t type;
    unsigned replies;                  /* with data */
    unsigned covered, touched;         /* with known data alone, with any */
    unsigned echoed;                   /* of the covered: nobody but its sender knows them all */
    unsigned longer, shorter, smaller; /* of the covered: TTL, number of data */
    unsigned operators;                /* different ones */
    uint32_t ttl_longest;
    unsigned ttl_longest_count;
    bool is_common; /* two replies share a datum */
    bool is_alias;
};

/* --- one type --- */

/* Data of a reply that are known, and those that are so by others than its sender. */
struct known {
    unsigned all, by_others;
};

static struct known count_known(const struct wildcards *w, const struct parent *p,
                                const struct wildcard_pool *pool, const struct wildcard_data *data)
{
    struct known known = {0};

    for (unsigned i = 0; i < data->count; i++) {
        const struct pool_datum *datum = wildcard_pool_find(pool, data->hashes[i]);
        const struct pool_givers *givers = data->by_cname
                                               ? wildcards_find_givers(w, p, data->hashes[i])
                                           : datum ? &datum->givers
                                                   : NULL;
        bool is_alone = givers && p->operators > 1 && data->op != WILDCARD_OP_UNKNOWN &&
                        givers->count == 1 && givers->ops[0] == data->op;
        known.all += givers != NULL;
        known.by_others += givers && !is_alone;
    }
    if (data->by_cname) {
        known.all = known.all ? data->count : 0;
        known.by_others = known.by_others ? data->count : 0;
    }
    return known;
}

static bool share_datum(const struct wildcard_data *a, const struct wildcard_data *b)
{
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned j = 0; j < b->count; j++)
            if (a->hashes[i] == b->hashes[j])
                return true;
    return false;
}

/* DATA's place among the replies of its type that come before it. */
static void compare_replies(const struct wildcard_name *name, size_t index, struct look *look)
{
    const struct wildcard_data *data = name->data[index];
    bool is_new_operator = true;

    for (size_t i = 0; i < index; i++) {
        if (name->data[i]->type != data->type || name->data[i]->count == 0)
            continue;
        look->is_common |= share_datum(name->data[i], data);
        if (data->op != WILDCARD_OP_UNKNOWN && name->data[i]->op == data->op)
            is_new_operator = false;
    }
    look->operators += is_new_operator;
}

/* DATA, all known, beside what else is known of the wildcard's records. */
static void compare_form(const struct wildcard_pool *pool, const struct wildcard_data *data,
                         struct look *look)
{
    bool has_shape =
        !data->by_cname && pool->shown_min == pool->shown_max && pool->with_data >= SHAPE_PROBES;

    look->covered++;
    look->longer += data->ttl > pool->ttl_max;
    look->shorter += data->ttl < pool->ttl_min;
    look->smaller += has_shape && data->count < pool->shown_min;
    if (data->ttl > look->ttl_longest)
        look->ttl_longest_count = 0;
    if (data->ttl >= look->ttl_longest) {
        look->ttl_longest = data->ttl;
        look->ttl_longest_count++;
    }
}

static struct look look_at(const struct wildcards *w, const struct parent *p,
                           const struct wildcard_pool *pool, const struct wildcard_name *name,
                           uint16_t type)
{
    struct look look = {.type = type};

    for (size_t i = 0; i < name->count; i++) {
        const struct wildcard_data *data = name->data[i];
        if (data->type != type || data->count == 0)
            continue;
        struct known known = count_known(w, p, pool, data);
        look.replies++;
        look.touched += known.by_others > 0;
        look.is_alias |= data->by_cname;
        compare_replies(name, i, &look);
        if (known.all < data->count)
            continue;
        compare_form(pool, data, &look);
        look.echoed += known.by_others < data->count;
    }
    return look;
}

/* Probes of POOL are out or wanted; SURE asks it for the higher certainty. */
static bool may_grow(struct wildcards *w, struct parent *p, struct wildcard_pool *pool, bool sure)
{
    if (pool->out || wildcard_pool_wanted(pool, true))
        return true;
    if (!sure)
        return false;
    pool->wants_sure = true;
    wildcards_enlist(w, p);
    return wildcard_pool_wanted(pool, true) > 0;
}

/* Some reply holds known data alone. */
static enum fit fit_covered(struct wildcards *w, struct parent *p, struct wildcard_pool *pool,
                            const struct look *look, unsigned asks, const char **reason)
{
    bool is_longer = look->longer == look->covered, is_smaller = look->smaller == look->covered;
    bool is_shorter = look->shorter == look->covered;

    if (pool->with_data == 0 || (!is_longer && !is_smaller && !is_shorter))
        return FIT_KNOWN;
    if (may_grow(w, p, pool, false))
        return FIT_WAIT;
    if (look->covered >= LONGER_REPLIES && (is_longer || is_smaller)) {
        *reason = is_longer ? "its TTL is longer than the wildcard's"
                            : "it has fewer data than the wildcard shows";
        return FIT_DIFFERS;
    }
    if (is_shorter && look->covered >= SHORTER_REPLIES) {
        if (look->operators < 2 || look->ttl_longest_count < 2)
            return FIT_KNOWN;
        *reason = "its TTL is shorter than the wildcard's";
        return FIT_DIFFERS;
    }
    return asks ? FIT_ASK : FIT_KNOWN;
}

/* No reply does. */
static enum fit fit_strange(struct wildcards *w, struct parent *p, struct wildcard_pool *pool,
                            const struct look *look, unsigned asks, const char **reason)
{
    if (may_grow(w, p, pool, true))
        return FIT_WAIT;
    if (wildcard_pool_rules_out(pool, look->replies - look->covered)) {
        if (look->touched)
            *reason = "it has data that the wildcard has not";
        return look->touched ? FIT_DIFFERS : FIT_OUT;
    }
    double unseen = wildcard_pool_unseen(pool);
    if (look->replies >= ALIKE_REPLIES && !look->is_common && unseen >= ALIKE_UNSEEN &&
        !pool->is_lost)
        return FIT_KNOWN;
    bool can_tell = !pool->is_lost && (!look->is_common || unseen < ASK_UNSEEN_MAX);
    if (asks && can_tell)
        return FIT_ASK;
    *reason = "not all data of the wildcard are known";
    return FIT_OPEN;
}

static enum fit fit_type(struct wildcards *w, struct parent *p, const struct wildcard_name *name,
                         uint16_t type, struct wildcard_finding *out)
{
    struct wildcard_pool *pool = wildcards_find_pool(w, p, type);

    if (!pool) /* nobody probes for it */
        return FIT_OPEN;
    struct look look = look_at(w, p, pool, name, type);
    out->is_alias |= look.is_alias && look.covered;
    if (look.is_alias && look.covered && pool->embeds)
        out->evidence = "cname";
    bool is_echo = look.covered > 0 && look.covered == look.echoed;
    if (is_echo && look.replies == 1 && name->asks)
        return FIT_ASK;
    if (look.covered == 0 || (is_echo && look.covered < look.replies))
        return fit_strange(w, p, pool, &look, name->asks, &out->reason);
    return fit_covered(w, p, pool, &look, name->asks, &out->reason);
}

/* --- one level --- */

/* The reply at INDEX is the first of its type. */
static bool is_first_of_type(const struct wildcard_name *name, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (name->data[i]->count && name->data[i]->type == name->data[index]->type)
            return false;
    return name->data[index]->count > 0;
}

static void find_possible(struct wildcard_finding *out, const char *reason)
{
    out->judgement = WILDCARD_POSSIBLE;
    if (!out->reason)
        out->reason = reason;
}

static void judge_level(struct wildcards *w, struct parent *p, const struct wildcard_name *name,
                        struct wildcard_finding *out)
{
    unsigned fits[FIT_COUNT] = {0}, types = 0;

    *out = (struct wildcard_finding){.judgement = WILDCARD_NO,
                                     .parent = p->id,
                                     .root = p->name,
                                     .pool = p->distinct,
                                     .full = p->full,
                                     .evidence = "probe"};
    if (p->state == PARENT_CLEAN)
        return;
    if (p->state == PARENT_LOST) {
        find_possible(out, "probes were lost");
        return;
    }
    if (p->state != PARENT_WILDCARD) {
        out->judgement = WILDCARD_WAIT;
        return;
    }
    for (size_t i = 0; i < name->count; i++) {
        if (!is_first_of_type(name, i))
            continue;
        enum fit fit = fit_type(w, p, name, name->data[i]->type, out);
        if (fit == FIT_ASK && !fits[FIT_ASK])
            out->type = name->data[i]->type;
        fits[fit]++;
        types++;
    }
    if (fits[FIT_KNOWN] == types)
        out->judgement = WILDCARD_YES;
    else if (fits[FIT_WAIT])
        out->judgement = WILDCARD_WAIT;
    else if (fits[FIT_ASK])
        out->judgement = WILDCARD_ASK;
    else if (fits[FIT_OUT] != types)
        find_possible(out, "it has data of a type that the wildcard has not, or others");
}

/* The first level to look at: below the deepest one known to be clean. */
static unsigned first_level(const struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                            unsigned labels)
{
    for (unsigned level = labels; level-- > zone_labels;) {
        const struct parent *p = wildcards_find_parent(w, name_suffix(name, level));
        if (p && p->state == PARENT_CLEAN)
            return level + 1;
    }
    return zone_labels;
}

/* --- signatures --- */

/* Labels of the parent whose wildcard the name was made from, as a signature that was verified
 * or those of two operators say; the name's own label count when they say it is none; -1 when they
 * do not say. */
static int signed_labels(const struct wildcard_name *name, unsigned labels)
{
    for (size_t i = 0; i < name->count; i++) {
        const struct wildcard_data *a = name->data[i];
        unsigned said = a->has_own_nsec ? labels : a->rrsig_labels;
        if (said > labels || said < name->zone_labels)
            continue;
        if (a->is_verified)
            return (int)said;
        for (size_t j = 0; j < i; j++) {
            const struct wildcard_data *b = name->data[j];
            if (b->op != a->op && (b->has_own_nsec ? labels : b->rrsig_labels) == said)
                return (int)said;
        }
    }
    return -1;
}

/* True when signatures decide. */
static int judge_signed(struct wildcards *w, const struct wildcard_name *name, unsigned labels,
                        struct wildcard_finding *out)
{
    int said = signed_labels(name, labels);
    struct parent *p;

    if (said < 0)
        return 0;
    *out = (struct wildcard_finding){.judgement = WILDCARD_NO};
    if ((unsigned)said == labels)
        return 1;
    int err = wildcards_take_parent(w, name_suffix(name->wire, (unsigned)said), &p);
    if (err)
        return err;
    p->is_signed = true;
    *out = (struct wildcard_finding){.judgement = WILDCARD_YES,
                                     .parent = p->id,
                                     .root = p->name,
                                     .pool = p->distinct,
                                     .full = p->full,
                                     .evidence = "rrsig"};
    return 1;
}

/* --- learning --- */

/* A name made from the wildcard of P: its replies are the pools'. */
static void adopt(struct wildcards *w, struct parent *p, const struct wildcard_name *name)
{
    for (size_t i = 0; i < name->count; i++) {
        struct wildcard_pool *pool = wildcards_find_pool(w, p, name->data[i]->type);
        if (!pool || name->data[i]->count == 0 || p->state != PARENT_WILDCARD)
            continue;
        uint16_t before = pool->count;
        wildcard_pool_learn(pool, name->data[i]);
        wildcard_pool_adopt(pool, name->data[i]);
        p->distinct += (uint32_t)(pool->count - before);
    }
}

/* Any other: what it shows about pools that probes did not exhaust. */
static void learn(struct wildcards *w, const struct wildcard_name *name, unsigned from,
                  unsigned labels)
{
    for (unsigned level = from; level < labels; level++) {
        struct parent *p = wildcards_find_parent(w, name_suffix(name->wire, level));
        if (!p)
            return;
        for (size_t i = 0; i < name->count; i++) {
            struct wildcard_pool *pool = wildcards_find_pool(w, p, name->data[i]->type);
            if (!pool || !is_first_of_type(name, i) || p->state != PARENT_WILDCARD)
                continue;
            uint16_t before = pool->count;
            wildcard_pool_learn(pool, name->data[i]);
            p->distinct += (uint32_t)(pool->count - before);
        }
    }
}

/* --- the walk --- */

static int walk(struct wildcards *w, const struct wildcard_name *name, unsigned from,
                unsigned labels, struct wildcard_finding *out)
{
    for (unsigned level = from; level < labels; level++) {
        struct wildcard_finding finding;
        struct parent *p;
        int err = wildcards_take_parent(w, name_suffix(name->wire, level), &p);
        if (err)
            return err;
        judge_level(w, p, name, &finding);
        if (finding.judgement == WILDCARD_NO ||
            (finding.judgement == WILDCARD_POSSIBLE && out->judgement == WILDCARD_ASK))
            continue;
        *out = finding;
        if (finding.judgement == WILDCARD_YES || finding.judgement == WILDCARD_WAIT)
            break;
    }
    return 0;
}

static int judge(struct wildcards *w, const struct wildcard_name *given, bool is_last,
                 struct wildcard_finding *out)
{
    struct wildcard_name name = *given;
    uint8_t wire[NAME_WIRE_MAX];
    unsigned labels = name_label_count(name.wire);
    size_t with_data = 0;

    *out = (struct wildcard_finding){.judgement = WILDCARD_NO};
    for (size_t i = 0; i < name.count; i++)
        with_data += name.data[i]->count > 0;
    if (with_data == 0)
        return 0;
    memcpy(wire, name.wire, name_len(name.wire));
    name_lower(wire);
    name.wire = wire;

    int decided = judge_signed(w, &name, labels, out);
    if (decided)
        return decided < 0 ? decided : 0;
    unsigned from = first_level(w, wire, name.zone_labels, labels);
    int err = walk(w, &name, from, labels, out);
    if (err || !is_last)
        return err;
    if (out->judgement == WILDCARD_YES)
        adopt(w, w->parents[out->parent], &name);
    else if (out->judgement == WILDCARD_NO || out->judgement == WILDCARD_POSSIBLE)
        learn(w, &name, from, labels);
    return 0;
}

int wildcards_judge(struct wildcards *w, const struct wildcard_name *name,
                    struct wildcard_finding *out)
{
    return judge(w, name, true, out);
}

int wildcards_peek(struct wildcards *w, const struct wildcard_name *name,
                   struct wildcard_finding *out)
{
    return judge(w, name, false, out);
}
