// SPDX-License-Identifier: BSD-2-Clause
/* Why a zone's DNSKEY set is believed. */
#ifndef MODEL_KEY_BELIEF_H
#define MODEL_KEY_BELIEF_H

#define KEY_BELIEFS(X)                                                                             \
    X(CHAIN, "chain")       /* a chain of signatures leads from a trust anchor to it */            \
    X(TRUSTED, "trusted")   /* one of --trusted gave it */                                         \
    X(SERVERS, "servers")   /* one of the zone's own servers did */                                \
    X(MAJORITY, "majority") /* more than half of three or more resolvers did */                    \
    X(ALL, "all")           /* all did, being fewer */

enum key_belief {
#define X(constant, word) KEY_BELIEF_##constant,
    KEY_BELIEFS(X)
#undef X
        KEY_BELIEF_COUNT
};

static const char *const key_belief_words[KEY_BELIEF_COUNT] = {
#define X(constant, word) [KEY_BELIEF_##constant] = word,
    KEY_BELIEFS(X)
#undef X
};

#endif
