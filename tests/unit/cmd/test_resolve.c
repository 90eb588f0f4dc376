// SPDX-License-Identifier: BSD-2-Clause
/* cmd/resolve.c: files, single names, stdin. */
#include "fixture.h"

static void arguments_are_files_and_d_gives_names(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names pipe -d a.example,B.example. -d domains");
    assert_int_equal(run.params->command, SCAN_RESOLVE);
    assert_list(&run.params->name_files, "names pipe domains");
    assert_list(&run.params->names, "a.example B.example.");
    assert_string_equal(run.params->command_line,
                        "dnstrawl resolve names pipe -d a.example,B.example. -d domains");
    run_end(&run);
}

static void urls_and_addresses_are_names_too(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve -t PTR -d https://www.example.com/x,192.0.2.0/24,2001:db8::/120");
    assert_list(&run.params->names, "www.example.com 192.0.2.0/24 2001:db8::/120");
    run_end(&run);
}

static void a_name_as_argument_is_told_of_d(void **state)
{
    (void)state;
    assert_refused("resolve example.com", ERR_SYNTAX,
                   "example.com: no such file; for single names use -d example.com");
    assert_refused("resolve 192.0.2.0/24", ERR_SYNTAX,
                   "192.0.2.0/24: no such file; for single names use -d 192.0.2.0/24");
    assert_refused("resolve https://x.example/", ERR_SYNTAX,
                   "https://x.example/: no such file; for single names use -d https://x.example/");
}

static void files_that_cannot_be_read_are_fatal(void **state)
{
    (void)state;
    assert_refused("resolve --domains=a.example --from=", ERR_SYNTAX, "--from: an empty file name");
    assert_refused("resolve nowhere", ERR_IO, "nowhere: No such file or directory");
    assert_refused("resolve a/b.example", ERR_IO, "a/b.example: No such file or directory");
    assert_refused("resolve missing.txt", ERR_IO, "missing.txt: No such file or directory");
    assert_refused("resolve folder", ERR_IO, "folder: Is a directory");
    assert_refused("resolve folder.example", ERR_IO, "folder.example: Is a directory");
    assert_refused("resolve names secret", ERR_IO, "secret: Permission denied");
}

static void a_missing_list_is_not_taken_for_a_name(void **state)
{
    (void)state;
    assert_refused("resolve -d missing.txt", ERR_SYNTAX, "missing.txt: no such file");
}

static void without_input_a_pipe_is_read_and_a_terminal_gets_help(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve");
    assert_list(&run.params->name_files, "-");
    run_end(&run);
    pretended_terminal = true;
    assert_int_equal(run_begin(&run, "resolve --rate 5"), CMD_SHORT_HELP);
    run_end(&run);
    run_ok(&run, "resolve -");
    assert_list(&run.params->name_files, "-");
    run_end(&run);
    pretended_terminal = false;
}

static void stdin_is_read_once(void **state)
{
    (void)state;
    assert_refused("resolve - -", ERR_SYNTAX,
                   "stdin can be read once, and the argument - reads it already");
    assert_refused("resolve - -d -", ERR_SYNTAX,
                   "stdin can be read once, and the argument - reads it already");
    assert_refused("resolve --exclude -", ERR_SYNTAX,
                   "stdin can be read once, and --exclude reads it already");
    pretended_terminal = true;
    assert_refused("resolve --exclude -", ERR_SYNTAX,
                   "stdin can be read once, and --exclude reads it already");
    pretended_terminal = false;
}

static void word_lists_are_for_depth(void **state)
{
    (void)state;
    assert_refused("resolve names -w words", ERR_SYNTAX,
                   "resolve takes names; -w goes with --depth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_files_and_d_gives_names),
        cmocka_unit_test(urls_and_addresses_are_names_too),
        cmocka_unit_test(a_name_as_argument_is_told_of_d),
        cmocka_unit_test(files_that_cannot_be_read_are_fatal),
        cmocka_unit_test(a_missing_list_is_not_taken_for_a_name),
        cmocka_unit_test(without_input_a_pipe_is_read_and_a_terminal_gets_help),
        cmocka_unit_test(stdin_is_read_once),
        cmocka_unit_test(word_lists_are_for_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
