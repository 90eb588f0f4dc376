// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void owners_and_targets_end_in_a_dot(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "www.example.com");
    add_cname(&m, "www.example.com", "edge.example.net");
    assert_written(&out_massdns, &m, "www.example.com. CNAME edge.example.net.\n");
}

static void records_of_other_names_have_no_line(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    add_a(&m, "a.www.example.com", 5);
    add_a(&m, "example.com", 6);
    assert_written(&out_massdns, &m, "www.example.com. CNAME edge.example.net.\n");
}

static void all_records_of_the_name_have_a_line(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "www.example.com");
    add_a(&m, "www.example.com", 3);
    add_a(&m, "www.example.com", 4);
    assert_written(&out_massdns, &m,
                   "www.example.com. A 192.0.2.3\nwww.example.com. A 192.0.2.4\n");
}

static void the_root_has_one_dot(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, ".");
    add_cname(&m, ".", ".");
    assert_written(&out_massdns, &m, ". CNAME .\n");
}

static void a_name_without_records_has_no_line(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_NODATA);
    struct text out = {0};
    out_massdns.hit(&out, &m.hit);
    assert_int_equal(out.len, 0);
    text_deinit(&out);
}

static void nasty_names_and_quotes_stay_on_their_line(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, NASTY_IN);
    add_record(&m, NASTY_IN, TYPE_TXT, 60, "\x03\"\n ", 4);
    assert_written(&out_massdns, &m, NASTY_OUT ". TXT \"\\\"\\010 \"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_and_targets_end_in_a_dot),
        cmocka_unit_test(records_of_other_names_have_no_line),
        cmocka_unit_test(all_records_of_the_name_have_a_line),
        cmocka_unit_test(the_root_has_one_dot),
        cmocka_unit_test(a_name_without_records_has_no_line),
        cmocka_unit_test(nasty_names_and_quotes_stay_on_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
