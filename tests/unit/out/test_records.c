// SPDX-License-Identifier: BSD-2-Clause
/* out/records.c: exact text of each format. */
#include "tests/unit/out/one_record.h"

#include <stdlib.h>

#include "out/records.h"

static const struct records_origin origin = {
    .zone = "example.com", .server = "192.0.2.1:53", .time_ms = 1700000000000};

static struct records *records;
static struct text out;
static struct one_record one;

static void begin(const char *format)
{
    assert_int_equal(records_create(&records, format, &origin), 0);
}

static void put(void)
{
    assert_int_equal(records_put(records, &out, &one.reply, &one.record), 0);
}

#define PUT(owner, type, rdata) (ONE_RECORD(&one, owner, type, rdata), put())
#define PUT_CHANGE(how, owner, type, rdata)                                                        \
    (ONE_RECORD(&one, owner, type, rdata), one.record.change = (how), put())

static void expect(const char *expected)
{
    records_finish(records, &out);
    text_putc(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    text_deinit(&out);
    records_destroy(records);
}

#define WWW "\3wWw\7example\3com"

static void zone_files_keep_the_case(void **state)
{
    (void)state;
    begin("zone");
    PUT(WWW, TYPE_A, "\300\0\2\1");
    PUT(WWW, TYPE_TXT, "\1;");
    PUT("", TYPE_NS, "\2nS\0");
    PUT("\5a.\n\"z\3com", TYPE_CNAME, "\0");
    expect("wWw.example.com. 300 IN A 192.0.2.1\n"
           "wWw.example.com. 300 IN TXT \";\"\n"
           ". 300 IN NS nS.\n"
           "a\\046\\010\\034z.com. 300 IN CNAME .\n");
}

static void other_types_go_by_ldns(void **state)
{
    (void)state;
    begin("zone");
    PUT(WWW, 257, "\0\5issueca.test");
    PUT(WWW, 65280, "\1\2");
    PUT(WWW, 65280, "");
    PUT(WWW, 260, "\12\0"); /* AMTRELAY, which readers may not know */
    PUT(WWW, 52, "\3");     /* TLSA, too short: no loader takes it */
    PUT(WWW, TYPE_TXT, "");
    expect("wWw.example.com. 300 IN CAA 0 issue \"ca.test\"\n"
           "wWw.example.com. 300 IN TYPE65280 \\# 2 0102\n"
           "wWw.example.com. 300 IN TYPE65280 \\# 0\n"
           "wWw.example.com. 300 IN TYPE260 \\# 2 0a00\n"
           "; wWw.example.com. 300 IN TYPE52 \\# 1 03\n"
           "; wWw.example.com. 300 IN TYPE16 \\# 0\n");
}

static void changes_are_no_zone(void **state)
{
    (void)state;
    begin("zone");
    PUT_CHANGE(TRANSFER_OF_ZONE, WWW, TYPE_A, "\1\2\3\4");
    PUT_CHANGE(TRANSFER_DELETED, WWW, TYPE_A, "\1\2\3\4");
    PUT_CHANGE(TRANSFER_ADDED, WWW, TYPE_A, "\1\2\3\5");
    PUT_CHANGE(TRANSFER_DELETED, WWW, 65280, "x");
    expect("wWw.example.com. 300 IN A 1.2.3.4\n"
           "; deleted: wWw.example.com. 300 IN A 1.2.3.4\n"
           "; added: wWw.example.com. 300 IN A 1.2.3.5\n"
           "; deleted: wWw.example.com. 300 IN TYPE65280 \\# 1 78\n");
    begin("text");
    PUT_CHANGE(TRANSFER_DELETED, WWW, TYPE_A, "\1\2\3\4");
    PUT_CHANGE(TRANSFER_ADDED, WWW, TYPE_A, "\1\2\3\5");
    expect("# deleted: www.example.com A 1.2.3.4\nwww.example.com A 1.2.3.5\n");
}

static void text_is_lower_case_without_dots(void **state)
{
    (void)state;
    begin("text");
    PUT(WWW, TYPE_MX, "\0\12\4MAIL\3com\0");
    PUT("", TYPE_NS, "\0");
    PUT(WWW, 257, "\0\5issueca.test");
    expect("www.example.com MX 10 mail.com\n. NS .\nwww.example.com CAA 0 issue \"ca.test\"\n");
}

static void names_are_told_once(void **state)
{
    (void)state;
    begin("names");
    PUT(WWW, TYPE_A, "\1\2\3\4");
    PUT(WWW, TYPE_TXT, "\1x");
    PUT("\1b\3com", TYPE_A, "\1\2\3\4");
    PUT("\3WWW\7example\3com", TYPE_A, "\1\2\3\4");
    PUT_CHANGE(TRANSFER_DELETED, "\1c\3com", TYPE_A, "\1\2\3\4");
    assert_int_equal(records_names(records), 3);
    expect("www.example.com\nb.com\nc.com\n");
}

static void hashes_are_no_names(void **state)
{
    (void)state;
    begin("names");
    PUT("\4hash\3com", TYPE_NSEC3, "\1\0\0\0\0\24abcdefghijklmnopqrst");
    PUT("\4hash\3com", TYPE_RRSIG, "\0\62\10\2\0\0\0\1\0\0\0\2\0\0\0\1\0\1\0sig");
    PUT(WWW, TYPE_RRSIG, "\0\1\10\2\0\0\0\1\0\0\0\2\0\0\0\1\0\1\0sig");
    expect("www.example.com\n");
}

static unsigned count_of(const char *haystack, const char *needle)
{
    unsigned count = 0;
    for (; (haystack = strstr(haystack, needle)); haystack++)
        count++;
    return count;
}

static void ndjson_has_an_object_for_a_run_of_one_owner(void **state)
{
    (void)state;
    begin("ndjson");
    PUT(WWW, TYPE_A, "\12\0\0\1");
    PUT("\3www\7example\3com", TYPE_TXT, "\1x");
    assert_int_equal(out.len, 0); /* more may come */
    PUT("\1b\3com", TYPE_CNAME, "\0");
    PUT_CHANGE(TRANSFER_DELETED, "\1b\3com", TYPE_A, "\1\2\3\4");
    records_finish(records, &out);
    text_putc(&out, '\0');
    assert_int_equal(count_of(out.data, "\n"), 3);
    assert_non_null(strstr(out.data,
                           "{\"v\":1,\"host\":\"www.example.com\",\"zone\":\"example.com\","
                           "\"status\":null,\"verdict\":\"found\",\"reason\":null,"
                           "\"types\":[\"A\",\"TXT\"],\"a\":[\"10.0.0.1\"]"));
    assert_int_equal(count_of(out.data, "\"flags\":[\"private\"]"), 1);
    assert_int_equal(count_of(out.data, "\"source\":\"axfr\""), 3);
    assert_int_equal(count_of(out.data, "\"resolver\":\"192.0.2.1:53\""), 3);
    assert_int_equal(count_of(out.data, "\"reason\":\"deleted by a change\""), 1);
    text_deinit(&out);
    records_destroy(records);
}

static void ndjson_holds_no_more_than_a_bound(void **state)
{
    (void)state;
    static uint8_t large[65000];
    begin("ndjson");
    for (int i = 0; i < 2 * RECORDS_A_HIT + 1; i++)
        PUT(WWW, 65280, "x");
    for (int i = 0; i < 4; i++) {
        one_record_make(&one, WWW, sizeof WWW, 65280, large, sizeof large);
        put();
    }
    records_finish(records, &out);
    text_putc(&out, '\0');
    assert_int_equal(count_of(out.data, "\"type\":\"TYPE65280\""), 2 * RECORDS_A_HIT + 5);
    assert_in_range(count_of(out.data, "\n"), 4, 6);
    *strchr(out.data, '\n') = '\0';
    assert_int_equal(count_of(out.data, "\"type\":\"TYPE65280\""), RECORDS_A_HIT);
    text_deinit(&out);
    records_destroy(records);
}

static void a_huge_record_has_room(void **state)
{
    (void)state;
    static uint8_t strings[65280];
    for (size_t i = 0; i < sizeof strings; i++)
        strings[i] = 255;
    begin("zone");
    one_record_make(&one, WWW, sizeof WWW, TYPE_TXT, strings, sizeof strings);
    put();
    assert_true(out.len > 4 * 65000);
    text_deinit(&out);
    records_destroy(records);
}

static void remarks_are_comments_or_objects(void **state)
{
    (void)state;
    static const struct {
        const char *format, *expected;
    } cases[] = {{"zone", "; a\\010b\n"},
                 {"text", "# a\\010b\n"},
                 {"names", "# a\\010b\n"},
                 {"ndjson", "{\"v\":1,\"zone\":\"example.com\",\"server\":\"192.0.2.1:53\","
                            "\"partial\":true,\"remark\":\"a\\nb\"}\n"}};
    for (size_t i = 0; i < 4; i++) {
        records_remark(&out, cases[i].format, &origin, true, "a\nb");
        text_putc(&out, '\0');
        assert_string_equal(out.data, cases[i].expected);
        text_deinit(&out);
    }
}

static void there_are_four_formats(void **state)
{
    (void)state;
    assert_true(records_has_format("zone") && records_has_format("text"));
    assert_true(records_has_format("names") && records_has_format("ndjson"));
    assert_false(records_has_format("csv"));
    assert_int_equal(records_create(&records, "csv", &origin), ERR_SYNTAX);
    assert_null(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone_files_keep_the_case),
        cmocka_unit_test(other_types_go_by_ldns),
        cmocka_unit_test(changes_are_no_zone),
        cmocka_unit_test(text_is_lower_case_without_dots),
        cmocka_unit_test(names_are_told_once),
        cmocka_unit_test(hashes_are_no_names),
        cmocka_unit_test(ndjson_has_an_object_for_a_run_of_one_owner),
        cmocka_unit_test(ndjson_holds_no_more_than_a_bound),
        cmocka_unit_test(a_huge_record_has_room),
        cmocka_unit_test(remarks_are_comments_or_objects),
        cmocka_unit_test(there_are_four_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
