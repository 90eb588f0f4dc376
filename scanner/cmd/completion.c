// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl completion bash|zsh|fish: a script for the shell, out of the option table.
 *
 * A fourth word, `table`, prints the table itself for scripts/check-docs: one row an
 * option, its columns apart by tabs (commands, name, letter, argument, default, words), and
 * one for each sense that it has for some commands. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/setup.h"

#define WORDS_SHELL "bash zsh fish"
#define TAKES_FILES (CMD_RESOLVE | CMD_CRACK | CMD_RESOLVERS) /* as arguments */

/* Puts TEXT with a backslash before each of SPECIAL, inside single quotes of a shell. */
static void put_quoted(struct text *out, const char *text, const char *special, bool is_fish)
{
    for (; *text; text++) {
        if (*text == '\'') {
            text_puts(out, is_fish ? "\\'" : "'\\''");
            continue;
        }
        if (strchr(special, *text))
            text_putc(out, '\\');
        text_putc(out, *text);
    }
}

/* bash */

static void bash_option_names(struct text *out, unsigned command)
{
    size_t count = opts_count(&cmd_options);
    for (size_t i = 0; i < count; i++) {
        const struct opt *opt = opts_row(&cmd_options, i);
        if (!(opt->commands & command))
            continue;
        if (opt->letter)
            text_printf(out, "-%c ", opt->letter);
        text_printf(out, "--%s ", opt->name);
    }
}

static bool is_letter_shared(const struct opt *opt)
{
    for (size_t i = 0; i < opts_count(&cmd_options); i++) {
        const struct opt *other = opts_row(&cmd_options, i);
        if (other->letter == opt->letter && strcmp(other->name, opt->name) != 0)
            return true;
    }
    return false;
}

/* The words `COMMAND OPTION` before a value: of the command ONLY, or (NULL) of all. A letter that
 * stands for two options is told with its commands. */
static void bash_pattern(struct text *out, const struct opt *opt, const char *only)
{
    bool is_shared = opt->letter && is_letter_shared(opt);
    text_puts(out, "    ");
    if (only && opt->letter)
        text_printf(out, "'%s -%c' | ", only, opt->letter);
    else if (opt->letter && !is_shared)
        text_printf(out, "*' -%c' | ", opt->letter);
    for (const struct cmd *const *cmd = cmd_list; is_shared && !only && *cmd; cmd++)
        if (opt->commands & (*cmd)->bit)
            text_printf(out, "'%s -%c' | ", (*cmd)->name, opt->letter);
    if (only)
        text_printf(out, "'%s --%s')\n", only, opt->name);
    else
        text_printf(out, "*' --%s')\n", opt->name);
}

static void bash_value(struct text *out, const struct opt *opt, const char *only)
{
    bash_pattern(out, opt, only);
    if (opt->values)
        text_printf(out, "        words='%s'\n", opt->values);
    if (opt->flags & OPT_FILE)
        text_puts(out, "        files=-f\n");
    if (opt->flags & OPT_FOLDER)
        text_puts(out, "        files=-d\n");
    text_puts(out, "        takes=1\n        ;;\n");
}

/* What may follow each option that takes a value; first where a command has words of its own. */
static void bash_values(struct text *out)
{
    for (size_t i = 0; i < opts_count(&cmd_options); i++) {
        const struct opt *opt = opts_row(&cmd_options, i);
        if (!opt->argument)
            continue;
        for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
            struct opt told = opts_told(&cmd_options, i, (*cmd)->bit);
            if (opt->commands & (*cmd)->bit && told.values != opt->values)
                bash_value(out, &told, (*cmd)->name);
        }
        bash_value(out, opt, NULL);
    }
}

static void bash_script(struct text *out)
{
    text_puts(out, "# bash completion for dnstrawl, made by `dnstrawl completion bash`\n"
                   "_dnstrawl()\n{\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                   "    local words= files= takes= head=\n"
                   "    if [[ $cur == '=' ]]; then\n        cur=\n"
                   "    elif [[ $prev == '=' ]]; then\n"
                   "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n    fi\n"
                   "    if ((COMP_CWORD == 1)); then\n        words='");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++)
        text_printf(out, "%s ", (*cmd)->name);
    bash_option_names(out, CMD_NONE);
    text_puts(out, "'\n        takes=1\n    fi\n    case \"${COMP_WORDS[1]} $prev\" in\n");
    bash_values(out);
    text_puts(out, "    esac\n    if [[ -z $takes ]]; then\n        case ${COMP_WORDS[1]} in\n");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
        text_printf(out, "        %s)\n            words='", (*cmd)->name);
        bash_option_names(out, (*cmd)->bit);
        text_puts(out, "'\n");
        if ((*cmd)->bit == CMD_COMPLETION)
            text_puts(out, "            [[ $cur == -* ]] || words='" WORDS_SHELL "'\n");
        else if ((*cmd)->bit & TAKES_FILES)
            text_puts(out, "            [[ $cur == -* ]] || words= files=-f\n");
        else
            text_puts(out, "            [[ $cur == -* ]] || words=\n");
        text_puts(out, "            ;;\n");
    }
    text_puts(out, "        esac\n    fi\n"
                   "    [[ $cur == *,* && -n $words ]] && head=${cur%,*},\n"
                   "    COMPREPLY=()\n"
                   "    [[ -n $words ]] && mapfile -t COMPREPLY < "
                   "<(compgen -P \"$head\" -W \"$words\" -- \"${cur##*,}\")\n"
                   "    [[ -n $files ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < "
                   "<(compgen $files -- \"$cur\")\n"
                   "    return 0\n}\n"
                   "complete -o filenames -F _dnstrawl dnstrawl\n");
}

/* zsh */

static void zsh_option(struct text *out, const struct opt *opt)
{
    const char *takes_short = opt->argument ? "+" : "", *takes = opt->argument ? "=" : "";
    text_puts(out, "            ");
    if (opt->flags & (OPT_MANY | OPT_COUNT))
        text_puts(out, "'*'");
    else if (opt->letter)
        text_printf(out, "'(-%c --%s)'", opt->letter, opt->name);
    if (opt->letter)
        text_printf(out, "{-%c%s,--%s%s}'[", opt->letter, takes_short, opt->name, takes);
    else
        text_printf(out, "'--%s%s[", opt->name, takes);
    put_quoted(out, opt->help, "[]:\\", false);
    text_putc(out, ']');
    if (opt->argument) {
        text_putc(out, ':');
        put_quoted(out, opt->argument, ":\\", false);
        text_putc(out, ':');
        if (opt->values && opt->flags & OPT_COMMAS)
            text_printf(out, "_sequence compadd - %s", opt->values);
        else if (opt->flags & OPT_FILE)
            text_puts(out, "_files");
        else if (opt->flags & OPT_FOLDER)
            text_puts(out, "_files -/");
        else if (opt->values)
            text_printf(out, "(%s)", opt->values);
        else
            text_putc(out, ' ');
    }
    text_puts(out, "' \\\n");
}

static void zsh_script(struct text *out)
{
    size_t count = opts_count(&cmd_options);
    text_puts(out, "#compdef dnstrawl\n"
                   "# made by `dnstrawl completion zsh`\n"
                   "_dnstrawl() {\n    local -a commands\n    commands=(\n");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++)
        text_printf(out, "        '%s:%s'\n", (*cmd)->name, (*cmd)->summary);
    text_puts(out, "    )\n    if ((CURRENT == 2)); then\n"
                   "        _describe command commands\n"
                   "        [[ $PREFIX == -* ]] && compadd -- -h --help --version\n"
                   "        return\n    fi\n"
                   "    shift words\n    ((CURRENT--))\n    case $words[1] in\n");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
        text_printf(out, "    %s)\n        _arguments -s -S : \\\n", (*cmd)->name);
        for (size_t i = 0; i < count; i++) {
            struct opt opt = opts_told(&cmd_options, i, (*cmd)->bit);
            if (opt.commands & (*cmd)->bit)
                zsh_option(out, &opt);
        }
        text_printf(out, "            '%s'\n        ;;\n",
                    (*cmd)->bit & TAKES_FILES       ? "*:file:_files"
                    : (*cmd)->bit == CMD_COMPLETION ? "1:shell:(" WORDS_SHELL ")"
                    : (*cmd)->bit == CMD_BENCH      ? "*:resolver:_hosts"
                                                    : "*:domain: ");
    }
    text_puts(out, "    esac\n}\n"
                   "if [[ $funcstack[1] == _dnstrawl ]]; then\n    _dnstrawl \"$@\"\n"
                   "else\n    compdef _dnstrawl dnstrawl\nfi\n");
}

/* fish */

static void fish_option(struct text *out, const struct opt *opt, const struct cmd *cmd)
{
    text_printf(out, "complete -c dnstrawl -n '__fish_seen_subcommand_from %s'", cmd->name);
    if (opt->letter)
        text_printf(out, " -s %c", opt->letter);
    text_printf(out, " -l %s", opt->name);
    if (opt->argument)
        text_puts(out, opt->flags & OPT_FILE ? " -r -F" : " -x");
    if (opt->flags & OPT_FOLDER)
        text_puts(out, " -a '(__fish_complete_directories)'");
    else if (opt->values && opt->flags & OPT_COMMAS)
        text_printf(out, " -a '(__fish_complete_list , \"string split \\' \\' -- %s\")'",
                    opt->values);
    else if (opt->values)
        text_printf(out, " -a '%s'", opt->values);
    text_puts(out, " -d '");
    put_quoted(out, opt->help, "\\", true);
    text_puts(out, "'\n");
}

static void fish_script(struct text *out)
{
    size_t count = opts_count(&cmd_options);
    text_puts(out, "# fish completion for dnstrawl, made by `dnstrawl completion fish`\n"
                   "complete -c dnstrawl -f\n");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
        text_printf(out, "complete -c dnstrawl -n __fish_use_subcommand -a %s -d '%s'\n",
                    (*cmd)->name, (*cmd)->summary);
        for (size_t i = 0; i < count; i++) {
            struct opt opt = opts_told(&cmd_options, i, (*cmd)->bit);
            if (opt.commands & (*cmd)->bit)
                fish_option(out, &opt, *cmd);
        }
        if ((*cmd)->bit & TAKES_FILES)
            text_printf(out, "complete -c dnstrawl -n '__fish_seen_subcommand_from %s' -F\n",
                        (*cmd)->name);
        if ((*cmd)->bit == CMD_COMPLETION)
            text_puts(out, "complete -c dnstrawl -n '__fish_seen_subcommand_from completion' "
                           "-a '" WORDS_SHELL "'\n");
    }
    text_puts(out, "complete -c dnstrawl -n __fish_use_subcommand -s h -l help -d 'this text'\n"
                   "complete -c dnstrawl -n __fish_use_subcommand -l version -d 'version'\n");
}

static void table_row(struct text *out, const struct opt *opt, unsigned commands)
{
    const char *separator = "";
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
        if (commands & (*cmd)->bit) {
            text_printf(out, "%s%s", separator, (*cmd)->name);
            separator = ",";
        }
    }
    const char *fallback = opts_default(opt);
    text_printf(out, "\t%s\t%.1s\t%s\t%s\t%s\n", opt->name,
                opt->letter ? (const char[]){opt->letter, '\0'} : "-",
                opt->argument ? opt->argument : "-", fallback ? fallback : "-",
                opt->values ? opt->values : "-");
}

/* Each row, and what differs for some of its commands. */
static void table(struct text *out)
{
    for (size_t i = 0; i < opts_count(&cmd_options); i++) {
        const struct opt *opt = opts_row(&cmd_options, i);
        table_row(out, opt, opt->commands);
        for (size_t j = 0; j < cmd_options.sense_count; j++) {
            const struct opt_sense *sense = &cmd_options.senses[j];
            struct opt told = opts_told(&cmd_options, i, sense->commands);
            if (strcmp(sense->name, opt->name) == 0)
                table_row(out, &told, sense->commands);
        }
    }
}

static const struct shell {
    const char *name;
    void (*script)(struct text *out);
} shells[] = {
    {"bash", bash_script},
    {"zsh", zsh_script},
    {"fish", fish_script},
    {"table", table},
};

static const struct shell *find_shell(const struct opts *opts)
{
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (opts_argument_count(opts) == 1 && strcmp(opts_argument(opts, 0), shells[i].name) == 0)
            return &shells[i];
    return NULL;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    (void)setup;
    if (find_shell(opts))
        return 0;
    text_puts(why, "name one shell: bash, zsh or fish");
    return ERR_SYNTAX;
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    struct text out = {0};
    (void)setup;
    find_shell(opts)->script(&out);
    int code = cmd_print(&out);
    text_deinit(&out);
    return code;
}

const struct cmd cmd_completion = {
    .name = "completion",
    .usage = "bash|zsh|fish",
    .summary = "completion script for a shell",
    .about = "Writes a script that teaches the shell dnstrawl's commands, options and their words.",
    .bit = CMD_COMPLETION,
    .prepare = prepare,
    .exec = exec,
};
