// SPDX-License-Identifier: BSD-2-Clause
/* Pieces that several formats and reports put.
 *
 * Whatever came off the network leaves here as printable ASCII: names through
 * name_to_text, data through rdata_to_text, and both once more through
 * text_put_escaped, which is idempotent on them. */
#include "out/put.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "dns/code.h"
#include "dns/name.h"
#include "dns/rdata.h"

/* Addresses, names and most TXT fit; the rest goes to the heap. */
#define DATA_TEXT_LOCAL     2048
/* An octet of a type bitmap can become eight words such as "TYPE12345 "; no data
 * grows more than that. */
#define DATA_TEXT_PER_OCTET 88
#define DATA_TEXT_EXTRA     1024
#define TIME_MS_MAX         253402300799999 /* 9999-12-31T23:59:59.999Z */
/* 99 days: longer times are as good as never, and fit no column. */
#define SECONDS_MAX         (99LL * 86400)

struct data_text {
    char local[DATA_TEXT_LOCAL];
    char *heap;
    const char *data; /* terminated; NULL when memory ran out */
};

/* What RFC 3597 section 5 writes for data of unknown form. */
static void data_text_generic(char *to, const struct hit_record *record)
{
    to += sprintf(to, "\\# %u", (unsigned)record->rdata_len);
    if (record->rdata_len)
        *to++ = ' ';
    for (size_t i = 0; i < record->rdata_len; i++)
        to += sprintf(to, "%02x", record->rdata[i]);
    *to = '\0';
}

static void data_text_init(struct data_text *t, const struct hit_record *record, bool bare_names)
{
    t->heap = NULL;
    t->data = t->local;
    if (rdata_to_text(record->type, record->rdata, record->rdata_len, bare_names, t->local,
                      sizeof t->local) >= 0)
        return;
    size_t cap = (size_t)record->rdata_len * DATA_TEXT_PER_OCTET + DATA_TEXT_EXTRA;
    t->data = t->heap = malloc(cap);
    if (!t->heap)
        return;
    if (rdata_to_text(record->type, record->rdata, record->rdata_len, bare_names, t->heap, cap) < 0)
        data_text_generic(t->heap, record);
}

static void data_text_deinit(struct data_text *t)
{
    free(t->heap);
    t->heap = NULL;
    t->data = NULL;
}

mono_ns seconds_to_ns(double seconds)
{
    if (!(seconds > 0)) /* NaN too */
        return 0;
    return seconds < (double)SECONDS_MAX ? (mono_ns)(seconds * (double)NS_PER_S)
                                         : SECONDS_MAX * NS_PER_S;
}

void put_name(struct text *out, const uint8_t *name)
{
    char text[NAME_TEXT_MAX];
    size_t len = name_to_text(name, text);
    text_put_escaped(out, text, len);
}

void put_name_dotted(struct text *out, const uint8_t *name)
{
    put_name(out, name);
    if (name[0] != 0) /* the root's text is its dot */
        text_putc(out, '.');
}

void put_type(struct text *out, uint16_t type)
{
    char text[CODE_TEXT_MAX];
    text_puts(out, code_type_to_text(type, text));
}

void put_rdata(struct text *out, const struct hit_record *record, bool bare_names)
{
    struct data_text t;
    data_text_init(&t, record, bare_names);
    if (t.data)
        text_put_escaped(out, t.data, strlen(t.data));
    else
        out->failed = true;
    data_text_deinit(&t);
}

void put_csv(struct text *out, const char *field, size_t len)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < len; i++)
        if (field[i] == '"' || field[i] == ',' || field[i] == '\r' || field[i] == '\n')
            needs_quotes = true;
    if (!needs_quotes) {
        text_put(out, field, len);
        return;
    }
    text_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (field[i] == '"')
            text_putc(out, '"');
        text_putc(out, field[i]);
    }
    text_putc(out, '"');
}

void put_time(struct text *out, int64_t ms)
{
    if (ms < 0)
        ms = 0;
    if (ms > TIME_MS_MAX)
        ms = TIME_MS_MAX;
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    if (!gmtime_r(&seconds, &tm))
        memset(&tm, 0, sizeof tm); /* cannot be, within those years */
    text_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms % 1000));
}

void put_count(struct text *out, uint64_t count)
{
    char text[UNITS_TEXT_MAX];
    text_puts(out, units_format_count(count, text));
}

void put_counted(struct text *out, uint64_t count, const char *one, const char *many)
{
    put_count(out, count);
    text_printf(out, " %s", count == 1 ? one : many);
}

void put_duration(struct text *out, double seconds)
{
    char text[UNITS_TEXT_MAX];
    text_puts(out, units_format_duration(seconds_to_ns(seconds), text));
}

void put_json_string(struct text *out, const char *string)
{
    if (string)
        text_put_json(out, string, strlen(string));
    else
        text_puts(out, "null");
}

void put_json_name(struct text *out, const uint8_t *name)
{
    char text[NAME_TEXT_MAX];
    size_t len = name_to_text(name, text);
    text_put_json(out, text, len);
}

void put_json_rdata(struct text *out, const struct hit_record *record)
{
    struct data_text t;
    data_text_init(&t, record, true);
    if (t.data)
        text_put_json(out, t.data, strlen(t.data));
    else
        out->failed = true;
    data_text_deinit(&t);
}

void put_json_number(struct text *out, double value, int decimals)
{
    if (isfinite(value))
        text_printf(out, "%.*f", decimals, value);
    else
        text_puts(out, "null");
}
