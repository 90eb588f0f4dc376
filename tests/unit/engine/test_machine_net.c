// SPDX-License-Identifier: BSD-2-Clause
/* Netlink's answers made here, whole and cut; and the machine that this runs on. */
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "engine/machine_net.h"

#include "tests/unit/engine/help.h"

/* --- messages --- */

static uint8_t buffer[1024];
static size_t buffer_len;

static void put(const void *data, size_t len)
{
    memcpy(buffer + buffer_len, data, len);
    buffer_len = NLMSG_ALIGN(buffer_len + len);
}

static size_t begin(uint16_t type)
{
    struct nlmsghdr header = {.nlmsg_type = type};
    size_t at = buffer_len;
    put(&header, sizeof header);
    return at;
}

static void end(size_t at)
{
    uint32_t len = (uint32_t)(buffer_len - at);
    memcpy(buffer + at, &len, sizeof len);
}

static void put_attribute(uint16_t type, const void *data, uint16_t len)
{
    struct rtattr header = {.rta_type = type, .rta_len = (uint16_t)(sizeof header + len)};
    put(&header, sizeof header);
    put(data, len);
}

static void put_queue(int device, uint32_t parent, const char *kind)
{
    struct tcmsg queue = {.tcm_ifindex = device, .tcm_parent = parent};
    uint32_t other = 7;
    size_t at = begin(RTM_NEWQDISC);
    put(&queue, sizeof queue);
    put_attribute(TCA_STAB, &other, sizeof other);
    put_attribute(TCA_KIND, kind, (uint16_t)(strlen(kind) + 1));
    end(at);
}

static void put_route(unsigned char type, int device)
{
    struct rtmsg route = {.rtm_type = type};
    uint32_t table = 254;
    size_t at = begin(RTM_NEWROUTE);
    put(&route, sizeof route);
    put_attribute(RTA_TABLE, &table, sizeof table);
    put_attribute(RTA_OIF, &device, sizeof device);
    end(at);
}

/* --- routes --- */

static void a_route_tells_device_and_place(void **state)
{
    (void)state;
    int device;
    bool is_here;
    buffer_len = 0;
    put_route(RTN_UNICAST, 5);
    machine_net_route(buffer, buffer_len, &device, &is_here);
    assert_int_equal(device, 5);
    assert_false(is_here);
    buffer_len = 0;
    put_route(RTN_LOCAL, 1);
    machine_net_route(buffer, buffer_len, &device, &is_here);
    assert_int_equal(device, 1);
    assert_true(is_here);
}

static void an_error_is_no_route(void **state)
{
    (void)state;
    struct nlmsgerr error = {.error = -101};
    int device = 9;
    bool is_here = true;
    buffer_len = 0;
    size_t at = begin(NLMSG_ERROR);
    put(&error, sizeof error);
    end(at);
    machine_net_route(buffer, buffer_len, &device, &is_here);
    assert_int_equal(device, 0);
    assert_false(is_here);
}

static void what_is_cut_is_not_read_beyond(void **state)
{
    (void)state;
    int device;
    bool is_here;
    buffer_len = 0;
    put_route(RTN_LOCAL, 1);
    size_t whole = buffer_len;
    for (size_t len = 0; len < whole; len++) {
        uint8_t *copy = malloc(len ? len : 1); /* of its length: ASan watches */
        uint32_t told = (uint32_t)len;
        memcpy(copy, buffer, len);
        machine_net_route(copy, len, &device, &is_here);
        assert_int_equal(device, 0);
        if (len >= sizeof told)
            memcpy(copy, &told, sizeof told); /* a header that agrees */
        machine_net_route(copy, len, &device, &is_here);
        assert_int_equal(device, 0);
        free(copy);
    }
}

/* --- queues --- */

static const char *kind_of(int device)
{
    static struct machine_net_queues queues;
    queues = (struct machine_net_queues){.device = device};
    machine_net_queue(&queues, buffer, buffer_len);
    return machine_net_kind(&queues);
}

static void the_root_queue_of_the_device_is_meant(void **state)
{
    (void)state;
    buffer_len = 0;
    put_queue(1, TC_H_ROOT, "noqueue");
    put_queue(2, TC_H_ROOT, "htb");
    put_queue(2, 0x10001, "sfq");
    put_queue(2, TC_H_INGRESS, "ingress");
    put_queue(3, TC_H_ROOT, "fq");
    assert_string_equal(kind_of(1), "noqueue");
    assert_string_equal(kind_of(2), "htb");
    assert_string_equal(kind_of(3), "fq");
    assert_string_equal(kind_of(4), "");
}

static void of_a_root_that_splits_a_part_is_meant(void **state)
{
    (void)state;
    buffer_len = 0;
    put_queue(1, TC_H_ROOT, "mq");
    put_queue(1, 0x80010001, "fq_codel");
    put_queue(2, TC_H_ROOT, "mq");
    put_queue(2, 0x80020001, "fq");
    put_queue(2, 0x80020002, "pfifo_fast");
    put_queue(3, TC_H_ROOT, "mq");
    assert_string_equal(kind_of(1), "fq_codel");
    assert_string_equal(kind_of(2), "fq"); /* any of them spoils a measurement */
    assert_string_equal(kind_of(3), "mq");
}

static void a_dump_ends_with_done(void **state)
{
    (void)state;
    struct machine_net_queues queues = {.device = 1};
    buffer_len = 0;
    machine_net_queue(&queues, buffer, buffer_len);
    assert_false(queues.is_done);
    end(begin(NLMSG_DONE));
    put_queue(1, TC_H_ROOT, "fq");
    machine_net_queue(&queues, buffer, buffer_len);
    assert_true(queues.is_done);
    assert_string_equal(machine_net_kind(&queues), "");
}

/* A kind without an end, and one that is too long. */
static void kinds_are_cut(void **state)
{
    (void)state;
    struct tcmsg queue = {.tcm_ifindex = 1, .tcm_parent = TC_H_ROOT};
    buffer_len = 0;
    size_t at = begin(RTM_NEWQDISC);
    put(&queue, sizeof queue);
    put_attribute(TCA_KIND, "abcdefghijklmnopqrst", 20);
    end(at);
    assert_string_equal(kind_of(1), "abcdefghijklmno");
}

/* --- this machine --- */

static void this_machine_is_on_loopback(void **state)
{
    (void)state;
    struct wire_address targets[] = {address_v4("127.0.0.1", 53), address_v6("::1", 53)};
    static struct machine machine;
    machine_look(&machine, targets, 2);
    assert_int_equal(machine.way_count, 2);
    assert_true(machine.ways[0].is_here);
    assert_true(machine.ways[1].is_here);
    assert_true(strlen(machine.kernel) > 0);
    assert_true(machine.cores > 0);
    assert_non_null(strstr(machine.libraries, "OpenSSL "));
    if (*machine.ways[0].device) /* where netlink is to be had */
        assert_string_equal(machine.ways[0].device, "lo");
}

static void its_time_passes(void **state)
{
    (void)state;
    static struct machine_counts before, after;
    struct machine_use use;
    machine_count(&before);
    machine_count(&after);
    assert_true(after.whole.all >= before.whole.all);
    before = after;
    after.whole.all += 200;
    after.whole.busy += 100;
    after.whole.steal += 20;
    after.rcvbuf_errors += 3;
    after.core_count = before.core_count = 2;
    after.cores[1].all += 100;
    after.cores[1].busy += 75;
    before.in_errors = MACHINE_UNKNOWN;
    before.softnet_drops = 5;
    after.softnet_drops = 4; /* counters may start again */
    machine_used(&before, &after, &use);
    assert_int_equal(use.rcvbuf_errors, before.rcvbuf_errors == MACHINE_UNKNOWN ? 0 : 3);
    assert_int_equal(use.in_errors, 0);
    assert_int_equal(use.softnet_drops, 0);
    assert_true(use.busy == 0.5);
    assert_true(use.steal == 0.1);
    assert_true(use.core_most == 0.75);
    assert_true(machine_core_use(&before, &after, 0) == 0);
    assert_true(machine_core_use(&before, &after, 2) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_tells_device_and_place),
        cmocka_unit_test(an_error_is_no_route),
        cmocka_unit_test(what_is_cut_is_not_read_beyond),
        cmocka_unit_test(the_root_queue_of_the_device_is_meant),
        cmocka_unit_test(of_a_root_that_splits_a_part_is_meant),
        cmocka_unit_test(a_dump_ends_with_done),
        cmocka_unit_test(kinds_are_cut),
        cmocka_unit_test(this_machine_is_on_loopback),
        cmocka_unit_test(its_time_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
