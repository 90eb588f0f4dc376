// SPDX-License-Identifier: BSD-2-Clause
/* source/lexicon.c: the commonest parts, in order, in bounded room. */
#include "tests/unit/source/lists.h"

#include "source/lexicon.h"

static void note(struct lexicon *lexicon, const char *text, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        lexicon_note(lexicon, text, strlen(text));
}

static void assert_ranked(struct lexicon *lexicon, const char *const *expected, size_t count)
{
    lexicon_rank(lexicon);
    assert_int_equal(lexicon_ranked_count(lexicon), count);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *text = lexicon_at(lexicon, i, &len);
        assert_int_equal(len, strlen(expected[i]));
        assert_memory_equal(text, expected[i], len);
    }
}

static void the_commonest_come_first_equals_as_they_came(void **state)
{
    struct lexicon *lexicon;
    (void)state;
    assert_int_equal(lexicon_create(&lexicon), 0);
    assert_ranked(lexicon, NULL, 0);
    note(lexicon, "once", 1);
    note(lexicon, "api", 2);
    note(lexicon, "web", 3);
    note(lexicon, "then", 1);
    note(lexicon, "api", 2);
    assert_ranked(lexicon, (const char *const[]){"api", "web", "once", "then"}, 4);
    note(lexicon, "then", 5); /* not ranked until asked */
    assert_memory_equal(lexicon_at(lexicon, 0, &(size_t){0}), "api", 3);
    assert_ranked(lexicon, (const char *const[]){"then", "api", "web", "once"}, 4);
    lexicon_destroy(lexicon);
}

static void only_so_long_a_text_is_a_part(void **state)
{
    char text[LEXICON_LEN_MAX + 2];
    struct lexicon *lexicon;
    (void)state;
    memset(text, 'a', sizeof text);
    assert_int_equal(lexicon_create(&lexicon), 0);
    lexicon_note(lexicon, text, LEXICON_LEN_MIN - 1);
    lexicon_note(lexicon, text, LEXICON_LEN_MAX + 1);
    lexicon_note(lexicon, text, 0);
    assert_ranked(lexicon, NULL, 0);
    lexicon_note(lexicon, text, LEXICON_LEN_MIN);
    lexicon_note(lexicon, text, LEXICON_LEN_MAX);
    lexicon_rank(lexicon);
    assert_int_equal(lexicon_ranked_count(lexicon), 2);
    lexicon_destroy(lexicon);
}

/* More parts than there is room for: those that are in stay in and are counted on. */
static void a_flood_neither_grows_nor_displaces(void **state)
{
    struct lexicon *lexicon;
    char text[16];
    (void)state;
    assert_int_equal(lexicon_create(&lexicon), 0);
    note(lexicon, "early", 1);
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(text, sizeof text, "p%u", i);
        note(lexicon, text, 1);
    }
    note(lexicon, "late", 9);
    note(lexicon, "early", 2);
    lexicon_rank(lexicon);
    assert_int_equal(lexicon_ranked_count(lexicon), LEXICON_RANKED_MAX);
    assert_memory_equal(lexicon_at(lexicon, 0, &(size_t){0}), "early", 5);
    for (unsigned i = 1; i < LEXICON_RANKED_MAX; i++) { /* all once, the first ones first */
        size_t len;
        const char *part = lexicon_at(lexicon, i, &len);
        snprintf(text, sizeof text, "p%u", i - 1);
        assert_int_equal(len, strlen(text));
        assert_memory_equal(part, text, len);
    }
    lexicon_destroy(lexicon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commonest_come_first_equals_as_they_came),
        cmocka_unit_test(only_so_long_a_text_is_a_part),
        cmocka_unit_test(a_flood_neither_grows_nor_displaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
