// SPDX-License-Identifier: BSD-2-Clause
/* engine/stream.c over a wire that only records: framing, waiting, closing. */
#include "tests/unit/engine/help.h"

#include <stdlib.h>

#include "engine/stream.h"

#define NOW (100 * NS_PER_S)

/* --- the wire's TCP part, recorded --- */

static struct {
    uint32_t connects, disconnected;
    bool is_full;
    uint8_t written[1 << 17];
    size_t written_len;
    bool is_in_use[WIRE_STREAMS_MAX];
} wire_record;

int wire_connect(struct wire *wire, const struct wire_address *to)
{
    (void)wire;
    (void)to;
    if (wire_record.is_full)
        return ERR_FULL;
    for (int i = 0; i < WIRE_STREAMS_MAX; i++) {
        if (!wire_record.is_in_use[i]) {
            wire_record.is_in_use[i] = true;
            wire_record.connects++;
            return i;
        }
    }
    return ERR_FULL;
}

void wire_write(struct wire *wire, uint32_t connection, const uint8_t *data, size_t len)
{
    (void)wire;
    (void)connection;
    memcpy(wire_record.written + wire_record.written_len, data, len);
    wire_record.written_len += len;
}

void wire_disconnect(struct wire *wire, uint32_t connection)
{
    (void)wire;
    wire_record.disconnected |= 1u << connection;
}

/* --- what the owner is told --- */

static struct {
    unsigned messages, closed;
    uint32_t resolver, closed_resolver;
    size_t lens[8];
    uint8_t first[8], last[8]; /* octets of each message */
} told;

static void on_message(void *ctx, uint32_t resolver, const uint8_t *data, size_t len)
{
    unsigned i = told.messages++ % 8;
    (void)ctx;
    told.resolver = resolver;
    told.lens[i] = len;
    told.first[i] = len ? data[0] : 0;
    told.last[i] = len ? data[len - 1] : 0;
}

static void on_closed(void *ctx, uint32_t resolver)
{
    (void)ctx;
    told.closed++;
    told.closed_resolver = resolver;
}

static struct wire_address somebody;

static struct streams *create(void)
{
    const struct streams_handlers handlers = {.message = on_message, .closed = on_closed};
    struct streams *streams;
    memset(&wire_record, 0, sizeof wire_record);
    memset(&told, 0, sizeof told);
    somebody = address_v4("192.0.2.1", 53);
    assert_int_equal(streams_create(&streams, NULL, &handlers), 0);
    return streams;
}

static int send_text(struct streams *streams, uint32_t resolver, const char *text)
{
    return streams_send(streams, resolver, &somebody, (const uint8_t *)text, strlen(text), NOW);
}

/* An open connection to resolver 7. */
static struct streams *create_open(void)
{
    struct streams *streams = create();
    assert_int_equal(send_text(streams, 7, "q"), 0);
    streams_event(streams, 0, WIRE_STREAM_OPEN, NULL, 0);
    return streams;
}

static void feed(struct streams *streams, const void *data, size_t len)
{
    streams_event(streams, 0, WIRE_STREAM_DATA, data, len);
}

static void queries_wait_for_the_connection_and_leave_framed(void **state)
{
    struct streams *streams = create();
    (void)state;
    assert_int_equal(send_text(streams, 7, "one"), 0);
    assert_int_equal(send_text(streams, 7, "three"), 0);
    assert_int_equal(wire_record.connects, 1);
    assert_int_equal(wire_record.written_len, 0);
    streams_event(streams, 0, WIRE_STREAM_OPEN, NULL, 0);
    assert_int_equal(wire_record.written_len, 12);
    assert_memory_equal(wire_record.written, "\0\3one\0\5three", 12);
    assert_int_equal(send_text(streams, 7, "x"), 0);
    assert_memory_equal(wire_record.written + 12, "\0\1x", 3);
    streams_destroy(streams);
    streams_destroy(NULL);
}

static void each_resolver_has_one_connection(void **state)
{
    struct streams *streams = create();
    (void)state;
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++)
        assert_int_equal(send_text(streams, i, "q"), 0);
    assert_int_equal(wire_record.connects, WIRE_STREAMS_MAX);
    assert_int_equal(send_text(streams, 3, "q"), 0);
    assert_int_equal(wire_record.connects, WIRE_STREAMS_MAX);
    assert_int_equal(send_text(streams, WIRE_STREAMS_MAX, "q"), ERR_FULL);
    streams_destroy(streams);
}

static void no_connection_to_be_had_is_told(void **state)
{
    struct streams *streams = create();
    (void)state;
    wire_record.is_full = true;
    assert_int_equal(send_text(streams, 1, "q"), ERR_FULL);
    wire_record.is_full = false;
    assert_int_equal(send_text(streams, 1, "q"), 0);
    streams_destroy(streams);
}

/* Queries of 234 octets, framed 236, while the connection does not open. */
static void what_waits_is_bounded(void **state)
{
    struct streams *streams = create();
    uint8_t query[DNS_QUERY_MAX] = {0};
    unsigned count = 0;
    (void)state;
    while (count < 100 && streams_send(streams, 1, &somebody, query, 234, NOW) == 0)
        count++;
    assert_int_equal(count, 16384 / 236);
    streams_event(streams, 0, WIRE_STREAM_OPEN, NULL, 0);
    assert_int_equal(wire_record.written_len, count * 236);
    streams_destroy(streams);
}

static void one_octet_at_a_time_makes_a_message(void **state)
{
    struct streams *streams = create_open();
    (void)state;
    for (size_t i = 0; i < 6; i++) { /* all but the last */
        assert_int_equal(told.messages, 0);
        feed(streams, &"\0\5abcde"[i], 1);
    }
    feed(streams, "e", 1);
    assert_int_equal(told.messages, 1);
    assert_int_equal(told.resolver, 7);
    assert_int_equal(told.lens[0], 5);
    assert_int_equal(told.first[0], 'a');
    assert_int_equal(told.last[0], 'e');
    streams_destroy(streams);
}

static void two_and_a_half_messages_in_one_piece(void **state)
{
    struct streams *streams = create_open();
    (void)state;
    feed(streams, "\0\2ab\0\3cde\0\4f", 12);
    assert_int_equal(told.messages, 2);
    assert_int_equal(told.last[0], 'b');
    assert_int_equal(told.last[1], 'e');
    feed(streams, "ghi", 3);
    assert_int_equal(told.messages, 3);
    assert_int_equal(told.lens[2], 4);
    assert_int_equal(told.first[2], 'f');
    assert_int_equal(told.last[2], 'i');
    streams_destroy(streams);
}

static void every_cut_of_two_messages_gives_the_same(void **state)
{
    static const char data[] = "\0\2ab\0\3cde";
    (void)state;
    for (size_t cut = 0; cut <= 9; cut++) {
        struct streams *streams = create_open();
        feed(streams, data, cut);
        feed(streams, data + cut, 9 - cut);
        assert_int_equal(told.messages, 2);
        assert_int_equal(told.lens[0], 2);
        assert_int_equal(told.lens[1], 3);
        assert_int_equal(told.last[1], 'e');
        streams_destroy(streams);
    }
}

static void messages_of_no_octet_one_octet_and_the_most(void **state)
{
    struct streams *streams = create_open();
    uint8_t *data = malloc(2 + UINT16_MAX);
    (void)state;
    assert_non_null(data);
    memset(data, 0xff, 2);
    memset(data + 2, 'm', UINT16_MAX);
    data[2] = 'a';
    data[1 + UINT16_MAX] = 'z';
    feed(streams, "\0\0\0\1x", 5);
    assert_int_equal(told.messages, 2);
    assert_int_equal(told.lens[0], 0);
    assert_int_equal(told.lens[1], 1);
    feed(streams, data, 1 + UINT16_MAX);
    assert_int_equal(told.messages, 2);
    feed(streams, data + 1 + UINT16_MAX, 1);
    assert_int_equal(told.messages, 3);
    assert_int_equal(told.lens[2], UINT16_MAX);
    assert_int_equal(told.first[2], 'a');
    assert_int_equal(told.last[2], 'z');
    free(data);
    streams_destroy(streams);
}

static void closed_while_waiting_is_told_once_and_forgotten(void **state)
{
    struct streams *streams = create();
    (void)state;
    assert_int_equal(send_text(streams, 9, "lost"), 0);
    streams_event(streams, 0, WIRE_STREAM_CLOSED, NULL, 0);
    assert_int_equal(told.closed, 1);
    assert_int_equal(told.closed_resolver, 9);
    wire_record.is_in_use[0] = false;
    assert_int_equal(send_text(streams, 9, "new"), 0); /* connects anew */
    assert_int_equal(wire_record.connects, 2);
    streams_event(streams, 0, WIRE_STREAM_OPEN, NULL, 0);
    assert_int_equal(wire_record.written_len, 5); /* what was lost stays lost */
    assert_memory_equal(wire_record.written, "\0\3new", 5);
    streams_destroy(streams);
}

static void closed_inside_a_message_leaves_nothing_behind(void **state)
{
    struct streams *streams = create_open();
    (void)state;
    feed(streams, "\0\5ab", 4);
    streams_event(streams, 0, WIRE_STREAM_CLOSED, NULL, 0);
    wire_record.is_in_use[0] = false;
    assert_int_equal(send_text(streams, 7, "q"), 0);
    streams_event(streams, 0, WIRE_STREAM_OPEN, NULL, 0);
    feed(streams, "\0\1x", 3);
    assert_int_equal(told.messages, 1);
    assert_int_equal(told.lens[0], 1);
    assert_int_equal(told.first[0], 'x');
    streams_destroy(streams);
}

/* All connections taken, and something awaited on all but one: that one is closed, and
 * takes nothing more until its end is told. */
static void one_on_which_nothing_is_awaited_makes_room(void **state)
{
    struct streams *streams = create();
    (void)state;
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++) {
        assert_int_equal(send_text(streams, i, "q"), 0);
        streams_event(streams, i, WIRE_STREAM_OPEN, NULL, 0);
    }
    assert_int_equal(send_text(streams, WIRE_STREAMS_MAX, "q"), ERR_FULL);
    assert_int_equal(wire_record.disconnected, 0);
    streams_event(streams, 5, WIRE_STREAM_DATA, (const uint8_t *)"\0\1x", 3);
    assert_int_equal(send_text(streams, WIRE_STREAMS_MAX, "q"), ERR_FULL);
    assert_int_equal(wire_record.disconnected, 1u << 5);
    assert_int_equal(send_text(streams, 5, "q"), ERR_FULL);
    streams_event(streams, 5, WIRE_STREAM_CLOSED, NULL, 0);
    wire_record.is_in_use[5] = false;
    assert_int_equal(send_text(streams, WIRE_STREAMS_MAX, "q"), 0);
    streams_destroy(streams);
}

static void one_that_does_not_open_is_closed_too(void **state)
{
    struct streams *streams = create();
    (void)state;
    assert_int_equal(send_text(streams, 7, "q"), 0);
    streams_sweep(streams, NOW + STREAM_IDLE, STREAM_IDLE);
    assert_int_equal(wire_record.disconnected, 0);
    streams_sweep(streams, NOW + STREAM_IDLE + 1, STREAM_IDLE);
    assert_int_equal(wire_record.disconnected, 1);
    streams_destroy(streams);
}

static void idle_ones_are_closed_after_their_time(void **state)
{
    struct streams *streams = create_open();
    (void)state;
    streams_sweep(streams, NOW + STREAM_IDLE, STREAM_IDLE);
    assert_int_equal(wire_record.disconnected, 0);
    streams_sweep(streams, NOW + STREAM_IDLE + 1, STREAM_IDLE);
    assert_int_equal(wire_record.disconnected, 1);
    streams_destroy(streams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_wait_for_the_connection_and_leave_framed),
        cmocka_unit_test(each_resolver_has_one_connection),
        cmocka_unit_test(no_connection_to_be_had_is_told),
        cmocka_unit_test(what_waits_is_bounded),
        cmocka_unit_test(one_octet_at_a_time_makes_a_message),
        cmocka_unit_test(two_and_a_half_messages_in_one_piece),
        cmocka_unit_test(every_cut_of_two_messages_gives_the_same),
        cmocka_unit_test(messages_of_no_octet_one_octet_and_the_most),
        cmocka_unit_test(closed_while_waiting_is_told_once_and_forgotten),
        cmocka_unit_test(closed_inside_a_message_leaves_nothing_behind),
        cmocka_unit_test(one_on_which_nothing_is_awaited_makes_room),
        cmocka_unit_test(one_that_does_not_open_is_closed_too),
        cmocka_unit_test(idle_ones_are_closed_after_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
