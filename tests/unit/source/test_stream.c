// SPDX-License-Identifier: BSD-2-Clause
/* source/stream.c: pipes and compressed files by the blockful. */
#include "tests/unit/source/lists.h"

#include <fcntl.h>
#include <zlib.h>

#include "source/stream.h"

struct pipe_stream {
    int writer;
    struct stream stream;
    struct block block;
};

static void setup_pipe(struct pipe_stream *p)
{
    int fds[2];
    char path[LIST_PATH_MAX];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds[0]);
    assert_int_equal(stream_open(&p->stream, path), 0);
    close(fds[0]);
    p->writer = fds[1];
    assert_int_equal(block_init(&p->block, STREAM_BLOCK_BYTES), 0);
}

static void teardown_pipe(struct pipe_stream *p)
{
    if (p->writer >= 0)
        close(p->writer);
    stream_close(&p->stream);
    block_deinit(&p->block);
}

static void put(struct pipe_stream *p, const char *text)
{
    assert_int_equal(write(p->writer, text, strlen(text)), (ssize_t)strlen(text));
}

static void assert_item(const struct block *block, uint32_t index, uint64_t line, const char *text)
{
    assert_true(index < block->count);
    assert_int_equal(block->items[index].line, line);
    assert_int_equal(block->items[index].len, strlen(text));
    assert_memory_equal(block->data + block->items[index].offset, text, strlen(text));
}

static void what_is_there_is_given_at_once(void **state)
{
    (void)state;
    struct pipe_stream p;
    setup_pipe(&p);
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_WAIT);
    put(&p, "one\n# comment\n\ntwo\nthr");
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_GOT);
    assert_int_equal(p.block.count, 2);
    assert_item(&p.block, 0, 100, "one");
    assert_item(&p.block, 1, 103, "two");
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_WAIT);
    put(&p, "ee\n#only a comment\n");
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_GOT);
    assert_int_equal(p.block.count, 1);
    assert_item(&p.block, 0, 104, "three");
    put(&p, "#\n");
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_GOT);
    assert_int_equal(p.block.count, 0); /* no item, but not the end either */
    put(&p, "last");
    close(p.writer);
    p.writer = -1;
    assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_GOT);
    assert_item(&p.block, 0, 107, "last");
    for (int i = 0; i < 3; i++)
        assert_int_equal(stream_fill(&p.stream, 100, &p.block), LINES_END);
    assert_int_equal(p.stream.line_count, 8);
    teardown_pipe(&p);
}

static void blocks_end_at_256_lines(void **state)
{
    (void)state;
    struct pipe_stream p;
    setup_pipe(&p);
    for (int i = 0; i < 513; i++)
        put(&p, "ab\n");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(stream_fill(&p.stream, 0, &p.block), LINES_GOT);
        assert_int_equal(p.block.count, 256);
    }
    assert_int_equal(stream_fill(&p.stream, 0, &p.block), LINES_GOT);
    assert_int_equal(p.block.count, 1);
    assert_item(&p.block, 0, 512, "ab");
    teardown_pipe(&p);
}

static void blocks_end_at_16_kib_and_one_longest_line(void **state)
{
    (void)state;
    struct pipe_stream p;
    char line[LINES_LEN_MAX + 100];
    setup_pipe(&p);
    memset(line, 'a', sizeof line);
    line[4000] = '\n';
    for (int i = 0; i < 4; i++) /* 16,000 bytes */
        assert_int_equal(write(p.writer, line, 4001), 4001);
    line[4000] = 'a';
    line[sizeof line - 1] = '\n';
    assert_int_equal(write(p.writer, line, sizeof line), sizeof line);
    put(&p, "next\n");
    assert_int_equal(stream_fill(&p.stream, 0, &p.block), LINES_GOT);
    assert_int_equal(p.block.count, 5);
    assert_false(p.block.items[3].is_too_long);
    assert_true(p.block.items[4].is_too_long);
    assert_int_equal(p.block.items[4].len, LINES_LEN_MAX);
    assert_int_equal(stream_fill(&p.stream, 0, &p.block), LINES_GOT);
    assert_item(&p.block, 0, 5, "next");
    teardown_pipe(&p);
}

static void damage_comes_after_the_good_lines(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX] = "", file[] = "/tmp/test_stream_XXXXXX";
    struct stream stream;
    struct block block;
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    gzFile gz = gzopen(file, "wb");
    for (int i = 0; i < 100000; i++)
        gzprintf(gz, "word%d\n", i * 7919 % 100000);
    assert_int_equal(gzclose(gz), Z_OK);
    off_t len = lseek(fd, 0, SEEK_END);
    assert_int_equal(ftruncate(fd, len / 2), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(stream_open(&stream, path), 0);
    assert_int_equal(block_init(&block, STREAM_BLOCK_BYTES), 0);
    uint64_t item_count = 0;
    int r;
    while ((r = stream_fill(&stream, 0, &block)) == LINES_GOT)
        for (uint32_t i = 0; i < block.count; i++) {
            char expected[32];
            snprintf(expected, sizeof expected, "word%d", (int)item_count * 7919 % 100000);
            assert_item(&block, i, item_count++, expected);
        }
    assert_int_equal(r, ERR_FORMAT);
    assert_int_equal(stream_fill(&stream, 0, &block), ERR_FORMAT);
    assert_true(item_count > 10000 && item_count < 100000);
    stream_close(&stream);
    block_deinit(&block);
    close(fd);
    unlink(file);
}

static void folders_and_missing_files_are_errors(void **state)
{
    (void)state;
    struct stream stream;
    assert_int_equal(stream_open(&stream, "/"), ERR_IO);
    assert_int_equal(stream_open(&stream, "/nonexistent/list"), ERR_IO);
    stream_close(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_is_given_at_once),
        cmocka_unit_test(blocks_end_at_256_lines),
        cmocka_unit_test(blocks_end_at_16_kib_and_one_longest_line),
        cmocka_unit_test(damage_comes_after_the_good_lines),
        cmocka_unit_test(folders_and_missing_files_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
