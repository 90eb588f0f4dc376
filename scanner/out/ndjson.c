// SPDX-License-Identifier: BSD-2-Clause
/* `ndjson`: one object a name. The keys, their order and that every one is always there
 * are a contract; new ones go to the end. What is unknown is null, arrays never are.
 *
 * `a`, `aaaa` and `cname` hold each datum once, in the order of `answers`; `answers`
 * is the whole chain with its owners.
 *
 * A verdict is told as soon as it is there. If it turns out wrong, a short object with the
 * verdict `retracted` says so, and the name's next object is what holds. */
#include <string.h>

#include "dns/code.h"
#include "out/out.h"
#include "out/put.h"

/* The order of the contract is that of the bits. */
static const struct {
    uint8_t flag;
    const char *word;
} flag_words[] = {
    {HIT_DANGLING, "dangling"},
    {HIT_PRIVATE, "private"},
    {HIT_ENT, "ent"},
    {HIT_VARIES, "varies"},
    {HIT_WILDCARD_POSSIBLE, "wildcard_possible"},
    {HIT_CONFLICT, "conflict"},
};

static bool is_first_of_its_data(const struct hit *hit, size_t index)
{
    const struct hit_record *record = &hit->records[index];
    for (size_t i = 0; i < index; i++) {
        const struct hit_record *earlier = &hit->records[i];
        if (earlier->type == record->type && earlier->rdata_len == record->rdata_len &&
            (record->rdata_len == 0 ||
             memcmp(earlier->rdata, record->rdata, record->rdata_len) == 0))
            return false;
    }
    return true;
}

/* `,"KEY":["data",...]` of the records of TYPE. */
static void put_data_of(struct text *out, const char *key, const struct hit *hit, uint16_t type)
{
    const char *comma = "";
    text_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < hit->record_count; i++) {
        if (hit->records[i].type != type || !is_first_of_its_data(hit, i))
            continue;
        text_puts(out, comma);
        put_json_rdata(out, &hit->records[i]);
        comma = ",";
    }
    text_putc(out, ']');
}

static void put_answers(struct text *out, const struct hit *hit)
{
    text_puts(out, ",\"answers\":[");
    for (size_t i = 0; i < hit->record_count; i++) {
        const struct hit_record *record = &hit->records[i];
        text_puts(out, i ? ",{\"name\":" : "{\"name\":");
        put_json_name(out, record->owner);
        text_puts(out, ",\"type\":\"");
        put_type(out, record->type);
        text_printf(out, "\",\"ttl\":%u,\"data\":", (unsigned)record->ttl);
        put_json_rdata(out, record);
        text_putc(out, '}');
    }
    text_putc(out, ']');
}

/* host to types. */
static void put_verdict(struct text *out, const struct hit *hit)
{
    text_puts(out, "{\"v\":1,\"host\":");
    put_json_name(out, hit->host);
    text_puts(out, ",\"zone\":");
    put_json_string(out, hit->zone);
    text_puts(out, ",\"status\":");
    put_json_string(out, hit->has_reply ? code_rcode_to_text(hit->rcode) : NULL);
    text_printf(out, ",\"verdict\":\"%s\",\"reason\":", verdict_words[hit->verdict]);
    put_json_string(out, hit->reason);
    text_puts(out, ",\"types\":[");
    const uint16_t *types = hit->all_types ? hit->all_types : hit->types;
    size_t type_count = hit->all_types ? hit->all_type_count : hit->type_count;
    for (size_t i = 0; i < type_count; i++) {
        text_puts(out, i ? ",\"" : "\"");
        put_type(out, types[i]);
        text_putc(out, '"');
    }
    text_putc(out, ']');
}

/* flags to confirmed_by. */
static void put_origin(struct text *out, const struct hit *hit)
{
    const char *comma = "";
    text_puts(out, ",\"flags\":[");
    for (size_t i = 0; i < sizeof flag_words / sizeof flag_words[0]; i++) {
        if (!(hit->flags & flag_words[i].flag))
            continue;
        text_printf(out, "%s\"%s\"", comma, flag_words[i].word);
        comma = ",";
    }
    text_puts(out, "],\"resolver\":");
    put_json_string(out, hit->resolver);
    text_printf(out, ",\"tries\":%u,\"rtt_ms\":", (unsigned)hit->tries);
    if (hit->has_reply) /* tenths of a ms; hundredths below 1 ms, where tenths tell little */
        put_json_number(out, hit->rtt_us / 1000.0, hit->rtt_us < 1000 ? 2 : 1);
    else
        text_puts(out, "null");
    text_puts(out, ",\"confirmed\":");
    put_json_string(out, hit_confirmed_words[hit->confirmed]);
    text_puts(out, ",\"confirmed_by\":[");
    for (size_t i = 0; i < hit->confirmed_by_count; i++) {
        text_puts(out, i ? "," : "");
        put_json_string(out, hit->confirmed_by[i]);
    }
    text_putc(out, ']');
}

static void put_wildcard(struct text *out, const struct hit *hit)
{
    text_puts(out, ",\"wildcard\":");
    if (!hit->wildcard_root) {
        text_puts(out, "null");
        return;
    }
    text_puts(out, "{\"root\":");
    put_json_name(out, hit->wildcard_root);
    text_puts(out, ",\"evidence\":");
    put_json_string(out, hit->wildcard_evidence);
    text_printf(out, ",\"pool\":%u}", (unsigned)hit->wildcard_pool);
}

/* Takes back what an earlier line said of the name. */
static void put_retraction(struct text *out, const struct hit *hit)
{
    text_puts(out, "{\"v\":1,\"host\":");
    put_json_name(out, hit->host);
    text_puts(out, ",\"verdict\":\"retracted\",\"reason\":");
    put_json_string(out, hit->reason);
    text_puts(out, "}\n");
}

static const char *source_word(enum hit_source source)
{
    static const char *const words[] = {[HIT_FROM_WORDS] = "words",
                                        [HIT_FROM_NAMES] = "names",
                                        [HIT_FROM_PERMUTE] = "permute",
                                        [HIT_FROM_AXFR] = "axfr",
                                        [HIT_FROM_WALK] = "walk"};
    return words[source];
}

static void ndjson_hit(struct text *out, const struct hit *hit)
{
    if (hit->stage == HIT_RETRACTED) {
        put_retraction(out, hit);
        return;
    }
    put_verdict(out, hit);
    put_data_of(out, "a", hit, TYPE_A);
    put_data_of(out, "aaaa", hit, TYPE_AAAA);
    put_data_of(out, "cname", hit, TYPE_CNAME);
    put_answers(out, hit);
    put_origin(out, hit);
    put_wildcard(out, hit);
    text_printf(out, ",\"source\":\"%s\",\"timestamp\":\"", source_word(hit->source));
    put_time(out, hit->time_ms);
    text_puts(out, "\"}\n");
}

const struct out_format out_ndjson = {
    .name = "ndjson", .extension = "ndjson", .hit = ndjson_hit, .can_retract = true};
