// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void every_format_of_the_list_is_found_by_its_name(void **state)
{
    (void)state;
    char list[128], *rest = list, *name;
    size_t count = 0;
    snprintf(list, sizeof list, "%s", out_format_list());
    while ((name = strsep(&rest, ","))) {
        const struct out_format *format = out_format_find(name + strspn(name, " "));
        assert_non_null(format);
        assert_non_null(format->hit);
        assert_non_null(format->extension);
        count++;
    }
    assert_int_equal(count, 6);
    assert_ptr_equal(out_format_find("ndjson"), &out_ndjson);
}

static void what_is_no_format_is_not_found(void **state)
{
    (void)state;
    assert_null(out_format_find(""));
    assert_null(out_format_find("NAMES"));
    assert_null(out_format_find("name"));
}

static void every_format_keeps_whole_clean_lines_for_the_worst_names(void **state)
{
    (void)state;
    static const char *const names[] = {"names", "text", "ndjson", "massdns", "zone", "csv"};
    struct made_hit m;
    char longest[NAME_TEXT_MAX];
    make_longest_name(longest);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct text out = {0};
        make_hit(&m, longest);
        out_format_find(names[i])->hit(&out, &m.hit); /* no records */
        add_cname(&m, longest, NASTY_IN);
        add_record(&m, NASTY_IN, TYPE_TXT, 1, "\x04\n\r\x00\x80", 5);
        out_format_find(names[i])->hit(&out, &m.hit);
        assert_false(out.failed);
        assert_clean(&out);
        text_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_of_the_list_is_found_by_its_name),
        cmocka_unit_test(what_is_no_format_is_not_found),
        cmocka_unit_test(every_format_keeps_whole_clean_lines_for_the_worst_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
