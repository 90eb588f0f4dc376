// SPDX-License-Identifier: BSD-2-Clause
/* cmd/brute.c: domains as arguments and lists. */
#include "fixture.h"

#include "dns/name.h"

/* "before|after|zone before|after|zone". */
static void assert_patterns(const struct scan_params *params, const char *expected)
{
    char all[2048] = "", zone[NAME_TEXT_MAX];
    size_t len = 0;
    for (size_t i = 0; i < params->pattern_count; i++) {
        name_to_text(params->patterns[i].zone.wire, zone);
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s|%s|%s", i ? " " : "",
                                params->patterns[i].before, params->patterns[i].after, zone);
    }
    assert_string_equal(all, expected);
}

static void domains_become_patterns(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute Example.com. api-FUZZ.example.org -d c.example,d.example -w words");
    assert_int_equal(run.params->command, SCAN_BRUTE);
    assert_patterns(run.params, "||example.com api-||example.org ||c.example ||d.example");
    assert_list(&run.params->word_files, "words");
    run_end(&run);
}

static void without_words_the_built_in_list_is_meant(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute example.com");
    assert_int_equal(run.params->word_files.count, 0);
    run_end(&run);
}

static void repeated_domains_are_merged(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute example.com EXAMPLE.com. *.example.com FUZZ.example.com a-*.example.com");
    assert_patterns(run.params, "||example.com a-||example.com");
    run_end(&run);
}

static void lists_pass_over_bad_lines(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute -d domains -d pipe");
    assert_patterns(run.params, "||one.example ||two.example ||piped.example");
    run_end(&run);
    run_ok(&run, "brute -d -");
    assert_patterns(run.params, "||stdin.example");
    run_end(&run);
}

static void an_empty_list_is_a_run_with_nothing_to_do(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute -d empty");
    assert_int_equal(run.params->pattern_count, 0);
    run_end(&run);
}

static void urls_give_their_host(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute https://www.example.com:8443/login -d http://FUZZ.example.org/");
    assert_patterns(run.params, "||www.example.com ||example.org");
    run_end(&run);
}

static void a_bad_argument_ends_it(void **state)
{
    (void)state;
    assert_refused("brute a..b", ERR_SYNTAX, "'a..b' is not a domain");
    assert_refused("brute -d x.example,a..b", ERR_SYNTAX, "'a..b' is not a domain");
    assert_refused("brute 192.0.2.1", ERR_SYNTAX, "'192.0.2.1' is an address, not a domain");
    assert_refused("brute https://192.0.2.1/", ERR_SYNTAX,
                   "'192.0.2.1' is an address, not a domain");
    assert_refused("brute @a..b x.example", ERR_SYNTAX,
                   "'a..b' is neither a name nor an address (ns1.example.com, 192.0.2.1:53)");
    assert_refused("brute @192.0.2.1", ERR_SYNTAX, "no domain given");
}

static void an_argument_with_an_at_sign_is_a_server(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute @NS1.example.com x.example @[::1]:5300 --server ns2,192.0.2.1");
    assert_patterns(run.params, "||x.example");
    assert_true(run.params->is_direct);
    assert_int_equal(run.params->servers.count, 4);
    assert_string_equal(run.params->servers.items[0], "ns2");
    assert_string_equal(run.params->servers.items[1], "192.0.2.1");
    assert_string_equal(run.params->servers.items[2], "NS1.example.com");
    assert_string_equal(run.params->servers.items[3], "[::1]:5300");
    run_end(&run);
    run_ok(&run, "resolve names @192.0.2.1");
    assert_int_equal(run.params->name_files.count, 1);
    assert_int_equal(run.params->servers.count, 1);
    run_end(&run);
}

static void a_file_as_argument_is_told_of_w_and_d(void **state)
{
    (void)state;
    assert_refused("brute words", ERR_SYNTAX, "'words' is a file; did you mean -w or -d?");
    assert_refused("brute missing.txt", ERR_SYNTAX,
                   "'missing.txt' is not a domain, and no such file is there");
    assert_refused("brute -", ERR_SYNTAX, "a list of domains on stdin is given as -d -");
}

static void a_domain_is_needed(void **state)
{
    (void)state;
    assert_refused("brute", ERR_SYNTAX, "no domain given");
    assert_refused("brute -w words", ERR_SYNTAX, "no domain given");
}

static void lists_that_cannot_be_read_are_fatal(void **state)
{
    (void)state;
    assert_refused("brute -d secret", ERR_IO, "secret: Permission denied");
    assert_refused("brute -d torn", ERR_IO, "torn: Input/output error");
}

static void words_and_domains_cannot_both_be_stdin(void **state)
{
    (void)state;
    assert_refused("brute -w - -d -", ERR_SYNTAX,
                   "stdin can be read once, and --wordlist reads it already");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_become_patterns),
        cmocka_unit_test(without_words_the_built_in_list_is_meant),
        cmocka_unit_test(repeated_domains_are_merged),
        cmocka_unit_test(lists_pass_over_bad_lines),
        cmocka_unit_test(an_empty_list_is_a_run_with_nothing_to_do),
        cmocka_unit_test(urls_give_their_host),
        cmocka_unit_test(a_bad_argument_ends_it),
        cmocka_unit_test(an_argument_with_an_at_sign_is_a_server),
        cmocka_unit_test(a_file_as_argument_is_told_of_w_and_d),
        cmocka_unit_test(a_domain_is_needed),
        cmocka_unit_test(lists_that_cannot_be_read_are_fatal),
        cmocka_unit_test(words_and_domains_cannot_both_be_stdin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
