// SPDX-License-Identifier: BSD-2-Clause
/* cmd/completion.c: every option and word is in each shell's script. */
#include "capture.h"

#include "cmd/options.h"

enum scan_exit scan_run(const struct scan_params *params)
{
    (void)params;
    fail();
    return SCAN_EXIT_FATAL;
}

static struct captured got;

static void scripts_hold_every_option(void **state)
{
    static const struct {
        const char *line, *format;
    } shells[] = {
        {"completion bash", "--%s "},
        {"completion zsh", "--%s"},
        {"completion fish", " -l %s "},
        {"completion table", "\t%s\t"},
    };
    char name[64];
    (void)state;
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        capture(&got, shells[i].line);
        assert_int_equal(got.code, 0);
        assert_string_equal(got.err, "");
        for (size_t j = 0; j < opts_count(&cmd_options); j++) {
            const struct opt *opt = opts_row(&cmd_options, j);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(name, sizeof name, shells[i].format, opt->name);
#pragma GCC diagnostic pop
            if (!strstr(got.out, name))
                fail_msg("\"%s\" lacks \"%s\"", shells[i].line, name);
            if (opt->values && !strstr(got.out, opt->values))
                fail_msg("\"%s\" lacks \"%s\"", shells[i].line, opt->values);
        }
    }
}

/* A command that takes fewer words is offered these, and a letter of two options is the
 * command's. */
static void words_are_those_of_the_command(void **state)
{
    (void)state;
    capture(&got, "completion bash");
    const char *axfr = strstr(got.out, "    'axfr -f' | 'axfr --format')\n"
                                       "        words='zone names text ndjson'\n");
    const char *any = strstr(got.out, "    *' -f' | *' --format')\n"
                                      "        words='names text ndjson massdns zone csv'\n");
    assert_true(axfr && any && axfr < any);
    assert_non_null(strstr(got.out, "    'crack -4' | *' --charset4')\n"));
    capture(&got, "completion fish");
    assert_non_null(
        strstr(got.out, "seen_subcommand_from crack' -s f -l format -x -a 'text ndjson'"));
    capture(&got, "completion table");
    assert_non_null(strstr(got.out, "bench\ttimeout\t-\tD\t2s\t-\n"));
}

/* What is no option has the right name, and hosts are offered where one is wanted. */
static void benchmarks_are_of_resolvers(void **state)
{
    (void)state;
    capture(&got, "completion zsh");
    const char *bench = strstr(got.out, "\n    bench)\n");
    assert_non_null(bench);
    const char *end = strstr(bench, ";;");
    const char *hosts = strstr(bench, "'*:resolver:_hosts'");
    assert_true(end && hosts && hosts < end);
    assert_non_null(strstr(got.out, "'*:domain: '"));
}

static void other_shells_are_a_usage_error(void **state)
{
    static const char *const lines[] = {"completion", "completion csh", "completion bash zsh"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        capture(&got, lines[i]);
        assert_int_equal(got.code, 2);
        assert_string_equal(got.out, "");
        assert_true(strncmp(got.err, "dnstrawl: name one shell: bash, zsh or fish\n", 44) == 0);
    }
    capture(&got, "completion bash --rate 5");
    assert_int_equal(got.code, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_hold_every_option),
        cmocka_unit_test(words_are_those_of_the_command),
        cmocka_unit_test(benchmarks_are_of_resolvers),
        cmocka_unit_test(other_shells_are_a_usage_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
