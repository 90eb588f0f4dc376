// SPDX-License-Identifier: BSD-2-Clause
/* Setters of the options that crack alone has. Masks wait for its prepare: they need the sets. */
#include <string.h>

#include "cmd/options.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/value.h"
#include "dns/sha1_kernel.h"

/* A place has at most 256 octets, which ?x of two characters name. Sets may use sets. */
#define CHARSET_LEN_MAX 1024

int set_mask(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return setup_add(&((struct setup *)ctx)->params.masks, value);
}

static int set_charset(void *ctx, unsigned index, const char *value, struct text *why)
{
    if (*value == '\0') {
        text_puts(why, "a set without characters");
        return ERR_SYNTAX;
    }
    if (strnlen(value, CHARSET_LEN_MAX + 1) > CHARSET_LEN_MAX) {
        text_puts(why, "more than 1,024 characters");
        return ERR_RANGE;
    }
    ((struct setup *)ctx)->params.charsets[index] = value;
    return 0;
}

int set_charset1(void *ctx, const char *value, struct text *why)
{
    return set_charset(ctx, 0, value, why);
}

int set_charset2(void *ctx, const char *value, struct text *why)
{
    return set_charset(ctx, 1, value, why);
}

int set_charset3(void *ctx, const char *value, struct text *why)
{
    return set_charset(ctx, 2, value, why);
}

int set_charset4(void *ctx, const char *value, struct text *why)
{
    return set_charset(ctx, 3, value, why);
}

int set_increment(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.mask_increments = *value == '1';
    return 0;
}

int set_shallow(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.is_shallow = *value == '1';
    return 0;
}

int set_sha1(void *ctx, const char *value, struct text *why)
{
    int index;
    int error = value_word(WORDS_SHA1, value, &index, why);
    if (error)
        return error;
    if (!sha1_kernel_find(value)) {
        text_printf(why, "this processor has no %s", value);
        return ERR_SYNTAX;
    }
    ((struct setup *)ctx)->params.sha1 = value;
    return 0;
}
