// SPDX-License-Identifier: BSD-2-Clause
/* source/follow.c: the ways of making names together; each name once; an end that comes, and
 * not before the last answer. */
#include "tests/unit/source/world.h"

static void names_are_made_from_what_exists(void **state)
{
    static const char *const names[] = {
        "web01.z.example",    "web02.z.example",  "web04.z.example", "api-dev.z.example",
        "api-prod.z.example", "pay.eu.z.example", "eu.z.example",    "web09.z.example"};
    const struct world world = {names, 8};
    const struct job job = {.words = "",
                            .input = "web01.z.example\napi-dev.z.example\npay.eu.z.example\n",
                            .permutes = true};
    (void)state;
    struct source_yield yields[SOURCE_YIELDS_MAX];
    struct asked *asked = ask_all(&job, &world, yields);
    assert_true(asked_has(asked, "web02.z.example", HIT_FROM_PERMUTE));
    assert_true(asked_has(asked, "web04.z.example", HIT_FROM_PERMUTE));
    assert_true(asked_has(asked, "api-prod.z.example", HIT_FROM_PERMUTE));
    assert_true(asked_has(asked, "eu.z.example", HIT_FROM_PERMUTE));     /* the parent itself */
    assert_false(asked_has(asked, "web09.z.example", HIT_FROM_PERMUTE)); /* out of reach */
    assert_true(asked_has(asked, "web01.z.example", HIT_FROM_NAMES));
    assert_not_asked(asked, "y.example"); /* nothing outside the zone */
    assert_int_equal(yields[VARIANT_NUMBERS].found, 2);
    assert_int_equal(yields[VARIANT_WORDS].found, 1);
    assert_int_equal(yields[VARIANT_DASHES].found, 1);
    free(asked);
}

static void given_names_are_varied_and_not_asked(void **state)
{
    static const char *const names[] = {"web01.z.example", "web02.z.example", "web03.z.example"};
    const struct world world = {names, 3};
    const struct job job = {.words = "w\n",
                            .input = "www.z.example\n",
                            .from = "web01.z.example\nweb02.z.example\nfoo1.other.example\n",
                            .depth = 1,
                            .permutes = true};
    (void)state;
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_true(asked_has(asked, "web03.z.example", HIT_FROM_PERMUTE));
    assert_true(asked_has(asked, "w.web03.z.example", HIT_FROM_WORDS)); /* a find like others */
    assert_false(asked_has(asked, "web01.z.example", HIT_FROM_PERMUTE));
    assert_false(asked_has(asked, "web02.z.example", HIT_FROM_PERMUTE));
    assert_false(asked_has(asked, "w.web01.z.example", HIT_FROM_WORDS)); /* none found there */
    assert_not_asked(asked, "other.example");
    free(asked);
}

/* A given name that the input has as well is asked, found, and gone below. */
static void a_given_name_of_the_input_is_a_find(void **state)
{
    static const char *const names[] = {"web01.z.example"};
    const struct world world = {names, 1};
    const struct job job = {.words = "w\n",
                            .input = "web01.z.example\n",
                            .from = "web01.z.example\n",
                            .depth = 1,
                            .permutes = true};
    (void)state;
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_true(asked_has(asked, "web01.z.example", HIT_FROM_NAMES));
    assert_true(asked_has(asked, "w.web01.z.example", HIT_FROM_WORDS));
    free(asked);
}

/* Shards share the given names out, and none makes a given one. */
static void shards_vary_their_own_given_names(void **state)
{
    const struct world world = {NULL, 0};
    (void)state;
    for (uint32_t shard = 0; shard < 2; shard++) {
        const struct job job = {.words = "",
                                .input = "",
                                .from = "aa1.z.example\nbb1.z.example\naa2.z.example\n",
                                .permutes = true,
                                .share = share_of(1, shard, 2)};
        struct asked *asked = ask_all(&job, &world, NULL);
        assert_int_equal(asked_has(asked, "aa3.z.example", HIT_FROM_PERMUTE), shard == 0);
        assert_int_equal(asked_has(asked, "bb3.z.example", HIT_FROM_PERMUTE), shard == 1);
        assert_false(asked_has(asked, "aa2.z.example", HIT_FROM_PERMUTE));
        free(asked);
    }
}

static void repeats_of_the_input_are_marked_only_when_asked_for(void **state)
{
    const struct world world = {NULL, 0};
    struct job job = {.words = "", .input = "a.z.example\nA.z.example.\na..b\n", .permutes = true};
    (void)state;
    struct asked *asked = ask_all(&job, &world, NULL);
    assert_int_equal(asked->count, 2);
    assert_int_equal(asked->repeats, 0);
    assert_int_equal(asked->invalid, 1);
    free(asked);
    job.marks_repeats = true;
    asked = ask_all(&job, &world, NULL);
    assert_int_equal(asked->count, 1);
    assert_int_equal(asked->repeats, 1);
    free(asked);
}

/* Answers in any order, from several threads: the same names, each once, and an end. */
static void threads_find_what_one_finds(void **state)
{
    static const char *const names[] = {
        "a.z.example",    "b.a.z.example",      "c.b.a.z.example",
        "web1.z.example", "web2.z.example",     "web3.z.example",
        "web4.z.example", "dev.web4.z.example", "a.dev.web4.z.example"};
    const struct world world = {names, 9};
    struct job job = {.words = "a\nb\nc\ndev\n",
                      .input = "a.z.example\nweb1.z.example\nx.z.example\n",
                      .depth = 3,
                      .permutes = true};
    (void)state;
    struct asked *one = ask_all(&job, &world, NULL);
    for (unsigned round = 0; round < 12; round++) {
        job.thread_count = 2 + round % 3;
        job.late = round * 3;
        struct asked *many = ask_all(&job, &world, NULL);
        for (size_t i = 0; i < world.count; i++) {
            size_t count = 0;
            for (size_t j = 0; j < many->count; j++)
                count += strcmp(many->items[j].name, names[i]) == 0;
            assert_int_equal(count, 1);
        }
        assert_true(many->count * 10 > one->count * 9); /* swaps hang on the order */
        free(many);
    }
    free(one);
}

/* --- by hand --- */

static struct candidate take(struct source *source, struct source_cursor *cursor)
{
    struct candidate candidate;
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_GOT);
    return candidate;
}

static void learn(struct source *source, const struct candidate *candidate, enum verdict verdict)
{
    const struct evidence evidence = {.tag = candidate->tag, .zone_labels = 2};
    source->ops->learn(source, candidate->name.wire, verdict, &evidence);
}

static void there_is_no_end_while_something_is_out(void **state)
{
    const struct job job = {.words = "w\n", .input = "a.z.example\n", .depth = 1};
    struct source_cursor *one, *two;
    struct candidate more;
    struct opened o;
    (void)state;
    open_job(&job, &o);
    const struct source_ops *ops = o.source->ops;
    assert_int_equal(ops->cursor_open(o.source, &one), 0);
    assert_int_equal(ops->cursor_open(o.source, &two), 0);
    struct candidate a = take(o.source, one);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ops->next(one, &more), SOURCE_WAIT);
        assert_int_equal(ops->next(two, &more), SOURCE_WAIT);
    }
    learn(o.source, &a, VERDICT_NXDOMAIN);
    assert_int_equal(ops->next(two, &more), SOURCE_END);
    assert_int_equal(ops->next(one, &more), SOURCE_END);
    /* the answer is taken back: it is as if it were out again, and turns out otherwise */
    ops->take_back(o.source, 1);
    assert_int_equal(ops->next(one, &more), SOURCE_WAIT);
    learn(o.source, &a, VERDICT_FOUND);
    struct candidate below = take(o.source, two);
    assert_int_equal(ops->next(one, &more), SOURCE_WAIT);
    learn(o.source, &below, VERDICT_UNRESOLVED);
    /* the stage's end is for its cursor to see */
    assert_int_equal(ops->next(two, &more), SOURCE_END);
    assert_int_equal(ops->next(one, &more), SOURCE_END);
    ops->cursor_close(one);
    ops->cursor_close(two);
    close_job(&o);
}

/* A worker that ends early leaves what it had drawn, and nobody waits for it. */
static void a_closed_cursor_is_not_waited_for(void **state)
{
    const struct job job = {.words = "", .input = "web1.z.example\n", .permutes = true};
    struct source_cursor *one, *two;
    struct candidate more;
    struct opened o;
    (void)state;
    open_job(&job, &o);
    const struct source_ops *ops = o.source->ops;
    assert_int_equal(ops->cursor_open(o.source, &one), 0);
    assert_int_equal(ops->cursor_open(o.source, &two), 0);
    struct candidate a = take(o.source, one);
    learn(o.source, &a, VERDICT_FOUND);
    assert_int_equal(ops->next(one, &more), SOURCE_WAIT); /* TWO may still read */
    ops->cursor_close(two);
    struct candidate made = take(o.source, one); /* and more is drawn with it */
    assert_int_equal(made.from, HIT_FROM_PERMUTE);
    assert_int_equal(ops->cursor_open(o.source, &two), 0);
    ops->cursor_close(one);
    learn(o.source, &made, VERDICT_NXDOMAIN);
    int r;
    while ((r = ops->next(two, &more)) == SOURCE_GOT)
        learn(o.source, &more, VERDICT_NXDOMAIN);
    assert_int_equal(r, SOURCE_END);
    ops->cursor_close(two);
    close_job(&o);
}

/* A tag that was lost on the way (0) costs nothing but figures. */
static void a_lost_tag_is_tolerated(void **state)
{
    const struct job job = {.words = "w\n", .input = "a.z.example\n", .depth = 1, .permutes = true};
    struct source_cursor *cursor;
    struct candidate more;
    struct opened o;
    (void)state;
    open_job(&job, &o);
    const struct source_ops *ops = o.source->ops;
    assert_int_equal(ops->cursor_open(o.source, &cursor), 0);
    struct candidate a = take(o.source, cursor);
    learn(o.source, &a, VERDICT_FOUND);
    learn(o.source, &a, VERDICT_FOUND); /* twice, and nobody said so */
    for (int r; (r = ops->next(cursor, &more)) != SOURCE_END;) {
        assert_int_equal(r, SOURCE_GOT);
        more.tag = 0;
        learn(o.source, &more, VERDICT_NXDOMAIN);
    }
    ops->cursor_close(cursor);
    close_job(&o);
}

static void lists_that_cannot_be_opened_are_told(void **state)
{
    const struct source_share share = share_of(1, 0, 1);
    const char *nowhere = "/nowhere/words";
    char error_text[SOURCE_ERROR_CAP];
    struct source *source, *first;
    struct set *seen;
    (void)state;
    assert_int_equal(set_create(&seen), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(names_source_open(&first, NULL, 0, NULL, 0, false, &share, error_text), 0);
        const struct follow_params params = {.first = first,
                                             .seen = seen,
                                             .share = share,
                                             .depth = i == 0,
                                             .word_files = &nowhere,
                                             .word_file_count = 1,
                                             .permutes = i == 1,
                                             .from_files = &nowhere,
                                             .from_file_count = 1,
                                             .zone_labels = world_zone_labels};
        assert_int_equal(follow_source_open(&source, &params, error_text), ERR_IO);
        assert_null(source);
        assert_string_equal(error_text, "/nowhere/words: No such file or directory");
    }
    set_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_made_from_what_exists),
        cmocka_unit_test(given_names_are_varied_and_not_asked),
        cmocka_unit_test(a_given_name_of_the_input_is_a_find),
        cmocka_unit_test(shards_vary_their_own_given_names),
        cmocka_unit_test(repeats_of_the_input_are_marked_only_when_asked_for),
        cmocka_unit_test(threads_find_what_one_finds),
        cmocka_unit_test(there_is_no_end_while_something_is_out),
        cmocka_unit_test(a_closed_cursor_is_not_waited_for),
        cmocka_unit_test(a_lost_tag_is_tolerated),
        cmocka_unit_test(lists_that_cannot_be_opened_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
