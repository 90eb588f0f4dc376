// SPDX-License-Identifier: BSD-2-Clause
/* Setters of the options that a walk of NSEC3 hashes has. */
#include <string.h>

#include "cmd/options.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/value.h"

int set_hashes(void *ctx, const char *value, struct text *why)
{
    if (*value == '\0' || strcmp(value, "-") == 0)
        return value_refuse(why, value, "a file: names go to stdout");
    ((struct setup *)ctx)->params.hashes_path = value;
    return 0;
}

int set_hash_format(void *ctx, const char *value, struct text *why)
{
    /* in the order of the words */
    static const enum hash_format formats[] = {HASH_NATIVE, HASH_HASHCAT, HASH_JOHN};
    int index;
    int error = value_word(WORDS_HASH_FORMAT, value, &index, why);
    if (!error)
        ((struct setup *)ctx)->params.hash_format = formats[index];
    return error;
}

int set_no_crack(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.no_crack = *value == '1';
    return 0;
}

int set_missing(void *ctx, const char *value, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    size_t len = strlen(value);
    double percent;
    if (len > 0 && value[len - 1] == '%')
        len--;
    if (!value_percent(value, len, &percent))
        return value_refuse(why, value, "a share from 0% to 100%");
    params->has_missing_share = true;
    params->missing_share = percent / 100;
    return 0;
}
