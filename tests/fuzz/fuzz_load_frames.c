// SPDX-License-Identifier: BSD-2-Clause
/* A stream cut into messages, in whatever pieces it comes: the first octet says how long they are.
 * The same octets are cut again here, the slow way. */
#include <stdlib.h>
#include <string.h>

#include "engine/load_frames.h"

#define BUFFER_MAX (128u * 1024)

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct load_frames frames = {0};
    const uint8_t *message;
    uint32_t len;
    size_t told = 0; /* octets of the input */
    if (size == 0)
        return 0;
    unsigned step = data[0] ? data[0] * (unsigned)data[0] / 4 + 1 : 1;
    data++;
    size--;
    for (size_t at = 0; at < size; at += step) {
        size_t piece = step < size - at ? step : size - at;
        uint8_t *room = load_frames_room(&frames, piece);
        check(room != NULL);
        memcpy(room, data + at, piece);
        load_frames_add(&frames, piece);
        while (load_frames_next(&frames, &message, &len)) {
            check(told + 2 + len <= at + piece);
            check(len == ((uint32_t)data[told] << 8 | data[told + 1]));
            check(len == 0 || memcmp(message, data + told + 2, len) == 0);
            told += 2 + len;
        }
        size_t left = at + piece - told;
        check(left < 2 || left < 2 + ((size_t)data[told] << 8 | data[told + 1]));
        check(frames.cap <= BUFFER_MAX);
    }
    load_frames_deinit(&frames);
    return 0;
}
