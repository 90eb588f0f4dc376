// SPDX-License-Identifier: BSD-2-Clause
/* verdict/classify.c: chains of CNAME and DNAME records. */
#include "tests/unit/verdict/classified.h"

static void a_chain_is_followed_in_any_order_of_records(void **unused)
{
    (void)unused;
    for (unsigned shift = 0; shift < 4; shift++) {
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        for (unsigned i = 0; i < 4; i++) {
            switch ((i + shift) % 4) {
            case 0:
                message_put_a(&m, "c.test", 9);
                break;
            case 1:
                message_put_name(&m, IN_ANSWER, "b.test", TYPE_CNAME, "c.test");
                break;
            case 2:
                message_put_a(&m, "other.test", 8);
                break;
            default:
                message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
                break;
            }
        }
        struct answer a = classified();
        assert_int_equal(a.kind, ANSWER_DATA);
        assert_true(a.has_type);
        assert_int_equal(a.record_count, 3);
        assert_owner(&a, 0, "a.test", TYPE_CNAME);
        assert_owner(&a, 1, "b.test", TYPE_CNAME);
        assert_owner(&a, 2, "c.test", TYPE_A);
    }
}

static void a_cname_alone_is_data_without_the_type(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_false(a.has_type);
    assert_false(a.is_dangling);
    assert_int_equal(a.record_count, 1);
}

static void nxdomain_after_a_cname_is_dangling_data(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NXDOMAIN);
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_int_equal(a.rcode, RCODE_NXDOMAIN);
    assert_true(a.is_dangling);
    assert_false(a.has_type);
}

static void nxdomain_with_data_at_the_chains_end_does_not_dangle(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NXDOMAIN);
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
    message_put_a(&m, "b.test", 1);
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_true(a.has_type);
    assert_false(a.is_dangling);
}

static void nxdomain_with_an_address_but_no_cname_is_nxdomain(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NXDOMAIN);
    message_put_a(&m, "a.test", 1);
    assert_none(ANSWER_NXDOMAIN);
}

static void a_question_for_cname_is_not_followed(void **unused)
{
    (void)unused;
    for (unsigned rcode = 0; rcode <= RCODE_NXDOMAIN; rcode += RCODE_NXDOMAIN) {
        message_begin(&m, "a.test", TYPE_CNAME, rcode);
        message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
        message_put_name(&m, IN_ANSWER, "b.test", TYPE_CNAME, "c.test");
        struct answer a = classified();
        assert_int_equal(a.kind, ANSWER_DATA);
        assert_true(a.has_type);
        assert_int_equal(a.is_dangling, rcode == RCODE_NXDOMAIN);
        assert_int_equal(a.record_count, 1);
    }
}

static void dname_and_its_cname_are_the_chain(void **unused)
{
    (void)unused;
    message_begin(&m, "x.y.old.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "old.test", TYPE_DNAME, "new.test");
    message_put_name(&m, IN_ANSWER, "x.y.old.test", TYPE_CNAME, "x.y.new.test");
    message_put_a(&m, "x.y.new.test", 1);
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_true(a.has_type);
    assert_int_equal(a.record_count, 3);
    assert_owner(&a, 0, "old.test", TYPE_DNAME);
    assert_owner(&a, 1, "x.y.old.test", TYPE_CNAME);
    assert_owner(&a, 2, "x.y.new.test", TYPE_A);
}

static void a_dname_without_cname_is_data(void **unused)
{
    (void)unused;
    for (unsigned rcode = 0; rcode <= RCODE_NXDOMAIN; rcode += RCODE_NXDOMAIN) {
        message_begin(&m, "x.old.test", TYPE_A, rcode);
        message_put_name(&m, IN_ANSWER, "OLD.test", TYPE_DNAME, "new.test");
        struct answer a = classified();
        assert_int_equal(a.kind, ANSWER_DATA);
        assert_false(a.has_type);
        assert_int_equal(a.is_dangling, rcode == RCODE_NXDOMAIN);
        assert_int_equal(a.record_count, 1);
    }
}

static void a_dname_does_not_apply_to_its_own_name_or_beside(void **unused)
{
    (void)unused;
    message_begin(&m, "old.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "old.test", TYPE_DNAME, "new.test");
    message_put_name(&m, IN_ANSWER, "ld.test", TYPE_DNAME, "new.test");
    message_put_name(&m, IN_ANSWER, "a.old.test", TYPE_DNAME, "new.test");
    assert_none(ANSWER_NODATA);
    message_begin(&m, "old.test", TYPE_DNAME, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "old.test", TYPE_DNAME, "new.test");
    assert_true(classified().has_type);
}

static void a_dname_is_kept_once_for_several_links(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "test", TYPE_DNAME, "example");
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
    message_put_name(&m, IN_ANSWER, "b.test", TYPE_CNAME, "c.test");
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_int_equal(a.record_count, 3);
}

static void loops_end_and_are_data(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "a.test");
    assert_int_equal(classified().record_count, 1);

    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "b.test", TYPE_CNAME, "a.test");
    message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, "b.test");
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_false(a.has_type);
    assert_int_equal(a.record_count, 2);
}

static void chains_are_followed_for_sixteen_links(void **unused)
{
    (void)unused;
    for (unsigned links = CLASSIFY_CHAIN_MAX - 1; links <= CLASSIFY_CHAIN_MAX + 1; links++) {
        message_begin(&m, "n0.test", TYPE_A, RCODE_NOERROR);
        char owner[32], target[32];
        for (unsigned i = 0; i < links; i++) {
            snprintf(owner, sizeof owner, "n%u.test", i);
            snprintf(target, sizeof target, "n%u.test", i + 1);
            message_put_name(&m, IN_ANSWER, owner, TYPE_CNAME, target);
        }
        message_put_a(&m, target, 1);
        struct answer a = classified();
        assert_int_equal(a.kind, ANSWER_DATA);
        assert_int_equal(a.has_type, links <= CLASSIFY_CHAIN_MAX);
        assert_int_equal(a.record_count, links <= CLASSIFY_CHAIN_MAX ? links + 1 : links - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_followed_in_any_order_of_records),
        cmocka_unit_test(a_cname_alone_is_data_without_the_type),
        cmocka_unit_test(nxdomain_after_a_cname_is_dangling_data),
        cmocka_unit_test(nxdomain_with_data_at_the_chains_end_does_not_dangle),
        cmocka_unit_test(nxdomain_with_an_address_but_no_cname_is_nxdomain),
        cmocka_unit_test(a_question_for_cname_is_not_followed),
        cmocka_unit_test(dname_and_its_cname_are_the_chain),
        cmocka_unit_test(a_dname_without_cname_is_data),
        cmocka_unit_test(a_dname_does_not_apply_to_its_own_name_or_beside),
        cmocka_unit_test(a_dname_is_kept_once_for_several_links),
        cmocka_unit_test(loops_end_and_are_data),
        cmocka_unit_test(chains_are_followed_for_sixteen_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
