// SPDX-License-Identifier: BSD-2-Clause
/* Word lists: single labels in one block of text. The built-in list is the file
 * itself, put into the program by the assembler. */
#include "bench/lab/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/text.h"

#ifndef LAB_WORDS_FILE /* relative to where make runs */
#define LAB_WORDS_FILE "wordlists/common.txt"
#endif

__asm__(".section .rodata\n"
        ".global lab_words_begin\n"
        ".global lab_words_end\n"
        "lab_words_begin:\n"
        ".incbin \"" LAB_WORDS_FILE "\"\n"
        "lab_words_end:\n"
        ".byte 0\n"
        ".previous\n");
extern const char lab_words_begin[], lab_words_end[];

struct words {
    struct text text;  /* labels, each with its final zero */
    uint32_t *offsets; /* of each label in text */
    size_t count, cap;
};

/* Words of several labels and odd ones are left out: zonegen wants labels. */
static int add_word(struct words *words, const char *data, size_t len)
{
    struct name name;
    if (len > NAME_LABEL_MAX || memchr(data, '\\', len) || memchr(data, '*', len) ||
        name_from_text(&name, data, len) || name_label_count(name.wire) != 1)
        return 0;
    if (words->text.len > UINT32_MAX - 2 * NAME_LABEL_MAX)
        return ERR_RANGE;
    if (words->count == words->cap) {
        size_t cap = words->cap ? words->cap * 2 : 1024;
        uint32_t *grown = realloc(words->offsets, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        words->offsets = grown;
        words->cap = cap;
    }
    words->offsets[words->count++] = (uint32_t)words->text.len;
    text_put(&words->text, (const char *)name.wire + 1, name.wire[0]);
    text_putc(&words->text, '\0');
    return words->text.failed ? ERR_NOMEM : 0;
}

static int read_builtin(struct words *words)
{
    int err = 0;
    for (const char *at = lab_words_begin; !err && at < lab_words_end;) {
        const char *end = memchr(at, '\n', (size_t)(lab_words_end - at));
        if (!end)
            end = lab_words_end;
        const char *item = at;
        size_t len = (size_t)(end - at);
        if (lines_trim(&item, &len) == LINES_GOT)
            err = add_word(words, item, len);
        at = end + 1;
    }
    return err;
}

static int add_line(void *ctx, const char *file, const struct line *line)
{
    (void)file;
    return line->too_long ? 0 : add_word(ctx, line->data, line->len);
}

int words_read(struct words **out, const char *path)
{
    struct words *words = calloc(1, sizeof *words);
    *out = NULL;
    if (!words)
        return ERR_NOMEM;
    int err = path ? lines_each(path, add_line, words) : read_builtin(words);
    if (err) {
        words_destroy(words);
        return err;
    }
    *out = words;
    return 0;
}

void words_destroy(struct words *words)
{
    if (!words)
        return;
    text_deinit(&words->text);
    free(words->offsets);
    free(words);
}

size_t words_count(const struct words *words)
{
    return words->count;
}

const char *words_at(const struct words *words, size_t index)
{
    return words->text.data + words->offsets[index];
}
