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

/* To the octet what massdns (70331f6) wrote for the like, from one server. */
static void nasty_names_and_quotes_have_massdns_s_form(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, NASTY_IN);
    add_record(&m, NASTY_IN, TYPE_TXT, 60, "\x03\"\n \x01\\", 6);
    assert_written(&out_massdns, &m,
                   "a\\x2eb.c\\x0a\"d\\xff,.example.com. TXT \"\"\\x0a \" \"\\x5c\" \n");
}

static void each_type_has_massdns_s_form(void **state)
{
    (void)state;
    static const struct {
        uint16_t type;
        uint8_t len;
        const char *data, *text;
    } cases[] = {
        {TYPE_MX, 5, "\0\x0a\1m", "MX 10 m."},
        {TYPE_SRV, 9, "\0\1\0\2\1\1\1s", "SRV 1 2 257 s."},
        {TYPE_SOA, 26, "\1n\0\1h\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\xff\xff\xff\xff",
         "SOA n. h. 1 2 3 4 4294967295"},
        {257, 9, "\x80\5issuea\"", "CAA 1 issue \"a\"\""},
        {52, 5, "\3\1\1\xab\0", "TLSA 3 1 1 ab00"},
        {TYPE_TXT, 0, "", "TXT "},
        {65280, 3, "a.\xff", "65280 a.\\xff"},
        {TYPE_A, 2, "a\1", "A a\\x01"},                   /* no address */
        {TYPE_MX, 4, "\0\x0a\5m", "MX \\x00\\x0a\\x05m"}, /* no name */
        {TYPE_TXT, 2, "\5a", "TXT \\x05a"},               /* no string */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct made_hit m;
        char line[128];
        make_hit(&m, "t.example");
        add_record(&m, "t.example", cases[i].type, 60, cases[i].data, cases[i].len);
        snprintf(line, sizeof line, "t.example. %s\n", cases[i].text);
        assert_written(&out_massdns, &m, line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_and_targets_end_in_a_dot),
        cmocka_unit_test(records_of_other_names_have_no_line),
        cmocka_unit_test(all_records_of_the_name_have_a_line),
        cmocka_unit_test(the_root_has_one_dot),
        cmocka_unit_test(a_name_without_records_has_no_line),
        cmocka_unit_test(nasty_names_and_quotes_have_massdns_s_form),
        cmocka_unit_test(each_type_has_massdns_s_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
