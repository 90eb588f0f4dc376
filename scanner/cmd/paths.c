// SPDX-License-Identifier: BSD-2-Clause
/* What is written, held against what is read, before anything is: nothing may be written that is
 * something else that is written, or read. What is opened at the end of a run alone must be
 * something that can be written: a run of hours should not end with a slip in a path. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/setup.h"

struct written {
    const char *option, *path; /* PATH NULL: stdout */
};

static const char *without_dot_slash(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 1 + strspn(path + 1, "/");
    return path;
}

static bool is_same_path(const struct setup *setup, const char *a, const char *b)
{
    if (!a || !b)
        return !a && !b;
    if (setup->disk->is_same_file(a, b))
        return true;
    return setup->disk->look(a) == DISK_NONE &&
           strcmp(without_dot_slash(a), without_dot_slash(b)) == 0;
}

static int check_written(const struct setup *setup, const struct written *all, size_t count,
                         struct text *why)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (is_same_path(setup, all[i].path, all[j].path)) {
                text_printf(why, "%s and %s would both write %s", all[i].option, all[j].option,
                            all[i].path ? all[i].path : "stdout");
                return ERR_SYNTAX;
            }
        }
    }
    return 0;
}

static int check_read(const struct setup *setup, const struct written *all, size_t count,
                      const struct str_list *inputs, struct text *why)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; all[i].path && j < inputs->count; j++) {
            if (inputs->items[j] && setup->disk->is_same_file(all[i].path, inputs->items[j])) {
                text_printf(why, "%s would overwrite %s, which is read", all[i].option,
                            all[i].path);
                return ERR_SYNTAX;
            }
        }
    }
    return 0;
}

/* --split makes its folder when the run begins. */
static bool is_in_folder_to_be(const char *path, const char *folder)
{
    if (!folder)
        return false;
    path = without_dot_slash(path);
    folder = without_dot_slash(folder);
    size_t len = strlen(folder);
    while (len > 0 && folder[len - 1] == '/')
        len--;
    return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* Of what is opened when the run is over. */
static int check_late(const struct setup *setup, struct text *why)
{
    const char *const paths[] = {setup->params.stats_path, setup->params.wildcards_path};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (!paths[i] || setup->disk->may_write(paths[i]) ||
            is_in_folder_to_be(paths[i], setup->params.split_dir))
            continue;
        text_printf(why, "%s: %s", paths[i], strerror(errno));
        return ERR_IO;
    }
    return 0;
}

int setup_check_paths(const struct setup *setup, struct text *why)
{
    const struct scan_params *params = &setup->params;
    const char *files[] = {params->bench.queries_path, params->bench.baseline_path};
    const struct str_list bench = {.items = files, .count = 2};
    const struct str_list *inputs[] = {&bench,
                                       &params->name_files,
                                       &params->word_files,
                                       &setup->domains,
                                       &params->resolvers,
                                       &params->trusted,
                                       &setup->scope,
                                       &setup->exclude,
                                       &params->from_files,
                                       &params->hash_files,
                                       &setup->other_files};
    struct written *all = calloc(params->output_count + 6, sizeof *all);
    size_t count = 0;
    if (!all)
        return ERR_NOMEM;
    for (size_t i = 0; i < params->output_count; i++)
        all[count++] = (struct written){i ? "--also" : "--output", params->outputs[i].path};
    if (params->unresolved_path)
        all[count++] = (struct written){"--unresolved", params->unresolved_path};
    if (params->wildcards_path)
        all[count++] = (struct written){"--wildcards", params->wildcards_path};
    if (params->hashes_path)
        all[count++] = (struct written){"--hashes", params->hashes_path};
    if (params->stats_path)
        all[count++] = (struct written){"--stats", params->stats_path};
    if (params->bench.html_path)
        all[count++] = (struct written){"--html", params->bench.html_path};
    if (params->bench.hdr_path)
        all[count++] = (struct written){"--hdr", params->bench.hdr_path};
    int error = check_written(setup, all, count, why);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0] && !error; i++)
        error = check_read(setup, all, count, inputs[i], why);
    free(all);
    return error ? error : check_late(setup, why);
}
