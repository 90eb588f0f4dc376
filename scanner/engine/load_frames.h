// SPDX-License-Identifier: BSD-2-Clause
/* What came by a stream, cut into messages: each stands behind two octets of length (RFC 1035,
 * section 4.2.2). Messages are told where they lie, so that nothing is copied but beginnings of
 * messages. Zeroed is empty. */
#ifndef ENGINE_LOAD_FRAMES_H
#define ENGINE_LOAD_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_frames {
    uint8_t *data;
    size_t at, len, cap; /* what was not told yet is [at, len) */
};

void load_frames_deinit(struct load_frames *frames);
/* Where WANTED octets may be put; messages told before are gone. NULL: no memory. Whoever has
 * taken all messages before it gets a bounded buffer: the longest message, and WANTED. */
uint8_t *load_frames_room(struct load_frames *frames, size_t wanted);
static inline void load_frames_add(struct load_frames *frames, size_t count)
{
    frames->len += count;
}
/* The next whole message; false: none. */
bool load_frames_next(struct load_frames *frames, const uint8_t **data, uint32_t *len);

#endif
