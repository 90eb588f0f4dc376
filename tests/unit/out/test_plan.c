// SPDX-License-Identifier: BSD-2-Clause
#include "out/report.h"
#include "tests/unit/out/hits.h"

static const struct plan sample = {
    .command = "brute",
    .subject = "example.com",
    .is_total_known = true,
    .candidates = 190421,
    .zones = 1,
    .resolvers = 500,
    .resolvers_unreachable = 12,
    .resolvers_from = "built-in list",
    .rate_qps = 10000,
    .resolver_rate_qps = 500,
    .zone_rate_qps = 5000,
    .in_flight_max = 16384,
    .threads = 2,
    .types = "A,AAAA",
    .seed = 42,
    .shard_count = 1,
};

static void assert_plan(const struct plan *plan, const char *expected)
{
    struct text out = {0};
    report_plan(&out, plan);
    assert_clean(&out);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void assert_line_in(const struct plan *plan, const char *line)
{
    struct text out = {0};
    report_plan(&out, plan);
    assert_clean(&out);
    text_putc(&out, '\0');
    if (!strstr(out.data, line))
        print_error("%s\nin\n%s", line, out.data);
    assert_non_null(strstr(out.data, line));
    text_deinit(&out);
}

static void everything_the_contract_asks_for_is_told(void **state)
{
    (void)state;
    assert_plan(&sample,
                "brute example.com: 190,421 candidates, 1 zone, types A,AAAA\n"
                "  resolvers: 500 (built-in list), 12 left out (no route)\n"
                "  ceilings: 10,000 queries/s over all, 500/s per resolver, 5,000/s per zone\n"
                "  expected: at least 190,421 queries, 38 s or more\n"
                "  seed 42, 2 threads, at most 16,384 in flight\n  configuration: none read\n");
}

static void whom_the_user_trusts_is_told(void **state)
{
    (void)state;
    struct plan p = sample;
    p.resolvers_trusted = 2;
    assert_line_in(&p,
                   "  resolvers: 500 (built-in list), 2 of them trusted, 12 left out (no route)\n");
    p.resolvers_trusted = 0;
    p.believes_all = true;
    assert_line_in(&p, "  resolvers: 500 (built-in list), all believed (--no-trust), 12 left out");
}

static void without_ceilings_no_time_is_promised(void **state)
{
    (void)state;
    struct plan p = sample;
    p.rate_qps = p.resolver_rate_qps = p.zone_rate_qps = 0;
    p.resolvers_unreachable = 0;
    p.resolvers_from = "1 given";
    p.candidates = p.resolvers = p.threads = 1;
    p.types = "A";
    p.in_flight_max = 0;
    p.config_path = "/home/u/.config/dnstrawl/config";
    assert_plan(&p, "brute example.com: 1 candidate, 1 zone, type A\n"
                    "  resolvers: 1 (1 given)\n"
                    "  ceilings: none\n"
                    "  expected: at least 1 query\n"
                    "  seed 42, 1 thread\n  configuration: /home/u/.config/dnstrawl/config\n");
}

static void the_lowest_ceiling_sets_the_time(void **state)
{
    (void)state;
    struct plan p = sample;
    p.candidates = 600000;
    p.zones = 0; /* a ceiling per zone says nothing when the zones are not known */
    assert_line_in(&p, "600,000 queries, 1m00s or more\n"); /* 10,000/s over all */
    p.resolvers = 2;
    assert_line_in(&p, "600,000 queries, 10m00s or more\n"); /* 2 x 500/s */
    p.zones = 1;
    p.zone_rate_qps = 100;
    assert_line_in(&p, "600,000 queries, 1h40m or more\n"); /* 100/s */
}

static void a_stream_has_no_count_beforehand(void **state)
{
    (void)state;
    struct plan p = sample;
    p.command = "resolve";
    p.subject = "stdin";
    p.is_total_known = false;
    p.zones = 0;
    assert_line_in(&p, "resolve stdin: candidates not counted beforehand, types A,AAAA\n");
    assert_line_in(&p, "  expected: as many queries as the input has names, or more\n");
}

static void limits_and_shards_are_told(void **state)
{
    (void)state;
    struct plan p = sample;
    p.time_max = 600 * NS_PER_S;
    p.queries_max = 1000;
    p.shard_index = 1;
    p.shard_count = 4;
    assert_line_in(&p, ", 38 s or more; ends after 10m00s; ends after 1,000 queries\n");
    assert_line_in(&p, ", types A,AAAA, shard 2/4\n");
}

static void extremes_and_control_bytes_stay_readable(void **state)
{
    (void)state;
    struct plan p = sample;
    p.subject = "a\nb";
    p.config_path = "\x1b";
    p.resolvers_from = "\xff";
    p.candidates = p.resolvers = p.zones = p.seed = UINT64_MAX;
    p.rate_qps = 1;
    assert_line_in(&p, "brute a\\010b: 18,446,744,073,709,551,615 candidates");
    assert_line_in(&p, "queries, 99d00h or more\n");
    assert_line_in(&p, "configuration: \\027\n");
}

static void the_memory_that_repeats_cost_is_told(void **state)
{
    (void)state;
    struct plan p = sample;
    p.dedupes = true;
    /* 190,421 names of 24 octets and 3 MiB of small segments: 7,715,832 */
    assert_line_in(&p, "  expected: at least a query for each of up to 190,421 names\n"
                       "  repeats: left out (--dedupe); remembering the names takes about 8 MB if "
                       "all differ\n");
    p.candidates = 10000000;
    assert_line_in(&p, "takes about 244 MB if all differ\n");
    p.candidates = 1;
    assert_line_in(&p, "each of up to 1 name\n");
    assert_line_in(&p, "takes about 4 MB if all differ\n");
    p.is_total_known = false;
    assert_line_in(&p, "  expected: as many queries as the input has different names, or more\n"
                       "  repeats: left out (--dedupe); remembering the names takes about 24 MB a "
                       "million\n");
}

static void what_comes_on_top_is_told(void **state)
{
    (void)state;
    struct plan p = sample;
    p.depth = 2;
    assert_line_in(&p, "  then: words below what is found (--depth 2); remembering names takes "
                       "about 24 MB a million\n  seed 42");
    p.permutes = true;
    assert_line_in(&p, "  then: words below what is found (--depth 2), names made from what exists "
                       "(--permute); remembering");
    p.depth = 0;
    assert_line_in(&p, "  then: names made from what exists (--permute); remembering");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_the_contract_asks_for_is_told),
        cmocka_unit_test(whom_the_user_trusts_is_told),
        cmocka_unit_test(without_ceilings_no_time_is_promised),
        cmocka_unit_test(the_lowest_ceiling_sets_the_time),
        cmocka_unit_test(a_stream_has_no_count_beforehand),
        cmocka_unit_test(limits_and_shards_are_told),
        cmocka_unit_test(extremes_and_control_bytes_stay_readable),
        cmocka_unit_test(the_memory_that_repeats_cost_is_told),
        cmocka_unit_test(what_comes_on_top_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
