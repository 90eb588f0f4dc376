// SPDX-License-Identifier: BSD-2-Clause
/* For tests of the load generator as a whole: trials of one load against the server of
 * load_help.h, and what holds of every trial. */
#ifndef TEST_LOAD_TRIAL_H
#define TEST_LOAD_TRIAL_H

#include "tests/unit/engine/load_help.h"

#define TIMEOUT (2 * NS_PER_S) /* where all is answered: a busy machine may take its time */

static struct load_result result;
static struct serving *server;
static struct asking asking;
static struct load_params params;

static inline int set_up(void **state)
{
    (void)state;
    server = serving_start("127.0.0.1");
    asking = (struct asking){.manners = "a"};
    params = (struct load_params){.targets = &server->address,
                                  .target_count = 1,
                                  .workers = 1,
                                  .timeout = TIMEOUT,
                                  .rate_max = 20000,
                                  .source = {.ctx = &asking, .next = asking_next}};
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    serving_stop(server);
    load_result_deinit(&result);
    return 0;
}

static inline struct load *create(void)
{
    struct load *load;
    const char *why;
    int error = load_create(&load, &params, &why);
    if (error)
        fail_msg("%s: %s", why, err_text(error));
    return load;
}

static inline uint64_t responses(void)
{
    static struct hist all;
    load_result_response(&result, &all);
    return hist_count(&all);
}

/* What holds of every trial. */
static inline void assert_accounts(void)
{
    uint64_t columns_due = 0, columns_answered = 0, columns_lost = 0, columns_good = 0, rows = 0,
             rcodes = 0;
    assert_int_equal(result.due, result.answered + result.lost + result.unsent);
    assert_int_equal(result.sent, result.answered + result.lost);
    assert_int_equal(responses(), result.sent);
    assert_int_equal(hist_count(&result.service), result.sent);
    assert_int_equal(hist_count(&result.lag), result.sent);
    for (unsigned i = 0; i < COUNTER_RCODES; i++)
        rcodes += result.rcodes[i];
    assert_int_equal(rcodes, result.answered);
    for (unsigned i = 0; i < result.column_count; i++) {
        columns_due += result.columns[i].due;
        columns_answered += result.columns[i].answered;
        columns_lost += result.columns[i].lost;
        columns_good += result.columns[i].good;
        for (unsigned row = 0; row < LOAD_HEAT_ROWS; row++)
            rows += result.columns[i].rows[row];
    }
    if (result.column_count > 0) {
        assert_int_equal(columns_due, result.due);
        assert_int_equal(columns_answered, result.answered);
        assert_int_equal(columns_lost, result.lost);
        assert_int_equal(columns_good, result.good);
        assert_int_equal(rows, result.answered);
    }
}

static inline void run_on(struct load *load, const struct load_trial *trial)
{
    load_result_clear(&result);
    assert_int_equal(load_run(load, trial, NULL, &result), 0);
    assert_accounts();
}

static inline void run(const struct load_trial *trial)
{
    struct load *load = create();
    run_on(load, trial);
    load_destroy(load);
}

static const struct load_trial brief = {
    .rate = 10000, .arrival = LOAD_CONSTANT, .length = 50 * NS_PER_MS};

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
