// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/answer.c: wildcards, aliases that embed the question, pools shown in part. */
#include "tests/unit/lab/answer_ask.h"

/* Wildcards of every kind. Names below edge have data, such below x.edge have none. */
static const char wild_text[] =
    "$ORIGIN lab.example.\n"
    "*.v6 AAAA 2001:db8::1\n*.txt TXT \"x\"\n"
    "*.e CNAME {}.edge\n*.twice CNAME {}.e\n*.edge A 192.0.2.20\nx.edge A 192.0.2.21\n"
    "*.out CNAME {}.cdn.test.\n*.turn CNAME {}.turn2\n*.turn2 CNAME {}.turn\n"
    "*.grow CNAME {}.and.grow\n"
    "*.toolong CNAME {}.a123456789012345678901234567890123456789012345678901234567890\n"
    "www A 192.0.2.1\n*.www A 192.0.2.2\na.www A 192.0.2.3\n*.a.www A 192.0.2.4\n";

static void every_kind_of_wildcard_is_answered(void **state)
{
    struct zones *zones = zones_of(wild_text);
    (void)state;
    expect(zones, "q.v6.lab.example", TYPE_A, RCODE_NOERROR, 0, 1);
    expect(zones, "q.v6.lab.example", TYPE_AAAA, RCODE_NOERROR, 1, 0);
    expect(zones, "q.txt.lab.example", TYPE_A, RCODE_NOERROR, 0, 1);
    expect(zones, "q.txt.lab.example", TYPE_AAAA, RCODE_NOERROR, 0, 1);
    expect(zones, "q.txt.lab.example", TYPE_TXT, RCODE_NOERROR, 1, 0);
    expect(zones, "q.e.lab.example", TYPE_A, RCODE_NOERROR, 2, 0);
    expect(zones, "p.q.e.lab.example", TYPE_A, RCODE_NOERROR, 2, 0);
    expect(zones, "q.e.lab.example", TYPE_AAAA, RCODE_NOERROR, 1, 1);
    expect(zones, "q.e.lab.example", TYPE_CNAME, RCODE_NOERROR, 1, 0);
    expect(zones, "q.x.e.lab.example", TYPE_A, RCODE_NXDOMAIN, 1, 1);
    expect(zones, "q.out.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    expect(zones, "q.www.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    expect(zones, "q.a.www.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    zones_destroy(zones);
}

static void an_embedding_alias_names_its_target_after_the_question(void **state)
{
    struct zones *zones = zones_of(wild_text);
    static struct reply reply;
    /* a pointer to the question; CNAME IN 300; 4: one label and a pointer to lab.example */
    static const uint8_t alias[] = {0xc0, 12, 0, 5, 0, 1, 0, 0, 1, 44};
    (void)state;
    ask(zones, "P.q.e.lab.example", TYPE_A, 0, (struct answer_params){0}, &reply);
    const uint8_t *at = reply.data + 12 + 19 + 4;
    assert_memory_equal(at, alias, sizeof alias);
    assert_memory_equal(at + sizeof alias + 2, "\1p\1q\4edge\xc0", 10);
    /* the address belongs to the target */
    assert_int_equal(reply.data[reply.len - 1], 20);
    assert_int_equal(reply.data[reply.len - 16], 0xc0);
    assert_int_equal(reply.data[reply.len - 15], (uint8_t)(at + sizeof alias + 2 - reply.data));
    zones_destroy(zones);
}

/* q.twice is q.e, which is q.edge, which has an address. */
static void each_embedding_alias_owns_the_next(void **state)
{
    struct zones *zones = zones_of(wild_text);
    static struct reply reply;
    (void)state;
    ask(zones, "q.twice.lab.example", TYPE_A, 0, (struct answer_params){0}, &reply);
    assert_int_equal(reply.answers, 3);
    size_t first = 12 + 21 + 4, second = first + 12 + 6, third = second + 12 + 9;
    assert_memory_equal(reply.data + first + 12, "\1q\1e\xc0", 5);
    assert_int_equal(reply.data[second], 0xc0);
    assert_int_equal(reply.data[second + 1], first + 12);
    assert_memory_equal(reply.data + second + 12, "\1q\4edge\xc0", 8);
    assert_int_equal(reply.data[third], 0xc0);
    assert_int_equal(reply.data[third + 1], second + 12);
    assert_int_equal(reply.len, third + 16);
    zones_destroy(zones);
}

static void targets_without_end_or_too_long_are_servfail(void **state)
{
    struct zones *zones = zones_of(wild_text);
    char text[NAME_WIRE_MAX] = "";
    (void)state;
    expect(zones, "q.turn.lab.example", TYPE_A, RCODE_SERVFAIL, 0, 0);
    expect(zones, "q.grow.lab.example", TYPE_A, RCODE_SERVFAIL, 0, 0);
    /* the new label and the zone take 75 octets: 180 are left for three labels of 61 */
    for (unsigned i = 0; i < 3; i++)
        strcat(text, "x12345678901234567890123456789012345678901234567890123456789.");
    strcat(text, "toolong.lab.example");
    expect(zones, text + 3, TYPE_A, RCODE_NXDOMAIN, 1, 1);
    expect(zones, text + 2, TYPE_A, RCODE_SERVFAIL, 0, 0);
    expect(zones, text + 2, TYPE_CNAME, RCODE_SERVFAIL, 0, 0);
    zones_destroy(zones);
}

/* Behind LINE a wildcard with COUNT addresses. */
static struct zones *large_pool(const char *line, unsigned count)
{
    char text[8192];
    int len = snprintf(text, sizeof text, "$ORIGIN lab.example.\n%s\n", line);
    for (unsigned i = 0; i < count; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "*.w A 192.0.2.%u\n", i);
    assert_true((size_t)len < sizeof text);
    return zones_of(text);
}

static void large_pools_stay_within_the_offered_size(void **state)
{
    static struct reply reply;
    struct answer_params tcp = {.size_max = ANSWER_TCP_MAX};
    struct zones *zones = large_pool("$POOL all", 50);
    (void)state;
    ask(zones, "q.w.lab.example", TYPE_A, 0, (struct answer_params){0}, &reply);
    assert_true(reply.tc);
    assert_int_equal(reply.answers, 0);
    ask(zones, "q.w.lab.example", TYPE_A, 0, tcp, &reply);
    assert_false(reply.tc);
    assert_int_equal(reply.answers, 50);
    ask(zones, "q.w.lab.example", TYPE_A, 1232, (struct answer_params){0}, &reply);
    assert_false(reply.tc);
    assert_int_equal(reply.answers, 50);
    zones_destroy(zones);
    zones = large_pool("$POOL some 8", 50);
    ask(zones, "q.w.lab.example", TYPE_A, 0, (struct answer_params){0}, &reply);
    assert_false(reply.tc);
    assert_int_equal(reply.answers, 8);
    zones_destroy(zones);
}

static void resolvers_of_a_region_agree_and_others_differ(void **state)
{
    struct zones *zones = large_pool("$POOL geo", 8);
    static struct reply reply;
    unsigned together = 0, kinds = 0;
    (void)state;
    for (uint64_t identity = 0; identity < 32; identity++) {
        unsigned mask = 0;
        ask(zones, "q.w.lab.example", TYPE_A, 0, (struct answer_params){.identity = identity},
            &reply);
        assert_int_equal(reply.answers, 2);
        for (size_t at = reply.len - 1; at > reply.len - 32; at -= 16)
            mask |= 1u << reply.data[at];
        kinds += !(together & mask);
        assert_true(!(together & mask) || (together & mask) == mask);
        together |= mask;
    }
    assert_int_equal(kinds, ZONE_REGIONS);
    assert_int_equal(together, 0xff);
    zones_destroy(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_wildcard_is_answered),
        cmocka_unit_test(an_embedding_alias_names_its_target_after_the_question),
        cmocka_unit_test(each_embedding_alias_owns_the_next),
        cmocka_unit_test(targets_without_end_or_too_long_are_servfail),
        cmocka_unit_test(large_pools_stay_within_the_offered_size),
        cmocka_unit_test(resolvers_of_a_region_agree_and_others_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
