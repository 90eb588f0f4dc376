// SPDX-License-Identifier: BSD-2-Clause
/* Fleet files: `default` and `group` lines into groups.
 *
 * The words of a line are the impairments (traits.c) and, for a group, how many
 * resolvers it has: count=N, share=P or rest. A group is named in reports by the
 * words that are its own, not the defaults. */
#include "bench/lab/fleetfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/units.h"
#include "bench/lab/mix.h"

struct reader {
    struct fleet *fleet;
    struct range defaults[TRAIT_COUNT];
    bool word_is_optional; /* lines may do without `group` */
    const char *file;
    uint64_t line;
    char *error_text;
};

__attribute__((format(printf, 2, 3))) static int complain(struct reader *r, const char *format, ...)
{
    int used =
        snprintf(r->error_text, FLEET_ERROR_MAX, "%s:%llu: ", r->file, (unsigned long long)r->line);
    size_t at = used < 0 ? 0 : (size_t)used;
    if (at >= FLEET_ERROR_MAX)
        at = FLEET_ERROR_MAX - 1;
    va_list args;
    va_start(args, format);
    vsnprintf(r->error_text + at, FLEET_ERROR_MAX - at, format, args);
    va_end(args);
    return ERR_SYNTAX;
}

static bool parse_share(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (*end == '%') {
        *out /= 100;
        end++;
    }
    return end != text && !*end && *out > 0 && *out <= 1;
}

/* How many resolvers: 1 when WORD said so, 0 when it is about something else. */
static int read_size(struct reader *r, struct group *group, const char *word, const char *value)
{
    uint64_t count;
    if (!strcmp(word, "rest") && !value) {
        group->is_rest = true;
        return 1;
    }
    if (!strcmp(word, "count")) {
        if (!value || units_parse_count(value, &count) || !count || count > FLEET_COUNT_MAX)
            return complain(r, "count: a number from 1 to %d", FLEET_COUNT_MAX);
        group->count = (uint32_t)count;
        return 1;
    }
    if (!strcmp(word, "share")) {
        if (!value || !parse_share(value, &group->share))
            return complain(r, "share: a part of the fleet, such as 3%% or 0.03");
        return 1;
    }
    return 0;
}

static void add_to_label(struct group *group, const char *word, const char *value)
{
    size_t used = strlen(group->label);
    snprintf(group->label + used, sizeof group->label - used, "%s%s%s%s", used ? " " : "", word,
             value ? "=" : "", value ? value : "");
}

static int read_words(struct reader *r, struct group *group, struct range ranges[TRAIT_COUNT],
                      char *words)
{
    char *rest = words;
    bool has_size = !group;
    for (char *word; (word = strtok_r(rest, " \t", &rest));) {
        char *value = strchr(word, '=');
        const char *expected = "";
        if (value)
            *value++ = '\0';
        int err = group ? read_size(r, group, word, value) : 0;
        if (err < 0)
            return err;
        if (err && has_size)
            return complain(r, "count, share and rest: one of them");
        has_size = has_size || err;
        if (err)
            continue;
        err = traits_parse(ranges, word, value, &expected);
        if (err == ERR_MISSING)
            return complain(r, "\"%s\" is no word of a fleet file (see --help)", word);
        if (err)
            return complain(r, "%s: %s", word, expected);
        if (group)
            add_to_label(group, word, value);
    }
    return has_size ? 0 : complain(r, "how many? count=N, share=P%% or rest");
}

static bool is_own(const struct reader *r, const struct group *group, enum trait trait)
{
    const struct range *is = &group->ranges[trait], *was = &r->defaults[trait];
    return is->low != was->low || is->high != was->high;
}

/* Words that do nothing without another. As defaults they may stand: not every group
 * has to lie. */
static int check_words(struct reader *r, const struct group *group)
{
    const struct range *ranges = group->ranges;
    bool forges = ranges[TRAIT_FORGE].high > 0;
    bool lies = forges || ranges[TRAIT_REWRITE].high > 0 || ranges[TRAIT_HIDE].high > 0 ||
                ranges[TRAIT_WRONG].high > 0;
    if (!lies && is_own(r, group, TRAIT_TURNS))
        return complain(r, "turns: to what? Give rewrite, hide, wrong or forge too");
    if (!forges && (is_own(r, group, TRAIT_FORGE_SHARE) || is_own(r, group, TRAIT_LATE)))
        return complain(r, "forge-share and late are about forge, which is not given");
    return 0;
}

static int read_group(struct reader *r, char *words)
{
    struct fleet *fleet = r->fleet;
    if (fleet->group_count == FLEET_GROUPS_MAX)
        return complain(r, "more than %d groups", FLEET_GROUPS_MAX);
    struct group *group = &fleet->groups[fleet->group_count];
    *group = (struct group){0};
    memcpy(group->ranges, r->defaults, sizeof group->ranges);
    int err = read_words(r, group, group->ranges, words);
    if (!err)
        err = check_words(r, group);
    if (err)
        return err;
    for (size_t i = 0; group->is_rest && i < fleet->group_count; i++) {
        if (fleet->groups[i].is_rest)
            return complain(r, "a second \"rest\"");
    }
    if (!group->label[0])
        snprintf(group->label, sizeof group->label, "plain");
    fleet->group_count++;
    return 0;
}

static int read_text(struct reader *r, const char *data, size_t len)
{
    char copy[LINES_LEN_MAX + 1];
    if (len > LINES_LEN_MAX || memchr(data, '\0', len))
        return complain(r, "not a line of text");
    memcpy(copy, data, len);
    copy[len] = '\0';
    size_t first = strcspn(copy, " \t");
    if (first == 7 && !memcmp(copy, "default", 7))
        return read_words(r, NULL, r->defaults, copy + first);
    if (first == 5 && !memcmp(copy, "group", 5))
        return read_group(r, copy + first);
    return r->word_is_optional ? read_group(r, copy)
                               : complain(r, "a line begins with \"group\" or \"default\"");
}

static int read_line(void *ctx, const char *file, const struct line *line)
{
    struct reader *r = ctx;
    r->file = file;
    r->line = line->number;
    return line->too_long ? complain(r, "longer than %d bytes", LINES_LEN_MAX)
                          : read_text(r, line->data, line->len);
}

int fleetfile_read(struct fleet *fleet, const char *path, char error_text[FLEET_ERROR_MAX])
{
    struct reader r = {.fleet = fleet, .error_text = error_text};
    error_text[0] = '\0';
    int err = lines_each(path, read_line, &r);
    if (err && !error_text[0])
        snprintf(error_text, FLEET_ERROR_MAX, "%s: %s", path,
                 err == ERR_IO ? strerror(errno) : err_text(err));
    return err;
}

int fleetfile_read_lines(struct fleet *fleet, const char *const *lines, size_t count,
                         char error_text[FLEET_ERROR_MAX])
{
    struct reader r = {
        .fleet = fleet, .error_text = error_text, .word_is_optional = true, .file = "--group"};
    int err = 0;
    for (size_t i = 0; !err && i < count; i++) {
        r.line = i + 1;
        err = read_text(&r, lines[i], strlen(lines[i]));
    }
    return err;
}

int fleetfile_read_mix(struct fleet *fleet, const char *name, char error_text[FLEET_ERROR_MAX])
{
    const char *const *lines = mix_lines(name);
    size_t count = 0;
    while (lines && lines[count])
        count++;
    if (lines)
        return fleetfile_read_lines(fleet, lines, count, error_text);
    snprintf(error_text, FLEET_ERROR_MAX, "--mix: \"%s\" is not " MIX_NAMES, name);
    return ERR_SYNTAX;
}

void fleet_print_help(void)
{
    printf("\nA fleet file has a line for each group of resolvers:\n"
           "  default WORD...            what the groups below start from\n"
           "  group SIZE WORD...         SIZE: count=N, share=P%% or rest\n"
           "Words:\n");
    for (int i = 0; i < TRAIT_COUNT; i++)
        printf("  %-12s %s\n", traits_word((enum trait)i), traits_help((enum trait)i));
    mix_print_help();
}
