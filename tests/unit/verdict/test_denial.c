// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial.c against a model: small zones made at random, signed in thought with NSEC,
 * NSEC3 and NSEC3 with Opt-Out, and every name of a small universe asked of what the chain's
 * records prove: all of them, and any half. What the model says is worked out from the zone
 * alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/canon.h"
#include "dns/code.h"
#include "verdict/denial.h"

#define LABELS    4
#define NAMES_MAX 160
#define ZONES     400

static const uint16_t asked[] = {TYPE_A, TYPE_AAAA};

enum has { HAS_A = 1, HAS_AAAA = 2, HAS_MX = 4, HAS_CNAME = 8, HAS_NS = 16, HAS_DNAME = 32 };

struct model_name {
    struct name name;
    unsigned labels; /* below the apex */
    unsigned has;    /* enum has */
    bool is_hidden;  /* below a delegation or a DNAME */
    bool exists;     /* not hidden, and it or something below it has records */
    bool is_secure;  /* as exists, insecure delegations left out */
};

/* All names of up to three labels out of these, and the apex. */
static struct model_name names[NAMES_MAX];
static unsigned name_count;
static const char *const labels[LABELS] = {"*", "a", "b\\000", "d-"};
static uint64_t dice;

static unsigned roll(unsigned below)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % below;
}

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static void make_universe(void)
{
    name_count = 0;
    names[name_count++] = (struct model_name){.name = name_of("z.test")};
    for (unsigned at = 0; at < name_count && names[at].labels < 3; at++) {
        for (unsigned i = 0; i < LABELS; i++) {
            struct name label = name_of(labels[i]);
            struct model_name *made = &names[name_count++];
            *made = (struct model_name){.labels = names[at].labels + 1};
            assert_int_equal(name_join(&made->name, &label, &names[at].name), 0);
        }
    }
}

static const struct model_name *find(const uint8_t *wire)
{
    for (unsigned i = 0; i < name_count; i++) {
        if (name_equal(names[i].name.wire, wire))
            return &names[i];
    }
    return NULL;
}

static bool is_below(const struct model_name *a, const struct model_name *b)
{
    return a != b && name_is_under(a->name.wire, b->name.wire);
}

static void make_zone(void)
{
    static const unsigned kinds[] = {HAS_A,     HAS_A,  HAS_A | HAS_AAAA, HAS_AAAA,         HAS_MX,
                                     HAS_CNAME, HAS_NS, HAS_DNAME,        HAS_A | HAS_DNAME};
    unsigned sparse = 2 + roll(12);
    for (unsigned i = 1; i < name_count; i++)
        names[i].has = roll(sparse) ? 0 : kinds[roll(sizeof kinds / sizeof *kinds)];
    for (unsigned i = 0; i < name_count; i++) {
        names[i].is_hidden = false;
        for (unsigned j = 0; j < name_count; j++)
            names[i].is_hidden |=
                (names[j].has & (HAS_NS | HAS_DNAME)) && is_below(&names[i], &names[j]);
    }
    for (unsigned i = 0; i < name_count; i++) {
        names[i].exists = names[i].is_secure = i == 0;
        for (unsigned j = 0; j < name_count; j++) {
            bool counts = names[j].has && !names[j].is_hidden &&
                          name_is_under(names[j].name.wire, names[i].name.wire);
            names[i].exists |= counts;
            names[i].is_secure |= counts && !(names[j].has & HAS_NS);
        }
    }
}

/* --- what is true --- */

static const struct model_name *encloser_of(const struct model_name *name)
{
    const uint8_t *wire = name->name.wire;
    do
        wire = name_parent(wire);
    while (!find(wire)->exists);
    return find(wire);
}

static const struct model_name *wildcard_of(const struct model_name *encloser)
{
    struct name star = name_of("*"), out;
    assert_int_equal(name_join(&out, &star, &encloser->name), 0);
    return find(out.wire);
}

static unsigned types_of(const struct model_name *name)
{
    if (name->has & (HAS_NS | HAS_CNAME))
        return HAS_A | HAS_AAAA;
    return name->has & (HAS_A | HAS_AAAA);
}

static enum denial_finding truth(const struct model_name *name)
{
    if (name->is_hidden)
        return DENIAL_UNKNOWN;
    if (name->exists)
        return types_of(name) ? DENIAL_EXISTS : DENIAL_EMPTY;
    const struct model_name *star = wildcard_of(encloser_of(name));
    return star && star->exists ? DENIAL_WILDCARD : DENIAL_ABSENT;
}

/* --- the chains --- */

struct link {
    const struct model_name *owner, *next;
    uint8_t hash[NSEC3_HASH_LEN], next_hash[NSEC3_HASH_LEN];
    bool is_given; /* to the store */
};

enum kind { KIND_NSEC, KIND_NSEC3, KIND_OPT_OUT };

static struct link chain[NAMES_MAX];
static unsigned link_count;
static const struct nsec3_params params = {
    .algorithm = 1, .iterations = 1, .salt_len = 2, .salt = {0xab, 0xcd}};

static int by_name(const void *a, const void *b)
{
    return canon_compare(((const struct link *)a)->owner->name.wire,
                         ((const struct link *)b)->owner->name.wire);
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct link *)a)->hash, ((const struct link *)b)->hash, NSEC3_HASH_LEN);
}

static void make_chain(enum kind kind)
{
    link_count = 0;
    for (unsigned i = 0; i < name_count; i++) {
        bool is_owner = !names[i].is_hidden && (i == 0 || names[i].has);
        if (kind == KIND_NSEC3)
            is_owner = names[i].exists && !names[i].is_hidden;
        if (kind == KIND_OPT_OUT)
            is_owner = names[i].is_secure && !names[i].is_hidden && !(names[i].has & HAS_NS);
        if (!is_owner)
            continue;
        chain[link_count] = (struct link){.owner = &names[i], .is_given = true};
        nsec3_hash(&params, names[i].name.wire, chain[link_count].hash);
        link_count++;
    }
    qsort(chain, link_count, sizeof *chain, kind == KIND_NSEC ? by_name : by_hash);
    for (unsigned i = 0; i < link_count; i++) {
        const struct link *next = &chain[(i + 1) % link_count];
        chain[i].next = next->owner;
        memcpy(chain[i].next_hash, next->hash, NSEC3_HASH_LEN);
    }
}

static void set_type(uint8_t bits[34], uint16_t type)
{
    bits[2 + type / 8] |= (uint8_t)(0x80 >> type % 8);
}

static struct type_bitmap bitmap_of(const struct model_name *name, uint8_t bits[34])
{
    static const struct {
        unsigned has;
        uint16_t type;
    } types[] = {{HAS_A, TYPE_A},         {HAS_AAAA, TYPE_AAAA}, {HAS_MX, TYPE_MX},
                 {HAS_CNAME, TYPE_CNAME}, {HAS_NS, TYPE_NS},     {HAS_DNAME, TYPE_DNAME}};
    memset(bits, 0, 34);
    bits[1] = 32;
    set_type(bits, TYPE_RRSIG);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (name->has & types[i].has)
            set_type(bits, types[i].type);
    }
    if (name == names) {
        set_type(bits, TYPE_SOA);
        set_type(bits, TYPE_NS);
    }
    return (struct type_bitmap){.data = bits, .len = 34};
}

#define HOLDS_UNTIL 1000
static _Atomic uint32_t now_s;

static int add(struct denials *denials, enum kind kind, const struct link *link)
{
    uint8_t bits[34];
    struct type_bitmap types = bitmap_of(link->owner, bits);
    if (kind == KIND_NSEC) {
        const struct nsec_view nsec = {.next = link->next->name.wire, .types = types};
        int result = denials_add_nsec(denials, link->owner->name.wire, &nsec, HOLDS_UNTIL);
        assert_true(denials_have_nsec(denials, link->owner->name.wire, &nsec));
        return result;
    }
    const struct nsec3_view nsec3 = {.params = params,
                                     .is_opt_out = kind == KIND_OPT_OUT,
                                     .next = link->next_hash,
                                     .types = types};
    int result = denials_add_nsec3(denials, link->hash, &nsec3, HOLDS_UNTIL);
    assert_true(denials_have_nsec3(denials, link->hash, &nsec3));
    return result;
}

/* --- what the records given prove --- */

static bool is_owner(const struct model_name *name)
{
    for (unsigned i = 0; i < link_count; i++) {
        if (chain[i].is_given && chain[i].owner == name)
            return true;
    }
    return false;
}

static bool is_covered(enum kind kind, const struct model_name *name)
{
    uint8_t hash[NSEC3_HASH_LEN];
    nsec3_hash(&params, name->name.wire, hash);
    for (unsigned i = 0; i < link_count; i++) {
        const struct link *link = &chain[i];
        bool is_after = memcmp(hash, link->hash, sizeof hash) > 0;
        bool is_before = memcmp(hash, link->next_hash, sizeof hash) < 0;
        bool is_last = memcmp(link->next_hash, link->hash, sizeof hash) <= 0;
        bool covers = is_last ? is_after || is_before : is_after && is_before;
        if (kind == KIND_NSEC)
            covers = canon_is_between(name->name.wire, link->owner->name.wire,
                                      link->next->name.wire, names[0].name.wire);
        if (link->is_given && covers)
            return true;
    }
    return false;
}

/* A name that the model says is absent, by the rules of RFC 4035 section 5.4 and RFC 5155
 * section 8.4. */
static bool is_provable(enum kind kind, const struct model_name *name)
{
    const struct model_name *encloser = encloser_of(name), *star = wildcard_of(encloser);
    if (!star) /* of four labels: not in this universe */
        return true;
    if (kind == KIND_NSEC)
        return is_covered(kind, name) && is_covered(kind, star);
    const uint8_t *closer = name_suffix(name->name.wire, name_label_count(encloser->name.wire) + 1);
    return kind == KIND_NSEC3 && is_owner(encloser) && is_covered(kind, find(closer)) &&
           is_covered(kind, star);
}

static struct denials *create(void)
{
    static _Atomic int64_t budget;
    struct denials *denials;
    atomic_store(&budget, INT64_C(1) << 30);
    const struct denial_params p = {.zone = names[0].name.wire,
                                    .types = asked,
                                    .type_count = 2,
                                    .seed = 5,
                                    .budget = &budget,
                                    .now_s = &now_s};
    assert_int_equal(denials_create(&denials, &p), 0);
    return denials;
}

static void check(struct denials *denials, enum kind kind, bool is_whole)
{
    for (unsigned i = 1; i < name_count; i++) {
        const struct model_name *name = &names[i];
        struct denial_view view;
        enum denial_finding expected = truth(name);
        denials_look(denials, name->name.wire, &view);
        if (view.finding != DENIAL_UNKNOWN) {
            assert_int_equal(view.finding, expected);
            assert_null(view.gap);
        }
        if (view.finding == DENIAL_EXISTS)
            assert_int_equal(view.types, types_of(name));
        if (view.finding == DENIAL_WILDCARD) {
            assert_int_equal(view.encloser, 2 + encloser_of(name)->labels);
            assert_int_equal(view.types, types_of(wildcard_of(encloser_of(name))));
        }
        if (expected == DENIAL_ABSENT && wildcard_of(encloser_of(name)))
            assert_int_equal(view.finding == DENIAL_ABSENT, is_provable(kind, name));
        if (kind == KIND_OPT_OUT)
            assert_int_not_equal(view.finding, DENIAL_ABSENT);
        else if (is_whole && expected != DENIAL_WILDCARD)
            assert_int_equal(view.finding, expected);
    }
}

static void check_wildcards(struct denials *denials)
{
    for (unsigned i = 0; i < name_count; i++) {
        const struct model_name *star = wildcard_of(&names[i]);
        if (denials_deny_wildcard(denials, names[i].name.wire)) {
            assert_true(names[i].exists && !names[i].is_hidden);
            assert_false(names[i].has & (HAS_NS | HAS_DNAME));
            assert_true(!star || !star->exists);
        }
    }
}

/* A second later nothing is proven any more. */
static void check_forgotten(struct denials *denials)
{
    atomic_store(&now_s, HOLDS_UNTIL + 1);
    for (unsigned i = 1; i < name_count; i++) {
        struct denial_view view;
        denials_look(denials, names[i].name.wire, &view);
        assert_int_equal(view.finding, DENIAL_UNKNOWN);
        assert_false(denials_deny_wildcard(denials, names[i].name.wire));
    }
    atomic_store(&now_s, HOLDS_UNTIL);
}

static void run_kind(enum kind kind)
{
    uint32_t pruned = 0;
    make_universe();
    for (unsigned zone = 0; zone < ZONES; zone++) {
        dice = zone + 1;
        make_zone();
        make_chain(kind);
        for (unsigned part = 0; part < 4; part++) {
            struct denials *denials = create();
            for (unsigned i = 0; i < link_count; i++) {
                chain[i].is_given = part == 0 || roll(2);
                if (!chain[i].is_given)
                    continue;
                assert_int_equal(add(denials, kind, &chain[i]), SPANS_NEW);
                assert_int_equal(add(denials, kind, &chain[i]), SPANS_KNOWN);
            }
            check(denials, kind, part == 0);
            check_wildcards(denials);
            for (unsigned i = 1; i < name_count; i++) {
                struct denial_view view;
                denials_look(denials, names[i].name.wire, &view);
                pruned += view.finding == DENIAL_ABSENT;
            }
            check_forgotten(denials);
            denials_destroy(denials);
        }
    }
    assert_true((kind == KIND_OPT_OUT) == (pruned == 0));
}

static void test_nsec(void **state)
{
    (void)state;
    run_kind(KIND_NSEC);
}

static void test_nsec3(void **state)
{
    (void)state;
    run_kind(KIND_NSEC3);
}

static void test_opt_out(void **state)
{
    (void)state;
    run_kind(KIND_OPT_OUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nsec),
        cmocka_unit_test(test_nsec3),
        cmocka_unit_test(test_opt_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
