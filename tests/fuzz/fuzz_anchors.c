// SPDX-License-Identifier: BSD-2-Clause
/* Lines of trust anchors. What is refused has a reason; what is taken is found under its name, a
 * second time adds nothing, and the built-in ones stay. */
#include <stdlib.h>
#include <string.h>

#include "dns/anchors.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void add(struct anchors *anchors, const char *text, size_t len)
{
    struct ds ds[ANCHORS_A_ZONE];
    const char *why = NULL;
    int error = anchors_add(anchors, text, len, &why);
    check(error == 0 || ((error == ERR_SYNTAX || error == ERR_FULL) && why));
    if (error == 0)
        check(anchors_add(anchors, text, len, &why) == 0);
    unsigned count = anchors_of(anchors, (const uint8_t *)"", ds);
    check(count >= 2 && count <= ANCHORS_A_ZONE);
    for (unsigned i = 0; i < count; i++)
        check(ds[i].len == 24 || ds[i].len == 36 || ds[i].len == 52);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct anchors *anchors;
    const char *text = (const char *)data, *end = text + size;
    if (anchors_create(&anchors) != 0)
        return 0;
    while (text < end) {
        const char *line = memchr(text, '\n', (size_t)(end - text));
        add(anchors, text, (size_t)((line ? line : end) - text));
        text = line ? line + 1 : end;
    }
    anchors_destroy(anchors);
    return 0;
}
