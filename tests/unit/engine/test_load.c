// SPDX-License-Identifier: BSD-2-Clause
/* The load generator as a whole, against a server on loopback that answers as the names ask it to:
 * every query is in one place of the account, every message in one too. */
#include "tests/unit/engine/load_help.h"

#define TIMEOUT (2 * NS_PER_S) /* where all is answered: a busy machine may take its time */

static struct load_result result;
static struct serving *server;
static struct asking asking;
static struct load_params params;

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    serving_stop(server);
    load_result_deinit(&result);
    return 0;
}

static struct load *create(void)
{
    struct load *load;
    const char *why;
    int error = load_create(&load, &params, &why);
    if (error)
        fail_msg("%s: %s", why, err_text(error));
    return load;
}

static uint64_t responses(void)
{
    static struct hist all;
    load_result_response(&result, &all);
    return hist_count(&all);
}

/* What holds of every trial. */
static void assert_accounts(void)
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

static void run_on(struct load *load, const struct load_trial *trial)
{
    load_result_clear(&result);
    assert_int_equal(load_run(load, trial, NULL, &result), 0);
    assert_accounts();
}

static void run(const struct load_trial *trial)
{
    struct load *load = create();
    run_on(load, trial);
    load_destroy(load);
}

static uint64_t rejects(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < REJECT_COUNT; i++)
        sum += result.rejects[i];
    return sum;
}

static const struct load_trial brief = {
    .rate = 10000, .arrival = LOAD_CONSTANT, .length = 50 * NS_PER_MS};

static void what_is_answered_is_counted(void **state)
{
    (void)state;
    asking.manners = "an";
    serving_go(server);
    run(&brief);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.answered, 500);
    assert_int_equal(result.rcodes[0], 250);
    assert_int_equal(result.rcodes[3], 250);
    assert_int_equal(hist_count(&result.response[LOAD_MISS]), 250);
    assert_int_equal(hist_count(&result.response[LOAD_NXDOMAIN]), 250);
    assert_int_equal(result.octets_out, 500 * 31);
    assert_int_equal(result.octets_in, 500 * 31 + 250 * 16);
    assert_int_equal(rejects(), 0);
    assert_int_equal(result.workers, 1);
    assert_int_equal(result.active, brief.length);
    assert_int_equal(result.timeout, TIMEOUT);
    assert_in_range(result.cpu, 1, 10 * NS_PER_S);
    assert_in_range(result.sending, brief.length - 5 * NS_PER_MS, 10 * NS_PER_S);
    assert_in_range(result.sending_cpu, 1,
                    result.sending < result.cpu ? result.sending : result.cpu);
    assert_int_equal(atomic_load(&server->seen), 500);
}

/* One of 14 is asked in each manner. */
static void each_message_has_its_place(void **state)
{
    (void)state;
    asking.manners = "atlqciehoksrxd";
    params.timeout = 300 * NS_PER_MS;
    serving_go(server);
    const struct load_trial trial = {.rate = 11200,
                                     .arrival = LOAD_POISSON,
                                     .length = 50 * NS_PER_MS,
                                     .seed = 3,
                                     .column = 10 * NS_PER_MS};
    assert_int_equal(load_result_init(&result, 5), 0);
    run(&trial);
    uint64_t each = result.due / 14, spare = 1;
    assert_in_range(result.due, 540, 561);
    assert_in_range(result.lost, 2 * each, 2 * (each + spare)); /* ignored, or too late */
    assert_in_range(result.late, 0, each + spare); /* most come after the trial's end */
    assert_in_range(result.rcodes[2], each, each + spare);
    assert_in_range(result.rcodes[5], each, each + spare);
    assert_in_range(result.truncated, each, each + spare);
    static const enum reject once[] = {REJECT_DUPLICATE, REJECT_WRONG_CLASS, REJECT_OPCODE,
                                       REJECT_NOT_RESPONSE};
    for (unsigned i = 0; i < sizeof once / sizeof *once; i++)
        assert_in_range(result.rejects[once[i]], each, each + spare);
    /* The id that is made up may be another query's, but seldom. */
    uint64_t unknown = result.rejects[REJECT_UNKNOWN_ID];
    assert_in_range(unknown, each - 5, each + spare);
    assert_in_range(unknown + result.rejects[REJECT_WRONG_QUESTION], 2 * each, 2 * (each + spare));
    assert_in_range(result.rejects[REJECT_SHORT], 2 * each, 2 * (each + spare));
    assert_in_range(rejects(), 8 * each, 8 * (each + spare));
}

static void the_heat_map_goes_by_intended_time(void **state)
{
    (void)state;
    asking.manners = "aaar";
    serving_go(server);
    struct load_trial trial = brief;
    trial.warmup = 20 * NS_PER_MS;
    trial.column = 10 * NS_PER_MS;
    assert_int_equal(load_result_init(&result, 5), 0);
    run(&trial);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(result.columns[i].due, 100);
        assert_int_equal(result.columns[i].refused, 25);
    }
}

static void the_warm_up_is_sent_and_not_counted(void **state)
{
    (void)state;
    asking.manners = "ar";
    serving_go(server);
    struct load_trial trial = brief;
    trial.warmup = 25 * NS_PER_MS;
    run(&trial);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.rcodes[5], 250);
    assert_int_equal(result.active, trial.length);
    assert_int_equal(atomic_load(&server->seen), 750);
}

static void workers_share_the_rate(void **state)
{
    (void)state;
    params.workers = 3;
    serving_go(server);
    run(&brief);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.answered, 500);
    assert_int_equal(result.workers, 3);
    assert_int_equal(result.active, 3 * brief.length);
    for (unsigned i = 0; i < 3; i++)
        assert_in_range(asking.count[i], 166, 167);
}

static void steps_climb(void **state)
{
    (void)state;
    struct load_trial trial = brief;
    trial.arrival = LOAD_STEPS;
    trial.column = 10 * NS_PER_MS;
    assert_int_equal(load_result_init(&result, 5), 0);
    serving_go(server);
    run(&trial);
    for (unsigned i = 0; i < 5; i++)
        assert_in_range(result.columns[i].due, 20 * (i + 1) - 1, 20 * (i + 1) + 1);
}

static void a_replay_ends_with_its_queries(void **state)
{
    const struct load_trial trial = {
        .arrival = LOAD_REPLAY, .length = 10 * NS_PER_S, .stretch = 0.5};
    (void)state;
    asking.apart = 500 * NS_PER_US;
    asking.most = 100;
    serving_go(server);
    run(&trial);
    assert_int_equal(result.due, 100);
    assert_int_equal(result.answered, 100);
    assert_in_range(result.active, 24 * NS_PER_MS, 60 * NS_PER_MS);
}

static bool first_only(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    return worker == 0 && asking_next(ctx, worker, target, out);
}

/* A worker without a share of a capture waited while the other had one. */
static void a_replay_lasts_as_long_as_its_longest_share(void **state)
{
    const struct load_trial trial = {.arrival = LOAD_REPLAY, .length = 10 * NS_PER_S};
    (void)state;
    asking.apart = NS_PER_MS;
    asking.most = 50;
    params.workers = 2;
    params.source.next = first_only;
    serving_go(server);
    run(&trial);
    assert_int_equal(result.due, 50);
    assert_true(load_result_seconds(&result) >= 0.049);
    assert_true(load_result_seconds(&result) < 1);
}

static void a_source_may_end(void **state)
{
    static const enum load_io ios[] = {LOAD_IO_UDP, LOAD_IO_GSO};
    (void)state;
    serving_go(server);
    for (unsigned i = 0; i < 2; i++) {
        asking = (struct asking){.manners = "a", .most = 77};
        params.io = ios[i];
        run(&brief);
        assert_int_equal(result.due, 77);
        assert_int_equal(result.answered, 77);
    }
}

static void trains_are_accounted_for_too(void **state)
{
    (void)state;
    asking.manners = "aaaaaatan";
    asking.pads = 8;
    params.io = LOAD_IO_GSO;
    serving_go(server);
    const struct load_trial trial = {
        .rate = 100000, .arrival = LOAD_POISSON, .length = 50 * NS_PER_MS, .seed = 4};
    struct load *load = create();
    run_on(load, &trial);
    assert_in_range(result.due, 4900, 5001);
    assert_in_range(result.sent, 2000, 5001); /* all of them, on a machine that keeps up */
    assert_true(result.rejects[REJECT_DUPLICATE] > 0);
    assert_string_equal(load_way(load), "gso");
    load_destroy(load);
}

static void a_replay_keeps_its_order_in_trains_mode(void **state)
{
    const struct load_trial trial = {.arrival = LOAD_REPLAY, .length = NS_PER_S};
    (void)state;
    asking = (struct asking){.manners = "a", .pads = 8, .apart = 50 * NS_PER_US, .most = 1000};
    params.io = LOAD_IO_GSO;
    serving_go(server);
    run(&trial);
    assert_int_equal(result.due, 1000);
    assert_int_equal(result.answered, 1000);
}

static void a_closed_port_is_no_end(void **state)
{
    struct serving *closed = serving_start("127.0.0.1");
    (void)state;
    params.targets = &closed->address;
    close(closed->fd);
    run(&brief);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.lost, 500);
    assert_in_range(result.unreachable, 490, 500);
    free(closed);
}

static void targets_come_one_after_another(void **state)
{
    struct serving *second = serving_start("::1");
    const struct wire_address both[] = {server->address, second->address};
    struct load_trial trial = brief;
    (void)state;
    params.targets = both;
    params.target_count = 2;
    serving_go(server);
    serving_go(second);
    struct load *load = create();
    for (uint32_t i = 0; i < 4; i++) {
        trial.target = i % 2;
        trial.length = (13 + 2 * (int)i) * NS_PER_MS;
        run_on(load, &trial);
        assert_int_equal(result.answered, 130 + 20 * i);
    }
    assert_int_equal(atomic_load(&server->seen), 130 + 170);
    assert_int_equal(atomic_load(&second->seen), 150 + 190);
    load_destroy(load);
    serving_stop(second);
}

/* --- the generator's own trouble --- */

/* The generator is kept from its work for 20 ms, once. */
static bool next_with_stall(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    struct asking *source = ctx;
    if (source->count[worker] == 100)
        usleep(20000);
    return asking_next(source, worker, target, out);
}

static uint64_t count_above(const struct hist *hist, mono_ns value)
{
    uint64_t count = hist->beyond;
    for (size_t i = hist_cell(value) + 1; i < HIST_CELLS; i++)
        count += hist->cells[i];
    return count;
}

static void a_stall_sets_the_schedule_back(void **state)
{
    (void)state;
    params.source.next = next_with_stall;
    serving_go(server);
    run(&brief);
    assert_int_equal(result.due, 500);
    assert_int_equal(result.answered, 500);
    assert_true(result.stalls >= 1);
    assert_true(result.stall_longest >= 20 * NS_PER_MS);
    assert_true(result.slipped >= 18 * NS_PER_MS);
    /* What was in hand when it came is late; nothing after it is by more than a millisecond, other
     * than by stalls that the machine adds. */
    assert_in_range(count_above(&result.lag, 5 * NS_PER_MS), 1, 6 * result.stalls);
}

static volatile bool is_stopped;

static bool next_that_stops(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    const struct asking *source = ctx;
    if (source->count[worker] == 49)
        __atomic_store_n(&is_stopped, true, __ATOMIC_RELAXED);
    return asking_next(ctx, worker, target, out);
}

static void a_stop_ends_early(void **state)
{
    const struct load_trial trial = {
        .rate = 1000, .arrival = LOAD_CONSTANT, .length = 60 * NS_PER_S};
    (void)state;
    is_stopped = false;
    params.source.next = next_that_stops;
    serving_go(server);
    struct load *load = create();
    load_result_clear(&result);
    assert_int_equal(load_run(load, &trial, &is_stopped, &result), 0);
    load_destroy(load);
    assert_accounts();
    assert_in_range(result.due, 50, 60);
    assert_in_range(result.unsent, 0, 1); /* due, and the stop came */
    assert_in_range(result.active, 40 * NS_PER_MS, 500 * NS_PER_MS);
}

static void a_stop_may_come_in_the_warm_up(void **state)
{
    const struct load_trial trial = {
        .rate = 1000, .arrival = LOAD_CONSTANT, .warmup = 60 * NS_PER_S, .length = 60 * NS_PER_S};
    (void)state;
    is_stopped = false;
    params.source.next = next_that_stops;
    serving_go(server);
    struct load *load = create();
    load_result_clear(&result);
    assert_int_equal(load_run(load, &trial, &is_stopped, &result), 0);
    load_destroy(load);
    assert_accounts();
    assert_int_equal(result.due, 0);
    assert_int_equal(result.active, 0);
}

/* Half of the queries are not answered. */
static void a_trial_that_is_sure_to_miss_is_cut(void **state)
{
    struct load_trial trial = {
        .rate = 2000,
        .arrival = LOAD_CONSTANT,
        .length = 60 * NS_PER_S,
        .budget = {.is_set = true, .lost = UINT64_MAX, .late = 100, .limit = 20 * NS_PER_MS}};
    (void)state;
    asking.manners = "ad";
    serving_go(server);
    mono_ns start = clock_mono_ns();
    run(&trial);
    assert_true(clock_mono_ns() - start < TIMEOUT); /* nor was the rest waited for */
    assert_true(result.is_cut);
    assert_true(result.lost > 100 && result.due < 2000);
    assert_in_range(result.active, 100 * NS_PER_MS, NS_PER_S);
    asking.manners = "a";
    trial.length = 100 * NS_PER_MS;
    trial.budget.limit = NS_PER_S;
    run(&trial);
    assert_false(result.is_cut);
    assert_int_equal(result.answered, 200);
    /* Losses are known after the timeout. */
    params.timeout = 100 * NS_PER_MS;
    params.workers = 2;
    asking.manners = "d";
    trial.length = 60 * NS_PER_S;
    trial.budget = (struct load_budget){.is_set = true, .lost = 50, .late = UINT64_MAX};
    start = clock_mono_ns();
    run(&trial);
    assert_true(result.is_cut && clock_mono_ns() - start < 2 * NS_PER_S);
    assert_true(result.lost == result.sent && result.active > 100 * NS_PER_MS);
}

/* Half are answered late, half not at all: the former are waited for. */
static void a_patient_trial_is_offered_to_its_end(void **state)
{
    struct load_trial trial = {.rate = 1000,
                               .arrival = LOAD_CONSTANT,
                               .length = 200 * NS_PER_MS,
                               .budget = {.is_set = true,
                                          .is_patient = true,
                                          .lost = UINT64_MAX,
                                          .late = 20,
                                          .limit = 20 * NS_PER_MS}};
    (void)state;
    asking.manners = "ld";
    params.timeout = 20 * NS_PER_S;
    serving_go(server);
    mono_ns start = clock_mono_ns();
    run(&trial);
    assert_true(clock_mono_ns() - start < params.timeout / 2);
    assert_int_equal(result.due, 200);
    assert_int_equal(result.answered, 100);
    assert_true(result.is_cut && result.lost == 100);
    /* Who may still meet it is waited for. */
    trial.budget.late = 200;
    params.timeout = 600 * NS_PER_MS;
    run(&trial);
    assert_true(!result.is_cut && result.lost == 100);
}

static void what_cannot_be_opened_is_told(void **state)
{
    struct load *load;
    const char *why;
    (void)state;
    params.bind[0] = address_v4("192.0.2.1", 0); /* not ours */
    assert_int_equal(load_create(&load, &params, &why), ERR_IO);
    assert_null(load);
    assert_string_equal(why, "a UDP socket");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_answered_is_counted),
        TEST(each_message_has_its_place),
        TEST(the_heat_map_goes_by_intended_time),
        TEST(the_warm_up_is_sent_and_not_counted),
        TEST(workers_share_the_rate),
        TEST(steps_climb),
        TEST(a_replay_ends_with_its_queries),
        TEST(a_replay_lasts_as_long_as_its_longest_share),
        TEST(a_source_may_end),
        TEST(trains_are_accounted_for_too),
        TEST(a_replay_keeps_its_order_in_trains_mode),
        TEST(a_closed_port_is_no_end),
        TEST(targets_come_one_after_another),
        TEST(a_stall_sets_the_schedule_back),
        TEST(a_stop_ends_early),
        TEST(a_stop_may_come_in_the_warm_up),
        TEST(a_trial_that_is_sure_to_miss_is_cut),
        TEST(a_patient_trial_is_offered_to_its_end),
        TEST(what_cannot_be_opened_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
