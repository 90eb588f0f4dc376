// SPDX-License-Identifier: BSD-2-Clause
/* What opts.c (command line, setters) and opts_written.c (environment, configuration)
 * share; nobody else includes this. */
#ifndef BASE_OPTS_STATE_H
#define BASE_OPTS_STATE_H

#include "base/opts.h"

#define OPTS_NONE ((size_t)-1) /* no such row */

struct given {
    size_t opt;        /* row of the table */
    const char *value; /* borrowed */
    enum opt_origin origin;
    unsigned line;  /* of the configuration file */
    bool is_letter; /* written as -x */
};

struct opts {
    const struct opts_table *table;
    unsigned command;
    const char *command_name;
    struct given *given;
    size_t given_count, given_cap;
    enum opt_origin *origins; /* per row: the highest that gave a value */
    const char **arguments;
    size_t argument_count, argument_cap;
    const struct opt *stopped_at;
    char *config_text, *config_name;
    struct text warnings;
};

/* The row called NAME, or OPTS_NONE. */
size_t opts_find(const struct opts_table *table, const char *name, size_t len);
/* What NAME is to another program like this command, or to any; NULL. */
const struct opt_foreign *opts_find_foreign(const struct opts *opts, const char *name, size_t len);
/* ERR_SYNTAX, with the answer to a foreign spelling in WHY. */
int opts_refuse_foreign(const struct opt_foreign *foreign, const char *shown, struct text *why);
/* The option of this command an unknown name may have been meant as, or NULL. */
const char *opts_suggest(const struct opts *opts, const char *name, size_t len);
MUST_CHECK int opts_add(struct opts *opts, struct given given);

#endif
