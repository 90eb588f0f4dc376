// SPDX-License-Identifier: BSD-2-Clause
/* source/names.c: every line one candidate, every address of a block one. */
#include "tests/unit/source/lists.h"

#include "base/log.h"

static struct source *open_names(const char *const *files, size_t file_count,
                                 const char *const *names, size_t name_count, bool expand,
                                 struct source_share share)
{
    char error_text[256];
    struct source *source;
    int r = names_source_open(&source, files, file_count, names, name_count, expand, &share,
                              error_text);
    assert_int_equal(r, 0);
    return source;
}

/* What TEXT as a list gives, sorted. */
static struct drained drain_text(const char *text, bool expand, struct source_share share,
                                 size_t cursor_count)
{
    char path[LIST_PATH_MAX];
    int fd = list_make_text(text, path);
    const char *file = path;
    struct drained d = drain_whole(open_names(&file, 1, NULL, 0, expand, share), cursor_count);
    close(fd);
    return d;
}

static void lines_become_names(void **state)
{
    (void)state;
    struct source_share all = share_of(1, 0, 1);
    ASSERT_DRAINED(drain_text("b.example\r\n# c\n\n*.A.example.\n c.example # x\nb\303\274.example",
                              false, all, 1),
                   "a.example -1", "b.example -1", "c.example -1", "xn--b-eha.example -1");
    struct drained empty = drain_text("", false, all, 3);
    assert_int_equal(empty.count, 0);
    empty = drain_text("#only\n\n", true, all, 3);
    assert_int_equal(empty.count, 0);
}

static void bad_lines_are_candidates_too(void **state)
{
    (void)state;
    struct source_share all = share_of(1, 0, 1);
    ASSERT_DRAINED(
        drain_text("a..b\nok.example\n192.0.2.1\n2001:db8::1\n192.0.2.0/24\nx y\n", false, all, 1),
        "! -1", "! -1", "! -1", "! -1", "! -1", "ok.example -1");
    char *text = malloc(20000);
    memset(text, 'a', 20000);
    memcpy(text + 9000, "\nx.example\n1.2.3.4/24", 21);
    memset(text + 9021, ' ', 20000 - 9021); /* addresses, but in a line too long */
    text[19999] = '\0';
    ASSERT_DRAINED(drain_text(text, true, all, 1), "! -1", "! -1", "x.example -1");
    free(text);
}

static void addresses_are_expanded_when_asked(void **state)
{
    (void)state;
    struct source_share all = share_of(1, 0, 1);
    ASSERT_DRAINED(
        drain_text("192.0.2.9\n198.51.100.8/30\nhost.example\n10.0.0.0/7\n::1\ncafe.de\n", true,
                   all, 2),
        "! -1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa -1",
        "10.100.51.198.in-addr.arpa -1", "11.100.51.198.in-addr.arpa -1",
        "8.100.51.198.in-addr.arpa -1", "9.100.51.198.in-addr.arpa -1", "9.2.0.192.in-addr.arpa -1",
        "cafe.de -1", "host.example -1");
}

static void names_given_as_text_follow_the_files(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    int fd = list_make_text("f.example\n", path);
    const char *file = path, *names[] = {"T.example.", "bad name", "new\nline", "u.example"};
    struct source *source = open_names(&file, 1, names, 4, false, share_of(3, 0, 1));
    struct drained d = drain(source, 2);
    assert_int_equal(source->ops->estimate(source).total, 5);
    source->ops->close(source);
    drained_sort(&d);
    ASSERT_DRAINED(d, "! -1", "! -1", "f.example -1", "t.example -1", "u.example -1");
    close(fd);
}

/* 1000 lines of names, comments, bad lines and blocks; the same for every test. */
static char *mixed_text(void)
{
    size_t len = 0;
    char *text = malloc(1000 * 32);
    assert_non_null(text);
    for (int i = 0; i < 1000; i++) {
        if (i % 10 == 7)
            len += (size_t)sprintf(text + len, "# comment\n\n");
        else if (i % 100 == 33)
            len += (size_t)sprintf(text + len, "10.%d.0.0/2%d\n", i / 100, i / 100 % 4);
        else if (i % 50 == 11)
            len += (size_t)sprintf(text + len, "bad name %d\n", i);
        else
            len += (size_t)sprintf(text + len, "w%d.example\n", i);
    }
    text[len] = '\0';
    return text;
}

/* Disjoint and complete: the union of all shards is the whole, each candidate once. */
static void shards_make_up_the_whole(void **state)
{
    (void)state;
    char *text = mixed_text(), path[LIST_PATH_MAX];
    struct drained whole = drain_text(text, true, share_of(99, 0, 1), 1);
    assert_true(whole.count > 10000);
    int fd = list_make_text(text, path);
    const char *file = path;
    static const uint32_t shard_counts[] = {1, 2, 3, 7, 16, 2000};
    for (size_t i = 0; i < sizeof shard_counts / sizeof *shard_counts; i++) {
        struct drained all = {.count = 0};
        for (uint32_t shard = 0; shard < shard_counts[i]; shard++) {
            struct source *source =
                open_names(&file, 1, NULL, 0, true, share_of(i, shard, shard_counts[i]));
            size_t before = all.count;
            drain_into(&all, source, shard % 4 + 1);
            assert_int_equal(all.end, SOURCE_END);
            assert_int_equal(source->ops->estimate(source).total, all.count - before);
            if (shard_counts[i] <= 16)
                assert_in_range(all.count - before, whole.count / shard_counts[i] * 9 / 10,
                                whole.count / shard_counts[i] * 11 / 10);
            source->ops->close(source);
        }
        drained_sort(&all);
        assert_same(&all, &whole);
        drained_deinit(&all);
    }
    drained_deinit(&whole);
    close(fd);
    free(text);
}

static void threads_share_without_loss(void **state)
{
    (void)state;
    char *text = mixed_text(), path[LIST_PATH_MAX];
    struct drained whole = drain_text(text, true, share_of(1, 0, 1), 1);
    int fd = list_make_text(text, path);
    const char *file = path;
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct source *source = open_names(&file, 1, NULL, 0, true, share_of(seed, 0, 1));
        struct drained all = drain_threads(source);
        assert_same(&all, &whole);
        drained_deinit(&all);
        source->ops->close(source);
    }
    drained_deinit(&whole);
    close(fd);
    free(text);
}

/* One line, four cursors: all must find work, since the block is put up for all. */
static void a_large_block_is_worked_on_by_all(void **state)
{
    (void)state;
    const char *name = "10.0.0.0/18";
    struct source *source = open_names(NULL, 0, &name, 1, true, share_of(1, 0, 1));
    struct source_cursor *cursors[4];
    struct candidate candidate;
    size_t counts[4] = {0}, total = 0;
    for (int i = 0; i < 4; i++)
        assert_int_equal(source->ops->cursor_open(source, &cursors[i]), 0);
    for (size_t ended = 0; ended < 4;) {
        ended = 0;
        for (int i = 0; i < 4; i++) {
            int r = source->ops->next(cursors[i], &candidate);
            counts[i] += r == SOURCE_GOT;
            ended += r == SOURCE_END;
            assert_true(r == SOURCE_GOT || r == SOURCE_END);
        }
    }
    for (int i = 0; i < 4; i++) {
        assert_true(counts[i] >= 1024);
        total += counts[i];
        source->ops->cursor_close(cursors[i]);
    }
    assert_int_equal(total, 1 << 14);
    source->ops->close(source);
}

/* Who holds lines may yet put up a block: the others wait, and end when it is closed. */
static void cursors_wait_for_lines_that_others_hold(void **state)
{
    (void)state;
    const char *names[] = {"a.example", "b.example"};
    struct source *source = open_names(NULL, 0, names, 2, true, share_of(1, 0, 1));
    struct source_cursor *a, *b;
    struct candidate candidate;
    assert_int_equal(source->ops->cursor_open(source, &a), 0);
    assert_int_equal(source->ops->cursor_open(source, &b), 0);
    assert_int_equal(source->ops->next(a, &candidate), SOURCE_GOT);
    assert_int_equal(source->ops->next(b, &candidate), SOURCE_WAIT);
    assert_int_equal(source->ops->next(b, &candidate), SOURCE_WAIT);
    source->ops->cursor_close(a);
    assert_int_equal(source->ops->next(b, &candidate), SOURCE_END);
    source->ops->cursor_close(b);
    source->ops->close(source);
}

static void a_pipe_without_data_makes_wait(void **state)
{
    (void)state;
    int fds[2];
    char path[LIST_PATH_MAX];
    const char *file = path;
    struct candidate candidate;
    struct source_cursor *cursor;
    assert_int_equal(pipe(fds), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds[0]);
    struct source *source = open_names(&file, 1, NULL, 0, false, share_of(1, 0, 1));
    assert_false(source->ops->estimate(source).is_known);
    assert_int_equal(source->ops->cursor_open(source, &cursor), 0);
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_WAIT);
    assert_int_equal(write(fds[1], "#c\n", 3), 3);
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_WAIT);
    assert_int_equal(write(fds[1], "a.example\n", 10), 10);
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_GOT);
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_WAIT);
    close(fds[1]);
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_END);
    source->ops->cursor_close(cursor);
    source->ops->close(source);
    close(fds[0]);
}

static void pipes_are_sharded_by_line(void **state)
{
    (void)state;
    struct drained all = {.count = 0};
    for (uint32_t shard = 0; shard < 3; shard++) {
        int fds[2];
        char path[LIST_PATH_MAX];
        const char *file = path, *name = "text.example";
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(write(fds[1], "a\n#\nb\nc\nd\ne\n", 12), 12);
        close(fds[1]);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fds[0]);
        struct source *source = open_names(&file, 1, &name, 1, false, share_of(9, shard, 3));
        drain_into(&all, source, 2);
        source->ops->close(source);
        close(fds[0]);
        if (shard == 0) /* text has place 0, the pipe's lines 1 to 6 */
            assert_int_equal(all.count, 3);
    }
    drained_sort(&all);
    ASSERT_DRAINED(all, "a -1", "b -1", "c -1", "d -1", "e -1", "text.example -1");
}

static void a_file_that_shrinks_ends_in_an_error(void **state)
{
    (void)state;
    char *text = mixed_text(), path[LIST_PATH_MAX];
    int fd = list_make_text(text, path);
    const char *file = path;
    struct source *source = open_names(&file, 1, NULL, 0, true, share_of(1, 0, 1));
    assert_int_equal(ftruncate(fd, 100), 0);
    struct drained d = drain(source, 3);
    assert_int_equal(d.end, ERR_TRUNC);
    assert_non_null(strstr(source_error(source), ": changed while it was read"));
    drained_deinit(&d);
    source->ops->close(source);
    close(fd);
    free(text);
}

static void files_that_cannot_be_opened_are_told(void **state)
{
    (void)state;
    char error_text[256];
    const char *file = "/nonexistent/names";
    struct source *source;
    struct source_share share = share_of(1, 0, 1);
    assert_int_equal(names_source_open(&source, &file, 1, NULL, 0, false, &share, error_text),
                     ERR_IO);
    assert_null(source);
    assert_string_equal(error_text, "/nonexistent/names: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_names),
        cmocka_unit_test(bad_lines_are_candidates_too),
        cmocka_unit_test(addresses_are_expanded_when_asked),
        cmocka_unit_test(names_given_as_text_follow_the_files),
        cmocka_unit_test(shards_make_up_the_whole),
        cmocka_unit_test(threads_share_without_loss),
        cmocka_unit_test(a_large_block_is_worked_on_by_all),
        cmocka_unit_test(cursors_wait_for_lines_that_others_hold),
        cmocka_unit_test(a_pipe_without_data_makes_wait),
        cmocka_unit_test(pipes_are_sharded_by_line),
        cmocka_unit_test(a_file_that_shrinks_ends_in_an_error),
        cmocka_unit_test(files_that_cannot_be_opened_are_told),
    };
    log_init(LOG_ERROR, false); /* thousands of bad lines are told elsewhere */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
