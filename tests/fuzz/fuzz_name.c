// SPDX-License-Identifier: BSD-2-Clause
/* Text to wire to text to wire: what is accepted must come round unchanged, and
 * every helper must agree about its length and labels. */
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct name name, again, joined;
    char text[NAME_TEXT_MAX];
    int error = name_from_text(&name, (const char *)data, size);
    check(error == 0 || ((error == ERR_SYNTAX || error == ERR_RANGE) && name.len == 0));
    if (error)
        return 0;
    check(name_len(name.wire) == name.len);
    size_t len = name_to_text(name.wire, text);
    check(len < sizeof text && strlen(text) == len);
    check(name_from_text(&again, text, len) == 0);
    check(again.len == name.len && memcmp(again.wire, name.wire, name.len) == 0);
    name_lower(again.wire);
    check(memcmp(again.wire, name.wire, name.len) == 0);

    unsigned count = name_label_count(name.wire);
    check(count <= 127 && name_suffix(name.wire, count) == name.wire);
    check(*name_suffix(name.wire, 0) == 0);
    const uint8_t *parent = name_parent(name.wire);
    check(name_is_under(name.wire, parent));
    check(name_is_under(parent, name.wire) == (count == 0));
    check(name_equal(name.wire, again.wire));
    if (name_join(&joined, &name, &again) == 0)
        check(name_is_under(joined.wire, name.wire) && name_label_count(joined.wire) == 2 * count);
    else
        check(2 * name.len - 1 > NAME_WIRE_MAX);
    return 0;
}
