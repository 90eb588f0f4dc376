// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/answer.c: queries in, replies out. */
#include "tests/unit/lab/answer_ask.h"

#include "base/bytes.h"
#include "base/rng.h"

static const char zone_text[] =
    "$ORIGIN lab.example.\n"
    "www A 192.0.2.1\nv6 AAAA 2001:db8::1\n"
    "pool A 192.0.2.1\npool A 192.0.2.2\npool A 192.0.2.3\n"
    "c1 CNAME c2\nc2 CNAME www\ngone CNAME nix\next CNAME a.b.test.\n"
    "loop CNAME loop\nx.ent A 192.0.2.4\n"
    "$POOL one\n*.dev A 192.0.2.10\n*.dev A 192.0.2.11\n"
    "$POOL all\n"
    "big TXT \"0123456789012345678901234567890123456789012345678901234567"
    "89012345678901234567890123456789012345678901234567890123456789\"\n"
    "big TXT \"1123456789012345678901234567890123456789012345678901234567"
    "89012345678901234567890123456789012345678901234567890123456789\"\n"
    "big TXT \"2123456789012345678901234567890123456789012345678901234567"
    "89012345678901234567890123456789012345678901234567890123456789\"\n"
    "big TXT \"3123456789012345678901234567890123456789012345678901234567"
    "89012345678901234567890123456789012345678901234567890123456789\"\n";

static void every_kind_of_name_is_answered_as_a_resolver_would(void **state)
{
    struct zones *zones = zones_of(zone_text);
    (void)state;
    expect(zones, "www.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    expect(zones, "www.lab.example", TYPE_AAAA, RCODE_NOERROR, 0, 1);
    expect(zones, "www.lab.example", 257, RCODE_NOERROR, 0, 1);
    expect(zones, "nix.lab.example", TYPE_A, RCODE_NXDOMAIN, 0, 1);
    expect(zones, "ent.lab.example", TYPE_A, RCODE_NOERROR, 0, 1);
    expect(zones, "y.ent.lab.example", TYPE_A, RCODE_NXDOMAIN, 0, 1);
    expect(zones, "c1.lab.example", TYPE_A, RCODE_NOERROR, 3, 0);
    expect(zones, "c1.lab.example", TYPE_AAAA, RCODE_NOERROR, 2, 1);
    expect(zones, "c1.lab.example", TYPE_CNAME, RCODE_NOERROR, 1, 0);
    expect(zones, "gone.lab.example", TYPE_A, RCODE_NXDOMAIN, 1, 1);
    expect(zones, "ext.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    expect(zones, "loop.lab.example", TYPE_A, RCODE_SERVFAIL, 0, 0);
    expect(zones, "q.dev.lab.example", TYPE_A, RCODE_NOERROR, 1, 0);
    expect(zones, "other.test", TYPE_A, RCODE_REFUSED, 0, 0);
    expect(zones, "lab.example", TYPE_SOA, RCODE_NOERROR, 1, 0);
    zones_destroy(zones);
}

static void the_question_comes_back_as_it_was_spelt(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    (void)state;
    ask(zones, "wWw.LaB.eXample", TYPE_A, 0, (struct answer_params){0}, &reply);
    assert_int_equal(reply.answers, 1);
    assert_int_equal(reply.additional, 0);
    assert_memory_equal(reply.data + 12, "\3wWw\3LaB\7eXample", 17);
    assert_int_equal(reply.data[33], 0xc0); /* the owner is a pointer to it */
    assert_int_equal(reply.data[34], 12);
    zones_destroy(zones);
}

static void pools_rotate_with_the_variant(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    bool first[3] = {false}, one[2] = {false};
    (void)state;
    for (uint64_t variant = 0; variant < 6; variant++) {
        struct answer_params params = {.variant = variant};
        ask(zones, "pool.lab.example", TYPE_A, 0, params, &reply);
        assert_int_equal(reply.answers, 3);
        unsigned last_octet = reply.data[34 + 12 + 3];
        assert_in_range(last_octet, 1, 3);
        first[last_octet - 1] = true;
        ask(zones, "x.dev.lab.example", TYPE_A, 0, params, &reply);
        assert_int_equal(reply.answers, 1);
        assert_in_range(reply.data[reply.len - 1], 10, 11);
        one[reply.data[reply.len - 1] - 10] = true;
    }
    assert_true(first[0] && first[1] && first[2] && one[0] && one[1]);
    zones_destroy(zones);
}

static void what_does_not_fit_is_cut_to_the_question(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    struct answer_params whole = {.size_max = ANSWER_TCP_MAX};
    (void)state;
    ask(zones, "big.lab.example", TYPE_TXT, 0, whole, &reply);
    assert_int_equal(reply.answers, 4);
    size_t full = reply.len;
    assert_true(full > ANSWER_UDP_PLAIN);
    for (size_t size = full - 1; size <= full; size++) {
        ask(zones, "big.lab.example", TYPE_TXT, 0, (struct answer_params){.size_max = size},
            &reply);
        assert_int_equal(reply.tc, size < full);
        assert_int_equal(reply.answers, size < full ? 0 : 4);
    }
    ask(zones, "big.lab.example", TYPE_TXT, 0, (struct answer_params){0}, &reply);
    assert_true(reply.tc);
    assert_int_equal(reply.len, 12 + 17 + 4);
    ask(zones, "big.lab.example", TYPE_TXT, 512, (struct answer_params){0}, &reply);
    assert_true(reply.tc);
    assert_int_equal(reply.additional, 1);
    ask(zones, "big.lab.example", TYPE_TXT, 1232, (struct answer_params){0}, &reply);
    assert_false(reply.tc);
    zones_destroy(zones);
}

static void actions_make_the_replies_they_name(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    static const struct {
        enum action action;
        unsigned rcode, questions, additional;
        bool tc;
    } cases[] = {
        {ACTION_SERVFAIL, RCODE_SERVFAIL, 1, 1, false},
        {ACTION_REFUSED, RCODE_REFUSED, 1, 1, false},
        {ACTION_FORMERR, RCODE_FORMERR, 1, 0, false},
        {ACTION_FORMERR_BARE, RCODE_FORMERR, 0, 0, false},
        {ACTION_TRUNCATE, RCODE_NOERROR, 1, 1, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(zones, "www.lab.example", TYPE_A, 1232,
            (struct answer_params){.action = cases[i].action}, &reply);
        assert_int_equal(reply.rcode, cases[i].rcode);
        assert_int_equal(reply.data[5], cases[i].questions);
        assert_int_equal(reply.additional, cases[i].additional);
        assert_int_equal(reply.tc, cases[i].tc);
        assert_int_equal(reply.answers, 0);
    }
    uint8_t data[QUERY_MAX];
    struct query query;
    size_t len = query_build(data, "www.lab.example", TYPE_A, 0);
    struct answer_params silence = {
        .zones = zones, .action = ACTION_SILENCE, .size_max = ANSWER_UDP_PLAIN};
    assert_int_equal(query_parse(&query, data, len), QUERY_OK);
    assert_int_equal(answer_build(&silence, &query, reply.data), 0);
    zones_destroy(zones);
}

static struct lies lies_of(unsigned rewrite, bool hides, bool is_wrong, uint64_t bits)
{
    return (struct lies){.rewrite = rewrite, .hides = hides, .is_wrong = is_wrong, .bits = bits};
}

/* What NAME comes to under LIES, and which of them was told. */
static void expect_lie(const struct zones *zones, const char *name, uint16_t type, struct lies lies,
                       enum lie expected, unsigned rcode, unsigned answers)
{
    static struct reply reply;
    enum lie told = LIE_FORGED;
    ask(zones, name, type, 1232, (struct answer_params){.lies = lies, .told = &told}, &reply);
    if (told != expected || reply.rcode != rcode || reply.answers != answers)
        fail_msg("%s: told %d, rcode %u, %u answers", name, told, reply.rcode, reply.answers);
}

/* The last four or sixteen octets of a reply without EDNS that ends with an address. */
static void expect_address(const struct zones *zones, const char *name, uint16_t type,
                           struct lies lies, const char *address, size_t len)
{
    static struct reply reply;
    ask(zones, name, type, 0, (struct answer_params){.lies = lies}, &reply);
    assert_true(reply.answers >= 1 && reply.len > 12 + len);
    assert_memory_equal(reply.data + reply.len - len, address, len);
}

static void a_rewriter_turns_nxdomain_into_its_address(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct lies lies = lies_of(7, false, false, 99);
    (void)state;
    expect_lie(zones, "nix.lab.example", TYPE_A, lies, LIE_REWRITTEN, RCODE_NOERROR, 1);
    expect_address(zones, "nix.lab.example", TYPE_A, lies, "\313\0\161\7", 4);
    lies.bits++; /* of another name or resolver: the address is the number's */
    expect_address(zones, "nix.lab.example", TYPE_A, lies, "\313\0\161\7", 4);
    expect_lie(zones, "nix.lab.example", TYPE_AAAA, lies, LIE_REWRITTEN, RCODE_NOERROR, 0);
    expect_lie(zones, "nix.lab.example", TYPE_TXT, lies, LIE_REWRITTEN, RCODE_NOERROR, 0);
    expect_lie(zones, "gone.lab.example", TYPE_A, lies, LIE_REWRITTEN, RCODE_NOERROR, 2);
    expect_lie(zones, "www.lab.example", TYPE_A, lies, LIE_NONE, RCODE_NOERROR, 1);
    expect_lie(zones, "ent.lab.example", TYPE_A, lies, LIE_NONE, RCODE_NOERROR, 0);
    expect_lie(zones, "q.dev.lab.example", TYPE_A, lies, LIE_NONE, RCODE_NOERROR, 1);
    expect_lie(zones, "other.test", TYPE_A, lies, LIE_NONE, RCODE_REFUSED, 0);
    zones_destroy(zones);
}

static void names_outside_are_denied_by_the_root_and_rewritten_too(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    struct answer_params params = {.outside_rcode = RCODE_NXDOMAIN};
    (void)state;
    ask(zones, "other.test", TYPE_A, 0, params, &reply);
    assert_int_equal(reply.rcode, RCODE_NXDOMAIN);
    assert_int_equal(reply.answers, 0);
    assert_int_equal(reply.authorities, 1);
    assert_memory_equal(reply.data + 28, "\0\0\6\0\1", 5); /* the root, SOA, IN */
    params.lies = lies_of(100, false, false, 0);
    ask(zones, "other.test", TYPE_A, 0, params, &reply);
    assert_int_equal(reply.rcode, RCODE_NOERROR);
    assert_int_equal(reply.answers, 1);
    assert_memory_equal(reply.data + reply.len - 4, "\313\0\161\144", 4);
    zones_destroy(zones);
}

static void hidden_names_are_denied_whatever_the_type(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct lies hidden = lies_of(0, true, false, 0);
    (void)state;
    expect_lie(zones, "www.lab.example", TYPE_A, hidden, LIE_HIDDEN, RCODE_NXDOMAIN, 0);
    expect_lie(zones, "www.lab.example", TYPE_AAAA, hidden, LIE_HIDDEN, RCODE_NXDOMAIN, 0);
    expect_lie(zones, "big.lab.example", TYPE_TXT, hidden, LIE_HIDDEN, RCODE_NXDOMAIN, 0);
    expect_lie(zones, "c1.lab.example", TYPE_A, hidden, LIE_HIDDEN, RCODE_NXDOMAIN, 0);
    hidden.is_wrong = true; /* a name that is not there has no wrong address */
    expect_lie(zones, "www.lab.example", TYPE_A, hidden, LIE_HIDDEN, RCODE_NXDOMAIN, 0);
    hidden.rewrite = 3; /* its own NXDOMAIN is one like any other */
    expect_lie(zones, "www.lab.example", TYPE_A, hidden, LIE_REWRITTEN, RCODE_NOERROR, 1);
    expect_address(zones, "www.lab.example", TYPE_A, hidden, "\313\0\161\3", 4);
    zones_destroy(zones);
}

static void wrong_addresses_stand_where_right_ones_would(void **state)
{
    struct zones *zones = zones_of(zone_text);
    static struct reply reply;
    struct lies wrong = lies_of(0, false, true, 253);
    (void)state;
    expect_lie(zones, "www.lab.example", TYPE_A, wrong, LIE_WRONG, RCODE_NOERROR, 1);
    expect_address(zones, "www.lab.example", TYPE_A, wrong, "\306\63\144\376", 4);
    expect_lie(zones, "v6.lab.example", TYPE_AAAA, wrong, LIE_WRONG, RCODE_NOERROR, 1);
    expect_address(zones, "v6.lab.example", TYPE_AAAA, wrong,
                   "\77\377\0\0\0\1\0\0\375\0\0\0\0\0\0\0", 16);
    expect_lie(zones, "c1.lab.example", TYPE_A, wrong, LIE_WRONG, RCODE_NOERROR, 3);
    expect_lie(zones, "www.lab.example", TYPE_AAAA, wrong, LIE_NONE, RCODE_NOERROR, 0);
    expect_lie(zones, "big.lab.example", TYPE_TXT, wrong, LIE_NONE, RCODE_NOERROR, 4);
    expect_lie(zones, "gone.lab.example", TYPE_A, wrong, LIE_NONE, RCODE_NXDOMAIN, 1);
    ask(zones, "pool.lab.example", TYPE_A, 0, (struct answer_params){.lies = wrong}, &reply);
    assert_int_equal(reply.answers, 3);
    for (unsigned i = 0; i < 3; i++) { /* as many as there are, all different */
        const uint8_t *address = reply.data + reply.len - 4 - (size_t)16 * i;
        assert_memory_equal(address, "\306\63\144", 3);
        assert_int_equal(address[3], (253 + 2 - i) % 254 + 1);
    }
    /* What is cut was not told. */
    enum lie told = LIE_FORGED;
    struct answer_params cut = {.lies = wrong, .told = &told, .size_max = 40};
    ask(zones, "pool.lab.example", TYPE_A, 0, cut, &reply);
    assert_true(reply.tc);
    assert_int_equal(told, LIE_NONE);
    zones_destroy(zones);
}

static void bytes_that_are_no_query_are_told_apart(void **state)
{
    uint8_t data[QUERY_MAX];
    struct query query;
    size_t len = query_build(data, "www.lab.example", TYPE_A, 1232);
    (void)state;
    assert_int_equal(query_parse(&query, data, 11), QUERY_IGNORE);
    for (size_t cut = 12; cut < len; cut++)
        assert_int_equal(query_parse(&query, data, cut), QUERY_FORMERR);
    assert_int_equal(query_parse(&query, data, len), QUERY_OK);
    data[len] = 0;
    assert_int_equal(query_parse(&query, data, len + 1), QUERY_FORMERR);
    data[2] = 0x81;
    assert_int_equal(query_parse(&query, data, len), QUERY_IGNORE);
    data[2] = 0x29;
    assert_int_equal(query_parse(&query, data, len), QUERY_NOTIMP);
    data[2] = 1;
    data[12] = 0xc0; /* a question has nothing to point back to */
    assert_int_equal(query_parse(&query, data, len), QUERY_FORMERR);
}

static void offered_sizes_are_kept_within_reason(void **state)
{
    static const uint16_t sizes[][2] = {{1, 512},     {511, 512},   {512, 512},   {513, 513},
                                        {4096, 4096}, {4097, 4096}, {65535, 4096}};
    uint8_t data[QUERY_MAX];
    struct query query;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t len = query_build(data, "a.test", TYPE_A, sizes[i][0]);
        assert_int_equal(query_parse(&query, data, len), QUERY_OK);
        assert_int_equal(query.udp_size, sizes[i][1]);
        assert_true(query.wants_dnssec);
    }
}

/* Under ASan this is where a missing bound shows. */
static void damaged_queries_do_no_harm(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct rng_fast rng;
    static const char *const names[] = {"www.lab.example", "c1.lab.example", "big.lab.example"};
    (void)state;
    rng_fast_init(&rng, 1);
    for (unsigned round = 0; round < 50000; round++) {
        uint8_t data[QUERY_MAX];
        size_t len = query_build(data, names[round % 3], TYPE_TXT, round % 2 ? 1232 : 0);
        for (unsigned i = 0; i < 3; i++)
            data[2 + rng_fast_below(&rng, (uint32_t)len - 2)] = (uint8_t)rng_fast_u64(&rng);
        len = rng_fast_below(&rng, 8) ? len : rng_fast_below(&rng, (uint32_t)len + 1);
        uint8_t *exact = malloc(len ? len : 1);
        assert_non_null(exact);
        memcpy(exact, data, len);
        struct query query;
        if (query_parse(&query, exact, len) == QUERY_OK) {
            uint8_t *out = malloc(query.udp_size);
            assert_non_null(out);
            struct answer_params params = {
                .zones = zones, .variant = round, .size_max = query.udp_size};
            params.lies = lies_of(round % 5, round % 7 == 0, round % 3 == 0, round);
            params.lies.is_forged = round % 11 == 0;
            assert_in_range(answer_build(&params, &query, out), 12, query.udp_size);
            free(out);
        }
        free(exact);
    }
    zones_destroy(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_name_is_answered_as_a_resolver_would),
        cmocka_unit_test(the_question_comes_back_as_it_was_spelt),
        cmocka_unit_test(pools_rotate_with_the_variant),
        cmocka_unit_test(what_does_not_fit_is_cut_to_the_question),
        cmocka_unit_test(actions_make_the_replies_they_name),
        cmocka_unit_test(a_rewriter_turns_nxdomain_into_its_address),
        cmocka_unit_test(names_outside_are_denied_by_the_root_and_rewritten_too),
        cmocka_unit_test(hidden_names_are_denied_whatever_the_type),
        cmocka_unit_test(wrong_addresses_stand_where_right_ones_would),
        cmocka_unit_test(bytes_that_are_no_query_are_told_apart),
        cmocka_unit_test(offered_sizes_are_kept_within_reason),
        cmocka_unit_test(damaged_queries_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
