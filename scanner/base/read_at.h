// SPDX-License-Identifier: BSD-2-Clause
/* Reading a file at a place, whatever interrupts. */
#ifndef BASE_READ_AT_H
#define BASE_READ_AT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Fills OUT from OFFSET on. Octets read, fewer than LEN only where the file ends; or ERR_IO with
 * errno. */
MUST_CHECK ssize_t read_at(int fd, void *out, size_t len, uint64_t offset);

#endif
