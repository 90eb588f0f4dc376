// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes on their way out: as a JSON string, escaped, and as a zone's file name. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "out/split.h"
#include "tests/unit/out/json_check.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Whether DATA is UTF-8 without controls: a second, slower reading of RFC 3629. */
static bool is_clean_utf8(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len;) {
        unsigned long code = data[i];
        unsigned more = code < 0x80 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3;
        if ((code & 0xc0) == 0x80 || code >= 0xf8 || len - i <= more)
            return false;
        if (more)
            code &= 0x3fu >> more;
        for (unsigned k = 1; k <= more; k++) {
            if ((data[i + k] & 0xc0) != 0x80)
                return false;
            code = code << 6 | (data[i + k] & 0x3f);
        }
        static const unsigned long least[] = {0x20, 0xa0, 0x800, 0x10000};
        if (code < least[more] || code == 0x7f || code > 0x10ffff ||
            (code >= 0xd800 && code <= 0xdfff))
            return false;
        i += 1 + more;
    }
    return true;
}

static void check_json(const char *data, size_t len)
{
    struct text out = {0};
    text_put_json(&out, data, len);
    check(!out.failed && json_is_value(out.data, out.len));
    check(is_clean_utf8((const unsigned char *)out.data, out.len));
    if (is_clean_utf8((const unsigned char *)data, len) && !memchr(data, '"', len) &&
        !memchr(data, '\\', len)) /* what needs no change has none */
        check(out.len == len + 2 && memcmp(out.data + 1, data, len) == 0);
    text_deinit(&out);
}

static void check_escaped(const char *data, size_t len)
{
    struct text out = {0}, again = {0};
    text_put_escaped(&out, data, len);
    for (size_t i = 0; i < out.len; i++)
        check(out.data[i] >= 0x20 && out.data[i] < 0x7f);
    text_put_escaped(&again, out.len ? out.data : "", out.len);
    check(again.len == out.len && (out.len == 0 || memcmp(again.data, out.data, out.len) == 0));
    text_deinit(&out);
    text_deinit(&again);
}

static void check_file_name(const char *zone)
{
    char name[SPLIT_FILE_NAME_MAX], none[SPLIT_FILE_NAME_MAX];
    split_file_name(zone, "ndjson", name);
    split_file_name(NULL, "ndjson", none);
    size_t len = strlen(name);
    check(len > 7 && strcmp(name + len - 7, ".ndjson") == 0 && len < 255);
    check(name[0] != '.' && name[0] != '-');
    for (size_t i = 0; i < len; i++)
        check((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
              strchr("_-.%~", name[i]));
    check((strcmp(name, none) == 0) == (*zone == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    check(text != NULL);
    if (size)
        memcpy(text, data, size);
    check_json(text, size);
    check_escaped(text, size);
    check_file_name(text);
    free(text);
    return 0;
}
