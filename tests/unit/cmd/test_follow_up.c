// SPDX-License-Identifier: BSD-2-Clause
/* cmd/follow_up.c: --depth, --permute, --from, and what goes with what. */
#include "fixture.h"

static void values_reach_the_params(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "brute example.com");
    assert_int_equal(run.params->depth, 0);
    assert_false(run.params->permutes);
    assert_int_equal(run.params->from_files.count, 0);
    run_end(&run);
    run_ok(&run, "brute -w words --depth 16 --permute --from names --from pipe example.com");
    assert_int_equal(run.params->depth, 16);
    assert_true(run.params->permutes);
    assert_list(&run.params->from_files, "names pipe");
    run_end(&run);
    run_ok(&run, "resolve names --depth=1 --permute --from - -w words");
    assert_int_equal(run.params->depth, 1);
    assert_list(&run.params->from_files, "-");
    assert_list(&run.params->word_files, "words");
    run_end(&run);
}

static void bad_values_are_refused(void **state)
{
    struct run run;
    (void)state;
    assert_int_equal(run_begin(&run, "brute --depth 17 example.com"), ERR_RANGE);
    run_end(&run);
    assert_int_equal(run_begin(&run, "brute --depth -1 example.com"), ERR_SYNTAX);
    run_end(&run);
    assert_int_equal(run_begin(&run, "brute --permute --from nowhere example.com"), ERR_IO);
    run_end(&run);
    assert_int_equal(run_begin(&run, "brute --permute --from folder example.com"), ERR_IO);
    run_end(&run);
    assert_int_equal(run_begin(&run, "resolve - --permute --from -"), ERR_SYNTAX);
    run_end(&run);
}

static void words_must_be_there_to_be_read_again(void **state)
{
    (void)state;
    assert_refused("brute --depth 1 -w pipe example.com", ERR_SYNTAX,
                   "--depth reads the words again and again, and pipe can be read once");
    assert_refused("brute -w words -w - --depth 1 example.com", ERR_SYNTAX,
                   "--depth reads the words again and again, and stdin can be read once");
    struct run run;
    run_ok(&run, "brute -w pipe --depth 0 --permute example.com");
    run_end(&run);
}

static void what_has_no_effect_is_refused_or_left_out(void **state)
{
    struct run run;
    (void)state;
    assert_refused("brute --from names example.com", ERR_SYNTAX, "--from goes with --permute");
    assert_refused("resolve names -w words", ERR_SYNTAX,
                   "resolve takes names; -w goes with --depth");
    pretended_config = "wordlist = words\nfrom = names\n";
    run_ok(&run, "resolve names");
    assert_int_equal(run.params->word_files.count, 0);
    assert_int_equal(run.params->from_files.count, 0);
    run_end(&run);
    run_ok(&run, "resolve names --depth 1 --permute");
    assert_list(&run.params->word_files, "words");
    assert_list(&run.params->from_files, "names");
    run_end(&run);
    pretended_config = NULL;
}

static void a_list_that_is_read_is_not_overwritten(void **state)
{
    (void)state;
    assert_refused("brute --permute --from names -o names example.com", ERR_SYNTAX,
                   "--output would overwrite names, which is read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_reach_the_params),
        cmocka_unit_test(bad_values_are_refused),
        cmocka_unit_test(words_must_be_there_to_be_read_again),
        cmocka_unit_test(what_has_no_effect_is_refused_or_left_out),
        cmocka_unit_test(a_list_that_is_read_is_not_overwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
