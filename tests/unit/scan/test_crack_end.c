// SPDX-License-Identifier: BSD-2-Clause
/* scan/crack.c: how a run ends. */
#include "tests/unit/scan/crack_story.h"

#include "base/log.h"

static void nothing_to_crack_is_no_error(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    expect(&story, "");
    end(&story);
}

static void runs_can_be_stopped(void **state)
{
    struct story story;
    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(&story);
        story.masks[0] = "?b?b?b?b?b?b?b?b?b?b?b?b?b?b?b?b"; /* beyond 64 bits */
        story.params.masks.count = 1;
        story.stops = i == 0;
        story.params.time_max = i == 0 ? 0 : 50 * NS_PER_MS;
        add(&story, "never-to-be-found", NULL);
        assert_int_equal(run(&story), 0);
        assert_true(story.result.is_stopped);
        assert_true(story.result.elapsed < 20 * NS_PER_S);
        end(&story);
    }
}

/* All targets found: the rest of the work is not done. */
static void a_run_ends_with_its_last_target(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    story.masks[0] = "?b?b?b?b?b?b?b?b?b?b?b?b?b?b?b?b";
    story.params.masks.count = 1;
    add(&story, "www", NULL);
    expect(&story, "www.example.com type\n");
    end(&story);
    begin(&story);
    story.masks[0] = "?l?l?b?b?b?b?b?b?b?b?b?b?b?b?b?b";
    story.params.masks.count = 1;
    add(&story, "qx\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000", NULL);
    assert_int_equal(run(&story), 0);
    assert_int_equal(story.found_count, 1);
    end(&story);
}

static void errors_end_a_run(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    add_words(&story, "a\nb\n");
    story.answer = ERR_CLOSED;
    add(&story, "a", NULL);
    add(&story, "b", NULL);
    assert_int_equal(run(&story), ERR_CLOSED);
    assert_int_equal(story.found_count, 1);
    end(&story);
    begin(&story);
    story.files[0] = "/nowhere/at/all";
    story.params.word_files.count = 1;
    add(&story, "a", NULL);
    assert_int_equal(run(&story), ERR_IO);
    end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_crack_is_no_error),
        cmocka_unit_test(runs_can_be_stopped),
        cmocka_unit_test(a_run_ends_with_its_last_target),
        cmocka_unit_test(errors_end_a_run),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
