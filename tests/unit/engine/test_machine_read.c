// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's texts as they were found on machines, and beginnings of them. */
#include "engine/machine_read.h"

#include "tests/unit/engine/help.h"

static struct machine_counts unknown(void)
{
    return (struct machine_counts){MACHINE_UNKNOWN,
                                   MACHINE_UNKNOWN,
                                   MACHINE_UNKNOWN,
                                   MACHINE_UNKNOWN,
                                   MACHINE_UNKNOWN,
                                   0,
                                   {0},
                                   {{0}}};
}

static const char snmp[] =
    "Icmp: InMsgs InErrors InCsumErrors\nIcmp: 715889 4 0\n"
    "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
    "IgnoredMulti MemErrors\n"
    "Udp: 356873125 715894 6822072 364445638 6822070 3 2 0 0\n"
    "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\n"
    "UdpLite: 9 9 9 9 9 9 9\n";

static const char snmp6[] = "Ip6InReceives                   \t161\n"
                            "Udp6InDatagrams                 \t20\n"
                            "Udp6InErrors                    \t7\n"
                            "Udp6RcvbufErrors                \t5\n"
                            "Udp6SndbufErrors                \t1\n"
                            "Udp6InCsumErrors                \t2\n"
                            "UdpLite6InErrors                \t9\n";

static void udp_counters_are_summed_over_families(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_snmp(snmp, &counts);
    assert_int_equal(counts.in_errors, 6822072);
    assert_int_equal(counts.rcvbuf_errors, 6822070);
    assert_int_equal(counts.sndbuf_errors, 3);
    assert_int_equal(counts.csum_errors, 2);
    machine_read_snmp6(snmp6, &counts);
    assert_int_equal(counts.in_errors, 6822079);
    assert_int_equal(counts.rcvbuf_errors, 6822075);
    assert_int_equal(counts.sndbuf_errors, 4);
    assert_int_equal(counts.csum_errors, 4);
}

static void a_family_that_is_not_there_adds_nothing(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_snmp("", &counts);
    machine_read_snmp("Udp: InErrors RcvbufErrors\n", &counts); /* no values */
    machine_read_snmp("Tcp: InErrors\nTcp: 5\n", &counts);
    assert_int_equal(counts.in_errors, MACHINE_UNKNOWN);
    machine_read_snmp6(snmp6, &counts);
    assert_int_equal(counts.in_errors, 7);
}

/* An older kernel knows fewer. */
static void counters_are_found_by_name(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_snmp("Udp: RcvbufErrors InDatagrams InErrors\nUdp: 11 12 13", &counts);
    assert_int_equal(counts.rcvbuf_errors, 11);
    assert_int_equal(counts.in_errors, 13);
    assert_int_equal(counts.sndbuf_errors, MACHINE_UNKNOWN);
    counts = unknown();
    machine_read_snmp("Udp: RcvbufErrors InErrors SndbufErrors\nUdp: 11\n", &counts);
    assert_int_equal(counts.rcvbuf_errors, 11);
    assert_int_equal(counts.in_errors, MACHINE_UNKNOWN);
}

static void softnet_drops_are_the_second_column_of_every_core(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_softnet("0b816a7c 0000001f 00000032 00000000 00000000\n"
                         "0a8278d3 00000002 00000021 00000000 00000000\n",
                         &counts);
    assert_int_equal(counts.softnet_drops, 33);
    counts = unknown();
    machine_read_softnet("nothing here\n", &counts);
    assert_int_equal(counts.softnet_drops, MACHINE_UNKNOWN);
}

static void time_is_read_for_every_core(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_stat("cpu  1455076 1828456 800279 2897305 51152 10 55557 15485 7 3\n"
                      "cpu0 732169 896712 405118 1468786 14416 4 34132 7791 4 1\n"
                      "cpu2 722907 931743 395160 1428519 36736 6 21424 7693 3 2\n"
                      "intr 62787892 0 0\ncpu9 1 1 1 1 1 1 1 1\n",
                      &counts);
    assert_int_equal(counts.core_count, 3); /* the middle one is off */
    assert_int_equal(counts.whole.busy, 1455076 + 1828456 + 800279 + 10 + 55557);
    assert_int_equal(counts.whole.steal, 15485);
    assert_int_equal(counts.whole.all - counts.whole.busy, 2897305 + 51152 + 15485);
    assert_int_equal(counts.cores[0].steal, 7791);
    assert_int_equal(counts.cores[1].all, 0);
    assert_int_equal(counts.cores[2].busy, 722907 + 931743 + 395160 + 6 + 21424);
}

static void time_that_is_cut_or_beyond_the_cores_is_passed_over(void **state)
{
    (void)state;
    struct machine_counts counts = unknown();
    machine_read_stat("cpu  1 2 3\ncpu0 1 2 3 4 5 6 7\ncpu99999 1 2 3 4 5 6 7 8\n"
                      "cpu512 1 2 3 4 5 6 7 8\ncpufreq 1 2 3 4 5 6 7 8",
                      &counts);
    assert_int_equal(counts.core_count, 0);
    assert_int_equal(counts.whole.all, 0);
    machine_read_stat("cpu511 1 2 3 4 5 6 7 8", &counts);
    assert_int_equal(counts.core_count, 512);
    assert_int_equal(counts.cores[511].all, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
}

static void the_core_has_a_name(void **state)
{
    (void)state;
    char name[MACHINE_WORD];
    machine_read_cpu("processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 106\n"
                     "model name\t: Intel(R) Xeon(R) Processor @ 2.90GHz\nstepping\t: 6\n",
                     name);
    assert_string_equal(name, "Intel(R) Xeon(R) Processor @ 2.90GHz");
    machine_read_cpu("processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 4\n", name);
    assert_string_equal(name, "Raspberry Pi 4");
    machine_read_cpu("processor\t: 0\ncpu\t\t: POWER9, altivec supported\n", name);
    assert_string_equal(name, "POWER9, altivec supported");
    machine_read_cpu("processor\t: 0\nmodel name", name);
    assert_string_equal(name, "");
    machine_read_cpu("", name);
    assert_string_equal(name, "");
}

static void words_are_trimmed_and_cut(void **state)
{
    (void)state;
    char word[6];
    machine_read_word(" tsc \n", word, sizeof word);
    assert_string_equal(word, "tsc");
    machine_read_word("abcde\n", word, sizeof word);
    assert_string_equal(word, "abcde");
    machine_read_word("abcdef\nx", word, sizeof word);
    assert_string_equal(word, "abcde");
    machine_read_word("", word, sizeof word);
    assert_string_equal(word, "");
}

static void numbers_are_numbers(void **state)
{
    (void)state;
    assert_int_equal(machine_read_number("4194304\n"), 4194304);
    assert_int_equal(machine_read_number("0\n"), 0);
    assert_int_equal(machine_read_number("-1\n"), MACHINE_UNKNOWN);
    assert_int_equal(machine_read_number(""), MACHINE_UNKNOWN);
    assert_int_equal(machine_read_number("none\n"), MACHINE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(udp_counters_are_summed_over_families),
        cmocka_unit_test(a_family_that_is_not_there_adds_nothing),
        cmocka_unit_test(counters_are_found_by_name),
        cmocka_unit_test(softnet_drops_are_the_second_column_of_every_core),
        cmocka_unit_test(time_is_read_for_every_core),
        cmocka_unit_test(time_that_is_cut_or_beyond_the_cores_is_passed_over),
        cmocka_unit_test(the_core_has_a_name),
        cmocka_unit_test(words_are_trimmed_and_cut),
        cmocka_unit_test(numbers_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
