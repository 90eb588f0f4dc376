// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void a_name_is_one_line_however_many_records(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    assert_written(&out_names, &m, "www.example.com\n");
}

static void a_name_without_records_is_one_line_too(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_UNRESOLVED);
    assert_written(&out_names, &m, "x.example.com\n");
}

static void names_come_out_lower_and_odd_octets_escaped(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "WWW.Example.COM.");
    assert_written(&out_names, &m, "www.example.com\n");
    make_hit(&m, NASTY_IN);
    assert_written(&out_names, &m, NASTY_OUT "\n");
    make_hit(&m, ".");
    assert_written(&out_names, &m, ".\n");
}

static void the_longest_name_comes_out_whole(void **state)
{
    (void)state;
    struct made_hit m;
    char longest[NAME_TEXT_MAX], line[NAME_TEXT_MAX + 1];
    make_longest_name(longest);
    make_hit(&m, longest);
    assert_int_equal(m.host.len, NAME_WIRE_MAX);
    snprintf(line, sizeof line, "%s\n", longest);
    assert_written(&out_names, &m, line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_one_line_however_many_records),
        cmocka_unit_test(a_name_without_records_is_one_line_too),
        cmocka_unit_test(names_come_out_lower_and_odd_octets_escaped),
        cmocka_unit_test(the_longest_name_comes_out_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
