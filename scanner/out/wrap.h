// SPDX-License-Identifier: BSD-2-Clause
/* Prose of any length in a terminal's 80 columns. Private to out/. */
#ifndef OUT_WRAP_H
#define OUT_WRAP_H

#include <stddef.h>

#include "base/text.h"

#define WRAP_COLUMNS 80

/* WORDS as printable ASCII, the first line from COLUMN on, the others from INDENT, and a newline.
 * Broken at blanks; a word that fits no line is broken where the line ends. */
void put_wrapped(struct text *out, size_t column, size_t indent, const char *words);
/* "  LABEL      WORDS", what is wrapped under the first word; nothing when WORDS is empty or NULL.
 * LABEL has at most 10 octets. */
void put_field(struct text *out, const char *label, const char *words);
/* As above, of a text that was put together for it and is cleared. */
void put_field_text(struct text *out, const char *label, struct text *words);

#endif
