// SPDX-License-Identifier: BSD-2-Clause
/* Segments are asked for in ever larger sizes, none of them twice, so that a heap would
 * keep nothing but holes. Large ones are mappings of their own, which go back to the kernel
 * at once; they are populated in the same call, since all of it is about to be written:
 * that saves a page fault for every 4 KiB. Of smaller ones the whole pages go back when
 * they are freed, and the heap keeps the addresses only. */
#include "base/set_seam.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAP_FROM (64u << 10)
#define PAGE     4096u /* or a multiple; then some that could go back stay */

void *set_alloc(size_t bytes)
{
    void *memory;
    if (bytes >= MAP_FROM) {
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        return memory == MAP_FAILED ? NULL : memory;
    }
    if (posix_memalign(&memory, SET_ALIGNMENT, bytes) != 0)
        return NULL;
    return memset(memory, 0, bytes);
}

void set_free(void *memory, size_t bytes)
{
    if (bytes >= MAP_FROM) {
        munmap(memory, bytes);
        return;
    }
    uintptr_t start = ((uintptr_t)memory + PAGE - 1) / PAGE * PAGE;
    uintptr_t end = ((uintptr_t)memory + bytes) / PAGE * PAGE;
    if (memory && start < end)
        (void)!madvise((void *)start, end - start, MADV_DONTNEED);
    free(memory);
}
