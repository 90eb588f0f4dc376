// SPDX-License-Identifier: BSD-2-Clause
/* source/making.c: what is made of which names, in which order, and when it stops. */
#include "tests/unit/source/lists.h"

#include "source/making.h"

struct job {
    struct finds *finds;
    struct set *seen, *given;
    struct making *making;
};

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static void begin(struct job *job)
{
    assert_int_equal(finds_create(&job->finds), 0);
    assert_int_equal(set_create(&job->seen), 0);
    assert_int_equal(set_create(&job->given), 0);
    const struct making_params params = {
        .finds = job->finds, .seen = job->seen, .given = job->given};
    assert_int_equal(making_create(&job->making, &params), 0);
}

static void end(struct job *job)
{
    making_destroy(job->making);
    set_destroy(job->given);
    set_destroy(job->seen);
    finds_destroy(job->finds);
}

static void put(struct set *set, const char *text)
{
    const struct name name = name_of(text);
    assert_true(set_put(set, set_key(set, name.wire, name.len)) >= 0);
}

/* A name that was asked for and is there. */
static void add(struct job *job, const char *text, bool first)
{
    const struct find find = {.name = name_of(text), .zone_labels = 2};
    uint32_t index = finds_count(job->finds);
    put(job->seen, text);
    assert_int_equal(finds_add(job->finds, &find), 1);
    assert_int_equal(making_add(job->making, &find, index, first), 0);
}

static struct source_yield yield_of(const struct job *job, enum variant_kind kind)
{
    struct source_yield yields[VARIANT_KIND_COUNT];
    making_yields(job->making, yields);
    return yields[kind];
}

/* Draws all there is; tells each name's verdict by what EXISTS says. The number drawn. */
static uint64_t draw_on(struct job *job, bool (*exists)(const char *name))
{
    struct made made[32];
    uint64_t drawn = 0;
    while (making_is_busy(job->making)) {
        int count = making_draw(job->making, made, 32);
        assert_in_range(count, 0, 32);
        for (int i = 0; i < count; i++) {
            char text[NAME_TEXT_MAX];
            name_to_text(made[i].name.wire, text);
            drawn++;
            bool is_there = exists(text);
            making_learnt(job->making, (enum variant_kind)made[i].kind,
                          is_there ? VERDICT_FOUND : VERDICT_NXDOMAIN);
            if (is_there)
                add(job, text, true);
        }
    }
    return drawn;
}

/* The same from the beginning. */
static uint64_t draw_dry(struct job *job, bool (*exists)(const char *name))
{
    uint64_t drawn = draw_on(job, exists);
    assert_int_equal(making_total(job->making), drawn);
    return drawn;
}

static bool nothing(const char *name)
{
    (void)name;
    return false;
}

static void names_are_made_once_and_not_those_that_are_known(void **state)
{
    struct job job;
    struct made made[4096];
    struct set *own;
    size_t count = 0;
    (void)state;
    begin(&job);
    assert_false(making_is_busy(job.making));
    put(job.seen, "web02.z.example");
    put(job.given, "web03.z.example");
    add(&job, "web01.z.example", false);
    add(&job, "web04.z.example", false);
    while (making_is_busy(job.making))
        count += (size_t)making_draw(job.making, made + count, 32);
    assert_int_equal(set_create(&own), 0);
    for (size_t i = 0; i < count; i++) {
        char text[NAME_TEXT_MAX];
        name_to_text(made[i].name.wire, text);
        assert_string_not_equal(text, "web02.z.example");
        assert_string_not_equal(text, "web03.z.example");
        assert_int_equal(set_put(own, set_key(own, made[i].name.wire, made[i].name.len)), SET_NEW);
        assert_in_range(made[i].find, 0, 1);
    }
    /* of web01: 02 00 03 04 1, of web04: 05 03 06 02 07 01 4 */
    assert_int_equal(yield_of(&job, VARIANT_NUMBERS).made, 12);
    assert_int_equal(yield_of(&job, VARIANT_NUMBERS).asked, 6);
    set_destroy(own);
    end(&job);
}

/* A long row of hosts is found from one of them, however long. */
static bool is_in_the_row(const char *name)
{
    unsigned number;
    char rest[32];
    return sscanf(name, "node%3u.%31s", &number, rest) == 2 && strcmp(rest, "z.example") == 0 &&
           number >= 5 && number <= 700 && strlen(name) == strlen("node000.z.example");
}

static void a_row_is_followed_to_its_ends(void **state)
{
    struct job job;
    (void)state;
    begin(&job);
    add(&job, "node400.z.example", false);
    (void)draw_dry(&job, is_in_the_row);
    assert_int_equal(yield_of(&job, VARIANT_NUMBERS).found, 695);
    end(&job);
}

/* 3,000 names with nothing near them: each kind ends at its credit. */
static void kinds_that_find_nothing_stop(void **state)
{
    struct job job;
    char text[32];
    (void)state;
    begin(&job);
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "h%x-%x.z.example", i * 7919, i);
        add(&job, text, false);
    }
    uint64_t drawn = draw_dry(&job, nothing);
    for (int kind = 0; kind < VARIANT_KIND_COUNT; kind++)
        assert_int_equal(yield_of(&job, (enum variant_kind)kind).asked, MAKING_CREDIT);
    assert_int_equal(drawn, MAKING_CREDIT * VARIANT_KIND_COUNT);
    /* an answer that comes late buys more, of its kind alone */
    making_learnt(job.making, VARIANT_WORDS, VERDICT_FOUND);
    assert_true(making_is_busy(job.making));
    (void)draw_on(&job, nothing);
    assert_int_equal(yield_of(&job, VARIANT_WORDS).asked, MAKING_CREDIT + MAKING_CREDIT_A_FIND);
    end(&job);
}

/* The first turns give each name its share: no name uses a kind's credit up alone. */
static void every_name_gets_its_turn(void **state)
{
    struct job job;
    struct made made[32];
    unsigned turns[100] = {0};
    char text[32];
    (void)state;
    begin(&job);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "h%c%c.z.example", 'a' + i / 10, 'a' + i % 10);
        add(&job, text, false);
    }
    for (unsigned left = 1300; left > 0;) {
        int count = making_draw(job.making, made, 32);
        assert_in_range(count, 1, 32);
        for (int i = 0; i < count && left > 0; i++, left--)
            turns[made[i].find]++;
    }
    for (unsigned i = 0; i < 100; i++)
        assert_in_range(turns[i], 10, 40);
    end(&job);
}

/* Of what was out of scope nothing was asked, so it does not weigh. */
static void what_is_out_of_scope_costs_no_credit(void **state)
{
    struct job job;
    struct made made[32];
    (void)state;
    begin(&job);
    add(&job, "web5.z.example", false);
    int count = making_draw(job.making, made, 32);
    assert_true(count > 0 && made[0].kind == VARIANT_NUMBERS);
    uint64_t asked = yield_of(&job, VARIANT_NUMBERS).asked;
    making_learnt(job.making, VARIANT_NUMBERS, VERDICT_OUT_OF_SCOPE);
    assert_int_equal(yield_of(&job, VARIANT_NUMBERS).asked, asked - 1);
    end(&job);
}

/* Where everything exists it ends at the bound, not at the end of memory. */
static void there_is_a_last_name(void **state)
{
    struct job job;
    struct made made[32];
    uint64_t drawn = 0;
    (void)state;
    begin(&job);
    add(&job, "a1-b2-c3.d4.z.example", false);
    while (making_is_busy(job.making)) {
        int count = making_draw(job.making, made, 32);
        assert_in_range(count, 0, 32);
        drawn += (uint64_t)count;
        for (int i = 0; i < count; i++) {
            making_learnt(job.making, (enum variant_kind)made[i].kind, VERDICT_FOUND);
            char text[NAME_TEXT_MAX];
            name_to_text(made[i].name.wire, text);
            if (i == 0)
                add(&job, text, true);
        }
    }
    assert_true(making_is_full(job.making));
    assert_in_range(drawn, MAKING_MAX, MAKING_MAX + 32);
    end(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_made_once_and_not_those_that_are_known),
        cmocka_unit_test(a_row_is_followed_to_its_ends),
        cmocka_unit_test(kinds_that_find_nothing_stop),
        cmocka_unit_test(every_name_gets_its_turn),
        cmocka_unit_test(what_is_out_of_scope_costs_no_credit),
        cmocka_unit_test(there_is_a_last_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
