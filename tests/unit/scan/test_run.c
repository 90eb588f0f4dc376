// SPDX-License-Identifier: BSD-2-Clause
/* scan/run.h: the stop state, and how resolvers are shared out. */
#include "tests/unit/scan/help.h"

#include <pthread.h>

#include "scan/run.h"

static void the_stop_state_is_only_ever_raised(void **state)
{
    (void)state;
    for (int was = RUN_ON; was <= RUN_NOW; was++) {
        for (int to = RUN_ON; to <= RUN_NOW; to++) {
            static struct run run;
            atomic_store(&run.stop, was);
            run_raise_stop(&run, (enum run_stop)to);
            assert_int_equal(run_stop_of(&run), to > was ? to : was);
        }
    }
}

static struct run shared;

static void *raise_some(void *arg)
{
    for (int i = 0; i < 100000; i++)
        run_raise_stop(&shared, arg ? RUN_NOW : RUN_DRAIN);
    return NULL;
}

static void the_highest_of_two_threads_stays(void **state)
{
    pthread_t a, b;
    (void)state;
    assert_int_equal(pthread_create(&a, NULL, raise_some, NULL), 0);
    assert_int_equal(pthread_create(&b, NULL, raise_some, &shared), 0);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    assert_int_equal(run_stop_of(&shared), RUN_NOW);
}

static void workers_have_resolvers_of_their_own_from_eight_each(void **state)
{
    static struct run run;
    (void)state;
    run.worker_count = 4;
    run.fleet.operator_count = 31;
    assert_false(run_is_partitioned(&run));
    run.fleet.operator_count = 32;
    assert_true(run_is_partitioned(&run));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stop_state_is_only_ever_raised),
        cmocka_unit_test(the_highest_of_two_threads_stays),
        cmocka_unit_test(workers_have_resolvers_of_their_own_from_eight_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
