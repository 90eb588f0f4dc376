// SPDX-License-Identifier: BSD-2-Clause
/* The load generator as a whole, against a server on loopback that answers as the names ask it to:
 * every query is in one place of the account, every message in one too. */
#include "tests/unit/engine/load_trial.h"

static uint64_t rejects(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < REJECT_COUNT; i++)
        sum += result.rejects[i];
    return sum;
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_answered_is_counted),
        TEST(each_message_has_its_place),
        TEST(the_heat_map_goes_by_intended_time),
        TEST(the_warm_up_is_sent_and_not_counted),
        TEST(workers_share_the_rate),
        TEST(steps_climb),
        TEST(trains_are_accounted_for_too),
        TEST(a_replay_keeps_its_order_in_trains_mode),
        TEST(a_closed_port_is_no_end),
        TEST(targets_come_one_after_another),
        TEST(a_stall_sets_the_schedule_back),
        TEST(what_cannot_be_opened_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
