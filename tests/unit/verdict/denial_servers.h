// SPDX-License-Identifier: BSD-2-Clause
/* Made-up servers, one of each kind of denial, and the classifier let loose on one of them. */
#ifndef TESTS_UNIT_VERDICT_DENIAL_SERVERS_H
#define TESTS_UNIT_VERDICT_DENIAL_SERVERS_H

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
    bool has_dname;            /* at the apex: it answers for names below */
    bool drops_edns;           /* does not answer queries that have it */
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

static inline void deny_by_chain(struct server *s, struct message *m, const struct name *name,
                                 uint16_t type)
{
    (void)type;
    put_chain_denial(m, s->names, name);
}

static inline void deny_by_hashes(struct server *s, struct message *m, const struct name *name,
                                  uint16_t type)
{
    (void)type;
    put_hash_denial(m, s->names, &s->params, s->flags, name);
}

/* RFC 4470: the label with its last octet one less and `~`, and with `!`. */
static inline void deny_by_epsilon(struct server *s, struct message *m, const struct name *name,
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
static inline void deny_by_wide_epsilon(struct server *s, struct message *m,
                                        const struct name *name, uint16_t type)
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
static inline void deny_by_a_last_name(struct server *s, struct message *m, const struct name *name,
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
static inline struct name before(const struct name *name)
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
static inline void deny_by_minimum(struct server *s, struct message *m, const struct name *name,
                                   uint16_t type)
{
    struct name owner = before(name), next;
    (void)s;
    (void)type;
    assert_int_equal(owner.len, NAME_WIRE_MAX);
    assert_true(canon_next(&next, name->wire, name_suffix(name->wire, 1)));
    put_nsec(m, &owner, &next, bare_types);
}

static inline void deny_narrowly(struct server *s, struct message *m, const struct name *name,
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
static inline void deny_by_short_intervals(struct server *s, struct message *m,
                                           const struct name *name, uint16_t type)
{
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    (void)type;
    nsec3_hash(&s->params, name->wire, from);
    memset(from + 4, 0, sizeof from - 4);
    memcpy(to, from, sizeof to);
    memset(to + 4, 0xff, sizeof to - 4);
    put_nsec3(m, from, to, &s->params, s->flags, bare_types);
}

static inline void put_own_types(const struct server *s, uint16_t *types, uint16_t type)
{
    for (const uint16_t *each = s->own_types; *each; each++)
        if (*each != type)
            *types++ = *each;
    *types = 0;
}

static inline void deny_the_name(struct server *s, struct message *m, const struct name *name,
                                 uint16_t type)
{
    struct name next;
    uint16_t types[16];
    assert_true(canon_next(&next, name->wire, name_suffix(name->wire, 1)));
    put_own_types(s, types, type);
    put_nsec(m, name, &next, types);
}

static inline void deny_the_hash(struct server *s, struct message *m, const struct name *name,
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

static inline void deny_without_proof(struct server *s, struct message *m, const struct name *name,
                                      uint16_t type)
{
    (void)s;
    (void)m;
    (void)name;
    (void)type;
}

static inline void deny_without_signature(struct server *s, struct message *m,
                                          const struct name *name, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    (void)s;
    (void)name;
    (void)type;
    put_bare_nsec(m, &zone, &zone, bare_types);
}

static inline void deny_by_anothers_signature(struct server *s, struct message *m,
                                              const struct name *name, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    deny_without_signature(s, m, name, type);
    put_rrsig(m, IN_AUTHORITY, &zone, TYPE_NSEC, 1, "test");
}

/* NSEC of a wildcard, expanded (RFC 4592 section 4.7): not the name's own. */
static inline void deny_by_expansion(struct server *s, struct message *m, const struct name *name,
                                     uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    (void)s;
    (void)type;
    put_bare_nsec(m, name, &zone, bare_types);
    put_rrsig(m, IN_AUTHORITY, name, TYPE_NSEC, 1, ZONE_TEXT);
}

static inline void deny_by_both(struct server *s, struct message *m, const struct name *name,
                                uint16_t type)
{
    deny_by_chain(s, m, name, type);
    deny_by_hashes(s, m, name, type);
}

static inline void deny_by_two_chains(struct server *s, struct message *m, const struct name *name,
                                      uint16_t type)
{
    struct server other = *s;
    other.params.iterations++;
    deny_by_hashes(s, m, name, type);
    deny_by_hashes(&other, m, name, type);
}

static inline void deny(struct server *s, struct message *m, const struct name *name, uint16_t type)
{
    const char *const *names = s->names;
    bool is_other = s->other && s->denied++ % 2 == 1;
    put_soa(m, IN_AUTHORITY, s->serial);
    if (is_other && s->other_names)
        s->names = s->other_names;
    (is_other ? s->other : s->deny)(s, m, name, type);
    s->names = names;
}

static inline void answer_apex(struct server *s, struct message *m, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    if (type == TYPE_SOA) {
        put_soa(m, IN_ANSWER, s->serial);
        if (!s->is_unsigned)
            put_signed(m, IN_ANSWER, &zone, TYPE_SOA);
    } else if (type == TYPE_DNSKEY && s->has_keys) {
        put_record(m, IN_ANSWER, &zone, TYPE_DNSKEY, "\1\0\3\15key", 7);
    } else if (type == TYPE_CNAME) {
        deny(s, m, &zone, type);
    }
}

/* The DNAME, and the CNAME that is made of it for NAME (RFC 6672 section 3.1). */
static inline void answer_by_dname(struct message *m, const struct name *name)
{
    struct name zone = name_of(ZONE_TEXT);
    put_record(m, IN_ANSWER, &zone, TYPE_DNAME, "\4test", 6);
    put_signed(m, IN_ANSWER, &zone, TYPE_DNAME);
    put_record(m, IN_ANSWER, name, TYPE_CNAME, "\1x\4test", 8);
}

static inline bool is_answered(const struct server *s, const struct name *name)
{
    return s->has_wildcard && (name_label_count(name->wire) == 2 || s->answers_below_star);
}

static inline enum denial_class_answer ask(struct server *s, const struct denial_class_question *q,
                                           struct message *m)
{
    struct name zone = name_of(ZONE_TEXT);
    if (s->fails_from > 0 && s->asked >= s->fails_from)
        return s->fails;
    if (s->drops_edns && !q->is_plain)
        return DENIAL_CLASS_SILENT;
    if (q->type == TYPE_NXNAME && s->knows_nxname)
        return DENIAL_CLASS_FORMERR;
    message_begin(m, "x", q->type, q->is_compact_ok && s->knows_co ? RCODE_NXDOMAIN : 0);
    message_set_flags(m, 0x0400); /* AA */
    s->serial += s->serial_step;
    if (name_equal(q->name.wire, zone.wire)) {
        answer_apex(s, m, q->type);
        return DENIAL_CLASS_REPLY;
    }
    if (s->has_dname) {
        answer_by_dname(m, &q->name);
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

static inline struct denial_class_verdict classify_seeded(struct server s, uint64_t seed)
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
        assert_int_equal(question.is_plain, s.drops_edns && s.asked == 1);
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

static inline struct denial_class_verdict verdict_is(const struct server *s, enum chain_kind kind)
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

#endif
