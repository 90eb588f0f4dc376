// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/source/workload.h"

#include <zlib.h>

#include "base/lines.h"
#include "source/workload_file.h"

static struct workload *made_of(const void *data, size_t len, unsigned workers)
{
    char path[LIST_PATH_MAX];
    int fd = list_make(data, len, path);
    struct workload_params params = usual_params();
    params.path = path;
    params.workers = workers;
    struct workload *workload = workload_made(&params);
    close(fd);
    return workload;
}

static struct workload *made_of_text(const char *text, unsigned workers)
{
    return made_of(text, strlen(text), workers);
}

static void queries_are_asked_in_order_and_again(void **state)
{
    (void)state;
    struct workload *workload = made_of_text("; one\na A\n\n# two\nb AAAA\r\n  c MX ; three\n", 1);
    for (int round = 0; round < 3; round++) {
        assert_next(workload, 0, "a A");
        assert_next(workload, 0, "b AAAA");
        assert_next(workload, 0, "c MX");
    }
    assert_int_equal(workload_size(workload), 3);
    assert_int_equal(left_out(workload), 0);
    assert_int_equal(workload_kind(workload), WORKLOAD_FILE);
    workload_destroy(workload);
}

/* Query i goes to worker i mod T, the file over and over, also where it has fewer queries than
 * there are workers. */
static void workers_take_turns(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 9; workers++) {
        struct workload *workload = made_of_text("a A\nb A\nc A\nd A\ne A\n", workers);
        for (unsigned i = 0; i < 100; i++) {
            const char want[] = {(char)('a' + i % 5), ' ', 'A', '\0'};
            assert_next(workload, i % workers, want);
        }
        workload_destroy(workload);
    }
}

/* A trial that follows another goes on where that one stopped: names asked before are cached. */
static void rewinding_leaves_a_file_where_it_is(void **state)
{
    (void)state;
    struct workload *workload = made_of_text("a A\nb A\n", 1);
    assert_next(workload, 0, "a A");
    workload_rewind(workload);
    assert_next(workload, 0, "b A");
    workload_destroy(workload);
}

static void the_programs_flags_go_out_with_each_query(void **state)
{
    (void)state;
    static const unsigned flags[] = {0, QUERY_EDNS, QUERY_EDNS | QUERY_DO};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        char path[LIST_PATH_MAX];
        int fd = list_make_text("WWW.Example.com A\n\\000\\.\xff TYPE300\n", path);
        struct workload_params params = usual_params();
        struct asked asked;
        params.path = path;
        params.flags = flags[i];
        struct workload *workload = workload_made(&params);
        for (int j = 0; j < 2; j++) {
            assert_true(asked_next(workload, 0, &asked));
            assert_int_equal(asked.has_edns, i > 0);
            assert_int_equal(asked.has_do, i > 1);
            assert_int_equal(asked.query.expects, WORKLOAD_UNKNOWN);
            assert_ldns_reads(&asked);
        }
        assert_string_equal(asked.text, "\\000\\046\\255 TYPE300");
        workload_destroy(workload);
        close(fd);
    }
}

static void bad_lines_are_left_out_and_counted(void **state)
{
    (void)state;
    struct workload *workload =
        made_of_text("a A\nb\nc FOO\nadd d 60 A 192.0.2.1\ne A\nf..g A\n", 1);
    assert_next(workload, 0, "a A");
    assert_next(workload, 0, "e A");
    assert_next(workload, 0, "a A");
    assert_int_equal(left_out(workload), 4);
    workload_destroy(workload);
}

static void long_lines_are_left_out(void **state)
{
    (void)state;
    char text[3 * LINES_LEN_MAX];
    size_t len = 2 * LINES_LEN_MAX;
    memset(text, 'a', len);
    memcpy(text, "a A ", 4);
    strcpy(text + len, "\nb A\n");
    struct workload *workload = made_of_text(text, 1);
    assert_next(workload, 0, "b A");
    assert_next(workload, 0, "b A");
    assert_int_equal(left_out(workload), 1);
    workload_destroy(workload);
}

/* What standard error gets of TEXT. */
static void assert_tells(const char *text, const char *const *wants, size_t want_count)
{
    char path[LIST_PATH_MAX], line[256];
    int fd = list_make_text(text, path), saved = dup(STDERR_FILENO);
    FILE *told = tmpfile();
    struct workload_params params = usual_params();
    struct workload *workload;
    struct text why = {0};
    params.path = path;
    log_init(LOG_NOTE, false);
    fflush(stderr);
    assert_true(dup2(fileno(told), STDERR_FILENO) >= 0);
    int error = workload_create(&workload, &params, &why);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_int_equal(error, 0);
    rewind(told);
    for (size_t i = 0; i < want_count; i++) {
        char want[256];
        assert_non_null(fgets(line, sizeof line, told));
        snprintf(want, sizeof want, wants[i], path);
        assert_string_equal(line, want);
    }
    assert_null(fgets(line, sizeof line, told));
    fclose(told);
    text_deinit(&why);
    workload_destroy(workload);
    close(fd);
}

static void the_first_ten_bad_lines_are_told(void **state)
{
    (void)state;
    static const char *const few[] = {
        "dnstrawl: %s:2: no type behind the name\n",
        "dnstrawl: %s:4: a line of a dynamic update: only queries are asked\n"};
    assert_tells("a A\nb\n\nsend\n", few, 2);
    static const char *const many[] = {
        "dnstrawl: %s:1: a type that is none\n",     "dnstrawl: %s:2: a type that is none\n",
        "dnstrawl: %s:3: a type that is none\n",     "dnstrawl: %s:4: a type that is none\n",
        "dnstrawl: %s:5: a type that is none\n",     "dnstrawl: %s:6: a type that is none\n",
        "dnstrawl: %s:7: a type that is none\n",     "dnstrawl: %s:8: a type that is none\n",
        "dnstrawl: %s:9: a type that is none\n",     "dnstrawl: %s:10: a type that is none\n",
        "dnstrawl: further ones are only counted\n",
    };
    assert_tells("x y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\na A\n", many, 10);
    assert_tells("x y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\nx y\na A\n", many, 11);
}

static void files_may_be_compressed(void **state)
{
    (void)state;
    uint8_t packed[200];
    static const char text[] = "a A\nb A\n";
    z_stream z = {.next_in = (Bytef *)(uintptr_t)text,
                  .avail_in = sizeof text - 1,
                  .next_out = packed,
                  .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    struct workload *workload = made_of(packed, z.total_out, 1);
    deflateEnd(&z);
    assert_next(workload, 0, "a A");
    assert_next(workload, 0, "b A");
    workload_destroy(workload);
}

static void files_of_no_use_are_refused(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], message[256];
    struct workload_params params = usual_params();
    static const char *const texts[] = {"", "\n", "; nothing\n# at all\n", "a\nb\n"};
    params.path = path;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int fd = list_make_text(texts[i], path);
        snprintf(message, sizeof message, "%s: no query in it", path);
        assert_not_made(&params, ERR_SYNTAX, message);
        close(fd);
    }
    params.path = "/nonexistent/q";
    assert_not_made(&params, ERR_IO, "/nonexistent/q: No such file or directory");
    params.path = "/";
    assert_not_made(&params, ERR_IO, "/: Is a directory");
}

static void a_broken_file_is_refused(void **state)
{
    (void)state;
    static const uint8_t broken[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff};
    char path[LIST_PATH_MAX], message[256];
    struct workload_params params = usual_params();
    int fd = list_make(broken, sizeof broken, path);
    params.path = path;
    snprintf(message, sizeof message, "%s: %s", path, err_text(ERR_FORMAT));
    assert_not_made(&params, ERR_FORMAT, message);
    close(fd);
}

static void a_file_may_be_too_large(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], want[256];
    struct stock stock;
    struct text why = {0};
    uint64_t refused = 0;
    int fd = list_make_text("a A\nb A\nc A\n", path);
    stock_init(&stock, false, 30);
    assert_int_equal(workload_file_read(&stock, path, 0, &refused, &why), ERR_FULL);
    text_putc(&why, '\0');
    snprintf(want, sizeof want, "%s: more than 0 MiB of queries, read up to query 2", path);
    assert_string_equal(why.data, want);
    stock_deinit(&stock);
    text_deinit(&why);
    close(fd);
}

/* Small files are asked once to warm up; of large ones there is no telling. */
static void small_files_warm_the_cache(void **state)
{
    (void)state;
    for (int count = 9999; count <= 10001; count++) {
        char *text = malloc((size_t)count * 16);
        size_t len = 0;
        struct asked asked;
        int warm = 0;
        assert_non_null(text);
        for (int i = 0; i < count; i++)
            len += (size_t)sprintf(text + len, "n%d A\n", i);
        struct workload *workload = made_of(text, len, 2);
        while (asked_warm(workload, &asked)) {
            char want[32];
            snprintf(want, sizeof want, "n%d A", warm++);
            assert_string_equal(asked.text, want);
        }
        assert_int_equal(warm, count <= 10000 ? count : 0);
        workload_destroy(workload);
        free(text);
    }
}

static void a_file_is_described_by_name_and_size(void **state)
{
    (void)state;
    char folder[] = "/tmp/dnstrawl-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/queries.txt", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("a A\n", file);
    fclose(file);
    struct workload_params params = usual_params();
    params.path = path;
    struct workload *workload = workload_made(&params);
    assert_described(workload, "queries.txt, 1 query");
    workload_destroy(workload);
    file = fopen(path, "a");
    assert_non_null(file);
    fputs("b A\nc\nd\n", file);
    fclose(file);
    workload = workload_made(&params);
    assert_described(workload, "queries.txt, 2 queries, 2 lines left out");
    workload_destroy(workload);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_asked_in_order_and_again),
        cmocka_unit_test(workers_take_turns),
        cmocka_unit_test(rewinding_leaves_a_file_where_it_is),
        cmocka_unit_test(the_programs_flags_go_out_with_each_query),
        cmocka_unit_test(bad_lines_are_left_out_and_counted),
        cmocka_unit_test(long_lines_are_left_out),
        cmocka_unit_test(the_first_ten_bad_lines_are_told),
        cmocka_unit_test(files_may_be_compressed),
        cmocka_unit_test(files_of_no_use_are_refused),
        cmocka_unit_test(a_broken_file_is_refused),
        cmocka_unit_test(a_file_may_be_too_large),
        cmocka_unit_test(small_files_warm_the_cache),
        cmocka_unit_test(a_file_is_described_by_name_and_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
