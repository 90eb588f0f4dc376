// SPDX-License-Identifier: BSD-2-Clause
/* Words below names that were found: --depth.
 *
 * Names go down in stages: up to DESCENT_NAMES of them make one source of words x names.
 * Those that have something below them (parents of found names) or may well, having no data
 * of their own (empty non-terminals), go first, all of them that wait, then the others as they
 * came. A stage is done when each of its cursors is at its end; the next may begin before that.
 * After the first words of each name a stage waits for their answers.
 *
 * descent_next is for any thread with a cursor of its own, as are descent_learnt and the
 * figures; all else wants the caller's lock. */
#ifndef SOURCE_DESCENT_H
#define SOURCE_DESCENT_H

#include "base/set.h"
#include "source/finds.h"
#include "source/source.h"

#define DESCENT_NAMES 64 /* one stripe of patterns: each word is parsed once for all */

struct descent; /* opaque */
struct stage;   /* opaque */

struct descent_cursor {
    struct stage *stage; /* NULL: on none */
    struct source_cursor *words;
};

struct descent_params {
    struct finds *finds; /* borrowed */
    struct set *seen;    /* candidates so far; what is made goes there too; borrowed */
    const char *const *word_files;
    size_t word_file_count;
    unsigned depth; /* names found after this many descents are not gone below */
    uint64_t seed;
};

/* As words_index_open. */
MUST_CHECK int descent_create(struct descent **out, const struct descent_params *params,
                              char *error_text);
void descent_destroy(struct descent *descent); /* after its cursors have left; NULL is fine */

/* FIND was added to the finds. */
void descent_note_find(struct descent *descent, const struct find *find);
/* Some candidate may still come, from here or from a cursor. */
bool descent_is_busy(const struct descent *descent);
/* Candidates of all stages begun and of the names that wait. */
uint64_t descent_total(const struct descent *descent);

/* Puts CURSOR on a stage: SOURCE_GOT; SOURCE_END when there is none now; or an error. */
MUST_CHECK int descent_enter(struct descent *descent, struct descent_cursor *cursor,
                             char *error_text);
/* OUT, which nobody has asked for, and the number of the find that it lies below: SOURCE_GOT,
 * SOURCE_INVALID. SOURCE_WAIT, or SOURCE_END: nothing more for this cursor on this stage, which it
 * must leave. */
MUST_CHECK int descent_next(struct descent *descent, struct descent_cursor *cursor,
                            struct candidate *out, uint32_t *find);
void descent_leave(struct descent *descent, struct descent_cursor *cursor); /* on none: fine */
/* What became of a name that is below find number FIND. Any thread. */
void descent_learnt(struct descent *descent, uint32_t find, enum verdict verdict);
struct source_yield descent_yield(const struct descent *descent);
/* The text of a stage's error, NULL: none. */
const char *descent_cursor_error(const struct descent_cursor *cursor);

#endif
