// SPDX-License-Identifier: BSD-2-Clause
/* Segments up to MAP_FROM come from the heap. Larger ones are mappings of their own:
 * they are never asked for again at that size, since every segment grows, so a heap
 * would keep the holes; a mapping goes back to the kernel at once. Mapped memory is
 * populated in the same call, since all of it is about to be written: that saves a page
 * fault for every 4 KiB. */
#include "base/set_seam.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAP_FROM (64u << 10)

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
    if (bytes >= MAP_FROM)
        munmap(memory, bytes);
    else
        free(memory);
}
