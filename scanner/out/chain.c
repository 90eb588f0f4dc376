// SPDX-License-Identifier: BSD-2-Clause
#include "out/chain.h"

#include "out/put.h"

static void put_salt(struct text *out, const struct nsec3_params *params)
{
    if (params->salt_len == 0)
        text_putc(out, '-');
    for (unsigned i = 0; i < params->salt_len; i++)
        text_printf(out, "%02x", params->salt[i]);
}

void chain_line_text(struct text *out, const struct chain_line *line)
{
    put_name(out, line->zone);
    text_printf(out, "\t%s\t%s\t", line->server, chain_kinds[line->kind].word);
    if (line->params) {
        text_printf(out, "%u %d %u ", line->params->algorithm, line->opt_out_seen > 0,
                    line->params->iterations);
        put_salt(out, line->params);
    } else {
        text_putc(out, '-');
    }
    text_printf(out, "\t%s\n", line->reason);
}

static void put_params(struct text *out, const struct chain_line *line)
{
    text_puts(out, ",\"nsec3\":");
    if (!line->params) {
        text_puts(out, "null");
        return;
    }
    text_printf(out, "{\"algorithm\":%u,\"iterations\":%u,\"salt\":\"", line->params->algorithm,
                line->params->iterations);
    put_salt(out, line->params);
    text_printf(out, "\",\"records\":%u,\"opt_out\":%u}", line->nsec3_seen, line->opt_out_seen);
}

static void put_flag(struct text *out, const char *key, bool value)
{
    text_printf(out, ",\"%s\":%s", key, value ? "true" : "false");
}

void chain_line_json(struct text *out, const struct chain_line *line)
{
    text_puts(out, "{\"v\":1,\"zone\":");
    put_json_name(out, line->zone);
    text_puts(out, ",\"server\":");
    put_json_string(out, line->server);
    text_puts(out, ",\"host\":");
    if (*line->host != 0)
        put_json_name(out, line->host);
    else
        text_puts(out, "null");
    text_printf(out, ",\"kind\":\"%s\"", chain_kinds[line->kind].word);
    put_flag(out, "walkable", chain_kinds[line->kind].is_walkable);
    if (line->has_serial)
        text_printf(out, ",\"serial\":%lu", (unsigned long)line->serial);
    else
        text_puts(out, ",\"serial\":null");
    put_params(out, line);
    put_flag(out, "wildcard", line->has_wildcard);
    put_flag(out, "refuses_nxname", line->refuses_nxname);
    put_flag(out, "honours_co", line->honours_co);
    text_printf(out, ",\"queries\":%u,\"reason\":", line->queries);
    put_json_string(out, line->reason);
    text_puts(out, "}\n");
}
