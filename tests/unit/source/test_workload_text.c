// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"
#include "source/workload_text.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void assert_line(const char *text, const char *wire, size_t wire_len, uint16_t type)
{
    struct query_line line;
    const char *why = query_line_parse(&line, text, strlen(text));
    if (why)
        fail_msg("'%s': %s", text, why);
    if (line.name.len != wire_len + 1 || line.type != type)
        fail_msg("'%s': %u octets, type %u", text, line.name.len, line.type);
    assert_memory_equal(line.name.wire, wire, wire_len + 1); /* a string ends with the root */
}

#define ASSERT_LINE(text, wire, type) assert_line(text, wire, sizeof(wire) - 1, type)

static void assert_fault(const char *text, const char *fault)
{
    struct query_line line;
    const char *why = query_line_parse(&line, text, strlen(text));
    if (!why || strcmp(why, fault) != 0)
        fail_msg("'%s': %s", text, why ? why : "no fault");
}

static void lines_as_dnsperf_has_them_are_read(void **state)
{
    (void)state;
    ASSERT_LINE("www.example.com A", "\3www\7example\3com", TYPE_A);
    ASSERT_LINE("example.com. AAAA", "\7example\3com", TYPE_AAAA);
    ASSERT_LINE("\t example.com \t https \r", "\7example\3com", TYPE_HTTPS);
    ASSERT_LINE(". NS", "", TYPE_NS);
    ASSERT_LINE("a A IN and what you like", "\1a", TYPE_A);
    ASSERT_LINE("delete A", "\6delete", TYPE_A);
    ASSERT_LINE("a aNy", "\1a", TYPE_ANY);
}

static void letters_keep_their_case(void **state)
{
    (void)state;
    ASSERT_LINE("WwW.eXample A", "\3WwW\7eXample", TYPE_A);
}

static void types_may_be_numbers(void **state)
{
    (void)state;
    ASSERT_LINE("a TYPE65", "\1a", TYPE_HTTPS);
    ASSERT_LINE("a type65535", "\1a", 65535);
    ASSERT_LINE("a 28", "\1a", TYPE_AAAA);
    ASSERT_LINE("a 28 ; six", "\1a", TYPE_AAAA);
    ASSERT_LINE("a 65535", "\1a", 65535);
    assert_fault("a 65536", "a type that is none");
    assert_fault("a 100000", "a type that is none");
    assert_fault("a -1", "a type that is none");
    assert_fault("www 3600 A 192.0.2.1", "more than a name and a type");
}

static void odd_octets_are_taken(void **state)
{
    (void)state;
    ASSERT_LINE("a\\.b.c A", "\3a.b\1c", TYPE_A);
    ASSERT_LINE("\\\\ A", "\1\\", TYPE_A);
    ASSERT_LINE("a\\032b A", "\3a b", TYPE_A);
    ASSERT_LINE("\\000\\255 A", "\2\0\377", TYPE_A);
    ASSERT_LINE("\xc3\xa4!$;#.x A", "\6\xc3\xa4!$;#\1x", TYPE_A);
    ASSERT_LINE("*._x A", "\1*\2_x", TYPE_A);
    ASSERT_LINE("\\065 A", "\1A", TYPE_A);
}

static void what_is_no_query_is_told(void **state)
{
    (void)state;
    assert_fault("a", "no type behind the name");
    assert_fault("", "no type behind the name");
    assert_fault("a FOO", "a type that is none");
    assert_fault("a TYPE", "a type that is none");
    assert_fault("a TYPE65536", "a type that is none");
    assert_fault(".. A", "a name with an empty label");
    assert_fault(".a A", "a name with an empty label");
    assert_fault("a..b A", "a name with an empty label");
    assert_fault("a.. A", "a name with an empty label");
    assert_fault("\\ A", "a name with a bad escape");
    assert_fault("a\\1 A", "a name with a bad escape");
    assert_fault("a\\12 A", "a name with a bad escape");
    assert_fault("a\\12x A", "a name with a bad escape");
    assert_fault("a\\256 A", "a name with a bad escape");
}

static void types_that_no_query_has_are_refused(void **state)
{
    (void)state;
    static const char *const types[] = {"TYPE0", "OPT", "TKEY", "TSIG", "IXFR", "AXFR", "0"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char text[32];
        snprintf(text, sizeof text, "a %s", types[i]);
        assert_fault(text, "a type that is not for queries");
    }
    ASSERT_LINE("a TYPE248", "\1a", 248);
    ASSERT_LINE("a TYPE253", "\1a", 253);
}

static void dynamic_updates_are_told_as_such(void **state)
{
    (void)state;
    static const char *const lines[] = {"add www 3600 A 192.0.2.1", "delete www", "require www",
                                        "prohibit www x", "SEND"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_fault(lines[i], "a line of a dynamic update: only queries are asked");
}

static void lengths_have_their_limits(void **state)
{
    (void)state;
    struct query_line line;
    char text[600];
    assert_fault(A63 "a A", "a label of more than 63 octets");
    /* Three labels of 63 octets are 192 octets; a last one of 61 makes 254, and the root 255. */
    for (int last = 60; last <= 63; last++) {
        snprintf(text, sizeof text, "%s.%s.%s.%.*s A", A63, A63, A63, last, A63);
        const char *why = query_line_parse(&line, text, strlen(text));
        if (last <= 61) {
            assert_null(why);
            assert_int_equal(line.name.len, 194 + last);
            assert_int_equal(name_len(line.name.wire), line.name.len);
        } else {
            assert_string_equal(why, "a name of more than 255 octets");
        }
    }
    snprintf(text, sizeof text, "%s.%s.%s.%.61s. A", A63, A63, A63, A63);
    assert_null(query_line_parse(&line, text, strlen(text)));
    snprintf(text, sizeof text, "%s.%s.%s.%.61s.a A", A63, A63, A63, A63);
    assert_string_equal(query_line_parse(&line, text, strlen(text)),
                        "a name of more than 255 octets");
    snprintf(text, sizeof text, "%s.%s.%s.%.59s.a A", A63, A63, A63, A63);
    assert_null(query_line_parse(&line, text, strlen(text)));
    assert_int_equal(line.name.len, NAME_WIRE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_as_dnsperf_has_them_are_read),
        cmocka_unit_test(letters_keep_their_case),
        cmocka_unit_test(types_may_be_numbers),
        cmocka_unit_test(odd_octets_are_taken),
        cmocka_unit_test(what_is_no_query_is_told),
        cmocka_unit_test(types_that_no_query_has_are_refused),
        cmocka_unit_test(dynamic_updates_are_told_as_such),
        cmocka_unit_test(lengths_have_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
