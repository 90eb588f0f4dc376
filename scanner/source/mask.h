// SPDX-License-Identifier: BSD-2-Clause
/* Masks as hashcat's: which octets each place of a name may have. `?l?l?d`, `www-?1?1`.
 *
 *   ?l ?u  a to z          ?h ?H  0 to 9, a to f    ?a  ?l ?d ?s
 *   ?d     0 to 9          ?s     the 33 others of printable ASCII
 *   ?b     any octet       ?1 to ?4  own sets       ??  a question mark
 *
 * Anything else is itself; a dot ends a label, `\DDD` is any octet. Names have no letter case, so
 * capitals are taken as small letters, ?b without them. */
#ifndef SOURCE_MASK_H
#define SOURCE_MASK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "dns/name.h"

#define MASK_CHARSETS  4
#define MASK_HEAD_MAX  64 /* octets of labels with their lengths */
#define MASK_CHARS_MAX 256

/* A place where several octets may stand. */
struct mask_place {
    uint8_t at;     /* in the head */
    uint16_t count; /* >= 2 */
    uint8_t chars[MASK_CHARS_MAX];
};

struct mask {
    unsigned head_len;
    uint8_t head[MASK_HEAD_MAX]; /* labels; zero where something varies */
    unsigned place_count;
    struct mask_place places[MASK_HEAD_MAX];
    uint64_t count; /* of heads; UINT64_MAX: that or more */
};

/* TEXT's first LENGTH places (0: all). CHARSETS[MASK_CHARSETS], ?1 to ?4, NULL: not given; each may
 * use those before it. ERR_SYNTAX, ERR_RANGE (longer than 63 octets) and the cause in WHY. */
MUST_CHECK int mask_parse(struct mask *out, const char *text, size_t length,
                          const char *const *charsets, struct text *why);
/* Lengths that LENGTH may have, ascending, for trying a mask's beginnings: those that end with no
 * dot. At most MASK_HEAD_MAX; the number. TEXT is a good mask. */
size_t mask_lengths(const char *text, size_t out[MASK_HEAD_MAX]);

#endif
