// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/line_format.h"

#include <string.h>

int line_format_settle(struct setup *setup, const struct opts *opts, const char *command,
                       struct text *why)
{
    struct scan_output *output = &setup->params.outputs[0];
    if (strcmp(output->format, "text") == 0 || strcmp(output->format, "ndjson") == 0)
        return 0;
    if (opts_origin(opts, "format") == OPT_FROM_ARGS) {
        text_printf(why, "--format: %s writes text or ndjson, not %s", command, output->format);
        return ERR_SYNTAX;
    }
    output->format = "text";
    return 0;
}
