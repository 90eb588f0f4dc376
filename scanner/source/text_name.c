// SPDX-License-Identifier: BSD-2-Clause
/* What users write for a name, made a name.
 *
 * 1. A leading `*.` goes: in lists it means "everything below", which is asked by
 *    asking the name itself.
 * 2. Text of ASCII is dns/name's business alone; nearly all of every list.
 * 3. Only what failed there and has bytes over 127 is tried as U-labels. */
#include "source/source.h"

#include "source/idn.h"

int source_name_from_text(struct name *out, const char *text, size_t len)
{
    if (len > 2 && text[0] == '*' && text[1] == '.') {
        text += 2;
        len -= 2;
    }
    int r = name_from_text(out, text, len);
    if (r != ERR_SYNTAX || !idn_has_odd_bytes(text, len))
        return r;
    char ascii[NAME_TEXT_MAX];
    size_t ascii_len;
    r = idn_to_ascii(text, len, ascii, sizeof ascii, &ascii_len);
    return r ? r : name_from_text(out, ascii, ascii_len);
}
