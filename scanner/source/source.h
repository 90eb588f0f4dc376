// SPDX-License-Identifier: BSD-2-Clause
/* Where candidates come from: one door for names, words x zones, and whatever
 * proposes names from what was learnt.
 *
 * A source is opened once and shared; each worker draws through a cursor of its
 * own, which takes work in blocks under the source's lock and then hands out
 * names without any. Every candidate of the input comes out of exactly one cursor,
 * once; which cursor is a matter of timing, which candidates belong to this run is
 * a pure function of (input, seed, shard).
 *
 * Order. Plain files are read through a sampled line index with pread, blocks in an
 * order permuted by the seed and lines permuted inside the block; compressed files,
 * pipes and terminals keep their order and come after all plain ones. With several
 * zones the zone varies fastest, so that no zone is asked in a burst. A shard takes the
 * items whose place in the input is congruent to its index: disjoint, interleaved. The
 * place is counted over all lines of the plain files, then of the names given as text,
 * then of the others; a word's is multiplied by the number of patterns and the
 * pattern's index added, the k-th address of a block on line L has place L + k.
 *
 * Names, words and files come with file and line in messages: the first
 * SOURCE_COMPLAINTS_MAX bad ones are told by log_note, all are counted. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "model/evidence.h"
#include "model/hit.h"
#include "model/verdict.h"

#define SOURCE_COMPLAINTS_MAX 10
#define SOURCE_ERROR_CAP      256 /* bytes of error_text, the zero included */
#define SOURCE_ZONE_NONE      UINT32_MAX
#define SOURCE_YIELDS_MAX     8

enum source_state {
    SOURCE_END = 0,     /* nothing more for this cursor, unless it learns (take_back) */
    SOURCE_GOT = 1,     /* a candidate */
    SOURCE_INVALID = 2, /* a candidate that is not a name: to be counted, not asked */
    SOURCE_WAIT = 3,    /* nothing just now: a pipe without data, another cursor still has lines
                         * that may be blocks of addresses to share, or candidates are out
                         * that the source may learn from; ask again soon */
    SOURCE_REPEAT = 4,  /* a candidate that came before: to be counted, not asked */
};

struct candidate {
    struct name name; /* lower case; unset when invalid */
    uint32_t zone;    /* index of the pattern it was made with, or SOURCE_ZONE_NONE */
    uint32_t tag;     /* the source's own; goes with it and comes back in its evidence */
    uint8_t from;     /* enum hit_source */
};

struct source_estimate {
    bool is_known;  /* false for pipes and compressed files */
    bool may_grow;  /* by what is learnt: TOTAL is what is known of so far */
    uint64_t total; /* candidates of this run (this shard), comments left out */
};

/* Names made in one way from what was learnt. */
struct source_yield {
    const char *kind; /* static */
    uint64_t made;    /* in all, also those that had been asked or made before */
    uint64_t asked;   /* of them handed out and within scope */
    uint64_t found;   /* of them with verdict found */
};

struct source;
struct source_cursor;

/* The way to add a kind of source: one const table, one file. */
struct source_ops {
    int (*cursor_open)(struct source *source, struct source_cursor **out);
    int (*next)(struct source_cursor *cursor, struct candidate *out); /* source_state or error */
    void (*cursor_close)(struct source_cursor *cursor);
    /* What became of a candidate; NULL for sources that do not learn. Any thread, once for
     * each that was handed out and once more for each that was taken back: a source that
     * learns says WAIT, not END, as long as it may be told of one. */
    void (*learn)(struct source *source, const uint8_t *name, enum verdict verdict,
                  const struct evidence *evidence);
    /* COUNT candidates that were told of are open again; cursors that had said END may say
     * something else when they are asked again. NULL like learn. */
    void (*take_back)(struct source *source, uint64_t count);
    struct source_estimate (*estimate)(const struct source *source);
    const char *(*error)(const struct source *source); /* NULL for sources that cannot fail */
    /* What it made of what it learnt, by kind: how many entries of OUT. NULL like learn. */
    size_t (*yields)(const struct source *source, struct source_yield out[SOURCE_YIELDS_MAX]);
    void (*close)(struct source *source); /* after all its cursors */
};

/* First member of every source and cursor. */
struct source {
    const struct source_ops *ops;
};
struct source_cursor {
    struct source *source;
};

/* File and cause once `next` has returned an error, else NULL. Borrowed, any thread. */
static inline const char *source_error(const struct source *source)
{
    return source->ops->error ? source->ops->error(source) : NULL;
}

struct source_share {
    uint64_t seed;
    uint32_t shard_index, shard_count; /* index from 0; count >= 1 */
};

/* Full names: FILES ("-" is stdin, at most once), then NAMES given as text. With
 * EXPAND_ADDRESSES an IPv4/IPv6 address or CIDR block becomes its in-addr.arpa or
 * ip6.arpa names (RFC 1035 section 3.5, RFC 3596 section 2.5), lazily; blocks of
 * more than 2^24 addresses are invalid. U-labels become A-labels. ERROR_TEXT
 * (SOURCE_ERROR_CAP bytes) gets file and cause on failure. */
MUST_CHECK int names_source_open(struct source **out, const char *const *files, size_t file_count,
                                 const char *const *names, size_t name_count, bool expand_addresses,
                                 const struct source_share *share, char *error_text);

/* A place for words, see scan/params.h: BEFORE word AFTER . ZONE. */
struct words_pattern {
    const char *before; /* "" mostly */
    const char *after;  /* "" mostly */
    struct name zone;
};

/* WORDS x PATTERNS. Without files the built-in list is used. PATTERNS and what they
 * point to are borrowed until the source is closed. */
MUST_CHECK int words_source_open(struct source **out, const char *const *files, size_t file_count,
                                 const struct words_pattern *patterns, size_t pattern_count,
                                 const struct source_share *share, char *error_text);

/* Any text a user may write for a name: trailing dot, upper case, leading `*.`,
 * U-labels. ERR_SYNTAX, ERR_RANGE. Also used for zones on the command line. */
MUST_CHECK int source_name_from_text(struct name *out, const char *text, size_t len);
/* What keeps TEXT, which gave ERROR, from being one, to be said behind it: "is not a name". */
const char *source_name_fault(const char *text, size_t len, int error);
const char *source_label_fault(const char *text, size_t len); /* the same of labels alone; NULL */

/* The lists that travel in the program; not terminated. */
struct builtin {
    const char *data;
    size_t len;
};
struct builtin builtin_words(void);
struct builtin builtin_resolvers(void);
struct builtin builtin_bench(void); /* queries, see source/workload_text.h */

#endif
