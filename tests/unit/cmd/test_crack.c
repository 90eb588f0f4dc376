// SPDX-License-Identifier: BSD-2-Clause
/* cmd/crack.c, set_crack.c and line_format.c: hash files, masks and sets, and what of the common
 * options crack takes. */
#include "fixture.h"

#include "cmd/set.h"

static void arguments_are_hash_files(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "crack names pipe -w words --from domains --threads 3 --max-time 5 --shallow");
    assert_int_equal(run.params->command, SCAN_CRACK);
    assert_list(&run.params->hash_files, "names pipe");
    assert_list(&run.params->word_files, "words");
    assert_list(&run.params->from_files, "domains");
    assert_int_equal(run.params->thread_count, 3);
    assert_true(run.params->time_max == 5 * NS_PER_S);
    assert_true(run.params->is_shallow);
    assert_string_equal(run.params->outputs[0].format, "text");
    run_end(&run);
}

static void stdin_is_a_hash_file_or_a_list(void **state)
{
    struct run run;
    (void)state;
    pretended_terminal = false;
    run_ok(&run, "crack");
    assert_list(&run.params->hash_files, "-");
    run_end(&run);
    run_ok(&run, "crack names -w -");
    assert_list(&run.params->hash_files, "names");
    run_end(&run);
    assert_refused("crack - -w -", ERR_SYNTAX,
                   "stdin can be read once, and --wordlist reads it already");
    assert_int_equal(run_begin(&run, "crack -w -"), CMD_SHORT_HELP);
    run_end(&run);
    pretended_terminal = true;
    assert_int_equal(run_begin(&run, "crack"), CMD_SHORT_HELP);
    run_end(&run);
    pretended_terminal = false;
}

static void files_must_be_readable(void **state)
{
    (void)state;
    assert_refused("crack nowhere", ERR_IO, "nowhere: No such file or directory");
    assert_refused("crack folder", ERR_IO, "folder: Is a directory");
    assert_refused("crack secret", ERR_IO, "secret: Permission denied");
    assert_refused("crack names -o names", ERR_SYNTAX,
                   "--output would overwrite names, which is read");
}

static void masks_and_sets(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "crack names --mask ?l?1 --mask x?4 -1 ?d- -2 a -3 b -4 cd --increment");
    assert_list(&run.params->masks, "?l?1 x?4");
    assert_string_equal(run.params->charsets[0], "?d-");
    assert_string_equal(run.params->charsets[1], "a");
    assert_string_equal(run.params->charsets[2], "b");
    assert_string_equal(run.params->charsets[3], "cd");
    assert_false(run.params->only_v4); /* which -4 is elsewhere */
    assert_true(run.params->mask_increments);
    run_end(&run);
    run_ok(&run, "brute -4 example.com");
    assert_true(run.params->only_v4);
    run_end(&run);
    assert_refused("crack names --mask ?l?1", ERR_SYNTAX,
                   "--mask: ?1 is not given before it is used");
    assert_refused("crack names --mask ?x", ERR_SYNTAX,
                   "--mask: ?x is no set; ?? is a question mark");
    assert_refused("crack names -1 ?2 -2 a --mask ?1", ERR_SYNTAX,
                   "--mask: ?2 is not given before it is used");
    assert_refused("crack names --charset2=", ERR_SYNTAX, "--charset2: a set without characters");
}

static void sets_have_a_limit(void **state)
{
    char value[1024 + 2];
    struct setup setup = {.disk = &pretended_disk};
    struct text why = {0};
    (void)state;
    memset(value, 'x', sizeof value);
    value[1024] = '\0';
    assert_int_equal(set_charset1(&setup, value, &why), 0);
    value[1024] = 'x';
    value[1025] = '\0';
    assert_int_equal(set_charset1(&setup, value, &why), ERR_RANGE);
    text_deinit(&why);
}

static void only_lines_of_its_own_are_written(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "crack names -f ndjson");
    assert_string_equal(run.params->outputs[0].format, "ndjson");
    run_end(&run);
    assert_refused("crack names -f csv", ERR_SYNTAX,
                   "--format: crack writes text or ndjson, not csv");
    pretended_config = "format = csv\n"; /* meant for other commands */
    run_ok(&run, "crack names");
    assert_string_equal(run.params->outputs[0].format, "text");
    run_end(&run);
    pretended_config = NULL;
}

static void ways_of_hashing(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "crack names --sha1 portable");
    assert_string_equal(run.params->sha1, "portable");
    run_end(&run);
    run_ok(&run, "crack names");
    assert_null(run.params->sha1);
    run_end(&run);
    assert_refused("crack names --sha1 md5", ERR_SYNTAX,
                   "--sha1: 'md5' is none of avx512, avx2, sha-ni, portable");
}

static void what_sends_is_not_crack_s(void **state)
{
    (void)state;
    assert_refused("crack names -r servers", ERR_SYNTAX, "-r is not an option of crack");
    assert_refused("crack names --rate 5", ERR_SYNTAX, "--rate is not an option of crack");
    assert_refused("brute x.example --mask ?l", ERR_SYNTAX, "--mask is not an option of brute");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_hash_files),
        cmocka_unit_test(stdin_is_a_hash_file_or_a_list),
        cmocka_unit_test(files_must_be_readable),
        cmocka_unit_test(masks_and_sets),
        cmocka_unit_test(sets_have_a_limit),
        cmocka_unit_test(only_lines_of_its_own_are_written),
        cmocka_unit_test(ways_of_hashing),
        cmocka_unit_test(what_sends_is_not_crack_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
