// SPDX-License-Identifier: BSD-2-Clause
/* verdict/cut_facts.c: what is noted, how often, and how much of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verdict/cut_facts.h"

static const uint8_t a[] = "\1a\4test", b[] = "\1b\4test";

static void a_fact_is_a_kind_and_a_name(void **state)
{
    struct facts facts;
    (void)state;
    assert_int_equal(facts_init(&facts, NULL), 0);
    assert_int_equal(facts_put(&facts, FACT_ABOVE, a), SET_NEW);
    assert_int_equal(facts_put(&facts, FACT_ABOVE, a), SET_OLD);
    for (int kind = FACT_ABOVE; kind <= FACT_ANSWERS; kind++) {
        assert_int_equal(facts_have(&facts, (enum fact)kind, a), kind == FACT_ABOVE);
        assert_false(facts_have(&facts, (enum fact)kind, b));
    }
    assert_int_equal(facts_put(&facts, FACT_EXISTS, a), SET_NEW);
    assert_int_equal(facts.count, 2);
    facts_deinit(&facts);
    facts_deinit(&facts);
}

static void changes_are_counted(void **state)
{
    struct facts facts;
    (void)state;
    assert_int_equal(facts_init(&facts, NULL), 0);
    assert_false(facts_have_cuts(&facts));
    assert_int_equal(facts_put(&facts, FACT_CUT, a), SET_NEW);
    assert_true(facts_have_cuts(&facts));
    assert_int_equal(facts.changes, 0);
    assert_int_equal(facts_put(&facts, FACT_LIFTED, a), SET_NEW);
    assert_int_equal(facts.changes, 1);
    assert_int_equal(facts_put(&facts, FACT_LIFTED, a), SET_OLD);
    assert_int_equal(facts.changes, 1);
    assert_int_equal(facts_put(&facts, FACT_DENIES, b), SET_NEW);
    assert_int_equal(facts.changes, 2);
    facts_deinit(&facts);
}

static void more_than_the_bound_is_refused(void **state)
{
    struct facts facts;
    (void)state;
    assert_int_equal(facts_init(&facts, NULL), 0);
    facts.cut_count = FACTS_CUTS_MAX - 1;
    assert_int_equal(facts_put(&facts, FACT_CUT, a), SET_NEW);
    assert_int_equal(facts_put(&facts, FACT_CUT, b), ERR_FULL);
    assert_int_equal(facts_put(&facts, FACT_CUT, a), SET_OLD);
    facts.count = FACTS_MAX - 1;
    assert_false(facts_are_full(&facts));
    assert_int_equal(facts_put(&facts, FACT_ABOVE, a), SET_NEW);
    assert_true(facts_are_full(&facts));
    assert_int_equal(facts_put(&facts, FACT_ABOVE, b), ERR_FULL);
    assert_int_equal(facts_put(&facts, FACT_ABOVE, a), SET_OLD);
    facts_deinit(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fact_is_a_kind_and_a_name),
        cmocka_unit_test(changes_are_counted),
        cmocka_unit_test(more_than_the_bound_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
