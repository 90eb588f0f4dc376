// SPDX-License-Identifier: BSD-2-Clause
/* A scanning command being set up: the params it will run with, what they own, and
 * what is still waiting for another option before it can be judged. */
#ifndef CMD_SETUP_H
#define CMD_SETUP_H

#include "base/err.h"
#include "base/log.h"
#include "base/opts.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "scan/params.h"

struct setup {
    struct scan_params params;
    const struct cmd_disk *disk;
    const char *stdin_user; /* which option or argument reads stdin; NULL: none yet */

    /* waiting for setup_finish or the command's prepare */
    struct str_list domains, scope, exclude; /* values as given */
    const char *format, *output;
    struct scan_output *also;
    size_t also_count;
    bool show[VERDICT_COUNT];
    bool is_all, is_quiet, is_seeded;
    unsigned verbosity;
    struct tsig_key tsig_file; /* -k; waits for -y */
    bool has_tsig_file;
    struct anchors *anchors;     /* NULL: none were given */
    struct str_list other_files; /* that are read and params has no list of: keys, anchors */

    char **kept; /* strings made here */
    size_t kept_count, kept_cap;
};

void setup_init(struct setup *setup, const struct cmd_disk *disk);
void setup_deinit(struct setup *setup);

/* A terminated copy that lives as long as SETUP; NULL when memory is out. */
const char *setup_keep(struct setup *setup, const char *data, size_t len);
/* Appends ITEM (borrowed). */
MUST_CHECK int setup_add(struct str_list *list, const char *item);
/* ERR_SYNTAX when stdin has a reader already. */
MUST_CHECK int setup_claim_stdin(struct setup *setup, const char *user, struct text *why);

/* PATH as messages have it: `-` is stdin. */
const char *setup_shown(const char *path);
/* A file that will be read: there, no folder, readable. ERR_IO and the cause else; ERR_SYNTAX for
 * a name without a character. */
MUST_CHECK int setup_check_readable(const struct setup *setup, const char *path, struct text *why);

/* Calls ITEM for each comma-separated part of VALUE, blanks around it taken off; an
 * empty part is ERR_SYNTAX. */
MUST_CHECK int setup_each_part(const char *value,
                               int (*item)(void *ctx, const char *part, size_t len,
                                           struct text *why),
                               void *ctx, struct text *why);

/* What a LIST value names: 1 a file or stdin (claimed for USER) to be read by line, 0
 * the items themselves, ERR_* (a name that can only be meant as a missing file). */
MUST_CHECK int setup_list_kind(struct setup *setup, const char *value, const char *user,
                               struct text *why);

/* Whatever depends on several options; after opts_apply, before the command's own part.
 * Sets the log's level and colour. */
MUST_CHECK int setup_finish(struct setup *setup, const struct opts *opts, char *const *env,
                            struct text *why);
/* contradictions.c: for setup_finish. */
MUST_CHECK int setup_settle_contradictions(struct setup *setup, const struct opts *opts,
                                           struct text *why);
/* "@HOST", which setup_finish takes as --server; commands pass it over. */
bool setup_is_server(const char *argument);
/* No output may overwrite another, or an input, or be one that cannot be written; after the
 * command's own part. */
MUST_CHECK int setup_check_paths(const struct setup *setup, struct text *why);

/* The command line as typed, quoted where a shell would need it. */
MUST_CHECK int setup_command_line(struct setup *setup, const char *command, int argc,
                                  char *const *argv);

#endif
