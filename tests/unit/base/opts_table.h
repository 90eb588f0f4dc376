// SPDX-License-Identifier: BSD-2-Clause
/* A small option table for the tests of base/opts*.c, and what its setters saw. */
#ifndef TESTS_OPTS_TABLE_H
#define TESTS_OPTS_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/opts.h"

enum { CMD_A = 1, CMD_B = 2 };

/* One line per call of a setter: "rate=5;". */
struct seen {
    char text[512];
};

static inline int note(void *ctx, const char *name, const char *value)
{
    struct seen *seen = ctx;
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof seen->text - len, "%s=%s;", name, value);
    return 0;
}

static inline int set_rate(void *ctx, const char *value, struct text *why)
{
    if (strcmp(value, "bad") == 0) {
        text_puts(why, "'bad' is not a number");
        return ERR_SYNTAX;
    }
    if (strcmp(value, "mute") == 0)
        return ERR_RANGE;
    return note(ctx, "rate", value);
}

static inline int set_list(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return note(ctx, "list", value);
}

static inline int set_quiet(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return note(ctx, "quiet", value);
}

static inline int set_verbose(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return note(ctx, "verbose", value);
}

static inline int set_format(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return note(ctx, "format", value);
}

static const struct opt table_opts[] = {
    {.group = "First",
     .name = "rate",
     .argument = "N",
     .help = "queries a second",
     .told = "10k",
     .commands = CMD_A | CMD_B,
     .set = set_rate},
    {.group = "First",
     .name = "zone-rate",
     .argument = "N",
     .help = "queries a second at one zone",
     .commands = CMD_A,
     .set = set_rate},
    {.group = "First",
     .name = "list",
     .letter = 'l',
     .argument = "LIST",
     .help = "names",
     .commands = CMD_A,
     .flags = OPT_MANY,
     .set = set_list},
    {.group = "First",
     .name = "format",
     .letter = 'f',
     .argument = "FORMAT",
     .help = "how",
     .preset = "names",
     .commands = CMD_A,
     .set = set_format},
    {.group = "Second",
     .name = "quiet",
     .letter = 'q',
     .help = "less",
     .commands = CMD_A,
     .set = set_quiet},
    {.group = "Second",
     .name = "verbose",
     .letter = 'v',
     .help = "more",
     .commands = CMD_A,
     .flags = OPT_COUNT,
     .set = set_verbose},
    {.group = "Second",
     .name = "other",
     .letter = 'o',
     .help = "of the other command",
     .commands = CMD_B,
     .set = set_quiet},
    {.group = "Second",
     .name = "help",
     .letter = 'h',
     .help = "this",
     .commands = CMD_A | CMD_B,
     .flags = OPT_STOP},
};

static const struct opt_foreign table_foreign[] = {
    {"silent", "-q", 0},         {"rl", "--rate N", 0}, {"x", "-f text", 0},
    {"x", "an argument", CMD_B}, {"planned", NULL, 0},
};

static const struct opt_sense table_senses[] = {
    {.name = "rate", .commands = CMD_B, .help = "a load", .told = "a search"},
    {.name = "format", .commands = CMD_B, .help = "of nobody"},
};

static const struct opts_table table = {
    .senses = table_senses,
    .sense_count = sizeof table_senses / sizeof table_senses[0],
    .parts = {&(const struct opts_part){table_opts, sizeof table_opts / sizeof table_opts[0]}},
    .foreign = table_foreign,
    .foreign_count = sizeof table_foreign / sizeof table_foreign[0],
    .env_prefix = "TEST_",
    .env_other = "TEST_LAB_",
};

/* A run of one test: the object, what its setters saw, the last message. */
struct run {
    struct opts *opts;
    struct seen seen;
    struct text why;
    char message[256];
};

static inline void run_begin(struct run *run)
{
    *run = (struct run){0};
    assert_int_equal(opts_create(&run->opts, &table, CMD_A, "alpha"), 0);
}

static inline void run_end(struct run *run)
{
    opts_destroy(run->opts);
    text_deinit(&run->why);
}

static inline const char *run_message(struct run *run)
{
    snprintf(run->message, sizeof run->message, "%.*s", (int)run->why.len,
             run->why.data ? run->why.data : "");
    return run->message;
}

/* WORDS, apart by blanks, as argv. */
static inline int run_args(struct run *run, const char *words)
{
    static char copy[512];
    static char *argv[64];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return opts_parse_args(run->opts, argc, argv, &run->why);
}

static inline void assert_seen(struct run *run, const char *expected)
{
    memset(&run->seen, 0, sizeof run->seen);
    assert_int_equal(opts_apply(run->opts, &run->seen, &run->why), 0);
    assert_string_equal(run->seen.text, expected);
}

#endif
