// SPDX-License-Identifier: BSD-2-Clause
#include "out/transfers.h"

#include <string.h>

#include "out/members.h"
#include "out/put.h"

static const char *const kind_words[] = {
    [ATTEMPT_AXFR] = "axfr", [ATTEMPT_SOA] = "soa", [ATTEMPT_IXFR] = "ixfr"};

/* --- lines --- */

static bool has_data(const struct attempt *attempt)
{
    return attempt->outcome == TRANSFER_WHOLE || attempt->outcome == TRANSFER_DELTAS;
}

/* Outcome, and what goes with it. */
static void put_outcome(struct text *out, const struct attempt *attempt)
{
    text_puts(out, transfer_words[attempt->outcome]);
    if (attempt->why)
        text_printf(out, ", %s", attempt->why);
    if (attempt->records > 1 || has_data(attempt)) {
        text_puts(out, has_data(attempt) ? ", " : " after ");
        put_counted(out, attempt->records, "record", "records");
    }
    if (attempt->deleted) {
        text_puts(out, " (deleted ");
        put_count(out, attempt->deleted);
        text_putc(out, ')');
    }
    if (attempt->records)
        text_printf(out, ", serial %u", attempt->serial);
    if (attempt->foreign) {
        text_puts(out, ", foreign ones left out: ");
        put_count(out, attempt->foreign);
    }
    if (attempt->by_tls && attempt->was_up)
        text_printf(out, ", TLS %s%s",
                    attempt->is_authenticated ? "authenticated" : "not authenticated",
                    attempt->has_alpn ? "" : ", no ALPN");
    if (attempt->is_signed)
        text_puts(out, ", signed");
    if (has_data(attempt)) {
        text_puts(out, ", ");
        put_duration(out, attempt->seconds);
    }
}

void transfer_server_line(struct text *out, const struct transfer_server *server)
{
    text_printf(out, "%s at %s", server->zone, server->address);
    if (*server->host)
        text_printf(out, " (%s)", server->host);
    if (!server->best)
        text_puts(out, ": not asked");
    const char *mark = ": ";
    for (size_t i = 0; i < server->attempt_count; i++) {
        const struct attempt *attempt = &server->attempts[i];
        if (attempt->kind == ATTEMPT_SOA && attempt->outcome == TRANSFER_CURRENT)
            continue; /* what it told is in the IXFRs behind it */
        text_puts(out, mark);
        mark = "; ";
        if (attempt->kind == ATTEMPT_IXFR)
            text_printf(out, "IXFR %u%s: ", attempt->asked, attempt->by_udp ? " by UDP" : "");
        else if (attempt->kind == ATTEMPT_SOA)
            text_puts(out, "SOA: ");
        put_outcome(out, attempt);
    }
}

/* --- JSON --- */

/* A serial, where there is one. */
static void put_serial_member(struct text *out, const char *key, bool is_known, uint32_t serial)
{
    if (is_known)
        put_member(out, key, serial);
    else
        text_printf(out, ",\"%s\":null", key);
}

static void put_attempt(struct text *out, const struct attempt *attempt)
{
    text_printf(out, "{\"kind\":\"%s\",\"transport\":\"%s\"", kind_words[attempt->kind],
                attempt->by_udp   ? "udp"
                : attempt->by_tls ? "tls"
                                  : "tcp");
    put_serial_member(out, "asked", attempt->kind == ATTEMPT_IXFR, attempt->asked);
    put_string_member(out, "outcome", transfer_words[attempt->outcome]);
    put_string_member(out, "reason", attempt->why);
    put_serial_member(out, "serial", attempt->records > 0, attempt->serial);
    put_member(out, "records", attempt->records);
    put_member(out, "deleted", attempt->deleted);
    put_member(out, "foreign", attempt->foreign);
    put_member(out, "messages", attempt->messages);
    put_member(out, "octets", attempt->octets);
    put_number_member(out, "seconds", attempt->seconds, 3);
    put_bool_member(out, "signed", attempt->is_signed);
    put_bool_member(out, "authenticated", attempt->is_authenticated);
    put_bool_member(out, "alpn", attempt->has_alpn);
    text_putc(out, '}');
}

void transfer_server_json(struct text *out, const struct transfer_server *server)
{
    const struct attempt *best = server->best;
    text_puts(out, "{\"zone\":");
    put_json_string(out, server->zone);
    put_string_member(out, "server", server->address);
    put_string_member(out, "host", *server->host ? server->host : NULL);
    put_string_member(out, "outcome", best ? transfer_words[best->outcome] : NULL);
    put_string_member(out, "reason", best ? best->why : NULL);
    put_string_member(out, "kind", best ? kind_words[best->kind] : NULL);
    put_serial_member(out, "serial", best && best->records > 0, best ? best->serial : 0);
    put_member(out, "records", best ? best->records : 0);
    put_number_member(out, "seconds", best ? best->seconds : 0, 3);
    text_puts(out, ",\"attempts\":[");
    for (size_t i = 0; i < server->attempt_count; i++) {
        text_puts(out, i ? "," : "");
        put_attempt(out, &server->attempts[i]);
    }
    text_puts(out, "]}");
}

void transfer_zone_json(struct text *out, const struct transfer_zone *zone)
{
    bool is_written = zone->outcome != TRANSFER_OPEN;
    put_json_string(out, zone->zone);
    text_printf(out, ":{\"complete\":%s", zone->is_complete ? "true" : "false");
    put_string_member(out, "written", is_written ? transfer_words[zone->outcome] : NULL);
    put_string_member(out, "from", zone->from);
    put_serial_member(out, "serial", is_written, zone->serial);
    put_member(out, "records", zone->records);
    put_member(out, "names", zone->names);
    put_member(out, "servers", zone->servers);
    put_bool_member(out, "consistent", zone->is_consistent);
    put_string_member(out, "reason", zone->why);
    text_putc(out, '}');
}

static void put_members(struct text *out, char open, const struct text *members, char close)
{
    text_putc(out, open);
    text_put(out, members->data, members->len);
    text_putc(out, close);
    out->failed |= members->failed;
}

void transfer_stats(struct text *out, const struct transfer_stats *stats)
{
    const char *comma = "";
    text_puts(out, "{\"zones\":");
    put_members(out, '{', stats->zones_json, '}');
    text_puts(out, ",\"servers\":");
    put_members(out, '[', stats->servers_json, ']');
    text_puts(out, ",\"outcomes\":{");
    for (int i = TRANSFER_WHOLE; i < TRANSFER_OUTCOMES; i++) {
        if (stats->outcomes[i] == 0)
            continue;
        text_printf(out, "%s\"%s\":%llu", comma, transfer_words[i],
                    (unsigned long long)stats->outcomes[i]);
        comma = ",";
    }
    text_putc(out, '}');
    put_member(out, "records", stats->records);
    put_member(out, "names", stats->names);
    put_member(out, "queries", stats->queries);
    put_member(out, "octets", stats->octets);
    put_number_member(out, "seconds", stats->seconds, 3);
    put_number_member(out, "cpu_seconds", stats->cpu_seconds, 3);
    put_member(out, "max_rss_bytes", stats->max_rss_bytes);
    put_stats_end(out, &stats->end);
    text_puts(out, "}\n");
}
