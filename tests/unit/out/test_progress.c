// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>

#include "out/report.h"
#include "tests/unit/out/hits.h"
#include "tests/unit/out/json_check.h"

static const struct progress sample = {
    .is_total_known = true,
    .done = 118000,
    .total = 190000,
    .hits = 746,
    .unresolved = 190,
    .resolvers = 487,
    .benched = 13,
    .sent_qps = 4900,
    .answered_share = 0.97,
    .is_eta_known = true,
    .eta_s = 15,
};

static void assert_line(const struct progress *progress, const char *expected)
{
    struct text out = {0};
    progress_line(&out, progress);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void assert_json(const struct progress *progress, const char *expected)
{
    struct text out = {0};
    progress_json(&out, progress);
    assert_true(json_is_lines(out.data, out.len));
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void the_line_is_that_of_the_contract(void **state)
{
    (void)state;
    assert_line(&sample, " 62% 118k/190k 4.9k q/s ans 97% hits 746 unres 190 res 487 bench 13 "
                         "eta 15s");
}

static void without_a_total_there_is_no_share_and_no_end(void **state)
{
    (void)state;
    struct progress p = sample;
    p.is_total_known = p.is_eta_known = false;
    assert_line(&p, " 118k 4.9k q/s ans 97% hits 746 unres 190 res 487 bench 13");
}

static void all_is_said_only_when_all_is_done(void **state)
{
    (void)state;
    struct progress p = {.is_total_known = true, .total = 1000, .done = 999, .answered_share = 1};
    assert_line(&p, " 99% 999/1.0k 0 q/s ans 100% hits 0 unres 0 res 0 bench 0");
    p.done = 1000;
    assert_line(&p, "100% 1.0k/1.0k 0 q/s ans 100% hits 0 unres 0 res 0 bench 0");
    p.done = 1001; /* the file grew since it was counted */
    assert_line(&p, "100% 1.0k/1.0k 0 q/s ans 100% hits 0 unres 0 res 0 bench 0");
    p.done = p.total = 0;
    assert_line(&p, "100% 0/0 0 q/s ans 100% hits 0 unres 0 res 0 bench 0");
}

static void what_is_no_number_is_not_shown(void **state)
{
    (void)state;
    struct progress p = sample;
    p.answered_share = (double)NAN;
    p.sent_qps = (double)NAN;
    p.eta_s = (double)INFINITY;
    assert_line(&p, " 62% 118k/190k 0 q/s ans - hits 746 unres 190 res 487 bench 13");
    assert_json(&p, "{\"done\":118000,\"total\":190000,\"sent_qps\":null,\"answered\":null,"
                    "\"hits\":746,\"unresolved\":190,\"resolvers\":487,\"benched\":13,"
                    "\"eta_s\":null}\n");
}

/* Every figure at every order of magnitude, alone and together. */
static void no_values_make_it_wider_than_80_columns(void **state)
{
    (void)state;
    for (int digits = 0; digits <= 20; digits++) {
        uint64_t n = 0;
        for (int i = 0; i < digits; i++)
            n = n > UINT64_MAX / 10 - 1 ? UINT64_MAX : n * 10 + 9;
        double d = (double)n;
        struct progress p = {.is_total_known = true,
                             .done = n,
                             .total = n,
                             .hits = n,
                             .unresolved = n,
                             .resolvers = n,
                             .benched = n,
                             .sent_qps = d,
                             .answered_share = 1,
                             .is_eta_known = true,
                             .eta_s = d};
        for (int known = 0; known < 4; known++) {
            struct text out = {0};
            p.is_total_known = known & 1;
            p.is_eta_known = known & 2;
            progress_line(&out, &p);
            assert_true(out.len > 20);
            assert_in_range(out.len, 1, 80);
            text_deinit(&out);
        }
    }
}

static void the_widest_lines_leave_out_what_matters_least(void **state)
{
    (void)state;
    struct progress p = sample;
    p.done = p.total = p.hits = p.unresolved = p.resolvers = p.benched = 118000;
    p.sent_qps = 118000;
    p.answered_share = 1;
    p.eta_s = 1; /* 80 columns */
    assert_line(&p, "100% 118k/118k 118k q/s ans 100% hits 118k unres 118k res 118k bench 118k "
                    "eta 1s");
    p.eta_s = 15; /* would be 81 */
    assert_line(&p, "100% 118k/118k 118k q/s ans 100% hits 118k unres 118k res 118k eta 15s");
}

static void json_has_the_keys_of_the_contract(void **state)
{
    (void)state;
    struct progress p = sample;
    assert_json(&p, "{\"done\":118000,\"total\":190000,\"sent_qps\":4900.0,\"answered\":0.9700,"
                    "\"hits\":746,\"unresolved\":190,\"resolvers\":487,\"benched\":13,"
                    "\"eta_s\":15.0}\n");
    p.is_total_known = p.is_eta_known = false;
    p.done = UINT64_MAX;
    assert_json(&p, "{\"done\":18446744073709551615,\"total\":null,\"sent_qps\":4900.0,"
                    "\"answered\":0.9700,\"hits\":746,\"unresolved\":190,\"resolvers\":487,"
                    "\"benched\":13,\"eta_s\":null}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_that_of_the_contract),
        cmocka_unit_test(without_a_total_there_is_no_share_and_no_end),
        cmocka_unit_test(all_is_said_only_when_all_is_done),
        cmocka_unit_test(what_is_no_number_is_not_shown),
        cmocka_unit_test(no_values_make_it_wider_than_80_columns),
        cmocka_unit_test(the_widest_lines_leave_out_what_matters_least),
        cmocka_unit_test(json_has_the_keys_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
