// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/out/hits.h"

static void the_header_names_the_columns_of_the_contract(void **state)
{
    (void)state;
    struct text out = {0};
    out_csv.begin(&out);
    text_putc(&out, '\0');
    assert_string_equal(out.data, "host,type,ttl,data,verdict,confirmed,resolver\n");
    text_deinit(&out);
}

static void each_record_is_a_row_of_the_host_asked(void **state)
{
    (void)state;
    struct made_hit m;
    make_chain(&m);
    assert_written(&out_csv, &m,
                   "www.example.com,CNAME,300,edge.example.net,found,single,9.9.9.9:53\n"
                   "www.example.com,A,60,192.0.2.3,found,single,9.9.9.9:53\n"
                   "www.example.com,A,60,192.0.2.4,found,single,9.9.9.9:53\n");
}

static void a_verdict_without_records_has_one_row_with_empty_columns(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, "x.example.com", VERDICT_UNRESOLVED);
    assert_written(&out_csv, &m, "x.example.com,,,,unresolved,,\n");
}

static void the_confirmation_is_a_word_or_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {[HIT_CONFIRMED_NOT] = "",
                                        [HIT_CONFIRMED_SINGLE] = "single",
                                        [HIT_CONFIRMED_QUORUM] = "quorum",
                                        [HIT_CONFIRMED_TRUSTED] = "trusted",
                                        [HIT_CONFIRMED_SIGNATURE] = "signature"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct made_hit m;
        char row[128];
        make_hit(&m, "x.example.com");
        m.hit.confirmed = (enum hit_confirmed)i;
        snprintf(row, sizeof row, "x.example.com,,,,found,%s,9.9.9.9:53\n", words[i]);
        assert_written(&out_csv, &m, row);
    }
}

static void quotes_are_doubled_and_commas_quoted(void **state)
{
    (void)state;
    struct made_hit m;
    make_hit(&m, "t.example.com");
    add_record(&m, "t.example.com", TYPE_TXT, 4294967295u,
               "\x03"
               "a,b",
               4);
    add_record(&m, "t.example.com", TYPE_TXT, 0, "\x02\"\n", 3);
    assert_written(&out_csv, &m,
                   "t.example.com,TXT,4294967295,\"\"\"a,b\"\"\",found,single,9.9.9.9:53\n"
                   "t.example.com,TXT,0,\"\"\"\\\"\"\\010\"\"\",found,single,9.9.9.9:53\n");
}

static void nasty_hosts_need_no_quotes(void **state)
{
    (void)state;
    struct made_hit m;
    make_silent(&m, NASTY_IN, VERDICT_SERVFAIL);
    assert_written(&out_csv, &m, NASTY_OUT ",,,,servfail,,\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_names_the_columns_of_the_contract),
        cmocka_unit_test(each_record_is_a_row_of_the_host_asked),
        cmocka_unit_test(a_verdict_without_records_has_one_row_with_empty_columns),
        cmocka_unit_test(the_confirmation_is_a_word_or_nothing),
        cmocka_unit_test(quotes_are_doubled_and_commas_quoted),
        cmocka_unit_test(nasty_hosts_need_no_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
