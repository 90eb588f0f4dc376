// SPDX-License-Identifier: BSD-2-Clause
/* The load generator as a whole, against a server on loopback that answers as the names ask it to:
 * every query is in one place of the account, every message in one too. */
#include "tests/unit/engine/load_help.h"

#define TIMEOUT (80 * NS_PER_MS)

static struct load_result result;

static struct load_params params_for(const struct serving *server, struct asking *asking)
{
    return (struct load_params){.targets = &server->address,
                                .target_count = 1,
                                .workers = 1,
                                .timeout = TIMEOUT,
                                .rate_max = 20000,
                                .source = {.ctx = asking, .next = asking_next}};
}

static struct load *load_of(const struct load_params *params)
{
    struct load *load;
    const char *why;
    int error = load_create(&load, params, &why);
    if (error)
        fail_msg("%s: %s", why, err_text(error));
    return load;
}

static void run(const struct load_params *params, const struct load_trial *trial)
{
    struct load *load = load_of(params);
    load_result_clear(&result);
    assert_int_equal(load_run(load, trial, NULL, &result), 0);
    load_destroy(load);
    assert_int_equal(result.due, result.answered + result.lost + result.unsent);
}

static uint64_t rejects(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < REJECT_COUNT; i++)
        sum += result.rejects[i];
    return sum;
}

static uint64_t responses(void)
{
    static struct hist all;
    load_result_response(&result, &all);
    return hist_count(&all);
}

static const struct load_trial brief = {
    .rate = 5000, .arrival = LOAD_CONSTANT, .length = 100 * NS_PER_MS};

static void what_is_answered_is_counted(void **state)
{
    struct asking asking = {.manners = "an"};
    struct serving *server = serving_start("127.0.0.1");
    (void)state;
    serving_go(server);
    struct load_params params = params_for(server, &asking);
    run(&params, &brief);
    serving_stop(server);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.sent, 500);
    assert_int_equal(result.answered, 500);
    assert_int_equal(result.rcodes[0], 250);
    assert_int_equal(result.rcodes[3], 250);
    assert_int_equal(hist_count(&result.response[LOAD_MISS]), 250);
    assert_int_equal(hist_count(&result.response[LOAD_NXDOMAIN]), 250);
    assert_int_equal(hist_count(&result.service), 500);
    assert_int_equal(hist_count(&result.lag), 500);
    assert_int_equal(result.octets_out, 500 * 31);
    assert_int_equal(result.octets_in, 500 * 31 + 250 * 16);
    assert_int_equal(rejects(), 0);
    assert_int_equal(result.workers, 1);
}

static void each_message_has_its_place(void **state)
{
    struct asking asking = {.manners = "atlqciehoksrxd"};
    struct serving *server = serving_start("127.0.0.1");
    (void)state;
    serving_go(server);
    struct load_params params = params_for(server, &asking);
    run(&params, &brief);
    serving_stop(server);

    printf("%lu %lu\n", rejects(), responses());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_answered_is_counted),
        cmocka_unit_test(each_message_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
