// SPDX-License-Identifier: BSD-2-Clause
/* scan/intake.c: everything the source says comes through in order; repeats are marked. */
#include "scan/intake.h"

#include "base/set_seam.h"
#include "base/set_store.h"
#include "tests/unit/scan/help.h"

static bool is_memory_gone;

void *set_alloc(struct set_store *store, unsigned size, size_t bytes)
{
    void *memory = NULL;
    (void)store;
    (void)size;
    if (is_memory_gone || posix_memalign(&memory, SET_ALIGNMENT, bytes) != 0)
        return NULL;
    return memset(memory, 0, bytes);
}

void set_free(struct set_store *store, const struct set_block *block)
{
    (void)store;
    free(block->memory);
}

void set_store_deinit(struct set_store *store)
{
    (void)store;
}

/* A source that reads its states from a text: a letter is the name of that letter, '!' a bad
 * line, '.' waits, '|' an end for now, '$' an error; behind the text is the end. */
struct script {
    struct source source;
    struct source_cursor cursor;
    const char *text;
    unsigned asked, closed;
};

static struct script *script_of(struct source *source)
{
    return (struct script *)source; /* its first member */
}

static int script_open(struct source *source, struct source_cursor **out)
{
    struct script *script = script_of(source);
    if (!*script->text)
        return ERR_NOMEM;
    script->cursor.source = source;
    *out = &script->cursor;
    return 0;
}

static int script_next(struct source_cursor *cursor, struct candidate *out)
{
    struct script *script = script_of(cursor->source);
    const char label[2] = {*script->text, '\0'};
    script->asked++;
    if (!*label)
        return SOURCE_END;
    script->text++;
    if (*label == '.')
        return SOURCE_WAIT;
    if (*label == '|')
        return SOURCE_END;
    if (*label == '$')
        return ERR_IO;
    *out = (struct candidate){.zone = 7};
    if (*label == '!')
        return SOURCE_INVALID;
    out->name = name_of(label);
    return SOURCE_GOT;
}

static void script_close(struct source_cursor *cursor)
{
    script_of(cursor->source)->closed++;
}

static const struct source_ops script_ops = {
    .cursor_open = script_open, .next = script_next, .cursor_close = script_close};

/* What an intake hands out of TEXT, written as the text is, repeats as '='. */
static void assert_intake(const char *text, struct set *seen, const char *expected)
{
    struct script script = {.source = {&script_ops}, .text = text};
    struct intake intake;
    char got[256];
    size_t len = 0;
    assert_int_equal(intake_open(&intake, &script.source, seen), 0);
    for (int state = SOURCE_GOT; state > SOURCE_END && len + 1 < sizeof got; len++) {
        const struct candidate *candidate = NULL;
        state = intake_next(&intake, &candidate);
        got[len] = state == SOURCE_WAIT      ? '.'
                   : state == SOURCE_INVALID ? '!'
                   : state == SOURCE_REPEAT  ? '='
                   : state == SOURCE_GOT     ? (char)candidate->name.wire[1]
                   : state == SOURCE_END     ? '|'
                                             : '$';
        if (state == SOURCE_GOT || state == SOURCE_REPEAT || state == SOURCE_INVALID)
            assert_int_equal(candidate->zone, 7);
        if (state == SOURCE_REPEAT)
            assert_int_equal(candidate->name.len, 3);
    }
    got[len] = '\0';
    assert_string_equal(got, expected);
    intake_close(&intake);
    intake_close(&intake);
    assert_int_equal(script.closed, 1);
}

static struct set *fresh_set(void)
{
    struct set *set;
    assert_int_equal(set_create(&set), 0);
    return set;
}

static void without_a_set_all_comes_as_it_is(void **state)
{
    (void)state;
    assert_intake("ab!a.b", NULL, "ab!a.b|");
    assert_intake("a$", NULL, "a$");
    assert_intake(".", NULL, ".|");
}

static void repeats_are_marked_within_and_across_batches(void **state)
{
    (void)state;
    struct set *set = fresh_set();
    assert_intake("aba!b.ca", set, "ab=!=.c=|");
    /* 26 names, and all of them again: the second batch begins among them */
    assert_intake("defghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", set,
                  "defghijklmnopqrstuvwxyz==========================|");
    assert_int_equal(set_count(set), 26);
    set_destroy(set);
}

static void a_batch_is_not_waited_for(void **state)
{
    (void)state;
    struct set *set = fresh_set();
    struct script script = {.source = {&script_ops}, .text = "ab.c"};
    struct intake intake;
    const struct candidate *candidate;
    assert_int_equal(intake_open(&intake, &script.source, set), 0);
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_GOT);
    assert_int_equal(script.asked, 3); /* up to the wait, not beyond */
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_GOT);
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_WAIT);
    assert_int_equal(script.asked, 3);
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_GOT);
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_END);
    assert_int_equal(intake_next(&intake, &candidate), SOURCE_END);
    intake_close(&intake);
    set_destroy(set);
}

/* A source that learns may say more after its end; who asks again hears it. */
static void an_end_may_be_asked_again(void **state)
{
    (void)state;
    for (int with_set = 0; with_set < 2; with_set++) {
        struct set *set = with_set ? fresh_set() : NULL;
        struct script script = {.source = {&script_ops}, .text = "a|b|"};
        struct intake intake;
        const struct candidate *candidate;
        static const int expected[] = {SOURCE_GOT, SOURCE_END, SOURCE_GOT,
                                       SOURCE_END, SOURCE_END, SOURCE_END};
        assert_int_equal(intake_open(&intake, &script.source, set), 0);
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            assert_int_equal(intake_next(&intake, &candidate), expected[i]);
        intake_close(&intake);
        set_destroy(set);
    }
}

static void what_came_before_an_error_is_handed_out(void **state)
{
    (void)state;
    struct set *set = fresh_set();
    assert_intake("aba$", set, "ab=$");
    set_destroy(set);
}

static void a_full_batch_then_the_end(void **state)
{
    (void)state;
    char text[INTAKE_BATCH + 2] = {0}, expected[INTAKE_BATCH + 3] = {0};
    for (int more = -1; more <= 1; more++) {
        size_t count = (size_t)(INTAKE_BATCH + more);
        struct set *set = fresh_set();
        memset(text, 0, sizeof text);
        memset(expected, 0, sizeof expected);
        memset(text, 'x', count);
        memset(expected, '=', count);
        expected[0] = 'x';
        expected[count] = '|';
        assert_intake(text, set, expected);
        set_destroy(set);
    }
}

static void a_cursor_that_does_not_open_is_told(void **state)
{
    (void)state;
    struct script script = {.source = {&script_ops}, .text = ""};
    struct intake intake;
    assert_int_equal(intake_open(&intake, &script.source, NULL), ERR_NOMEM);
    intake_close(&intake);
    assert_int_equal(script.closed, 0);
}

static void without_memory_for_the_set_it_says_so(void **state)
{
    (void)state;
    struct set *set = fresh_set();
    struct script script = {.source = {&script_ops}, .text = "ab"};
    struct intake intake;
    const struct candidate *candidate;
    assert_int_equal(intake_open(&intake, &script.source, set), 0);
    is_memory_gone = true;
    assert_int_equal(intake_next(&intake, &candidate), ERR_NOMEM);
    is_memory_gone = false;
    intake_close(&intake);
    set_destroy(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_set_all_comes_as_it_is),
        cmocka_unit_test(repeats_are_marked_within_and_across_batches),
        cmocka_unit_test(a_batch_is_not_waited_for),
        cmocka_unit_test(an_end_may_be_asked_again),
        cmocka_unit_test(what_came_before_an_error_is_handed_out),
        cmocka_unit_test(a_full_batch_then_the_end),
        cmocka_unit_test(a_cursor_that_does_not_open_is_told),
        cmocka_unit_test(without_memory_for_the_set_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
