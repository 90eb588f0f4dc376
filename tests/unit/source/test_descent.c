// SPDX-License-Identifier: BSD-2-Clause
/* source/descent.c, by way of follow.c: what is asked below names, in which order, and what
 * is left alone. */
#include "tests/unit/source/world.h"

static void words_go_below_what_is_found_and_no_deeper(void **state)
{
    static const char *const names[] = {"a.z.example", "b.a.z.example", "a.b.a.z.example",
                                        "b.a.b.a.z.example", "c.z.example -"};
    const struct world world = {names, 5};
    struct job job = {.words = "a\nb\n", .input = "a.z.example\nc.z.example\nd.z.example\n"};
    (void)state;
    for (job.depth = 1; job.depth <= 4; job.depth++) {
        struct source_yield yield;
        struct asked *asked = ask_all(&job, &world, &yield);
        assert_true(asked_has(asked, "b.a.z.example", HIT_FROM_WORDS));
        assert_true(asked_has(asked, "b.c.z.example", HIT_FROM_WORDS)); /* it exists, too */
        assert_not_asked(asked, ".d.z.example");
        assert_int_equal(asked_has(asked, "a.b.a.z.example", HIT_FROM_WORDS), job.depth > 1);
        assert_int_equal(asked_has(asked, "b.a.b.a.z.example", HIT_FROM_WORDS), job.depth > 2);
        assert_int_equal(asked_has(asked, "a.b.a.b.a.z.example", HIT_FROM_WORDS), job.depth > 3);
        assert_string_equal(yield.kind, "depth");
        assert_int_equal(yield.found, job.depth < 3 ? job.depth : 3);
        assert_int_equal(yield.asked, asked->count - 3);
        free(asked);
    }
}

/* x.inner is found, so that inner is known to have something below it; void has no data. With
 * more others than go down at a time, both are still before them. */
static void what_has_something_below_goes_first(void **state)
{
    struct world world = {.count = 102};
    const char *names[102] = {"x.inner.z.example", [101] = "void.z.example -"};
    char texts[100][32], input[102 * 40] = "";
    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(texts[i], sizeof texts[i], "h%02d.z.example", i);
        strcat(strcat(input, texts[i]), "\n");
        names[i + 1] = texts[i];
    }
    strcat(input, "x.inner.z.example\nvoid.z.example\n");
    world.names = names;
    const struct job job = {.words = "w\nv\n", .input = input, .depth = 1};
    struct asked *asked = ask_all(&job, &world, NULL);
    size_t inner = place_of(asked, "w.inner.z.example");
    for (int i = 0; i < 100; i++) {
        char below[40] = "w.";
        strcat(below, texts[i]);
        assert_true(place_of(asked, below) > inner);
        assert_true(place_of(asked, below) > place_of(asked, "w.void.z.example"));
    }
    assert_not_asked(asked, "w.z.example"); /* not below the zone itself */
    free(asked);
}

static void nothing_is_asked_below_a_wildcard(void **state)
{
    static const char *const names[] = {
        "wild.z.example",    "*.wild.z.example",  "known.z.example", "*.known.z.example",
        "doubt.z.example ?", "a.known.z.example", "*.z.example"};
    const struct world world = {names, 7};
    char words[4096] = "";
    (void)state;
    for (int i = 0; i < 500; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "w%d\n", i);
    const struct job job = {.words = words,
                            .input = "wild.z.example\nx.known.z.example\nknown.z.example\n"
                                     "doubt.z.example\nother.z.example\n",
                            .depth = 2};
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_not_asked(asked, ".doubt.z.example"); /* a wildcard could not be ruled out */
    assert_not_asked(asked, ".other.z.example"); /* its verdict was wildcard */
    size_t below_wild = 0, below_known = 0;
    for (size_t i = 0; i < asked->count; i++) {
        below_wild += strstr(asked->items[i].name, ".wild.z") != NULL;
        below_known += strstr(asked->items[i].name, ".known.z") != NULL;
    }
    assert_int_equal(below_known, 1); /* seen before, by the input */
    assert_int_equal(below_wild, 1);  /* the first answer ended it */
    free(asked);
}

/* A list that fits a name to the last word is no reason to leave it. */
static void a_name_that_has_all_the_words_is_kept(void **state)
{
    const char *names[201] = {"a.z.example"};
    char texts[200][24], words[200 * 8] = "";
    (void)state;
    for (int i = 0; i < 200; i++) {
        snprintf(words + strlen(words), sizeof words - strlen(words), "w%d\n", i);
        snprintf(texts[i], sizeof texts[i], "w%d.a.z.example", i);
        names[i + 1] = texts[i];
    }
    const struct world world = {names, 201};
    const struct job job = {.words = words, .input = "a.z.example\n", .depth = 1};
    struct source_yield yield;
    struct asked *asked = ask_all(&job, &world, &yield);
    assert_int_equal(yield.found, 200);
    free(asked);
}

/* However late answers come, a wildcard does not get the whole list. */
static void a_wildcard_shows_on_trial(void **state)
{
    static const char *const names[] = {"wild.z.example", "*.wild.z.example", "tame.z.example",
                                        "w400.tame.z.example"};
    const struct world world = {names, 4};
    char words[4096] = "";
    (void)state;
    for (int i = 0; i < 500; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "w%d\n", i);
    struct job job = {.words = words, .input = "wild.z.example\ntame.z.example\n", .depth = 1};
    for (unsigned threads = 1; threads <= 3; threads++) {
        job.thread_count = threads;
        job.late = 2000;
        struct asked *asked = ask_all(&job, &world, NULL);
        size_t below_wild = 0;
        for (size_t i = 0; i < asked->count; i++)
            below_wild += strstr(asked->items[i].name, ".wild.z") != NULL;
        assert_in_range(below_wild, 1, 32 + threads);
        assert_true(asked_has(asked, "w400.tame.z.example", HIT_FROM_WORDS));
        free(asked);
    }
}

static void bad_words_are_candidates_of_each_name(void **state)
{
    static const char *const names[] = {"a.z.example", "b.z.example"};
    const struct world world = {names, 2};
    const struct job job = {.words = "w\nx y\n", .input = "a.z.example\nb.z.example\n", .depth = 1};
    (void)state;
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_int_equal(asked->count, 4);
    assert_int_equal(asked->invalid, 2);
    free(asked);
}

/* Every word below a name exists without data: it is noticed and left. */
static void a_wildcard_without_data_is_left(void **state)
{
    char words[65536] = "";
    size_t len = 0;
    struct world world = {.count = 5001};
    const char **names = calloc(world.count, sizeof *names);
    char(*texts)[40] = calloc(world.count, sizeof *texts);
    (void)state;
    assert_true(names && texts);
    names[0] = "a.z.example";
    for (size_t i = 0; i < 5000; i++) {
        len += (size_t)snprintf(words + len, sizeof words - len, "w%zu\n", i);
        snprintf(texts[i], sizeof texts[i], "w%zu.a.z.example -", i);
        names[i + 1] = texts[i];
    }
    world.names = names;
    const struct job job = {.words = words, .input = "a.z.example\n", .depth = 1};
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_in_range(asked->count, 64, 200);
    free(asked);
    free(texts);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_go_below_what_is_found_and_no_deeper),
        cmocka_unit_test(what_has_something_below_goes_first),
        cmocka_unit_test(nothing_is_asked_below_a_wildcard),
        cmocka_unit_test(a_name_that_has_all_the_words_is_kept),
        cmocka_unit_test(a_wildcard_shows_on_trial),
        cmocka_unit_test(bad_words_are_candidates_of_each_name),
        cmocka_unit_test(a_wildcard_without_data_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
