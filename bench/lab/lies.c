// SPDX-License-Identifier: BSD-2-Clause
/* Choosing lies: hash and compare, as everything here. */
#include "bench/lab/lies.h"

#include <string.h>

#include "bench/lab/sighting.h"
#include "bench/lab/traits.h"

#define FORGED_FIRST 128
#define FORGED_COUNT 127
#define WRONG_COUNT  254

struct lies lies_choose(const struct traits *traits, const struct sighting *s)
{
    const struct range *value = traits->value;
    struct lies lies = {.rewrite = (unsigned)value[TRAIT_REWRITE].low,
                        .bits = draw_fixed_bits(s, s->name_hash, DRAW_FALSE_ADDRESS)};
    lies.hides = s->exists && draw_name(s, TRAIT_HIDE, value[TRAIT_HIDE].low);
    lies.is_wrong = s->exists && draw_name(s, TRAIT_WRONG, value[TRAIT_WRONG].low);
    return lies;
}

/* Nobody forges what comes over a connection. */
int lies_choose_forgery(const struct traits *traits, const struct sighting *s)
{
    double share = traits->value[TRAIT_FORGE_SHARE].low;
    if (s->is_tcp || (share > 0 && draw(s, TRAIT_FORGE_SHARE) >= share))
        return FORGE_NO;
    return (int)traits->value[TRAIT_FORGE].low;
}

void lies_address(const struct lies *lies, enum lie lie, unsigned nth, uint8_t *out, size_t len)
{
    uint64_t bits = lies->bits + nth;
    if (len == 16) {
        static const uint8_t prefix[5] = {0x3f, 0xff};
        memset(out, 0, len);
        memcpy(out, prefix, sizeof prefix);
        out[5] = lie == LIE_WRONG ? 1 : 2;
        memcpy(out + 8, &bits, sizeof bits);
        return;
    }
    static const uint8_t wrong[3] = {198, 51, 100}, other[3] = {203, 0, 113};
    memcpy(out, lie == LIE_WRONG ? wrong : other, 3);
    if (lie == LIE_WRONG)
        out[3] = (uint8_t)(1 + bits % WRONG_COUNT);
    else if (lie == LIE_FORGED)
        out[3] = (uint8_t)(FORGED_FIRST + bits % FORGED_COUNT);
    else
        out[3] = (uint8_t)lies->rewrite;
}
