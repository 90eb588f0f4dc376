// SPDX-License-Identifier: BSD-2-Clause
/* A load's matching among hostile messages.
 *
 * Eight queries are put on a lane; then each message of the input (two octets of length, the
 * message) is matched. Its first octet says what happens to it before: with the lowest bit set, its
 * id becomes that of one of the queries, and with the next one its question too, so that the input
 * need not guess them; the next bits choose the query. What is believed has to be a response that a
 * plain reading of it (dns/reply.h) finds whole, to a query that waits, octet for octet; and every
 * query is answered once at most. */
#include <string.h>

#include "dns/reply.h"
#include "engine/load_match.h"
#include "tests/fuzz/frames.h"

#define QUERIES 8
#define SEED    1234
#define BEFORE  0 /* query i is sent at i: the first one has waited too long */

static struct flight flight;
static struct question questions[QUERIES];
static uint16_t ids[QUERIES];
static unsigned answered[QUERIES];

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void put_queries(void)
{
    static const uint8_t key[32] = {5};
    struct rng rng;
    rng_init_key(&rng, key);
    if (!flight.entries)
        check(flight_init(&flight, 4, &rng) == 0);
    memset(flight.entries, 0, sizeof *flight.entries << 4);
    flight.open = 0;
    flight_begin(&flight);
    for (unsigned i = 0; i < QUERIES; i++) {
        const uint8_t name[] = {1, (uint8_t)('a' + i), 4, 't', 'e', 's', 't', 0};
        question_init(&questions[i], name, sizeof name, TYPE_A);
        answered[i] = 0;
        ids[i] = flight_id(&flight, 0);
        *flight_put(&flight) = (struct flight_entry){
            .sent = (mono_ns)i,
            .question = load_question_hash(questions[i].wire, questions[i].len, SEED),
            .question_len = questions[i].len,
            .state = FLIGHT_WAITING};
    }
}

static void help(uint8_t how, uint8_t *data, size_t len)
{
    unsigned i = how >> 2 & 7;
    if (how & 1 && len >= 2) {
        data[0] = (uint8_t)(ids[i] >> 8);
        data[1] = (uint8_t)ids[i];
    }
    if (how & 2 && len >= DNS_HEADER_LEN + (size_t)questions[i].len)
        memcpy(data + DNS_HEADER_LEN, questions[i].wire, questions[i].len);
}

static bool is_whole(const struct reply *reply)
{
    struct reply_iter iter;
    struct reply_record record;
    int more = reply_iter_init(&iter, reply);
    if (more != 0)
        return false;
    while ((more = reply_next(&iter, &record)) > 0)
        ;
    return more == 0;
}

static void check_answer(const struct load_matched *matched, const uint8_t *data, size_t len)
{
    struct reply reply;
    unsigned i = (unsigned)matched->entry->sent;
    check(reply_init(&reply, data, len) && reply.qr && reply.opcode == 0);
    check(i > 0 && i < QUERIES && reply.id == ids[i]);
    check(reply.rcode == matched->rcode && reply.tc == matched->is_truncated);
    check(reply_question_is(&reply, &questions[i]) ||
          (reply_is_header_only(&reply) && reply.rcode != RCODE_NOERROR));
    check(is_whole(&reply));
    check(++answered[i] == 1);
    flight_close(&flight, matched->entry, FLIGHT_ANSWERED);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    struct frames frames = {.at = input, .end = input + size};
    size_t len;
    uint8_t *data;
    put_queries();
    while ((data = frames_next(&frames, &len))) {
        struct load_matched matched = {0};
        if (len > 0) {
            size_t message_len = len - 1;
            uint8_t *message = malloc(message_len ? message_len : 1);
            check(message != NULL);
            memcpy(message, data + 1, message_len);
            help(data[0], message, message_len);
            uint32_t open = flight.open;
            switch (load_match(&flight, SEED, BEFORE, message, (uint32_t)message_len, &matched)) {
            case LOAD_ANSWERS:
                check_answer(&matched, message, message_len);
                break;
            case LOAD_LATE:
                break;
            case LOAD_REFUSED:
                check(matched.why < REJECT_COUNT);
                break;
            }
            check(flight.open + (matched.entry != NULL) == open);
            free(message);
        }
        free(data);
    }
    return 0;
}
