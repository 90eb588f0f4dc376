// SPDX-License-Identifier: BSD-2-Clause
/* cmd/setup.c: what depends on several options, lists. */
#include "fixture.h"

static void equals_that_contradict_are_refused(void **state)
{
    (void)state;
    assert_refused("resolve names -46", ERR_SYNTAX, "-4 and -6 exclude each other");
    assert_refused("resolve names -q -v", ERR_SYNTAX, "-q and -v exclude each other");
    const char *direct = "--trusted is about resolvers, and --direct asks the zones' own servers";
    assert_refused("resolve names --direct --trusted ::1", ERR_SYNTAX, direct);
    assert_refused("resolve names --server ns.example --trusted ::1", ERR_SYNTAX, direct);
    assert_refused("resolve names @ns.example --trusted ::1", ERR_SYNTAX, direct);
    assert_refused("resolve names --no-trust --trusted ::1", ERR_SYNTAX,
                   "--trusted and --no-trust exclude each other");
}

static void the_higher_origin_wins_a_contradiction(void **state)
{
    struct run run;
    (void)state;
    pretended_config = "ipv4 = yes\nquiet = yes\nall = yes\n";
    run_ok(&run, "resolve names");
    assert_true(run.params->only_v4);
    assert_true(run.params->quiet);
    assert_true(run.params->show[VERDICT_NXDOMAIN]);
    run_end(&run);
    run_ok(&run, "resolve names -6 -v --show nodata");
    assert_false(run.params->only_v4);
    assert_true(run.params->only_v6);
    assert_false(run.params->quiet);
    assert_false(run.params->show[VERDICT_NXDOMAIN]);
    assert_true(run.params->show[VERDICT_NODATA]);
    assert_false(run.params->show[VERDICT_FOUND]);
    run_end(&run);
    pretended_config = "trusted = 192.0.2.1\n";
    run_ok(&run, "resolve names --direct");
    assert_true(run.params->is_direct);
    assert_int_equal(run.params->trusted.count, 0);
    run_end(&run);
    run_ok(&run, "resolve names @192.0.2.1");
    assert_true(run.params->is_direct);
    assert_int_equal(run.params->trusted.count, 0);
    run_end(&run);
    run_ok(&run, "resolve names --no-trust");
    assert_true(run.params->no_trust);
    assert_int_equal(run.params->trusted.count, 0);
    run_end(&run);
    pretended_config = "no-trust = yes\n";
    pretended_config = "server = ns.example\n";
    run_ok(&run, "resolve names --trusted 192.0.2.1");
    assert_false(run.params->is_direct);
    assert_int_equal(run.params->servers.count, 0);
    run_end(&run);
    run_ok(&run, "resolve names --trusted 192.0.2.1");
    assert_false(run.params->no_trust);
    assert_list(&run.params->trusted, "192.0.2.1");
    run_end(&run);
    pretended_config = NULL;
}

static void the_source_address_must_fit_the_family(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --bind 127.0.0.1 -4");
    assert_string_equal(run.params->bind_address, "127.0.0.1");
    run_end(&run);
    run_ok(&run, "resolve names --bind ::1"); /* resolvers of the other family are left out */
    assert_true(run.params->only_v6);
    assert_false(run.params->only_v4);
    run_end(&run);
    assert_refused("resolve names --bind ::1 -4", ERR_SYNTAX, "--bind ::1 does not go with -4");
    assert_refused("resolve names --bind 127.0.0.1 -6", ERR_SYNTAX,
                   "--bind 127.0.0.1 does not go with -6");
}

static void configuration_that_was_read_is_told(void **state)
{
    struct run run;
    (void)state;
    pretended_config = "rate = 5\n";
    run_ok(&run, "resolve names");
    assert_int_equal(run.params->rate_qps, 5);
    assert_string_equal(run.params->config_read, "/home/nobody/.config/dnstrawl/config");
    run_end(&run);
    pretended_config = "rate = x\n";
    assert_refused("resolve names", ERR_SYNTAX,
                   "/home/nobody/.config/dnstrawl/config:1: rate: 'x' is not a number (250, 10k, "
                   "2m)");
    pretended_config = NULL;
}

static void scope_lists_are_items_or_files(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names --scope *.Example.com,www.example.org. --exclude scope");
    assert_list(&run.params->scope, "*.example.com www.example.org");
    assert_list(&run.params->exclude, "*.in.example x.example");
    run_end(&run);
    run_ok(&run, "resolve names --exclude -");
    assert_list(&run.params->exclude, "stdin.example");
    run_end(&run);
    assert_refused("resolve names --scope *.*.example", ERR_SYNTAX,
                   "--scope: '*.*.example' is neither a name nor *.suffix");
    assert_refused("resolve names --scope *", ERR_SYNTAX,
                   "--scope: '*' is neither a name nor *.suffix");
    assert_refused("resolve names --exclude missing.txt", ERR_SYNTAX,
                   "--exclude: missing.txt: no such file");
    assert_refused("resolve names --exclude secret", ERR_IO,
                   "--exclude: secret: Permission denied");
    assert_refused("resolve names --exclude torn", ERR_IO, "--exclude: torn: Input/output error");
    run_ok(&run, "resolve names --exclude empty");
    assert_int_equal(run.params->exclude.count, 0);
    run_end(&run);
    assert_refused("resolve names --scope empty", ERR_SYNTAX,
                   "--scope: no name in the list, so nothing may be asked");
    assert_refused("resolve names --scope - --exclude -", ERR_SYNTAX,
                   "--exclude: stdin can be read once, and --scope reads it already");
}

static void a_folder_called_as_the_domain_is_no_list(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve -d folder");
    assert_list(&run.params->names, "folder");
    run_end(&run);
}

static void the_command_line_is_quoted_where_a_shell_needs_it(void **state)
{
    struct setup setup;
    char *argv[] = {"*.example.com", "-o", "a b", "it's", "", "--rate=10k"};
    (void)state;
    setup_init(&setup, &pretended_disk);
    assert_int_equal(setup_command_line(&setup, "brute", 6, argv), 0);
    assert_string_equal(setup.params.command_line,
                        "dnstrawl brute '*.example.com' -o 'a b' 'it'\\''s' '' --rate=10k");
    setup_deinit(&setup);
}

static void random_seeds_fit_a_json_number(void **state)
{
    struct run one, two;
    (void)state;
    run_ok(&one, "resolve names");
    run_ok(&two, "resolve names");
    assert_true(one.params->seed < UINT64_C(1) << 53);
    assert_true(one.params->seed != two.params->seed);
    run_end(&one);
    run_end(&two);
}

static int prepare_with(const char *variable, struct run *run)
{
    static char *argv[] = {"names"};
    memset(run, 0, sizeof *run);
    run->env[0] = (char *)(uintptr_t)variable;
    return cmd_prepare(&cmd_resolve, 1, argv, run->env, &pretended_disk, &run->opts, &run->setup,
                       &run->why);
}

static void color_is_off_where_it_is_not_wanted(void **state)
{
    struct run run;
    (void)state;
    assert_int_equal(prepare_with("NO_COLOR=1", &run), 0);
    assert_int_equal(run.setup.params.color, SCAN_COLOR_NEVER);
    run_end(&run);
    assert_int_equal(prepare_with("NO_COLOR=", &run), 0);
    assert_int_equal(run.setup.params.color, SCAN_COLOR_AUTO);
    run_end(&run);
    assert_int_equal(prepare_with("TERM=dumb", &run), 0);
    assert_int_equal(run.setup.params.color, SCAN_COLOR_NEVER);
    run_end(&run);
    assert_int_equal(prepare_with("DNSTRAWL_COLOR=always", &run), 0);
    assert_int_equal(run.setup.params.color, SCAN_COLOR_ALWAYS);
    run_end(&run);
}

static void parts_are_trimmed_and_never_empty(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve -d a.example,b.example");
    assert_list(&run.params->names, "a.example b.example");
    run_end(&run);
    assert_refused("resolve -d a.example,", ERR_SYNTAX, "an empty item in the list");
    assert_refused("resolve -d ,a.example", ERR_SYNTAX, "an empty item in the list");
    assert_refused("resolve --domains=", ERR_SYNTAX, "an empty item in the list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_that_contradict_are_refused),
        cmocka_unit_test(the_higher_origin_wins_a_contradiction),
        cmocka_unit_test(the_source_address_must_fit_the_family),
        cmocka_unit_test(configuration_that_was_read_is_told),
        cmocka_unit_test(scope_lists_are_items_or_files),
        cmocka_unit_test(a_folder_called_as_the_domain_is_no_list),
        cmocka_unit_test(the_command_line_is_quoted_where_a_shell_needs_it),
        cmocka_unit_test(random_seeds_fit_a_json_number),
        cmocka_unit_test(color_is_off_where_it_is_not_wanted),
        cmocka_unit_test(parts_are_trimmed_and_never_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
