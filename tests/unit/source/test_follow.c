// SPDX-License-Identifier: BSD-2-Clause
/* source/follow.c, with descent.c, making.c and given.c behind it: what is asked because of
 * what was found; each once; an end that comes, and not before the last answer. */
#include "tests/unit/source/world.h"

#include "source/variants.h"

struct job {
    const char *words, *input; /* lists */
    const char *from;          /* NULL: none */
    unsigned depth;
    bool permutes, marks_repeats;
    struct source_share share;
    unsigned thread_count, late;
};

struct opened {
    char paths[3][LIST_PATH_MAX];
    int fds[3];
    struct set *seen;
    struct source *source;
};

static void open_job(const struct job *job, struct opened *o)
{
    const char *texts[] = {job->words, job->input, job->from ? job->from : ""};
    const char *words = o->paths[0], *input = o->paths[1], *from = o->paths[2];
    char error_text[SOURCE_ERROR_CAP];
    struct source_share share = job->share.shard_count ? job->share : share_of(1, 0, 1);
    struct source *first;
    for (size_t i = 0; i < 3; i++)
        o->fds[i] = list_make_text(texts[i], o->paths[i]);
    assert_int_equal(set_create(&o->seen), 0);
    assert_int_equal(names_source_open(&first, &input, 1, NULL, 0, false, &share, error_text), 0);
    const struct follow_params params = {.first = first,
                                         .seen = o->seen,
                                         .marks_repeats = job->marks_repeats,
                                         .share = share,
                                         .depth = job->depth,
                                         .word_files = &words,
                                         .word_file_count = 1,
                                         .permutes = job->permutes,
                                         .from_files = &from,
                                         .from_file_count = job->from ? 1 : 0,
                                         .zone_labels = world_zone_labels};
    assert_int_equal(follow_source_open(&o->source, &params, error_text), 0);
    assert_string_equal(error_text, "");
}

static void close_job(struct opened *o)
{
    o->source->ops->close(o->source);
    set_destroy(o->seen);
    for (size_t i = 0; i < 3; i++)
        close(o->fds[i]);
}

/* Asks all of it; the yields go to YIELDS (NULL: nobody wants them). */
static struct asked *ask_all(const struct job *job, const struct world *world,
                             struct source_yield *yields)
{
    struct asked *asked = calloc(1, sizeof *asked);
    struct asker askers[8];
    struct opened o;
    struct source_yield told[SOURCE_YIELDS_MAX];
    unsigned count = job->thread_count ? job->thread_count : 1;
    assert_non_null(asked);
    pthread_mutex_init(&asked->lock, NULL);
    open_job(job, &o);
    for (unsigned i = 0; i < count; i++) {
        askers[i] = (struct asker){
            .source = o.source, .world = world, .asked = asked, .late = job->late, .end = -1};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, asker_run, &askers[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].end, SOURCE_END);
    }
    struct source_estimate estimate = o.source->ops->estimate(o.source);
    assert_true(estimate.is_known && estimate.may_grow);
    assert_int_equal(estimate.total, asked->count + asked->repeats + asked->invalid);
    size_t yield_count = o.source->ops->yields(o.source, told);
    assert_int_equal(yield_count, (job->depth > 0) + (job->permutes ? VARIANT_KIND_COUNT : 0));
    if (yields)
        memcpy(yields, told, yield_count * sizeof *told);
    close_job(&o);
    pthread_mutex_destroy(&asked->lock);
    return asked;
}

static size_t place_of(const struct asked *asked, const char *name)
{
    for (size_t i = 0; i < asked->count; i++)
        if (strcmp(asked->items[i].name, name) == 0)
            return i;
    print_error("%s was not asked\n", name);
    assert_true(false);
    return 0;
}

static void assert_not_asked(const struct asked *asked, const char *suffix)
{
    size_t len = strlen(suffix);
    for (size_t i = 0; i < asked->count; i++) {
        size_t name_len = strlen(asked->items[i].name);
        if (name_len >= len && strcmp(asked->items[i].name + name_len - len, suffix) == 0)
            print_error("%s was asked\n", asked->items[i].name);
        assert_false(name_len >= len && strcmp(asked->items[i].name + name_len - len, suffix) == 0);
    }
}

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
        cmocka_unit_test(words_go_below_what_is_found_and_no_deeper),
        cmocka_unit_test(what_has_something_below_goes_first),
        cmocka_unit_test(nothing_is_asked_below_a_wildcard),
        cmocka_unit_test(a_name_that_has_all_the_words_is_kept),
        cmocka_unit_test(a_wildcard_shows_on_trial),
        cmocka_unit_test(names_are_made_from_what_exists),
        cmocka_unit_test(given_names_are_varied_and_not_asked),
        cmocka_unit_test(a_given_name_of_the_input_is_a_find),
        cmocka_unit_test(shards_vary_their_own_given_names),
        cmocka_unit_test(repeats_of_the_input_are_marked_only_when_asked_for),
        cmocka_unit_test(bad_words_are_candidates_of_each_name),
        cmocka_unit_test(a_wildcard_without_data_is_left),
        cmocka_unit_test(threads_find_what_one_finds),
        cmocka_unit_test(there_is_no_end_while_something_is_out),
        cmocka_unit_test(a_closed_cursor_is_not_waited_for),
        cmocka_unit_test(a_lost_tag_is_tolerated),
        cmocka_unit_test(lists_that_cannot_be_opened_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
