// SPDX-License-Identifier: BSD-2-Clause
/* The option table does the work; what is said when something is wrong is said here. */
#include "tests/hostile/args.h"

#include <stdio.h>

#include "base/units.h"

static int collect(struct opts *opts, void *out, int argc, char **argv, bool *is_help,
                   struct text *why)
{
    int err = opts_parse_args(opts, argc - 1, argv + 1, why);
    if (err)
        return err;
    *is_help = opts_stopped_at(opts) != NULL;
    if (*is_help)
        return 0;
    if (opts_argument_count(opts)) {
        text_puts(why, "it takes options only");
        return ERR_SYNTAX;
    }
    return opts_apply(opts, out, why);
}

int args_parse(const struct opts_table *table, const char *name, void *out, int argc, char **argv,
               bool *is_help)
{
    struct opts *opts = NULL;
    struct text why = {0};
    int err = opts_create(&opts, table, 1, name);
    if (!err)
        err = collect(opts, out, argc, argv, is_help, &why);
    if (err)
        fprintf(stderr, "%s: %.*s (see --help)\n", name, (int)why.len, why.len ? why.data : "");
    text_deinit(&why);
    opts_destroy(opts);
    return err;
}

int args_address(union net_address *out, const char *value, struct text *why)
{
    if (!net_parse(out, value))
        return 0;
    text_printf(why, "expected an address of this machine such as 127.0.0.1:53, not \"%s\"", value);
    return ERR_SYNTAX;
}

int args_time(mono_ns *out, const char *value, mono_ns bare_unit_ns, mono_ns max, struct text *why)
{
    char text[UNITS_TEXT_MAX];
    if (!units_parse_duration(value, bare_unit_ns, out) && *out >= 0 && *out <= max)
        return 0;
    text_printf(why, "expected a time of at most %s, not \"%s\"", units_format_duration(max, text),
                value);
    return ERR_SYNTAX;
}
