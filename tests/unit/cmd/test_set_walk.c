// SPDX-License-Identifier: BSD-2-Clause
/* cmd/set_walk.c and cmd/walk.c: what walk takes for hashes. */
#include "fixture.h"

#include <math.h>

static void hashes_go_where_they_are_told(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "walk a.example -w words --threads 3");
    assert_int_equal(run.params->command, SCAN_WALK);
    assert_null(run.params->hashes_path);
    assert_int_equal(run.params->hash_format, HASH_NATIVE);
    assert_false(run.params->no_crack);
    assert_false(run.params->has_missing_share);
    assert_list(&run.params->word_files, "words");
    assert_int_equal(run.params->thread_count, 3);
    run_end(&run);
    run_ok(&run, "walk a.example --hashes h --hash-format John --no-crack");
    assert_string_equal(run.params->hashes_path, "h");
    assert_int_equal(run.params->hash_format, HASH_JOHN);
    assert_true(run.params->no_crack);
    run_end(&run);
}

static void a_share_may_be_missing(void **state)
{
    static const struct {
        const char *line;
        double share;
    } cases[] = {
        {"walk a.example --missing 0", 0},
        {"walk a.example --missing 0.1%", 0.001},
        {"walk a.example --missing 5", 0.05},
        {"walk a.example --missing 100%", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run;
        run_ok(&run, cases[i].line);
        assert_true(run.params->has_missing_share);
        assert_true(fabs(run.params->missing_share - cases[i].share) < 1e-12);
        run_end(&run);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_refused("walk a.example --missing 101%", ERR_SYNTAX,
                   "--missing: '101%' is not a share from 0% to 100%");
    assert_refused("walk a.example --missing %", ERR_SYNTAX,
                   "--missing: '%' is not a share from 0% to 100%");
    assert_refused("walk a.example --hash-format n3map", ERR_SYNTAX,
                   "--hash-format: 'n3map' is none of native, hashcat, john");
    assert_refused("walk a.example --hashes -", ERR_SYNTAX,
                   "--hashes: '-' is not a file: names go to stdout");
    assert_refused("walk a.example b.example --hashes h", ERR_SYNTAX,
                   "--hashes names a file for one zone; without it each has its own");
    assert_refused("walk a.example b.example -w -", ERR_SYNTAX,
                   "the words on stdin can be tried on one zone only");
    assert_refused("walk a.example -o h --hashes h", ERR_SYNTAX,
                   "--output and --hashes would both write h");
    assert_refused("walk a.example -w words --hashes words", ERR_SYNTAX,
                   "--hashes would overwrite words, which is read");
}

static void several_zones_have_files_of_their_own(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "walk a.example b.example -w words");
    assert_int_equal(run.params->pattern_count, 2);
    run_end(&run);
    run_ok(&run, "walk a.example -w -");
    assert_list(&run.params->word_files, "-");
    run_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_go_where_they_are_told),
        cmocka_unit_test(a_share_may_be_missing),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(several_zones_have_files_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
