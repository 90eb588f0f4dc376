// SPDX-License-Identifier: BSD-2-Clause
/* How one server of a zone denies names, in one word: a column of `walk --classify`, and what a
 * walk goes by. */
#ifndef MODEL_CHAIN_H
#define MODEL_CHAIN_H

#include <stdbool.h>

/* X(constant, word, whether its records show what the zone holds, whether it has any) */
#define CHAIN_KINDS(X)                                                                             \
    X(NSEC, "nsec", true, true)                    /* the zone's own intervals (RFC 4034) */       \
    X(NSEC3, "nsec3", true, true)                  /* the same of hashes (RFC 5155) */             \
    X(WHITE_LIES, "white-lies", false, true)       /* NSEC around the name asked for (RFC 4470) */ \
    X(NARROW_NSEC3, "narrow-nsec3", false, true)   /* NSEC3 likewise (RFC 7129 appendix B) */      \
    X(COMPACT, "compact", false, true)             /* NSEC of the very name (RFC 9824) */          \
    X(COMPACT_BARE, "compact-bare", false, true)   /* without the mark of what is absent */        \
    X(COMPACT_NSEC3, "compact-nsec3", false, true) /* NSEC3 of the very name (RFC 9824 4) */       \
    X(BLACK_LIES, "black-lies", false, true) /* NSEC of the very name, with invented types */      \
    X(MIXED, "mixed", false, true)           /* not the same from one reply to the next */         \
    X(CHANGING, "changing", false, true)     /* the zone changed during the test, twice */         \
    X(UNREADABLE, "unreadable", false, true) /* NSEC3 with parameters that are not ours */         \
    X(UNSIGNED, "unsigned", false, false)    /* a zone without DNSSEC */                           \
    X(NO_PROOF, "no-proof", false, false)    /* a signed zone; this server denies without proof */ \
    X(HIDDEN, "hidden", false, false)        /* every name gets an answer, nothing is denied */    \
    X(LAME, "lame", false, false)            /* does not serve the zone (RFC 9499) */              \
    X(REFUSED, "refused", false, false)                                                            \
    X(FAILING, "failing", false, false)         /* SERVFAIL, FORMERR, no EDNS */                   \
    X(SILENT, "silent", false, false)           /* no answer */                                    \
    X(UNREACHABLE, "unreachable", false, false) /* no way to it, or no TCP */                      \
    X(UNKNOWN, "unknown", false, false)         /* the test did not come to an end */

enum chain_kind {
#define X(constant, word, is_walkable, has_records) CHAIN_##constant,
    CHAIN_KINDS(X)
#undef X
        CHAIN_KIND_COUNT
};

static const struct {
    const char *word;
    bool is_walkable;
    bool has_records;
} chain_kinds[CHAIN_KIND_COUNT] = {
#define X(constant, word, is_walkable, has_records)                                                \
    [CHAIN_##constant] = {word, is_walkable, has_records},
    CHAIN_KINDS(X)
#undef X
};

#endif
