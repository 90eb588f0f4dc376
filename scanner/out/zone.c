// SPDX-License-Identifier: BSD-2-Clause
/* `zone`: master file text (RFC 1035 section 5.1), `owner. TTL IN TYPE data`, one record
 * a line and every name absolute.
 *
 * What can be loaded into the hit's zone is a record; the rest is a comment, so that
 * nothing is lost and nothing is made up:
 *
 *     www.example.com. 60 IN CNAME edge.example.net.
 *     ; edge.example.net. 60 IN A 192.0.2.3              of another zone
 *     ; txt.example.com. 60 IN TYPE16 \# 2 0561          data not of their type's form
 *     ; www.old.example.com. 60 IN CNAME www.new.test.  made from a DNAME above it
 *     ; mail.example.com. nodata                         a verdict without records
 *     ; x.wild.example.com. wildcard                     and its records, as comments too:
 *     ; x.wild.example.com. 60 IN A 192.0.2.9            the zone has no such name
 *
 * Of a name whose zone is not known only its own records are no comments. Neither SOA nor
 * NS are invented: whoever loads the file puts them in front. */
#include <string.h>

#include "dns/code.h"
#include "dns/name.h"
#include "dns/rdata.h"
#include "out/out.h"
#include "out/put.h"

#define TTL_MAX INT32_MAX /* larger ones mean 0 (RFC 2181 section 8); loaders refuse them */

static bool is_generic(const struct text *data)
{
    return data->len >= 2 && memcmp(data->data, "\\#", 2) == 0;
}

static void put_record(struct text *out, const struct hit_record *record, bool is_comment)
{
    struct text data = {0};
    put_rdata(&data, record, false);
    if (is_comment || (is_generic(&data) && rdata_has_form(record->type)))
        text_puts(out, "; ");
    put_name_dotted(out, record->owner);
    text_printf(out, " %u IN ", record->ttl > TTL_MAX ? 0 : (unsigned)record->ttl);
    if (is_generic(&data)) /* a reader that lacks the type may lack its name too */
        text_printf(out, "TYPE%u", (unsigned)record->type);
    else
        put_type(out, record->type);
    text_putc(out, ' ');
    text_put(out, data.data, data.len);
    text_putc(out, '\n');
    out->failed |= data.failed;
    text_deinit(&data);
}

/* Made from a DNAME of the same answer (RFC 6672 section 3.1); a zone has nothing below one. */
static bool is_synthesized(const struct hit *hit, const struct hit_record *record)
{
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *other = &hit->records[i];
        if (other->type == TYPE_DNAME && name_is_under(record->owner, other->owner) &&
            !name_equal(record->owner, other->owner))
            return true;
    }
    return false;
}

static void zone_hit(struct text *out, const struct hit *hit)
{
    struct name zone;
    bool has_zone = hit->zone && name_from_text(&zone, hit->zone, strlen(hit->zone)) == 0;
    bool is_found = hit->verdict == VERDICT_FOUND;
    if (!is_found) {
        text_puts(out, "; ");
        put_name_dotted(out, hit->host);
        text_printf(out, " %s\n", verdict_words[hit->verdict]);
    }
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *record = &hit->records[i];
        bool is_inside = has_zone ? name_is_under(record->owner, zone.wire)
                                  : name_equal(record->owner, hit->host);
        put_record(out, record, !is_found || !is_inside || is_synthesized(hit, record));
    }
}

const struct out_format out_zone = {.name = "zone", .extension = "zone", .hit = zone_hit};
