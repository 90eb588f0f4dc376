// SPDX-License-Identifier: BSD-2-Clause
/* `text`: one record a line, `name TYPE data`, the name being the record's owner, so
 * that a CNAME chain reads as it was given. Three fields, the third to the line's end.
 *
 * A verdict shown without any record is `name - verdict`: no type is called `-`. */
#include "out/out.h"
#include "out/put.h"

static void text_hit(struct text *out, const struct hit *hit)
{
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *record = &hit->records[i];
        put_name(out, record->owner);
        text_putc(out, ' ');
        put_type(out, record->type);
        text_putc(out, ' ');
        put_rdata(out, record, true);
        text_putc(out, '\n');
    }
    if (hit->record_count == 0) {
        put_name(out, hit->host);
        text_printf(out, " - %s\n", verdict_words[hit->verdict]);
    }
}

const struct out_format out_text = {.name = "text", .extension = "txt", .hit = text_hit};
