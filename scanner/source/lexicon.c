// SPDX-License-Identifier: BSD-2-Clause
/* An open table, and the ranks as numbers of its places: an insertion into the list of
 * the best so far, which is short. */
#include "source/lexicon.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define PLACES    8192
#define TAKEN_MAX (PLACES / 4 * 3)

struct place {
    char text[LEXICON_LEN_MAX];
    uint16_t order; /* in which it came, from 0 */
    uint8_t len;    /* 0: free */
    uint32_t count;
};

struct lexicon {
    struct place places[PLACES];
    uint16_t taken;
    uint16_t ranked[LEXICON_RANKED_MAX];
    size_t ranked_count;
};

_Static_assert(sizeof(struct place) == 32, "as the header says");

int lexicon_create(struct lexicon **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : ERR_NOMEM;
}

void lexicon_destroy(struct lexicon *lexicon)
{
    free(lexicon);
}

void lexicon_note(struct lexicon *lexicon, const char *text, size_t len)
{
    if (len < LEXICON_LEN_MIN || len > LEXICON_LEN_MAX)
        return;
    size_t at = hash64(text, len, 0) % PLACES;
    struct place *place = &lexicon->places[at];
    while (place->len && (place->len != len || memcmp(place->text, text, len) != 0)) {
        at = (at + 1) % PLACES;
        place = &lexicon->places[at];
    }
    if (place->len == 0) {
        if (lexicon->taken == TAKEN_MAX)
            return;
        memcpy(place->text, text, len);
        place->len = (uint8_t)len;
        place->order = lexicon->taken++;
    }
    if (place->count < UINT32_MAX)
        place->count++;
}

static bool is_before(const struct place *a, const struct place *b)
{
    return a->count != b->count ? a->count > b->count : a->order < b->order;
}

void lexicon_rank(struct lexicon *lexicon)
{
    lexicon->ranked_count = 0;
    for (size_t i = 0; i < PLACES; i++) {
        if (lexicon->places[i].len == 0)
            continue;
        size_t at = lexicon->ranked_count;
        if (at == LEXICON_RANKED_MAX) {
            if (!is_before(&lexicon->places[i], &lexicon->places[lexicon->ranked[at - 1]]))
                continue;
            at--;
        } else {
            lexicon->ranked_count++;
        }
        for (; at > 0 && is_before(&lexicon->places[i], &lexicon->places[lexicon->ranked[at - 1]]);
             at--)
            lexicon->ranked[at] = lexicon->ranked[at - 1];
        lexicon->ranked[at] = (uint16_t)i;
    }
}

size_t lexicon_ranked_count(const struct lexicon *lexicon)
{
    return lexicon->ranked_count;
}

const char *lexicon_at(const struct lexicon *lexicon, size_t rank, size_t *len)
{
    const struct place *place = &lexicon->places[lexicon->ranked[rank]];
    *len = place->len;
    return place->text;
}
