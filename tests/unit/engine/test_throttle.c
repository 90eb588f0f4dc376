// SPDX-License-Identifier: BSD-2-Clause
/* engine/throttle.c: what rate is learnt of a resolver with a token bucket, of one that only
 * loses, and of one that SERVFAILs whatever the rate. The resolver is a model that steps
 * by the millisecond, wanted as often as it may be asked or at a rate of the case's. */
#include "tests/unit/engine/help.h"

#include "engine/throttle.h"

#define NOW         (100 * NS_PER_S)
#define PENDING_MAX 65536
#define BUCKET_S    0.2

struct model {
    double cap_qps; /* 0: none */
    bool over_is_silent;
    double loss, servfail;
    int rtt_ms, wait_ms; /* until an answer, until silence is told */
    double wanted_qps;

    struct throttle throttle;
    struct rng_fast rng;
    mono_ns now;
    double tokens, owed;
    unsigned window, sent, good, above; /* since last cleared */
    struct outcome {
        mono_ns at, sent;
        bool is_trouble;
    } pending[PENDING_MAX];
    unsigned pending_count;
};

static struct model model; /* large */

static void start(struct model *m)
{
    m->now = NOW;
    m->window = 4;
    m->tokens = m->cap_qps * BUCKET_S;
    rng_fast_init(&m->rng, 7);
    throttle_init(&m->throttle, m->now);
}

static void ask(struct model *m)
{
    bool is_above = m->cap_qps > 0 && m->tokens < 1;
    bool is_silent = rng_fast_unit(&m->rng) < m->loss || (is_above && m->over_is_silent);
    bool is_trouble = is_silent || is_above || rng_fast_unit(&m->rng) < m->servfail;
    int delay_ms = is_silent ? m->wait_ms : m->rtt_ms + (int)rng_fast_below(&m->rng, 20);
    m->tokens -= is_above ? 0 : 1;
    m->above += is_above;
    m->sent++;
    assert_true(m->pending_count < PENDING_MAX);
    m->pending[m->pending_count++] = (struct outcome){
        .at = m->now + delay_ms * NS_PER_MS, .sent = m->now, .is_trouble = is_trouble};
    throttle_take(&m->throttle, m->now);
}

static void step(struct model *m)
{
    m->now += NS_PER_MS;
    m->tokens += m->cap_qps / 1000;
    if (m->tokens > m->cap_qps * BUCKET_S)
        m->tokens = m->cap_qps * BUCKET_S;
    for (unsigned i = 0; i < m->pending_count;) {
        struct outcome *o = &m->pending[i];
        if (o->at > m->now) {
            i++;
            continue;
        }
        (void)throttle_note(&m->throttle, o->is_trouble, m->now - o->sent, m->now);
        m->good += !o->is_trouble;
        m->window += !o->is_trouble;
        *o = m->pending[--m->pending_count];
    }
    m->owed += m->wanted_qps / 1000;
    for (; m->owed >= 1; m->owed--) {
        if (throttle_due(&m->throttle) <= m->now && m->pending_count < m->window)
            ask(m);
    }
}

static void run(struct model *m, int seconds)
{
    m->sent = m->good = m->above = 0;
    for (int i = 0; i < 1000 * seconds; i++)
        step(m);
}

/* --- without a limit --- */

static void nothing_is_held_back_before_the_first_outcome(void **state)
{
    struct throttle t;
    (void)state;
    throttle_init(&t, NOW);
    for (int i = 0; i < 4; i++) {
        assert_true(throttle_due(&t) <= NOW);
        throttle_take(&t, NOW);
    }
    mono_ns later = NOW + 100 * NS_PER_MS;
    (void)throttle_note(&t, false, 100 * NS_PER_MS, later);
    throttle_take(&t, later);
    throttle_take(&t, later);
    assert_int_equal(throttle_due(&t), later + 20 * NS_PER_MS); /* 50 a second, one early */
}

static void the_rate_doubles_in_a_second_while_it_is_used(void **state)
{
    (void)state;
    model = (struct model){.rtt_ms = 50, .wait_ms = 400, .wanted_qps = 1e4};
    start(&model);
    run(&model, 1);
    float before = model.throttle.rate_qps;
    run(&model, 4);
    assert_in_range(model.throttle.rate_qps / before, 10, 20); /* 16 */
}

static void a_rate_that_is_not_used_does_not_grow(void **state)
{
    (void)state;
    model = (struct model){.rtt_ms = 50, .wait_ms = 400, .wanted_qps = 100};
    start(&model);
    run(&model, 60);
    assert_in_range(model.throttle.rate_qps, 100, 200);
}

static void one_near_by_is_known_at_once(void **state)
{
    (void)state;
    struct throttle t;
    mono_ns now = NOW;
    throttle_init(&t, now);
    for (int i = 0; i < 100000; i++) { /* as fast as it may */
        throttle_take(&t, now);
        now += 5 * NS_PER_US;
        now = throttle_due(&t) > now ? throttle_due(&t) : now;
        (void)throttle_note(&t, false, 100 * NS_PER_US, now);
    }
    assert_true(now - NOW < NS_PER_S); /* 100,000 in less */
}

static void ordinary_loss_is_no_limit(void **state)
{
    static const double losses[] = {0.004, 0.02, 0.05, 0.1};
    (void)state;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        model = (struct model){.loss = losses[i], .rtt_ms = 150, .wait_ms = 400, .wanted_qps = 300};
        start(&model);
        run(&model, 10);
        run(&model, 60);
        assert_true(model.sent >= 60 * 300 * 0.9);
    }
}

/* A fifth of all is lost: the check that follows each alarm must not find a limit. */
static void heavy_loss_is_no_limit(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        model = (struct model){.loss = 0.2, .rtt_ms = 150, .wait_ms = 400, .wanted_qps = 300};
        start(&model);
        rng_fast_init(&model.rng, seed);
        run(&model, 10);
        run(&model, 60);
        if (model.sent < 60 * 300 * 0.7)
            print_message("seed %u: %u sent\n", (unsigned)seed, model.sent);
        assert_true(model.sent >= 60 * 300 * 0.7);
    }
}

static void servfail_whatever_the_rate_is_no_limit(void **state)
{
    (void)state;
    model = (struct model){.servfail = 0.5, .rtt_ms = 100, .wait_ms = 400, .wanted_qps = 100};
    start(&model);
    run(&model, 20);
    run(&model, 60);
    assert_true(model.sent >= 60 * 100 * 0.7);
    assert_true(model.throttle.baseline > 0.3F);
}

/* --- a limit --- */

static void check_limit(double cap_qps, bool over_is_silent, double loss, int rtt_ms)
{
    model = (struct model){.cap_qps = cap_qps,
                           .over_is_silent = over_is_silent,
                           .loss = loss,
                           .rtt_ms = rtt_ms,
                           .wait_ms = rtt_ms + 250,
                           .wanted_qps = 1e4};
    start(&model);
    run(&model, 20);
    run(&model, 100);
    if (model.above > 0.05 * model.sent || model.good < 100 * cap_qps * 0.6)
        print_message("cap %g, %s, loss %g, %d ms: %u of %u above, %u good\n", cap_qps,
                      over_is_silent ? "silent" : "refused", loss, rtt_ms, model.above, model.sent,
                      model.good);
    assert_true(model.above <= 0.05 * model.sent);
    assert_true(model.good >= 100 * cap_qps * 0.6);
}

static void a_limit_is_found_and_kept_just_under(void **state)
{
    static const double caps[] = {50, 200, 500, 1000, 2000, 4000};
    (void)state;
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        for (int silent = 0; silent < 2; silent++) {
            check_limit(caps[i], silent, 0, 5);
            check_limit(caps[i], silent, 0, 20);
            check_limit(caps[i], silent, 0.03, 150);
        }
    }
}

static void a_limit_that_is_gone_is_noticed(void **state)
{
    (void)state;
    model = (struct model){.cap_qps = 60, .rtt_ms = 50, .wait_ms = 300, .wanted_qps = 500};
    start(&model);
    run(&model, 20);
    assert_true(model.throttle.rate_qps < 80);
    model.cap_qps = 1000;
    run(&model, 120);
    assert_true(model.throttle.rate_qps > 200);
}

static void a_limit_that_falls_is_followed(void **state)
{
    (void)state;
    model = (struct model){.cap_qps = 500, .rtt_ms = 50, .wait_ms = 300, .wanted_qps = 2000};
    start(&model);
    run(&model, 20);
    assert_true(model.throttle.rate_qps > 200);
    model.cap_qps = 100;
    run(&model, 10);
    run(&model, 10);
    assert_true(model.above <= 0.1 * model.sent);
    assert_true(model.throttle.rate_qps < 130);
}

/* --- what was not its doing --- */

static void one_that_never_answered_is_not_slowed(void **state)
{
    struct throttle t;
    (void)state;
    throttle_init(&t, NOW);
    for (int i = 0; i < 100; i++)
        (void)throttle_note(&t, true, NS_PER_S, NOW + NS_PER_S);
    assert_int_equal(t.state, THROTTLE_RISING);
}

static void an_absolved_one_has_its_rate_again(void **state)
{
    (void)state;
    model = (struct model){.rtt_ms = 50, .wait_ms = 300, .wanted_qps = 400};
    start(&model);
    run(&model, 10);
    float before = model.throttle.rate_qps;
    for (int i = 0; i < 50; i++) /* all that is out is lost */
        (void)throttle_note(&model.throttle, true, 300 * NS_PER_MS, model.now);
    assert_int_equal(model.throttle.state, THROTTLE_CHECKING);
    assert_true(model.throttle.rate_qps < before);
    throttle_absolve(&model.throttle, model.now);
    assert_int_equal(model.throttle.state, THROTTLE_RISING);
    assert_true(model.throttle.rate_qps >= before);
}

static void late_answers_are_no_trouble(void **state)
{
    (void)state;
    model = (struct model){.rtt_ms = 50, .wait_ms = 300, .wanted_qps = 400};
    start(&model);
    run(&model, 10);
    for (int i = 0; i < 50; i++) {
        (void)throttle_note(&model.throttle, true, 300 * NS_PER_MS, model.now);
        throttle_take_back(&model.throttle);
    }
    assert_int_equal(model.throttle.state, THROTTLE_RISING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_held_back_before_the_first_outcome),
        cmocka_unit_test(the_rate_doubles_in_a_second_while_it_is_used),
        cmocka_unit_test(a_rate_that_is_not_used_does_not_grow),
        cmocka_unit_test(one_near_by_is_known_at_once),
        cmocka_unit_test(ordinary_loss_is_no_limit),
        cmocka_unit_test(heavy_loss_is_no_limit),
        cmocka_unit_test(servfail_whatever_the_rate_is_no_limit),
        cmocka_unit_test(a_limit_is_found_and_kept_just_under),
        cmocka_unit_test(a_limit_that_is_gone_is_noticed),
        cmocka_unit_test(a_limit_that_falls_is_followed),
        cmocka_unit_test(one_that_never_answered_is_not_slowed),
        cmocka_unit_test(an_absolved_one_has_its_rate_again),
        cmocka_unit_test(late_answers_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
