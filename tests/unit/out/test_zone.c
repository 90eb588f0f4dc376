// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void a_record_is_a_line_of_a_master_file(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "www.example.com");
    add_a(&m, "www.example.com", 3);
    add_record(&m, "www.example.com", TYPE_MX, 7,
               "\x00\x0a\x04mail\x07"
               "example\x03org",
               20);
    assert_written(&out_zone, &m,
                   "www.example.com. 60 IN A 192.0.2.3\n"
                   "www.example.com. 7 IN MX 10 mail.example.org.\n");
}

static void a_chain_is_told_inside_the_zone_and_a_comment_outside(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "a.example.com");
    add_cname(&m, "a.example.com", "b.example.com");
    add_cname(&m, "b.example.com", "c.notexample.com");
    add_a(&m, "c.notexample.com", 3);
    assert_written(&out_zone, &m,
                   "a.example.com. 300 IN CNAME b.example.com.\n"
                   "b.example.com. 300 IN CNAME c.notexample.com.\n"
                   "; c.notexample.com. 60 IN A 192.0.2.3\n");
}

static void the_apex_is_inside_and_what_is_above_is_not(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "example.com");
    add_a(&m, "example.com", 3);
    add_a(&m, "com", 4);
    assert_written(&out_zone, &m,
                   "example.com. 60 IN A 192.0.2.3\n"
                   "; com. 60 IN A 192.0.2.4\n");
}

static void without_a_zone_only_the_names_own_records_count(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    m.hit.zone = NULL;
    assert_written(&out_zone, &m,
                   "www.example.com. 300 IN CNAME edge.example.net.\n"
                   "; edge.example.net. 60 IN A 192.0.2.3\n"
                   "; edge.example.net. 60 IN A 192.0.2.4\n");
}

static void in_the_root_zone_everything_is_inside(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, ".");
    m.hit.zone = ".";
    add_cname(&m, ".", ".");
    add_a(&m, "edge.example.net", 3);
    assert_written(&out_zone, &m,
                   ". 300 IN CNAME .\n"
                   "edge.example.net. 60 IN A 192.0.2.3\n");
}

static void other_verdicts_are_comments(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_NODATA);
    assert_written(&out_zone, &m, "; x.example.com. nodata\n");
    make_silent(&m, NASTY_IN, VERDICT_UNRESOLVED);
    assert_written(&out_zone, &m, "; " NASTY_OUT ". unresolved\n");
}

static void names_of_a_wildcard_are_never_records(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "x.example.com");
    m.hit.verdict = VERDICT_WILDCARD;
    add_a(&m, "x.example.com", 3);
    assert_written(&out_zone, &m,
                   "; x.example.com. wildcard\n"
                   "; x.example.com. 60 IN A 192.0.2.3\n");
}

static void odd_bytes_and_quotes_are_escaped(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, NASTY_IN);
    add_record(&m, NASTY_IN, TYPE_TXT, 60, "\x06;\"\\\n \xff\x00", 8);
    assert_written(&out_zone, &m, NASTY_OUT ". 60 IN TXT \";\\\"\\\\\\010 \\255\" \"\"\n");
}

/* RESINFO has a name here, but not in every reader. */
static void what_is_written_in_hex_has_its_type_by_number(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "u.example.com");
    add_record(&m, "u.example.com", 65280, 60, "\x01\xff", 2);
    add_record(&m, "u.example.com", 65281, 60, NULL, 0);
    add_record(&m, "u.example.com", 261, 60, "\x01\x61", 2);
    assert_written(&out_zone, &m,
                   "u.example.com. 60 IN TYPE65280 \\# 2 01ff\n"
                   "u.example.com. 60 IN TYPE65281 \\# 0\n"
                   "u.example.com. 60 IN TYPE261 \\# 2 0161\n");
}

/* Nor may there be anything below a DNAME. */
static void what_a_dname_makes_is_a_comment(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "www.old.example.com");
    add_record(&m, "old.example.com", TYPE_DNAME, 60, "\3new\4test", 10);
    add_cname(&m, "www.old.example.com", "www.new.test");
    add_a(&m, "old.example.com", 3);
    assert_written(&out_zone, &m,
                   "old.example.com. 60 IN DNAME new.test.\n"
                   "; www.old.example.com. 300 IN CNAME www.new.test.\n"
                   "old.example.com. 60 IN A 192.0.2.3\n");
}

/* A loader would refuse the whole file for them. */
static void data_not_of_their_form_are_a_comment(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "u.example.com");
    add_record(&m, "u.example.com", TYPE_TXT, 60, "\x05\x61", 2);
    add_record(&m, "u.example.com", TYPE_A, 60, "\x01\x02", 2);
    add_record(&m, "u.example.com", 64, 60, "\x01", 1);
    assert_written(&out_zone, &m,
                   "; u.example.com. 60 IN TYPE16 \\# 2 0561\n"
                   "; u.example.com. 60 IN TYPE1 \\# 2 0102\n"
                   "; u.example.com. 60 IN TYPE64 \\# 1 01\n");
}

static void a_ttl_above_31_bits_is_0(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "u.example.com");
    add_record(&m, "u.example.com", TYPE_A, 2147483647, "\x01\x02\x03\x04", 4);
    add_record(&m, "u.example.com", TYPE_A, 2147483648, "\x01\x02\x03\x05", 4);
    assert_written(&out_zone, &m,
                   "u.example.com. 2147483647 IN A 1.2.3.4\n"
                   "u.example.com. 0 IN A 1.2.3.5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_a_line_of_a_master_file),
        cmocka_unit_test(a_chain_is_told_inside_the_zone_and_a_comment_outside),
        cmocka_unit_test(the_apex_is_inside_and_what_is_above_is_not),
        cmocka_unit_test(without_a_zone_only_the_names_own_records_count),
        cmocka_unit_test(in_the_root_zone_everything_is_inside),
        cmocka_unit_test(other_verdicts_are_comments),
        cmocka_unit_test(names_of_a_wildcard_are_never_records),
        cmocka_unit_test(odd_bytes_and_quotes_are_escaped),
        cmocka_unit_test(what_is_written_in_hex_has_its_type_by_number),
        cmocka_unit_test(what_a_dname_makes_is_a_comment),
        cmocka_unit_test(data_not_of_their_form_are_a_comment),
        cmocka_unit_test(a_ttl_above_31_bits_is_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
