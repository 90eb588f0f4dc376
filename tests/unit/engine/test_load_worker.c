// SPDX-License-Identifier: BSD-2-Clause
/* A worker's turns (engine/load_worker.c, load_send.c, load_receive.c) over paths that the test
 * owns: lanes that are full, busy or break, and what is followed by TCP. */
#include "tests/unit/engine/load_help.h"

#include "engine/load_worker.h"

#define TIMEOUT    (2 * NS_PER_S) /* where all is answered: for a busy machine */
#define BRIEF      (30 * NS_PER_MS)
#define INBOX_SIZE 1024
#define LANES      2

/* --- a path --- */

/* Answers what it is sent, at once, as the names ask it to. */
struct fake {
    struct load_path path;
    bool is_silent;     /* never answers */
    bool is_tardy;      /* answers come after the timeout, by their stamp */
    bool is_cutting;    /* answers with TC, whatever is asked */
    unsigned takes;     /* of a batch, at most; 0: all */
    unsigned refuses;   /* so many calls of send take nothing */
    unsigned breaks_at; /* when so many were sent, their lane breaks; 0: never */
    unsigned sent, ended;
    unsigned lane_next;
    struct load_trouble trouble;
    bool has_trouble;
    struct {
        uint8_t data[512];
        size_t len;
        uint32_t lane;
    } inbox[INBOX_SIZE];
    unsigned inbox_first, inbox_count;
};

static struct fake asked, followed;

static int fake_begin(struct load_path *path, const struct load_trial *trial)
{
    (void)path;
    (void)trial;
    return LANES;
}

static void fake_end(struct load_path *path, struct load_result *result)
{
    ((struct fake *)path)->ended++;
    result->connections += 7;
}

static uint32_t fake_lane(struct load_path *path)
{
    return ((struct fake *)path)->lane_next++ % LANES;
}

static void take(struct fake *fake, uint32_t lane, const struct load_item *item)
{
    unsigned place = (fake->inbox_first + fake->inbox_count) % INBOX_SIZE;
    uint8_t *data = fake->inbox[place].data;
    fake->sent++;
    if (fake->breaks_at == fake->sent) {
        fake->trouble = (struct load_trouble){.lane = lane, .is_lane = true};
        fake->has_trouble = true;
    }
    if (fake->is_silent || fake->breaks_at)
        return;
    memcpy(data, item->data, item->len);
    fake->inbox[place].len =
        make_answer(fake->is_cutting ? TRUNCATED : (char)data[13], data, item->len);
    fake->inbox[place].lane = lane;
    fake->inbox_count += fake->inbox[place].len > 0;
    assert_true(fake->inbox_count <= INBOX_SIZE);
}

static unsigned fake_send(struct load_path *path, uint32_t lane, const struct load_item *items,
                          unsigned count)
{
    struct fake *fake = (struct fake *)path;
    if (fake->refuses > 0) {
        fake->refuses--;
        return 0;
    }
    if (fake->takes && count > fake->takes)
        count = fake->takes;
    for (unsigned i = 0; i < count; i++)
        take(fake, lane, &items[i]);
    return count;
}

static unsigned fake_receive(struct load_path *path, unsigned wanted, struct load_message *out)
{
    struct fake *fake = (struct fake *)path;
    unsigned count = fake->inbox_count < LOAD_BATCH ? fake->inbox_count : LOAD_BATCH;
    (void)wanted;
    for (unsigned i = 0; i < count; i++) {
        unsigned place = fake->inbox_first;
        out[i] = (struct load_message){.data = fake->inbox[place].data,
                                       .len = (uint32_t)fake->inbox[place].len,
                                       .lane = fake->inbox[place].lane,
                                       .at = clock_mono_ns() + (fake->is_tardy ? TIMEOUT : 0)};
        fake->inbox_first = (place + 1) % INBOX_SIZE;
    }
    fake->inbox_count -= count;
    return count;
}

static bool fake_trouble(struct load_path *path, struct load_trouble *out)
{
    struct fake *fake = (struct fake *)path;
    bool had = fake->has_trouble;
    *out = fake->trouble;
    fake->has_trouble = false;
    return had;
}

static mono_ns fake_turn(struct load_path *path, mono_ns now)
{
    (void)path;
    return now + NS_PER_MS;
}

static unsigned fake_watch(struct load_path *path, struct pollfd *out)
{
    (void)path;
    (void)out;
    return 0;
}

static const struct load_path_ops fake_ops = {
    .lane_bits = 6, /* 64 in flight */
    .begin = fake_begin,
    .end = fake_end,
    .lane = fake_lane,
    .send = fake_send,
    .receive = fake_receive,
    .trouble = fake_trouble,
    .turn = fake_turn,
    .watch = fake_watch,
};

/* --- a worker over it --- */

static struct load_worker *w;
static struct load_params params;
static struct asking asking;
static mono_ns wall_spare; /* 0: as it is */

static int set_up(void **state)
{
    (void)state;
    w = calloc(1, sizeof *w);
    if (!w)
        return 1;
    wall_spare = 0;
    asking = (struct asking){.manners = "a"};
    params = (struct load_params){
        .workers = 1, .timeout = TIMEOUT, .source = {.ctx = &asking, .next = asking_next}};
    memset(&asked, 0, sizeof asked);
    memset(&followed, 0, sizeof followed);
    asked.path.ops = followed.path.ops = &fake_ops;
    w->load = &params;
    w->rng = fixed_rng(1);
    w->seed = 77;
    w->lines[LINE_ASKED] = (struct load_line){.path = &asked.path, .ops = &fake_ops};
    w->lines[LINE_FOLLOWS] = (struct load_line){.path = &followed.path, .ops = &fake_ops};
    w->line_count = 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (unsigned i = 0; i < w->line_count; i++) {
        for (unsigned j = 0; j < w->lines[i].flight_count; j++)
            flight_deinit(&w->lines[i].flights[j]);
        free(w->lines[i].flights);
    }
    load_result_deinit(&w->result);
    free(w);
    return 0;
}

static void run(double rate, mono_ns length)
{
    const struct load_trial trial = {.rate = rate, .arrival = LOAD_CONSTANT, .length = length};
    assert_int_equal(load_worker_begin(w, &trial, NULL), 0);
    if (wall_spare)
        w->wall_spare = wall_spare;
    load_worker_run(w, clock_mono_ns());
    const struct load_result *r = &w->result;
    assert_int_equal(w->open, 0);
    assert_int_equal(r->due, r->answered + r->lost + r->unsent);
    assert_int_equal(r->sent, r->answered + r->lost);
    assert_int_equal(asked.ended, 1);
    assert_int_equal(r->connections, 7 * w->line_count);
}

static void what_comes_back_is_counted(void **state)
{
    (void)state;
    run(50000, 10 * NS_PER_MS);
    assert_int_equal(w->result.answered, 500);
    assert_int_equal(asked.sent, 500);
}

/* NOERROR and NXDOMAIN are, unless truncated; TC on another code takes nothing from them. */
static void what_is_answered_well_is_counted(void **state)
{
    (void)state;
    asking.manners = "anxrw";
    run(30000, 10 * NS_PER_MS);
    assert_int_equal(w->result.answered, 300);
    assert_int_equal(w->result.rcodes[5], 120);
    assert_int_equal(w->result.truncated, 120);
    assert_int_equal(w->result.good, 120);
}

/* The stamp decides, not when it is read. */
static void what_comes_late_is_lost_and_told(void **state)
{
    (void)state;
    asked.is_tardy = true;
    params.timeout = BRIEF;
    run(50000, 2 * NS_PER_MS);
    assert_int_equal(w->result.due, 100);
    assert_int_equal(w->result.lost, 100);
    assert_int_equal(w->result.late, 100);
}

static bool next_slowly(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    usleep(2000);
    return asking_next(ctx, worker, target, out);
}

static void what_cannot_be_kept_is_cut_off(void **state)
{
    (void)state;
    params.source.next = next_slowly;
    wall_spare = 50 * NS_PER_MS;
    run(20000, 50 * NS_PER_MS);
    assert_true(w->result.slipped > 50 * NS_PER_MS);
    assert_in_range(w->result.active, 1, 25 * NS_PER_MS);
    /* What came due in the time that the schedule ran, and what was in hand. */
    double due = 20000 * load_result_seconds(&w->result);
    assert_in_range(w->result.due, (uint64_t)due - 1, (uint64_t)due + 66);
    assert_in_range(w->result.unsent, 0, 64);
}

static void what_is_not_taken_is_offered_again(void **state)
{
    (void)state;
    asked.takes = 3;
    asked.refuses = 20;
    run(50000, 10 * NS_PER_MS);
    assert_int_equal(w->result.answered, 500);
    assert_int_equal(asked.sent, 500);
    assert_int_equal(asking.count[0], 500);
}

static void what_is_never_taken_is_unsent(void **state)
{
    (void)state;
    asked.refuses = UINT32_MAX;
    wall_spare = 50 * NS_PER_MS;
    run(10000, 10 * NS_PER_MS);
    assert_in_range(w->result.due, 1, 100); /* a batch in hand; the schedule was set back */
    assert_int_equal(w->result.unsent, w->result.due);
    assert_int_equal(w->result.sent, 0);
}

/* Each lane has 64 ids, and nothing is answered until the timeout. */
static unsigned send_slowly(struct load_path *path, uint32_t lane, const struct load_item *items,
                            unsigned count)
{
    usleep(1000);
    return fake_send(path, lane, items, count);
}

/* A batch takes its time: each of it was sent at its own. */
static void stamps_are_spread_over_a_batch(void **state)
{
    struct load_path_ops ops = fake_ops;
    unsigned distinct = 0;
    (void)state;
    ops.send = send_slowly;
    w->lines[LINE_ASKED].ops = &ops;
    run(20000, 10 * NS_PER_MS);
    const struct flight *flight = &w->lines[LINE_ASKED].flights[0];
    for (unsigned i = 1; i < 60; i++) {
        const struct flight_entry *entry = flight_at(flight, i), *next = flight_at(flight, i - 1);
        assert_true(entry->sent >= entry->intended && entry->sent <= next->sent);
        distinct += entry->sent < next->sent;
    }
    assert_true(distinct >= 50);
}

static void without_ids_nothing_waits(void **state)
{
    (void)state;
    asked.is_silent = true;
    params.timeout = 10 * BRIEF;
    run(50000, 10 * NS_PER_MS);
    assert_int_equal(w->result.due, 500);
    assert_in_range(w->result.lost, LANES * 64,
                    400); /* more if that took longer than the timeout */
    assert_true(w->result.no_room > 0);
}

static void a_lane_that_breaks_loses_what_it_had(void **state)
{
    (void)state;
    asked.breaks_at = 40;
    params.timeout = 5 * BRIEF;
    run(2000, 20 * NS_PER_MS); /* the 40th is the last */
    assert_int_equal(w->result.lost, 40);
    assert_in_range(w->result.unreachable, 1, 39); /* one lane's */
}

static void truncated_answers_are_followed(void **state)
{
    (void)state;
    w->line_count = 2;
    asking.manners = "xxa";
    asked.is_cutting = false;
    /* By the second path the same names are answered whole. */
    run(3000, 10 * NS_PER_MS);
    assert_int_equal(w->result.answered, 30);
    assert_int_equal(followed.sent, 20);
    assert_int_equal(w->result.followed, 20);
    assert_int_equal(w->result.truncated, 20); /* there they are truncated, too */
    assert_int_equal(hist_count(&w->result.service), 30);
}

static void followed_ones_may_be_lost(void **state)
{
    (void)state;
    w->line_count = 2;
    asked.is_cutting = true;
    followed.is_silent = true;
    params.timeout = BRIEF;
    run(3000, 10 * NS_PER_MS);
    assert_int_equal(w->result.due, 30);
    assert_int_equal(w->result.lost, 30);
    assert_int_equal(w->result.followed, 0);
    assert_in_range(followed.sent, 1, 30);
}

static void followed_ones_wait_for_their_path(void **state)
{
    (void)state;
    w->line_count = 2;
    asked.is_cutting = true;
    followed.takes = 1;
    followed.refuses = 5;
    run(3000, 10 * NS_PER_MS);
    assert_int_equal(w->result.followed, 30);
    assert_int_equal(w->result.truncated, 0);
    assert_int_equal(w->result.rejects[REJECT_WRONG_QUESTION], 0);
}

/* A path that takes nothing keeps what is to be followed no longer than the timeout. */
static void what_cannot_be_followed_is_lost(void **state)
{
    (void)state;
    w->line_count = 2;
    asked.is_cutting = true;
    followed.refuses = UINT32_MAX;
    params.timeout = BRIEF;
    run(10000, 20 * NS_PER_MS);
    assert_int_equal(w->result.due, 200);
    assert_int_equal(followed.sent, 0);
    /* What found no place in the queue of 64 stands as it came. */
    assert_in_range(w->result.lost, 64, 199);
    assert_int_equal(w->result.truncated, 200 - w->result.lost);
}

static uint8_t last_followed[LOAD_MESSAGE_MAX];
static size_t last_followed_len;

static unsigned keep_and_send(struct load_path *path, uint32_t lane, const struct load_item *items,
                              unsigned count)
{
    memcpy(last_followed, items[0].data, items[0].len);
    last_followed_len = items[0].len;
    return fake_send(path, lane, items, count);
}

/* With EDNS, DO and CD. */
static bool next_with_options(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    if (!asking_next(ctx, worker, target, out))
        return false;
    out->data[3] = 0x10;
    out->data[11] = 1;
    memcpy(out->data + out->len, "\0\0\x29\4\xd0\0\0\x80\0\0\0", 11);
    out->len = (uint16_t)(out->len + 11);
    return true;
}

static void what_is_followed_is_asked_alike(void **state)
{
    struct load_path_ops ops = fake_ops;
    struct load_query query;
    (void)state;
    ops.send = keep_and_send;
    w->line_count = 2;
    w->lines[LINE_FOLLOWS].ops = &ops;
    params.source.next = next_with_options;
    asking.most = 1;
    asked.is_cutting = true;
    run(1000, 5 * NS_PER_MS);
    assert_int_equal(w->result.followed, 1);
    asking = (struct asking){.manners = "a"};
    assert_true(next_with_options(&asking, 0, 0, &query));
    assert_int_equal(last_followed_len, query.len);
    assert_memory_equal(last_followed + 2, query.data + 2, query.len - 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_back_is_counted),
        TEST(what_comes_late_is_lost_and_told),
        TEST(what_is_answered_well_is_counted),
        TEST(what_cannot_be_kept_is_cut_off),
        TEST(what_is_not_taken_is_offered_again),
        TEST(what_is_never_taken_is_unsent),
        TEST(stamps_are_spread_over_a_batch),
        TEST(without_ids_nothing_waits),
        TEST(a_lane_that_breaks_loses_what_it_had),
        TEST(truncated_answers_are_followed),
        TEST(followed_ones_may_be_lost),
        TEST(followed_ones_wait_for_their_path),
        TEST(what_cannot_be_followed_is_lost),
        TEST(what_is_followed_is_asked_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
