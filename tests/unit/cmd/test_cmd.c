// SPDX-License-Identifier: BSD-2-Clause
/* cmd/cmd.c: commands, help, exit codes; what goes to stdout and what to stderr. */
#include "capture.h"

static int run_count;

enum scan_exit scan_run(const struct scan_params *params)
{
    run_count++;
    assert_non_null(params->command_line);
    return SCAN_EXIT_INCOMPLETE;
}

static struct captured got;

static void assert_usage(const char *line, const char *err)
{
    capture(&got, line);
    assert_int_equal(got.code, 2);
    assert_string_equal(got.out, "");
    assert_string_equal(got.err, err);
}

static void the_run_s_code_is_the_exit_code(void **state)
{
    (void)state;
    run_count = 0;
    capture(&got, "resolve names -q");
    assert_int_equal(got.code, 3);
    assert_int_equal(run_count, 1);
    capture(&got, "brute example.com -q");
    assert_int_equal(got.code, 3);
    assert_int_equal(run_count, 2);
}

static void mistakes_never_run(void **state)
{
    (void)state;
    run_count = 0;
    capture(&got, "resolve names --rate x");
    capture(&got, "resolve nowhere");
    capture(&got, "brute");
    capture(&got, "resolve --help");
    assert_int_equal(run_count, 0);
}

static void nothing_at_all_gets_short_help_on_stderr(void **state)
{
    (void)state;
    capture(&got, "");
    assert_int_equal(got.code, 2);
    assert_string_equal(got.out, "");
    assert_true(strncmp(got.err, "Usage: dnstrawl COMMAND", 23) == 0);
    capture(&got, "brute");
    assert_int_equal(got.code, 2);
    assert_non_null(strstr(got.err, "Usage: dnstrawl brute"));
    pretended_terminal = true;
    capture(&got, "resolve");
    assert_int_equal(got.code, 2);
    assert_true(strncmp(got.err, "Usage: dnstrawl resolve", 23) == 0);
    pretended_terminal = false;
}

static void help_and_version_go_to_stdout(void **state)
{
    static const char *const lines[] = {"--help", "-h", "resolve -h", "brute x --help",
                                        "completion --help"};
    static const char last[] =
        "Test only zones and resolvers that are yours or that you may test.\n";
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        capture(&got, lines[i]);
        assert_int_equal(got.code, 0);
        assert_string_equal(got.err, "");
        assert_true(strlen(got.out) > sizeof last);
        assert_string_equal(got.out + strlen(got.out) - strlen(last), last);
    }
    capture(&got, "--version");
    assert_int_equal(got.code, 0);
    assert_true(strncmp(got.out, "dnstrawl " DNSTRAWL_VERSION "\n", 10) == 0);
    assert_non_null(strstr(got.out, "xxHash"));
    capture(&got, "resolve --version");
    assert_int_equal(got.code, 0);
}

static void a_broken_configuration_does_not_hide_help(void **state)
{
    (void)state;
    pretended_config = "nonsense\n";
    capture(&got, "resolve --help");
    assert_int_equal(got.code, 0);
    capture(&got, "completion bash");
    assert_int_equal(got.code, 0);
    assert_usage("resolve names",
                 "dnstrawl: /home/nobody/.config/dnstrawl/config:1: expected `option = value`\n"
                 "dnstrawl: see `dnstrawl resolve --help`\n");
    pretended_config = NULL;
}

static void usage_errors_are_a_line_and_a_hint(void **state)
{
    (void)state;
    assert_usage("resolve names --rat 5", "dnstrawl: unknown option --rat; did you mean --rate?\n"
                                          "dnstrawl: see `dnstrawl resolve --help`\n");
    assert_usage("resolv names", "dnstrawl: unknown command 'resolv'; did you mean resolve?\n"
                                 "dnstrawl: see `dnstrawl --help`\n");
    assert_usage("xyzzy", "dnstrawl: unknown command 'xyzzy'\ndnstrawl: see `dnstrawl --help`\n");
    assert_usage("audit example.com",
                 "dnstrawl: audit is not built yet\ndnstrawl: see `dnstrawl --help`\n");
    assert_usage("massdns -r servers names",
                 "dnstrawl: massdns is not built yet\ndnstrawl: see `dnstrawl --help`\n");
    assert_usage("-q resolve", "dnstrawl: -q is not an option of dnstrawl; name the command first\n"
                               "dnstrawl: see `dnstrawl --help`\n");
    assert_usage("-- resolve", "dnstrawl: name a command first\ndnstrawl: see `dnstrawl --help`\n");
}

/* Under another program's name it must not take that program's options for ours. */
static void called_massdns_it_says_that_this_is_not_built(void **state)
{
    char *argv[] = {"/usr/bin/massdns", "resolve", "names", NULL};
    char *env[] = {NULL};
    (void)state;
    run_count = 0;
    log_init(LOG_ERROR, false);
    assert_int_equal(cmd_main(3, argv, env, &pretended_disk), 2);
    assert_int_equal(run_count, 0);
}

static void unreadable_files_are_exit_1_without_a_hint(void **state)
{
    (void)state;
    capture(&got, "resolve nowhere");
    assert_int_equal(got.code, 1);
    assert_string_equal(got.err, "dnstrawl: nowhere: No such file or directory\n");
}

static void peers_spellings_name_ours(void **state)
{
    static const struct {
        const char *typed, *ours;
    } spellings[] = {
        {"-silent", " -q"},       {"--silent", " -q"},     {"-json", " -f ndjson"},
        {"--json", " -f ndjson"}, {"-rl 5", " --rate"},    {"-l x", " --rate"},
        {"-retry 3", " --tries"}, {"-wt 5", " --threads"}, {"-t 100", " --threads"},
        {"-t 100", " -c "},
    };
    char line[64];
    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        snprintf(line, sizeof line, "resolve names %s", spellings[i].typed);
        capture(&got, line);
        assert_int_equal(got.code, 2);
        if (!strstr(got.err, spellings[i].ours))
            fail_msg("\"%s\" does not name%s: %s", line, spellings[i].ours, got.err);
    }
}

static void what_was_merged_or_passed_over_is_told(void **state)
{
    (void)state;
    capture(&got, "brute example.com -d domains -d one.example");
    assert_string_equal(got.err, "dnstrawl: domains:5: 'bad..name' is not a domain\n"
                                 "dnstrawl: domains given more than once are asked once: 2 "
                                 "merged\n");
    capture(&got, "brute https://u:secret@www.example.com/");
    assert_string_equal(got.err, "dnstrawl: a URL was given: its host www.example.com is used\n");
    capture(&got, "brute -q https://u:secret@www.example.com/");
    assert_string_equal(got.err, "");
}

static void control_bytes_in_arguments_never_reach_the_terminal(void **state)
{
    (void)state;
    capture(&got, "resolve names --\033[31m");
    assert_null(strchr(got.err, '\033'));
    capture(&got, "\033[31m");
    assert_null(strchr(got.err, '\033'));
    capture(&got, "brute a\033b.example");
    assert_null(strchr(got.err, '\033'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_run_s_code_is_the_exit_code),
        cmocka_unit_test(mistakes_never_run),
        cmocka_unit_test(nothing_at_all_gets_short_help_on_stderr),
        cmocka_unit_test(help_and_version_go_to_stdout),
        cmocka_unit_test(a_broken_configuration_does_not_hide_help),
        cmocka_unit_test(usage_errors_are_a_line_and_a_hint),
        cmocka_unit_test(called_massdns_it_says_that_this_is_not_built),
        cmocka_unit_test(unreadable_files_are_exit_1_without_a_hint),
        cmocka_unit_test(peers_spellings_name_ours),
        cmocka_unit_test(what_was_merged_or_passed_over_is_told),
        cmocka_unit_test(control_bytes_in_arguments_never_reach_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
