// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/source/workload.h"

#include <sys/stat.h>

#include "source/workload_capture.h"
#include "tests/unit/source/packets.h"

#define LINKTYPE_ETHERNET 1

/* A capture file as it grows. */
struct capture {
    uint8_t data[65536];
    size_t len;
    bool is_big;   /* octet order */
    uint32_t unit; /* of a second: 1e6 or 1e9 */
};

static void put(struct capture *capture, const void *data, size_t len)
{
    assert_true(capture->len + len <= sizeof capture->data);
    memcpy(capture->data + capture->len, data, len);
    capture->len += len;
}

static void put_u32(struct capture *capture, uint32_t value)
{
    if (capture->is_big)
        value = __builtin_bswap32(value);
    put(capture, &value, 4); /* tests run on little-endian machines */
}

static void put_u16_pair(struct capture *capture, uint16_t first, uint16_t second)
{
    if (capture->is_big)
        put_u32(capture, (uint32_t)first << 16 | second);
    else
        put_u32(capture, (uint32_t)second << 16 | first);
}

static struct capture capture_begun(bool is_big, bool is_nano, uint32_t linktype)
{
    static struct capture capture;
    capture.len = 0;
    capture.is_big = is_big;
    capture.unit = is_nano ? 1000000000 : 1000000;
    put_u32(&capture, is_nano ? 0xa1b23c4d : 0xa1b2c3d4);
    put_u16_pair(&capture, 2, 4);
    put_u32(&capture, 0);
    put_u32(&capture, 0);
    put_u32(&capture, 65535);
    put_u32(&capture, linktype);
    return capture;
}

/* At AT ns; LEN octets of it kept. */
static void put_packet_cut(struct capture *capture, const struct packet *packet, mono_ns at,
                           size_t len)
{
    put_u32(capture, (uint32_t)(at / NS_PER_S));
    put_u32(capture, (uint32_t)(at % NS_PER_S / (NS_PER_S / capture->unit)));
    put_u32(capture, (uint32_t)len);
    put_u32(capture, (uint32_t)packet->len);
    put(capture, packet->data, len);
}

static void put_packet(struct capture *capture, const struct packet *packet, mono_ns at)
{
    put_packet_cut(capture, packet, at, packet->len);
}

static void put_name(struct capture *capture, const char *name, mono_ns at)
{
    struct packet packet = packet_sent(name, TYPE_A, QUERY_EDNS, 53);
    put_packet(capture, &packet, at);
}

static struct workload *made_of(const struct capture *capture, unsigned workers)
{
    char path[LIST_PATH_MAX];
    int fd = list_make(capture->data, capture->len, path);
    struct workload_params params = usual_params();
    params.path = path;
    params.workers = workers;
    params.flags = QUERY_CD; /* not for captures */
    struct workload *workload = workload_made(&params);
    close(fd);
    return workload;
}

static void assert_asked(struct workload *workload, unsigned worker, const char *want, mono_ns at)
{
    struct asked asked;
    assert_true(asked_next(workload, worker, &asked));
    assert_string_equal(asked.text, want);
    assert_int_equal(asked.query.at, at);
    assert_int_equal(asked.query.expects, WORKLOAD_UNKNOWN);
    assert_ldns_reads(&asked);
}

static void assert_at_end(struct workload *workload, unsigned worker)
{
    struct asked asked;
    assert_false(asked_next(workload, worker, &asked));
    assert_false(asked_next(workload, worker, &asked));
}

static void captures_of_all_forms_are_replayed(void **state)
{
    (void)state;
    for (int form = 0; form < 4; form++) {
        bool is_nano = form & 1;
        struct capture capture = capture_begun(form & 2, is_nano, LINKTYPE_ETHERNET);
        put_name(&capture, "\1a", 5 * NS_PER_S + 999999000);
        put_name(&capture, "\1B", 6 * NS_PER_S + (is_nano ? 1 : 1000));
        put_name(&capture, "\1c", 70 * NS_PER_S);
        struct workload *workload = made_of(&capture, 1);
        assert_int_equal(workload_kind(workload), WORKLOAD_CAPTURE);
        for (int round = 0; round < 2; round++) {
            assert_asked(workload, 0, "a A", 0);
            assert_asked(workload, 0, "B A", is_nano ? 1001 : 2000);
            assert_asked(workload, 0, "c A", 64 * NS_PER_S + 1000);
            assert_at_end(workload, 0);
            workload_rewind(workload);
        }
        assert_int_equal(workload_span(workload), 64 * NS_PER_S + 1000);
        assert_int_equal(workload_size(workload), 3);
        assert_int_equal(left_out(workload), 0);
        workload_destroy(workload);
    }
}

/* A section, an interface, and a packet at AT microseconds. */
static struct capture ng_begun(void)
{
    struct capture capture = {.len = 0};
    put_u32(&capture, 0x0a0d0d0a);
    put_u32(&capture, 28);
    put_u32(&capture, 0x1a2b3c4d);
    put_u16_pair(&capture, 1, 0);
    put_u32(&capture, UINT32_MAX), put_u32(&capture, UINT32_MAX);
    put_u32(&capture, 28);
    put_u32(&capture, 1);
    put_u32(&capture, 20);
    put_u16_pair(&capture, LINKTYPE_ETHERNET, 0);
    put_u32(&capture, 65535);
    put_u32(&capture, 20);
    return capture;
}

static void put_ng_packet(struct capture *capture, const struct packet *packet, uint64_t at)
{
    static const uint8_t padding[4];
    uint32_t padded = (uint32_t)(packet->len + 3) & ~3u;
    put_u32(capture, 6);
    put_u32(capture, 32 + padded);
    put_u32(capture, 0);
    put_u32(capture, (uint32_t)(at >> 32)), put_u32(capture, (uint32_t)at);
    put_u32(capture, (uint32_t)packet->len), put_u32(capture, (uint32_t)packet->len);
    put(capture, packet->data, packet->len);
    put(capture, padding, padded - packet->len);
    put_u32(capture, 32 + padded);
}

static void pcapng_is_read(void **state)
{
    (void)state;
    struct capture capture = ng_begun();
    struct packet packet = packet_sent("\1a", TYPE_MX, QUERY_EDNS | QUERY_DO, 53);
    put_ng_packet(&capture, &packet, 1700000000000000);
    put_ng_packet(&capture, &packet, 1700000000000250);
    struct workload *workload = made_of(&capture, 1);
    assert_asked(workload, 0, "a MX", 0);
    assert_asked(workload, 0, "a MX", 250 * NS_PER_US);
    assert_at_end(workload, 0);
    workload_destroy(workload);
}

/* A stamp may be anything in 64 bits. */
static void times_that_are_none_are_refused(void **state)
{
    (void)state;
    struct capture capture = ng_begun();
    struct packet packet = packet_sent("\1a", TYPE_A, 0, 53);
    put_ng_packet(&capture, &packet, UINT64_MAX);
    put_ng_packet(&capture, &packet, (uint64_t)INT64_MAX);
    put_ng_packet(&capture, &packet, 1000000);
    put_ng_packet(&capture, &packet, 3000000);
    struct workload *workload = made_of(&capture, 1);
    assert_asked(workload, 0, "a A", 0);
    assert_asked(workload, 0, "a A", 2 * NS_PER_S);
    assert_at_end(workload, 0);
    assert_int_equal(left_out(workload), 2);
    workload_destroy(workload);
}

static void flags_are_the_captures_own(void **state)
{
    (void)state;
    static const unsigned flags[] = {0, QUERY_EDNS, QUERY_EDNS | QUERY_DO, QUERY_CD | QUERY_NO_RD};
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct packet packet = packet_sent("\1a", TYPE_A, flags[i], 53);
        put_packet(&capture, &packet, 0);
    }
    struct workload *workload = made_of(&capture, 1);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct packet want = packet_query("\1a", TYPE_A, flags[i]);
        struct asked asked;
        assert_true(asked_next(workload, 0, &asked));
        assert_int_equal(asked.query.len, want.len);
        assert_memory_equal(asked.data + 2, want.data + 2, want.len - 2);
    }
    workload_destroy(workload);
}

static void workers_share_a_capture_out(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, true, LINKTYPE_ETHERNET);
    put_name(&capture, "\1a", 10);
    put_name(&capture, "\1b", 20);
    put_name(&capture, "\1c", 30);
    struct workload *workload = made_of(&capture, 2);
    assert_asked(workload, 1, "b A", 10);
    assert_at_end(workload, 1);
    assert_asked(workload, 0, "a A", 0);
    assert_asked(workload, 0, "c A", 20);
    assert_at_end(workload, 0);
    workload_destroy(workload);
    workload = made_of(&capture, 5);
    assert_at_end(workload, 4);
    workload_destroy(workload);
}

static void time_does_not_run_backwards(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, true, LINKTYPE_ETHERNET);
    put_name(&capture, "\1a", 100);
    put_name(&capture, "\1b", 50);
    put_name(&capture, "\1c", 200);
    put_name(&capture, "\1d", 150);
    put_name(&capture, "\1e", 201);
    struct workload *workload = made_of(&capture, 1);
    assert_asked(workload, 0, "a A", 0);
    assert_asked(workload, 0, "b A", 0);
    assert_asked(workload, 0, "c A", 100);
    assert_asked(workload, 0, "d A", 100);
    assert_asked(workload, 0, "e A", 101);
    assert_int_equal(workload_span(workload), 101);
    workload_destroy(workload);
}

static void bad_packets_are_counted_and_others_passed_over(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    struct packet packet = packet_sent("\1a", TYPE_A, 0, 53);
    put_packet_cut(&capture, &packet, 0, packet.len - 1);
    put_packet_cut(&capture, &packet, 0, 5);
    packet.data[14 + 20 + 8 + 2] |= 0x80;
    put_packet(&capture, &packet, 0);
    put_name(&capture, "\1b", NS_PER_S);
    struct workload *workload = made_of(&capture, 1);
    assert_asked(workload, 0, "b A", 0);
    assert_at_end(workload, 0);
    assert_int_equal(left_out(workload), 1);
    workload_destroy(workload);
}

/* Copying was interrupted: what is whole is used. */
static void a_capture_that_breaks_off_is_used(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    put_name(&capture, "\1a", 0);
    size_t whole = capture.len;
    put_name(&capture, "\1b", 0);
    for (size_t len = whole; len < capture.len; len += 7) {
        struct capture cut = capture;
        cut.len = len;
        struct workload *workload = made_of(&cut, 1);
        assert_asked(workload, 0, "a A", 0);
        assert_at_end(workload, 0);
        assert_int_equal(left_out(workload), len > whole);
        workload_destroy(workload);
    }
}

/* WHY NULL: in libpcap's words. */
static void assert_refused(const struct capture *capture, int error, const char *why)
{
    char path[LIST_PATH_MAX], message[256];
    int fd = list_make(capture->data, capture->len, path);
    struct workload_params params = usual_params();
    params.path = path;
    struct text told = {0};
    snprintf(message, sizeof message, "%s: %s", path, why ? why : "truncated dump file");
    if (why) {
        assert_not_made(&params, error, message);
    } else {
        struct workload *workload;
        assert_int_equal(workload_create(&workload, &params, &told), error);
        assert_memory_equal(told.data, message, strlen(message));
        text_deinit(&told);
    }
    close(fd);
}

static void captures_of_no_use_are_refused(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    assert_refused(&capture, ERR_SYNTAX, "no DNS query by UDP in it");
    capture = capture_begun(false, false, 105);
    put_name(&capture, "\1a", 0);
    assert_refused(&capture, ERR_NOTSUP,
                   "packets of a link layer (IEEE802_11) that is not known here");
    capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    capture.len = 6;
    assert_refused(&capture, ERR_FORMAT, NULL);
}

static void captures_are_told_from_text(void **state)
{
    (void)state;
    static const uint8_t magics[][4] = {
        {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4}, {0x4d, 0x3c, 0xb2, 0xa1},
        {0xa1, 0xb2, 0x3c, 0x4d}, {0x0a, 0x0d, 0x0d, 0x0a}, {0x34, 0xcd, 0xb2, 0xa1},
    };
    char path[LIST_PATH_MAX];
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        int fd = list_make(magics[i], 4, path);
        assert_true(workload_capture_is(path));
        close(fd);
        fd = list_make(magics[i], 3, path);
        assert_false(workload_capture_is(path));
        close(fd);
    }
    int fd = list_make_text("a.example A\n", path);
    assert_false(workload_capture_is(path));
    close(fd);
    assert_false(workload_capture_is("-"));
    assert_false(workload_capture_is("/nonexistent"));
    assert_false(workload_capture_is("/"));
}

/* To open a named pipe and close it again would wait for its writer, and then end it. */
static void named_pipes_are_left_alone(void **state)
{
    (void)state;
    char folder[] = "/tmp/dnstrawl-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(5);
    assert_false(workload_capture_is(path));
    alarm(0);
    unlink(path);
    rmdir(folder);
}

/* What a pipe brings is read as text: the octets are told for what they are. */
static void a_capture_from_a_pipe_is_told(void **state)
{
    (void)state;
    for (int is_ng = 0; is_ng < 2; is_ng++) {
        struct capture capture = is_ng ? ng_begun() : capture_begun(false, false, 1);
        char path[LIST_PATH_MAX], message[256];
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], capture.data, capture.len), capture.len);
        close(ends[1]);
        snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
        snprintf(message, sizeof message, "%s: a capture is read from a plain file only", path);
        struct workload_params params = usual_params();
        params.path = path;
        assert_not_made(&params, ERR_SYNTAX, message);
        close(ends[0]);
    }
}

static void a_capture_may_be_too_large(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    char path[LIST_PATH_MAX], want[256];
    struct stock stock;
    struct text why = {0};
    uint64_t refused = 0;
    mono_ns span;
    for (int i = 0; i < 5; i++)
        put_name(&capture, "\1a", i);
    int fd = list_make(capture.data, capture.len, path);
    stock_init(&stock, true, 50);
    assert_int_equal(workload_capture_read(&stock, path, &refused, &span, &why), ERR_FULL);
    text_putc(&why, '\0');
    snprintf(want, sizeof want, "%s: more than 0 MiB of queries, read up to packet 3", path);
    assert_string_equal(why.data, want);
    stock_deinit(&stock);
    text_deinit(&why);
    close(fd);
}

static void a_capture_is_described_and_not_warmed_up_with(void **state)
{
    (void)state;
    struct capture capture = capture_begun(false, false, LINKTYPE_ETHERNET);
    struct packet packet = packet_sent("\1a", TYPE_A, 0, 53);
    struct asked asked;
    put_name(&capture, "\1a", 0);
    put_name(&capture, "\1a", 42 * NS_PER_S);
    put_packet_cut(&capture, &packet, 0, packet.len - 1);
    char path[LIST_PATH_MAX], want[128];
    int fd = list_make(capture.data, capture.len, path);
    struct workload_params params = usual_params();
    params.path = path;
    struct workload *workload = workload_made(&params);
    snprintf(want, sizeof want, "%d, 2 queries over 42 s, 1 packet left out", fd);
    assert_described(workload, want);
    assert_false(asked_warm(workload, &asked));
    workload_destroy(workload);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures_of_all_forms_are_replayed),
        cmocka_unit_test(pcapng_is_read),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(flags_are_the_captures_own),
        cmocka_unit_test(workers_share_a_capture_out),
        cmocka_unit_test(time_does_not_run_backwards),
        cmocka_unit_test(bad_packets_are_counted_and_others_passed_over),
        cmocka_unit_test(a_capture_that_breaks_off_is_used),
        cmocka_unit_test(captures_of_no_use_are_refused),
        cmocka_unit_test(captures_are_told_from_text),
        cmocka_unit_test(named_pipes_are_left_alone),
        cmocka_unit_test(a_capture_from_a_pipe_is_told),
        cmocka_unit_test(a_capture_may_be_too_large),
        cmocka_unit_test(a_capture_is_described_and_not_warmed_up_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
