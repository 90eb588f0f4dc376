// SPDX-License-Identifier: BSD-2-Clause
/* Options from one const table: command line, environment, configuration file,
 * defaults and help all read the same rows.
 *
 * Life of a run's options: opts_create, then opts_parse_args, opts_parse_env and
 * opts_parse_config in any order (they only collect), then opts_apply, which hands
 * each option's winning values to its setter: those of the highest origin that gave
 * any, arguments > environment > configuration > preset. A value is checked by its
 * setter alone, so that it means the same wherever it was written.
 *
 * Command line: `--name value`, `--name=value`, `-n value`, `-nvalue`, flags joined
 * (`-qv`), options after arguments, `--` ends options, `-` is an argument. Names are
 * never abbreviated; what is not an option is answered with the nearest one. Where
 * the spelling is another program's, or an option is planned and not built, the
 * table's list of foreign spellings has the answer.
 *
 * Environment: PREFIX + the name in capitals with `_` for `-`; empty counts as unset.
 * Configuration: `name = value`, one a line; blank lines and `#` comments. A flag
 * takes yes/no/on/off/true/false/1/0 in both.
 *
 * Values are borrowed from argv, the environment and the configuration's text, which
 * the object keeps. Messages go to WHY, one line without newline. */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

#define OPTS_NAME_MAX   32          /* longest option name, bytes */
#define OPTS_CONFIG_MAX (64 * 1024) /* larger than any sane file; bounds what is read */
#define OPTS_COLUMNS    80          /* width of help */

enum opt_flags {
    OPT_MANY = 1 << 0,   /* repeated values add up; else the last one counts */
    OPT_COUNT = 1 << 1,  /* a flag that counts: -vv */
    OPT_STOP = 1 << 2,   /* ends parsing where met (--help); command line only */
    OPT_FILE = 1 << 3,   /* completion offers files */
    OPT_FOLDER = 1 << 4, /* completion offers folders */
    OPT_COMMAS = 1 << 5, /* its words may be joined by commas */
};

struct opt {
    const char *group;    /* heading in help; neighbours share it */
    const char *name;     /* long, without dashes; at most OPTS_NAME_MAX */
    char letter;          /* 0: none */
    const char *argument; /* as shown: "N"; NULL: a flag */
    const char *help;     /* one sentence without full stop */
    const char *preset;   /* handed to the setter when nobody gives a value; NULL: nothing */
    const char *told;     /* the default in words where there is no preset; NULL: none */
    const char *values;   /* the words it takes, apart by blanks; NULL: free text */
    unsigned commands;    /* bit per command that has it */
    unsigned flags;       /* enum opt_flags */
    /* VALUE of a flag is "1" or "0", of a counting flag its count. WHY gets what is wrong
     * with it, without the option's name. NULL: nothing to set. */
    int (*set)(void *ctx, const char *value, struct text *why);
};

/* What an option is told to be by some of its commands, where that differs from its row: help
 * and completion speak of the command they are about. What is NULL is as in the row. */
struct opt_sense {
    const char *name;
    unsigned commands;
    const char *help;
    const char *told; /* the default in words, also in place of a preset */
    const char *values;
};

struct opt_foreign {
    const char *spelling; /* without dashes; one letter is met as `-x` only */
    const char *instead;  /* ours: "-q"; NULL: planned, not built yet */
    unsigned commands;    /* those whose peers write it; 0: any other */
};

#define OPTS_PARTS_MAX 8 /* files that a large table is spread over */

/* Rows that stand in one file. */
struct opts_part {
    const struct opt *rows;
    size_t count;
};

struct opts_table {
    const struct opts_part *parts[OPTS_PARTS_MAX]; /* in the order help shows them */
    const struct opt_sense *senses;
    size_t sense_count;
    const struct opt_foreign *foreign;
    size_t foreign_count;
    const char *env_prefix; /* "DNSTRAWL_" */
    const char *env_other;  /* longer prefix of another program's variables; NULL: none */
};

enum opt_origin {
    OPT_FROM_NOWHERE = 0,
    OPT_FROM_PRESET,
    OPT_FROM_CONFIG,
    OPT_FROM_ENV,
    OPT_FROM_ARGS,
};

/* The rows of all parts, numbered through; ROW is below the count. */
size_t opts_count(const struct opts_table *table);
const struct opt *opts_row(const struct opts_table *table, size_t row);

struct opts; /* opaque; one thread */

/* COMMAND: the bit of struct opt's `commands`; NAME: for messages. Both tables and
 * NAME must outlive the object. */
MUST_CHECK int opts_create(struct opts **out, const struct opts_table *table, unsigned command,
                           const char *name);
void opts_destroy(struct opts *opts); /* NULL is fine */

/* ARGV[0..ARGC) without the program's and the command's name. 0, or ERR_SYNTAX. */
MUST_CHECK int opts_parse_args(struct opts *opts, int argc, char *const *argv, struct text *why);
/* ENV as in environ(7). Options planned but not built are refused; other names that
 * no option has become warnings. */
MUST_CHECK int opts_parse_env(struct opts *opts, char *const *env, struct text *why);
/* Once at most. DATA is copied. NAME stands before the line number in messages. */
MUST_CHECK int opts_parse_config(struct opts *opts, const char *name, const char *data, size_t len,
                                 struct text *why);
/* Reads and parses PATH. 1 read, 0 there is none, ERR_IO, ERR_SYNTAX. */
MUST_CHECK int opts_read_config(struct opts *opts, const char *path, struct text *why);
/* Calls the setters. Their error, with option and origin put before their message. */
MUST_CHECK int opts_apply(const struct opts *opts, void *ctx, struct text *why);

/* The OPT_STOP option at which parsing ended, or NULL. */
const struct opt *opts_stopped_at(const struct opts *opts);
size_t opts_argument_count(const struct opts *opts);
const char *opts_argument(const struct opts *opts, size_t index);
/* Where the value of the option called NAME comes from. */
enum opt_origin opts_origin(const struct opts *opts, const char *name);
/* Warnings, one a line with newline; empty mostly. */
const struct text *opts_warnings(const struct opts *opts);

/* A ROW of TABLE as it is told to users of COMMAND. */
struct opt opts_told(const struct opts_table *table, size_t row, unsigned command);
/* Its default in words, or NULL. */
const char *opts_default(const struct opt *opt);
/* TEXT by words, and a newline. All lines begin at column INDENT, where OUT is already, and are
 * shorter than OPTS_COLUMNS; a longer word has a line of its own. */
void opts_put_wrapped(struct text *out, const char *text, size_t indent);
/* The options of COMMAND, grouped, aligned, at most OPTS_COLUMNS wide. */
void opts_help(struct text *out, const struct opts_table *table, unsigned command);
/* WORDS[0..COUNT) nearest to WORD by edit distance or as its continuation; NULL when
 * none is near enough to be meant. */
const char *opts_nearest(const char *word, size_t len, const char *const *words, size_t count);

#endif
