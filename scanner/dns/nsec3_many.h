// SPDX-License-Identifier: BSD-2-Clause
/* NSEC3 hashes of many names at a time (RFC 5155 section 5), by the widest SHA-1 that this
 * processor has (dns/sha1_kernel.h).
 *
 *   struct nsec3_many many;
 *   nsec3_many_init(&many, &params, sha1_kernel_best());
 *   nsec3_many_hash(&many, names, count, hashes);
 *
 * What was set up is const: any number of threads may use one. Fastest with NSEC3_MANY_FULL names
 * or a multiple, and with names of about the same length. Pure. */
#ifndef DNS_NSEC3_MANY_H
#define DNS_NSEC3_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/sha1_kernel.h"

#define NSEC3_MANY_FULL SHA1_LANES_MAX

struct nsec3_many {
    const struct sha1_kernel *kernel;
    struct nsec3_params params;
};

/* KERNEL NULL: the best there is. Asking the processor takes a microsecond or two: set up once
 * for each chain of a zone, not for each call. */
void nsec3_many_init(struct nsec3_many *many, const struct nsec3_params *params,
                     const struct sha1_kernel *kernel);

/* OUT[i] = H(NAMES[i]), names in any letter case, any COUNT. */
void nsec3_many_hash(const struct nsec3_many *many, const uint8_t *const *names, size_t count,
                     uint8_t (*out)[NSEC3_HASH_LEN]);

#endif
