// SPDX-License-Identifier: BSD-2-Clause
/* base/opts.c: the command line, and handing values to setters. */
#include "opts_table.h"

static void check_args(const char *words, const char *expected)
{
    struct run run;
    run_begin(&run);
    if (run_args(&run, words) != 0)
        fail_msg("\"%s\" is refused: %s", words, run_message(&run));
    assert_seen(&run, expected);
    run_end(&run);
}

static void check_refused(const char *words, const char *message)
{
    struct run run;
    run_begin(&run);
    assert_int_equal(run_args(&run, words), ERR_SYNTAX);
    assert_string_equal(run_message(&run), message);
    run_end(&run);
}

static void values_follow_or_are_attached(void **state)
{
    (void)state;
    check_args("--rate 5", "format=names;rate=5;");
    check_args("--rate=5", "format=names;rate=5;");
    check_args("--rate=", "format=names;rate=;");
    check_args("--rate=a=b", "format=names;rate=a=b;");
    check_args("-f text", "format=text;");
    check_args("-ftext", "format=text;");
    check_args("-f -", "format=-;");
    check_args("-f -1", "format=-1;");
}

static void the_last_value_counts_and_lists_add_up(void **state)
{
    (void)state;
    check_args("-l a --list b -lc", "format=names;list=a;list=b;list=c;");
    check_args("-f a -f b", "format=a;format=b;");
}

static void flags_may_be_joined_and_counted(void **state)
{
    (void)state;
    check_args("-q", "format=names;quiet=1;");
    check_args("-vv", "format=names;verbose=2;");
    check_args("-v --verbose -v", "format=names;verbose=3;");
    check_args("-qvf text", "verbose=1;quiet=1;format=text;");
    check_args("-qftext", "quiet=1;format=text;");
}

static void arguments_may_stand_anywhere(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(run_args(&run, "one -q - --rate 5 two -- --rate -q"), 0);
    assert_int_equal(opts_argument_count(run.opts), 5);
    assert_string_equal(opts_argument(run.opts, 0), "one");
    assert_string_equal(opts_argument(run.opts, 1), "-");
    assert_string_equal(opts_argument(run.opts, 2), "two");
    assert_string_equal(opts_argument(run.opts, 3), "--rate");
    assert_string_equal(opts_argument(run.opts, 4), "-q");
    assert_seen(&run, "format=names;quiet=1;rate=5;");
    run_end(&run);
}

static void many_arguments_and_values_are_kept(void **state)
{
    struct run run;
    char *argv[200];
    (void)state;
    run_begin(&run);
    for (size_t i = 0; i < 200; i++)
        argv[i] = i % 2 ? "-q" : "word";
    assert_int_equal(opts_parse_args(run.opts, 200, argv, &run.why), 0);
    assert_int_equal(opts_argument_count(run.opts), 100);
    run_end(&run);
}

static void a_missing_value_is_told_with_what_it_is(void **state)
{
    (void)state;
    check_refused("--rate", "--rate needs a value: N");
    check_refused("-l", "-l needs a value: LIST");
    check_refused("-f --rate 5", "-f needs a value: FORMAT");
    check_refused("-f --", "-f needs a value: FORMAT");
}

static void a_flag_takes_no_value(void **state)
{
    (void)state;
    check_refused("--quiet=yes", "--quiet takes no value");
    check_refused("-q=1", "-q takes no value");
}

static void a_letter_takes_no_equals_sign(void **state)
{
    (void)state;
    check_refused("-f=text", "write -f FORMAT or --format=FORMAT");
}

static void unknown_options_get_the_nearest_name(void **state)
{
    (void)state;
    check_refused("--rat 5", "unknown option --rat; did you mean --rate?");
    check_refused("--formt=x", "unknown option --formt; did you mean --format?");
    check_refused("--xyzzy", "unknown option --xyzzy");
    check_refused("---rate", "unknown option ---rate; did you mean --rate?");
    check_refused("--=5", "unknown option --");
    check_refused("-z", "unknown option -z");
    check_refused("-qz", "unknown option -z in -qz");
}

static void names_are_never_abbreviated(void **state)
{
    (void)state;
    check_refused("--zone 5", "unknown option --zone; did you mean --zone-rate?");
    check_refused("--verb", "unknown option --verb; did you mean --verbose?");
}

static void long_names_behind_one_dash_are_refused(void **state)
{
    (void)state;
    check_refused("-rate 5", "unknown option -rate; did you mean --rate?");
    check_refused("-list=5", "unknown option -list; did you mean --list?");
    check_refused("-quiet", "unknown option -quiet; did you mean --quiet?");
    check_refused("-planned", "unknown option -planned; did you mean --planned?");
}

static void foreign_spellings_are_answered_with_ours(void **state)
{
    (void)state;
    check_refused("-silent", "-silent is another program's spelling; here it is -q");
    check_refused("--silent", "--silent is another program's spelling; here it is -q");
    check_refused("-rl 5", "-rl is another program's spelling; here it is --rate N");
    check_refused("-rl=5", "-rl is another program's spelling; here it is --rate N");
    check_refused("-x", "-x is another program's spelling; here it is -f text");
    check_refused("-qx", "-x is another program's spelling; here it is -f text");
    check_refused("--x", "unknown option --x");
}

static void what_is_planned_is_refused_by_name(void **state)
{
    (void)state;
    check_refused("--planned", "--planned is not built yet");
    check_refused("--planned=5", "--planned is not built yet");
}

static void options_of_another_command_are_refused(void **state)
{
    (void)state;
    check_refused("--other", "--other is not an option of alpha");
    check_refused("-o", "-o is not an option of alpha");
}

static void overlong_names_are_shown_cut(void **state)
{
    struct run run;
    char word[3000];
    char *argv[] = {word};
    (void)state;
    memset(word, 'a', sizeof word);
    memcpy(word, "--", 2);
    word[sizeof word - 1] = '\0';
    run_begin(&run);
    assert_int_equal(opts_parse_args(run.opts, 1, argv, &run.why), ERR_SYNTAX);
    assert_true(strlen(run_message(&run)) < 80);
    text_clear(&run.why);
    word[1] = 'a';
    assert_int_equal(opts_parse_args(run.opts, 1, argv, &run.why), ERR_SYNTAX);
    assert_true(strlen(run_message(&run)) < 80);
    run_end(&run);
}

static void parsing_stops_at_help(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(run_args(&run, "-q --help --no-such-option"), 0);
    assert_non_null(opts_stopped_at(run.opts));
    assert_string_equal(opts_stopped_at(run.opts)->name, "help");
    run_end(&run);
    run_begin(&run);
    assert_int_equal(run_args(&run, "-qhz"), 0);
    assert_non_null(opts_stopped_at(run.opts));
    run_end(&run);
    run_begin(&run);
    assert_int_equal(run_args(&run, "-q"), 0);
    assert_null(opts_stopped_at(run.opts));
    run_end(&run);
}

static void a_setter_s_error_names_the_option_as_typed(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(run_args(&run, "--rate bad"), 0);
    assert_int_equal(opts_apply(run.opts, &run.seen, &run.why), ERR_SYNTAX);
    assert_string_equal(run_message(&run), "--rate: 'bad' is not a number");
    run_end(&run);
    run_begin(&run);
    assert_int_equal(run_args(&run, "--rate mute"), 0);
    assert_int_equal(opts_apply(run.opts, &run.seen, &run.why), ERR_RANGE);
    assert_true(strncmp(run_message(&run), "--rate: ", 8) == 0);
    assert_true(strlen(run_message(&run)) > 8);
    run_end(&run);
}

static void origins_are_known(void **state)
{
    struct run run;
    (void)state;
    run_begin(&run);
    assert_int_equal(run_args(&run, "-q"), 0);
    assert_int_equal(opts_origin(run.opts, "quiet"), OPT_FROM_ARGS);
    assert_int_equal(opts_origin(run.opts, "format"), OPT_FROM_PRESET);
    assert_int_equal(opts_origin(run.opts, "rate"), OPT_FROM_NOWHERE);
    assert_int_equal(opts_origin(run.opts, "nonsense"), OPT_FROM_NOWHERE);
    run_end(&run);
}

/* Which program's spelling it is follows from the command. */
static void foreign_spellings_are_those_of_the_command(void **state)
{
    struct run run = {0};
    (void)state;
    assert_int_equal(opts_create(&run.opts, &table, CMD_B, "beta"), 0);
    assert_int_equal(run_args(&run, "-x"), ERR_SYNTAX);
    assert_string_equal(run_message(&run),
                        "-x is another program's spelling; here it is an argument");
    run_end(&run);
}

/* -q and -l are no options of beta, which --rate is. */
static void an_answer_that_the_command_does_not_have_is_none(void **state)
{
    static const struct {
        const char *words, *message;
    } cases[] = {{"--silent", "unknown option --silent"},
                 {"-silent", "unknown option -s in -silent"},
                 {"-rl 5", "-rl is another program's spelling; here it is --rate N"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run run = {0};
        assert_int_equal(opts_create(&run.opts, &table, CMD_B, "beta"), 0);
        assert_int_equal(run_args(&run, cases[i].words), ERR_SYNTAX);
        assert_string_equal(run_message(&run), cases[i].message);
        run_end(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_spellings_are_those_of_the_command),
        cmocka_unit_test(an_answer_that_the_command_does_not_have_is_none),
        cmocka_unit_test(values_follow_or_are_attached),
        cmocka_unit_test(the_last_value_counts_and_lists_add_up),
        cmocka_unit_test(flags_may_be_joined_and_counted),
        cmocka_unit_test(arguments_may_stand_anywhere),
        cmocka_unit_test(many_arguments_and_values_are_kept),
        cmocka_unit_test(a_missing_value_is_told_with_what_it_is),
        cmocka_unit_test(a_flag_takes_no_value),
        cmocka_unit_test(a_letter_takes_no_equals_sign),
        cmocka_unit_test(unknown_options_get_the_nearest_name),
        cmocka_unit_test(names_are_never_abbreviated),
        cmocka_unit_test(long_names_behind_one_dash_are_refused),
        cmocka_unit_test(foreign_spellings_are_answered_with_ours),
        cmocka_unit_test(what_is_planned_is_refused_by_name),
        cmocka_unit_test(options_of_another_command_are_refused),
        cmocka_unit_test(overlong_names_are_shown_cut),
        cmocka_unit_test(parsing_stops_at_help),
        cmocka_unit_test(a_setter_s_error_names_the_option_as_typed),
        cmocka_unit_test(origins_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
