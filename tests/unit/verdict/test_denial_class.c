// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_class.c against made-up servers, one of each kind, and their odd ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/canon.h"
#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"
#include "verdict/denial_class.h"

/* --- servers --- */

struct server;
/* Puts the authority section of a denial of NAME, or what stands in its place. */
typedef void deny_fn(struct server *s, struct message *m, const struct name *name, uint16_t type);

struct server {
    deny_fn *deny;
    const char *const *names;   /* of a chain, in canonical order, the apex first */
    struct nsec3_params params; /* of a chain of hashes */
    unsigned flags;             /* of NSEC3 */
    bool is_unsigned;           /* the SOA has no signature */
    bool has_keys;
    bool has_wildcard;    /* `*` in the zone: answers come for names right below it */
    bool proves_wildcard; /* with a denial of the name itself beside the answer */
    bool answers_below_star;
    const uint16_t *own_types; /* of lies about the very name, but for the type asked for */
    bool knows_nxname, knows_co;
    uint32_t serial, serial_step; /* each reply's is so much more */
    deny_fn *other;               /* every second denial is this one's */
    const char *const *other_names;
    enum denial_class_answer fails; /* what becomes of questions from the FAILS_FROMth on */
    unsigned fails_from;            /* 0: none */
    unsigned asked, denied;
    uint64_t search_blocks; /* 0: as many as there are */
};

static const uint16_t marked[] = {TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME, 0};

static void deny_by_chain(struct server *s, struct message *m, const struct name *name,
                          uint16_t type)
{
    (void)type;
    put_chain_denial(m, s->names, name);
}

static void deny_by_hashes(struct server *s, struct message *m, const struct name *name,
                           uint16_t type)
{
    (void)type;
    put_hash_denial(m, s->names, &s->params, s->flags, name);
}

/* RFC 4470: the label with its last octet one less and `~`, and with `!`. */
static void deny_by_epsilon(struct server *s, struct message *m, const struct name *name,
                            uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT), owner, next;
    uint8_t label[NAME_LABEL_MAX];
    unsigned len = name->wire[0];
    (void)s;
    (void)type;
    memcpy(label, name->wire + 1, len);
    label[len] = '!';
    denial_names_below(&next, label, len + 1, &zone);
    label[len] = '~';
    if (label[len - 1]-- == 0) /* nothing is less: the label without it */
        denial_names_below(&owner, label, len - 1, &zone);
    else
        denial_names_below(&owner, label, len + 1, &zone);
    put_nsec(m, &owner, &next, bare_types);
}

/* All that begins with the same four letters: it moves with the name all the same. */
static void deny_by_wide_epsilon(struct server *s, struct message *m, const struct name *name,
                                 uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT), owner, next;
    uint8_t label[6];
    (void)s;
    (void)type;
    memcpy(label, name->wire + 1, 4);
    label[4] = name->wire[5] & 1 ? '!' : '-';
    label[3]--;
    label[5] = name->wire[7];
    denial_names_below(&owner, label, 6, &zone);
    label[3] = (uint8_t)(label[3] + 2);
    denial_names_below(&next, label, 6, &zone);
    put_nsec(m, &owner, &next, bare_types);
}

/* All names but the one that it calls the last lie behind that. */
static void deny_by_a_last_name(struct server *s, struct message *m, const struct name *name,
                                uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT), last = name_of("-.example");
    (void)s;
    (void)type;
    if (canon_compare(name->wire, last.wire) <= 0)
        put_nsec(m, &zone, &(struct name){.len = 12, .wire = "\2-0\7example"}, bare_types);
    else
        put_nsec(m, &last, &zone, bare_types);
}

/* The last possible name before NAME, which ends in a letter. */
static struct name before(const struct name *name)
{
    struct name owner = *name;
    unsigned len = owner.wire[0];
    uint8_t label[NAME_LABEL_MAX];
    memcpy(label, owner.wire + 1, len);
    memset(label + len, 0xff, sizeof label - len);
    label[len - 1]--;
    struct name base = name_of(ZONE_TEXT);
    denial_names_below(&owner, label, NAME_LABEL_MAX, &base);
    memset(label, 0xff, sizeof label);
    while (owner.len + 2 <= NAME_WIRE_MAX) {
        unsigned room = NAME_WIRE_MAX - 1u - owner.len;
        denial_names_below(&owner, label, room < NAME_LABEL_MAX ? room : NAME_LABEL_MAX, &owner);
    }
    return owner;
}

/* Nothing but the name fits. */
static void deny_by_minimum(struct server *s, struct message *m, const struct name *name,
                            uint16_t type)
{
    struct name owner = before(name), next;
    (void)s;
    (void)type;
    assert_int_equal(owner.len, NAME_WIRE_MAX);
    assert_true(canon_next(&next, name->wire, name_suffix(name->wire, 1)));
    put_nsec(m, &owner, &next, bare_types);
}

static void deny_narrowly(struct server *s, struct message *m, const struct name *name,
                          uint16_t type)
{
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    struct name zone = name_of(ZONE_TEXT);
    (void)type;
    nsec3_hash(&s->params, zone.wire, from); /* the closest encloser */
    memcpy(to, from, sizeof to);
    hash_add(to, 1);
    put_nsec3(m, from, to, &s->params, s->flags, bare_types);
    nsec3_hash(&s->params, name->wire, from);
    memcpy(to, from, sizeof to);
    hash_add(from, -1);
    hash_add(to, 1);
    put_nsec3(m, from, to, &s->params, s->flags, bare_types);
}

/* As short as of a chain of 2^39 names, and as one of 2^31. */
static void deny_by_short_intervals(struct server *s, struct message *m, const struct name *name,
                                    uint16_t type)
{
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    (void)type;
    nsec3_hash(&s->params, name->wire, from);
    memset(from + 4, 0, sizeof from - 4);
    memcpy(to, from, sizeof to);
    memset(to + 4, 0xff, sizeof to - 4);
    put_nsec3(m, from, to, &s->params, s->flags, bare_types);
}

static void put_own_types(const struct server *s, uint16_t *types, uint16_t type)
{
    for (const uint16_t *each = s->own_types; *each; each++)
        if (*each != type)
            *types++ = *each;
    *types = 0;
}

static void deny_the_name(struct server *s, struct message *m, const struct name *name,
                          uint16_t type)
{
    struct name next;
    uint16_t types[16];
    assert_true(canon_next(&next, name->wire, name_suffix(name->wire, 1)));
    put_own_types(s, types, type);
    put_nsec(m, name, &next, types);
}

static void deny_the_hash(struct server *s, struct message *m, const struct name *name,
                          uint16_t type)
{
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    uint16_t types[16];
    nsec3_hash(&s->params, name->wire, from);
    memcpy(to, from, sizeof to);
    hash_add(to, 1);
    put_own_types(s, types, type);
    put_nsec3(m, from, to, &s->params, s->flags, types);
}

static void deny_without_proof(struct server *s, struct message *m, const struct name *name,
                               uint16_t type)
{
    (void)s;
    (void)m;
    (void)name;
    (void)type;
}

static void deny_without_signature(struct server *s, struct message *m, const struct name *name,
                                   uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    (void)s;
    (void)name;
    (void)type;
    put_bare_nsec(m, &zone, &zone, bare_types);
}

static void deny_by_anothers_signature(struct server *s, struct message *m, const struct name *name,
                                       uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    deny_without_signature(s, m, name, type);
    put_rrsig(m, IN_AUTHORITY, &zone, TYPE_NSEC, 1, "test");
}

/* NSEC of a wildcard, expanded (RFC 4592 section 4.7): not the name's own. */
static void deny_by_expansion(struct server *s, struct message *m, const struct name *name,
                              uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    (void)s;
    (void)type;
    put_bare_nsec(m, name, &zone, bare_types);
    put_rrsig(m, IN_AUTHORITY, name, TYPE_NSEC, 1, ZONE_TEXT);
}

static void deny_by_both(struct server *s, struct message *m, const struct name *name,
                         uint16_t type)
{
    deny_by_chain(s, m, name, type);
    deny_by_hashes(s, m, name, type);
}

static void deny_by_two_chains(struct server *s, struct message *m, const struct name *name,
                               uint16_t type)
{
    struct server other = *s;
    other.params.iterations++;
    deny_by_hashes(s, m, name, type);
    deny_by_hashes(&other, m, name, type);
}

static void deny(struct server *s, struct message *m, const struct name *name, uint16_t type)
{
    const char *const *names = s->names;
    bool is_other = s->other && s->denied++ % 2 == 1;
    put_soa(m, IN_AUTHORITY, s->serial);
    if (is_other && s->other_names)
        s->names = s->other_names;
    (is_other ? s->other : s->deny)(s, m, name, type);
    s->names = names;
}

static void answer_apex(struct server *s, struct message *m, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    if (type == TYPE_SOA) {
        put_soa(m, IN_ANSWER, s->serial);
        if (!s->is_unsigned)
            put_signed(m, IN_ANSWER, &zone, TYPE_SOA);
    } else if (type == TYPE_DNSKEY && s->has_keys) {
        put_record(m, IN_ANSWER, &zone, TYPE_DNSKEY, "\1\0\3\15key", 7);
    }
}

static bool is_answered(const struct server *s, const struct name *name)
{
    return s->has_wildcard && (name_label_count(name->wire) == 2 || s->answers_below_star);
}

static enum denial_class_answer ask(struct server *s, const struct denial_class_question *q,
                                    struct message *m)
{
    struct name zone = name_of(ZONE_TEXT);
    if (s->fails_from > 0 && s->asked >= s->fails_from)
        return s->fails;
    if (q->type == TYPE_NXNAME && s->knows_nxname)
        return DENIAL_CLASS_FORMERR;
    message_begin(m, "x", q->type, q->is_compact_ok && s->knows_co ? RCODE_NXDOMAIN : 0);
    message_set_flags(m, 0x0400); /* AA */
    s->serial += s->serial_step;
    if (name_equal(q->name.wire, zone.wire)) {
        answer_apex(s, m, q->type);
        return DENIAL_CLASS_REPLY;
    }
    if (!is_answered(s, &q->name)) {
        deny(s, m, &q->name, q->type);
        return DENIAL_CLASS_REPLY;
    }
    put_record(m, IN_ANSWER, &q->name, TYPE_A, "\300\0\2\1", 4);
    put_rrsig(m, IN_ANSWER, &q->name, TYPE_A, s->proves_wildcard ? 1 : 2, ZONE_TEXT);
    if (s->proves_wildcard)
        s->deny(s, m, &q->name, q->type);
    return DENIAL_CLASS_REPLY;
}

/* --- the test of them --- */

static struct denial_class_verdict classify_seeded(struct server s, uint64_t seed)
{
    static struct message m;
    struct denial_class class;
    struct denial_class_question question;
    struct name zone = name_of(ZONE_TEXT);
    denial_class_init(&class, zone.wire, seed);
    for (;;) {
        enum denial_class_step step = denial_class_next(&class, &question);
        if (step == DENIAL_CLASS_DONE)
            break;
        if (step == DENIAL_CLASS_SEARCH)
            continue;
        assert_true(name_is_under(question.name.wire, zone.wire));
        enum denial_class_answer answer = ask(&s, &question, &m);
        struct reply reply = {0};
        if (answer == DENIAL_CLASS_REPLY)
            reply = message_view(&m);
        s.asked++;
        denial_class_note(&class, answer, answer == DENIAL_CLASS_REPLY ? &reply : NULL);
        if (s.search_blocks > 0 && denial_class_is_searching(&class))
            class.search.blocks_left = s.search_blocks;
    }
    struct denial_class_verdict verdict = *denial_class_verdict(&class);
    assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_DONE);
    assert_int_equal(verdict.queries, s.asked);
    assert_true(verdict.queries <= DENIAL_CLASS_QUERIES_MAX);
    assert_true(verdict.reason[0] != '\0');
    return verdict;
}

static struct denial_class_verdict verdict_is(const struct server *s, enum chain_kind kind)
{
    struct denial_class_verdict verdict;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        verdict = classify_seeded(*s, seed);
        if (verdict.kind != kind)
            print_error("seed %llu: %s, %s\n", (unsigned long long)seed,
                        chain_kinds[verdict.kind].word, verdict.reason);
        assert_int_equal(verdict.kind, kind);
    }
    return verdict;
}

static const char *const one_name[] = {"example", NULL};
static const char *const few[] = {"example",   "a.example",  "k.example", "x.k.example",
                                  "m.example", "ww.example", NULL};
static const char *const more[] = {"example",   "0.example", "d.example",
                                   "n.example", "v.example", NULL};

static void a_chain_is_a_chain(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = few, .serial = 7};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_int_equal(verdict.queries, 5);
    assert_true(verdict.has_serial);
    assert_int_equal(verdict.serial, 7);
    assert_false(verdict.has_params);
    assert_false(verdict.has_wildcard);
}

static void a_zone_of_one_name_is_not_a_lie(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = one_name};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_non_null(strstr(verdict.reason, "one name"));
    s = (struct server){.deny = deny_by_hashes, .names = one_name, .params = {.algorithm = 1}};
    verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_non_null(strstr(verdict.reason, "one name"));
}

static void a_chain_of_hashes_has_parameters(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes,
                       .names = few,
                       .flags = 1,
                       .params = {.algorithm = 1, .iterations = 12, .salt_len = 2, .salt = "ab"}};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_int_equal(verdict.queries, 4);
    assert_true(verdict.has_params);
    assert_true(nsec3_params_equal(&verdict.params, &s.params));
    assert_int_equal(verdict.nsec3_seen, 3);
    assert_int_equal(verdict.opt_out_seen, 3);
    s.flags = 0;
    verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_int_equal(verdict.opt_out_seen, 0);
}

static void a_wildcards_proof_is_a_chains(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_chain, .names = few, .has_wildcard = true, .proves_wildcard = true};
    assert_true(verdict_is(&s, CHAIN_NSEC).has_wildcard);
    s.deny = deny_by_hashes;
    s.params.algorithm = 1;
    assert_true(verdict_is(&s, CHAIN_NSEC3).has_wildcard);
}

static void a_wildcard_without_proof_is_passed_below(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = few, .has_wildcard = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_true(verdict.has_wildcard);
    assert_int_equal(verdict.queries, 6);
    s.deny = deny_the_name;
    s.own_types = marked;
    assert_int_equal(verdict_is(&s, CHAIN_COMPACT).queries, 6);
    s.answers_below_star = true;
    verdict_is(&s, CHAIN_HIDDEN);
}

static void intervals_that_move_are_lies(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_epsilon};
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_wide_epsilon;
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_a_last_name;
    assert_non_null(strstr(verdict_is(&s, CHAIN_WHITE_LIES).reason, "ends"));
    s.deny = deny_by_minimum;
    assert_non_null(strstr(verdict_is(&s, CHAIN_WHITE_LIES).reason, "of one name"));
    s = (struct server){.deny = deny_narrowly, .params = {.algorithm = 1, .salt_len = 1}};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NARROW_NSEC3);
    assert_int_equal(verdict.queries, 3);
    assert_true(verdict.has_params);
}

/* Many names of odd octets are not let through by everything in between. */
static void silence_for_the_nearest_name_is_a_lies(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_epsilon, .fails = DENIAL_CLASS_SILENT, .fails_from = 2};
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_chain;
    s.names = few;
    verdict_is(&s, CHAIN_SILENT);
}

static void long_intervals_without_a_second_name_are_a_chains(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_short_intervals, .params = {.algorithm = 1}, .search_blocks = 100};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_non_null(strstr(verdict.reason, "no second name"));
    assert_int_equal(verdict.queries, 3);
}

static void the_name_itself_is_compact(void **state)
{
    (void)state;
    static const uint16_t draft[] = {TYPE_RRSIG, TYPE_NSEC, 65238, 0};
    struct server s = {
        .deny = deny_the_name, .own_types = marked, .knows_nxname = true, .knows_co = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_COMPACT);
    assert_int_equal(verdict.queries, 5);
    assert_true(verdict.refuses_nxname);
    assert_true(verdict.honours_co);
    s.knows_nxname = s.knows_co = false;
    s.own_types = draft;
    verdict = verdict_is(&s, CHAIN_COMPACT);
    assert_false(verdict.refuses_nxname);
    assert_false(verdict.honours_co);
    s.own_types = bare_types;
    verdict_is(&s, CHAIN_COMPACT_BARE);
}

static void types_made_up_are_black_lies(void **state)
{
    (void)state;
    static const uint16_t addresses[] = {TYPE_A, TYPE_AAAA, TYPE_RRSIG, TYPE_NSEC, 0};
    /* The type asked for first is the only one: the reply to it looks bare. */
    static const uint16_t one_type[] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC, 0};
    struct server s = {.deny = deny_the_name, .own_types = addresses};
    assert_int_equal(verdict_is(&s, CHAIN_BLACK_LIES).queries, 3);
    s.own_types = one_type;
    verdict_is(&s, CHAIN_BLACK_LIES);
}

static void the_hash_itself_is_compact_too(void **state)
{
    (void)state;
    static const uint16_t nxname[] = {TYPE_NXNAME, 0}, none[] = {0};
    struct server s = {.deny = deny_the_hash, .own_types = nxname, .params = {.algorithm = 1}};
    assert_null(strstr(verdict_is(&s, CHAIN_COMPACT_NSEC3).reason, "without"));
    s.own_types = none;
    assert_non_null(strstr(verdict_is(&s, CHAIN_COMPACT_NSEC3).reason, "without"));
}

static void two_ways_are_mixed(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_chain, .names = few, .other = deny_by_hashes, .params = {.algorithm = 1}};
    verdict_is(&s, CHAIN_MIXED);
    s.other = deny_without_proof;
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_without_proof;
    s.other = deny_by_chain;
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_the_name;
    s.own_types = marked;
    s.other = deny_by_chain;
    verdict_is(&s, CHAIN_MIXED);
    s = (struct server){.deny = deny_by_both, .names = few, .params = {.algorithm = 1}};
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_by_two_chains;
    verdict_is(&s, CHAIN_MIXED);
}

/* The second name finds the chain as it was, the third one does not. */
static void a_chain_that_contradicts_itself_is_mixed(void **state)
{
    (void)state;
    static const char *const other[] = {"example",    "0a.example", "d0.example",
                                        "nn.example", "vz.example", NULL};
    struct server s = {.deny = deny_by_chain, .names = more};
    unsigned mixed = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct server both = s;
        both.other = deny_by_chain;
        both.other_names = other;
        mixed += classify_seeded(both, seed).kind == CHAIN_MIXED ||
                 classify_seeded(both, seed).kind == CHAIN_WHITE_LIES;
    }
    assert_int_equal(mixed, 50);
}

/* Every second reply leaves out a name: one end of the interval stays. */
static void an_end_that_stays_is_no_lie_around_names(void **state)
{
    (void)state;
    static const char *const full[] = {"example", "0.example", "9.example", "zzz.example", NULL};
    static const char *const skips[] = {"example", "0.example", "zzz.example", NULL};
    struct server s = {
        .deny = deny_by_chain, .names = skips, .other = deny_by_chain, .other_names = full};
    unsigned mixed = 0, lies = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        enum chain_kind kind = classify_seeded(s, seed).kind;
        mixed += kind == CHAIN_MIXED;
        lies += kind == CHAIN_WHITE_LIES || kind == CHAIN_NARROW_NSEC3;
    }
    assert_int_equal(lies, 0);
    assert_true(mixed > 40); /* few names are made up where both are the same */
}

/* Another salt in each reply. */
static void deny_by_rolling_hashes(struct server *s, struct message *m, const struct name *name,
                                   uint16_t type)
{
    s->params.salt[0]++;
    deny_by_hashes(s, m, name, type);
}

static void parameters_that_change_are_mixed(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_rolling_hashes, .names = few, .params = {.algorithm = 1, .salt_len = 1}};
    assert_non_null(strstr(verdict_is(&s, CHAIN_MIXED).reason, "parameters"));
}

/* CLASS, of a server S, up to its search. */
static void run_to_search(struct denial_class *class, struct server *s, uint64_t seed)
{
    static struct message m;
    struct denial_class_question question;
    struct name zone = name_of(ZONE_TEXT);
    denial_class_init(class, zone.wire, seed);
    while (!denial_class_is_searching(class)) {
        assert_int_equal(denial_class_next(class, &question), DENIAL_CLASS_ASK);
        assert_int_equal(ask(s, &question, &m), DENIAL_CLASS_REPLY);
        struct reply reply = message_view(&m);
        denial_class_note(class, DENIAL_CLASS_REPLY, &reply);
    }
}

static void what_one_found_by_hashing_serves_another(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes, .names = few, .params = {.algorithm = 1}};
    struct server other_params = s, other_names = s;
    struct denial_class one, same, others[3];
    struct denial_class_question first, second;
    other_params.params.iterations = 1;
    other_names.names = one_name;
    run_to_search(&one, &s, 1);
    run_to_search(&same, &s, 1);
    run_to_search(&others[0], &s, 2);
    run_to_search(&others[1], &other_params, 1);
    run_to_search(&others[2], &other_names, 1);
    assert_false(denial_class_adopt(&same, &one)); /* nothing is found yet */
    assert_int_equal(denial_class_next(&one, &first), DENIAL_CLASS_ASK);
    for (unsigned i = 0; i < 3; i++) {
        assert_false(denial_class_adopt(&others[i], &one));
        assert_true(denial_class_is_searching(&others[i]));
    }
    assert_true(denial_class_adopt(&same, &one));
    assert_false(denial_class_is_searching(&same));
    assert_int_equal(same.search.number, 0);
    assert_int_equal(denial_class_next(&same, &second), DENIAL_CLASS_ASK);
    assert_true(name_equal(first.name.wire, second.name.wire));
    assert_false(denial_class_adopt(&same, &one)); /* it asks already */
}

/* Each reply is of another version of the zone: tried once more, and given up. */
static void a_zone_that_changes_is_tried_again(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain,
                       .names = few,
                       .other = deny_by_chain,
                       .other_names = more,
                       .serial_step = 1};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct denial_class_verdict verdict = classify_seeded(s, seed);
        assert_int_equal(verdict.kind, CHAIN_CHANGING);
        assert_int_equal(verdict.queries, 5);
    }
    s.names = more; /* a serial that rises, and a chain that stays */
    assert_int_equal(verdict_is(&s, CHAIN_NSEC).queries, 5);
    s.deny = deny_by_epsilon; /* a liar whose serial rises is not known from it */
    s.other = NULL;
    verdict_is(&s, CHAIN_CHANGING);
}

/* The first denial of one version, all others of the next. */
static void deny_first_by_more(struct server *s, struct message *m, const struct name *name,
                               uint16_t type)
{
    s->names = s->asked == 1 ? more : few;
    s->serial_step = 0;
    deny_by_chain(s, m, name, type);
}

static void a_zone_that_changed_once_is_a_chain(void **state)
{
    (void)state;
    struct server s = {.deny = deny_first_by_more, .names = few, .serial = 1, .serial_step = 1};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        static struct message m;
        struct denial_class class;
        struct denial_class_question question;
        struct server copy = s;
        struct name zone = name_of(ZONE_TEXT);
        denial_class_init(&class, zone.wire, seed);
        while (denial_class_next(&class, &question) == DENIAL_CLASS_ASK) {
            copy.serial_step = copy.asked == 2;
            assert_int_equal(ask(&copy, &question, &m), DENIAL_CLASS_REPLY);
            copy.asked++;
            struct reply reply = message_view(&m);
            denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        }
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_NSEC);
        assert_int_equal(denial_class_verdict(&class)->queries, 7);
    }
}

static void without_keys_a_zone_is_unsigned(void **state)
{
    (void)state;
    struct server s = {.deny = deny_without_proof, .is_unsigned = true};
    assert_int_equal(verdict_is(&s, CHAIN_UNSIGNED).queries, 3);
    s.has_wildcard = true;
    verdict_is(&s, CHAIN_UNSIGNED);
    s.has_keys = true;
    verdict_is(&s, CHAIN_NO_PROOF);
}

static void records_need_signatures_of_the_zone(void **state)
{
    (void)state;
    struct server s = {.deny = deny_without_proof};
    assert_int_equal(verdict_is(&s, CHAIN_NO_PROOF).queries, 3); /* two names were tried */
    s.deny = deny_without_signature;
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "lack signatures"));
    s.deny = deny_by_anothers_signature;
    verdict_is(&s, CHAIN_NO_PROOF);
    s.deny = deny_by_expansion;
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "prove nothing"));
}

static void parameters_that_are_not_ours_are_not_read(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes,
                       .names = few,
                       .params = {.algorithm = 1, .iterations = NSEC3_ITERATIONS_MAX}};
    s.search_blocks = 1;
    verdict_is(&s, CHAIN_NSEC3);
    s.params.iterations++;
    verdict_is(&s, CHAIN_UNREADABLE);
    s.params.iterations = 0;
    s.flags = 2;
    verdict_is(&s, CHAIN_UNREADABLE);
}

static void servers_that_do_not_answer_say_why(void **state)
{
    (void)state;
    static const struct {
        enum denial_class_answer answer;
        enum chain_kind kind;
    } failures[] = {
        {DENIAL_CLASS_REFUSED, CHAIN_REFUSED},         {DENIAL_CLASS_SERVFAIL, CHAIN_FAILING},
        {DENIAL_CLASS_FORMERR, CHAIN_FAILING},         {DENIAL_CLASS_SILENT, CHAIN_SILENT},
        {DENIAL_CLASS_UNREACHABLE, CHAIN_UNREACHABLE}, {DENIAL_CLASS_NO_TCP, CHAIN_UNREACHABLE},
    };
    struct denial_class class;
    struct denial_class_question question;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct name zone = name_of(ZONE_TEXT);
        denial_class_init(&class, zone.wire, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        assert_int_equal(question.type, TYPE_SOA);
        denial_class_note(&class, failures[i].answer, NULL);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, failures[i].kind);
        struct server s = {
            .deny = deny_by_chain, .names = few, .fails = failures[i].answer, .fails_from = 1};
        assert_int_equal(verdict_is(&s, failures[i].kind).queries, 2);
        s.fails_from = 3; /* what follows is not needed */
        assert_int_equal(verdict_is(&s, CHAIN_NSEC).queries, 5);
    }
}

static void a_server_without_the_zone_is_lame(void **state)
{
    (void)state;
    static struct message m;
    struct denial_class class;
    struct denial_class_question question;
    struct name zone = name_of(ZONE_TEXT);
    for (unsigned i = 0; i < 3; i++) {
        denial_class_init(&class, zone.wire, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        message_begin(&m, ZONE_TEXT, TYPE_SOA, i == 0 ? RCODE_NXDOMAIN : RCODE_NOERROR);
        if (i > 0)
            put_soa(&m, i == 1 ? IN_AUTHORITY : IN_ANSWER, 1);
        if (i < 2)
            message_set_flags(&m, 0x0400);
        struct reply reply = message_view(&m);
        denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_LAME);
    }
}

/* Six octets of a label are the least that nobody has. */
static void a_zone_may_leave_no_room(void **state)
{
    (void)state;
    static struct message m;
    for (unsigned len = 240; len <= NAME_WIRE_MAX; len++) {
        struct denial_class class;
        struct denial_class_question question;
        uint8_t zone[NAME_WIRE_MAX] = {63, [64] = 63, [128] = 63, [192] = (uint8_t)(len - 194)};
        zone[len - 1] = 0;
        assert_int_equal(name_len(zone), len);
        denial_class_init(&class, zone, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        message_begin(&m, "x", TYPE_SOA, 0);
        message_set_flags(&m, 0x0400);
        struct name owner = {.len = (uint8_t)len};
        memcpy(owner.wire, zone, len);
        put_record(&m, IN_ANSWER, &owner, TYPE_SOA, (uint8_t[22]){0}, 22);
        struct reply reply = message_view(&m);
        denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        assert_int_equal(denial_class_next(&class, &question),
                         len + 7 <= NAME_WIRE_MAX ? DENIAL_CLASS_ASK : DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_a_chain),
        cmocka_unit_test(a_zone_of_one_name_is_not_a_lie),
        cmocka_unit_test(a_chain_of_hashes_has_parameters),
        cmocka_unit_test(a_wildcards_proof_is_a_chains),
        cmocka_unit_test(a_wildcard_without_proof_is_passed_below),
        cmocka_unit_test(intervals_that_move_are_lies),
        cmocka_unit_test(silence_for_the_nearest_name_is_a_lies),
        cmocka_unit_test(long_intervals_without_a_second_name_are_a_chains),
        cmocka_unit_test(the_name_itself_is_compact),
        cmocka_unit_test(types_made_up_are_black_lies),
        cmocka_unit_test(the_hash_itself_is_compact_too),
        cmocka_unit_test(two_ways_are_mixed),
        cmocka_unit_test(a_chain_that_contradicts_itself_is_mixed),
        cmocka_unit_test(an_end_that_stays_is_no_lie_around_names),
        cmocka_unit_test(parameters_that_change_are_mixed),
        cmocka_unit_test(what_one_found_by_hashing_serves_another),
        cmocka_unit_test(a_zone_that_changes_is_tried_again),
        cmocka_unit_test(a_zone_that_changed_once_is_a_chain),
        cmocka_unit_test(without_keys_a_zone_is_unsigned),
        cmocka_unit_test(records_need_signatures_of_the_zone),
        cmocka_unit_test(parameters_that_are_not_ours_are_not_read),
        cmocka_unit_test(servers_that_do_not_answer_say_why),
        cmocka_unit_test(a_server_without_the_zone_is_lame),
        cmocka_unit_test(a_zone_may_leave_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
