// SPDX-License-Identifier: BSD-2-Clause
/* source/given.c: names of lists in order; what is bad is told with its line. */
#include "tests/unit/source/lists.h"

#include "base/log.h"
#include "source/given.h"

struct seen {
    char text[1024];
    uint64_t places;
    int answer;
};

static int add(void *ctx, const struct name *name, uint64_t place)
{
    struct seen *seen = ctx;
    char text[NAME_TEXT_MAX];
    name_to_text(name->wire, text);
    assert_int_equal(place, seen->places++);
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof seen->text - len, "%s ", text);
    return seen->answer;
}

/* What is told on stderr while FILES are read; the result in *OUT. */
static void read_told(const char *const *files, size_t count, struct seen *seen, int *out,
                      char *told, size_t cap)
{
    char error_text[SOURCE_ERROR_CAP];
    int fds[2];
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], STDERR_FILENO);
    *out = given_read(files, count, add, seen, error_text);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(fds[1]);
    size_t len = 0;
    for (ssize_t n; (n = read(fds[0], told + len, cap - 1 - len)) > 0;)
        len += (size_t)n;
    told[len] = '\0';
    close(fds[0]);
}

static void names_come_in_order_over_all_files(void **state)
{
    char one[LIST_PATH_MAX], two[LIST_PATH_MAX], told[4096];
    int fds[] = {list_make_text("B.example.\n# no\n\n*.a.example\n", one),
                 list_make_text("b\303\274.example # u\n", two)};
    const char *files[] = {one, two};
    struct seen seen = {.answer = GIVEN_TAKEN};
    int r;
    (void)state;
    read_told(files, 2, &seen, &r, told, sizeof told);
    assert_int_equal(r, 0);
    assert_string_equal(seen.text, "b.example a.example xn--b-eha.example ");
    assert_string_equal(told, "");
    close(fds[0]);
    close(fds[1]);
}

static void bad_lines_are_told_by_file_and_line(void **state)
{
    char path[LIST_PATH_MAX], told[8192], expected[256], text[5000];
    struct seen seen = {.answer = GIVEN_TAKEN};
    const char *file = path;
    int r;
    (void)state;
    size_t len = (size_t)snprintf(text, sizeof text, "ok.example\na..b\n");
    memset(text + len, 'a', 300);
    len += 300;
    for (int i = 0; i < 12; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "\nx y%d", i);
    int fd = list_make(text, len, path);
    read_told(&file, 1, &seen, &r, told, sizeof told);
    assert_int_equal(r, 0);
    assert_string_equal(seen.text, "ok.example ");
    snprintf(expected, sizeof expected, "%s:2: 'a..b' is not a name", path);
    assert_non_null(strstr(told, expected));
    snprintf(expected, sizeof expected, "%s:3: 'aaaa", path);
    assert_non_null(strstr(told, expected));
    snprintf(expected, sizeof expected, "%s:11: 'x y7' is not a name", path);
    assert_non_null(strstr(told, expected));
    assert_null(strstr(told, "y8"));
    snprintf(expected, sizeof expected, "%s: 4 of its further lines are no names", path);
    assert_non_null(strstr(told, expected));
    close(fd);
}

static void a_list_without_a_name_is_told(void **state)
{
    char paths[2][LIST_PATH_MAX], told[4096], expected[256];
    int fds[] = {list_make_text("# nothing\n\n", paths[0]), list_make_text("a..b\n", paths[1])};
    struct seen seen = {.answer = GIVEN_TAKEN};
    const char *files[] = {paths[0], paths[1]};
    int r;
    (void)state;
    read_told(files, 2, &seen, &r, told, sizeof told);
    assert_int_equal(r, 0);
    snprintf(expected, sizeof expected, "warning: %s: no names in it", paths[0]);
    assert_non_null(strstr(told, expected));
    snprintf(expected, sizeof expected, "%s: no names in it", paths[1]);
    assert_null(strstr(told, expected)); /* its line was told */
    close(fds[0]);
    close(fds[1]);
}

static void what_is_left_out_is_counted_by_cause(void **state)
{
    char path[LIST_PATH_MAX], told[4096];
    int fd = list_make_text("a.example\nb.example\n", path);
    struct seen seen = {.answer = GIVEN_ELSEWHERE};
    const char *file = path;
    int r;
    (void)state;
    read_told(&file, 1, &seen, &r, told, sizeof told);
    assert_int_equal(r, 0);
    assert_non_null(strstr(told, ": 2 of its names left out: in no zone of this run"));
    seen = (struct seen){.answer = GIVEN_TOO_MANY};
    read_told(&file, 1, &seen, &r, told, sizeof told);
    assert_non_null(strstr(told, ": 2 of its names left out: too many"));
    close(fd);
}

static void errors_end_the_reading(void **state)
{
    char path[LIST_PATH_MAX], error_text[SOURCE_ERROR_CAP];
    int fd = list_make_text("a.example\nb.example\n", path);
    struct seen seen = {.answer = ERR_NOMEM};
    const char *file = path;
    (void)state;
    assert_int_equal(given_read(&file, 1, add, &seen, error_text), ERR_NOMEM);
    assert_string_equal(seen.text, "a.example ");
    close(fd);
    file = "/nowhere/at/all";
    assert_int_equal(given_read(&file, 1, add, &seen, error_text), ERR_IO);
    assert_string_equal(error_text, "/nowhere/at/all: No such file or directory");
    file = "/tmp";
    assert_int_equal(given_read(&file, 1, add, &seen, error_text), ERR_IO);
    fd = list_make("\x1f\x8b\x08\x00 torn", 9, path); /* gzip, and its end is missing */
    file = path;
    assert_true(given_read(&file, 1, add, &seen, error_text) < 0);
    assert_non_null(strstr(error_text, path));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_in_order_over_all_files),
        cmocka_unit_test(bad_lines_are_told_by_file_and_line),
        cmocka_unit_test(a_list_without_a_name_is_told),
        cmocka_unit_test(what_is_left_out_is_counted_by_cause),
        cmocka_unit_test(errors_end_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
