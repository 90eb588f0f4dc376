// SPDX-License-Identifier: BSD-2-Clause
/* DNS over HTTP/2, whatever a server says.
 *
 * An input is a list of steps, two octets each: what, and an id or how many octets, which follow.
 * Every query ends at most once, by the id it was asked with, with a message of at most 64 KiB or
 * with itself; there is never room for more than the slots. */
#include <stdlib.h>
#include <string.h>

#include "engine/h2.h"

#define QUERY_LEN 20
#define STEPS_MAX 4096

enum step { STEP_ASK, STEP_FEED, STEP_TELL, STEP_RELEASE, STEP_COUNT };

static void check(bool holds)
{
    if (!holds)
        abort();
}

struct state {
    struct h2 *h2;
    unsigned asked[256], open, told; /* by id; not ended; not released */
    bool is_over;
};

static void ask(struct state *state, uint8_t id)
{
    uint8_t query[QUERY_LEN] = {0, id, 1, 0, 0, 1};
    if (!h2_has_room(state->h2))
        return;
    check(state->open + state->told < H2_STREAMS_MAX);
    check(h2_ask(state->h2, 0, query, sizeof query) == 0);
    state->asked[id]++;
    state->open++;
}

static void take(struct state *state)
{
    uint8_t out[256];
    ssize_t len;
    while ((len = h2_take(state->h2, out, sizeof out)) > 0)
        check((size_t)len <= sizeof out);
    check(len == 0);
}

/* DATA in a block of exactly its length. */
static void feed(struct state *state, const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    check(copy != NULL);
    if (len)
        memcpy(copy, data, len);
    int error = h2_feed(state->h2, copy, len);
    check(error == 0 || error == ERR_FORMAT);
    state->is_over = error != 0;
    free(copy);
}

static void tell(struct state *state)
{
    struct h2_answer answer;
    while (h2_next(state->h2, &answer)) {
        check(answer.id < 256 && state->asked[answer.id] > 0);
        state->asked[answer.id]--;
        state->open--;
        state->told++;
        check(answer.len <= 65535);
        check(answer.end != H2_REFUSED || answer.len == QUERY_LEN);
        check(answer.end != H2_FAILED || answer.len == 0);
        check(answer.end != H2_ANSWERED || answer.status == 200);
        check(answer.len == 0 ||
              memchr(answer.data, 0, answer.len) != answer.data - 1); /* all is read */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {0};
    check(h2_create(&state.h2, "dns.example", "/dns-query") == 0);
    for (size_t at = 0, steps = 0; at + 2 <= size && steps < STEPS_MAX && !state.is_over; steps++) {
        enum step what = data[at] % STEP_COUNT;
        uint8_t value = data[at + 1];
        size_t len = 0;
        at += 2;
        switch (what) {
        case STEP_ASK:
            ask(&state, value);
            break;
        case STEP_FEED:
            len = value < size - at ? value : size - at;
            feed(&state, data + at, len);
            break;
        case STEP_TELL:
            tell(&state);
            break;
        default:
            h2_release(state.h2);
            state.told = 0;
            break;
        }
        at += len;
        take(&state);
    }
    tell(&state);
    h2_destroy(state.h2);
    return 0;
}
