// SPDX-License-Identifier: BSD-2-Clause
/* `names`: the name alone, one a line, whatever its verdict. */
#include "out/out.h"
#include "out/put.h"

static void names_hit(struct text *out, const struct hit *hit)
{
    put_name(out, hit->host);
    text_putc(out, '\n');
}

const struct out_format out_names = {.name = "names", .extension = "txt", .hit = names_hit};
