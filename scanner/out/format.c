// SPDX-License-Identifier: BSD-2-Clause
/* The table of output formats. To add one: a file with its const entry, a line in
 * out.h, a line here, a word in cmd/options.h. */
#include <string.h>

#include "out/out.h"

static const struct out_format *const formats[] = {
    &out_names, &out_text, &out_ndjson, &out_massdns, &out_zone, &out_csv,
};

const struct out_format *out_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}
