// SPDX-License-Identifier: BSD-2-Clause
/* Options told: aligned help, and the nearest word to one that is unknown.
 *
 * Help has two columns; the left is as wide as its widest entry, but at most
 * LEFT_MAX: wider entries stand on a line of their own. */
#include <stdio.h>
#include <string.h>

#include "base/opts.h"

#define LEFT_MAX      27 /* leaves more than 50 columns for sentences */
#define LEFT_CAP      80 /* bytes of one left entry */
#define BEGINNING_MIN 5  /* of a longer word, that it may be meant by it */

static size_t format_left(const struct opt *opt, char out[LEFT_CAP])
{
    char letter[4] = "   ";
    if (opt->letter)
        snprintf(letter, sizeof letter, "-%c,", opt->letter);
    int len = snprintf(out, LEFT_CAP, "  %s --%s%s%s", letter, opt->name, opt->argument ? " " : "",
                       opt->argument ? opt->argument : "");
    return len < 0 ? 0 : (size_t)len;
}

void opts_put_wrapped(struct text *out, const char *text, size_t indent)
{
    size_t column = indent;
    while (*text) {
        size_t len = strcspn(text, " ");
        if (column > indent && column + 1 + len > OPTS_COLUMNS - 1) {
            text_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            text_putc(out, ' ');
            column++;
        }
        text_put(out, text, len);
        column += len;
        text += len;
        text += strspn(text, " ");
    }
    text_putc(out, '\n');
}

struct opt opts_told(const struct opts_table *table, size_t row, unsigned command)
{
    struct opt opt = *opts_row(table, row);
    for (size_t i = 0; i < table->sense_count; i++) {
        const struct opt_sense *sense = &table->senses[i];
        if (!(sense->commands & command) || strcmp(sense->name, opt.name) != 0)
            continue;
        opt.help = sense->help ? sense->help : opt.help;
        opt.values = sense->values ? sense->values : opt.values;
        opt.preset = sense->told ? NULL : opt.preset;
        opt.told = sense->told ? sense->told : opt.told;
    }
    return opt;
}

const char *opts_default(const struct opt *opt)
{
    return opt->preset && opt->argument ? opt->preset : opt->told;
}

static void put_sentence(struct text *out, const struct opt *opt, size_t indent)
{
    const char *fallback = opts_default(opt);
    struct text sentence = {0};
    text_puts(&sentence, opt->help);
    if (fallback)
        text_printf(&sentence, " (default %s)", fallback);
    text_putc(&sentence, '\0');
    if (sentence.failed)
        out->failed = true;
    else
        opts_put_wrapped(out, sentence.data, indent);
    text_deinit(&sentence);
}

void opts_help(struct text *out, const struct opts_table *table, unsigned command)
{
    char left[LEFT_CAP];
    size_t width = 0;
    const char *group = NULL;
    for (size_t i = 0; i < opts_count(table); i++) {
        size_t len = format_left(opts_row(table, i), left);
        if (opts_row(table, i)->commands & command && len > width && len <= LEFT_MAX)
            width = len;
    }
    width += 2;
    for (size_t i = 0; i < opts_count(table); i++) {
        const struct opt opt = opts_told(table, i, command);
        if (!(opt.commands & command))
            continue;
        if (!group || strcmp(group, opt.group) != 0)
            text_printf(out, "\n%s:\n", opt.group);
        group = opt.group;
        size_t len = format_left(&opt, left);
        text_puts(out, left);
        if (len + 2 > width)
            text_printf(out, "\n%*s", (int)width, "");
        else
            text_printf(out, "%*s", (int)(width - len), "");
        put_sentence(out, &opt, width);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions and replacements that turn A into B (Levenshtein 1966);
 * both at most OPTS_NAME_MAX long. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[OPTS_NAME_MAX + 1];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            row[j] = least(least(above, row[j - 1]) + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

/* A continuation counts as one edit: who typed "time" knows how the word begins. Of
 * equally near words the shortest is meant. */
const char *opts_nearest(const char *word, size_t len, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_distance = len < 4 ? 1 : len < 9 ? 2 : 3; /* more is another word */
    if (len == 0 || len > OPTS_NAME_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other_len = strlen(words[i]);
        if (other_len > OPTS_NAME_MAX)
            continue;
        size_t distance = edit_distance(word, len, words[i], other_len);
        if (len > 1 && strncmp(word, words[i], len) == 0)
            distance = least(distance, 1);
        if (other_len >= BEGINNING_MIN && strncmp(word, words[i], other_len) == 0)
            distance = least(distance, 1); /* bruteforce */
        if (distance < nearest_distance ||
            (distance == nearest_distance && (!nearest || other_len < strlen(nearest)))) {
            nearest = words[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}
