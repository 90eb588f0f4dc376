// SPDX-License-Identifier: BSD-2-Clause
/* scan/transfer_target.c: what a server is asked next, by what it said before. There are no
 * connections: conns_open of this file takes note of what would have been asked. */
#include "tests/unit/dns/transfer_message.h"

#include <stdio.h>

#include "base/log.h"
#include "scan/transfer_state.h"

#define OLDEST_BACK 0x7fffffffu /* as far back as a serial can be older (RFC 1982) */

static struct bench {
    struct scan_params params;
    struct transfer_run run;
    struct zone_transfer zone;
    struct server server;
    struct target x;
    enum conn_transport transport; /* of the newest question */
    uint8_t query[CONN_QUERY_MAX];
    size_t query_len;
    int refusal; /* what conns_open says */
} b;

int conns_open(struct conns *conns, const struct conn_question *question)
{
    (void)conns;
    assert_ptr_equal(question->owner, &b.x);
    assert_true(question->len <= sizeof b.query);
    b.transport = question->transport;
    memcpy(b.query, question->data, question->len);
    b.query_len = question->len;
    return b.refusal;
}

static int set_up(void **state)
{
    (void)state;
    memset(&b, 0, sizeof b);
    b.params.records_max = 100;
    b.params.octets_max = 1 << 20;
    b.params.transfer_wait = NS_PER_S;
    b.run.params = &b.params;
    rng_init_key(&b.run.rng, (const uint8_t[32]){9});
    b.zone.run = &b.run;
    b.zone.name = ZONE;
    strcpy(b.zone.text, "example");
    strcpy(b.server.text, "192.0.2.1:53");
    assert_int_equal(keep_create(&b.zone.keep, "zone", 1 << 20), 0);
    target_init(&b.x, &b.zone, &b.server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    keep_destroy(b.zone.keep);
    return 0;
}

static const struct attempt *newest(void)
{
    return &b.x.attempts[b.x.attempt_count - 1];
}

/* It is asked for this, and in this way. */
static void ask(enum attempt_kind kind, uint32_t serial, enum conn_transport transport)
{
    static const uint16_t types[] = {
        [ATTEMPT_AXFR] = TYPE_AXFR, [ATTEMPT_SOA] = TYPE_SOA, [ATTEMPT_IXFR] = TYPE_IXFR};
    unsigned before = b.x.attempt_count;
    assert_int_equal(target_ask(&b.x), 0);
    assert_true(b.x.is_open);
    assert_int_equal(b.x.attempt_count, before + 1);
    assert_int_equal(newest()->kind, kind);
    assert_int_equal(newest()->asked, serial);
    assert_int_equal(newest()->by_udp, transport == CONN_UDP);
    assert_int_equal(b.transport, transport);
    const uint8_t *type = b.query + DNS_HEADER_LEN + 9; /* behind the zone's name */
    assert_int_equal(type[0] << 8 | type[1], types[kind]);
}

/* A reply with FLAGS to the newest question begins. */
static void begin_reply(uint16_t flags)
{
    const uint8_t *type = b.query + DNS_HEADER_LEN + 9;
    begin(flags, (uint16_t)(type[0] << 8 | type[1]));
    memcpy(m.data, b.query, 2); /* its id */
}

static bool hand_in(void)
{
    uint8_t *copy = malloc(m.w.len);
    assert_non_null(copy);
    memcpy(copy, m.data, m.w.len);
    bool goes_on = target_take(&b.x, copy, m.w.len);
    free(copy);
    return goes_on;
}

static void end(enum conn_end how)
{
    const struct conn_report report = {.end = how, .was_up = how != CONN_UNREACHABLE};
    target_ended(&b.x, &report);
    assert_false(b.x.is_open);
}

/* The connection ends so, and nothing came. */
static void get_nothing(enum conn_end how, enum transfer_outcome outcome)
{
    end(how);
    assert_int_equal(newest()->outcome, outcome);
}

static void get_rcode(unsigned rcode, enum transfer_outcome outcome)
{
    begin_reply((uint16_t)rcode);
    assert_false(hand_in());
    get_nothing(CONN_LEFT, outcome);
}

static void get_soa(uint32_t serial)
{
    begin_reply(0);
    put_soa(serial);
    assert_false(hand_in());
    end(CONN_LEFT);
    assert_int_equal(newest()->outcome, TRANSFER_CURRENT);
    assert_int_equal(newest()->serial, serial);
}

static void get_zone(uint32_t serial)
{
    begin_reply(0);
    put_soa(serial);
    put_a();
    put_soa(serial);
    assert_false(hand_in());
    end(CONN_LEFT);
    assert_int_equal(newest()->outcome, TRANSFER_WHOLE);
    assert_int_equal(newest()->records, 2);
}

static void assert_over(unsigned attempts)
{
    assert_int_equal(b.x.stage, STAGE_OVER);
    assert_int_equal(b.x.attempt_count, attempts);
    assert_true(attempts <= ATTEMPTS_MAX);
}

/* --- from question to question --- */

static void a_zone_that_comes_is_all(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_zone(7);
    assert_over(1);
    assert_int_equal(target_best(&b.x)->records, 2);
    assert_int_equal(keep_held(b.zone.keep)->outcome, TRANSFER_WHOLE);
}

static void who_refuses_is_asked_for_changes(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TCP);
    get_soa(7);
    ask(ATTEMPT_IXFR, 6, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 7 - OLDEST_BACK, CONN_TCP);
    get_nothing(CONN_RESET, TRANSFER_RESET);
    ask(ATTEMPT_IXFR, 6, CONN_UDP);
    get_nothing(CONN_SILENT, TRANSFER_TIMEOUT);
    ask(ATTEMPT_IXFR, 7 - OLDEST_BACK, CONN_UDP);
    get_nothing(CONN_SILENT, TRANSFER_TIMEOUT);
    assert_over(6);
    assert_int_equal(b.run.queries, 6);
    assert_ptr_equal(target_best(&b.x), &b.x.attempts[0]); /* of equals what AXFR said */
}

static void serials_go_around(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TCP);
    get_soa(0);
    ask(ATTEMPT_IXFR, UINT32_MAX, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 0x80000001u, CONN_TCP);
}

static void changes_that_come_whole_are_all(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TCP);
    get_soa(7);
    ask(ATTEMPT_IXFR, 6, CONN_TCP);
    get_zone(7);
    assert_over(3);
    assert_int_equal(target_best(&b.x)->kind, ATTEMPT_IXFR);
}

/* Which ends of an AXFR are worth more questions. */
static void some_ends_are_ends(void **state)
{
    static const struct {
        enum conn_end end;
        enum transfer_outcome outcome;
        enum stage stage;
    } cases[] = {
        {CONN_UNREACHABLE, TRANSFER_UNREACHABLE, STAGE_OVER},
        {CONN_SILENT, TRANSFER_TIMEOUT, STAGE_SOA},
        {CONN_SLOW, TRANSFER_LIMIT, STAGE_OVER},
        {CONN_RESET, TRANSFER_RESET, STAGE_SOA},
        {CONN_CLOSED, TRANSFER_CLOSED, STAGE_SOA},
        {CONN_NO_TLS, TRANSFER_TLS, STAGE_OVER},
        {CONN_FAILED, TRANSFER_STOPPED, STAGE_OVER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        target_init(&b.x, &b.zone, &b.server);
        ask(ATTEMPT_AXFR, 0, CONN_TCP);
        get_nothing(cases[i].end, cases[i].outcome);
        assert_int_equal(b.x.stage, cases[i].stage);
    }
    target_init(&b.x, &b.zone, &b.server); /* a part came, and then silence */
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    begin_reply(0);
    put_soa(7);
    put_a();
    assert_true(hand_in());
    get_nothing(CONN_SILENT, TRANSFER_TIMEOUT);
    assert_over(1);
    assert_int_equal(keep_held(b.zone.keep)->records, 2);
}

static void nothing_goes_by_udp_where_tls_was_asked_for(void **state)
{
    (void)state;
    b.params.tls = true;
    ask(ATTEMPT_AXFR, 0, CONN_TLS);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TLS);
    get_soa(7);
    ask(ATTEMPT_IXFR, 6, CONN_TLS);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 7 - OLDEST_BACK, CONN_TLS);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    assert_over(4);
}

static void a_serial_that_was_given_is_asked_for_alone(void **state)
{
    (void)state;
    b.params.has_ixfr = true;
    b.params.ixfr_serial = 3;
    target_init(&b.x, &b.zone, &b.server);
    ask(ATTEMPT_IXFR, 3, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 3, CONN_UDP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    assert_over(2);
    target_init(&b.x, &b.zone, &b.server);
    ask(ATTEMPT_IXFR, 3, CONN_TCP);
    get_nothing(CONN_UNREACHABLE, TRANSFER_UNREACHABLE);
    assert_over(1); /* nobody is there */
    target_init(&b.x, &b.zone, &b.server);
    ask(ATTEMPT_IXFR, 3, CONN_TCP);
    get_zone(7);
    assert_over(1);
}

static void a_run_that_ends_asks_nothing_more(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    b.run.stop = TRANSFER_BY_TIME;
    get_nothing(CONN_LEFT, TRANSFER_LIMIT);
    assert_over(1);
    assert_string_equal(newest()->why, "--max-time");
}

static void without_a_connection_nothing_was_asked(void **state)
{
    (void)state;
    assert_null(target_best(&b.x));
    b.refusal = ERR_FULL;
    assert_int_equal(target_ask(&b.x), ERR_FULL);
    assert_int_equal(b.x.attempt_count, 0);
    assert_int_equal(b.run.queries, 0);
    assert_false(b.x.is_open);
    b.refusal = 0;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
}

/* --- the SOA --- */

static void ask_for_soa(void)
{
    target_init(&b.x, &b.zone, &b.server);
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TCP);
}

static void expect_no_soa(enum transfer_outcome outcome)
{
    assert_false(hand_in());
    get_nothing(CONN_LEFT, outcome);
    assert_over(2);
}

static void only_the_zones_own_soa_counts(void **state)
{
    (void)state;
    ask_for_soa();
    begin_reply(0);
    put_soa(7);
    m.data[1] ^= 1; /* another's reply */
    expect_no_soa(TRANSFER_MALFORMED);
    ask_for_soa();
    begin_reply(0);
    put_soa(7);
    m.data[2] &= 0x7f; /* a query */
    expect_no_soa(TRANSFER_MALFORMED);
    ask_for_soa();
    begin_reply(0);
    put_soa(7);
    m.data[DNS_HEADER_LEN + 1] = 'x'; /* to another question */
    expect_no_soa(TRANSFER_MALFORMED);
    ask_for_soa();
    begin_reply(0);
    put_soa_at(WWW, sizeof WWW, 7);
    expect_no_soa(TRANSFER_EMPTY);
    ask_for_soa();
    begin_reply(0);
    RECORD(APEX, TYPE_SOA, "\0\0\0\0\0\7"); /* cut short */
    expect_no_soa(TRANSFER_EMPTY);
    ask_for_soa();
    begin_reply(0);
    expect_no_soa(TRANSFER_EMPTY);
    ask_for_soa();
    begin_reply(RCODE_REFUSED);
    put_soa(7);
    expect_no_soa(TRANSFER_REFUSED);
    ask_for_soa();
    begin_reply(0);
    put_a();
    put_soa(9);
    put_soa(7);
    assert_false(hand_in()); /* the first of them */
    end(CONN_LEFT);
    assert_int_equal(b.x.serial, 9);
}

/* --- once more --- */

static void a_zone_that_was_not_kept_is_fetched_again_once(void **state)
{
    (void)state;
    assert_false(target_again(&b.x)); /* nothing was had yet */
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    assert_false(target_again(&b.x));
    ask(ATTEMPT_SOA, 0, CONN_TCP);
    get_soa(7);
    ask(ATTEMPT_IXFR, 6, CONN_TCP);
    get_zone(7);
    assert_over(3);
    assert_true(target_again(&b.x));
    ask(ATTEMPT_IXFR, 6, CONN_TCP); /* what gave it */
    get_nothing(CONN_RESET, TRANSFER_RESET);
    assert_over(4);
    assert_false(target_again(&b.x));
}

/* By the question that gave it, though it was not the first of its kind. */
static void the_question_that_gave_it_is_asked_again(void **state)
{
    (void)state;
    ask(ATTEMPT_AXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_SOA, 0, CONN_TCP);
    get_soa(7);
    ask(ATTEMPT_IXFR, 6, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 7 - OLDEST_BACK, CONN_TCP);
    get_zone(7);
    assert_true(target_again(&b.x));
    ask(ATTEMPT_IXFR, 7 - OLDEST_BACK, CONN_TCP);
}

static void what_came_by_udp_is_not_fetched_again(void **state)
{
    (void)state;
    b.params.has_ixfr = true;
    target_init(&b.x, &b.zone, &b.server);
    ask(ATTEMPT_IXFR, 0, CONN_TCP);
    get_rcode(RCODE_REFUSED, TRANSFER_REFUSED);
    ask(ATTEMPT_IXFR, 0, CONN_UDP);
    get_zone(7);
    assert_over(2);
    assert_true(target_best(&b.x)->by_udp);
    assert_false(target_again(&b.x));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_zone_that_comes_is_all),
        TEST(who_refuses_is_asked_for_changes),
        TEST(serials_go_around),
        TEST(changes_that_come_whole_are_all),
        TEST(some_ends_are_ends),
        TEST(nothing_goes_by_udp_where_tls_was_asked_for),
        TEST(a_serial_that_was_given_is_asked_for_alone),
        TEST(a_run_that_ends_asks_nothing_more),
        TEST(without_a_connection_nothing_was_asked),
        TEST(only_the_zones_own_soa_counts),
        TEST(a_zone_that_was_not_kept_is_fetched_again_once),
        TEST(the_question_that_gave_it_is_asked_again),
        TEST(what_came_by_udp_is_not_fetched_again),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
