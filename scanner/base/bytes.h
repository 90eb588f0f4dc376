// SPDX-License-Identifier: BSD-2-Clause
/* A cursor over bytes with a sticky error.
 *
 * Reads past the end yield zero and set `failed`; writes past the end do
 * nothing and set it. A parser is then a straight list of reads with one check
 * at the end. All integers are in network order. The cursor borrows its bytes. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes_reader {
    const uint8_t *data;
    size_t len;
    size_t offset; /* next byte to read, <= len */
    bool failed;   /* sticky: some read went past the end */
};

static inline struct bytes_reader bytes_reader_at(const void *data, size_t len, size_t offset)
{
    return (struct bytes_reader){
        .data = data, .len = len, .offset = offset <= len ? offset : len, .failed = offset > len};
}

static inline size_t bytes_left(const struct bytes_reader *r)
{
    return r->len - r->offset;
}

/* True, and advanced, when COUNT bytes are there. */
static inline bool bytes_skip(struct bytes_reader *r, size_t count)
{
    if (r->failed || bytes_left(r) < count) {
        r->failed = true;
        return false;
    }
    r->offset += count;
    return true;
}

static inline uint8_t bytes_u8(struct bytes_reader *r)
{
    return bytes_skip(r, 1) ? r->data[r->offset - 1] : 0;
}

static inline uint16_t bytes_u16(struct bytes_reader *r)
{
    if (!bytes_skip(r, 2))
        return 0;
    const uint8_t *p = r->data + r->offset - 2;
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t bytes_u32(struct bytes_reader *r)
{
    if (!bytes_skip(r, 4))
        return 0;
    const uint8_t *p = r->data + r->offset - 4;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

struct bytes_writer {
    uint8_t *data;
    size_t cap;
    size_t len; /* bytes written, <= cap */
    bool failed;
};

static inline struct bytes_writer bytes_writer_at(void *data, size_t cap)
{
    return (struct bytes_writer){.data = data, .cap = cap};
}

static inline void bytes_put(struct bytes_writer *w, const void *data, size_t len)
{
    if (w->failed || w->cap - w->len < len) {
        w->failed = true;
        return;
    }
    if (len)
        memcpy(w->data + w->len, data, len);
    w->len += len;
}

static inline void bytes_put_u8(struct bytes_writer *w, uint8_t value)
{
    bytes_put(w, &value, 1);
}

static inline void bytes_put_u16(struct bytes_writer *w, uint16_t value)
{
    uint8_t b[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    bytes_put(w, b, sizeof b);
}

static inline void bytes_put_u32(struct bytes_writer *w, uint32_t value)
{
    uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                    (uint8_t)value};
    bytes_put(w, b, sizeof b);
}

#endif
