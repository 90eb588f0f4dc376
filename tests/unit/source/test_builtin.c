// SPDX-License-Identifier: BSD-2-Clause
/* source/builtin.c: the embedded lists are the files, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/source.h"

static void assert_is_file(struct builtin list, const char *path)
{
    char chunk[4096];
    size_t done = 0, n;
    FILE *file = fopen(path, "rb"); /* tests run in the root of the tree, as make does */
    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0) {
        assert_true(n <= list.len - done);
        assert_memory_equal(list.data + done, chunk, n);
        done += n;
    }
    fclose(file);
    assert_int_equal(done, list.len);
    assert_true(list.len > 0);
}

static void built_in_lists_are_their_files(void **state)
{
    (void)state;
    assert_is_file(builtin_words(), "wordlists/common.txt");
    assert_is_file(builtin_bench(), "wordlists/bench.txt");
    assert_is_file(builtin_resolvers(), "resolvers/public.txt");
}

static void every_built_in_word_makes_a_name(void **state)
{
    (void)state;
    char error_text[256];
    struct source *source;
    struct source_cursor *cursor;
    struct candidate candidate;
    struct source_share share = {.seed = 1, .shard_count = 1};
    struct words_pattern pattern = {.before = "", .after = ""};
    assert_int_equal(source_name_from_text(&pattern.zone, "example.com", 11), 0);
    assert_int_equal(words_source_open(&source, NULL, 0, &pattern, 1, &share, error_text), 0);
    assert_int_equal(source->ops->cursor_open(source, &cursor), 0);
    uint64_t count = 0;
    int r;
    while ((r = source->ops->next(cursor, &candidate)) != SOURCE_END) {
        assert_int_equal(r, SOURCE_GOT);
        count++;
    }
    assert_int_equal(source->ops->estimate(source).total, count);
    assert_true(count > 1000);
    source->ops->cursor_close(cursor);
    source->ops->close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_lists_are_their_files),
        cmocka_unit_test(every_built_in_word_makes_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
