// SPDX-License-Identifier: BSD-2-Clause
/* Options: collecting what was given, then handing it to the setters.
 *
 *  1. Rows are found by name or letter (opts_find, find_letter).
 *  2. Every value met becomes one `struct given`: which option, the text, where from.
 *     Nothing is judged yet, so that a broken environment cannot hide --help.
 *  3. opts_apply walks the given in the order they came and skips those a higher
 *     origin outbids.
 *
 * A single dash needs care, because other programs write long options with it:
 * `-rate 100` would be -r with the value "ate". A word that is, as a whole, a
 * foreign spelling or one of our long names is refused with a hint before it is
 * read letter by letter. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts_state.h"

size_t opts_count(const struct opts_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < OPTS_PARTS_MAX && table->parts[i]; i++)
        count += table->parts[i]->count;
    return count;
}

const struct opt *opts_row(const struct opts_table *table, size_t row)
{
    for (const struct opts_part *const *part = table->parts;; part++) {
        assert(*part);
        if (row < (*part)->count)
            return &(*part)->rows[row];
        row -= (*part)->count;
    }
}

int opts_create(struct opts **out, const struct opts_table *table, unsigned command,
                const char *name)
{
    *out = NULL;
    struct opts *opts = calloc(1, sizeof *opts);
    if (!opts)
        return ERR_NOMEM;
    opts->table = table;
    opts->command = command;
    opts->command_name = name;
    opts->origins = calloc(opts_count(table) + 1, sizeof *opts->origins);
    if (!opts->origins) {
        free(opts);
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < opts_count(table); i++)
        if (opts_row(table, i)->preset)
            opts->origins[i] = OPT_FROM_PRESET;
    *out = opts;
    return 0;
}

void opts_destroy(struct opts *opts)
{
    if (!opts)
        return;
    free(opts->given);
    free(opts->origins);
    free(opts->arguments);
    free(opts->config_text);
    free(opts->config_name);
    text_deinit(&opts->warnings);
    free(opts);
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

size_t opts_find(const struct opts_table *table, const char *name, size_t len)
{
    for (size_t i = 0; i < opts_count(table); i++)
        if (is_word(name, len, opts_row(table, i)->name))
            return i;
    return OPTS_NONE;
}

/* An option of this command before another's. */
static size_t find_letter(const struct opts *opts, char letter)
{
    size_t found = OPTS_NONE;
    for (size_t i = 0; i < opts_count(opts->table); i++) {
        const struct opt *opt = opts_row(opts->table, i);
        if (opt->letter == letter && (found == OPTS_NONE || opt->commands & opts->command))
            found = i;
    }
    return found;
}

static bool has_settings(const struct opts *opts)
{
    for (size_t i = 0; i < opts_count(opts->table); i++)
        if (opts_row(opts->table, i)->commands & opts->command && opts_row(opts->table, i)->set)
            return true;
    return false;
}

/* An answer that names an option first, "-q, --quiet" or "--rate N", is none for a command that
 * does not have it. Who named no command yet gets it all the same. */
static bool is_answer(const struct opts *opts, const struct opt_foreign *foreign)
{
    const char *ours = foreign->instead;
    if (!ours || ours[0] != '-' || !has_settings(opts))
        return true;
    size_t row = ours[1] == '-' ? opts_find(opts->table, ours + 2, strcspn(ours + 2, " ,"))
                                : find_letter(opts, ours[1]);
    return row != OPTS_NONE && opts_row(opts->table, row)->commands & opts->command;
}

const struct opt_foreign *opts_find_foreign(const struct opts *opts, const char *name, size_t len)
{
    const struct opt_foreign *any = NULL;
    for (size_t i = 0; i < opts->table->foreign_count; i++) {
        const struct opt_foreign *foreign = &opts->table->foreign[i];
        if (!is_word(name, len, foreign->spelling))
            continue;
        if (foreign->commands & opts->command)
            return foreign;
        any = foreign->commands == 0 && is_answer(opts, foreign) ? foreign : any;
    }
    return any;
}

int opts_refuse_foreign(const struct opt_foreign *foreign, const char *shown, struct text *why)
{
    if (foreign->instead)
        text_printf(why, "%s is another program's spelling; here it is %s", shown,
                    foreign->instead);
    else
        text_printf(why, "%s is not built yet", shown);
    return ERR_SYNTAX;
}

/* The names an unknown one may have been meant as. */
const char *opts_suggest(const struct opts *opts, const char *name, size_t len)
{
    const struct opts_table *table = opts->table;
    const char **names = calloc(opts_count(table) + 1, sizeof *names);
    size_t count = 0;
    if (!names)
        return NULL;
    for (size_t i = 0; i < opts_count(table); i++)
        if (opts_row(table, i)->commands & opts->command)
            names[count++] = opts_row(table, i)->name;
    const char *nearest = opts_nearest(name, len, names, count);
    free(names);
    return nearest;
}

int opts_add(struct opts *opts, struct given one)
{
    if (opts->given_count == opts->given_cap) {
        size_t cap = opts->given_cap ? opts->given_cap * 2 : 16;
        struct given *given = reallocarray(opts->given, cap, sizeof *given);
        if (!given)
            return ERR_NOMEM;
        opts->given = given;
        opts->given_cap = cap;
    }
    opts->given[opts->given_count++] = one;
    if (opts->origins[one.opt] < one.origin)
        opts->origins[one.opt] = one.origin;
    return 0;
}

static int add_argument(struct opts *opts, const char *argument)
{
    if (opts->argument_count == opts->argument_cap) {
        size_t cap = opts->argument_cap ? opts->argument_cap * 2 : 16;
        const char **arguments = reallocarray(opts->arguments, cap, sizeof *arguments);
        if (!arguments)
            return ERR_NOMEM;
        opts->arguments = arguments;
        opts->argument_cap = cap;
    }
    opts->arguments[opts->argument_count++] = argument;
    return 0;
}

/* What is left of argv, and the value an option takes from it. */
struct args {
    int argc, next;
    char *const *argv;
};

static int check_command(const struct opts *opts, const struct opt *opt, const char *shown,
                         struct text *why)
{
    if (opt->commands & opts->command)
        return 0;
    text_printf(why, "%s is not an option of %s", shown, opts->command_name);
    return ERR_SYNTAX;
}

/* ATTACHED is the value written in the same word, or NULL. */
static int take_option(struct opts *opts, size_t row, const char *shown, const char *attached,
                       struct args *args, struct text *why)
{
    const struct opt *opt = opts_row(opts->table, row);
    int error = check_command(opts, opt, shown, why);
    if (error)
        return error;
    if (!opt->argument) {
        if (attached) {
            text_printf(why, "%s takes no value", shown);
            return ERR_SYNTAX;
        }
        if (opt->flags & OPT_STOP)
            opts->stopped_at = opt;
        return opts_add(opts, (struct given){.opt = row, .value = "1", .origin = OPT_FROM_ARGS});
    }
    if (!attached) {
        const char *word = args->next < args->argc ? args->argv[args->next] : NULL;
        if (!word || strncmp(word, "--", 2) == 0) {
            text_printf(why, "%s needs a value: %s", shown, opt->argument);
            return ERR_SYNTAX;
        }
        attached = word;
        args->next++;
    }
    return opts_add(opts, (struct given){.opt = row,
                                         .value = attached,
                                         .origin = OPT_FROM_ARGS,
                                         .is_letter = shown[1] != '-'});
}

/* WORD without its dashes, up to '=' or the end. */
static size_t name_len(const char *word)
{
    return strcspn(word, "=");
}

static int parse_long(struct opts *opts, const char *word, struct args *args, struct text *why)
{
    const char *name = word + 2;
    size_t len = name_len(name);
    char shown[2 * OPTS_NAME_MAX];
    snprintf(shown, sizeof shown, "--%.*s", (int)(len > OPTS_NAME_MAX ? OPTS_NAME_MAX : len), name);
    size_t row = opts_find(opts->table, name, len);
    if (row != OPTS_NONE)
        return take_option(opts, row, shown, name[len] == '=' ? name + len + 1 : NULL, args, why);
    const struct opt_foreign *foreign = len > 1 ? opts_find_foreign(opts, name, len) : NULL;
    if (foreign)
        return opts_refuse_foreign(foreign, shown, why);
    text_printf(why, "unknown option %s", shown);
    const char *nearest = opts_suggest(opts, name, len);
    if (nearest)
        text_printf(why, "; did you mean --%s?", nearest);
    return ERR_SYNTAX;
}

/* Whole words other programs write behind one dash. */
static int refuse_one_dash_word(const struct opts *opts, const char *word, struct text *why)
{
    const char *name = word + 1;
    size_t len = name_len(name);
    char shown[2 * OPTS_NAME_MAX];
    if (len < 2 || len > OPTS_NAME_MAX)
        return 0;
    snprintf(shown, sizeof shown, "-%.*s", (int)len, name);
    const struct opt_foreign *foreign = opts_find_foreign(opts, name, len);
    if (foreign && foreign->instead)
        return opts_refuse_foreign(foreign, shown, why);
    if (foreign || opts_find(opts->table, name, len) != OPTS_NONE) {
        text_printf(why, "unknown option %s; did you mean -%s?", shown, shown);
        return ERR_SYNTAX;
    }
    return 0;
}

static int refuse_letter(const struct opts *opts, const char *word, char letter, struct text *why)
{
    const char shown[] = {'-', letter, '\0'};
    const struct opt_foreign *foreign = opts_find_foreign(opts, &letter, 1);
    if (foreign)
        return opts_refuse_foreign(foreign, shown, why);
    text_printf(why, "unknown option %s", shown);
    if (word[2] && word[2] != '=') {
        const char *nearest = opts_suggest(opts, word + 1, name_len(word + 1));
        text_printf(why, " in %.*s", OPTS_NAME_MAX, word);
        if (nearest)
            text_printf(why, "; did you mean --%s?", nearest);
    }
    return ERR_SYNTAX;
}

static int parse_letters(struct opts *opts, const char *word, struct args *args, struct text *why)
{
    int error = refuse_one_dash_word(opts, word, why);
    for (const char *at = word + 1; *at && !error && !opts->stopped_at; at++) {
        const char shown[] = {'-', *at, '\0'};
        size_t row = find_letter(opts, *at);
        if (row == OPTS_NONE)
            return refuse_letter(opts, word, *at, why);
        const struct opt *opt = opts_row(opts->table, row);
        bool has_rest = at[1] != '\0';
        if (has_rest && at[1] == '=') {
            if (opt->argument)
                text_printf(why, "write %s %s or --%s=%s", shown, opt->argument, opt->name,
                            opt->argument);
            else
                text_printf(why, "%s takes no value", shown);
            return ERR_SYNTAX;
        }
        if (opt->argument)
            return take_option(opts, row, shown, has_rest ? at + 1 : NULL, args, why);
        error = take_option(opts, row, shown, NULL, args, why);
    }
    return error;
}

int opts_parse_args(struct opts *opts, int argc, char *const *argv, struct text *why)
{
    struct args args = {.argc = argc, .argv = argv};
    bool is_ended = false;
    int error = 0;
    while (args.next < args.argc && !error && !opts->stopped_at) {
        const char *word = args.argv[args.next++];
        if (is_ended || word[0] != '-' || word[1] == '\0')
            error = add_argument(opts, word);
        else if (strcmp(word, "--") == 0)
            is_ended = true;
        else if (word[1] == '-')
            error = parse_long(opts, word, &args, why);
        else
            error = parse_letters(opts, word, &args, why);
    }
    return error;
}

/* "--rate: " or "DNSTRAWL_RATE: " or "file:3: rate: ". */
static void put_origin(const struct opts *opts, const struct opt *opt, const struct given *given,
                       struct text *why)
{
    switch (given->origin) {
    case OPT_FROM_ENV:
        text_puts(why, opts->table->env_prefix);
        for (const char *c = opt->name; *c; c++)
            text_putc(why, *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c));
        break;
    case OPT_FROM_CONFIG:
        text_printf(why, "%s:%u: %s", opts->config_name, given->line, opt->name);
        break;
    default:
        if (given->is_letter)
            text_printf(why, "-%c", opt->letter);
        else
            text_printf(why, "--%s", opt->name);
        break;
    }
    text_puts(why, ": ");
}

static int call_setter(const struct opts *opts, const struct given *given, const char *value,
                       void *ctx, struct text *why)
{
    const struct opt *opt = opts_row(opts->table, given->opt);
    struct text cause = {0};
    int error = opt->set(ctx, value, &cause);
    if (error && cause.len > 0) {
        put_origin(opts, opt, given, why);
        text_put(why, cause.data, cause.len);
    } else if (error) {
        put_origin(opts, opt, given, why);
        text_puts(why, err_text(error));
    }
    text_deinit(&cause);
    return error;
}

/* A counting flag on the command line comes as so many ones. */
static int apply_counts(const struct opts *opts, void *ctx, struct text *why)
{
    int error = 0;
    for (size_t row = 0; row < opts_count(opts->table) && !error; row++) {
        const struct opt *opt = opts_row(opts->table, row);
        struct given sum = {.opt = row, .origin = opts->origins[row]};
        unsigned count = 0;
        if (!(opt->flags & OPT_COUNT) || !opt->set || opts->origins[row] != OPT_FROM_ARGS)
            continue;
        for (size_t i = 0; i < opts->given_count; i++)
            if (opts->given[i].opt == row && opts->given[i].origin == OPT_FROM_ARGS)
                count++;
        char value[16];
        snprintf(value, sizeof value, "%u", count);
        error = call_setter(opts, &sum, value, ctx, why);
    }
    return error;
}

static int apply_presets(const struct opts *opts, void *ctx, struct text *why)
{
    int error = 0;
    for (size_t row = 0; row < opts_count(opts->table) && !error; row++) {
        const struct opt *opt = opts_row(opts->table, row);
        struct given preset = {.opt = row, .origin = OPT_FROM_PRESET};
        if (opts->origins[row] == OPT_FROM_PRESET && opt->set && opt->commands & opts->command)
            error = call_setter(opts, &preset, opt->preset, ctx, why);
    }
    return error;
}

int opts_apply(const struct opts *opts, void *ctx, struct text *why)
{
    int error = apply_presets(opts, ctx, why);
    if (!error)
        error = apply_counts(opts, ctx, why);
    for (size_t i = 0; i < opts->given_count && !error; i++) {
        const struct given *given = &opts->given[i];
        const struct opt *opt = opts_row(opts->table, given->opt);
        bool is_outbid = given->origin < opts->origins[given->opt];
        bool is_counted = opt->flags & OPT_COUNT && given->origin == OPT_FROM_ARGS;
        if (opt->set && !is_outbid && !is_counted)
            error = call_setter(opts, given, given->value, ctx, why);
    }
    return error;
}

const struct opt *opts_stopped_at(const struct opts *opts)
{
    return opts->stopped_at;
}

size_t opts_argument_count(const struct opts *opts)
{
    return opts->argument_count;
}

const char *opts_argument(const struct opts *opts, size_t index)
{
    return opts->arguments[index];
}

enum opt_origin opts_origin(const struct opts *opts, const char *name)
{
    size_t row = opts_find(opts->table, name, strlen(name));
    return row == OPTS_NONE ? OPT_FROM_NOWHERE : opts->origins[row];
}

const struct text *opts_warnings(const struct opts *opts)
{
    return &opts->warnings;
}
