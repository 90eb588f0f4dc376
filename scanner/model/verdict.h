// SPDX-License-Identifier: BSD-2-Clause
/* The one final state each candidate ends in. Their counts add up to the
 * candidates taken from the source, always. */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

/* X(constant, word on the command line and in output) */
#define VERDICTS(X)                                                                                \
    X(FOUND, "found")               /* data of an asked type, or a CNAME/DNAME that applies */     \
    X(NODATA, "nodata")             /* the name exists without them */                             \
    X(NXDOMAIN, "nxdomain")         /* the name does not exist */                                  \
    X(WILDCARD, "wildcard")         /* exists only by synthesis */                                 \
    X(PRUNED, "pruned")             /* a verified proof said no, nothing was asked */              \
    X(SERVFAIL, "servfail")         /* the zone's own failure, agreed by independent resolvers */  \
    X(UNRESOLVED, "unresolved")     /* could not be decided; goes to --unresolved */               \
    X(INVALID, "invalid")           /* not a name */                                               \
    X(DUPLICATE, "duplicate")       /* asked before in this run (--dedupe) */                      \
    X(OUT_OF_SCOPE, "out_of_scope") /* --scope or --exclude forbids asking */

enum verdict {
#define X(constant, word) VERDICT_##constant,
    VERDICTS(X)
#undef X
        VERDICT_COUNT
};

static const char *const verdict_words[VERDICT_COUNT] = {
#define X(constant, word) [VERDICT_##constant] = word,
    VERDICTS(X)
#undef X
};

#endif
