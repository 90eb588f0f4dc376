// SPDX-License-Identifier: BSD-2-Clause
/* Words for one list of zones after another: the lists are indexed once. */
#ifndef SOURCE_WORDS_H
#define SOURCE_WORDS_H

#include "source/inputs.h"

/* The index of FILES, none: of the built-in list. Regular files, which are read again. */
MUST_CHECK int words_index_open(struct inputs **out, const char *const *files, size_t file_count,
                                char *error_text);

/* Every word of INDEX with each of PATTERNS; both are borrowed until the source is closed.
 * Bad words are counted and not told. */
MUST_CHECK int words_source_again(struct source **out, const struct inputs *index,
                                  const struct words_pattern *patterns, uint32_t pattern_count,
                                  uint64_t seed, char *error_text);

#endif
