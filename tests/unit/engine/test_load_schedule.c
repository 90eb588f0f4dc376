// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_schedule.c: is it the arrival process that was asked for? By count, by the
 * Kolmogorov-Smirnov distance of gaps, and by variance over mean of counts per 100 us, for seeds
 * that do not change. The limits are those that a run is held to, and tighter where nothing but the
 * arithmetic is in between. */
#include "tests/unit/engine/help.h"

#include <math.h>
#include <stdlib.h>

#include "engine/load_schedule.h"

#define CAP    1200000
#define WINDOW (100 * NS_PER_US)

static double dues[CAP];
static size_t due_count;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All workers' due times, sorted. */
static void collect(const struct load_trial *trial, unsigned workers)
{
    static struct schedule schedule;
    due_count = 0;
    for (unsigned i = 0; i < workers; i++) {
        double last = 0;
        schedule_init(&schedule, trial, i, workers);
        for (; !schedule_is_over(&schedule); schedule_take(&schedule)) {
            assert_true(due_count < CAP && schedule.due >= last);
            last = dues[due_count++] = schedule.due;
        }
    }
    if (workers > 1)
        qsort(dues, due_count, sizeof *dues, by_value);
}

static struct load_trial trial_of(enum load_arrival arrival, double rate, mono_ns length)
{
    return (struct load_trial){.arrival = arrival, .rate = rate, .length = length, .seed = 7};
}

/* Variance over mean of counts per WINDOW. */
static double dispersion(mono_ns length)
{
    double sum = 0, squares = 0, windows = (double)(length / WINDOW);
    size_t next = 0;
    for (mono_ns end = WINDOW; end <= length; end += WINDOW) {
        double count = 0;
        for (; next < due_count && dues[next] < (double)end; next++)
            count++;
        sum += count;
        squares += count * count;
    }
    double mean = sum / windows;
    return (squares / windows - mean * mean) / mean;
}

/* Of the gaps to the exponential distribution. */
static double distance(double rate)
{
    double worst = 0;
    for (size_t i = due_count; i-- > 1;)
        dues[i] -= dues[i - 1];
    qsort(dues, due_count, sizeof *dues, by_value);
    for (size_t i = 0; i < due_count; i++) {
        double asked = 1 - exp(-dues[i] * rate / 1e9);
        double low = (double)i / (double)due_count, high = (double)(i + 1) / (double)due_count;
        worst = fmax(worst, fmax(fabs(asked - low), fabs(asked - high)));
    }
    return worst;
}

static void assert_near(double value, double wanted, double share)
{
    if (fabs(value - wanted) > share * wanted)
        fail_msg("%g is not within %g of %g", value, share, wanted);
}

static void the_mean_rate_is_the_asked_one(void **state)
{
    static const double rates[] = {333, 10000, 50000, 100000, 300000, 999983};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        for (unsigned workers = 1; workers <= 3; workers++) {
            struct load_trial trial = trial_of(LOAD_POISSON, rates[i], NS_PER_S);
            collect(&trial, workers);
            assert_near((double)due_count, rates[i], rates[i] < 1000 ? 0.02 : 0.002);
            trial.arrival = LOAD_CONSTANT;
            collect(&trial, workers);
            assert_near((double)due_count, rates[i], 1.5 / rates[i]);
        }
    }
}

/* 40 queries in all: of 64 workers each has less than one. */
static void many_workers_share_few_queries(void **state)
{
    static const unsigned workers[] = {1, 3, 16, 64};
    (void)state;
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        struct load_trial trial = trial_of(LOAD_POISSON, 200, 200 * NS_PER_MS);
        double sum = 0;
        for (trial.seed = 1; trial.seed <= 200; trial.seed++) {
            collect(&trial, workers[i]);
            sum += (double)due_count;
        }
        assert_near(sum / 200, 40, 0.03);
    }
}

static void poisson_gaps_are_exponential(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 3; workers++) {
        const struct load_trial trial = trial_of(LOAD_POISSON, 10000, 5 * NS_PER_S);
        collect(&trial, workers);
        double worst = distance(10000);
        if (worst > 0.015)
            fail_msg("distance %g with %u workers", worst, workers);
    }
}

static void poisson_counts_vary_as_they_should(void **state)
{
    static const double rates[] = {50000, 100000, 500000};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        const struct load_trial trial = trial_of(LOAD_POISSON, rates[i], 2 * NS_PER_S);
        collect(&trial, 1 + (unsigned)i);
        assert_near(dispersion(trial.length), 1, 0.05);
    }
}

static void constant_gaps_are_even(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 4; workers++) {
        const struct load_trial trial = trial_of(LOAD_CONSTANT, 70000, NS_PER_S);
        collect(&trial, workers);
        for (size_t i = 1; i < due_count; i++)
            assert_near(dues[i] - dues[i - 1], 1e9 / 70000, 1e-6);
        assert_in_range((unsigned)(dispersion(trial.length) * 1000), 0, 100);
    }
}

static void seeds_repeat_and_differ(void **state)
{
    static double first[100];
    struct load_trial trial = trial_of(LOAD_POISSON, 1000, NS_PER_S);
    (void)state;
    collect(&trial, 1);
    memcpy(first, dues, sizeof first);
    collect(&trial, 1);
    assert_memory_equal(first, dues, sizeof first);
    trial.seed++;
    collect(&trial, 1);
    assert_memory_not_equal(first, dues, sizeof first);
}

static void workers_are_independent(void **state)
{
    static struct schedule a, b;
    const struct load_trial trial = trial_of(LOAD_POISSON, 1000, NS_PER_S);
    (void)state;
    schedule_init(&a, &trial, 0, 2);
    schedule_init(&b, &trial, 1, 2);
    assert_memory_not_equal(a.gaps, b.gaps, sizeof *a.gaps * a.block);
}

static void a_short_stretch_has_its_count(void **state)
{
    (void)state;
    for (unsigned count = 1; count < 200; count++) {
        const struct load_trial trial = trial_of(LOAD_POISSON, 1000, count * NS_PER_MS);
        collect(&trial, 1);
        unsigned spare = count > 100 ? 20 : 0; /* of the last block a part */
        assert_in_range(due_count, count - 1 - spare, count + spare);
    }
}

static void steps_climb_to_the_rate(void **state)
{
    struct load_trial trial = trial_of(LOAD_STEPS, 10000, 500 * NS_PER_MS);
    (void)state;
    trial.warmup = 100 * NS_PER_MS;
    for (unsigned workers = 1; workers <= 2; workers++) {
        size_t i = 0;
        collect(&trial, workers);
        for (; i < due_count && dues[i] < (double)trial.warmup; i++)
            ;
        assert_in_range(i, 200, 201); /* at the first step's rate */
        for (unsigned step = 1; step <= LOAD_STEP_COUNT; step++) {
            size_t count = 0;
            double end = (double)(trial.warmup + step * 100 * NS_PER_MS);
            for (; i < due_count && dues[i] < end; i++)
                count++;
            assert_in_range(count, 200 * step - 1, 200 * step + 1);
        }
        assert_int_equal(i, due_count);
    }
}

static void replay_keeps_the_times(void **state)
{
    static struct schedule schedule;
    struct load_trial trial = trial_of(LOAD_REPLAY, 0, NS_PER_S);
    (void)state;
    schedule_init(&schedule, &trial, 0, 1);
    schedule_replay(&schedule, 5000);
    assert_int_equal(schedule_due(&schedule), 5000);
    schedule_replay(&schedule, 7000);
    assert_int_equal(schedule_due(&schedule), 7000);
    schedule_replay(&schedule, 500); /* the next round */
    assert_int_equal(schedule_due(&schedule), 7500);
    trial.stretch = 0.5;
    schedule_init(&schedule, &trial, 0, 1);
    schedule_replay(&schedule, 7000);
    assert_int_equal(schedule_due(&schedule), 3500);
    schedule_replay(&schedule, 3 * NS_PER_S);
    assert_true(schedule_is_over(&schedule));
}

static void without_a_rate_nothing_is_due(void **state)
{
    static const double rates[] = {0, -1, NAN};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        for (int arrival = LOAD_POISSON; arrival <= LOAD_STEPS; arrival++) {
            const struct load_trial trial =
                trial_of((enum load_arrival)arrival, rates[i], NS_PER_S);
            collect(&trial, 1);
            assert_int_equal(due_count, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_rate_is_the_asked_one),
        cmocka_unit_test(many_workers_share_few_queries),
        cmocka_unit_test(poisson_gaps_are_exponential),
        cmocka_unit_test(poisson_counts_vary_as_they_should),
        cmocka_unit_test(constant_gaps_are_even),
        cmocka_unit_test(seeds_repeat_and_differ),
        cmocka_unit_test(workers_are_independent),
        cmocka_unit_test(a_short_stretch_has_its_count),
        cmocka_unit_test(steps_climb_to_the_rate),
        cmocka_unit_test(replay_keeps_the_times),
        cmocka_unit_test(without_a_rate_nothing_is_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
