// SPDX-License-Identifier: BSD-2-Clause
/* The truth: what exists, as tab-separated lines. */
#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "bench/lab/diag.h"
#include "bench/lab/emit.h"
#include "bench/lab/outfile.h"
#include "dns/code.h"

static void put_name_text(struct text *t, const uint8_t *name)
{
    char text[NAME_TEXT_MAX];
    text_put(t, text, name_to_text(name, text));
}

static void put_strings(struct text *t, const uint8_t *rdata, size_t len)
{
    for (size_t at = 0; at < len; at += rdata[at] + 1u) {
        text_puts(t, at ? " \"" : "\"");
        for (size_t i = at + 1; i <= at + rdata[at]; i++) {
            if (rdata[i] == '"' || rdata[i] == '\\')
                text_putc(t, '\\');
            text_put_escaped(t, (const char *)rdata + i, 1);
        }
        text_putc(t, '"');
    }
}

static void put_rdata(struct text *t, const struct zone_record *r)
{
    char address[INET6_ADDRSTRLEN];
    const uint8_t *rdata = r->rdata;
    switch (r->type) {
    case TYPE_A:
    case TYPE_AAAA:
        inet_ntop(r->type == TYPE_A ? AF_INET : AF_INET6, rdata, address, sizeof address);
        text_puts(t, address);
        break;
    case TYPE_MX:
        text_printf(t, "%u ", rdata[0] << 8 | rdata[1]);
        put_name_text(t, rdata + 2);
        break;
    case TYPE_SOA:
        put_name_text(t, rdata);
        text_putc(t, ' ');
        rdata += name_len(rdata);
        put_name_text(t, rdata);
        rdata += name_len(rdata);
        for (int i = 0; i < 20; i += 4)
            text_printf(t, " %lu",
                        (unsigned long)rdata[i] << 24 | (unsigned long)rdata[i + 1] << 16 |
                            (unsigned long)rdata[i + 2] << 8 | rdata[i + 3]);
        break;
    case TYPE_TXT:
        put_strings(t, rdata, r->rdata_len);
        break;
    default:
        if (r->embeds)
            text_puts(t, "{}.");
        put_name_text(t, rdata);
    }
}

static bool is_first_of_type(const struct zone_node *node, const struct zone_record *record)
{
    return zone_record_find(node, record->type) == record;
}

static void put_node(struct text *t, const struct zones *zones, const struct zone_node *node)
{
    char type[CODE_TEXT_MAX];
    const char *between = "";
    put_name_text(t, node->name);
    text_printf(t, "\t%s\t", zone_class_words[zones_classify(zones, node)]);
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if (!is_first_of_type(node, r))
            continue;
        text_printf(t, "%s%s", between, code_type_to_text(r->type, type));
        between = ",";
    }
    if (!node->records)
        text_putc(t, '-');
    for (const struct zone_record *r = node->records; r; r = r->next) {
        text_printf(t, "\t%s ", code_type_to_text(r->type, type));
        put_rdata(t, r);
    }
    text_putc(t, '\n');
}

int emit_truth(const struct zones *zones, const char *path)
{
    struct outfile out;
    struct text line = {0};
    int err = outfile_open(&out, path);
    if (err)
        return err;
    fputs("# name\tclass\ttypes\tdata\n", out.file);
    for (size_t i = 0; i < zones_node_count(zones) && !line.failed; i++) {
        text_clear(&line);
        put_node(&line, zones, zones_node(zones, i));
        fwrite(line.data, 1, line.len, out.file);
    }
    if (line.failed) {
        diag("%s: out of memory", path);
        err = ERR_NOMEM;
    }
    text_deinit(&line);
    int close_err = outfile_close(&out);
    return err ? err : close_err;
}

int emit_zones(const struct zones *zones, const char *path)
{
    struct outfile out;
    int err = outfile_open(&out, path);
    if (err)
        return err;
    for (size_t i = 0; i < zones_apex_count(zones); i++) {
        char text[NAME_TEXT_MAX];
        name_to_text(zones_apex(zones, i)->name, text);
        fprintf(out.file, "%s\n", text);
    }
    return outfile_close(&out);
}

int emit_resolvers(const struct fleet *fleet, const char *path)
{
    struct outfile out;
    int err = outfile_open(&out, path);
    if (err)
        return err;
    for (size_t i = 0; i < fleet->count; i++) {
        char text[FLEET_ADDRESS_MAX];
        fprintf(out.file, "%s\n", fleet_address_text(&fleet->resolvers[i], text));
    }
    return outfile_close(&out);
}
