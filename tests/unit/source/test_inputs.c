// SPDX-License-Identifier: BSD-2-Clause
/* source/inputs.c: many lists as one, their kinds, their errors. */
#include "tests/unit/source/lists.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/log.h"
#include "source/inputs.h"

static uint64_t weigh_two(const void *ctx, const char *item, size_t len, uint64_t line)
{
    (void)ctx, (void)item, (void)len, (void)line;
    return 2;
}

static int open_files(struct inputs **out, const char *const *files, size_t file_count,
                      uint64_t seed, uint32_t stripe_count, char *error_text)
{
    struct inputs_params params = {.files = files,
                                   .file_count = file_count,
                                   .seed = seed,
                                   .stripe_count = stripe_count,
                                   .weigh = weigh_two};
    return inputs_open(out, &params, error_text);
}

static void assert_no_open(const char *file, const char *cause)
{
    char error_text[256] = "", expected[256];
    struct inputs *inputs;
    assert_true(open_files(&inputs, &file, 1, 1, 1, error_text) < 0);
    assert_null(inputs);
    snprintf(expected, sizeof expected, "%s: %s", file, cause);
    assert_string_equal(error_text, expected);
}

static void what_cannot_be_read_is_told_with_its_cause(void **state)
{
    (void)state;
    char error_text[256];
    struct inputs *inputs;
    const char *twice[] = {"-", "-"};
    assert_no_open("/nonexistent/list", "No such file or directory");
    assert_no_open("/", "Is a directory");
    assert_int_equal(open_files(&inputs, twice, 2, 1, 1, error_text), ERR_RANGE);
    assert_string_equal(error_text, "stdin: given twice");
}

/* Every line's place with its stripe, as often as it came. */
static size_t take_all(struct inputs *inputs, uint8_t *seen, size_t line_count,
                       uint32_t stripe_count, int *end)
{
    struct block block;
    size_t count = 0;
    int r;
    assert_int_equal(block_init(&block, inputs_block_bytes(inputs)), 0);
    while ((r = inputs_take(inputs, &block)) == SOURCE_GOT)
        for (uint32_t i = 0; i < block.count; i++) {
            assert_true(block.items[i].line < line_count);
            assert_true(block.stripe < stripe_count);
            seen[block.items[i].line * stripe_count + block.stripe]++;
            count++;
        }
    block_deinit(&block);
    *end = r;
    return count;
}

static int make_lines(size_t line_count, char path[LIST_PATH_MAX])
{
    char *text = malloc(line_count * 8 + 1);
    size_t len = 0;
    assert_non_null(text);
    for (size_t i = 0; i < line_count; i++)
        len += (size_t)sprintf(text + len, "w%zu\n", i);
    int fd = list_make(text, len, path);
    free(text);
    return fd;
}

static int make_pipe(const char *text, char path[LIST_PATH_MAX])
{
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_int_equal(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
    close(fds[1]);
    snprintf(path, LIST_PATH_MAX, "/proc/self/fd/%d", fds[0]);
    return fds[0];
}

static void plain_lists_share_one_order_and_pipes_follow(void **state)
{
    (void)state;
    char paths[4][LIST_PATH_MAX], error_text[256];
    int fds[4] = {make_lines(700, paths[0]), make_pipe("p\n#\nq\n", paths[1]),
                  make_lines(0, paths[2]), make_lines(257, paths[3])};
    const char *files[] = {paths[0], paths[1], paths[2], paths[3]};
    for (uint32_t stripe_count = 1; stripe_count <= 3; stripe_count += 2) {
        uint8_t seen[960 * 3] = {0};
        struct inputs *inputs;
        int end;
        assert_int_equal(open_files(&inputs, files, 4, 5, stripe_count, error_text), 0);
        assert_false(inputs_estimate(inputs).is_known);
        assert_int_equal(inputs_estimate(inputs).total, 2 * 957);
        size_t pipe_items = stripe_count == 1 ? 2 : 0; /* it can be read once only */
        assert_int_equal(take_all(inputs, seen, 960, stripe_count, &end),
                         stripe_count * (957 + pipe_items));
        assert_int_equal(end, SOURCE_END);
        for (size_t i = 0; i < 957 * stripe_count; i++)
            assert_int_equal(seen[i], 1);
        assert_int_equal(seen[957 * stripe_count], stripe_count == 1);
        assert_int_equal(seen[958 * stripe_count], 0); /* the comment */
        assert_null(inputs_error(inputs));
        inputs_close(inputs);
    }
    for (int i = 0; i < 4; i++)
        close(fds[i]);
}

static void a_byte_order_mark_is_no_part_of_the_first_line(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], error_text[256];
    int fd = list_make_text("\xef\xbb\xbfwww\nmail\n", path);
    const char *file = path;
    struct inputs *inputs;
    struct block block;
    assert_int_equal(open_files(&inputs, &file, 1, 5, 1, error_text), 0);
    assert_int_equal(inputs_estimate(inputs).total, 2 * 2);
    assert_int_equal(block_init(&block, inputs_block_bytes(inputs)), 0);
    assert_int_equal(inputs_take(inputs, &block), SOURCE_GOT);
    assert_int_equal(block.count, 2);
    for (uint32_t i = 0; i < block.count; i++) {
        const struct block_item *item = &block.items[i];
        const char *word = item->line == 0 ? "www" : "mail";
        assert_int_equal(item->len, strlen(word));
        assert_memory_equal(block.data + item->offset, word, item->len);
    }
    block_deinit(&block);
    inputs_close(inputs);
    close(fd);
}

static void a_pipes_block_is_given_once_for_each_stripe(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], error_text[256];
    int end, fd = make_pipe("a\n#\nb\n", path);
    const char *file = path;
    uint8_t seen[3 * 5] = {0};
    struct inputs *inputs;
    assert_int_equal(open_files(&inputs, &file, 1, 5, 5, error_text), 0);
    assert_int_equal(take_all(inputs, seen, 3, 5, &end), 10);
    for (size_t i = 0; i < 15; i++)
        assert_int_equal(seen[i], i / 5 != 1);
    inputs_close(inputs);
    close(fd);
}

static void pipes_are_counted_on_from_one_to_the_next(void **state)
{
    (void)state;
    char paths[2][LIST_PATH_MAX], error_text[256];
    int end, fds[2] = {make_pipe("a\n#\nb", paths[0]), make_pipe("#\nc\n", paths[1])};
    const char *files[] = {paths[0], paths[1]};
    uint8_t seen[5] = {0};
    struct inputs *inputs;
    assert_int_equal(open_files(&inputs, files, 2, 1, 1, error_text), 0);
    assert_int_equal(take_all(inputs, seen, 5, 1, &end), 3);
    assert_memory_equal(seen, ((uint8_t[]){1, 0, 1, 0, 1}), 5);
    inputs_close(inputs);
    close(fds[0]);
    close(fds[1]);
}

/* A number that tells the order of the lines in the first UNIT_COUNT units. */
static uint64_t order_of(size_t line_count, int unit_count, uint64_t seed)
{
    char path[LIST_PATH_MAX], error_text[256];
    int fd = make_lines(line_count, path);
    const char *file = path;
    struct inputs *inputs;
    struct block block;
    uint64_t order = 0;
    assert_int_equal(open_files(&inputs, &file, 1, seed, 1, error_text), 0);
    assert_int_equal(block_init(&block, inputs_block_bytes(inputs)), 0);
    for (int i = 0; i < unit_count; i++) {
        assert_int_equal(inputs_take(inputs, &block), SOURCE_GOT);
        for (uint32_t j = 0; j < block.count; j++)
            order = order * 31 + block.items[j].line + 1;
    }
    block_deinit(&block);
    inputs_close(inputs);
    close(fd);
    return order;
}

static void the_seed_alone_makes_the_order(void **state)
{
    (void)state;
    uint64_t input_order = 0;
    for (uint64_t i = 1; i <= 100; i++)
        input_order = input_order * 31 + i;
    assert_int_equal(order_of(3000, 5, 1), order_of(3000, 5, 1));
    assert_int_not_equal(order_of(3000, 5, 1), order_of(3000, 5, 2));
    assert_int_equal(order_of(100, 1, 1), order_of(100, 1, 1)); /* inside one block */
    assert_int_not_equal(order_of(100, 1, 1), order_of(100, 1, 2));
    assert_int_not_equal(order_of(100, 1, 1), input_order);
}

static size_t take_stdin(int fd, bool is_plain)
{
    char error_text[256];
    const char *file = "-";
    int saved = dup(STDIN_FILENO), end;
    struct inputs *inputs;
    uint8_t seen[1000] = {0};
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    int r = open_files(&inputs, &file, 1, 1, 1, error_text);
    assert_int_equal(r, 0);
    assert_int_equal(inputs_estimate(inputs).is_known, is_plain);
    size_t count = take_all(inputs, seen, 1000, 1, &end);
    if (is_plain)
        assert_int_equal(inputs_estimate(inputs).total, 2 * count);
    inputs_close(inputs);
    if (saved >= 0) {
        assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
        close(saved);
    }
    return count;
}

static void stdin_from_a_file_is_plain_from_where_it_stands(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    int fd = list_make_text("one\ntwo\nthree\n", path);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(take_stdin(fd, true), 3);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    assert_int_equal(take_stdin(fd, true), 2);
    close(fd);
    fd = make_pipe("one\ntwo\n", path);
    assert_int_equal(take_stdin(fd, false), 2);
    close(fd);
}

static void compression_is_told_by_content(void **state)
{
    (void)state;
    char file[] = "/tmp/test_inputs_XXXXXX", error_text[256];
    const char *path = file;
    struct inputs *inputs;
    uint8_t seen[4] = {0};
    int end, fd = mkstemp(file);
    assert_true(fd >= 0);
    gzFile gz = gzopen(file, "wb");
    gzprintf(gz, "a\nb\n#\nd");
    assert_int_equal(gzclose(gz), Z_OK);
    assert_int_equal(open_files(&inputs, &path, 1, 1, 1, error_text), 0);
    assert_false(inputs_estimate(inputs).is_known);
    assert_int_equal(take_all(inputs, seen, 4, 1, &end), 3);
    assert_int_equal(end, SOURCE_END);
    inputs_close(inputs);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0); /* nor is anything lost of it as stdin */
    assert_int_equal(take_stdin(fd, false), 3);
    /* cut: the error comes last, stays, and tells the file */
    assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 6), 0);
    assert_int_equal(open_files(&inputs, &path, 1, 1, 1, error_text), 0);
    take_all(inputs, seen, 4, 1, &end);
    assert_int_equal(end, ERR_FORMAT);
    take_all(inputs, seen, 4, 1, &end);
    assert_int_equal(end, ERR_FORMAT);
    assert_non_null(inputs_error(inputs));
    assert_memory_equal(inputs_error(inputs), file, strlen(file));
    assert_non_null(strstr(inputs_error(inputs), err_text(ERR_FORMAT)));
    inputs_close(inputs);
    close(fd);
    unlink(file);
}

static void a_file_cut_short_is_an_error_for_all(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], error_text[256], expected[256];
    const char *file = path;
    struct inputs *inputs;
    uint8_t seen[5000] = {0};
    int end, fd = make_lines(5000, path);
    assert_int_equal(open_files(&inputs, &file, 1, 1, 1, error_text), 0);
    assert_int_equal(ftruncate(fd, 300), 0);
    take_all(inputs, seen, 5000, 1, &end);
    assert_int_equal(end, ERR_TRUNC);
    take_all(inputs, seen, 5000, 1, &end);
    assert_int_equal(end, ERR_TRUNC);
    snprintf(expected, sizeof expected, "%s: changed while it was read", path);
    assert_string_equal(inputs_error(inputs), expected);
    inputs_close(inputs);
    close(fd);
}

/* Runs complaints with stderr in a file; returns what was written. */
static char *capture_complaints(struct inputs *inputs, const struct block *block, int count)
{
    static char text[8192];
    int fd = memfd_create("stderr", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    for (int i = 0; i < count; i++)
        inputs_complain(inputs, block, &block->items[0], "is bad");
    dup2(saved, STDERR_FILENO);
    close(saved);
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    assert_true(len >= 0);
    text[len] = '\0';
    close(fd);
    return text;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void complaints_end_after_ten(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], error_text[256], long_line[300];
    memset(long_line, 'x', sizeof long_line);
    memcpy(long_line, "#\n\033[1m", 6);
    long_line[sizeof long_line - 1] = '\0';
    int fd = list_make_text(long_line, path);
    const char *file = path;
    struct inputs *inputs;
    struct block block;
    assert_int_equal(open_files(&inputs, &file, 1, 1, 1, error_text), 0);
    assert_int_equal(block_init(&block, inputs_block_bytes(inputs)), 0);
    assert_int_equal(inputs_take(inputs, &block), SOURCE_GOT);
    char *text = capture_complaints(inputs, &block, 9);
    assert_int_equal(count_lines(text), 9);
    assert_non_null(strstr(text, ":2: '\\027[1mxxx")); /* no raw control byte */
    assert_non_null(strstr(text, "xxx...' is bad\n"));
    text = capture_complaints(inputs, &block, 1);
    assert_int_equal(count_lines(text), 1);
    text = capture_complaints(inputs, &block, 100);
    assert_string_equal(text, "dnstrawl: further bad lines are only counted\n");
    block_deinit(&block);
    inputs_close(inputs);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_cause),
        cmocka_unit_test(plain_lists_share_one_order_and_pipes_follow),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_line),
        cmocka_unit_test(a_pipes_block_is_given_once_for_each_stripe),
        cmocka_unit_test(pipes_are_counted_on_from_one_to_the_next),
        cmocka_unit_test(the_seed_alone_makes_the_order),
        cmocka_unit_test(stdin_from_a_file_is_plain_from_where_it_stands),
        cmocka_unit_test(compression_is_told_by_content),
        cmocka_unit_test(a_file_cut_short_is_an_error_for_all),
        cmocka_unit_test(complaints_end_after_ten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
