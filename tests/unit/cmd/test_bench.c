// SPDX-License-Identifier: BSD-2-Clause
/* cmd/bench.c and its setters: what holds when nothing is given, what is read, what is refused. */
#include "fixture.h"

static void what_holds_when_nothing_is_given(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "bench 192.0.2.1");
    const struct bench_params *bench = &run.params->bench;
    assert_int_equal(run.params->command, SCAN_BENCH);
    assert_list(&run.params->resolvers, "192.0.2.1");
    assert_int_equal(run.params->port, 53);
    assert_int_equal(bench->slo.count, 2);
    assert_false(bench->has_slo || bench->has_arrival || bench->has_warmup);
    assert_int_equal(bench->rate, 0);
    assert_int_equal(bench->rate_max, 0);
    assert_int_equal(bench->arrival, LOAD_POISSON);
    assert_int_equal(bench->duration, 0);
    assert_int_equal(bench->timeout, 2 * NS_PER_S);
    assert_int_equal(bench->proto, LOAD_UDP);
    assert_int_equal(bench->io, BENCH_IO_AUTO);
    assert_int_equal(bench->workers, 0);
    assert_int_equal(bench->connections, 1);
    assert_false(bench->follows_tc || bench->no_edns || bench->has_do || bench->calibrates);
    assert_true(bench->hit_share == 0.95 && bench->zipf_exponent == 1);
    assert_null(bench->queries_path);
    assert_null(bench->html_path);
    assert_null(bench->hdr_path);
    assert_null(bench->baseline_path);
    run_end(&run);
}

static void what_is_given_holds(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "bench 192.0.2.1:5300 [2001:db8::1]:53 --slo p99:20ms --rate 2k --duration 3 "
                 "--warmup 0 --arrival constant --interval 20ms --timeout 700 --threads 3 --hits "
                 "12.5% --zipf 0.8 --calibrate --edns off --html h --hdr l --baseline names "
                 "-d x.example,y.example -w words -t AAAA --io gso --own --follow-tc");
    const struct bench_params *bench = &run.params->bench;
    assert_list(&run.params->resolvers, "192.0.2.1:5300 [2001:db8::1]:53");
    assert_int_equal(run.params->pattern_count, 2);
    assert_list(&run.params->word_files, "words");
    assert_true(bench->has_slo && bench->has_arrival && bench->has_warmup);
    assert_int_equal(bench->slo.count, 1);
    assert_int_equal(bench->rate, 2000);
    assert_int_equal(bench->duration, 3 * NS_PER_S);
    assert_int_equal(bench->warmup, 0);
    assert_int_equal(bench->arrival, LOAD_CONSTANT);
    assert_int_equal(bench->interval, 20 * NS_PER_MS);
    assert_int_equal(bench->timeout, 700 * NS_PER_MS);
    assert_int_equal(bench->workers, 3);
    assert_true(bench->hit_share == 0.125 && bench->zipf_exponent == 0.8);
    assert_true(bench->calibrates && bench->no_edns && bench->follows_tc);
    assert_int_equal(bench->io, BENCH_IO_GSO);
    assert_string_equal(bench->html_path, "h");
    assert_string_equal(bench->hdr_path, "l");
    assert_string_equal(bench->baseline_path, "names");
    run_end(&run);
}

static void expect_port(const char *line, unsigned port)
{
    struct run run;
    run_ok(&run, line);
    assert_int_equal(run.params->port, port);
    run_end(&run);
}

static void ports_follow_the_protocol(void **state)
{
    (void)state;
    expect_port("bench --proto tcp 192.0.2.1", 53);
    expect_port("bench --proto dot 192.0.2.1", 853);
    expect_port("bench --proto doh 192.0.2.1", 443);
    expect_port("bench --proto doh --port 8443 192.0.2.1", 8443);
}

static void expect_rates(const char *line, uint64_t fixed, uint64_t most)
{
    struct run run;
    run_ok(&run, line);
    assert_int_equal(run.params->bench.rate, fixed);
    assert_int_equal(run.params->bench.rate_max, most);
    run_end(&run);
}

static void a_rate_that_is_not_typed_is_a_ceiling(void **state)
{
    (void)state;
    expect_rates("bench --rate 70 192.0.2.1", 70, 0);
    expect_rates("bench --max-rate 70 192.0.2.1", 0, 70);
    pretended_config = "rate = 50\n";
    expect_rates("bench 192.0.2.1", 0, 50);
    expect_rates("bench --max-rate 49 192.0.2.1", 0, 49);
    expect_rates("bench --max-rate 51 192.0.2.1", 0, 50);
    expect_rates("bench --rate 90 192.0.2.1", 90, 0);
    pretended_config = "rate = 0\n";
    expect_rates("bench 192.0.2.1", 0, 0);
    pretended_config = NULL;
}

static void values_have_limits(void **state)
{
    (void)state;
    assert_refused("bench --rate 0 192.0.2.1", ERR_RANGE,
                   "--rate: a load of 1 to 100000000 queries a second");
    assert_refused("bench --rate 100000001 192.0.2.1", ERR_RANGE,
                   "--rate: a load of 1 to 100000000 queries a second");
    assert_refused("bench --duration 19ms 192.0.2.1", ERR_RANGE,
                   "--duration: '19ms' is out of range: 20ms to 24h");
    assert_refused("bench --duration 25h 192.0.2.1", ERR_RANGE,
                   "--duration: '25h' is out of range: 20ms to 24h");
    assert_refused("bench --interval 999us 192.0.2.1", ERR_RANGE,
                   "--interval: '999us' is out of range: 1ms to 1h");
    assert_refused("bench --threads 65 192.0.2.1", ERR_RANGE, "--threads: at most 64");
    assert_refused("bench --hits 101% 192.0.2.1", ERR_SYNTAX,
                   "--hits: '101%' is not a share from 0% to 100%");
    assert_refused("bench --hits 50 192.0.2.1", ERR_SYNTAX,
                   "--hits: '50' is not a share from 0% to 100%");
    assert_refused("bench --zipf 5.1 192.0.2.1", ERR_SYNTAX,
                   "--zipf: '5.1' is not a number from 0 to 5");
    assert_refused("bench --zipf -1 192.0.2.1", ERR_SYNTAX,
                   "--zipf: '-1' is not a number from 0 to 5");
    assert_refused("bench --proto quic 192.0.2.1", ERR_SYNTAX,
                   "--proto: 'quic' is none of udp, tcp, dot, doh");
    assert_refused("bench --io xdp 192.0.2.1", ERR_SYNTAX, "--io: xdp is not built yet");
    assert_refused("bench --baseline nowhere 192.0.2.1", ERR_IO,
                   "--baseline: nowhere: No such file or directory");
    assert_refused("bench --queries folder 192.0.2.1", ERR_IO, "--queries: folder: Is a directory");
    assert_refused("bench --html - 192.0.2.1", ERR_SYNTAX,
                   "--html: takes a file; stdout is for results");
    assert_refused("bench example.com", ERR_SYNTAX,
                   "'example.com' is neither a file nor an address (192.0.2.1, 192.0.2.1:53, "
                   "[2001:db8::1]:53, system)");
}

static void expect_timeout(const char *line, mono_ns timeout)
{
    struct run run;
    run_ok(&run, line);
    assert_int_equal(run.params->bench.timeout, timeout);
    run_end(&run);
}

/* What comes within the objective's time is no loss. */
static void the_objective_is_waited_for(void **state)
{
    (void)state;
    expect_timeout("bench --slo p50<1ms,p99<3s,loss<1% 192.0.2.1", 3 * NS_PER_S);
    expect_timeout("bench --slo max<1999ms 192.0.2.1", 2 * NS_PER_S);
    expect_timeout("bench --slo mean<3s --timeout 3s 192.0.2.1", 3 * NS_PER_S);
    expect_timeout("bench --timeout 20 192.0.2.1", 20 * NS_PER_MS); /* of the default none asked */
    assert_refused("bench --slo loss<1%,p99<3s --timeout 2999 192.0.2.1", ERR_RANGE,
                   "--timeout: shorter than a time that --slo allows, which would count as lost");
    pretended_config = "timeout = 1s\n"; /* of scans */
    expect_timeout("bench 192.0.2.1", NS_PER_S);
    expect_timeout("bench --slo p99<3s 192.0.2.1", 3 * NS_PER_S);
    pretended_config = NULL;
}

/* dnsperf's -d is a file of queries. */
static void a_list_without_a_zone_is_not_passed_over(void **state)
{
    struct run run;
    (void)state;
    assert_refused("bench -d empty 192.0.2.1", ERR_SYNTAX,
                   "-d: no zone in the list; a file of queries is given with --queries");
    assert_refused("bench -d queries 192.0.2.1", ERR_SYNTAX,
                   "-d: no zone in the list; a file of queries is given with --queries");
    run_ok(&run, "bench -d domains 192.0.2.1");
    assert_int_equal(run.params->pattern_count, 2);
    run_end(&run);
}

static void an_objective_says_what_is_wrong_with_it(void **state)
{
    (void)state;
    struct run run;
    assert_int_equal(run_begin(&run, "bench --slo p99<fast 192.0.2.1"), ERR_SYNTAX);
    assert_true(run.why.len > strlen("--slo: "));
    run_end(&run);
}

static void options_need_their_company(void **state)
{
    (void)state;
    assert_refused("bench --rate 5 --max-rate 9 192.0.2.1", ERR_SYNTAX,
                   "--max-rate goes with a search; --rate fixes the load");
    assert_refused("bench --proto tcp --follow-tc 192.0.2.1", ERR_SYNTAX,
                   "--follow-tc goes with --proto udp");
    assert_refused("bench --proto doh --calibrate 192.0.2.1", ERR_SYNTAX,
                   "--calibrate goes with --proto udp");
    assert_refused("bench --connections 2 192.0.2.1", ERR_SYNTAX,
                   "--connections goes with --proto tcp, dot or doh");
    assert_refused("bench --proto tcp --tls-host a.example 192.0.2.1", ERR_SYNTAX,
                   "--tls-host goes with --proto dot or doh");
    assert_refused("bench --queries names --hits 5% 192.0.2.1", ERR_SYNTAX,
                   "--hits goes with names, and --queries says what is asked");
    assert_refused("bench --queries names -d a.example 192.0.2.1", ERR_SYNTAX,
                   "--domains goes with names, and --queries says what is asked");
    assert_refused("bench --arrival steps 192.0.2.1", ERR_SYNTAX,
                   "--arrival steps goes with --rate");
    assert_refused("bench --proto tcp --io gso 192.0.2.1", ERR_SYNTAX,
                   "--io gso goes with --proto udp");
    assert_refused("bench --dnssec on --edns off 192.0.2.1", ERR_SYNTAX,
                   "--dnssec on needs --edns on");
    assert_refused("resolve --io gso names", ERR_SYNTAX,
                   "--io: gso is not built yet, but for bench");
}

/* What only the configuration says is left out instead. */
static void company_is_asked_of_what_is_typed(void **state)
{
    struct run run;
    (void)state;
    pretended_config = "follow-tc = yes\ncalibrate = on\nio = gso\n";
    run_ok(&run, "bench 192.0.2.1");
    assert_true(run.params->bench.follows_tc && run.params->bench.calibrates);
    run_end(&run);
    pretended_config = "follow-tc = yes\ncalibrate = on\n";
    run_ok(&run, "bench --proto dot 192.0.2.1");
    assert_false(run.params->bench.follows_tc || run.params->bench.calibrates);
    run_end(&run);
    pretended_config = "io = gso\n";
    run_ok(&run, "resolve names");
    run_end(&run);
    pretended_config = NULL;
}

static void files_are_not_overwritten(void **state)
{
    (void)state;
    assert_refused("bench --html a --hdr a 192.0.2.1", ERR_SYNTAX,
                   "--html and --hdr would both write a");
    assert_refused("bench --stats names --baseline names 192.0.2.1", ERR_SYNTAX,
                   "--stats would overwrite names, which is read");
    assert_refused("bench --hdr names --queries names 192.0.2.1", ERR_SYNTAX,
                   "--hdr would overwrite names, which is read");
}

static void without_targets_there_is_short_help(void **state)
{
    struct run run;
    (void)state;
    assert_int_equal(run_begin(&run, "bench"), CMD_SHORT_HELP);
    run_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_when_nothing_is_given),
        cmocka_unit_test(what_is_given_holds),
        cmocka_unit_test(ports_follow_the_protocol),
        cmocka_unit_test(a_rate_that_is_not_typed_is_a_ceiling),
        cmocka_unit_test(values_have_limits),
        cmocka_unit_test(the_objective_is_waited_for),
        cmocka_unit_test(a_list_without_a_zone_is_not_passed_over),
        cmocka_unit_test(an_objective_says_what_is_wrong_with_it),
        cmocka_unit_test(options_need_their_company),
        cmocka_unit_test(company_is_asked_of_what_is_typed),
        cmocka_unit_test(files_are_not_overwritten),
        cmocka_unit_test(without_targets_there_is_short_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
