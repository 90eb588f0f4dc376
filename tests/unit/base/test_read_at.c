// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/read_at.h"

#define CONTENT "0123456789"

static void assert_read(int fd, uint64_t offset, size_t len, const char *expected)
{
    char octets[16];
    memset(octets, '.', sizeof octets);
    ssize_t got = read_at(fd, octets, len, offset);
    assert_int_equal(got, strlen(expected));
    assert_memory_equal(octets, expected, strlen(expected));
    assert_int_equal(octets[got], '.');
}

static void what_is_there_is_read_and_no_more(void **state)
{
    FILE *file = tmpfile();
    (void)state;
    assert_non_null(file);
    assert_int_equal(fputs(CONTENT, file) >= 0 ? fflush(file) : EOF, 0);
    int fd = fileno(file);
    assert_read(fd, 0, 10, CONTENT);
    assert_read(fd, 3, 4, "3456");
    assert_read(fd, 9, 1, "9");
    assert_read(fd, 5, 6, "56789");
    assert_read(fd, 10, 1, "");
    assert_read(fd, 1 << 20, 1, "");
    assert_read(fd, 0, 0, "");
    fclose(file);
}

static void errors_are_told(void **state)
{
    char octet;
    int ends[2];
    (void)state;
    assert_int_equal(read_at(-1, &octet, 1, 0), ERR_IO);
    assert_int_equal(errno, EBADF);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(read_at(ends[0], &octet, 1, 0), ERR_IO);
    assert_int_equal(errno, ESPIPE);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_is_read_and_no_more),
        cmocka_unit_test(errors_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
