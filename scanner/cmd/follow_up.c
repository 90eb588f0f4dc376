// SPDX-License-Identifier: BSD-2-Clause
/* --depth, --permute, --from: their setters, and what they ask of each other and of -w. */
#include "cmd/follow_up.h"

#include <string.h>

#include "cmd/set.h"
#include "cmd/value.h"

#define DEPTH_MAX 16 /* deeper names than that are nobody's guess */

int set_depth(void *ctx, const char *value, struct text *why)
{
    return value_u32(value, 0, DEPTH_MAX, &((struct setup *)ctx)->params.depth, why);
}

int set_permute(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.permutes = *value == '1';
    return 0;
}

int set_from(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = strcmp(value, "-") == 0 ? setup_claim_stdin(setup, "--from", why)
                                        : setup_check_readable(setup, value, why);
    return error ? error : setup_add(&setup->params.from_files, value);
}

/* OPTION has no effect in this run: an error when it was asked for now, else left out. */
static int leave_out(const struct opts *opts, const char *option, struct str_list *list,
                     const char *text, struct text *why)
{
    if (list->count == 0)
        return 0;
    if (opts_origin(opts, option) == OPT_FROM_ARGS) {
        text_puts(why, text);
        return ERR_SYNTAX;
    }
    list->count = 0;
    return 0;
}

static int check_words(const struct setup *setup, struct text *why)
{
    const struct str_list *files = &setup->params.word_files;
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->items[i];
        if (strcmp(path, "-") != 0 && setup->disk->look(path) != DISK_STREAM)
            continue;
        text_printf(why, "--depth reads the words again and again, and %.200s can be read once",
                    strcmp(path, "-") == 0 ? "stdin" : path);
        return ERR_SYNTAX;
    }
    return 0;
}

int follow_up_check(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    int error = 0;
    if (!params->permutes)
        error = leave_out(opts, "from", &params->from_files, "--from goes with --permute", why);
    if (!error && params->depth > 0)
        error = check_words(setup, why);
    else if (!error && params->command == SCAN_RESOLVE)
        error = leave_out(opts, "wordlist", &params->word_files,
                          "resolve takes names; -w goes with --depth", why);
    return error;
}
