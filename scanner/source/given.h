// SPDX-License-Identifier: BSD-2-Clause
/* Lists of names that are known to exist: --from. */
#ifndef SOURCE_GIVEN_H
#define SOURCE_GIVEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

enum given_result {
    GIVEN_TAKEN,
    GIVEN_ELSEWHERE, /* in no zone of the run */
    GIVEN_TOO_MANY,
};

/* Hands each name of FILES ("-" is stdin) to ADD with its place among them, from 0; ADD
 * returns a given_result or an error, which ends the reading. Blocks until all is read. Bad
 * lines are told by file and line, the first SOURCE_COMPLAINTS_MAX, and how many names were
 * left out. ERROR_TEXT (SOURCE_ERROR_CAP) gets file and cause on failure. */
MUST_CHECK int given_read(const char *const *files, size_t file_count,
                          int (*add)(void *ctx, const struct name *name, uint64_t place), void *ctx,
                          char *error_text);

#endif
