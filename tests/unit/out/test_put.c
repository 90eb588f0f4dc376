// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <stdlib.h>

#include "out/put.h"
#include "tests/unit/out/hits.h"

static void assert_text(struct text *t, const char *expected)
{
    text_putc(t, '\0');
    assert_string_equal(t->data, expected);
    text_deinit(t);
}

static void times_are_rfc_3339_and_stay_in_four_digit_years(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {INT64_MIN, "1970-01-01T00:00:00.000Z"},
        {-1, "1970-01-01T00:00:00.000Z"},
        {0, "1970-01-01T00:00:00.000Z"},
        {951782400001, "2000-02-29T00:00:00.001Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {253402300800000, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t = {0};
        put_time(&t, cases[i].ms);
        assert_text(&t, cases[i].text);
    }
}

static void numbers_that_json_lacks_are_null(void **state)
{
    (void)state;
    struct text t = {0};
    put_json_number(&t, (double)NAN, 1);
    text_putc(&t, ' ');
    put_json_number(&t, (double)INFINITY, 1);
    text_putc(&t, ' ');
    put_json_number(&t, -1.25, 1);
    assert_text(&t, "null null -1.2");
}

static void a_count_of_one_is_singular(void **state)
{
    (void)state;
    struct text t = {0};
    put_counted(&t, 0, "name", "names");
    text_putc(&t, ' ');
    put_counted(&t, 1, "name", "names");
    text_putc(&t, ' ');
    put_counted(&t, 1234567, "name", "names");
    assert_text(&t, "0 names 1 name 1,234,567 names");
}

static void seconds_become_nanoseconds_within_bounds(void **state)
{
    (void)state;
    assert_int_equal(seconds_to_ns((double)NAN), 0);
    assert_int_equal(seconds_to_ns(-1), 0);
    assert_int_equal(seconds_to_ns(1.5), 1500000000);
    assert_int_equal(seconds_to_ns((double)INFINITY), 99 * 86400 * NS_PER_S);
}

/* An NSEC bitmap's text is many times its octets; a full-sized TXT needs the heap. */
static void the_longest_data_come_out_whole(void **state)
{
    (void)state;
    static uint8_t rdata[65535];
    struct hit_record record = {.type = TYPE_TXT, .rdata = rdata, .rdata_len = 65280};
    struct text t = {0};
    for (size_t i = 0; i < record.rdata_len; i++)
        rdata[i] = i % 256 ? 1 : 255; /* strings of 255 octets, each \001 */
    put_rdata(&t, &record, true);
    assert_false(t.failed);
    assert_int_equal(t.len, 255 * (255 * 4 + 3) - 1);
    text_deinit(&t);

    /* next name the root, then 256 windows of 32 octets, all types there are */
    record = (struct hit_record){.type = 47, .rdata = rdata};
    size_t len = 0;
    rdata[len++] = 0;
    for (int window = 0; window < 256; window++) {
        rdata[len++] = (uint8_t)window;
        rdata[len++] = 32;
        memset(rdata + len, 0xff, 32);
        len += 32;
    }
    record.rdata_len = (uint16_t)len;
    put_rdata(&t, &record, true);
    assert_false(t.failed);
    assert_true(t.len > 65536 * 5);
    assert_memory_equal(t.data + t.len - 9, "TYPE65535", 9);
    text_deinit(&t);
}

static void csv_fields_are_quoted_only_where_they_must(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {{"", ""},           {"plain text", "plain text"}, {"a,b", "\"a,b\""},
                 {"\"", "\"\"\"\""}, {"a\nb", "\"a\nb\""},         {"a\rb", "\"a\rb\""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t = {0};
        put_csv(&t, cases[i].in, strlen(cases[i].in));
        assert_text(&t, cases[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_rfc_3339_and_stay_in_four_digit_years),
        cmocka_unit_test(numbers_that_json_lacks_are_null),
        cmocka_unit_test(a_count_of_one_is_singular),
        cmocka_unit_test(seconds_become_nanoseconds_within_bounds),
        cmocka_unit_test(the_longest_data_come_out_whole),
        cmocka_unit_test(csv_fields_are_quoted_only_where_they_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
