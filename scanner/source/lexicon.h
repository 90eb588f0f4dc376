// SPDX-License-Identifier: BSD-2-Clause
/* The parts that existing names are made of ("api", "billing"), counted, and the commonest
 * of them in order. Bounded: 8,192 places of 32 octets; parts that come when three quarters
 * are taken are not learnt. One thread at a time. */
#ifndef SOURCE_LEXICON_H
#define SOURCE_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define LEXICON_RANKED_MAX 128 /* so many are tried; past them a part is seldom met twice */
#define LEXICON_LEN_MIN    2
#define LEXICON_LEN_MAX    24

struct lexicon; /* opaque */

MUST_CHECK int lexicon_create(struct lexicon **out);
void lexicon_destroy(struct lexicon *lexicon); /* NULL is fine */

/* Counts TEXT; what is shorter or longer than a part may be is left out. */
void lexicon_note(struct lexicon *lexicon, const char *text, size_t len);
/* Chooses the commonest of those noted; equals in the order they came. */
void lexicon_rank(struct lexicon *lexicon);

/* Of those chosen last. */
size_t lexicon_ranked_count(const struct lexicon *lexicon);
const char *lexicon_at(const struct lexicon *lexicon, size_t rank, size_t *len);

#endif
