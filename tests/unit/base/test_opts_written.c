// SPDX-License-Identifier: BSD-2-Clause
/* base/opts_written.c: environment, configuration file, and who outbids whom. */
#include "opts_table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int parse_config(struct run *run, const char *text)
{
    return opts_parse_config(run->opts, "file", text, strlen(text), &run->why);
}

static void check_config(const char *text, const char *expected)
{
    struct run run;
    run_begin(&run);
    if (parse_config(&run, text) != 0)
        fail_msg("\"%s\" is refused: %s", text, run_message(&run));
    assert_seen(&run, expected);
    run_end(&run);
}

static void check_config_refused(const char *text, const char *message)
{
    struct run run;
    run_begin(&run);
    assert_int_equal(parse_config(&run, text), ERR_SYNTAX);
    assert_string_equal(run_message(&run), message);
    run_end(&run);
}

static void check_env(const char *variable, const char *expected)
{
    struct run run;
    char *env[] = {"PATH=/bin", (char *)(uintptr_t)variable, NULL};
    run_begin(&run);
    if (opts_parse_env(run.opts, env, &run.why) != 0)
        fail_msg("\"%s\" is refused: %s", variable, run_message(&run));
    assert_seen(&run, expected);
    run_end(&run);
}

static void check_env_refused(const char *variable, const char *message)
{
    struct run run;
    char *env[] = {(char *)(uintptr_t)variable, NULL};
    run_begin(&run);
    assert_int_equal(opts_parse_env(run.opts, env, &run.why), ERR_SYNTAX);
    assert_string_equal(run_message(&run), message);
    run_end(&run);
}

static void configuration_is_option_equals_value(void **state)
{
    (void)state;
    check_config("", "format=names;");
    check_config("rate = 5\n", "format=names;rate=5;");
    check_config("rate=5", "format=names;rate=5;");
    check_config("\t rate\t=  5 \r\nlist = a b\r\n", "format=names;rate=5;list=a b;");
    check_config("list = a\nlist = b=c\n", "format=names;list=a;list=b=c;");
    check_config("\xef\xbb\xbfrate = 5\n", "format=names;rate=5;"); /* a byte order mark */
}

static void configuration_has_comments_and_blank_lines(void **state)
{
    (void)state;
    check_config("# one\n\n   \n  # two\nrate = 5 # three\n", "format=names;rate=5;");
    check_config("list = a#b\t# c # d", "format=names;list=a#b;");
}

static void configured_flags_are_yes_or_no(void **state)
{
    (void)state;
    check_config("quiet = yes", "format=names;quiet=1;");
    check_config("quiet = TRUE", "format=names;quiet=1;");
    check_config("quiet = off", "format=names;quiet=0;");
    check_config("verbose = 2", "format=names;verbose=2;");
    check_config_refused("quiet = 2", "file:1: quiet is a flag: yes or no");
    check_config_refused("verbose = 3", "file:1: verbose is a flag: yes or no");
}

static void options_of_other_commands_are_passed_over(void **state)
{
    (void)state;
    check_config("other = nonsense\nrate = 5\n", "format=names;rate=5;");
    check_env("TEST_OTHER=nonsense", "format=names;");
}

static void configuration_errors_name_file_and_line(void **state)
{
    (void)state;
    check_config_refused("\n\nrat = 5", "file:3: no option is called 'rat'; did you mean 'rate'?");
    check_config_refused("rate", "file:1: expected `option = value`");
    check_config_refused("rate = # x", "file:1: rate has no value");
    check_config_refused("= 5", "file:1: no option is called ''");
    check_config_refused("planned = 5", "file:1: planned is not built yet");
    check_config_refused("silent = yes",
                         "file:1: silent is another program's spelling; here it is -q");
    check_config_refused("help = yes", "file:1: help belongs on the command line");
    check_config_refused("f = text", "file:1: no option is called 'f'");
}

static void a_bad_configured_value_names_file_and_line(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(parse_config(&run, "# c\nrate = bad\n"), 0);
    assert_int_equal(opts_apply(run.opts, &run.seen, &run.why), ERR_SYNTAX);
    assert_string_equal(run_message(&run), "file:2: rate: 'bad' is not a number");
    run_end(&run);
}

static void a_nul_byte_is_refused(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(opts_parse_config(run.opts, "file", "rate\0= 5", 8, &run.why), ERR_SYNTAX);
    assert_string_equal(run_message(&run), "file:1: a NUL byte");
    run_end(&run);
}

static void variables_are_capitals_with_underscores(void **state)
{
    (void)state;
    check_env("TEST_RATE=5", "format=names;rate=5;");
    check_env("TEST_ZONE_RATE=5", "format=names;rate=5;");
    check_env("TEST_QUIET=1", "format=names;quiet=1;");
    check_env("TEST_RATE=", "format=names;");
    check_env("TEST_RATE", "format=names;");
    check_env("RATE=5", "format=names;");
    check_env("TEST_HELP=yes", "format=names;");
}

static void bad_variables_are_refused_by_name(void **state)
{
    struct run run;
    char *env[] = {"TEST_ZONE_RATE=bad", NULL};
    (void)state;
    check_env_refused("TEST_PLANNED=1", "TEST_PLANNED is not built yet");
    check_env_refused("TEST_QUIET=maybe", "TEST_QUIET is a flag: yes or no");
    run_begin(&run);
    assert_int_equal(opts_parse_env(run.opts, env, &run.why), 0);
    assert_int_equal(opts_apply(run.opts, &run.seen, &run.why), ERR_SYNTAX);
    assert_string_equal(run_message(&run), "TEST_ZONE_RATE: 'bad' is not a number");
    run_end(&run);
}

static void unknown_variables_are_warnings(void **state)
{
    struct run run;
    char *env[] = {"TEST_IMAGE=1",
                   "TEST_A_NAME_THAT_IS_LONGER_THAN_ANY_OPTION_COULD_EVER_BE_AND_THEN_SOME=1",
                   "TEST_=1", NULL};
    (void)state;
    run_begin(&run);
    assert_int_equal(opts_parse_env(run.opts, env, &run.why), 0);
    const struct text *warnings = opts_warnings(run.opts);
    const char first[] = "no option is called TEST_IMAGE: ignored\n";
    assert_true(warnings->len > strlen(first));
    assert_memory_equal(warnings->data, first, strlen(first));
    run_end(&run);
}

static void variables_of_another_program_are_passed_over(void **state)
{
    struct run run;
    char *env[] = {"TEST_LAB_RATE=bad", "TEST_LAB_IMAGE=1", NULL};
    (void)state;
    run_begin(&run);
    assert_int_equal(opts_parse_env(run.opts, env, &run.why), 0);
    assert_int_equal(opts_warnings(run.opts)->len, 0);
    assert_seen(&run, "format=names;");
    run_end(&run);
}

static void arguments_outbid_environment_outbids_configuration(void **state)
{
    struct run run;
    char *env[] = {"TEST_RATE=env", "TEST_LIST=e", NULL};
    (void)state;
    run_begin(&run);
    assert_int_equal(parse_config(&run, "rate = file\nlist = f\nlist = g\nformat = csv\n"), 0);
    assert_seen(&run, "rate=file;list=f;list=g;format=csv;");
    assert_int_equal(opts_parse_env(run.opts, env, &run.why), 0);
    assert_seen(&run, "format=csv;rate=env;list=e;");
    assert_int_equal(run_args(&run, "--rate args -l a -l b"), 0);
    assert_seen(&run, "format=csv;rate=args;list=a;list=b;");
    assert_int_equal(opts_origin(run.opts, "rate"), OPT_FROM_ARGS);
    assert_int_equal(opts_origin(run.opts, "format"), OPT_FROM_CONFIG);
    run_end(&run);
}

static void arguments_may_be_parsed_first(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(run_args(&run, "--rate args"), 0);
    assert_int_equal(parse_config(&run, "rate = bad\n"), 0);
    assert_seen(&run, "format=names;rate=args;");
    run_end(&run);
}

static void write_file(const char *path, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < len; i++)
        fputc('\n', file);
    assert_int_equal(fclose(file), 0);
}

static void files_are_read_up_to_their_limit(void **state)
{
    char folder[] = "/tmp/test_opts.XXXXXX", path[64];
    struct run run;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
    run_begin(&run);
    assert_int_equal(opts_read_config(run.opts, path, &run.why), 0);
    write_file(path, OPTS_CONFIG_MAX);
    assert_int_equal(opts_read_config(run.opts, path, &run.why), 1);
    write_file(path, OPTS_CONFIG_MAX + 1);
    assert_int_equal(opts_read_config(run.opts, path, &run.why), ERR_SYNTAX);
    assert_int_equal(run.why.data[run.why.len - 1], 'B'); /* "larger than 64 KiB" */
    text_clear(&run.why);
    assert_int_equal(opts_read_config(run.opts, folder, &run.why), ERR_IO);
    assert_non_null(strstr(run_message(&run), strerror(EISDIR)));
    run_end(&run);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configuration_is_option_equals_value),
        cmocka_unit_test(configuration_has_comments_and_blank_lines),
        cmocka_unit_test(configured_flags_are_yes_or_no),
        cmocka_unit_test(options_of_other_commands_are_passed_over),
        cmocka_unit_test(configuration_errors_name_file_and_line),
        cmocka_unit_test(a_bad_configured_value_names_file_and_line),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(variables_are_capitals_with_underscores),
        cmocka_unit_test(bad_variables_are_refused_by_name),
        cmocka_unit_test(unknown_variables_are_warnings),
        cmocka_unit_test(variables_of_another_program_are_passed_over),
        cmocka_unit_test(arguments_outbid_environment_outbids_configuration),
        cmocka_unit_test(arguments_may_be_parsed_first),
        cmocka_unit_test(files_are_read_up_to_their_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
