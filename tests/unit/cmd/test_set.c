// SPDX-License-Identifier: BSD-2-Clause
/* cmd/set.c: each option's way into the params. */
#include "fixture.h"

#include "dns/code.h"

static void defaults_are_what_help_says(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names");
    assert_int_equal(run.params->type_count, 2);
    assert_int_equal(run.params->types[0], TYPE_A);
    assert_int_equal(run.params->types[1], TYPE_AAAA);
    assert_int_equal(run.params->shard_index, 0);
    assert_int_equal(run.params->shard_count, 1);
    assert_int_equal(run.params->port, 53);
    assert_true(run.params->rate_qps == RATE_DEFAULT);
    assert_true(run.params->resolver_rate_qps == RATE_DEFAULT);
    assert_true(run.params->zone_rate_qps == RATE_DEFAULT);
    assert_int_equal(run.params->in_flight_max, 0);
    assert_true(run.params->timeout == 3 * NS_PER_S);
    assert_int_equal(run.params->tries_max, 8);
    assert_true(run.params->time_max == 0);
    assert_true(run.params->queries_max == 0);
    assert_true(run.params->thread_count >= 1);
    assert_false(run.params->unresolved_allowed_is_percent);
    assert_true(run.params->unresolved_allowed <= 0);
    assert_int_equal(run.params->output_count, 1);
    assert_string_equal(run.params->outputs[0].format, "names");
    assert_null(run.params->outputs[0].path);
    assert_int_equal(run.params->progress, SCAN_PROGRESS_AUTO);
    assert_null(run.params->config_read);
    for (int i = 0; i < VERDICT_COUNT; i++)
        assert_int_equal(run.params->show[i], i == VERDICT_FOUND);
    run_end(&run);
}

static void numbers_reach_the_params(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --rate 10k --resolver-rate 0 --zone-rate=5 -c 1m --timeout 250 "
                 "--tries 50 --max-time 90 --max-queries 2m --threads 256 --port 5353 --seed "
                 "18446744073709551615 --shard 2/3");
    assert_int_equal(run.params->rate_qps, 10000);
    assert_int_equal(run.params->resolver_rate_qps, 0);
    assert_int_equal(run.params->zone_rate_qps, 5);
    assert_int_equal(run.params->in_flight_max, 1000000);
    assert_true(run.params->timeout == 250 * NS_PER_MS);
    assert_int_equal(run.params->tries_max, 50);
    assert_true(run.params->time_max == 90 * NS_PER_S);
    assert_int_equal(run.params->queries_max, 2000000);
    assert_int_equal(run.params->thread_count, 256);
    assert_int_equal(run.params->port, 5353);
    assert_true(run.params->seed == UINT64_MAX);
    assert_int_equal(run.params->shard_index, 1);
    assert_int_equal(run.params->shard_count, 3);
    run_end(&run);
}

static void numbers_outside_their_range_are_refused(void **state)
{
    static const char *const lines[] = {
        "--rate 1.1g",  "-c 0",        "-c 1000001",  "--timeout 9ms",    "--timeout 60001ms",
        "--tries 0",    "--tries 51",  "--threads 0", "--threads 257",    "--port 0",
        "--port 65536", "--shard 0/1", "--shard 2/1", "--max-time 1000d",
    };
    static const char *const bad[] = {
        "--rate x",          "--rate -1", "--rate=",      "--timeout 3x", "--seed -1",
        "--seed 1k",         "--shard 1", "--shard /",    "--shard 1/",   "--shard 1/2/3",
        "--shard 1/9999999", "--bind x",  "--bind ::1/64"};
    char line[128];
    struct run run;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(line, sizeof line, "resolve names %s", lines[i]);
        assert_int_equal(run_begin(&run, line), ERR_RANGE);
        run_end(&run);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "resolve names %s", bad[i]);
        assert_int_equal(run_begin(&run, line), ERR_SYNTAX);
        run_end(&run);
    }
}

static void limits_themselves_are_taken(void **state)
{
    static const char *const lines[] = {
        "--rate 1g",   "-c 1",     "--timeout 10ms", "--timeout 60s", "--tries 1",
        "--threads 1", "--port 1", "--port 65535",   "--shard 1/1",   "--max-time 366d"};
    char line[128];
    struct run run;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(line, sizeof line, "resolve names %s", lines[i]);
        run_ok(&run, line);
        run_end(&run);
    }
}

static void types_keep_their_order_and_come_once(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names -t mx,A -tTYPE257 --type=MX");
    assert_int_equal(run.params->type_count, 3);
    assert_int_equal(run.params->types[0], TYPE_MX);
    assert_int_equal(run.params->types[1], TYPE_A);
    assert_int_equal(run.params->types[2], 257);
    run_end(&run);
}

static void types_are_bounded(void **state)
{
    struct run run;
    char line[512] = "resolve names -t TYPE1000";
    (void)state;
    for (int i = 1; i < HIT_TYPES_MAX; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), ",TYPE%d", 1000 + i);
    run_ok(&run, line);
    assert_int_equal(run.params->type_count, HIT_TYPES_MAX);
    run_end(&run);
    strcat(line, ",A");
    assert_refused(line, ERR_RANGE, "-t: more than 16 types");
}

static void types_that_are_none_are_refused_with_the_reason(void **state)
{
    static const char *const meta[] = {"AXFR",  "IXFR",    "OPT",     "TSIG",     "TKEY",
                                       "TYPE0", "TYPE128", "TYPE200", "TYPE65535"};
    char line[64], message[128];
    (void)state;
    assert_refused("resolve names -t 100", ERR_SYNTAX,
                   "-t: 100 is a number and -t takes record types (A, MX, TYPE257); did you mean "
                   "--threads 100 or -c 100?");
    assert_refused("resolve names -t BOGUS", ERR_SYNTAX,
                   "-t: 'BOGUS' is not a record type (A, MX, TYPE257)");
    assert_refused("resolve names -t A,,MX", ERR_SYNTAX, "-t: an empty item in the list");
    assert_refused("resolve names -t any", ERR_SYNTAX,
                   "-t: ANY is not asked: servers need not answer it in full (RFC 8482); name the "
                   "types");
    for (size_t i = 0; i < sizeof meta / sizeof meta[0]; i++) {
        snprintf(line, sizeof line, "resolve names -t %s", meta[i]);
        snprintf(message, sizeof message, "-t: %s is not a type of data to be asked for", meta[i]);
        assert_refused(line, ERR_SYNTAX, message);
    }
}

static void resolvers_are_addresses_or_files(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names -r 192.0.2.1,[::1]:53 -r servers -r system");
    assert_list(&run.params->resolvers, "192.0.2.1,[::1]:53 servers system");
    run_end(&run);
    assert_refused("resolve names -r nowhere", ERR_SYNTAX,
                   "-r: 'nowhere' is neither a file nor an address (192.0.2.1, 192.0.2.1:53, "
                   "[2001:db8::1]:53, system)");
    assert_refused("resolve names -r folder", ERR_IO, "-r: folder: Is a directory");
    assert_refused("resolve names -r secret", ERR_IO, "-r: secret: Permission denied");
}

static void own_and_direct_are_flags(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names");
    assert_false(run.params->is_own || run.params->is_direct);
    run_end(&run);
    run_ok(&run, "resolve names --own --direct");
    assert_true(run.params->is_own && run.params->is_direct);
    run_end(&run);
    run_ok(&run, "resolvers -r ::1 --own");
    assert_true(run.params->is_own);
    run_end(&run);
    assert_refused("resolve names --server ns.example:0", ERR_SYNTAX,
                   "--server: 'ns.example:0' is neither a name nor an address (ns1.example.com, "
                   "192.0.2.1:53)");
}

static void trusted_resolvers_are_a_list_of_their_own(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names -r servers --trusted 192.0.2.1,[::1]:53 --trusted servers");
    assert_list(&run.params->resolvers, "servers");
    assert_list(&run.params->trusted, "192.0.2.1,[::1]:53 servers");
    assert_false(run.params->no_trust);
    run_end(&run);
    run_ok(&run, "resolve names --no-trust");
    assert_true(run.params->no_trust);
    assert_int_equal(run.params->trusted.count, 0);
    run_end(&run);
    assert_refused("resolve names --trusted nowhere", ERR_SYNTAX,
                   "--trusted: 'nowhere' is neither a file nor an address (192.0.2.1, "
                   "192.0.2.1:53, [2001:db8::1]:53, system)");
    assert_refused("resolve names --trusted secret", ERR_IO,
                   "--trusted: secret: Permission denied");
    assert_refused("resolve - --trusted -", ERR_SYNTAX,
                   "stdin can be read once, and --trusted reads it already");
}

static void word_lists_must_be_readable(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute example.com -w words -w pipe");
    assert_list(&run.params->word_files, "words pipe");
    run_end(&run);
    assert_refused("brute example.com -w nowhere", ERR_IO,
                   "-w: nowhere: No such file or directory (-w reads words; results are written "
                   "with -o)");
    assert_refused("brute example.com -w folder", ERR_IO, "-w: folder: Is a directory");
    assert_refused("brute example.com -w secret", ERR_IO, "-w: secret: Permission denied");
}

static void what_massdns_calls_a_format_is_no_file(void **state)
{
    struct run run;
    (void)state;
    assert_refused("resolve names -o S", ERR_SYNTAX,
                   "-o: takes a file; massdns's -o S is -f massdns here, and a file of that name "
                   "./S");
    assert_refused("resolve names -o J", ERR_SYNTAX,
                   "-o: takes a file; massdns's -o J is -f ndjson here, and a file of that name "
                   "./J");
    run_ok(&run, "resolve names -o ./S");
    assert_string_equal(run.params->outputs[0].path, "./S");
    run_end(&run);
    run_ok(&run, "resolve names -o Snl");
    run_end(&run);
}

static void stdin_has_one_reader(void **state)
{
    (void)state;
    assert_refused("brute example.com -w - -w -", ERR_SYNTAX,
                   "-w: stdin can be read once, and --wordlist reads it already");
    assert_refused("brute -d - -w -", ERR_SYNTAX,
                   "stdin can be read once, and --wordlist reads it already");
    assert_refused("resolve - -r -", ERR_SYNTAX,
                   "stdin can be read once, and --resolvers reads it already");
}

static void formats_are_words_and_peers_words_are_explained(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names -f NDJSON -o hits --also csv:hits.csv --also text:-");
    assert_int_equal(run.params->output_count, 3);
    assert_string_equal(run.params->outputs[0].format, "ndjson");
    assert_string_equal(run.params->outputs[0].path, "hits");
    assert_string_equal(run.params->outputs[1].format, "csv");
    assert_string_equal(run.params->outputs[1].path, "hits.csv");
    assert_string_equal(run.params->outputs[2].format, "text");
    assert_null(run.params->outputs[2].path);
    run_end(&run);
    assert_refused("resolve names -f xml", ERR_SYNTAX,
                   "-f: 'xml' is none of names, text, ndjson, massdns, zone, csv");
    assert_refused("resolve names -f json", ERR_SYNTAX,
                   "-f: the JSON format is called ndjson: one object a line");
    assert_refused("resolve names --also csv", ERR_SYNTAX,
                   "--also: 'csv' is not FORMAT:FILE (ndjson:hits.ndjson)");
    assert_refused("resolve names --also csv:", ERR_SYNTAX, "--also: an empty file name");
}

static void verdicts_are_shown_as_asked(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --show nodata,wildcard --show servfail");
    for (int i = 0; i < VERDICT_COUNT; i++)
        assert_int_equal(run.params->show[i],
                         i == VERDICT_NODATA || i == VERDICT_WILDCARD || i == VERDICT_SERVFAIL);
    run_end(&run);
    run_ok(&run, "resolve names --all");
    for (int i = 0; i < VERDICT_COUNT; i++)
        assert_true(run.params->show[i]);
    run_end(&run);
    assert_refused(
        "resolve names --show nxdomain", ERR_SYNTAX,
        "--show: 'nxdomain' is none of found, nodata, servfail, wildcard, pruned, unresolved");
}

static void what_is_not_built_is_refused(void **state)
{
    (void)state;
    assert_refused("resolve names --io gso", ERR_SYNTAX,
                   "--io: gso is not built yet, but for bench");
    assert_refused("resolve names --io xdp", ERR_SYNTAX, "--io: xdp is not built yet");
    assert_refused("resolve names --io ring", ERR_SYNTAX, "--io: 'ring' is none of auto, udp, gso");
}

static void proofs_are_asked_for_as_told(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names");
    assert_int_equal(run.params->dnssec, SCAN_DNSSEC_AUTO);
    run_end(&run);
    run_ok(&run, "resolve names --dnssec on");
    assert_int_equal(run.params->dnssec, SCAN_DNSSEC_ON);
    run_end(&run);
    run_ok(&run, "resolve names --dnssec off");
    assert_int_equal(run.params->dnssec, SCAN_DNSSEC_OFF);
    run_end(&run);
    assert_refused("resolve names --dnssec yes", ERR_SYNTAX,
                   "--dnssec: 'yes' is none of auto, on, off");
}

static void shares_of_unresolved_are_counts_or_percent(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --allow-unresolved 2k");
    assert_false(run.params->unresolved_allowed_is_percent);
    assert_true((int)run.params->unresolved_allowed == 2000);
    run_end(&run);
    run_ok(&run, "resolve names --allow-unresolved 50%");
    assert_true(run.params->unresolved_allowed_is_percent);
    assert_true((int)run.params->unresolved_allowed == 50);
    run_end(&run);
    assert_refused("resolve names --allow-unresolved 101%", ERR_SYNTAX,
                   "--allow-unresolved: '101%' is not a share from 0% to 100%");
    assert_refused("resolve names --allow-unresolved %", ERR_SYNTAX,
                   "--allow-unresolved: '%' is not a share from 0% to 100%");
}

static void files_written_are_files(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --stats s.json --unresolved u --split dir --progress json");
    assert_string_equal(run.params->stats_path, "s.json");
    assert_string_equal(run.params->unresolved_path, "u");
    assert_string_equal(run.params->split_dir, "dir");
    assert_int_equal(run.params->progress, SCAN_PROGRESS_JSON);
    run_end(&run);
    assert_refused("resolve names --stats -", ERR_SYNTAX,
                   "--stats: takes a file; stdout is for results");
    assert_refused("resolve names --unresolved -", ERR_SYNTAX,
                   "--unresolved: takes a file; stdout is for results");
    assert_refused("resolve names --output=", ERR_SYNTAX, "--output: an empty file name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_what_help_says),
        cmocka_unit_test(numbers_reach_the_params),
        cmocka_unit_test(numbers_outside_their_range_are_refused),
        cmocka_unit_test(limits_themselves_are_taken),
        cmocka_unit_test(types_keep_their_order_and_come_once),
        cmocka_unit_test(types_are_bounded),
        cmocka_unit_test(types_that_are_none_are_refused_with_the_reason),
        cmocka_unit_test(resolvers_are_addresses_or_files),
        cmocka_unit_test(own_and_direct_are_flags),
        cmocka_unit_test(trusted_resolvers_are_a_list_of_their_own),
        cmocka_unit_test(word_lists_must_be_readable),
        cmocka_unit_test(what_massdns_calls_a_format_is_no_file),
        cmocka_unit_test(stdin_has_one_reader),
        cmocka_unit_test(formats_are_words_and_peers_words_are_explained),
        cmocka_unit_test(verdicts_are_shown_as_asked),
        cmocka_unit_test(what_is_not_built_is_refused),
        cmocka_unit_test(proofs_are_asked_for_as_told),
        cmocka_unit_test(shares_of_unresolved_are_counts_or_percent),
        cmocka_unit_test(files_written_are_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
