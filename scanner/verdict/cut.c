// SPDX-License-Identifier: BSD-2-Clause
/* Names are split into their ancestors, from the apex down; depth 1 is right below it.
 *
 * Denials are counted by the name that would be cut, in a table in which a new one takes
 * the place of an old one: forgetting costs some questions about names below, no more.
 * What a worker knows of a zone (how many names were pruned there, a name to test it with) is
 * kept the same way.
 *
 * Against races between workers: who makes a cut looks afterwards for something below it,
 * who finds something looks afterwards for cuts above. One of the two sees the other. */
#include "verdict/cut.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define PARENTS       4096 /* that denials are counted for, at a time; a power of two */
#define ZONES         256  /* known at a time; a power of two */
#define LABELS_MAX    128
#define SAMPLE_FIRST  32  /* names of an untested zone: all of these, then */
#define SAMPLE_EVERY  4   /* one in so many, until the zone has passed a test, or */
#define SAMPLE_ENOUGH 512 /* so many were asked and nothing was found; then */
#define SAMPLE_RARELY 64  /* one in so many */

struct parent {
    uint64_t key; /* 0: none */
    uint32_t denied;
};

struct known_zone {
    uint32_t number;     /* + 1; 0: none */
    bool has_cut;        /* and so something to lose */
    uint64_t below;      /* names that were below a cut */
    struct name example; /* the parent of a name that exists; len 0: none */
};

/* A cut of this worker's, and on whose word. */
struct made {
    struct made *next;
    uint32_t deniers[2];
    uint8_t name[];
};

struct cuts {
    struct facts *facts;
    struct parent parents[PARENTS];
    struct known_zone zones[ZONES];
    struct cut_wanted wanted[CUT_WANTED_MAX]; /* a ring */
    uint32_t wanted_first, wanted_count;
    uint64_t deep_count, asked_count;
    struct made *made; /* owned */
};

int cuts_create(struct cuts **out, struct facts *facts)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    (*out)->facts = facts;
    return 0;
}

void cuts_destroy(struct cuts *cuts)
{
    while (cuts && cuts->made) {
        struct made *next = cuts->made->next;
        free(cuts->made);
        cuts->made = next;
    }
    free(cuts);
}

/* at[0] is the apex, at[1] the label below it on NAME's way, at[depth] NAME. */
static unsigned split(const uint8_t *name, const struct cut_zone *zone,
                      const uint8_t *at[LABELS_MAX])
{
    unsigned labels = name_label_count(name);
    if (labels <= zone->labels || zone->labels == 0)
        return 0;
    for (unsigned depth = labels - zone->labels; depth > 0; depth--) {
        at[depth] = name;
        name = name_parent(name);
    }
    at[0] = name;
    return labels - zone->labels;
}

static bool is_cut(struct facts *facts, const uint8_t *name)
{
    return facts_have_cuts(facts) && facts_have(facts, FACT_CUT, name) &&
           !facts_have(facts, FACT_LIFTED, name);
}

static bool is_known(struct facts *facts, const uint8_t *name)
{
    return facts_have(facts, FACT_ABOVE, name) || facts_have(facts, FACT_EXISTS, name);
}

static struct known_zone *zone_at(struct cuts *cuts, uint32_t number)
{
    struct known_zone *zone = &cuts->zones[number % ZONES];
    if (zone->number != number + 1)
        *zone = (struct known_zone){.number = number + 1};
    return zone;
}

/* --- wanting --- */

/* One worker of all asks for a name, once. */
static int want(struct cuts *cuts, const uint8_t *name, const struct name *zone, uint32_t number)
{
    if (cuts->wanted_count == CUT_WANTED_MAX ||
        cuts->asked_count >= CUT_ASKS_FREE + cuts->deep_count / CUT_ASKS_EVERY)
        return 0;
    int result = facts_put(cuts->facts, FACT_ASKED, name);
    if (result != SET_NEW)
        return result == ERR_NOMEM ? result : 0;
    uint32_t at = (cuts->wanted_first + cuts->wanted_count++) % CUT_WANTED_MAX;
    struct cut_wanted *wanted = &cuts->wanted[at];
    wanted->zone = *zone;
    wanted->zone_number = number;
    wanted->name.len = (uint8_t)name_len(name);
    memcpy(wanted->name.wire, name, wanted->name.len);
    cuts->asked_count++;
    return 0;
}

bool cuts_next_wanted(struct cuts *cuts, struct cut_wanted *out)
{
    if (cuts->wanted_count == 0)
        return false;
    *out = cuts->wanted[cuts->wanted_first];
    cuts->wanted_first = (cuts->wanted_first + 1) % CUT_WANTED_MAX;
    cuts->wanted_count--;
    return true;
}

/* Where something may be lost: does the zone answer for empty non-terminals? */
static int test(struct cuts *cuts, const struct name *zone, uint32_t number)
{
    struct known_zone *known = zone_at(cuts, number);
    if (!known->has_cut || known->example.len == 0 ||
        facts_have(cuts->facts, FACT_ANSWERS, zone->wire))
        return 0;
    return want(cuts, known->example.wire, zone, number);
}

/* --- judging --- */

const uint8_t *cuts_root_of(struct cuts *cuts, const uint8_t *name, const struct cut_zone *zone)
{
    const uint8_t *at[LABELS_MAX];
    if (!facts_have_cuts(cuts->facts) || facts_are_full(cuts->facts))
        return NULL;
    unsigned depth = split(name, zone, at);
    for (unsigned i = 1; i < depth; i++) {
        if (is_cut(cuts->facts, at[i]))
            return facts_have(cuts->facts, FACT_DENIES, zone->name->wire) ? NULL : at[i];
    }
    return NULL;
}

bool cuts_wants_sample(struct cuts *cuts, const struct cut_zone *zone)
{
    struct known_zone *known = zone_at(cuts, zone->number);
    bool has_passed = facts_have(cuts->facts, FACT_ANSWERS, zone->name->wire);
    uint64_t number = known->below++;
    cuts->deep_count++;
    if (!has_passed && number < SAMPLE_FIRST)
        return true;
    bool is_rare = has_passed || number >= (uint64_t)SAMPLE_ENOUGH * SAMPLE_EVERY;
    return hash64(&number, sizeof number, 0) % (is_rare ? SAMPLE_RARELY : SAMPLE_EVERY) == 0;
}

/* --- learning --- */

int cuts_note_denied(struct cuts *cuts, const uint8_t *name, const struct cut_zone *zone)
{
    const uint8_t *at[LABELS_MAX];
    struct facts *facts = cuts->facts;
    unsigned depth = split(name, zone, at), i = 1;
    if (depth < 2)
        return 0;
    cuts->deep_count++;
    while (i < depth && is_known(facts, at[i]))
        i++;
    if (i == depth || is_cut(facts, at[i]) || facts_are_full(facts))
        return 0;
    uint64_t key = hash64(at[i], name_len(at[i]), 1) | 1;
    struct parent *parent = &cuts->parents[key / 2 % PARENTS];
    if (parent->key != key)
        *parent = (struct parent){.key = key};
    if (++parent->denied < CUT_ASK_AFTER || facts_have(facts, FACT_DENIES, zone->name->wire))
        return 0;
    if (facts_have_found(facts, at[i])) {
        int result = facts_put(facts, FACT_EXISTS, at[i]);
        return result == ERR_NOMEM ? result : 0;
    }
    bool is_apex_known = zone->is_given || i > 1 || is_known(facts, at[0]);
    return want(cuts, is_apex_known ? at[i] : at[0], zone->name, zone->number);
}

static int zone_denies(struct cuts *cuts, const uint8_t *zone)
{
    int result = facts_put(cuts->facts, FACT_DENIES, zone);
    if (result == SET_NEW)
        return CUT_ZONE_DENIES;
    return result == ERR_NOMEM ? result : CUT_NOTHING;
}

static int zone_answers(struct cuts *cuts, const uint8_t *zone)
{
    int result = facts_put(cuts->facts, FACT_ANSWERS, zone);
    if (result == SET_NEW)
        return CUT_ZONE_ANSWERS;
    return result == ERR_NOMEM ? result : CUT_NOTHING;
}

int cuts_note_exists(struct cuts *cuts, const uint8_t *name, const struct cut_zone *zone,
                     bool is_empty)
{
    const uint8_t *at[LABELS_MAX];
    struct facts *facts = cuts->facts;
    unsigned depth = split(name, zone, at);
    unsigned top = zone->is_given ? 1 : 0; /* a given zone's apex needs no proof */
    bool is_against = false;
    /* What is above one that is known to have names below it was noted with that. */
    for (unsigned i = depth; i-- > top;) {
        int result = facts_put(facts, FACT_ABOVE, at[i]);
        if (result == ERR_NOMEM)
            return result;
        if (result != SET_NEW)
            break;
        is_against |= is_cut(facts, at[i]);
    }
    if (is_against)
        return zone_denies(cuts, zone->name->wire);
    if (is_empty && depth > 0 && facts_have(facts, FACT_ABOVE, name))
        return zone_answers(cuts, zone->name->wire);
    if (depth < 2)
        return CUT_NOTHING;
    struct known_zone *known = zone_at(cuts, zone->number);
    known->example.len = (uint8_t)name_len(at[depth - 1]);
    memcpy(known->example.wire, at[depth - 1], known->example.len);
    return test(cuts, zone->name, zone->number);
}

static int make_cut(struct cuts *cuts, const struct cut_wanted *wanted, const uint32_t deniers[2])
{
    struct made *made = malloc(sizeof *made + wanted->name.len);
    if (!made)
        return ERR_NOMEM;
    int result = facts_put(cuts->facts, FACT_CUT, wanted->name.wire);
    if (result != SET_NEW) {
        free(made);
        return result == ERR_NOMEM ? result : CUT_NOTHING;
    }
    *made = (struct made){.next = cuts->made, .deniers = {deniers[0], deniers[1]}};
    memcpy(made->name, wanted->name.wire, wanted->name.len);
    cuts->made = made;
    if (facts_have(cuts->facts, FACT_ABOVE, wanted->name.wire))
        return zone_denies(cuts, wanted->zone.wire);
    zone_at(cuts, wanted->zone_number)->has_cut = true;
    int error = test(cuts, &wanted->zone, wanted->zone_number);
    return error == 0 ? CUT_MADE : error;
}

int cuts_settle(struct cuts *cuts, const struct cut_wanted *wanted, enum cut_word word,
                const uint32_t deniers[2])
{
    const uint8_t *name = wanted->name.wire;
    bool is_apex = wanted->name.len == wanted->zone.len;
    if (word == CUT_LOST || (word == CUT_DENIED && is_apex))
        return CUT_NOTHING;
    if (word == CUT_DENIED)
        return make_cut(cuts, wanted, deniers);
    int result = facts_put(cuts->facts, FACT_EXISTS, name);
    if (result == ERR_NOMEM)
        return result;
    bool is_test = word == CUT_EMPTY && !is_apex && facts_have(cuts->facts, FACT_ABOVE, name);
    return is_test ? zone_answers(cuts, wanted->zone.wire) : CUT_NOTHING;
}

int cuts_drop(struct cuts *cuts, uint32_t resolver)
{
    for (struct made **at = &cuts->made; *at;) {
        struct made *made = *at;
        if (made->deniers[0] != resolver && made->deniers[1] != resolver) {
            at = &made->next;
            continue;
        }
        int result = facts_put(cuts->facts, FACT_LIFTED, made->name);
        if (result == ERR_NOMEM)
            return result;
        *at = made->next;
        free(made);
    }
    return 0;
}
