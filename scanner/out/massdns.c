// SPDX-License-Identifier: BSD-2-Clause
/* `massdns`: the lines of massdns's `-o S`, `owner. TYPE data`, for what parses those.
 * As there, only records of the very name that was asked for have a line: of an alias's
 * chain the first CNAME; and a name without records has none. */
#include "dns/name.h"
#include "out/out.h"
#include "out/put.h"

static void massdns_hit(struct text *out, const struct hit *hit)
{
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *record = &hit->records[i];
        if (!name_equal(record->owner, hit->host))
            continue;
        put_name_dotted(out, record->owner);
        text_putc(out, ' ');
        put_type(out, record->type);
        text_putc(out, ' ');
        put_rdata(out, record, false);
        text_putc(out, '\n');
    }
}

const struct out_format out_massdns = {.name = "massdns", .extension = "txt", .hit = massdns_hit};
