// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_frames.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES_START 16384

void load_frames_deinit(struct load_frames *frames)
{
    free(frames->data);
    *frames = (struct load_frames){0};
}

uint8_t *load_frames_room(struct load_frames *frames, size_t wanted)
{
    size_t left = frames->len - frames->at;
    if (frames->at > 0) {
        memmove(frames->data, frames->data + frames->at, left);
        frames->at = 0;
        frames->len = left;
    }
    if (frames->cap - left >= wanted)
        return frames->data + left;
    size_t cap = frames->cap ? frames->cap : FRAMES_START;
    while (cap - left < wanted)
        cap *= 2;
    uint8_t *data = realloc(frames->data, cap);
    if (!data)
        return NULL;
    frames->data = data;
    frames->cap = cap;
    return data + left;
}

bool load_frames_next(struct load_frames *frames, const uint8_t **data, uint32_t *len)
{
    size_t left = frames->len - frames->at;
    if (left < 2)
        return false;
    const uint8_t *frame = frames->data + frames->at;
    uint32_t message_len = (uint32_t)frame[0] << 8 | frame[1];
    if (left - 2 < message_len)
        return false;
    *data = frame + 2;
    *len = message_len;
    frames->at += 2 + (size_t)message_len;
    return true;
}
