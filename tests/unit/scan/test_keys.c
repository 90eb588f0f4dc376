// SPDX-License-Identifier: BSD-2-Clause
/* scan/keys.c: which of the DNSKEY sets that resolvers give is believed, and why. */
#include "tests/unit/scan/chain_world.h"

#include "scan/keys.h"
#include "scan/vet_state.h"

#define ZONE       7              /* its number in the run */
#define CHAIN_MAX  (2 * NS_PER_S) /* that is waited for a chain */
#define VETTED_MAX (2 * NS_PER_S) /* and for resolvers that are being vetted */

#define K GIVES_KEYS
#define O GIVES_OTHERS
#define T GIVES_THIRD
#define N GIVES_NONE
#define S GIVES_NOTHING /* silent */

/* Resolvers that give this; the chain leads nowhere unless the root has an ANCHOR. */
static void open_poll(const enum giving *givings, unsigned count, bool has_anchor)
{
    world_open("test.", "sub.test.", count, 1, has_anchor ? 0 : -1);
    memcpy(world.givings, givings, count * sizeof *givings);
    denying_open(&world.run.denying);
    if (!has_anchor)
        make_odd(0, TYPE_DNSKEY, EMPTY, ALWAYS);
}

static void close_poll(void)
{
    denying_close(&world.run.denying);
    world_close();
}

static struct denying_zone *zone(void)
{
    return denying_zone(&world.run, ZONE);
}

/* One look, and what is due next is settled; nothing more once all inquiries are over. */
static void look(mono_ns latest)
{
    mono_ns wake = latest;
    keys_go_on(&world.workers[0], &wake);
    send_all();
    if (world.workers[0].inquiries.count == 0)
        return;
    set_now(next_due(wake));
    receive_all();
}

/* Until all inquiries are over, which they are before END. */
static void look_on(mono_ns end)
{
    while (world.workers[0].inquiries.count > 0) {
        assert_true(world.now < end);
        look(end);
    }
}

/* Until the inquiry is over, and what it asked is settled. */
static void poll_for(unsigned number)
{
    struct worker *w = &world.workers[0];
    struct name apex = name_of("sub.test");
    assert_true(keys_ask(w, number, &apex));
    look_on(world.now + 60 * NS_PER_S);
    while (world.out_count > 0) {
        set_now(next_due(INT64_MAX));
        receive_all();
    }
    assert_int_equal(w->inquiries.open, 0);
    assert_int_equal(tasks_free_count(w->tasks), TASKS);
}

/* GIVING's keys are those that are believed. */
static void assert_on(enum giving giving, enum key_belief belief)
{
    struct question question;
    struct name apex = name_of("sub.test");
    struct keys *keys;
    struct rdata_view views[2];
    assert_int_equal(denying_state(zone()), DENYING_ON);
    for (int i = 0; i < KEY_BELIEF_COUNT; i++)
        assert_int_equal(atomic_load(&world.run.denying.beliefs[i]), i == (int)belief);
    question_init(&question, apex.wire, apex.len, TYPE_DNSKEY);
    world.givings[0] = giving;
    struct part *part = keys_given(0, &question);
    assert_in_range(part->record_count, 1, 2);
    for (uint16_t i = 0; i < part->record_count; i++)
        views[i] = (struct rdata_view){part->records[i].rdata, part->records[i].rdata_len};
    assert_int_equal(keys_create(&keys, apex.wire, views, part->record_count), 0);
    assert_int_equal(keys_fingerprint(zone()->keys), keys_fingerprint(keys));
    keys_destroy(keys);
    parts_destroy(part);
}

/* --- votes --- */

struct poll_case {
    enum giving givings[8];
    unsigned count;
    bool is_on;
    enum giving believed;
    enum key_belief belief;
};

static void what_is_believed_follows_the_votes(void **state)
{
    static const struct poll_case cases[] = {
        {{K, K, K, K, K}, 5, true, K, KEY_BELIEF_MAJORITY},
        {{K, K, K, O, O}, 5, true, K, KEY_BELIEF_MAJORITY},
        {{O, O, O, K, K}, 5, true, O, KEY_BELIEF_MAJORITY}, /* whoever lies: they are more */
        {{T, T, K}, 3, true, T, KEY_BELIEF_MAJORITY},       /* one key more is another set */
        {{K, K, O, O}, 4, false, K, 0},                     /* half is no majority */
        {{K, K, O, T, N}, 5, false, K, 0},
        {{K, O, T}, 3, false, K, 0},
        {{K, K}, 2, true, K, KEY_BELIEF_ALL},
        {{K, O}, 2, false, K, 0},
        {{K, N}, 2, false, K, 0},
        {{K}, 1, true, K, KEY_BELIEF_ALL},
        {{K, S}, 2, false, K, 0}, /* one of several is no agreement */
        {{K, K, S, S}, 4, true, K, KEY_BELIEF_ALL},
        {{K, O, S, S}, 4, false, K, 0},
        {{N, N, N}, 3, false, K, 0},
        {{N, N, N, K, K}, 5, false, K, 0},
        {{K, K, K, N, N}, 5, true, K, KEY_BELIEF_MAJORITY},
        {{S, S, S}, 3, false, K, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_poll(cases[i].givings, cases[i].count, false);
        poll_for(ZONE);
        if ((denying_state(zone()) == DENYING_ON) != cases[i].is_on)
            fail_msg("case %zu: %d", i, (int)denying_state(zone()));
        if (cases[i].is_on)
            assert_on(cases[i].believed, cases[i].belief);
        else
            assert_int_equal(denying_state(zone()), DENYING_OFF);
        close_poll();
    }
}

/* Five have a word; for each that is silent another one is asked, up to a bound. */
static void so_many_are_asked(void **state)
{
    static const struct {
        unsigned silent, asked;
        enum denying_state state;
    } cases[] = {{0, 5, DENYING_ON}, {12, KEYS_ASKED_MAX, DENYING_OFF}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum giving givings[12] = {K};
        for (unsigned j = 0; j < cases[i].silent; j++)
            givings[j] = S;
        open_poll(givings, 12, false);
        poll_for(ZONE);
        assert_int_equal(world.asked_for_keys, cases[i].asked);
        assert_int_equal(denying_state(zone()), cases[i].state);
        close_poll();
    }
}

/* Three that agree are enough, whoever else is still to answer. */
static void agreement_waits_for_nobody(void **state)
{
    static const enum giving givings[] = {K, S, K, S, K};
    struct name apex = name_of("sub.test");
    (void)state;
    open_poll(givings, 5, false);
    mono_ns from = world.now;
    assert_true(keys_ask(&world.workers[0], ZONE, &apex));
    look_on(from + LOST);
    assert_on(K, KEY_BELIEF_MAJORITY);
    close_poll();
}

/* Three addresses of one operator are one voice. */
static void an_operator_has_one_vote(void **state)
{
    (void)state;
    world_open("test.", "sub.test.", 6, 3, -1);
    denying_open(&world.run.denying);
    make_odd(0, TYPE_DNSKEY, EMPTY, ALWAYS);
    poll_for(ZONE);
    assert_int_equal(world.asked_for_keys, 2);
    assert_on(K, KEY_BELIEF_ALL);
    close_poll();
}

/* --- whose word is enough --- */

static void the_chain_counts_more_than_any_number(void **state)
{
    static const enum giving givings[] = {O, O, O, O, O, O};
    (void)state;
    open_poll(givings, 6, true);
    poll_for(ZONE);
    assert_on(K, KEY_BELIEF_CHAIN);
    close_poll();
}

/* The others' word is taken when the chain takes too long; the zone's link is done with then. */
static void the_chain_is_not_waited_for_for_ever(void **state)
{
    static const enum giving givings[] = {O, O, O};
    (void)state;
    open_poll(givings, 3, true);
    make_odd(1, TYPE_DS, SILENT, ALWAYS);
    mono_ns from = world.now;
    struct name apex = name_of("sub.test");
    assert_true(keys_ask(&world.workers[0], ZONE, &apex));
    while (world.now < from + CHAIN_MAX) {
        assert_int_equal(denying_state(zone()), DENYING_ASKING);
        look(from + CHAIN_MAX);
    }
    look(INT64_MAX);
    assert_on(O, KEY_BELIEF_MAJORITY);
    assert_int_equal(ask_for(1, "sub.test."), CHAINED_NOT); /* nor by others */
    assert_int_equal(world.asked, 0);
    close_poll();
}

static void a_trusted_ones_word_is_enough(void **state)
{
    static const enum giving givings[] = {K, K, O, K};
    struct worker *w = &world.workers[0];
    uint32_t trusted[] = {2};
    (void)state;
    open_poll(givings, 4, true);
    assert_int_equal(trust_create(&w->trust, 4), 0);
    trust_at(w->trust, 2)->is_trusted = true;
    struct vet vet = {0};
    w->vet = &vet;
    w->trusted = trusted;
    w->trusted_count = 1;
    pool_expel(w->pool, 2); /* whatever others hold against it */
    poll_for(ZONE);
    assert_on(O, KEY_BELIEF_TRUSTED);
    assert_int_equal(world.asked, 0); /* no chain is asked for */
    trust_destroy(w->trust);
    close_poll();
}

static void the_zones_own_servers_word_is_enough(void **state)
{
    static const enum giving givings[] = {O, O};
    (void)state;
    open_poll(givings, 2, true);
    world.run.direct = (struct direct *)(void *)&world; /* there, and no more is looked at */
    poll_for(ZONE);
    assert_on(K, KEY_BELIEF_SERVERS);
    assert_int_equal(world.asked_for_keys, 1);
    assert_int_equal(world.asked, 0);
    close_poll();
}

/* Resolvers that are being vetted may have a word yet; but not for ever. */
static void expect_vetted(bool are_admitted)
{
    static const enum giving givings[] = {K, O, O};
    struct worker *w = &world.workers[0];
    struct vet vet = {.hopeful_count = 3};
    open_poll(givings, 3, false);
    for (uint32_t i = 1; i < 3; i++)
        pool_expel(w->pool, i);
    assert_int_equal(trust_create(&w->trust, 3), 0);
    w->vet = &vet;
    struct name apex = name_of("sub.test");
    mono_ns from = world.now;
    assert_true(keys_ask(w, ZONE, &apex));
    while (world.now < from + NS_PER_S)
        look(from + NS_PER_S);
    assert_int_equal(denying_state(zone()), DENYING_ASKING);
    assert_int_equal(world.asked_for_keys, 1);
    for (uint32_t i = 1; i < 3 && are_admitted; i++)
        pool_admit(w->pool, i, world.now);
    look_on(from + 3 * NS_PER_S);
    if (are_admitted) {
        assert_on(O, KEY_BELIEF_MAJORITY);
        assert_true(world.now < from + VETTED_MAX);
    } else {
        assert_on(K, KEY_BELIEF_ALL);
        assert_int_equal(world.now - from, VETTED_MAX);
    }
    trust_destroy(w->trust);
    close_poll();
}

static void those_being_vetted_are_waited_for(void **state)
{
    (void)state;
    expect_vetted(true);
    expect_vetted(false);
}

/* --- places --- */

static void so_many_zones_are_asked_about_at_a_time(void **state)
{
    static const enum giving givings[] = {K};
    struct worker *w = &world.workers[0];
    struct name apex = name_of("sub.test");
    (void)state;
    open_poll(givings, 1, false);
    for (uint32_t i = 0; i < KEYS_INQUIRIES_MAX; i++) {
        assert_true(keys_ask(w, ZONE + 2 * i, &apex));
        assert_int_equal(w->inquiries.count, i + 1);
        if (i + 1 < KEYS_INQUIRIES_MAX)
            assert_true(keys_ask(w, ZONE, &apex)); /* it is being asked about: no place is taken */
        assert_int_equal(w->inquiries.count, i + 1);
    }
    assert_false(keys_ask(w, 1000, &apex));
    assert_int_equal(denying_state(denying_zone(&world.run, 1000)), DENYING_UNKNOWN);
    inquiries_end(w);
    assert_int_equal(w->inquiries.count, 0);
    for (uint32_t i = 0; i < KEYS_INQUIRIES_MAX; i++)
        assert_int_equal(denying_state(denying_zone(&world.run, ZONE + 2 * i)), DENYING_OFF);
    close_poll();
}

/* Another zone has taken the place of one that was given up: answers for the first are nobody's. */
static void an_answer_for_a_zone_that_is_done_with_does_not_count(void **state)
{
    static const enum giving givings[] = {O, O};
    struct worker *w = &world.workers[0];
    struct name apex = name_of("sub.test");
    (void)state;
    open_poll(givings, 2, false);
    assert_true(keys_ask(w, ZONE + 1, &apex));
    mono_ns wake = INT64_MAX;
    keys_go_on(w, &wake);
    send_all();
    inquiries_end(w);
    world.rtt = NS_PER_S;
    world.givings[0] = world.givings[1] = K;
    assert_true(keys_ask(w, ZONE, &apex));
    keys_go_on(w, &wake);
    send_all();
    set_now(world.now + RTT);
    receive_all(); /* for the first */
    assert_true(w->inquiries.items[0].answers[0].is_open);
    assert_true(w->inquiries.items[0].answers[1].is_open);
    look_on(world.now + 60 * NS_PER_S);
    assert_on(K, KEY_BELIEF_ALL);
    close_poll();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_believed_follows_the_votes),
        cmocka_unit_test(so_many_are_asked),
        cmocka_unit_test(agreement_waits_for_nobody),
        cmocka_unit_test(an_operator_has_one_vote),
        cmocka_unit_test(the_chain_counts_more_than_any_number),
        cmocka_unit_test(the_chain_is_not_waited_for_for_ever),
        cmocka_unit_test(a_trusted_ones_word_is_enough),
        cmocka_unit_test(the_zones_own_servers_word_is_enough),
        cmocka_unit_test(those_being_vetted_are_waited_for),
        cmocka_unit_test(so_many_zones_are_asked_about_at_a_time),
        cmocka_unit_test(an_answer_for_a_zone_that_is_done_with_does_not_count),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
