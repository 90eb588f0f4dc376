// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static const struct out_format *const formats[] = {&out_names,   &out_text, &out_ndjson,
                                                   &out_massdns, &out_zone, &out_csv};

static void every_format_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        assert_ptr_equal(out_format_find(formats[i]->name), formats[i]);
        assert_non_null(formats[i]->hit);
        assert_non_null(formats[i]->extension);
    }
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
    struct made_hit m;
    char longest[NAME_TEXT_MAX];
    make_longest_name(longest);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct text out = {0};
        make_hit(&m, longest);
        formats[i]->hit(&out, &m.hit); /* no records */
        add_cname(&m, longest, NASTY_IN);
        add_record(&m, NASTY_IN, TYPE_TXT, 1, "\x04\n\r\x00\x80", 5);
        formats[i]->hit(&out, &m.hit);
        assert_false(out.failed);
        assert_clean(&out);
        text_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_is_found_by_its_name),
        cmocka_unit_test(what_is_no_format_is_not_found),
        cmocka_unit_test(every_format_keeps_whole_clean_lines_for_the_worst_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
