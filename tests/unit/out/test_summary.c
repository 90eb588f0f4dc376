// SPDX-License-Identifier: BSD-2-Clause
#include "out/report.h"
#include "tests/unit/out/hits.h"

static struct report sample(void)
{
    struct report r = {.command = "brute",
                       .subject = "example.com",
                       .output_path = "example.txt",
                       .unresolved_path = "example.unresolved",
                       .seconds = 42,
                       .end.exit_code = 3,
                       .is_remaining_known = true,
                       .candidates = 190421,
                       .names = 1204,
                       .queries = 203882,
                       .found_ipv6_only = 31,
                       .found_dangling = 9,
                       .found_private = 12,
                       .resolvers_given = 500,
                       .resolvers_usable = 487,
                       .resolvers_benched = 13,
                       .benched = {[BENCHED_LIED] = 6, [BENCHED_DEAD] = 4, [BENCHED_REFUSING] = 3},
                       .recall = {.is_known = true,
                                  .value = 0.9991,
                                  .low = 0.9978,
                                  .high = 0.9997,
                                  .method = "known_names",
                                  .checks = 1900}};
    r.verdicts[VERDICT_FOUND] = 1204;
    r.verdicts[VERDICT_NODATA] = 87;
    r.verdicts[VERDICT_NXDOMAIN] = 188611;
    r.verdicts[VERDICT_WILDCARD] = 160;
    r.verdicts[VERDICT_SERVFAIL] = 40;
    r.verdicts[VERDICT_UNRESOLVED] = 312;
    r.verdicts[VERDICT_INVALID] = 7;
    return r;
}

static void assert_summary(const struct report *report, const char *expected)
{
    struct text out = {0};
    report_summary(&out, report);
    assert_clean(&out);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void assert_line_in(const struct report *report, const char *line, bool is_there)
{
    struct text out = {0};
    report_summary(&out, report);
    assert_clean(&out);
    text_putc(&out, '\0');
    if (!strstr(out.data, line) == is_there)
        print_error("%s\nin\n%s", line, out.data);
    assert_int_equal(strstr(out.data, line) != NULL, is_there);
    text_deinit(&out);
}

static void the_block_is_that_of_the_contract(void **state)
{
    (void)state;
    struct report r = sample();
    assert_summary(&r, "brute example.com, 42 s, incomplete (exit 3)\n"
                       "  190,421 candidates = 1,204 found + 87 nodata + 188,611 nxdomain + 160 "
                       "wildcard + 40 servfail + 312 unresolved + 7 invalid\n"
                       "  1,204 names to example.txt: 31 IPv6 only, 9 dangling, 12 private\n"
                       "  recall  99.91 % (99.78-99.97), 1,900 checks with known names; assumes "
                       "resolvers fail independently\n"
                       "  203,882 queries (1.07 each), 4,854/s, 0 socket drops\n"
                       "  487 of 500 resolvers used; benched: 6 lied, 4 dead, 3 refusing\n"
                       "  again:  dnstrawl resolve example.unresolved\n");
}

/* Plain formats cannot say which. */
static void names_that_were_overturned_are_told(void **state)
{
    (void)state;
    struct report r = sample();
    assert_line_in(&r, "taken back", false);
    r.retracted = 2;
    assert_line_in(&r, "  1,204 names to example.txt: 2 taken back since, 31 IPv6 only", true);
}

static void what_was_made_is_told_with_its_yield(void **state)
{
    (void)state;
    struct report r = sample();
    assert_line_in(&r, "made from them", false);
    r.yield_count = 3;
    r.yields[0] = (struct report_yield){"depth", 9000, 8600, 12};
    r.yields[1] = (struct report_yield){"numbers", 1, 0, 0};
    r.yields[2] = (struct report_yield){"swaps", 0, 0, 0}; /* none made, not told */
    assert_line_in(&r,
                   "private\n  made from them 9,001 names, asked 8,600, found 12: depth 12 of "
                   "8,600, numbers 0 of 0\n  recall",
                   true);
    r.yield_count = 1;
    r.yields[0] = (struct report_yield){"depth", 0, 0, 0};
    assert_line_in(&r, "  made from them 0 names, asked 0, found 0\n", true);
}

static void nothing_at_all_is_a_summary_too(void **state)
{
    (void)state;
    struct report r = {.command = "resolve",
                       .subject = "names.txt",
                       .output_path = "stdout",
                       .end.is_complete = true,
                       .is_remaining_known = true};
    assert_summary(&r, "resolve names.txt, 0 ms, complete\n"
                       "  0 candidates = 0 found\n"
                       "  0 names to stdout\n"
                       "  0 queries, 0/s, 0 socket drops\n");
}

static void one_is_singular_everywhere(void **state)
{
    (void)state;
    struct report r = {.command = "resolve",
                       .subject = "x",
                       .output_path = "stdout",
                       .seconds = 1,
                       .end.is_complete = true,
                       .is_remaining_known = true,
                       .candidates = 1,
                       .names = 1,
                       .queries = 1,
                       .socket_drops = 1,
                       .resolvers_given = 1,
                       .resolvers_usable = 1};
    r.verdicts[VERDICT_FOUND] = 1;
    assert_summary(&r, "resolve x, 1.0 s, complete\n"
                       "  1 candidate = 1 found\n"
                       "  1 name to stdout\n"
                       "  1 query (1.00 each), 1/s, 1 socket drop\n"
                       "  1 of 1 resolver used\n");
}

static void how_it_ended_follows_the_exit_code(void **state)
{
    (void)state;
    static const struct {
        int exit_code;
        const char *text;
    } cases[] = {{0, ", complete\n"},
                 {1, ", failed (exit 1)\n"},
                 {3, ", incomplete (exit 3)\n"},
                 {4, ", no usable resolver (exit 4)\n"},
                 {130, ", interrupted (exit 130)\n"},
                 {143, ", interrupted (exit 143)\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r = sample();
        r.end.exit_code = cases[i].exit_code;
        assert_line_in(&r, cases[i].text, true);
    }
}

static void what_was_not_reached_is_told(void **state)
{
    (void)state;
    struct report r = sample();
    assert_line_in(&r, "reached", false);
    r.remaining = 1;
    assert_line_in(&r, "\n  1 candidate not reached\n", true);
    r.remaining = 1000;
    assert_line_in(&r, "\n  1,000 candidates not reached\n", true);
    r.is_remaining_known = false;
    assert_line_in(&r, "\n  the rest of the input was not reached\n", true);
    r.end.is_complete = true;
    assert_line_in(&r, "reached", false);
}

static void kinds_of_benched_ones_are_told_if_there_are_any(void **state)
{
    (void)state;
    struct report r = sample();
    memset(r.benched, 0, sizeof r.benched);
    r.benched[BENCHED_FAILING] = 1;
    assert_line_in(&r, "\n  487 of 500 resolvers used; benched: 1 failing\n", true);
    r.benched[BENCHED_FAILING] = 0;
    assert_line_in(&r, "\n  487 of 500 resolvers used\n", true);
}

static void proofs_are_told_where_there_are_any(void **state)
{
    (void)state;
    struct report r = sample();
    assert_line_in(&r, "proofs", false);
    r.proven = 993058;
    r.spans = 4962;
    r.signed_zones = 1;
    assert_line_in(&r,
                   "\n  proofs  993,058 names decided without a query by 4,962 signed denials of 1 "
                   "zone\n  203,882 queries",
                   true);
}

static void recall_is_never_told_better_than_it_is(void **state)
{
    (void)state;
    static const struct {
        double value, low, high;
        const char *text;
    } cases[] = {
        {1, 1, 1, "\n  recall  100.00 % (100.00-100.00), "},
        {0.999999, 0.99999, 0.999991, "\n  recall  99.99 % (99.99-100.00), "},
        {0.9978, 0.9978, 0.9978, "\n  recall  99.78 % (99.78-99.78), "},
        {0.5, 0, 1, "\n  recall  50.00 % (0.00-100.00), "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r = sample();
        r.recall.value = cases[i].value;
        r.recall.low = cases[i].low;
        r.recall.high = cases[i].high;
        assert_line_in(&r, cases[i].text, true);
    }
    struct report r = sample();
    r.recall.checks = 1;
    assert_line_in(&r, ", 1 check with known names; assumes", true);
    r.recall.is_known = false;
    assert_line_in(&r, "recall", false);
}

static void the_way_to_go_on_can_be_pasted(void **state)
{
    (void)state;
    static const struct {
        const char *path, *line;
    } cases[] = {
        {NULL, "\n  again:  --unresolved FILE keeps the undecided names for another run\n"},
        {"a/b_c-1.txt", "\n  again:  dnstrawl resolve a/b_c-1.txt\n"},
        {"-x", "\n  again:  dnstrawl resolve ./-x\n"},
        {"- x", "\n  again:  dnstrawl resolve $'./- x'\n"},
        {"two words", "\n  again:  dnstrawl resolve $'two words'\n"},
        {"it's \\ $(rm)", "\n  again:  dnstrawl resolve $'it\\'s \\\\ $(rm)'\n"},
        {"\x1b[31m\n\xc3\xa9", "\n  again:  dnstrawl resolve $'\\033[31m\\012\\303\\251'\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r = sample();
        r.unresolved_path = cases[i].path;
        assert_line_in(&r, cases[i].line, true);
        r.verdicts[VERDICT_UNRESOLVED] = 0;
        assert_line_in(&r, "again:", false);
    }
}

static void subjects_and_paths_are_shown_without_control_bytes(void **state)
{
    (void)state;
    struct report r = sample();
    r.subject = "a\x1b\n";
    r.output_path = "\x07";
    assert_line_in(&r, "brute a\\027\\010, 42 s", true);
    assert_line_in(&r, "names to \\007: ", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_block_is_that_of_the_contract),
        cmocka_unit_test(names_that_were_overturned_are_told),
        cmocka_unit_test(what_was_made_is_told_with_its_yield),
        cmocka_unit_test(nothing_at_all_is_a_summary_too),
        cmocka_unit_test(one_is_singular_everywhere),
        cmocka_unit_test(how_it_ended_follows_the_exit_code),
        cmocka_unit_test(what_was_not_reached_is_told),
        cmocka_unit_test(kinds_of_benched_ones_are_told_if_there_are_any),
        cmocka_unit_test(proofs_are_told_where_there_are_any),
        cmocka_unit_test(recall_is_never_told_better_than_it_is),
        cmocka_unit_test(the_way_to_go_on_can_be_pasted),
        cmocka_unit_test(subjects_and_paths_are_shown_without_control_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
