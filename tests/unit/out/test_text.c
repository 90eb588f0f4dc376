// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void each_record_is_a_line_with_its_owner(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    assert_written(&out_text, &m,
                   "www.example.com CNAME edge.example.net\n"
                   "edge.example.net A 192.0.2.3\n"
                   "edge.example.net A 192.0.2.4\n");
}

static void a_verdict_without_records_has_a_dash_for_its_type(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_UNRESOLVED);
    assert_written(&out_text, &m, "x.example.com - unresolved\n");
    make_silent(&m, "ent.example.com", VERDICT_NODATA);
    assert_written(&out_text, &m, "ent.example.com - nodata\n");
}

static void txt_keeps_its_quotes_and_shows_no_control_byte(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "t.example.com");
    add_record(&m, "t.example.com", TYPE_TXT, 60, "\x08v=\"x\"\r\n\x1b", 9);
    assert_written(&out_text, &m, "t.example.com TXT \"v=\\\"x\\\"\\013\\010\\027\"\n");
}

static void a_type_without_name_and_data_of_unknown_form_are_generic(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "u.example.com");
    add_record(&m, "u.example.com", 65280, 60, "\x01\xff", 2);
    add_record(&m, "u.example.com", 65281, 60, NULL, 0);
    add_record(&m, "u.example.com", TYPE_A, 60, "\x01\x02", 2); /* no address */
    assert_written(&out_text, &m,
                   "u.example.com TYPE65280 \\# 2 01ff\n"
                   "u.example.com TYPE65281 \\# 0\n"
                   "u.example.com A \\# 2 0102\n");
}

static void nasty_owners_and_targets_are_escaped(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, NASTY_IN);
    add_cname(&m, NASTY_IN, "x\\032y.example.com");
    assert_written(&out_text, &m, NASTY_OUT " CNAME x\\032y.example.com\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_record_is_a_line_with_its_owner),
        cmocka_unit_test(a_verdict_without_records_has_a_dash_for_its_type),
        cmocka_unit_test(txt_keeps_its_quotes_and_shows_no_control_byte),
        cmocka_unit_test(a_type_without_name_and_data_of_unknown_form_are_generic),
        cmocka_unit_test(nasty_owners_and_targets_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
