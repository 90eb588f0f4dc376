// SPDX-License-Identifier: BSD-2-Clause
/* Reads the files, asks the kernel, and takes differences. What is made of it is in
 * machine_tell.c. */
#include "engine/machine.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <uv.h>

#include "engine/h2.h"
#include "engine/machine_net.h"
#include "engine/machine_read.h"
#include "engine/tls.h"

#define FILE_CAP (256 * 1024) /* /proc/stat and softnet_stat of MACHINE_CORES_MAX cores */

/* Terminated; cut at CAP - 1 octets; "" when it cannot be had. */
static const char *read_file(const char *path, char *out, size_t cap)
{
    size_t len = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        while (len < cap - 1 && (got = read(fd, out + len, cap - 1 - len)) > 0)
            len += (size_t)got;
        close(fd);
    }
    out[len] = '\0';
    return out;
}

static void word_of(const char *path, char out[MACHINE_WORD])
{
    char text[4096];
    machine_read_word(read_file(path, text, sizeof text), out, MACHINE_WORD);
}

static int64_t number_of(const char *path)
{
    char text[64];
    return machine_read_number(read_file(path, text, sizeof text));
}

static int64_t usable_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? count : MACHINE_UNKNOWN;
}

static void look_at_kernel(struct machine *out)
{
    struct utsname name;
    char text[8192];
    if (uname(&name) == 0)
        (void)snprintf(out->kernel, sizeof out->kernel, "%.64s %.24s", name.release, name.machine);
    machine_read_cpu(read_file("/proc/cpuinfo", text, sizeof text), out->cpu);
    word_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", out->governor);
    word_of("/sys/devices/system/clocksource/clocksource0/current_clocksource", out->clocksource);
    out->cores = usable_cores();
    out->rmem_max = number_of("/proc/sys/net/core/rmem_max");
    out->wmem_max = number_of("/proc/sys/net/core/wmem_max");
    out->backlog = number_of("/proc/sys/net/core/netdev_max_backlog");
    out->conntrack_max = number_of("/proc/sys/net/netfilter/nf_conntrack_max");
    out->conntrack_count = number_of("/proc/sys/net/netfilter/nf_conntrack_count");
    out->load = MACHINE_UNKNOWN;
    if (getloadavg(&out->load, 1) != 1)
        out->load = MACHINE_UNKNOWN;
}

void machine_look(struct machine *out, const struct wire_address *targets, uint32_t count)
{
    memset(out, 0, sizeof *out);
    look_at_kernel(out);
    (void)snprintf(out->libraries, sizeof out->libraries, "libuv %s, OpenSSL %s, nghttp2 %s",
                   uv_version_string(), tls_version(), h2_version());
    out->way_count = count < LOAD_TARGETS_MAX ? count : LOAD_TARGETS_MAX;
    for (uint32_t i = 0; i < out->way_count; i++)
        machine_net_look(&targets[i], &out->ways[i]);
}

/* --- counters --- */

void machine_count(struct machine_counts *out)
{
    static const struct {
        const char *path;
        void (*read)(const char *text, struct machine_counts *into);
    } files[] = {
        {"/proc/net/snmp", machine_read_snmp},
        {"/proc/net/snmp6", machine_read_snmp6},
        {"/proc/net/softnet_stat", machine_read_softnet},
        {"/proc/stat", machine_read_stat},
    };
    memset(out, 0, sizeof *out);
    out->rcvbuf_errors = out->in_errors = out->csum_errors = out->sndbuf_errors = MACHINE_UNKNOWN;
    out->softnet_drops = MACHINE_UNKNOWN;
    char *text = malloc(FILE_CAP);
    for (size_t i = 0; text && i < sizeof files / sizeof *files; i++)
        files[i].read(read_file(files[i].path, text, FILE_CAP), out);
    free(text);
}

static uint64_t grown(int64_t before, int64_t after)
{
    return before == MACHINE_UNKNOWN || after < before ? 0 : (uint64_t)(after - before);
}

/* Share of the time between that PART took; the kernel's idle time may run back a little. */
static double share(uint64_t part_before, uint64_t part_after, const struct machine_time *before,
                    const struct machine_time *after)
{
    if (after->all <= before->all || part_after <= part_before)
        return 0;
    double of = (double)(part_after - part_before) / (double)(after->all - before->all);
    return of < 1 ? of : 1;
}

double machine_core_use(const struct machine_counts *before, const struct machine_counts *after,
                        unsigned core)
{
    if (core >= before->core_count || core >= after->core_count)
        return 0;
    const struct machine_time *a = &before->cores[core], *b = &after->cores[core];
    return share(a->busy, b->busy, a, b);
}

void machine_used(const struct machine_counts *before, const struct machine_counts *after,
                  struct machine_use *out)
{
    const struct machine_time *a = &before->whole, *b = &after->whole;
    *out = (struct machine_use){
        .rcvbuf_errors = grown(before->rcvbuf_errors, after->rcvbuf_errors),
        .in_errors = grown(before->in_errors, after->in_errors),
        .csum_errors = grown(before->csum_errors, after->csum_errors),
        .sndbuf_errors = grown(before->sndbuf_errors, after->sndbuf_errors),
        .softnet_drops = grown(before->softnet_drops, after->softnet_drops),
        .busy = share(a->busy, b->busy, a, b),
        .steal = share(a->steal, b->steal, a, b),
    };
    for (unsigned i = 0; i < after->core_count; i++) {
        double use = machine_core_use(before, after, i);
        out->core_most = use > out->core_most ? use : out->core_most;
    }
}
