// SPDX-License-Identifier: BSD-2-Clause
/* What a reply teaches.
 *
 *   1. UNKNOWN: is the zone signed? By whom: a signer at or above the zone's name.
 *   2. ON: every NSEC and NSEC3 record in the reply whose span is not known yet is verified,
 *      and put among the spans. Those that prove one name alone are counted, not kept.
 *   3. What the reply says of the name asked: proven, by the spans or by the signatures over the
 *      data; contradicted by them; or neither.
 *
 * Nothing is taken from a record that was made from a wildcard, signed by another zone, out of
 * its time, or whose signature does not hold. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "scan/keys.h"
#include "scan/worker.h"
#include "verdict/denial_kind.h"
#include "verdict/signed_sets.h"

#define UNSIGNED_MAX    32 /* replies without a signature: the zone has none, or few see them */
#define SIGNED_WORTH    32 /* signed replies of a supposed zone before its keys are asked for */
#define MINIMAL_MIN     4  /* spans that prove one name each, and... */
#define MINIMAL_TO_SPAN 4  /* ... so many of them for each that is wider */
#define OPT_OUT_MIN     8  /* spans with Opt-Out and none without */

/* One reply under examination. */
struct lesson {
    struct worker *w;
    struct decision *decision;
    uint32_t number;
    struct denying_zone *zone;
    const uint8_t *name; /* asked for */
    uint16_t type;
    int64_t now_s;
    unsigned verified; /* signatures so far */
    uint32_t ttl_max;  /* of denials, as the reply's SOA says */
    uint32_t ttl;      /* that was signed with the set verified last */
};

/* --- is it signed --- */

static bool is_given(const struct run *run, uint32_t number)
{
    return run->params->command == SCAN_BRUTE && number <= run->params->pattern_count;
}

/* The signer of something in the reply, if it can be the zone's. */
static bool find_signer(const struct lesson *l, const struct signed_sets *sets, struct name *out)
{
    const uint8_t *zone = zones_at(l->w->run->zones, l->number)->name.wire;
    struct rrsig_view sig;
    for (unsigned i = 0; i < sets->count; i++) {
        const struct signed_set *set = &sets->sets[i];
        if (set->rrsig_count == 0 ||
            rrsig_read(&sig, set->rrsigs[0].data, set->rrsigs[0].len) != 0 ||
            !name_is_under(zone, sig.signer) || !name_is_under(set->owner.wire, sig.signer))
            continue;
        out->len = (uint8_t)name_len(sig.signer);
        memcpy(out->wire, sig.signer, out->len);
        name_lower(out->wire);
        return true;
    }
    return false;
}

static void note_unknown(struct lesson *l, const struct signed_sets *sets)
{
    struct denying_zone *zone = l->zone;
    struct name signer;
    if (!name_is_under(l->name, zones_at(l->w->run->zones, l->number)->name.wire))
        return; /* a vet's question of another realm */
    if (!sets || !find_signer(l, sets, &signer)) {
        if (atomic_fetch_add(&zone->unsigned_count, 1) + 1 == UNSIGNED_MAX)
            denying_end(l->w, l->number, "it is not signed");
        return;
    }
    uint32_t count = atomic_fetch_add(&zone->signed_count, 1) + 1;
    if (is_given(l->w->run, l->number) || count >= SIGNED_WORTH)
        (void)keys_ask(l->w, l->number, &signer);
}

/* --- verification --- */

/* *LABELS: of the name that was signed. */
static bool verify(struct lesson *l, const struct signed_sets *sets, const struct signed_set *set,
                   unsigned *labels)
{
    const struct rrset_view view = {
        .owner = set->owner.wire,
        .type = set->type,
        .items = &sets->items[set->first],
        .count = set->count,
    };
    struct rrsig_view sig;
    for (unsigned i = 0; i < set->rrsig_count && set->is_whole && set->count > 0; i++) {
        const struct rdata_view *rdata = &set->rrsigs[i];
        if (l->verified == DENYING_VERIFY_MAX || rrsig_read(&sig, rdata->data, rdata->len) != 0 ||
            !name_equal(sig.signer, l->zone->apex.wire))
            continue;
        l->verified++;
        if (signature_check(&view, rdata->data, rdata->len, l->zone->keys, l->now_s) !=
            SIGNATURE_GOOD)
            continue;
        l->ttl = sig.original_ttl;
        *labels = rrsig_is_expanded(&sig, set->owner.wire) ? sig.labels
                                                           : name_label_count(set->owner.wire);
        return true;
    }
    return false;
}

/* --- spans --- */

static void note_put(struct lesson *l, int result)
{
    if (result == ERR_NOMEM)
        l->w->error = result;
    if (result != SPANS_NEW)
        return;
    atomic_fetch_add_explicit(&l->w->run->denying.spans, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&l->w->run->denying.changes, 1, memory_order_release);
}

static bool is_own(const struct signed_set *set, unsigned labels)
{
    return labels == name_label_count(set->owner.wire);
}

/* RFC 9077: what a zone's SOA says of denials holds for their proofs. */
static void note_soa(struct lesson *l, const struct signed_sets *sets)
{
    l->ttl_max = UINT32_MAX;
    for (unsigned i = 0; i < sets->count; i++) {
        const struct signed_set *set = &sets->sets[i];
        const struct rdata_view *rdata = &sets->items[set->first];
        if (set->type != TYPE_SOA || set->section != 2 || set->count != 1 || rdata->len < 4)
            continue;
        struct bytes_reader r = bytes_reader_at(rdata->data, rdata->len, rdata->len - 4);
        uint32_t minimum = bytes_u32(&r);
        l->ttl_max = minimum < set->ttl ? minimum : set->ttl;
    }
}

/* The last second in which SET, verified just now, proves anything. */
static uint32_t until_of(const struct lesson *l, const struct signed_set *set)
{
    uint32_t ttl = set->ttl < l->ttl ? set->ttl : l->ttl;
    ttl = ttl < l->ttl_max ? ttl : l->ttl_max;
    uint32_t now_s = (uint32_t)(l->w->now / NS_PER_S);
    return ttl < UINT32_MAX - now_s ? now_s + ttl : UINT32_MAX;
}

static void learn_nsec(struct lesson *l, const struct signed_sets *sets,
                       const struct signed_set *set)
{
    const struct rdata_view *rdata = &sets->items[set->first];
    const uint8_t *owner = set->owner.wire, *apex = l->zone->apex.wire;
    struct nsec_view nsec;
    unsigned labels;
    if (nsec_read(&nsec, rdata->data, rdata->len) != 0 || !name_is_under(owner, apex) ||
        denials_have_nsec(l->zone->denials, owner, &nsec) || !verify(l, sets, set, &labels) ||
        !is_own(set, labels))
        return;
    bool is_minimal = denial_nsec_is_minimal(owner, &nsec, l->name);
    atomic_fetch_add(is_minimal ? &l->zone->minimal : &l->zone->plain, 1);
    atomic_fetch_add(&l->zone->shut, 1);
    if (!is_minimal)
        note_put(l, denials_add_nsec(l->zone->denials, owner, &nsec, until_of(l, set)));
}

static void learn_nsec3(struct lesson *l, const struct signed_sets *sets,
                        const struct signed_set *set)
{
    const struct rdata_view *rdata = &sets->items[set->first];
    uint8_t hash[NSEC3_HASH_LEN];
    struct nsec3_view nsec3;
    unsigned labels;
    if (nsec3_read(&nsec3, rdata->data, rdata->len) != 0 ||
        !nsec3_owner_hash(set->owner.wire, l->zone->apex.wire, hash) ||
        nsec3.params.iterations > DENIAL_ITERATIONS_MAX ||
        denials_have_nsec3(l->zone->denials, hash, &nsec3) || !verify(l, sets, set, &labels) ||
        !is_own(set, labels))
        return;
    bool is_minimal = denial_nsec3_is_minimal(hash, &nsec3);
    atomic_fetch_add(is_minimal ? &l->zone->minimal : &l->zone->plain, 1);
    atomic_fetch_add(nsec3.is_opt_out ? &l->zone->open : &l->zone->shut, 1);
    if (!is_minimal)
        note_put(l, denials_add_nsec3(l->zone->denials, hash, &nsec3, until_of(l, set)));
}

static void learn_spans(struct lesson *l, const struct signed_sets *sets)
{
    note_soa(l, sets);
    for (unsigned i = 0; i < sets->count && l->w->error == 0; i++) {
        const struct signed_set *set = &sets->sets[i];
        if (!set->is_whole || set->count != 1)
            continue;
        if (set->type == TYPE_NSEC)
            learn_nsec(l, sets, set);
        else if (set->type == TYPE_NSEC3)
            learn_nsec3(l, sets, set);
    }
}

/* Each zone is judged by its first spans. */
static void judge_zone(struct lesson *l)
{
    uint32_t plain = atomic_load(&l->zone->plain), minimal = atomic_load(&l->zone->minimal);
    if (minimal >= MINIMAL_MIN && minimal > MINIMAL_TO_SPAN * plain)
        denying_end(l->w, l->number, "each of its denials proves one name");
    else if (atomic_load(&l->zone->open) >= OPT_OUT_MIN && atomic_load(&l->zone->shut) == 0)
        denying_end(l->w, l->number, "all of its spans are with Opt-Out");
}

/* --- what is said of the name --- */

/* Signed spans have shown what kind of signer it is: one that signs each answer as it is
 * asked for hides its wildcards. */
static bool is_plain(const struct denying_zone *zone)
{
    return atomic_load(&zone->plain) > MINIMAL_TO_SPAN * atomic_load(&zone->minimal);
}

/* All of the answer holds, and it begins with the name asked for. */
static void prove_data(struct lesson *l, const struct signed_sets *sets)
{
    struct part *part = l->decision->part;
    unsigned labels, own = 0;
    bool has_own = false;
    for (unsigned i = 0; i < sets->count; i++) {
        const struct signed_set *set = &sets->sets[i];
        if (set->section != 1)
            continue;
        if (!verify(l, sets, set, &labels))
            return;
        if (name_equal(set->owner.wire, l->name)) {
            has_own = true;
            own = labels;
        }
    }
    if (!has_own)
        return;
    l->decision->is_proven = true;
    if (!is_plain(l->zone) && own == name_label_count(l->name))
        return;
    part->data.is_verified = true;
    part->data.rrsig_labels = (uint8_t)own;
}

static bool lacks_type(const struct lesson *l, const struct denial_view *view)
{
    const struct scan_params *params = l->w->run->params;
    for (size_t i = 0; i < params->type_count; i++) {
        if (params->types[i] == l->type)
            return !(view->types >> i & 1);
    }
    return false;
}

/* The reply's SOA is of a zone further down, which proves in its own way, or not at all. */
static bool is_of_child(const struct lesson *l, const struct signed_sets *sets)
{
    for (unsigned i = 0; i < sets->count; i++) {
        if (sets->sets[i].type == TYPE_SOA && sets->sets[i].section == 2)
            return !name_equal(sets->sets[i].owner.wire, l->zone->apex.wire);
    }
    return false;
}

static void prove_denial(struct lesson *l, const struct signed_sets *sets)
{
    struct decision *d = l->decision;
    struct denial_view view;
    if (!name_is_under(l->name, l->zone->apex.wire))
        return;
    denials_look(l->zone->denials, l->name, &view);
    bool is_absence = d->kind == DECIDE_NXDOMAIN;
    switch (view.finding) {
    case DENIAL_UNKNOWN:
    case DENIAL_WILDCARD:
        d->is_unproven = !sets || !is_of_child(l, sets);
        return;
    case DENIAL_ABSENT:
        d->is_proven = is_absence;
        return;
    case DENIAL_EMPTY:
    case DENIAL_EXISTS:
        d->is_proven = !is_absence && lacks_type(l, &view);
        d->is_contradicted = !d->is_proven && view.knows_types;
    }
}

/* Who leaves the proofs out, or has others, is asked last. */
static void note_proofs_of(struct worker *w, const struct decision *d)
{
    uint8_t *proofless = &w->proofless[pool_at(w->pool, d->resolver)->operator_index];
    if (d->is_proven)
        *proofless = 0;
    else if ((d->is_unproven || d->is_contradicted) && *proofless < UINT8_MAX)
        ++*proofless;
}

void denying_take(struct worker *w, struct decision *decision)
{
    struct lesson l = {.w = w, .decision = decision};
    const struct task *task = tasks_at(w->tasks, decision->task);
    struct signed_sets *sets = NULL;
    struct reply reply;
    l.number = task->zone;
    l.zone = denying_zone(w->run, l.number);
    if (!l.zone || task->kind == TASK_KEYS || decision->kind == DECIDE_TROUBLE)
        return;
    if (decision->part) { /* what is not verified says nothing of wildcards */
        decision->part->data.has_own_nsec = false;
        decision->part->data.rrsig_labels = WILDCARD_NO_RRSIG;
    }
    l.name = engine_question(w->engine, decision->task)->wire;
    l.type = question_type(engine_question(w->engine, decision->task));
    l.now_s = clock_wall_ms() / 1000;
    if (decision->message &&
        reply_init(&reply, decision->message->octets, decision->message->len) &&
        signed_sets_read(w->sets, &reply))
        sets = w->sets;
    enum denying_state state = denying_state(l.zone);
    if (state == DENYING_UNKNOWN && decision->wanted_proofs)
        note_unknown(&l, sets);
    if (state != DENYING_ON)
        return;
    if (sets) {
        learn_spans(&l, sets);
        judge_zone(&l);
    }
    if (decision->kind == DECIDE_NXDOMAIN && !decision->by_tcp && sets)
        denying_note_size(w->run, l.number, false);
    if (decision->kind == DECIDE_DELEGATED)
        return;
    if (decision->kind != DECIDE_DATA)
        prove_denial(&l, sets);
    else if (sets && decision->part)
        prove_data(&l, sets);
    note_proofs_of(w, decision);
}
