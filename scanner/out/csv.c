// SPDX-License-Identifier: BSD-2-Clause
/* `csv`: a header line, then one row a record: host,type,ttl,data,verdict,confirmed,
 * resolver. The host is the name asked, as in ndjson; the owners inside a CNAME chain are
 * told there. A verdict without records has one row with empty type, ttl and data.
 *
 * Quoted as RFC 4180 asks; lines end in LF alone, for the tools that will read them. */
#include <string.h>

#include "out/out.h"
#include "out/put.h"

static void csv_begin(struct text *out)
{
    text_puts(out, "host,type,ttl,data,verdict,confirmed,resolver\n");
}

/* From the second column to the fourth. */
static void put_record(struct text *out, const struct hit_record *record)
{
    struct text data = {0};
    put_rdata(&data, record, true);
    put_type(out, record->type);
    text_printf(out, ",%u,", (unsigned)record->ttl);
    put_csv(out, data.data, data.len);
    out->failed |= data.failed;
    text_deinit(&data);
}

static void put_row(struct text *out, const struct hit *hit, const struct hit_record *record)
{
    put_name(out, hit->host); /* no comma, no quote: odd bytes are escaped */
    text_putc(out, ',');
    if (record)
        put_record(out, record);
    else
        text_puts(out, ",,");
    const char *confirmed = hit_confirmed_words[hit->confirmed];
    text_printf(out, ",%s,%s,", verdict_words[hit->verdict], confirmed ? confirmed : "");
    if (hit->resolver)
        put_csv(out, hit->resolver, strlen(hit->resolver));
    text_putc(out, '\n');
}

static void csv_hit(struct text *out, const struct hit *hit)
{
    for (size_t i = 0; i < hit->record_count; i++)
        put_row(out, hit, &hit->records[i]);
    if (hit->record_count == 0)
        put_row(out, hit, NULL);
}

const struct out_format out_csv = {
    .name = "csv", .extension = "csv", .begin = csv_begin, .hit = csv_hit};
