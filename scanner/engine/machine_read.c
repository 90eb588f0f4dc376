// SPDX-License-Identifier: BSD-2-Clause
#include "engine/machine_read.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* What stands behind PREFIX on the first line that begins with it; NULL: none does. */
static const char *line_with(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    for (; *text; text = next_line(text))
        if (strncmp(text, prefix, len) == 0)
            return text + len;
    return NULL;
}

/* The word at *AT of a line, and its length; 0: the line has no more. */
static size_t next_word(const char **at)
{
    while (**at == ' ' || **at == '\t')
        (*at)++;
    return strcspn(*at, " \t\n");
}

/* --- UDP's counters --- */

static int64_t *udp_counter(struct machine_counts *counts, const char *name, size_t len)
{
    const struct {
        const char *name;
        int64_t *sum;
    } known[] = {
        {"RcvbufErrors", &counts->rcvbuf_errors},
        {"InErrors", &counts->in_errors},
        {"InCsumErrors", &counts->csum_errors},
        {"SndbufErrors", &counts->sndbuf_errors},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == len && memcmp(known[i].name, name, len) == 0)
            return known[i].sum;
    return NULL;
}

static void add(int64_t *sum, int64_t value)
{
    *sum = (*sum == MACHINE_UNKNOWN ? 0 : *sum) + value;
}

/* Two lines `Udp:`, one of names and one of values in the same order. */
void machine_read_snmp(const char *text, struct machine_counts *into)
{
    const char *names = line_with(text, "Udp:");
    const char *values = names ? line_with(next_line(names), "Udp:") : NULL;
    size_t name_len, value_len;
    while (values && (name_len = next_word(&names)) > 0 && (value_len = next_word(&values)) > 0) {
        int64_t *sum = udp_counter(into, names, name_len);
        if (sum)
            add(sum, strtoll(values, NULL, 10));
        names += name_len;
        values += value_len;
    }
}

void machine_read_snmp6(const char *text, struct machine_counts *into)
{
    for (; *text; text = next_line(text)) {
        if (strncmp(text, "Udp6", 4) != 0)
            continue;
        const char *name = text + 4;
        size_t len = next_word(&name);
        int64_t *sum = udp_counter(into, name, len);
        if (sum)
            add(sum, strtoll(name + len, NULL, 10));
    }
}

void machine_read_softnet(const char *text, struct machine_counts *into)
{
    for (; *text; text = next_line(text)) {
        uint64_t dropped;
        if (sscanf(text, "%*x %" SCNx64, &dropped) == 1)
            add(&into->softnet_drops, (int64_t)dropped);
    }
}

/* --- time --- */

/* `user nice system idle iowait irq softirq steal guest guest_nice`; the last two are part of the
 * first two. */
static bool read_time(const char *line, struct machine_time *out)
{
    unsigned long long user, nice, system, idle, iowait, irq, softirq, steal;
    if (sscanf(line, "%llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle,
               &iowait, &irq, &softirq, &steal) != 8)
        return false;
    out->busy = user + nice + system + irq + softirq;
    out->steal = steal;
    out->all = out->busy + idle + iowait + steal;
    return true;
}

void machine_read_stat(const char *text, struct machine_counts *into)
{
    for (; strncmp(text, "cpu", 3) == 0; text = next_line(text)) {
        const char *rest = text + 3;
        if (*rest == ' ') {
            (void)read_time(rest, &into->whole);
            continue;
        }
        char *end;
        unsigned long core = strtoul(rest, &end, 10);
        if (end != rest && core < MACHINE_CORES_MAX && read_time(end, &into->cores[core]) &&
            core >= into->core_count)
            into->core_count = (unsigned)core + 1;
    }
}

/* --- words --- */

void machine_read_word(const char *text, char *out, size_t cap)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t len = strcspn(text, "\n");
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    if (len >= cap)
        len = cap - 1;
    memcpy(out, text, len);
    out[len] = '\0';
}

void machine_read_cpu(const char *text, char out[MACHINE_WORD])
{
    static const char *const keys[] = {"model name", "Model", "cpu model", "cpu\t"};
    *out = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !*out; i++) {
        const char *rest = line_with(text, keys[i]);
        size_t gap = rest ? strspn(rest, " \t") : 0;
        if (rest && rest[gap] == ':')
            machine_read_word(rest + gap + 1, out, MACHINE_WORD);
    }
}

int64_t machine_read_number(const char *text)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    return end == text || value < 0 ? MACHINE_UNKNOWN : value;
}
