// SPDX-License-Identifier: BSD-2-Clause
/* dns/tsig.c: what is signed, checked against MACs computed here by OpenSSL's one-shot call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/query.h"
#include "dns/tsig.h"

#define NOW 1700000000

static struct tsig_key key;
static struct tsig *tsig;

/* The server's side, kept apart from what is tested: the MAC before, and what came since. */
static struct {
    uint8_t last[64];
    size_t last_len;
    uint8_t since[8192];
    size_t since_len;
} server;

static const struct {
    const char *text;
    const char *wire;
    size_t wire_len;
    const EVP_MD *(*digest)(void);
    size_t mac_len;
} algorithms[] = {
    {"hmac-sha1", "\11hmac-sha1", 11, EVP_sha1, 20},
    {"hmac-sha224", "\13hmac-sha224", 13, EVP_sha224, 28},
    {"hmac-sha256", "\13hmac-sha256", 13, EVP_sha256, 32},
    {"hmac-sha384", "\13hmac-sha384", 13, EVP_sha384, 48},
    {"hmac-sha512", "\13hmac-sha512", 13, EVP_sha512, 64},
};
static size_t chosen; /* of algorithms[] */

static const char secret[] = "c2VjcmV0IG9mIHRoZSB0ZXN0"; /* "secret of the test" */

static void mac_of(const struct bytes_writer *covered, uint8_t out[64])
{
    unsigned len = 0;
    HMAC(algorithms[chosen].digest(), "secret of the test", 18, covered->data, covered->len, out,
         &len);
    assert_int_equal(len, algorithms[chosen].mac_len);
}

static void put_time(struct bytes_writer *w, uint64_t time_s)
{
    bytes_put_u16(w, (uint16_t)(time_s >> 32));
    bytes_put_u32(w, (uint32_t)time_s);
    bytes_put_u16(w, 300);
}

static void put_variables(struct bytes_writer *w, uint64_t time_s, uint16_t error, size_t other_len)
{
    bytes_put(w, "\3key\4test", 10);
    bytes_put(w, "\0\377\0\0\0\0", 6);
    bytes_put(w, algorithms[chosen].wire, algorithms[chosen].wire_len);
    put_time(w, time_s);
    bytes_put_u16(w, error);
    bytes_put_u16(w, (uint16_t)other_len);
    bytes_put(w, "\0\0\0\0\0\1", other_len);
}

/* Appends a record; MAC_LEN 0: none. */
static void put_record(struct bytes_writer *w, uint64_t time_s, const uint8_t *mac, size_t mac_len,
                       uint16_t id, uint16_t error, size_t other_len)
{
    bytes_put(w, "\3KEY\4test\0\0\372\0\377\0\0\0\0", 18);
    bytes_put_u16(w, (uint16_t)(algorithms[chosen].wire_len + 16 + mac_len + other_len));
    bytes_put(w, algorithms[chosen].wire, algorithms[chosen].wire_len);
    put_time(w, time_s);
    bytes_put_u16(w, (uint16_t)mac_len);
    bytes_put(w, mac, mac_len);
    bytes_put_u16(w, id);
    bytes_put_u16(w, error);
    bytes_put_u16(w, (uint16_t)other_len);
    bytes_put(w, "\0\0\0\0\0\1", other_len);
    w->data[11]++;
}

#define PLAIN_LEN 25

/* A response without records. */
static struct bytes_writer plain(uint8_t *data, size_t cap, uint8_t rcode)
{
    struct bytes_writer w = bytes_writer_at(data, cap);
    bytes_put(&w, "\1\2\200\0\0\1\0\0\0\0\0\0\7example\0\0\374\0\1", PLAIN_LEN);
    data[3] = rcode;
    return w;
}

static void use_algorithm(size_t index)
{
    char text[128];
    chosen = index;
    int len = snprintf(text, sizeof text, "%s:Key.test:%s", algorithms[index].text, secret);
    assert_int_equal(tsig_key_from_text(&key, text, (size_t)len, NULL), 0);
}

/* Signs a query and checks it as a server would. */
static void ask(void)
{
    uint8_t message[PLAIN_LEN + TSIG_RECORD_MAX], covered[512], mac[64];
    struct bytes_writer w = plain(message, sizeof message, 0);
    message[2] = 0;
    size_t len = w.len;
    struct bytes_writer c = bytes_writer_at(covered, sizeof covered);
    bytes_put(&c, message, len);
    put_variables(&c, NOW, 0, 0);
    mac_of(&c, mac);
    assert_int_equal(tsig_create(&tsig, &key), 0);
    assert_int_equal(tsig_sign(tsig, message, &len, sizeof message, NOW), 0);

    uint8_t expected[512];
    struct bytes_writer e = plain(expected, sizeof expected, 0);
    expected[2] = 0;
    put_record(&e, NOW, mac, algorithms[chosen].mac_len, 0x0102, 0, 0);
    memcpy(expected + PLAIN_LEN, "\3key", 4); /* canonical, where the servers' is not */
    assert_int_equal(len, e.len);
    assert_memory_equal(message, expected, len);
    memcpy(server.last, mac, sizeof mac);
    server.last_len = algorithms[chosen].mac_len;
    server.since_len = 0;
}

struct reply_spec {
    uint8_t rcode;
    uint16_t error;
    size_t other_len;
    bool is_later; /* timers instead of variables */
    int64_t time_s;
};

static uint8_t reply[512];
static size_t reply_len;

static void sign_reply(const struct reply_spec *spec)
{
    uint8_t covered[16384], mac[64];
    struct bytes_writer c = bytes_writer_at(covered, sizeof covered);
    struct bytes_writer w = plain(reply, sizeof reply, spec->rcode);
    bytes_put_u16(&c, (uint16_t)server.last_len);
    bytes_put(&c, server.last, server.last_len);
    bytes_put(&c, server.since, server.since_len);
    bytes_put(&c, reply, w.len);
    if (spec->is_later)
        put_time(&c, (uint64_t)spec->time_s);
    else
        put_variables(&c, (uint64_t)spec->time_s, spec->error, spec->other_len);
    mac_of(&c, mac);
    put_record(&w, (uint64_t)spec->time_s, mac, algorithms[chosen].mac_len, 0x0102, spec->error,
               spec->other_len);
    reply_len = w.len;
    memcpy(server.last, mac, sizeof mac);
    server.since_len = 0;
}

static enum tsig_result check_signed(bool is_later)
{
    const struct reply_spec spec = {.is_later = is_later, .time_s = NOW};
    sign_reply(&spec);
    return tsig_check(tsig, reply, reply_len, NOW);
}

static enum tsig_result check_unsigned(void)
{
    uint8_t data[PLAIN_LEN];
    (void)plain(data, sizeof data, 0);
    memcpy(server.since + server.since_len, data, sizeof data);
    server.since_len += sizeof data;
    return tsig_check(tsig, data, sizeof data, NOW);
}

/* --- cases --- */

static void every_algorithm_signs_and_checks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        use_algorithm(i);
        ask();
        assert_false(tsig_is_settled(tsig));
        assert_int_equal(check_signed(false), TSIG_GOOD);
        assert_true(tsig_is_settled(tsig));
        assert_int_equal(check_signed(true), TSIG_GOOD);
        tsig_destroy(tsig);
    }
}

static void unsigned_messages_are_covered_by_the_next_signed(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    assert_int_equal(check_signed(false), TSIG_GOOD);
    for (int i = 0; i < 99; i++) {
        assert_int_equal(check_unsigned(), TSIG_LATER);
        assert_false(tsig_is_settled(tsig));
    }
    assert_int_equal(check_signed(true), TSIG_GOOD);
    assert_true(tsig_is_settled(tsig));
    for (int i = 0; i < 99; i++)
        assert_int_equal(check_unsigned(), TSIG_LATER);
    assert_int_equal(check_unsigned(), TSIG_MISSING); /* the hundredth */
    tsig_destroy(tsig);
}

static void one_changed_on_the_way_is_seen(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    assert_int_equal(check_signed(false), TSIG_GOOD);
    assert_int_equal(check_unsigned(), TSIG_LATER);
    server.since[14] ^= 1; /* the server sent something else */
    assert_int_equal(check_signed(true), TSIG_WRONG);
    tsig_destroy(tsig);
}

static void the_first_must_be_signed(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    assert_int_equal(check_unsigned(), TSIG_MISSING);
    tsig_destroy(tsig);
}

static void any_octet_changed_is_wrong(void **state)
{
    (void)state;
    use_algorithm(2);
    const struct reply_spec spec = {.time_s = NOW};
    for (size_t i = 0;; i++) {
        ask();
        sign_reply(&spec);
        if (i == reply_len) {
            tsig_destroy(tsig);
            break;
        }
        reply[i] ^= 2;
        bool is_id = i < 2; /* a forwarder may change it: the original one is in the record */
        enum tsig_result result = tsig_check(tsig, reply, reply_len, NOW);
        /* Other letters are the same name; another code goes with no signature. */
        if (is_id)
            assert_int_equal(result, TSIG_GOOD);
        else
            assert_true(result != TSIG_GOOD && result != TSIG_STALE);
        assert_int_equal(tsig_is_settled(tsig), is_id);
        tsig_destroy(tsig);
    }
}

static void a_short_mac_is_wrong(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    uint8_t data[512];
    const struct reply_spec spec = {.time_s = NOW};
    sign_reply(&spec);
    for (size_t len = 0; len < 32; len++) {
        struct bytes_writer w = plain(data, sizeof data, 0);
        put_record(&w, NOW, server.last, len, 0x0102, 0, 0);
        struct tsig *copy;
        assert_int_equal(tsig_create(&copy, &key), 0);
        assert_int_equal(tsig_check(copy, data, w.len, NOW), TSIG_WRONG);
        tsig_destroy(copy);
    }
    tsig_destroy(tsig);
}

static void a_cut_message_is_wrong(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    const struct reply_spec spec = {.time_s = NOW};
    sign_reply(&spec);
    for (size_t len = 0; len < reply_len; len++)
        assert_int_equal(tsig_check(tsig, reply, len, NOW), TSIG_WRONG);
    assert_int_equal(tsig_check(tsig, reply, reply_len, NOW), TSIG_GOOD);
    tsig_destroy(tsig);
}

static void clocks_may_differ_by_the_fudge(void **state)
{
    (void)state;
    const int64_t off[] = {-301, -300, 300, 301};
    use_algorithm(2);
    for (size_t i = 0; i < 4; i++) {
        const struct reply_spec spec = {.time_s = NOW + off[i]};
        ask();
        sign_reply(&spec);
        assert_int_equal(tsig_check(tsig, reply, reply_len, NOW),
                         off[i] == -300 || off[i] == 300 ? TSIG_GOOD : TSIG_STALE);
        tsig_destroy(tsig);
    }
}

static void the_servers_errors_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        uint16_t error;
        enum tsig_result result;
    } cases[] = {{16, TSIG_BADSIG}, {17, TSIG_BADKEY}, {22, TSIG_BADTRUNC}};
    uint8_t data[512];
    use_algorithm(2);
    for (size_t i = 0; i < 3; i++) { /* unsigned, as RFC 8945 section 5.2 has them */
        ask();
        struct bytes_writer w = plain(data, sizeof data, RCODE_NOTAUTH);
        put_record(&w, NOW, NULL, 0, 0x0102, cases[i].error, 0);
        assert_int_equal(tsig_check(tsig, data, w.len, NOW), cases[i].result);
        tsig_destroy(tsig);
    }
    ask(); /* signed, with the server's clock */
    const struct reply_spec spec = {
        .rcode = RCODE_NOTAUTH, .error = 18, .other_len = 6, .time_s = NOW};
    sign_reply(&spec);
    assert_int_equal(tsig_check(tsig, reply, reply_len, NOW), TSIG_BADTIME);
    tsig_destroy(tsig);
    ask(); /* an error code is no excuse in a message that is none */
    struct bytes_writer w = plain(data, sizeof data, 0);
    put_record(&w, NOW, NULL, 0, 0x0102, 17, 0);
    assert_int_equal(tsig_check(tsig, data, w.len, NOW), TSIG_WRONG);
    tsig_destroy(tsig);
}

static void a_refusal_need_not_be_signed(void **state)
{
    (void)state;
    uint8_t data[PLAIN_LEN];
    use_algorithm(2);
    ask();
    struct bytes_writer w = plain(data, sizeof data, RCODE_REFUSED);
    assert_int_equal(tsig_check(tsig, data, w.len, NOW), TSIG_LATER);
    assert_false(tsig_is_settled(tsig));
    tsig_destroy(tsig);
}

static void a_record_must_be_the_last(void **state)
{
    (void)state;
    use_algorithm(2);
    ask();
    const struct reply_spec spec = {.time_s = NOW};
    sign_reply(&spec);
    struct bytes_writer w = bytes_writer_at(reply, sizeof reply);
    w.len = reply_len;
    bytes_put(&w, "\0\0\51\4\320\0\0\0\0\0\0", 11); /* an OPT behind it */
    reply[11]++;
    assert_int_equal(tsig_check(tsig, reply, w.len, NOW), TSIG_WRONG);
    tsig_destroy(tsig);
}

static void a_query_needs_room(void **state)
{
    (void)state;
    uint8_t message[512];
    use_algorithm(2);
    assert_int_equal(tsig_create(&tsig, &key), 0);
    struct bytes_writer w = plain(message, sizeof message, 0);
    size_t len = w.len;
    assert_int_equal(tsig_sign(tsig, message, &len, PLAIN_LEN + 50, NOW), ERR_FULL);
    tsig_destroy(tsig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm_signs_and_checks),
        cmocka_unit_test(unsigned_messages_are_covered_by_the_next_signed),
        cmocka_unit_test(one_changed_on_the_way_is_seen),
        cmocka_unit_test(the_first_must_be_signed),
        cmocka_unit_test(any_octet_changed_is_wrong),
        cmocka_unit_test(a_short_mac_is_wrong),
        cmocka_unit_test(a_cut_message_is_wrong),
        cmocka_unit_test(clocks_may_differ_by_the_fudge),
        cmocka_unit_test(the_servers_errors_are_told_apart),
        cmocka_unit_test(a_refusal_need_not_be_signed),
        cmocka_unit_test(a_record_must_be_the_last),
        cmocka_unit_test(a_query_needs_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
