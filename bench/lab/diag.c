// SPDX-License-Identifier: BSD-2-Clause
/* Messages of the lab: formatted, made harmless, written with one call. */
#include "bench/lab/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DIAG_LEN_MAX 2048 /* two paths and an explanation */

void diag(const char *format, ...)
{
    char line[DIAG_LEN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);

    struct text text = {0};
    text_puts(&text, "dnstrawl-lab: ");
    text_put_escaped(&text, line, strlen(line));
    text_putc(&text, '\n');
    if (text.failed)
        fputs("dnstrawl-lab: out of memory\n", stderr);
    else
        fwrite(text.data, 1, text.len, stderr);
    text_deinit(&text);
}
