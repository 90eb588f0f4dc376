// SPDX-License-Identifier: BSD-2-Clause
/* --trust-anchor: a file of them is read when it is named. One line that is none ends the run
 * before it begins: whoever gives anchors relies on all of them. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "dns/anchors.h"

struct reading {
    struct anchors *anchors;
    struct text *why;
    uint64_t line_count;
};

static int take_line(void *ctx, const char *file, const struct line *line)
{
    struct reading *reading = ctx;
    const char *cause = "longer than any anchor";
    int error = ERR_SYNTAX;
    if (!line->too_long)
        error = anchors_add(reading->anchors, line->data, line->len, &cause);
    reading->line_count++;
    if (error == ERR_SYNTAX || error == ERR_FULL)
        text_printf(reading->why, "%s:%llu: %s", file, (unsigned long long)line->number, cause);
    return error;
}

int set_trust_anchor(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = strcmp(value, "-") == 0 ? setup_claim_stdin(setup, "--trust-anchor", why) : 0;
    if (error == 0 && !setup->anchors)
        error = anchors_create(&setup->anchors);
    if (error != 0)
        return error;
    struct reading reading = {.anchors = setup->anchors, .why = why};
    error = setup->disk->each_line(value, take_line, &reading);
    if (error != 0 && why->len == 0)
        text_printf(why, "%s: %s", setup_shown(value),
                    error == ERR_IO ? strerror(errno) : err_text(error));
    if (error == 0 && reading.line_count == 0)
        log_note("warning: %s: no trust anchors in it", setup_shown(value));
    setup->params.anchors = setup->anchors;
    if (error == 0)
        error = setup_add(&setup->other_files, value);
    return error == ERR_FORMAT ? ERR_IO : error == ERR_FULL ? ERR_SYNTAX : error;
}
