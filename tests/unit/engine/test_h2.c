// SPDX-License-Identifier: BSD-2-Clause
/* engine/h2.c against nghttp2's other side, in memory. */
#include "engine/h2.h"

#include "tests/unit/engine/help.h"

#include "tests/unit/engine/h2_server.h"

static struct h2_server server;
static struct h2 *h2;

static void start(enum h2_manner manner, uint32_t streams_max)
{
    h2_server_init(&server, manner, streams_max);
    assert_int_equal(h2_create(&h2, "dns.example:8443", "/dns-query"), 0);
}

static void stop(void)
{
    h2_destroy(h2);
    h2_server_deinit(&server);
}

static void ask(uint16_t id)
{
    uint8_t query[40] = {(uint8_t)(id >> 8), (uint8_t)id, 1};
    query[39] = (uint8_t)id;
    assert_true(h2_has_room(h2));
    assert_int_equal(h2_ask(h2, 77, query, sizeof query), 0);
}

/* Carries octets to and fro in pieces until nothing moves; the last result of h2_feed. */
static int talk(void)
{
    uint8_t piece[333];
    const uint8_t *data;
    ssize_t len;
    bool moved = true;
    int result = 0;
    while (moved && result == 0) {
        moved = false;
        while ((len = h2_take(h2, piece, sizeof piece)) > 0) {
            moved = true;
            assert_int_equal(nghttp2_session_mem_recv(server.session, piece, (size_t)len), len);
        }
        assert_int_equal(len, 0);
        while (result == 0 && (len = nghttp2_session_mem_send(server.session, &data)) > 0) {
            moved = true;
            for (ssize_t at = 0; at < len && result == 0; at += 100)
                result = h2_feed(h2, data + at, len - at < 100 ? (size_t)(len - at) : 100);
        }
    }
    return result;
}

/* The next one that ended is ID, by END. */
static void expect(enum h2_end end, uint16_t id, struct h2_answer *answer)
{
    assert_true(h2_next(h2, answer));
    assert_int_equal(answer->end, end);
    assert_int_equal(answer->id, id);
}

static void expect_answer(uint16_t id)
{
    struct h2_answer answer;
    expect(H2_ANSWERED, id, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.len, 40);
    assert_int_equal(answer.data[0] << 8 | answer.data[1], id);
    assert_int_equal(answer.data[2], 0x81);
    assert_int_equal(answer.data[39], id & 0xff);
}

static void queries_are_posted(void **state)
{
    (void)state;
    struct h2_answer answer;
    start(H2_ECHO, 100);
    ask(0x1234);
    ask(0xffff);
    assert_false(h2_next(h2, &answer));
    assert_int_equal(talk(), 0);
    assert_int_equal(server.count, 2);
    assert_string_equal(server.asked[0].method, "POST");
    assert_string_equal(server.asked[0].path, "/dns-query");
    assert_string_equal(server.asked[0].authority, "dns.example:8443");
    assert_string_equal(server.asked[0].type, "application/dns-message");
    assert_int_equal(server.asked[0].len, 40);
    assert_memory_equal(server.asked[0].body, "\0\0", 2); /* ids are for UDP */
    assert_memory_equal(server.asked[1].body, "\0\0", 2);
    expect_answer(0x1234);
    expect_answer(0xffff);
    assert_false(h2_next(h2, &answer));
    h2_release(h2);
    stop();
}

static void the_peer_says_how_many_at_once(void **state)
{
    (void)state;
    unsigned asked = 0, answered = 0;
    struct h2_answer answer;
    start(H2_ECHO, 3);
    assert_false(h2_is_ready(h2));
    assert_int_equal(talk(), 0);
    assert_true(h2_is_ready(h2));
    while (answered < 300) {
        while (asked < 300 && h2_has_room(h2))
            ask((uint16_t)asked++);
        assert_true(asked - answered <= 3);
        assert_int_equal(talk(), 0);
        while (h2_next(h2, &answer)) {
            assert_int_equal(answer.end, H2_ANSWERED);
            assert_int_equal(answer.id, answered++);
        }
        h2_release(h2);
    }
    assert_int_equal(server.open_most, 3);
    assert_int_equal(server.open, 0);
    stop();
}

static void slots_are_used_until_released(void **state)
{
    (void)state;
    struct h2_answer answer;
    start(H2_ECHO, 1000);
    assert_int_equal(talk(), 0);
    for (uint16_t i = 0; i < H2_STREAMS_MAX; i++)
        ask(i);
    assert_false(h2_has_room(h2));
    assert_int_equal(talk(), 0);
    for (uint16_t i = 0; i < H2_STREAMS_MAX; i++)
        expect_answer(i);
    assert_false(h2_next(h2, &answer));
    assert_false(h2_has_room(h2));
    h2_release(h2);
    assert_true(h2_has_room(h2));
    ask(7);
    assert_int_equal(talk(), 0);
    expect_answer(7);
    stop();
}

static void whatever_is_no_answer_is_told(void **state)
{
    (void)state;
    static const struct {
        enum h2_manner manner;
        unsigned status;
    } cases[] = {{H2_NOT_FOUND, 404}, {H2_OTHER_TYPE, 200}, {H2_TOO_LONG, 200}, {H2_RESETS, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct h2_answer answer;
        start(cases[i].manner, 100);
        ask(5);
        assert_int_equal(talk(), 0);
        expect(H2_FAILED, 5, &answer);
        assert_int_equal(answer.status, cases[i].status);
        h2_release(h2);
        server.manner = H2_ECHO; /* it goes on */
        ask(6);
        assert_int_equal(talk(), 0);
        expect_answer(6);
        stop();
    }
}

/* Any other id than what was sent is the server's, and for the caller to refuse. */
static void only_the_id_that_was_sent_is_put_back(void **state)
{
    (void)state;
    struct h2_answer answer;
    start(H2_OTHER_ID, 100);
    ask(5);
    assert_int_equal(talk(), 0);
    expect(H2_ANSWERED, 5, &answer);
    assert_int_equal(answer.data[0] << 8 | answer.data[1], 7);
    stop();
}

static void who_leaves_has_not_looked_at_it(void **state)
{
    (void)state;
    struct h2_answer answer;
    start(H2_LEAVES, 100);
    assert_int_equal(talk(), 0);
    assert_false(h2_is_leaving(h2));
    ask(0x0105);
    (void)talk();
    assert_true(h2_is_leaving(h2));
    assert_true(h2_is_over(h2));
    assert_false(h2_has_room(h2));
    expect(H2_REFUSED, 0x0105, &answer);
    assert_int_equal(answer.since, 77);
    assert_int_equal(answer.len, 40);
    assert_memory_equal(answer.data, "\1\5\1", 3);
    stop();
}

static void other_octets_are_no_http(void **state)
{
    (void)state;
    start(H2_ECHO, 100);
    ask(1);
    uint8_t piece[1024];
    assert_false(h2_is_over(h2));
    assert_int_equal(h2_feed(h2, (const uint8_t *)"HTTP/1.1 400 Bad Request\r\n\r\n", 28), 0);
    while (h2_take(h2, piece, sizeof piece) > 0)
        continue;
    assert_true(h2_is_over(h2));
    stop();
}

/* PING after PING, which we would have to answer, by a peer that does not read. */
static void a_flood_is_not_answered_for_ever(void **state)
{
    (void)state;
    static const uint8_t settings[9] = {0, 0, 0, 4}, ping[17] = {0, 0, 8, 6};
    int error = 0;
    start(H2_SILENT, 100);
    assert_int_equal(h2_feed(h2, settings, sizeof settings), 0);
    for (unsigned i = 0; i < 20000 && error == 0; i++)
        error = h2_feed(h2, ping, sizeof ping);
    assert_int_equal(error, ERR_FORMAT);
    stop();
}

static void queries_have_a_length(void **state)
{
    (void)state;
    uint8_t query[H2_QUERY_MAX + 1] = {0};
    start(H2_ECHO, 100);
    assert_int_equal(h2_ask(h2, 77, query, 1), ERR_RANGE);
    assert_int_equal(h2_ask(h2, 77, query, sizeof query), ERR_RANGE);
    assert_int_equal(h2_ask(h2, 77, query, sizeof query - 1), 0);
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_posted),
        cmocka_unit_test(the_peer_says_how_many_at_once),
        cmocka_unit_test(slots_are_used_until_released),
        cmocka_unit_test(whatever_is_no_answer_is_told),
        cmocka_unit_test(only_the_id_that_was_sent_is_put_back),
        cmocka_unit_test(who_leaves_has_not_looked_at_it),
        cmocka_unit_test(other_octets_are_no_http),
        cmocka_unit_test(a_flood_is_not_answered_for_ever),
        cmocka_unit_test(queries_have_a_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
