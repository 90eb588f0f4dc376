// SPDX-License-Identifier: BSD-2-Clause
/* base/set_alloc.c: memory of zeros, aligned, from the heap and from mappings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>

#include "base/set_seam.h"

#define MAP_FROM 65536 /* octets; such blocks are mappings of their own */

static const size_t sizes[] = {1, 960, 4096, MAP_FROM - 1, MAP_FROM, MAP_FROM + 4096, 1 << 20};

static void memory_is_zeros_and_aligned_also_when_used_before(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10 * sizeof sizes / sizeof sizes[0]; i++) {
        size_t bytes = sizes[i / 10];
        unsigned char *memory = set_alloc(bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % SET_ALIGNMENT, 0);
        for (size_t at = 0; at < bytes; at++)
            assert_int_equal(memory[at], 0);
        memset(memory, 0xff, bytes);
        set_free(memory, bytes);
    }
}

static void what_was_mapped_is_no_longer_afterwards(void **state)
{
    (void)state;
    unsigned char resident[(1 << 20) / 4096];
    void *memory = set_alloc(1 << 20);
    assert_non_null(memory);
    assert_int_equal(mincore(memory, 1 << 20, resident), 0);
    for (size_t i = 0; i < sizeof resident; i++)
        assert_int_equal(resident[i] & 1, 1); /* at once, not page by page */
    set_free(memory, 1 << 20);
    assert_int_equal(mincore(memory, 1 << 20, resident), -1);
    assert_int_equal(errno, ENOMEM);
}

static void freed_pages_of_the_heap_are_no_longer_resident(void **state)
{
    (void)state;
    const size_t bytes = MAP_FROM - 1024;
    unsigned char *memory = set_alloc(bytes), *behind = set_alloc(bytes), resident;
    assert_true(memory && behind);
    memset(memory, 0xff, bytes);
    memset(behind, 0xff, bytes);
    void *page = (void *)(((uintptr_t)memory + bytes / 2) & ~(uintptr_t)4095);
    assert_int_equal(mincore(page, 4096, &resident), 0);
    assert_int_equal(resident & 1, 1);
    set_free(memory, bytes);
    assert_int_equal(mincore(page, 4096, &resident), 0);
    assert_int_equal(resident & 1, 0);
    for (size_t at = 0; at < bytes; at++)
        assert_int_equal(behind[at], 0xff);
    set_free(behind, bytes);
}

static void more_than_there_is_is_not_given(void **state)
{
    (void)state;
    assert_null(set_alloc(SIZE_MAX / 2 & ~(size_t)4095));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeros_and_aligned_also_when_used_before),
        cmocka_unit_test(what_was_mapped_is_no_longer_afterwards),
        cmocka_unit_test(freed_pages_of_the_heap_are_no_longer_resident),
        cmocka_unit_test(more_than_there_is_is_not_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
