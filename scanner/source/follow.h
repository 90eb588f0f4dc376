// SPDX-License-Identifier: BSD-2-Clause
/* A source that follows what another one found: words below names that exist (--depth),
 * names made from them (--permute).
 *
 *   first source --> candidates --> verdicts --learn--> finds --+--> making --+--> candidates
 *                                                                '--> descent -'
 *
 * The first source comes first, all of it; then what was learnt is used as it comes, names
 * made from names before words below names. Each made name is asked once, and not if it was
 * in the input. The end is when nothing can be made of what is known and no candidate is out
 * that might teach more; until then cursors that find nothing are told to wait.
 *
 * A name is followed when it has verdict found without a doubt about wildcards, or nodata;
 * with it, for descents, the names between it and its zone, which have something below them.
 *
 * Threads: learn and estimate at any time. One lock guards what is known; candidates of the
 * first source and of a stage pass without it. */
#ifndef SOURCE_FOLLOW_H
#define SOURCE_FOLLOW_H

#include "base/set.h"
#include "source/source.h"

/* Names of --from that are varied; as many again are left for finds. */
#define FOLLOW_GIVEN_MAX (1u << 20)

struct follow_params {
    struct source *first;      /* passes to the new source, also on failure */
    struct set *seen;          /* empty; gets every candidate; borrowed */
    bool marks_repeats;        /* candidates of FIRST that came before are SOURCE_REPEAT */
    struct source_share share; /* of the names of --from a shard varies its part */

    unsigned depth;                /* 0: no descents */
    const char *const *word_files; /* regular files; none: the built-in list */
    size_t word_file_count;

    bool permutes;
    const char *const *from_files;
    size_t from_file_count;
    /* Labels of the zone that NAME lies in, 0: in none of this run. At opening only. */
    unsigned (*zone_labels)(void *ctx, const struct name *name);
    void *zone_ctx;
};

/* As names_source_open. */
MUST_CHECK int follow_source_open(struct source **out, const struct follow_params *params,
                                  char *error_text);

#endif
