// SPDX-License-Identifier: BSD-2-Clause
/* Line by line, nothing kept but the query. A capture that comes where only text can be read
 * (compressed, or by a pipe) is told from a text full of nonsense by its first octets. */
#include "source/workload_file.h"

#include <errno.h>
#include <string.h>

#include "base/lines.h"
#include "source/workload_refusal.h"
#include "source/workload_text.h"

#define PCAPNG_LINE 3 /* it begins with two line feeds */

struct reading {
    struct stock *stock;
    uint8_t flags;
    uint64_t *refused;
    struct text *why;
};

static bool is_capture(const struct line *line)
{
    static const char magics[][4] = {"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1",
                                     "\xa1\xb2\x3c\x4d", "\x4d\x3c\x2b\x1a", "\x1a\x2b\x3c\x4d"};
    for (size_t i = 0; i < sizeof magics / sizeof *magics && line->number <= PCAPNG_LINE; i++)
        if (memmem(line->data, line->len, magics[i], sizeof magics[i]))
            return true;
    return false;
}

static int take_line(void *ctx, const char *file, const struct line *line)
{
    struct reading *reading = ctx;
    struct query_line query;
    if (line->data[0] == ';')
        return 0;
    if (is_capture(line)) {
        text_printf(reading->why, "%s: a capture is read from a plain file only", file);
        return ERR_SYNTAX;
    }
    const char *fault = line->too_long ? "longer than 4,096 bytes"
                                       : query_line_parse(&query, line->data, line->len);
    if (fault) {
        if (refusal_is_told(reading->refused))
            log_note("%s:%llu: %s", file, (unsigned long long)line->number, fault);
        return 0;
    }
    struct stock_query wanted = {.name = query.name, .type = query.type, .flags = reading->flags};
    return stock_add(reading->stock, &wanted);
}

int workload_file_read(struct stock *stock, const char *path, unsigned flags, uint64_t *refused,
                       struct text *why)
{
    struct reading reading = {stock, (uint8_t)flags, refused, why};
    const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
    int error = lines_each(path, take_line, &reading);
    if (!error && stock->count == 0)
        error = ERR_SYNTAX;
    if (error == 0 || why->len > 0)
        return error;
    if (error == ERR_SYNTAX)
        text_printf(why, "%s: no query in it", name);
    else if (error == ERR_FULL)
        text_printf(why, "%s: more than %llu MiB of queries, read up to query %llu", name,
                    (unsigned long long)(stock->octets_max >> 20),
                    (unsigned long long)stock->count);
    else
        text_printf(why, "%s: %s", name, error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}
