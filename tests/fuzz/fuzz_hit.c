// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a reply, all the way to the output: classify, parts, a hit, every format.
 *
 * Nothing but printable ASCII and newlines may come out; ndjson must be JSON, csv have its
 * seven columns, and every record of the format zone must be read back by ldns as the very
 * data that came in. */
#include <ctype.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "out/out.h"
#include "scan/hits.h"
#include "tests/unit/out/json_check.h"

#define CSV_COLUMNS 7

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_clean(const struct text *out)
{
    check(!out->failed && (out->len == 0 || out->data[out->len - 1] == '\n'));
    for (size_t i = 0; i < out->len; i++)
        check(out->data[i] == '\n' || (out->data[i] >= 0x20 && out->data[i] < 0x7f));
}

static size_t count_lines(const struct text *out)
{
    size_t count = 0;
    for (size_t i = 0; i < out->len; i++)
        count += out->data[i] == '\n';
    return count;
}

/* RFC 4180: a quote opens a field or is doubled within one. */
static void check_csv(const struct text *out)
{
    bool is_quoted = false;
    unsigned columns = 1;
    for (size_t i = 0; i < out->len; i++) {
        char c = out->data[i];
        bool is_start = i == 0 || out->data[i - 1] == ',' || out->data[i - 1] == '\n';
        if (c == '"' && !is_quoted) {
            check(is_start);
            is_quoted = true;
        } else if (c == '"') {
            if (out->data[i + 1] == '"') {
                i++;
                continue;
            }
            check(out->data[i + 1] == ',' || out->data[i + 1] == '\n');
            is_quoted = false;
        } else if (!is_quoted && c == ',') {
            columns++;
        } else if (!is_quoted && c == '\n') {
            check(columns == CSV_COLUMNS);
            columns = 1;
        }
    }
    check(!is_quoted);
}

/* LINE is RECORD to ldns too. Letters of names may have become lower case. The owner is left
 * out: ldns reads no name whose text is longer than 255 octets. */
static void check_record(const char *line, size_t len, const struct hit_record *record)
{
    const char *rest = memchr(line, ' ', len);
    char *text = NULL;
    ldns_rr *rr = NULL;
    size_t at = 0;
    check(asprintf(&text, "x.%.*s", (int)(len - (size_t)(rest - line)), rest) > 0);
    check(ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) == LDNS_STATUS_OK);
    check(ldns_rr_get_type(rr) == (ldns_rr_type)record->type);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        const uint8_t *data = ldns_rdf_data(field);
        check(ldns_rdf_size(field) <= record->rdata_len - at);
        for (size_t k = 0; k < ldns_rdf_size(field); k++)
            check(tolower(data[k]) == tolower(record->rdata[at + k]));
        at += ldns_rdf_size(field);
    }
    check(at == record->rdata_len);
    ldns_rr_free(rr);
    free(text);
}

/* What scans ask for; of rarer types ldns writes some (IPSECKEY) as it cannot read
 * them. Service parameters by number it takes for the named ones' lists, and a label `\064`
 * for the origin. */
static bool is_read_back(const struct hit_record *record)
{
    static const uint16_t types[] = {
        TYPE_A,          TYPE_NS,       TYPE_CNAME,     TYPE_SOA,    TYPE_PTR,
        TYPE_MX,         TYPE_TXT,      TYPE_AAAA,      TYPE_SRV,    TYPE_DNAME,
        13 /* HINFO */,  17 /* RP */,   35 /* NAPTR */, 43 /* DS */, 44 /* SSHFP */,
        48 /* DNSKEY */, 52 /* TLSA */, 256 /* URI */,  257 /* CAA */};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i] == record->type)
            return memmem(record->rdata, record->rdata_len, "\1@", 2) == NULL;
    return !rdata_has_form(record->type);
}

static void check_zone(const struct text *out, const struct hit *hit)
{
    const char *line = out->data;
    bool is_found = hit->verdict == VERDICT_FOUND;
    check(count_lines(out) == hit->record_count + (is_found ? 0u : 1u));
    if (!is_found) {
        check(memcmp(line, "; ", 2) == 0);
        line = (const char *)memchr(line, '\n', out->len) + 1;
    }
    for (size_t i = 0; i < hit->record_count; i++) {
        size_t len = strcspn(line, "\n");
        bool is_comment = memcmp(line, "; ", 2) == 0;
        check(is_found || is_comment);
        bool is_generic = memmem(line, len, " \\# ", 4) != NULL;
        if (is_generic && rdata_has_form(hit->records[i].type))
            check(is_comment);
        else if (is_read_back(&hit->records[i]))
            check_record(line + (is_comment ? 2 : 0), len - (is_comment ? 2 : 0), &hit->records[i]);
        line += len + 1;
    }
}

/* A retraction is JSON too, whatever the name. */
static void check_retraction(const struct hit *hit)
{
    struct hit retraction = *hit;
    struct text out = {0};
    retraction.stage = HIT_RETRACTED;
    out_ndjson.hit(&out, &retraction);
    check_clean(&out);
    check(count_lines(&out) == 1 && json_is_lines(out.data, out.len));
    check(memmem(out.data, out.len, "\"verdict\":\"retracted\"", 21) != NULL);
    text_deinit(&out);
}

static void write_all(const struct hit *hit)
{

    static const struct out_format *const formats[] = {&out_names,   &out_text, &out_ndjson,
                                                       &out_massdns, &out_zone, &out_csv};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct text out = {0};
        formats[i]->hit(&out, hit);
        check_clean(&out);
        if (formats[i] == &out_ndjson)
            check(count_lines(&out) == 1 && json_is_lines(out.data, out.len));
        if (formats[i] == &out_csv)
            check_csv(&out);
        if (formats[i] == &out_text)
            check(count_lines(&out) == (hit->record_count ? hit->record_count : 1));
        if (formats[i] == &out_zone) {
            text_putc(&out, '\0');
            out.len--;
            check_zone(&out, hit);
        }
        text_deinit(&out);
    }
}

/* The part that REPLY gives for a question; NULL: none. */
static struct part *make_part(const struct reply *reply, const struct name *name, uint16_t type,
                              struct hit *template)
{
    struct question question;
    static struct answer answer;
    bool is_damaged;
    question_init(&question, name->wire, name->len, type);
    classify(reply, &question, &answer);
    if (answer.kind != ANSWER_DATA)
        return NULL;
    template->rcode = answer.rcode;
    struct part *part = part_create(reply, &answer, type, &is_damaged);
    check(part || is_damaged);
    check(!part || (part->record_count > 0 && part->type == type));
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const zones[] = {NULL, ".", "test", "example.com"};
    struct reply reply;
    struct name name;
    size_t end;
    if (size > UINT16_MAX || !reply_init(&reply, data, size) ||
        reply_read_name(&reply, DNS_HEADER_LEN, &name, &end) != 0 || end + 2 > size)
        return 0;
    name_lower(name.wire);
    const uint16_t types[] = {(uint16_t)(data[end] << 8 | data[end + 1]), TYPE_A, TYPE_TXT};
    struct part *first = NULL, **last = &first;
    struct hit template = {.zone = zones[data[0] % 4],
                           .verdict = data[1] & 1 ? VERDICT_WILDCARD : VERDICT_FOUND,
                           .has_reply = true,
                           .resolver = "[2001:db8::1%eth0]:53",
                           .confirmed = (enum hit_confirmed)(data[1] % 5),
                           .confirmed_by_count = data[1] % (HIT_CONFIRMERS_MAX + 1),
                           .confirmed_by = {"1.1.1.1:53", "\"", "[::1]:53", "x"},
                           .wildcard_root = data[1] & 2 ? name.wire : NULL,
                           .wildcard_evidence = "probe"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        *last = make_part(&reply, &name, types[i], &template);
        if (*last) {
            (*last)->next = NULL;
            last = &(*last)->next;
        }
    }
    struct hit_node *node = hit_create(&template, name.wire, first);
    check(node != NULL);
    check((node->hit.record_count > 0) == (first != NULL));
    write_all(&node->hit);
    check_retraction(&node->hit);
    hit_destroy(node);
    parts_destroy(first);
    return 0;
}
