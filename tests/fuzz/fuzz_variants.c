// SPDX-License-Identifier: BSD-2-Clause
/* Any name, any zone above it, any parts: each variant is a name of that zone, another than
 * the one it was made from, and there is a last one of every kind. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/variants.h"

#define NUMBER_MAX 10000 /* ring entries of source/making.c count to 65,534 */

static void must(int holds)
{
    if (!holds)
        abort();
}

static void check(const struct variants *variants, const struct name *name,
                  const struct lexicon *lexicon)
{
    for (int kind = 0; kind < VARIANT_KIND_COUNT; kind++) {
        unsigned number = 0;
        for (;; number++) {
            struct name made;
            int state = variants_at(variants, (enum variant_kind)kind, number, lexicon, &made);
            if (state == VARIANT_END)
                break;
            must(number < NUMBER_MAX);
            if (state == VARIANT_NONE)
                continue;
            must(made.len == name_len(made.wire) && name_label_count(made.wire) > 0);
            must(name_is_under(made.wire, variants->zone.wire));
            must(!name_equal(made.wire, variants->zone.wire));
            must(!name_equal(made.wire, name->wire));
        }
    }
}

/* First octet: labels of the zone. Then the name, and behind a newline each a part. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct lexicon *lexicon;
    struct variants variants;
    struct name name;
    if (len < 1 || lexicon_create(&lexicon) != 0)
        return 0;
    const char *text = (const char *)data + 1, *end = (const char *)data + len;
    const char *stop = memchr(text, '\n', len - 1);
    size_t name_text_len = (size_t)((stop ? stop : end) - text);
    for (const char *part = stop; part && part < end;) {
        const char *next = memchr(part + 1, '\n', (size_t)(end - part - 1));
        lexicon_note(lexicon, part + 1, (size_t)((next ? next : end) - part - 1));
        part = next;
    }
    if (name_from_text(&name, text, name_text_len) == 0 &&
        variants_init(&variants, &name, data[0] % 8)) {
        variants_teach(&variants, lexicon);
        lexicon_rank(lexicon);
        check(&variants, &name, lexicon);
        check(&variants, &name, NULL);
    }
    lexicon_destroy(lexicon);
    return 0;
}
