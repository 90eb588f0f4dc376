// SPDX-License-Identifier: BSD-2-Clause
/* Names near a name that exists, by kind and number. Pure: the same (name, kind, number,
 * parts) is always the same text.
 *
 *   numbers   web01 -> web02 web00 web03 ...  each number up and down by 1 to 3, width kept
 *             where it has leading zeros; the width itself changed once
 *   numbered  web -> web1 web2 web01 web-1;  web1 -> web  after each part
 *   dashes    api-dev -> apidev api.dev dev-api api dev; api.dev -> api-dev apidev dev.api dev;
 *             web01 -> web-01  joined, split, turned round, taken alone
 *   words     api -> dev-api api-dev dev.api devapi apidev; api-dev -> api-prod
 *   swaps     api-dev -> PART-dev api-PART, with parts of other names (source/lexicon.h)
 *
 * What is varied is the head: the labels below the zone. A head with a label that is no
 * host name's (`_tcp`, `xn--...`, odd bytes) has no variants, nor has the zone itself. */
#ifndef SOURCE_VARIANTS_H
#define SOURCE_VARIANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "source/lexicon.h"

#define VARIANT_TOKENS_MAX 8 /* parts of a head that are looked at; more are left as they are */

/* X(constant, word in summary and stats) */
#define VARIANT_KINDS(X)                                                                           \
    X(NUMBERS, "numbers")                                                                          \
    X(NUMBERED, "numbered")                                                                        \
    X(DASHES, "dashes")                                                                            \
    X(WORDS, "words")                                                                              \
    X(SWAPS, "swaps")

enum variant_kind {
#define X(constant, word) VARIANT_##constant,
    VARIANT_KINDS(X)
#undef X
        VARIANT_KIND_COUNT
};

enum variant_state {
    VARIANT_END,  /* no variant of this kind has this number or a higher one */
    VARIANT_MADE, /* a name, other than the one it was made from */
    VARIANT_NONE, /* this number makes no name */
};

struct variant_span {
    uint8_t start, len; /* in head */
};

/* A name taken apart. */
struct variants {
    struct name zone;
    char head[NAME_WIRE_MAX + 1]; /* "api-dev.eu"; terminated */
    uint8_t head_len;
    struct variant_span tokens[VARIANT_TOKENS_MAX];  /* between dashes and dots */
    struct variant_span numbers[VARIANT_TOKENS_MAX]; /* runs of digits */
    uint8_t dividers[VARIANT_TOKENS_MAX];            /* places of dashes and dots */
    uint8_t token_count, number_count, divider_count;
};

/* False: NAME has no variants. ZONE_LABELS: of its zone, at most its own. */
bool variants_init(struct variants *variants, const struct name *name, unsigned zone_labels);

/* A variant_state. LEXICON may be NULL: no swaps. */
int variants_at(const struct variants *variants, enum variant_kind kind, unsigned number,
                const struct lexicon *lexicon, struct name *out);

/* Tells LEXICON of what the name is made of. */
void variants_teach(const struct variants *variants, struct lexicon *lexicon);

#endif
