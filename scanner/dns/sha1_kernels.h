// SPDX-License-Identifier: BSD-2-Clause
/* The kernels there are. Private to sha1_*.c. */
#ifndef DNS_SHA1_KERNELS_H
#define DNS_SHA1_KERNELS_H

#include "dns/sha1_kernel.h"

#if defined __x86_64__
extern const struct sha1_kernel sha1_avx512, sha1_avx2, sha1_shani;
#endif
extern const struct sha1_kernel sha1_portable;

#endif
