// SPDX-License-Identifier: BSD-2-Clause
/* TSIG: keys as text and files, and signed streams, of anybody.
 *
 * An input whose first octet is 'k' is a key as one word, 'f' a key file; others are messages, each
 * behind two octets of length, of a stream that answers a query signed with a fixed key. None
 * of them can be good: the key is not known to who makes inputs, and the corpus has no MAC. */
#include <stdlib.h>
#include <string.h>

#include "dns/tsig.h"
#include "tests/fuzz/frames.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_key(int error, const struct tsig_key *key, const char *why)
{
    check(error == 0 || error == ERR_SYNTAX);
    if (error) {
        check(why && key->secret_len == 0);
        return;
    }
    check(key->algorithm && key->secret_len <= TSIG_SECRET_MAX);
    check(name_len(key->name.wire) == key->name.len);
}

static void check_stream(const uint8_t *data, size_t size)
{
    static const uint8_t query[] = "\1\2\0\0\0\1\0\0\0\0\0\0\7example\0\0\374\0\1";
    static const char text[] = "key.test:c2VjcmV0";
    uint8_t message[sizeof query + TSIG_RECORD_MAX];
    size_t len = sizeof query - 1;
    struct tsig_key key;
    struct tsig *tsig;
    memcpy(message, query, len);
    check(tsig_key_from_text(&key, text, sizeof text - 1, NULL) == 0);
    check(tsig_create(&tsig, &key) == 0);
    check(tsig_sign(tsig, message, &len, sizeof message, 1700000000) == 0);
    struct frames frames = {.at = data, .end = data + size};
    for (uint8_t *reply; (reply = frames_next(&frames, &len)); free(reply)) {
        check(tsig_check(tsig, reply, len, 1700000000) != TSIG_GOOD);
        check(!tsig_is_settled(tsig));
    }
    tsig_destroy(tsig);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tsig_key key;
    const char *why = NULL;
    const char *text = (const char *)data + 1;
    int error = 0;
    if (size > 0 && data[0] == 'k')
        error = tsig_key_from_text(&key, text, size - 1, &why);
    else if (size > 0 && data[0] == 'f')
        error = tsig_key_from_file(&key, text, size - 1, &why);
    else {
        check_stream(data, size);
        return 0;
    }
    check_key(error, &key, why);
    return 0;
}
