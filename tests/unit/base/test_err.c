// SPDX-License-Identifier: BSD-2-Clause
/* base/err.c: the table of texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void every_error_has_its_own_text(void **state)
{
    (void)state;
    for (int a = ERR_FORMAT; a <= ERR_OK; a++) {
        assert_string_not_equal(err_text(a), "unknown error");
        for (int b = a + 1; b <= ERR_OK; b++)
            assert_string_not_equal(err_text(a), err_text(b));
    }
}

static void other_numbers_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(err_text(1), "unknown error");
    assert_string_equal(err_text(ERR_FORMAT - 1), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_own_text),
        cmocka_unit_test(other_numbers_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
