// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"
#include "tests/unit/out/json_check.h"

static void the_checker_refuses_what_is_no_json(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "{",      "{}x",       "{\"a\"}", "{\"a\":}",
                                      "[1,]",   "01",     "1.",        "nan",     "\"\\x\"",
                                      "\"\n\"", "\"a",    "{a:1}",     "[1 2]",   "\"\\u12g4\"",
                                      "-",      "{}\n{}", "{\"a\":1,}"};
    static const char *const good[] = {"{}", "[]", "-0.5e+3", "\"\\u00ff\\n\"",
                                       "[[],{\"a\":null}]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(json_is_value(bad[i], strlen(bad[i])));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(json_is_value(good[i], strlen(good[i])));
}

static void the_object_is_that_of_the_contract(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "vpn.example.com");
    add_type(&m, TYPE_A);
    add_type(&m, TYPE_AAAA);
    add_a(&m, "vpn.example.com", 3);
    m.hit.flags = HIT_PRIVATE;
    assert_written(
        &out_ndjson, &m,
        "{\"v\":1,\"host\":\"vpn.example.com\",\"zone\":\"example.com\",\"status\":\"NOERROR\","
        "\"verdict\":\"found\",\"reason\":null,\"types\":[\"A\",\"AAAA\"],\"a\":[\"192.0.2.3\"],"
        "\"aaaa\":[],\"cname\":[],\"answers\":[{\"name\":\"vpn.example.com\",\"type\":\"A\","
        "\"ttl\":60,\"data\":\"192.0.2.3\"}],\"flags\":[\"private\"],\"resolver\":\"9.9.9.9:53\","
        "\"tries\":1,\"rtt_ms\":18.4,\"confirmed\":\"single\",\"confirmed_by\":[],"
        "\"wildcard\":null,\"source\":\"words\",\"timestamp\":\"2026-11-22T03:14:07.123Z\"}\n");
}

static void what_is_unknown_is_null_and_arrays_never_are(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_UNRESOLVED);
    m.hit.reason = "timeout";
    m.hit.zone = NULL;
    m.hit.tries = 8;
    m.hit.source = HIT_FROM_NAMES;
    m.hit.time_ms = 0;
    assert_written(
        &out_ndjson, &m,
        "{\"v\":1,\"host\":\"x.example.com\",\"zone\":null,\"status\":null,"
        "\"verdict\":\"unresolved\",\"reason\":\"timeout\",\"types\":[],\"a\":[],\"aaaa\":[],"
        "\"cname\":[],\"answers\":[],\"flags\":[],\"resolver\":null,\"tries\":8,\"rtt_ms\":null,"
        "\"confirmed\":null,\"confirmed_by\":[],\"wildcard\":null,\"source\":\"names\","
        "\"timestamp\":\"1970-01-01T00:00:00.000Z\"}\n");
}

/* The part of M's line from KEY on is TEXT and more. */
static void assert_part(const struct made_hit *m, const char *text)
{
    struct text out = {0};
    out_ndjson.hit(&out, &m->hit);
    assert_true(json_is_lines(out.data, out.len));
    assert_clean(&out);
    text_putc(&out, '\0');
    if (!strstr(out.data, text))
        print_error("not in it: %s\n%s", text, out.data);
    assert_non_null(strstr(out.data, text));
    text_deinit(&out);
}

static void data_are_told_once_answers_with_each_owner(void **state)
{
    (void)state;
    struct made_hit m;
    uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
    make_chain(&m);
    add_a(&m, "other.example.net", 3);
    add_record(&m, "edge.example.net", TYPE_AAAA, 60, v6, sizeof v6);
    assert_part(&m, "\"a\":[\"192.0.2.3\",\"192.0.2.4\"],\"aaaa\":[\"2001:db8::1\"],"
                    "\"cname\":[\"edge.example.net\"],\"answers\":[{\"name\":\"www.example.com\",");
    assert_part(&m, "{\"name\":\"other.example.net\",\"type\":\"A\",\"ttl\":60,"
                    "\"data\":\"192.0.2.3\"}");
}

static void the_source_is_named(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "x.example.com");
    m.hit.source = HIT_FROM_PERMUTE;
    assert_part(&m, ",\"source\":\"permute\",");
}

static void flags_come_in_the_order_of_the_contract(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "x.example.com");
    m.hit.flags = HIT_WILDCARD_POSSIBLE | HIT_VARIES | HIT_ENT | HIT_PRIVATE | HIT_DANGLING;
    assert_part(&m,
                "\"flags\":[\"dangling\",\"private\",\"ent\",\"varies\",\"wildcard_possible\"]");
}

static void who_confirmed_it_is_told(void **state)
{
    (void)state;
    static const struct {
        enum hit_confirmed confirmed;
        uint8_t count;
        const char *text;
    } cases[] = {
        {HIT_CONFIRMED_NOT, 0, "\"confirmed\":null,\"confirmed_by\":[],"},
        {HIT_CONFIRMED_SINGLE, 0, "\"confirmed\":\"single\",\"confirmed_by\":[],"},
        {HIT_CONFIRMED_QUORUM, 2,
         "\"confirmed\":\"quorum\",\"confirmed_by\":[\"1.1.1.1:53\",\"[::1]:53\"],"},
        {HIT_CONFIRMED_TRUSTED, 1, "\"confirmed\":\"trusted\",\"confirmed_by\":[\"1.1.1.1:53\"],"},
        {HIT_CONFIRMED_SIGNATURE, 0, "\"confirmed\":\"signature\",\"confirmed_by\":[],"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct made_hit m;
        make_hit(&m, "x.example.com");
        m.hit.confirmed = cases[i].confirmed;
        m.hit.confirmed_by_count = cases[i].count;
        m.hit.confirmed_by[0] = "1.1.1.1:53";
        m.hit.confirmed_by[1] = "[::1]:53";
        assert_part(&m, cases[i].text);
    }
}

static void a_retraction_is_short(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    m.hit.stage = HIT_RETRACTED;
    assert_written(&out_ndjson, &m,
                   "{\"v\":1,\"host\":\"www.example.com\",\"verdict\":\"retracted\","
                   "\"reason\":null}\n");
    make_silent(&m, NASTY_IN, VERDICT_NXDOMAIN);
    m.hit.stage = HIT_RETRACTED;
    m.hit.reason = "denies \"names\" that exist";
    assert_written(&out_ndjson, &m,
                   "{\"v\":1,\"host\":\"a\\\\046b.c\\\\010\\\\034d\\\\255\\\\044.example.com\","
                   "\"verdict\":\"retracted\",\"reason\":\"denies \\\"names\\\" that exist\"}\n");
}

static void a_wildcard_is_an_object(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "x.example.com");
    m.hit.verdict = VERDICT_WILDCARD;
    make_name(&m.wildcard_root, "example.com");
    m.hit.wildcard_root = m.wildcard_root.wire;
    m.hit.wildcard_evidence = "probe";
    m.hit.wildcard_pool = 3;
    assert_part(&m, "\"wildcard\":{\"root\":\"example.com\",\"evidence\":\"probe\",\"pool\":3}");
}

static void round_trips_have_one_decimal_and_two_below_a_millisecond(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "x.example.com");
    static const struct {
        uint32_t rtt_us;
        const char *text;
    } cases[] = {{0, "\"rtt_ms\":0.00,"},
                 {250, "\"rtt_ms\":0.25,"},
                 {999, "\"rtt_ms\":1.00,"},
                 {1000, "\"rtt_ms\":1.0,"},
                 {4294967295u, "\"rtt_ms\":4294967.3,"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        m.hit.rtt_us = cases[i].rtt_us;
        assert_part(&m, cases[i].text);
    }
}

static void nothing_hostile_breaks_the_line(void **state)
{
    (void)state;
    struct made_hit m;
    char longest[NAME_TEXT_MAX];
    make_longest_name(longest);
    make_hit(&m, NASTY_IN);
    m.hit.rcode = 11;
    m.hit.zone = "\"\n\x1b.example";
    m.hit.reason = "\\\"";
    add_cname(&m, NASTY_IN, longest);
    add_record(&m, longest, TYPE_TXT, 60, "\x06\"\\\x00\x1f\x7f\xff", 7);
    assert_part(&m, "\"host\":\"a\\\\046b.c\\\\010\\\\034d\\\\255\\\\044.example.com\"");
    assert_part(&m, "\"data\":\"\\\"\\\\\\\"\\\\\\\\\\\\000\\\\031\\\\127\\\\255\\\"\"");
    assert_part(&m, "\"status\":\"RCODE11\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checker_refuses_what_is_no_json),
        cmocka_unit_test(the_object_is_that_of_the_contract),
        cmocka_unit_test(what_is_unknown_is_null_and_arrays_never_are),
        cmocka_unit_test(data_are_told_once_answers_with_each_owner),
        cmocka_unit_test(the_source_is_named),
        cmocka_unit_test(flags_come_in_the_order_of_the_contract),
        cmocka_unit_test(who_confirmed_it_is_told),
        cmocka_unit_test(a_retraction_is_short),
        cmocka_unit_test(a_wildcard_is_an_object),
        cmocka_unit_test(round_trips_have_one_decimal_and_two_below_a_millisecond),
        cmocka_unit_test(nothing_hostile_breaks_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
