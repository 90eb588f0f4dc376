// SPDX-License-Identifier: BSD-2-Clause
/* What a resolver turned out to be, in one word: the second column of the `resolvers`
 * command's table, and what a run with such a table goes by. */
#ifndef MODEL_RESOLVER_H
#define MODEL_RESOLVER_H

#include <stdbool.h>

/* X(constant, word, whether a run uses it), the gravest first: one that is several of them
 * is called by the first that fits. */
#define RESOLVER_CLASSES(X)                                                                        \
    X(DEAD, "dead", false)           /* no reply to anything */                                    \
    X(REWRITING, "rewriting", false) /* gives data for names that do not exist */                  \
    X(HIDING, "hiding", false)       /* denies names that exist */                                 \
    X(WRONG, "wrong", false)         /* gives other addresses than all the others do */            \
    X(REFUSING, "refusing", false)   /* refuses half of the zones asked for, or more */            \
    X(FAILING, "failing", false)     /* SERVFAIL for a fifth of what is asked, or more */          \
    X(FORGING, "forging", false)     /* packets come with its replies that answer nothing asked */ \
    X(TRUNCATING, "truncating", false) /* every reply by UDP is truncated */                       \
    X(LOSSY, "lossy", true)            /* honest; a twentieth of the queries is lost, or more */   \
    X(SLOW, "slow", true)              /* honest; half of its replies take 500 ms or more */       \
    X(LIMITED, "limited", true)        /* honest; has a limit below the ceiling it was tried at */ \
    X(GOOD, "good", true)              /* honest, and no limit found */                            \
    X(UNKNOWN, "unknown", true)        /* the checks did not come to an end */

enum resolver_class {
#define X(constant, word, is_used) RESOLVER_##constant,
    RESOLVER_CLASSES(X)
#undef X
        RESOLVER_CLASS_COUNT
};

static const struct {
    const char *word;
    bool is_used;
} resolver_classes[RESOLVER_CLASS_COUNT] = {
#define X(constant, word, is_used) [RESOLVER_##constant] = {word, is_used},
    RESOLVER_CLASSES(X)
#undef X
};

#endif
