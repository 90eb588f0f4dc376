// SPDX-License-Identifier: BSD-2-Clause
/* The manifest, and the warnings: one function each of the latter, in the order of how often they
 * spoil a measurement. Pure. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/machine.h"

#define RMEM_SMALL   (1024 * 1024) /* less holds some 1,000 answers: 5 ms of 200,000 q/s */
#define BUSY_IDLE    0.10          /* of the machine, before anything is asked */
#define STEAL_IDLE   0.01
#define LOAD_A_CORE  0.5
#define ENTRIES_FULL 0.9 /* of conntrack's table */

/* --- facts --- */

struct facts {
    void (*put)(void *ctx, const char *key, const char *value);
    void *ctx;
};

static void put_text(const struct facts *facts, const char *key, const char *value)
{
    facts->put(facts->ctx, key, *value ? value : "not known");
}

static void put_number(const struct facts *facts, const char *key, int64_t value)
{
    char text[32] = "";
    if (value != MACHINE_UNKNOWN)
        (void)snprintf(text, sizeof text, "%" PRId64, value);
    put_text(facts, key, text);
}

static void put_conntrack(const struct facts *facts, const struct machine *machine)
{
    char text[96] = "not loaded";
    if (machine->conntrack_count != MACHINE_UNKNOWN)
        (void)snprintf(text, sizeof text, "%" PRId64 " of %" PRId64 " entries",
                       machine->conntrack_count, machine->conntrack_max);
    put_text(facts, "conntrack", text);
}

static const char *switch_word(int state)
{
    return state == MACHINE_UNKNOWN ? "not known" : state ? "on" : "off";
}

static void put_device(const struct facts *facts, const struct machine_way *way)
{
    char key[32], value[160], mtu[32] = "not known";
    if (way->mtu != MACHINE_UNKNOWN)
        (void)snprintf(mtu, sizeof mtu, "%" PRId64, way->mtu);
    (void)snprintf(key, sizeof key, "device_%s", way->device);
    (void)snprintf(value, sizeof value, "mtu %s, queue %s, gso %s, gro %s, tx-udp-segmentation %s",
                   mtu, *way->queue ? way->queue : "not known", switch_word(way->gso),
                   switch_word(way->gro), switch_word(way->udp_segments));
    put_text(facts, key, value);
}

/* The first target with the device of target I. */
static uint32_t first_with_device(const struct machine *machine, uint32_t i)
{
    uint32_t first = 0;
    while (strcmp(machine->ways[first].device, machine->ways[i].device) != 0)
        first++;
    return first;
}

void machine_facts(const struct machine *machine,
                   void (*put)(void *ctx, const char *key, const char *value), void *ctx)
{
    const struct facts facts = {put, ctx};
    char load[32] = "";
    if (machine->load >= 0)
        (void)snprintf(load, sizeof load, "%.2f", machine->load);
    put_text(&facts, "kernel", machine->kernel);
    put_text(&facts, "cpu", machine->cpu);
    put_number(&facts, "cores", machine->cores);
    put_text(&facts, "governor", machine->governor);
    put_text(&facts, "clocksource", machine->clocksource);
    put_text(&facts, "load", load);
    put_number(&facts, "rmem_max", machine->rmem_max);
    put_number(&facts, "wmem_max", machine->wmem_max);
    put_number(&facts, "netdev_max_backlog", machine->backlog);
    put_conntrack(&facts, machine);
    for (uint32_t i = 0; i < machine->way_count; i++)
        if (*machine->ways[i].device && first_with_device(machine, i) == i)
            put_device(&facts, &machine->ways[i]);
    put_text(&facts, "libraries", machine->libraries);
}

/* --- warnings --- */

struct lint {
    const struct machine *machine;
    const char *const *names;
    enum load_proto proto;
    const struct machine_use *idle; /* NULL: not known */
    struct text *out;
    unsigned count;
};

__attribute__((format(printf, 2, 3))) static void warn(struct lint *lint, const char *format, ...)
{
    char line[320];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_puts(lint->out, line);
    text_putc(lint->out, '\n');
    lint->count++;
}

static bool is_any_here(const struct machine *machine)
{
    for (uint32_t i = 0; i < machine->way_count; i++)
        if (machine->ways[i].is_here)
            return true;
    return false;
}

static void lint_cores(struct lint *lint)
{
    if (lint->machine->cores == 1 && is_any_here(lint->machine))
        warn(lint, "one core for generator and target: each slows the other down");
}

static void lint_busy(struct lint *lint)
{
    const struct machine *machine = lint->machine;
    if (lint->idle && lint->idle->busy > BUSY_IDLE)
        warn(lint, "the machine is %.0f %% busy before anything is asked", 100 * lint->idle->busy);
    else if (machine->cores > 0 && machine->load > LOAD_A_CORE * (double)machine->cores)
        warn(lint, "the load average is %.2f on %" PRId64 " cores before anything is asked",
             machine->load, machine->cores);
    if (lint->idle && lint->idle->steal > STEAL_IDLE)
        warn(lint, "the hypervisor takes %.1f %% of this machine's time", 100 * lint->idle->steal);
}

static void lint_governor(struct lint *lint)
{
    if (strcmp(lint->machine->governor, "powersave") == 0)
        warn(lint, "the CPU's governor is powersave: its speed depends on what it did before");
}

static void lint_clock(struct lint *lint)
{
    /* Read without a system call. */
    static const char *const quick[] = {"tsc", "kvm-clock", "arch_sys_counter",
                                        "hyperv_clocksource_tsc_page"};
    const char *clock = lint->machine->clocksource;
    bool is_quick = !*clock;
    for (size_t i = 0; i < sizeof quick / sizeof *quick; i++)
        is_quick |= strcmp(clock, quick[i]) == 0;
    if (!is_quick)
        warn(lint, "the clock source is %s: every reading of it costs a microsecond", clock);
}

/* Only datagrams get lost for want of room; a stream waits. */
static void lint_buffers(struct lint *lint)
{
    int64_t rmem = lint->machine->rmem_max;
    if (lint->proto == LOAD_UDP && rmem != MACHINE_UNKNOWN && rmem < RMEM_SMALL)
        warn(lint,
             "net.core.rmem_max is %" PRId64 ": a socket holds some %" PRId64
             " answers, then they are dropped; sysctl -w net.core.rmem_max=4194304",
             rmem, rmem / 832);
}

/* An entry for every port that asks; loopback is not tracked in the usual setups. */
static void lint_conntrack(struct lint *lint)
{
    const struct machine *machine = lint->machine;
    int64_t count = machine->conntrack_count, max = machine->conntrack_max;
    if (count <= 0)
        return;
    if (max > 0 && (double)count > ENTRIES_FULL * (double)max) {
        warn(lint, "conntrack is full, %" PRId64 " of %" PRId64 " entries: it drops packets", count,
             max);
        return;
    }
    for (uint32_t i = 0; i < machine->way_count; i++)
        if (!machine->ways[i].is_here) {
            warn(lint, "conntrack follows every packet to %s; NOTRACK rules would spare that",
                 lint->names[i]);
            return;
        }
}

static void lint_queues(struct lint *lint)
{
    const struct machine *machine = lint->machine;
    for (uint32_t i = 0; lint->proto == LOAD_UDP && i < machine->way_count; i++)
        if (strcmp(machine->ways[i].queue, "fq") == 0 && first_with_device(machine, i) == i)
            warn(lint, "the queue of %s, toward %s, is fq: it drops from 100 packets a socket on",
                 machine->ways[i].device, lint->names[i]);
}

unsigned machine_warnings(const struct machine *machine, const char *const *names,
                          enum load_proto proto, const struct machine_use *idle, struct text *out)
{
    static void (*const all[])(struct lint *) = {
        lint_cores, lint_busy, lint_governor, lint_clock, lint_buffers, lint_conntrack, lint_queues,
    };
    struct lint lint = {machine, names, proto, idle, out, 0};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i](&lint);
    return lint.count;
}
