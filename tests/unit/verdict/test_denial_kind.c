// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_kind.c: spans made for one name, and what compact denials say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/message.h"
#include "verdict/denial_kind.h"

static bool is_minimal(const char *owner, const char *next, const char *name)
{
    struct name o = name_of(owner), n = name_of(next), q = name_of(name);
    const struct nsec_view nsec = {.next = n.wire};
    return denial_nsec_is_minimal(o.wire, &nsec, q.wire);
}

static void test_minimal_nsec(void **state)
{
    (void)state;
    static const struct {
        const char *owner, *next, *name;
        bool is_minimal;
    } cases[] = {
        /* RFC 4470 section 3.1.1's and what signers make of it */
        {"fon\\255\\255.z.test", "foo\\000.z.test", "foo.z.test", true},
        {"fon\\126.z.test", "\\000.foo.z.test", "foo.z.test", true},
        {"fon\\126.z.test", "foo\\033.z.test", "foo.z.test", true},
        {"fon\\126.z.test", "foo-.z.test", "foo.z.test", true},
        /* compact */
        {"foo.z.test", "\\000.foo.z.test", "foo.z.test", true},
        {"foo.z.test", "a.foo.z.test", "foo.z.test", false},
        {"foo.z.test", "goo.z.test", "foo.z.test", false},
        /* a chain */
        {"fa.z.test", "foo-x.z.test", "foo.z.test", false},
        {"fa.z.test", "g.z.test", "foo.z.test", false},
        {"y.z.test", "z.test", "zoo.z.test", false}, /* the end of the zone */
        {"z.test", "z.test", "zoo.z.test", false},
        {"a.z.test", "b.z.test", "c.z.test", false}, /* of another name */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (is_minimal(cases[i].owner, cases[i].next, cases[i].name) != cases[i].is_minimal)
            fail_msg("%s %s %s", cases[i].owner, cases[i].next, cases[i].name);
    }
}

static void test_minimal_beside_long_names(void **state)
{
    char longest[200], next[220];
    (void)state;
    memset(longest, 'a', 63);
    strcpy(longest + 63, ".z.test");
    memset(next, 'a', 63);
    strcpy(next + 63, ".z.test");
    next[62] = 'b';
    assert_false(is_minimal("a.z.test", next, longest)); /* no room for a hyphen: not known */
    longest[62] = '.'; /* one shorter: a label of 62 and an empty one is no name */
    strcpy(longest + 62, ".z.test");
    assert_false(is_minimal("a.z.test", next, longest));
}

static bool is_near(uint8_t octet, unsigned at, int step)
{
    uint8_t hash[NSEC3_HASH_LEN], next[NSEC3_HASH_LEN];
    struct nsec3_view nsec3 = {.next = next};
    memset(hash, octet, sizeof hash);
    memcpy(next, hash, sizeof next);
    for (unsigned i = at + 1; step && i-- > 0;) { /* with carry */
        next[i] = (uint8_t)(next[i] + step);
        if (next[i] != (step > 0 ? 0 : 255))
            break;
    }
    return denial_nsec3_is_minimal(hash, &nsec3);
}

static void test_minimal_nsec3(void **state)
{
    (void)state;
    assert_true(is_near(7, 19, 1));
    assert_true(is_near(7, 19, 2));
    assert_true(is_near(255, 19, 1)); /* round the circle */
    assert_true(is_near(7, 8, 1));
    assert_false(is_near(7, 7, 1));
    assert_false(is_near(7, 0, 1));
    assert_false(is_near(7, 19, -1)); /* nearly all of the circle */
    assert_false(is_near(7, 19, 0));  /* all of it: a zone of one name */
}

/* --- compact denials --- */

static struct message m;

/* NOERROR for foo.z.test with an NSEC record; BITS: type bitmap with its window. */
static enum denial_compact read_nsec(const char *owner, const char *next, const char *bits,
                                     size_t len)
{
    struct name name = name_of(next);
    uint8_t rdata[NAME_WIRE_MAX + 40];
    message_begin(&m, "foo.z.test", TYPE_A, RCODE_NOERROR);
    message_put_soa(&m, "z.test");
    memcpy(rdata, name.wire, name.len);
    memcpy(rdata + name.len, bits, len);
    message_put(&m, IN_AUTHORITY, owner, TYPE_NSEC, CLASS_IN, rdata, name.len + len);
    struct reply reply = message_view(&m);
    return denial_read_compact(&reply, &m.question);
}

#define BARE   "\0\6\0\0\0\0\0\3"   /* RRSIG NSEC */
#define BROAD  "\0\6\0\0\0\x08\0\3" /* AAAA, too */
#define NXNAME "\0\x11\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\x80"

static void test_compact_nsec(void **state)
{
    (void)state;
    const char *q = "foo.z.test", *child = "\\000.foo.z.test";
    assert_int_equal(read_nsec(q, child, NXNAME, 19), DENIAL_SAYS_ABSENT);
    assert_int_equal(read_nsec(q, child, BARE, 8), DENIAL_SAYS_EMPTY);
    assert_int_equal(read_nsec(q, child, BROAD, 8), DENIAL_SAYS_NEITHER);
    assert_int_equal(read_nsec("FOO.z.test", child, NXNAME, 19), DENIAL_SAYS_ABSENT);
    /* A chain's own record of a name that is there. */
    assert_int_equal(read_nsec(q, "goo.z.test", BARE, 8), DENIAL_NOT_COMPACT);
    assert_int_equal(read_nsec("fon.z.test", "\\000.fon.z.test", NXNAME, 19), DENIAL_NOT_COMPACT);
    assert_int_equal(read_nsec(q, child, "\0\0", 2), DENIAL_NOT_COMPACT); /* malformed */
    assert_int_equal(read_nsec(q, child,
                               "\xfe\x1b\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0\2",
                               29),
                     DENIAL_SAYS_ABSENT);                                      /* TYPE65238 */
    assert_int_equal(read_nsec(q, child, "\xff\1\x40", 3), DENIAL_SAYS_EMPTY); /* TYPE65281 */
}

static enum denial_compact read_nsec3(unsigned step, const char *bits, size_t len)
{
    char owner[NSEC3_LABEL_LEN + 8];
    uint8_t hash[NSEC3_HASH_LEN] = {1, 2, 3}, rdata[80] = {1, 0, 0, 0, 0, NSEC3_HASH_LEN};
    base32hex_from_hash(hash, owner);
    strcpy(owner + NSEC3_LABEL_LEN, ".z.test");
    hash[NSEC3_HASH_LEN - 1] = (uint8_t)step;
    memcpy(rdata + 6, hash, sizeof hash);
    memcpy(rdata + 26, bits, len);
    message_begin(&m, "foo.z.test", TYPE_A, RCODE_NOERROR);
    message_put(&m, IN_AUTHORITY, owner, TYPE_NSEC3, CLASS_IN, rdata, 26 + len);
    struct reply reply = message_view(&m);
    return denial_read_compact(&reply, &m.question);
}

static void test_compact_nsec3(void **state)
{
    (void)state;
    assert_int_equal(read_nsec3(1, NXNAME, 19), DENIAL_SAYS_ABSENT);
    assert_int_equal(read_nsec3(1, BROAD, 8), DENIAL_NOT_COMPACT); /* narrow, and true */
    assert_int_equal(read_nsec3(1, "", 0), DENIAL_NOT_COMPACT);
    assert_int_equal(read_nsec3(0, NXNAME, 19), DENIAL_NOT_COMPACT);
}

static void test_nothing_to_read(void **state)
{
    (void)state;
    message_begin(&m, "foo.z.test", TYPE_A, RCODE_NOERROR);
    struct reply reply = message_view(&m);
    assert_int_equal(denial_read_compact(&reply, &m.question), DENIAL_NOT_COMPACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal_nsec),  cmocka_unit_test(test_minimal_beside_long_names),
        cmocka_unit_test(test_minimal_nsec3), cmocka_unit_test(test_compact_nsec),
        cmocka_unit_test(test_compact_nsec3), cmocka_unit_test(test_nothing_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
