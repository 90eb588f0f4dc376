// SPDX-License-Identifier: BSD-2-Clause
/* What users write for a name, made a name.
 *
 * 1. A leading `*.` goes: in lists it means "everything below", which is asked by
 *    asking the name itself.
 * 2. Text of ASCII is dns/name's business alone; nearly all of every list.
 * 3. Only what failed there and has bytes over 127 is tried as U-labels. */
#include "source/source.h"

#include <string.h>

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

const char *source_label_fault(const char *text, size_t len)
{
    if (memchr(text, '\0', len))
        return "has a NUL byte"; /* which ends what is shown of it */
    for (size_t start = 0; start < len;) {
        const char *dot = memchr(text + start, '.', len - start);
        size_t label_len = dot ? (size_t)(dot - text) - start : len - start;
        bool is_as_it_is =
            !idn_has_odd_bytes(text + start, label_len) && !memchr(text + start, '\\', label_len);
        if (label_len > NAME_LABEL_MAX && is_as_it_is)
            return "has a label of more than 63 octets";
        start += label_len + 1;
    }
    return NULL;
}

const char *source_name_fault(const char *text, size_t len, int error)
{
    const char *fault = source_label_fault(text, len);
    if (error == ERR_RANGE)
        return "is longer than 255 octets";
    return fault ? fault : "is not a name";
}
