// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_match.c: what is believed, and each reason not to. */
#include "tests/unit/engine/help.h"

#include <stdlib.h>

#include "engine/load_match.h"

#define SEED   99
#define SENT   1000 /* stamp of the query */
#define BEFORE 500  /* earlier ones have waited too long */

static const uint8_t question[] = "\3www\7example\0\0\1\0\1";
#define QUESTION_LEN (sizeof question - 1)

static struct flight flight;
static uint16_t id;
static struct load_matched matched;
static uint8_t message[512];
static size_t message_len;

static int set_up(void **state)
{
    struct rng rng = fixed_rng(1);
    (void)state;
    if (flight_init(&flight, 8, &rng))
        return 1;
    id = flight_id(&flight, 0);
    *flight_put(&flight) =
        (struct flight_entry){.sent = SENT,
                              .question = load_question_hash(question, QUESTION_LEN, SEED),
                              .question_len = QUESTION_LEN,
                              .state = FLIGHT_WAITING};
    static const uint8_t records[] = "\xc0\x0c\0\1\0\1\0\0\0\x09\0\4\xc0\0\2\1" /* A */
                                     "\xc0\x10\0\2\0\1\0\0\0\x09\0\2\xc0\x10"   /* NS */
                                     "\0\0\x29\4\xd0\0\0\0\0\0\0";              /* OPT */
    const uint8_t header[] = {(uint8_t)(id >> 8), (uint8_t)id, 0x81, 0x80, 0, 1, 0, 1, 0, 1, 0, 1};
    memcpy(message, header, sizeof header);
    memcpy(message + sizeof header, question, QUESTION_LEN);
    memcpy(message + sizeof header + QUESTION_LEN, records, sizeof records - 1);
    message_len = sizeof header + QUESTION_LEN + sizeof records - 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    flight_deinit(&flight);
    return 0;
}

/* In a buffer of exactly that length, so that a sanitizer sees what is read beyond. */
static enum load_match match_len(size_t len, mono_ns before)
{
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, message, len);
    enum load_match result = load_match(&flight, SEED, before, copy, (uint32_t)len, &matched);
    free(copy);
    return result;
}

static enum load_match match(void)
{
    return match_len(message_len, BEFORE);
}

static void assert_refused(enum reject why)
{
    assert_int_equal(match(), LOAD_REFUSED);
    assert_string_equal(reject_words[matched.why], reject_words[why]);
}

static void the_true_answer_is_taken(void **state)
{
    (void)state;
    assert_int_equal(match(), LOAD_ANSWERS);
    assert_int_equal(matched.entry->sent, SENT);
    assert_int_equal(matched.rcode, 0);
    assert_false(matched.is_truncated);
    message[2] |= 2;
    message[3] |= 3;
    assert_int_equal(match(), LOAD_ANSWERS);
    assert_int_equal(matched.rcode, 3);
    assert_true(matched.is_truncated);
}

static void what_is_no_response_is_refused(void **state)
{
    (void)state;
    message[2] &= 0x7f;
    assert_refused(REJECT_NOT_RESPONSE);
    for (unsigned opcode = 1; opcode < 16; opcode++) {
        message[2] = (uint8_t)(0x80 | opcode << 3);
        assert_refused(REJECT_OPCODE);
    }
}

static void an_id_that_was_not_sent_is_refused(void **state)
{
    (void)state;
    for (unsigned other = 0; other < 65536; other++) {
        message[0] = (uint8_t)(other >> 8);
        message[1] = (uint8_t)other;
        if (other != id)
            assert_refused(REJECT_UNKNOWN_ID);
    }
}

static void each_bit_of_the_question_counts(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < QUESTION_LEN * 8; bit++) {
        message[12 + bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(bit / 8 >= QUESTION_LEN - 2 ? REJECT_WRONG_CLASS : REJECT_WRONG_QUESTION);
        message[12 + bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    message[5] = 2;
    assert_refused(REJECT_WRONG_QUESTION);
    message[5] = 0;
    assert_refused(REJECT_WRONG_QUESTION);
}

static void what_ends_early_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < message_len; len++) {
        assert_int_equal(match_len(len, BEFORE), LOAD_REFUSED);
        bool is_question_whole = len >= 12 + QUESTION_LEN;
        assert_int_equal(matched.why,
                         len < 12 || is_question_whole ? REJECT_SHORT : REJECT_WRONG_QUESTION);
    }
    message[9] = message[11] = 0; /* the last one has rdata then */
    size_t address_end = 12 + QUESTION_LEN + 16;
    assert_int_equal(match_len(address_end, BEFORE), LOAD_ANSWERS);
    for (size_t len = address_end - 4; len < address_end; len++)
        assert_int_equal(match_len(len, BEFORE), LOAD_REFUSED);
    message[9] = message[11] = 1;
    message[7] = 2; /* a fourth record */
    assert_refused(REJECT_SHORT);
    message[6] = message[8] = message[10] = 0xff;
    assert_refused(REJECT_SHORT);
}

static void owners_may_be_written_out(void **state)
{
    static const uint8_t record[] = "\3www\7example\0\0\1\0\1\0\0\0\x09\0\4\xc0\0\2\1";
    (void)state;
    memcpy(message + message_len, record, sizeof record - 1);
    message_len += sizeof record - 1;
    message[11] = 2;
    assert_int_equal(match(), LOAD_ANSWERS);
    uint8_t *owner = message + message_len - (sizeof record - 1);
    memset(owner, 0, 80);
    owner[0] = 0x40; /* no kind of label, though one of 64 octets would fit */
    message_len += 80 - (sizeof record - 1);
    assert_refused(REJECT_SHORT);
}

static void a_bare_error_is_an_answer(void **state)
{
    static const uint8_t codes[] = {1, 2, 4, 5}; /* FORMERR, SERVFAIL, NOTIMP, REFUSED */
    (void)state;
    memset(message + 4, 0, 8);
    message_len = 12;
    for (size_t i = 0; i < sizeof codes; i++) {
        message[3] = codes[i];
        assert_int_equal(match(), LOAD_ANSWERS);
        assert_int_equal(matched.rcode, codes[i]);
    }
    message[3] = 0;
    assert_refused(REJECT_WRONG_QUESTION);
    message[3] = 3;
    assert_refused(REJECT_WRONG_QUESTION);
    message[3] = 2;
    message_len = 13;
    assert_refused(REJECT_WRONG_QUESTION);
}

static void a_second_answer_is_a_duplicate(void **state)
{
    (void)state;
    assert_int_equal(match(), LOAD_ANSWERS);
    flight_close(&flight, matched.entry, FLIGHT_ANSWERED);
    assert_refused(REJECT_DUPLICATE);
    message[13] ^= 1;
    assert_refused(REJECT_WRONG_QUESTION);
}

static void after_the_timeout_it_is_late(void **state)
{
    (void)state;
    assert_int_equal(match_len(message_len, SENT - 1), LOAD_ANSWERS);
    assert_int_equal(match_len(message_len, SENT), LOAD_LATE); /* not yet expired */
    assert_non_null(flight_expire(&flight, SENT));
    assert_int_equal(match(), LOAD_LATE);
    message[13] ^= 1;
    assert_refused(REJECT_WRONG_QUESTION);
}

static void of_an_earlier_trial_it_is_late(void **state)
{
    (void)state;
    assert_int_equal(match(), LOAD_ANSWERS);
    flight_close(&flight, matched.entry, FLIGHT_ANSWERED);
    flight_begin(&flight);
    assert_int_equal(match(), LOAD_LATE);
}

static void hashes_depend_on_the_seed(void **state)
{
    (void)state;
    assert_int_not_equal(load_question_hash(question, QUESTION_LEN, 1),
                         load_question_hash(question, QUESTION_LEN, 2));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_true_answer_is_taken),           TEST(what_is_no_response_is_refused),
        TEST(an_id_that_was_not_sent_is_refused), TEST(each_bit_of_the_question_counts),
        TEST(what_ends_early_is_refused),         TEST(owners_may_be_written_out),
        TEST(a_bare_error_is_an_answer),          TEST(a_second_answer_is_a_duplicate),
        TEST(after_the_timeout_it_is_late),       TEST(of_an_earlier_trial_it_is_late),
        TEST(hashes_depend_on_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
