// SPDX-License-Identifier: BSD-2-Clause
#include "out/members.h"

#include "dns/code.h"
#include "model/counters.h"
#include "out/put.h"

void put_member(struct text *out, const char *key, uint64_t value)
{
    text_printf(out, ",\"%s\":%llu", key, (unsigned long long)value);
}

void put_number_member(struct text *out, const char *key, double value, int decimals)
{
    text_printf(out, ",\"%s\":", key);
    put_json_number(out, value, decimals);
}

void put_string_member(struct text *out, const char *key, const char *value)
{
    text_printf(out, ",\"%s\":", key);
    put_json_string(out, value);
}

void put_time_member(struct text *out, const char *key, int64_t ms)
{
    text_printf(out, ",\"%s\":\"", key);
    put_time(out, ms);
    text_putc(out, '"');
}

void put_bool_member(struct text *out, const char *key, bool value)
{
    text_printf(out, ",\"%s\":%s", key, value ? "true" : "false");
}

void put_rejects_member(struct text *out, const char *key, const uint64_t *rejects)
{
    text_printf(out, ",\"%s\":{", key);
    for (int i = 0; i < REJECT_COUNT; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : "", reject_words[i],
                    (unsigned long long)rejects[i]);
    text_putc(out, '}');
}

void put_rcodes_member(struct text *out, const char *key, const uint64_t *rcodes)
{
    const char *comma = "";
    text_printf(out, ",\"%s\":{", key);
    for (unsigned i = 0; i < COUNTER_RCODES; i++) {
        if (rcodes[i] == 0 && i > RCODE_REFUSED)
            continue;
        text_printf(out, "%s\"%s\":%llu", comma, code_rcode_to_text(i),
                    (unsigned long long)rcodes[i]);
        comma = ",";
    }
    text_putc(out, '}');
}

void put_stats_end(struct text *out, const struct stats_end *end)
{
    text_printf(out, ",\"exit\":%d", end->exit_code);
    put_bool_member(out, "complete", end->is_complete);
    put_bool_member(out, "own", end->is_own);
    put_string_member(out, "command", end->command_line);
    put_time_member(out, "started", end->started_ms);
    put_time_member(out, "ended", end->ended_ms);
    put_member(out, "seed", end->seed);
    put_string_member(out, "version", end->version);
}
