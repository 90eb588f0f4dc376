// SPDX-License-Identifier: BSD-2-Clause
/* cmd/axfr.c and its setters: what it means when it is not given, and what is refused. */
#include "fixture.h"

static void what_holds_when_nothing_is_given(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "axfr Example.com.");
    assert_int_equal(run.params->command, SCAN_TRANSFER);
    assert_int_equal(run.params->pattern_count, 1);
    assert_string_equal(run.params->outputs[0].format, "zone");
    assert_int_equal(run.params->transfer_wait, 10 * NS_PER_S);
    assert_int_equal(run.params->tls_port, 853);
    assert_int_equal(run.params->records_max, 20000000);
    assert_int_equal(run.params->octets_max, 4000000000);
    assert_false(run.params->tls || run.params->has_tsig || run.params->has_ixfr);
    run_end(&run);
}

static void what_is_given_holds(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "axfr -d a.example,b.example c.example @192.0.2.1 --server ns.example:5 --timeout "
                 "2s --port 54 --tls --tls-host NS.example. --tls-ca names --ixfr 4294967295 -f "
                 "names --max-records 5 --max-size 2k");
    assert_int_equal(run.params->pattern_count, 3);
    assert_list(&run.params->servers, "ns.example:5 192.0.2.1");
    assert_int_equal(run.params->transfer_wait, 2 * NS_PER_S);
    assert_int_equal(run.params->tls_port, 54);
    assert_true(run.params->tls);
    assert_string_equal(run.params->tls_host, "ns.example");
    assert_string_equal(run.params->tls_ca, "names");
    assert_true(run.params->has_ixfr);
    assert_int_equal(run.params->ixfr_serial, 4294967295u);
    assert_string_equal(run.params->outputs[0].format, "names");
    assert_int_equal(run.params->records_max, 5);
    assert_int_equal(run.params->octets_max, 2000);
    run_end(&run);
}

static void a_format_of_the_configuration_may_be_anothers(void **state)
{
    struct run run;
    (void)state;
    pretended_config = "format = csv\n";
    run_ok(&run, "axfr example.com");
    assert_string_equal(run.params->outputs[0].format, "zone");
    run_end(&run);
    pretended_config = "format = ndjson\n";
    run_ok(&run, "axfr example.com");
    assert_string_equal(run.params->outputs[0].format, "ndjson");
    run_end(&run);
    pretended_config = NULL;
    assert_refused("axfr -f csv example.com", ERR_SYNTAX,
                   "--format: axfr writes zone, names, text or ndjson, not csv");
}

static void expect_key(const char *line, const char *name, const char *algorithm)
{
    struct run run;
    char text[NAME_TEXT_MAX];
    run_ok(&run, line);
    assert_true(run.params->has_tsig);
    name_to_text(run.params->tsig.name.wire, text);
    assert_string_equal(text, name);
    assert_string_equal(run.params->tsig.algorithm->text, algorithm);
    run_end(&run);
    assert_int_equal(run.setup.params.tsig.secret_len, 0); /* nothing is left of it */
}

static void keys_come_from_text_or_file(void **state)
{
    (void)state;
    expect_key("axfr -y my.key:c2VjcmV0 z.example", "my.key", "hmac-sha256");
    expect_key("axfr --tsig hmac-sha1:my.key:c2VjcmV0 z.example", "my.key", "hmac-sha1");
    expect_key("axfr -k key z.example", "file.key", "hmac-sha512");
    pretended_config = "tsig = my.key:c2VjcmV0\n";
    expect_key("axfr z.example", "my.key", "hmac-sha256");
    expect_key("axfr -k key z.example", "file.key", "hmac-sha512");
    pretended_config = "tsig-file = key\n";
    expect_key("axfr -y my.key:c2VjcmV0 z.example", "my.key", "hmac-sha256");
    pretended_config = NULL;
    assert_refused("axfr -y k:AAAA -k key z.example", ERR_SYNTAX, "-y and -k exclude each other");
}

/* The configuration's is meant for scans. */
static void connections_are_64_at_most(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "axfr -c 64 z.example");
    run_end(&run);
    assert_refused("axfr -c 65 z.example", ERR_RANGE, "--in-flight: '65' is out of range: 1 to 64");
    pretended_config = "in-flight = 65\n";
    run_ok(&run, "axfr z.example");
    run_end(&run);
    pretended_config = NULL;
}

static void bad_keys_are_refused_without_their_secret(void **state)
{
    (void)state;
    assert_refused("axfr -y k:s3cret z.example", ERR_SYNTAX,
                   "-y: the secret is not base64, or too long; a key is [ALG:]NAME:SECRET, "
                   "with the secret in base64");
    assert_refused("axfr -k names z.example", ERR_SYNTAX,
                   "-k: names: no colon between name and secret");
    assert_refused("axfr -k pipe z.example", ERR_RANGE,
                   "-k: pipe: others may read it; chmod 600 it");
    assert_refused("axfr -k nowhere z.example", ERR_IO, "-k: nowhere: No such file or directory");
}

/* LINE as it would be recorded. */
static void expect_recorded(const char *line, const char *recorded)
{
    struct run run;
    run_ok(&run, line);
    assert_string_equal(run.params->command_line, recorded);
    run_end(&run);
}

static void keys_are_not_recorded(void **state)
{
    (void)state;
    expect_recorded("axfr -y k:AAAA -q z.example", "dnstrawl axfr -y '[key]' -q z.example");
    expect_recorded("axfr -yk:AAAA z.example", "dnstrawl axfr '-y[key]' z.example");
    expect_recorded("axfr -4yk:AAAA z.example", "dnstrawl axfr '-y[key]' z.example");
    expect_recorded("axfr -4y k:AAAA z.example", "dnstrawl axfr -4y '[key]' z.example");
    expect_recorded("axfr --tsig=k:AAAA z.example", "dnstrawl axfr '--tsig=[key]' z.example");
    expect_recorded("axfr --tsig k:AAAA z.example", "dnstrawl axfr --tsig '[key]' z.example");
    expect_recorded("axfr -rsystem -ofly z.example", "dnstrawl axfr -rsystem -ofly z.example");
    expect_recorded("resolve -rsystem -d a.example", "dnstrawl resolve -rsystem -d a.example");
}

static void what_is_no_zone_is_refused(void **state)
{
    (void)state;
    assert_refused("axfr -q", ERR_SYNTAX, "no zone given");
    assert_refused("axfr @192.0.2.1", ERR_SYNTAX, "no zone given");
    assert_refused("axfr a-FUZZ.example", ERR_SYNTAX,
                   "'a-FUZZ.example': a zone has no place for words (FUZZ or *)");
    assert_refused("axfr FUZZ.example", ERR_SYNTAX,
                   "'FUZZ.example': a zone has no place for words (FUZZ or *)");
    assert_refused("walk -d z.example,*", ERR_SYNTAX,
                   "'*': a zone has no place for words (FUZZ or *)");
    assert_refused("bench -d www.FUZZ.example 192.0.2.1", ERR_SYNTAX,
                   "'www.FUZZ.example': a zone has no place for words (FUZZ or *)");
    struct run run;
    run_ok(&run, "axfr *.z.example"); /* as lists have it */
    assert_int_equal(run.params->pattern_count, 1);
    run_end(&run);
    assert_refused("axfr names", ERR_SYNTAX, "'names' is a file; did you mean -d?");
    assert_refused("axfr 192.0.2.1", ERR_SYNTAX, "'192.0.2.1' is an address, not a domain");
    assert_refused("axfr -", ERR_SYNTAX, "a list of domains on stdin is given as -d -");
}

static void what_goes_with_tls_needs_it(void **state)
{
    struct run run;
    (void)state;
    assert_refused("axfr --tls-host a.example z.example", ERR_SYNTAX,
                   "--tls-ca and --tls-host go with --tls");
    pretended_config = "tls-host = a.example\n";
    run_ok(&run, "axfr z.example");
    run_end(&run);
    pretended_config = NULL;
    assert_refused("axfr --tls --tls-ca nowhere z.example", ERR_IO,
                   "--tls-ca: nowhere: No such file or directory");
    assert_refused("axfr --tls --tls-host . z.example", ERR_SYNTAX,
                   "--tls-host: '.' is not a host name");
}

static void numbers_have_bounds(void **state)
{
    (void)state;
    assert_refused("axfr --ixfr 4294967296 z.example", ERR_SYNTAX,
                   "--ixfr: '4294967296' is not a serial (a whole number below 2^32)");
    assert_refused("axfr --ixfr 1k z.example", ERR_SYNTAX,
                   "--ixfr: '1k' is not a serial (a whole number below 2^32)");
    struct run run;
    assert_int_not_equal(run_begin(&run, "axfr --max-records 0 z.example"), 0);
    run_end(&run);
    assert_int_not_equal(run_begin(&run, "axfr --max-size 2000000g z.example"), 0);
    run_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_when_nothing_is_given),
        cmocka_unit_test(what_is_given_holds),
        cmocka_unit_test(a_format_of_the_configuration_may_be_anothers),
        cmocka_unit_test(keys_come_from_text_or_file),
        cmocka_unit_test(connections_are_64_at_most),
        cmocka_unit_test(bad_keys_are_refused_without_their_secret),
        cmocka_unit_test(keys_are_not_recorded),
        cmocka_unit_test(what_is_no_zone_is_refused),
        cmocka_unit_test(what_goes_with_tls_needs_it),
        cmocka_unit_test(numbers_have_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
