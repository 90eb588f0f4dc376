// SPDX-License-Identifier: BSD-2-Clause
/* Commands: one file and one const entry each; this header is what they share.
 *
 * A command's life: its options are parsed (cmd.c), `prepare` turns options and
 * arguments into a plain struct, `exec` does the work and returns the exit code. Only
 * main exits. Preparing touches the disk through struct cmd_disk alone, so that tests
 * and the fuzz target can run it without any. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/opts.h"
#include "base/text.h"

struct setup;

/* Bits of struct opt's `commands`. */
enum cmd_bit {
    CMD_RESOLVE = 1 << 0,
    CMD_BRUTE = 1 << 1,
    CMD_COMPLETION = 1 << 2,
    CMD_NONE = 1 << 3, /* `dnstrawl` without a command */
    CMD_RESOLVERS = 1 << 4,
    CMD_WALK = 1 << 5,
    CMD_CRACK = 1 << 6,
    CMD_AXFR = 1 << 7,
    CMD_BENCH = 1 << 8,
    CMD_SCANS = CMD_RESOLVE | CMD_BRUTE,
    CMD_ASKS = CMD_SCANS | CMD_WALK,                /* whatever writes names that it asked for */
    CMD_RUNS = CMD_ASKS | CMD_RESOLVERS | CMD_AXFR, /* whatever sends queries */
    CMD_WORKS = CMD_RUNS | CMD_CRACK | CMD_BENCH, /* whatever heeds environment and configuration */
    CMD_ALL = CMD_WORKS | CMD_COMPLETION | CMD_NONE,
};

struct cmd {
    const char *name;
    const char *usage;   /* arguments, as shown behind the name */
    const char *summary; /* for the list of commands */
    const char *about;   /* paragraph for its own help */
    unsigned bit;
    /* 0, ERR_*, or CMD_SHORT_HELP. The cause of an error goes to WHY. */
    int (*prepare)(struct setup *setup, const struct opts *opts, struct text *why);
    int (*exec)(const struct setup *setup, const struct opts *opts); /* exit code */
};

#define CMD_SHORT_HELP 1 /* nothing was asked for: usage on stderr, exit 2 */

extern const struct cmd cmd_resolve, cmd_brute, cmd_walk, cmd_axfr, cmd_resolvers, cmd_crack,
    cmd_bench, cmd_completion;
extern const struct cmd *const cmd_list[]; /* ends with NULL */

enum disk_kind {
    DISK_NONE,   /* nothing there */
    DISK_FILE,   /* a regular file that may be read */
    DISK_STREAM, /* pipe, device or socket that may be read */
    DISK_FOLDER,
    DISK_REFUSED, /* there, but may not be read; errno says why */
};

/* What preparing asks of the disk. */
struct cmd_disk {
    enum disk_kind (*look)(const char *path);
    bool (*may_write)(const char *path); /* a file there can be written, or made; else errno */
    bool (*is_same_file)(const char *a, const char *b); /* both exist, are regular, are one */
    int (*each_line)(const char *path,
                     int (*item)(void *ctx, const char *file, const struct line *line), void *ctx);
    bool (*stdin_is_terminal)(void);
    /* The first CAP octets of a regular file that nobody but its owner may read: 0, ERR_IO with
     * errno, or ERR_RANGE: others may. */
    int (*read_secret)(const char *path, char *out, size_t cap, size_t *len);
    /* Adds the configuration file to OPTS; returns as opts_read_config. */
    int (*read_config)(struct opts *opts, const char *path, struct text *why);
};

extern const struct cmd_disk cmd_disk_real;

/* The whole program but for process-wide settings: parses, runs, returns the code to
 * exit with. ENV as environ(7). */
int cmd_main(int argc, char *const *argv, char *const *env, const struct cmd_disk *disk);

/* Parses ARGV behind the command's name and prepares CMD. 0, CMD_SHORT_HELP, ERR_*. */
MUST_CHECK int cmd_prepare(const struct cmd *cmd, int argc, char *const *argv, char *const *env,
                           const struct cmd_disk *disk, struct opts **opts, struct setup *setup,
                           struct text *why);

/* help.c; CMD is not used by help_program. */
void help_program(struct text *out, const struct cmd *cmd);
void help_command(struct text *out, const struct cmd *cmd);
void help_command_short(struct text *out, const struct cmd *cmd);
void help_version(struct text *out);

/* Writes TEXT to stdout: an exit code. */
int cmd_print(const struct text *text);

#endif
