// SPDX-License-Identifier: BSD-2-Clause
/* Facts and warnings of machines made up here. */
#include <stdio.h>

#include "engine/machine.h"

#include "tests/unit/engine/help.h"

static const char *const names[] = {"127.0.0.1:53", "192.0.2.1:53", "192.0.2.2:53"};

/* One that has nothing to be warned of. */
static struct machine fine(void)
{
    struct machine machine = {.kernel = "6.1.0 x86_64",
                              .cpu = "Some CPU",
                              .clocksource = "tsc",
                              .libraries = "libuv 1.44.2",
                              .cores = 2,
                              .rmem_max = 4194304,
                              .wmem_max = 4194304,
                              .backlog = 1000,
                              .conntrack_max = MACHINE_UNKNOWN,
                              .conntrack_count = MACHINE_UNKNOWN,
                              .load = 0.5,
                              .way_count = 3};
    struct machine_way here = {true, "lo", "noqueue", 65536, 1, 1, 1};
    struct machine_way there = {false, "eth0", "pfifo_fast", 1400, 1, 0, MACHINE_UNKNOWN};
    machine.ways[0] = here;
    machine.ways[1] = machine.ways[2] = there;
    return machine;
}

/* --- facts --- */

static char facts[2048];

static void put(void *ctx, const char *key, const char *value)
{
    size_t len = strlen(facts);
    assert_ptr_equal(ctx, facts);
    (void)snprintf(facts + len, sizeof facts - len, "%s=%s\n", key, value);
}

static void facts_name_each_device_once(void **state)
{
    (void)state;
    struct machine machine = fine();
    *facts = '\0';
    machine_facts(&machine, put, facts);
    assert_string_equal(
        facts, "kernel=6.1.0 x86_64\ncpu=Some CPU\ncores=2\ngovernor=not known\nclocksource=tsc\n"
               "load=0.50\nrmem_max=4194304\nwmem_max=4194304\nnetdev_max_backlog=1000\n"
               "conntrack=not loaded\n"
               "device_lo=mtu 65536, queue noqueue, gso on, gro on, tx-udp-segmentation on\n"
               "device_eth0=mtu 1400, queue pfifo_fast, gso on, gro off, "
               "tx-udp-segmentation not known\nlibraries=libuv 1.44.2\n");
}

static void facts_of_a_machine_that_tells_nothing(void **state)
{
    (void)state;
    struct machine machine = {.cores = MACHINE_UNKNOWN,
                              .rmem_max = MACHINE_UNKNOWN,
                              .wmem_max = MACHINE_UNKNOWN,
                              .backlog = MACHINE_UNKNOWN,
                              .conntrack_max = 262144,
                              .conntrack_count = 17,
                              .load = MACHINE_UNKNOWN,
                              .way_count = 1};
    *facts = '\0';
    machine_facts(&machine, put, facts);
    assert_string_equal(facts, "kernel=not known\ncpu=not known\ncores=not known\n"
                               "governor=not known\nclocksource=not known\nload=not known\n"
                               "rmem_max=not known\nwmem_max=not known\n"
                               "netdev_max_backlog=not known\n"
                               "conntrack=17 of 262144 entries\nlibraries=not known\n");
}

/* --- warnings --- */

/* That there is exactly one warning, and that it has WORD in it; NULL: that there is none. */
static void expect(const struct machine *machine, enum load_proto proto,
                   const struct machine_use *idle, const char *word)
{
    struct text out = {0};
    unsigned count = machine_warnings(machine, names, proto, idle, &out);
    text_putc(&out, '\0');
    assert_false(out.failed);
    if (word && !strstr(out.data, word))
        fail_msg("no `%s` in: %s", word, out.data);
    if (count != (word ? 1U : 0U))
        fail_msg("%u warnings: %s", count, out.data);
    assert_true(out.len == 1 || out.data[out.len - 2] == '\n');
    text_deinit(&out);
}

static void a_good_machine_has_none(void **state)
{
    (void)state;
    struct machine machine = fine();
    struct machine_use idle = {.busy = 0.10, .steal = 0.01};
    expect(&machine, LOAD_UDP, NULL, NULL);
    expect(&machine, LOAD_UDP, &idle, NULL);
}

static void one_core_is_too_few_for_both_sides(void **state)
{
    (void)state;
    struct machine machine = fine();
    machine.load = 0;
    machine.cores = 1;
    expect(&machine, LOAD_UDP, NULL, "one core");
    machine.ways[0].is_here = false;
    expect(&machine, LOAD_UDP, NULL, NULL);
}

static void a_busy_machine_is_told(void **state)
{
    (void)state;
    struct machine machine = fine();
    struct machine_use busy = {.busy = 0.11}, steal = {.steal = 0.011};
    expect(&machine, LOAD_TCP, &busy, "11 % busy");
    expect(&machine, LOAD_TCP, &steal, "1.1 %");
    machine.load = 1.0;
    expect(&machine, LOAD_TCP, NULL, NULL);
    machine.load = 1.01;
    expect(&machine, LOAD_TCP, NULL, "1.01 on 2 cores");
    expect(&machine, LOAD_TCP, &busy, "11 % busy"); /* of the two the one that was measured */
}

static void governor_and_clock(void **state)
{
    (void)state;
    struct machine machine = fine();
    (void)snprintf(machine.governor, sizeof machine.governor, "performance");
    (void)snprintf(machine.clocksource, sizeof machine.clocksource, "kvm-clock");
    expect(&machine, LOAD_UDP, NULL, NULL);
    (void)snprintf(machine.governor, sizeof machine.governor, "powersave");
    expect(&machine, LOAD_UDP, NULL, "powersave");
    *machine.governor = '\0';
    (void)snprintf(machine.clocksource, sizeof machine.clocksource, "hpet");
    expect(&machine, LOAD_UDP, NULL, "hpet");
    *machine.clocksource = '\0';
    expect(&machine, LOAD_UDP, NULL, NULL);
}

static void small_buffers_matter_to_datagrams(void **state)
{
    (void)state;
    struct machine machine = fine();
    machine.rmem_max = 1048576;
    expect(&machine, LOAD_UDP, NULL, NULL);
    machine.rmem_max = 212992;
    expect(&machine, LOAD_UDP, NULL, "some 256 answers");
    expect(&machine, LOAD_DOT, NULL, NULL);
}

static void conntrack_matters_where_packets_leave(void **state)
{
    (void)state;
    struct machine machine = fine();
    machine.conntrack_max = 100;
    machine.conntrack_count = 0; /* loaded, and no rule uses it */
    expect(&machine, LOAD_UDP, NULL, NULL);
    machine.conntrack_count = 90;
    expect(&machine, LOAD_UDP, NULL, "every packet to 192.0.2.1:53");
    machine.conntrack_count = 91;
    expect(&machine, LOAD_UDP, NULL, "full, 91 of 100");
    machine.conntrack_count = 90;
    machine.way_count = 1;
    expect(&machine, LOAD_UDP, NULL, NULL);
}

static void fq_is_told_once_a_device(void **state)
{
    (void)state;
    struct machine machine = fine();
    (void)snprintf(machine.ways[1].queue, sizeof machine.ways[1].queue, "fq");
    (void)snprintf(machine.ways[2].queue, sizeof machine.ways[2].queue, "fq");
    expect(&machine, LOAD_UDP, NULL, "queue of eth0, toward 192.0.2.1:53, is fq");
    expect(&machine, LOAD_TCP, NULL, NULL);
    (void)snprintf(machine.ways[1].queue, sizeof machine.ways[1].queue, "fq_codel");
    (void)snprintf(machine.ways[2].queue, sizeof machine.ways[2].queue, "fq_codel");
    expect(&machine, LOAD_UDP, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_name_each_device_once),
        cmocka_unit_test(facts_of_a_machine_that_tells_nothing),
        cmocka_unit_test(a_good_machine_has_none),
        cmocka_unit_test(one_core_is_too_few_for_both_sides),
        cmocka_unit_test(a_busy_machine_is_told),
        cmocka_unit_test(governor_and_clock),
        cmocka_unit_test(small_buffers_matter_to_datagrams),
        cmocka_unit_test(conntrack_matters_where_packets_leave),
        cmocka_unit_test(fq_is_told_once_a_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
