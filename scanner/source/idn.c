// SPDX-License-Identifier: BSD-2-Clause
/* U-labels to A-labels through libidn2, one label at a time.
 *
 * Not the whole name at once: lists have labels such as `_dmarc` or `a\.b` beside the
 * U-label, which are names for the DNS but not for IDNA. Labels are parted at ASCII
 * dots; other full stops (U+3002) are mapped by libidn2 and may yield several labels. */
#include "source/idn.h"

#include <idn2.h>
#include <string.h>

/* UTF-8 bytes of one label at most: an A-label has at most 59 octets for its code
 * points, each of up to four bytes, and composition may join some first. Bounds the time
 * punycode takes, which grows with the square. */
#define LABEL_BYTES_MAX 512

bool idn_has_odd_bytes(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return true;
    return false;
}

static int convert_label(const char *text, size_t len, char *out, size_t cap, size_t *out_len)
{
    char label[LABEL_BYTES_MAX + 1];
    uint8_t *ascii = NULL;
    if (len > LABEL_BYTES_MAX || memchr(text, '\0', len) || memchr(text, '\\', len))
        return ERR_SYNTAX;
    memcpy(label, text, len);
    label[len] = '\0';
    int r = idn2_lookup_u8((const uint8_t *)label, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (r == IDN2_MALLOC)
        return ERR_NOMEM;
    if (r != IDN2_OK)
        return ERR_SYNTAX;
    *out_len = strlen((const char *)ascii);
    r = *out_len <= cap ? 0 : ERR_SYNTAX;
    if (r == 0)
        memcpy(out, ascii, *out_len);
    idn2_free(ascii);
    return r;
}

int idn_to_ascii(const char *text, size_t len, char *out, size_t cap, size_t *out_len)
{
    size_t written = 0;
    *out_len = 0;
    for (size_t start = 0; start <= len;) {
        const char *dot = memchr(text + start, '.', len - start);
        size_t label_len = dot ? (size_t)(dot - text) - start : len - start;
        size_t label_written = label_len;
        if (idn_has_odd_bytes(text + start, label_len)) {
            int r = convert_label(text + start, label_len, out + written, cap - written,
                                  &label_written);
            if (r)
                return r;
        } else if (label_len > cap - written) {
            return ERR_SYNTAX;
        } else {
            memcpy(out + written, text + start, label_len);
        }
        written += label_written;
        if (dot && written == cap)
            return ERR_SYNTAX;
        if (dot)
            out[written++] = '.';
        start += label_len + 1;
    }
    *out_len = written;
    return 0;
}
