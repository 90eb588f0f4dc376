// SPDX-License-Identifier: BSD-2-Clause
/* dns/transfer.c: changes since a serial. */
#include "tests/unit/dns/transfer_message.h"

/* --- IXFR --- */

static void nothing_newer_is_one_soa(void **state)
{
    (void)state;
    const uint32_t served[] = {7, 6, 0x80000006u}; /* the same, older, older again */
    for (size_t i = 0; i < 3; i++) {
        start(true, 7);
        begin(0, TYPE_IXFR);
        put_soa(served[i]);
        take();
        assert_int_equal(t.outcome, i < 2 ? TRANSFER_CURRENT : TRANSFER_OPEN);
        assert_int_equal(t.serial, served[i]);
        assert_string_equal(seen, "z");
    }
}

static void one_newer_soa_is_the_beginning(void **state)
{
    (void)state;
    start(true, 6);
    begin(0, TYPE_IXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_OPEN);
    transfer_stop(&t, TRANSFER_TIMEOUT, "silence");
    EXPECT(TRANSFER_CURRENT, "its SOA and no more");
    start(true, 6);
    begin(0, TYPE_IXFR);
    put_soa(7);
    take();
    transfer_stop(&t, TRANSFER_TSIG_WRONG, "x");
    assert_int_equal(t.outcome, TRANSFER_TSIG_WRONG);
}

static void changes_lead_from_ours_to_the_current(void **state)
{
    (void)state;
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(5);
    put_a();
    put_soa(6);
    put_a();
    put_a();
    put_soa(6);
    assert_int_equal(take(), TRANSFER_OPEN);
    begin(0, 0);
    put_soa(7);
    put_a();
    put_soa(7);
    assert_int_equal(take(), TRANSFER_DELTAS);
    assert_string_equal(seen, "zddaaadaa");
    assert_int_equal(t.records, 9);
    assert_int_equal(t.deleted, 3);
    assert_int_equal(t.serial, 7);
}

static void changes_may_only_delete_or_wrap(void **state)
{
    (void)state;
    start(true, 0xfffffffe);
    begin(0, TYPE_IXFR);
    put_soa(1);
    put_soa(0xfffffffe);
    put_a();
    put_soa(1);
    put_soa(1);
    assert_int_equal(take(), TRANSFER_DELTAS);
    assert_string_equal(seen, "zdda");
}

static void an_ixfr_may_be_answered_as_an_axfr(void **state)
{
    (void)state;
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_a();
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_string_equal(seen, "zz");
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
}

static void changes_must_hang_together(void **state)
{
    (void)state;
    static const struct {
        uint32_t soas[6]; /* 0: the end */
        const char *why;
    } cases[] = {
        {{9, 4}, "do not begin"},               /* not ours */
        {{9, 5, 5}, "do not lead"},             /* no step */
        {{9, 5, 4}, "do not lead"},             /* backwards */
        {{9, 5, 10}, "do not lead"},            /* past the end */
        {{9, 5, 7, 8}, "does not begin where"}, /* a gap */
        {{9, 5, 7, 9}, "does not begin where"}, /* the end before its time */
        {{9, 5, 9, 8}, "does not begin where"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(true, 5);
        begin(0, TYPE_IXFR);
        for (int k = 0; k < 6 && cases[i].soas[k]; k++)
            put_soa(cases[i].soas[k]);
        take();
        EXPECT(TRANSFER_INCONSISTENT, cases[i].why);
    }
}

static void an_axfr_is_not_answered_by_changes(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_soa(5);
    take();
    EXPECT(TRANSFER_INCONSISTENT, "another serial");
}

static void a_datagram_is_all_there_is(void **state)
{
    (void)state;
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_CURRENT);
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(6);
    put_a();
    take();
    EXPECT(TRANSFER_CLOSED, "one datagram");
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(6);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_DELTAS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_newer_is_one_soa),
        cmocka_unit_test(one_newer_soa_is_the_beginning),
        cmocka_unit_test(changes_lead_from_ours_to_the_current),
        cmocka_unit_test(changes_may_only_delete_or_wrap),
        cmocka_unit_test(an_ixfr_may_be_answered_as_an_axfr),
        cmocka_unit_test(changes_must_hang_together),
        cmocka_unit_test(an_axfr_is_not_answered_by_changes),
        cmocka_unit_test(a_datagram_is_all_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
