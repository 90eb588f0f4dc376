// SPDX-License-Identifier: BSD-2-Clause
/* A list of single labels: a file, or the one that travels in the program. */
#ifndef LAB_WORDS_H
#define LAB_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

struct words; /* opaque, const once read */

/* PATH NULL: the built-in list. What is no single label is passed over. ERR_IO
 * with errno, ERR_FORMAT, ERR_NOMEM. */
MUST_CHECK int words_read(struct words **out, const char *path);
void words_destroy(struct words *words);
size_t words_count(const struct words *words);
/* A label as text, lower case, terminated. */
const char *words_at(const struct words *words, size_t index);

#endif
