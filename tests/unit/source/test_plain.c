// SPDX-License-Identifier: BSD-2-Clause
/* source/plain.c: the sampled index and the blocks it leads to. */
#include "tests/unit/source/lists.h"

#include <errno.h>

#include "source/plain.h"

struct seen {
    size_t item_count, too_long_count;
    uint64_t line_sum, text_sum; /* order does not matter to sums */
    uint64_t line_count;
    size_t block_count;
};

static uint64_t weigh_one(const void *ctx, const char *item, size_t len, uint64_t line)
{
    (void)ctx, (void)item, (void)len, (void)line;
    return 1;
}

static uint64_t sum_bytes(const char *data, size_t len)
{
    uint64_t sum = len;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + (unsigned char)data[i];
    return sum;
}

static void see_item(struct seen *seen, const char *data, size_t len, uint64_t line,
                     bool is_too_long)
{
    seen->item_count++;
    seen->too_long_count += is_too_long;
    seen->line_sum += line;
    seen->text_sum += sum_bytes(data, len) ^ line;
}

static struct seen read_plain(struct plain *plain)
{
    struct seen seen = {.item_count = 0};
    struct block block;
    uint64_t total = 0;
    assert_int_equal(plain_index(plain, 1000, weigh_one, NULL, &total), 0);
    assert_true(plain->block_bytes_max <= BLOCK_TEXT_MAX);
    assert_int_equal(block_init(&block, plain->block_bytes_max), 0);
    for (size_t i = plain->block_count; i-- > 0;) {
        assert_int_equal(plain_load(plain, i, &block), 0);
        assert_true(block.count <= BLOCK_LINES);
        for (uint32_t j = 0; j < block.count; j++)
            see_item(&seen, block.data + block.items[j].offset, block.items[j].len,
                     block.items[j].line, block.items[j].is_too_long);
    }
    assert_int_equal(total, seen.item_count);
    seen.line_count = plain->line_count;
    seen.block_count = plain->block_count;
    block_deinit(&block);
    plain_deinit(plain);
    return seen;
}

/* What base/lines.h, which reads from front to back, makes of the same bytes. */
static struct seen read_lines(const char *path)
{
    struct seen seen = {.item_count = 0};
    struct lines *lines;
    struct line line;
    int r;
    assert_int_equal(lines_open(&lines, path), 0);
    while ((r = lines_next(lines, true, &line)) != LINES_END) {
        assert_true(r > 0);
        seen.line_count = line.number;
        if (r == LINES_GOT)
            see_item(&seen, line.data, line.len, 1000 + line.number - 1, line.too_long);
    }
    lines_close(lines);
    seen.block_count = (size_t)(seen.line_count + BLOCK_LINES - 1) / BLOCK_LINES;
    return seen;
}

static struct seen assert_all_agree(const char *text, size_t len)
{
    char path[LIST_PATH_MAX];
    struct plain plain;
    int fd = list_make(text, len, path);
    struct seen expected = read_lines(path);
    plain_init_file(&plain, "list", fd, 0);
    struct seen from_file = read_plain(&plain);
    plain_init_memory(&plain, "list", text, len);
    struct seen from_memory = read_plain(&plain);
    assert_memory_equal(&from_file, &expected, sizeof expected);
    assert_memory_equal(&from_memory, &expected, sizeof expected);
    return expected;
}

static struct seen assert_text(const char *text)
{
    return assert_all_agree(text, strlen(text));
}

static void small_lists_are_read_as_they_stand(void **state)
{
    (void)state;
    assert_int_equal(assert_text("").line_count, 0);
    assert_int_equal(assert_text("\n").item_count, 0);
    assert_int_equal(assert_text("a").item_count, 1);
    assert_int_equal(assert_text("a\n").item_count, 1);
    assert_int_equal(assert_text("a\nb").item_count, 2);
    assert_int_equal(assert_text("a\r\nb\r\n\r\n").item_count, 2);
    assert_int_equal(assert_text("# c\n \t\n a # c\n#\n  # d\na#b\n").item_count, 2);
    assert_int_equal(assert_all_agree("a\0b\n\0\n", 6).item_count, 2);
}

static void blocks_begin_every_256_lines(void **state)
{
    (void)state;
    static const size_t counts[] = {255, 256, 257, 511, 512, 513, 10000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char *text = malloc(counts[i] * 8 + 1);
        size_t len = 0;
        assert_non_null(text);
        for (size_t j = 0; j < counts[i]; j++)
            len += (size_t)sprintf(text + len, "w%zu\n", j);
        assert_int_equal(assert_all_agree(text, len).item_count, counts[i]);
        assert_int_equal(assert_all_agree(text, len - 1).item_count, counts[i]);
        free(text);
    }
}

static void lines_are_too_long_from_4097_bytes_on(void **state)
{
    (void)state;
    static const size_t lens[] = {4095, 4096, 4097, 4098, 8192, 262143, 262144, 262145, 3000000};
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        char *text = malloc(lens[i] + 16);
        assert_non_null(text);
        memcpy(text, "x\n", 2);
        memset(text + 2, 'a', lens[i]);
        memcpy(text + 2 + lens[i], "\ny\n", 4);
        struct seen seen = assert_all_agree(text, lens[i] + 5);
        assert_int_equal(seen.item_count, 3);
        assert_int_equal(seen.too_long_count, lens[i] > 4096);
        memcpy(text + 2 + lens[i], "\r\nz\n", 5);
        seen = assert_all_agree(text, lens[i] + 6);
        assert_int_equal(seen.item_count, 3);
        assert_int_equal(seen.too_long_count, lens[i] > 4096);
        text[2] = '#';
        assert_int_equal(assert_all_agree(text, lens[i] + 6).item_count, 2);
        free(text);
    }
}

/* More text than a block can hold whole: it is kept cut. */
static void blocks_of_long_lines_are_read_in_pieces(void **state)
{
    (void)state;
    size_t line_len = 4096, len = 0;
    char *text = malloc(600 * (2 * line_len + 1));
    assert_non_null(text);
    for (int i = 0; i < 600; i++) {
        size_t this_len = i % 3 ? line_len : 2 * line_len;
        memset(text + len, 'a' + i % 26, this_len);
        text[len + this_len] = '\n';
        len += this_len + 1;
    }
    struct seen seen = assert_all_agree(text, len);
    assert_int_equal(seen.item_count, 600);
    assert_int_equal(seen.too_long_count, 200);
    assert_int_equal(assert_all_agree(text, len - 1).item_count, 600);
    /* one block of a single endless line, and where the next block begins */
    for (size_t i = 0; i < 255 * line_len; i++)
        if (text[i] == '\n')
            text[i] = 'a';
    struct seen joined = assert_all_agree(text, len);
    assert_true(joined.item_count < 600 && joined.item_count > 300);
    free(text);
}

static void changes_in_a_block_read_in_pieces_are_noticed(void **state)
{
    (void)state;
    static const size_t line_len = 5000;
    size_t len = 300 * line_len;
    char path[LIST_PATH_MAX], *text = malloc(len);
    struct plain plain;
    struct block block;
    uint64_t total = 0;
    assert_non_null(text);
    memset(text, 'a', len);
    for (size_t i = 1; i <= 300; i++)
        text[i * line_len - 1] = '\n';
    int fd = list_make(text, len, path);
    plain_init_file(&plain, "list", fd, 0);
    assert_int_equal(plain_index(&plain, 0, weigh_one, NULL, &total), 0);
    assert_int_equal(block_init(&block, plain.block_bytes_max), 0);
    assert_int_equal(plain_load(&plain, 0, &block), 0);
    assert_int_equal(block.count, 256);
    off_t last = (off_t)(256 * line_len) - 1;
    assert_int_equal(pwrite(fd, "b", 1, last), 1); /* as many lines, the last without end */
    assert_int_equal(plain_load(&plain, 0, &block), ERR_TRUNC);
    assert_int_equal(pwrite(fd, "\n", 1, last), 1);
    assert_int_equal(plain_load(&plain, 0, &block), 0);
    assert_int_equal(pwrite(fd, "\n", 1, 100), 1);
    assert_int_equal(plain_load(&plain, 0, &block), ERR_TRUNC);
    assert_int_equal(ftruncate(fd, 1000000), 0);
    assert_int_equal(plain_load(&plain, 0, &block), ERR_TRUNC);
    assert_int_equal(block.count, 0);
    block_deinit(&block);
    plain_deinit(&plain);
    free(text);
}

/* A list whose bytes are drawn at random from those that matter. */
static void any_mixture_of_bytes_is_read_alike(void **state)
{
    (void)state;
    static const char bytes[] = "\n\n\r\t #ab.\0";
    uint64_t seed = 1;
    for (int round = 0; round < 300; round++) {
        char text[3000];
        size_t len = (size_t)round * 10;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = bytes[(seed >> 33) % (sizeof bytes - 1)];
        }
        assert_all_agree(text, len);
    }
}

static void a_list_may_begin_behind_the_files_start(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    struct plain plain;
    plain_init_file(&plain, "list", list_make_text("one\ntwo\nthree\n", path), 4);
    struct seen seen = read_plain(&plain);
    assert_int_equal(seen.item_count, 2);
    assert_int_equal(seen.line_sum, 1000 + 1001);
}

static int change_and_load(size_t block_index, void (*change)(int fd))
{
    char path[LIST_PATH_MAX], text[600 * 8];
    size_t len = 0;
    struct plain plain;
    struct block block;
    uint64_t total = 0;
    for (int i = 0; i < 600; i++)
        len += (size_t)sprintf(text + len, "w%03d\n", i);
    int fd = list_make(text, len, path);
    plain_init_file(&plain, "list", fd, 0);
    assert_int_equal(plain_index(&plain, 0, weigh_one, NULL, &total), 0);
    assert_int_equal(block_init(&block, plain.block_bytes_max), 0);
    change(fd);
    errno = 0;
    int r = plain_load(&plain, block_index, &block);
    if (r)
        assert_int_equal(block.count, 0);
    block_deinit(&block);
    plain_deinit(&plain);
    return r;
}

static void cut_short(int fd)
{
    assert_int_equal(ftruncate(fd, 300 * 5), 0);
}

static void write_at(int fd, const char *text, off_t at)
{
    assert_int_equal(pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
}

static void shift_lines(int fd)
{
    write_at(fd, "w\n000", 0);      /* a line more in the first block */
    write_at(fd, "00000", 255 * 5); /* and its last one does not end there */
}

static void add_line(int fd)
{
    write_at(fd, "x\ny", 599 * 5);
}

static void join_lines(int fd)
{
    write_at(fd, "x", 10 * 5 + 4); /* a line less, and the ends where they were */
}

static void split_lines(int fd)
{
    for (off_t at = 0; at < 256 * 5; at++) /* many more lines than a block has room for */
        write_at(fd, "\n", at);
}

static void grow(int fd)
{
    write_at(fd, "more\n", 600 * 5);
}

static void close_file(int fd)
{
    close(fd);
}

static void changes_under_us_are_noticed(void **state)
{
    (void)state;
    assert_int_equal(change_and_load(0, cut_short), 0);
    assert_int_equal(change_and_load(1, cut_short), ERR_TRUNC);
    assert_int_equal(change_and_load(2, cut_short), ERR_TRUNC);
    assert_int_equal(change_and_load(0, shift_lines), ERR_TRUNC);
    assert_int_equal(change_and_load(0, join_lines), ERR_TRUNC);
    assert_int_equal(change_and_load(0, split_lines), ERR_TRUNC);
    assert_int_equal(change_and_load(1, split_lines), 0);
    assert_int_equal(change_and_load(1, shift_lines), 0);
    assert_int_equal(change_and_load(2, add_line), ERR_TRUNC);
    assert_int_equal(change_and_load(2, grow), 0); /* what came later is not ours */
    assert_int_equal(change_and_load(0, close_file), ERR_IO);
    assert_int_equal(errno, EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_lists_are_read_as_they_stand),
        cmocka_unit_test(blocks_begin_every_256_lines),
        cmocka_unit_test(lines_are_too_long_from_4097_bytes_on),
        cmocka_unit_test(blocks_of_long_lines_are_read_in_pieces),
        cmocka_unit_test(changes_in_a_block_read_in_pieces_are_noticed),
        cmocka_unit_test(any_mixture_of_bytes_is_read_alike),
        cmocka_unit_test(a_list_may_begin_behind_the_files_start),
        cmocka_unit_test(changes_under_us_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
