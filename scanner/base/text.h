// SPDX-License-Identifier: BSD-2-Clause
/* A growing text buffer with a sticky error, for output lines and reports. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* not terminated; heap, owned */
    size_t len;
    size_t cap;
    bool failed; /* sticky: an allocation failed, content incomplete */
};

void text_deinit(struct text *t);
void text_clear(struct text *t); /* keeps the storage */
void text_put(struct text *t, const char *data, size_t len);
void text_puts(struct text *t, const char *string);
/* Where EXTRA bytes may be written behind the text, or NULL; whoever does adds to LEN. */
char *text_room(struct text *t, size_t extra);
void text_putc(struct text *t, char c);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A JSON string with its quotes; bytes >= 0x80 that are not UTF-8 become U+FFFD. */
void text_put_json(struct text *t, const char *string, size_t len);
/* Bytes with controls, DEL and >= 0x80 as \DDD. */
void text_put_escaped(struct text *t, const char *string, size_t len);

#endif
