// SPDX-License-Identifier: BSD-2-Clause
#include "dns/sha1_kernel.h"

#include <string.h>

#include "dns/sha1_kernels.h"

static const struct sha1_kernel *const kernels[] = {
#if defined __x86_64__
    &sha1_avx512,
    &sha1_avx2,
    &sha1_shani,
#endif
    &sha1_portable,
};

const struct sha1_kernel *sha1_kernel_at(size_t index)
{
    return index < sizeof kernels / sizeof kernels[0] ? kernels[index] : NULL;
}

const struct sha1_kernel *sha1_kernel_best(void)
{
    size_t i = 0;
    while (!kernels[i]->is_here()) /* the last is everywhere */
        i++;
    return kernels[i];
}

const struct sha1_kernel *sha1_kernel_find(const char *name)
{
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
        if (strcmp(kernels[i]->name, name) == 0 && kernels[i]->is_here())
            return kernels[i];
    return NULL;
}
