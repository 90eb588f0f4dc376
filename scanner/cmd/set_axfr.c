// SPDX-License-Identifier: BSD-2-Clause
/* Setters of the options of `axfr` alone.
 *
 * Limits, and why: records to 10^12 and octets to 10^15 are beyond any zone, and keep sums in 64
 * bits. A key file is read here, and refused when others than its owner may read it: a key that
 * others have is none. */
#include <errno.h>
#include <string.h>

#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/value.h"

#define RECORDS_MAX 1000000000000u
#define OCTETS_MAX  1000000000000000u

int set_ixfr(void *ctx, const char *value, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    uint64_t serial;
    if (!value_digits(value, strlen(value), UINT32_MAX, &serial))
        return value_refuse(why, value, "a serial (a whole number below 2^32)");
    params->has_ixfr = true;
    params->ixfr_serial = (uint32_t)serial;
    return 0;
}

/* Never the value: it has the secret. */
static int refuse_key(struct text *why, const char *cause)
{
    text_printf(why, "%s; a key is [ALG:]NAME:SECRET, with the secret in base64", cause);
    return ERR_SYNTAX;
}

int set_tsig(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    const char *cause = "";
    if (tsig_key_from_text(&setup->params.tsig, value, strlen(value), &cause) != 0)
        return refuse_key(why, cause);
    setup->params.has_tsig = true;
    return 0;
}

int set_tsig_file(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    char content[TSIG_FILE_MAX];
    size_t len = 0;
    const char *cause = "";
    int error = setup->disk->read_secret(value, content, sizeof content, &len);
    if (error == ERR_RANGE)
        text_printf(why, "%s: others may read it; chmod 600 it", value);
    else if (error == ERR_IO)
        text_printf(why, "%s: %s", value, strerror(errno));
    else if (tsig_key_from_file(&setup->tsig_file, content, len, &cause) != 0)
        text_printf(why, "%s: %s", value, cause);
    else
        setup->has_tsig_file = true;
    explicit_bzero(content, sizeof content);
    if (!setup->has_tsig_file)
        return error ? error : ERR_SYNTAX;
    return setup_add(&setup->other_files, value);
}

int set_tls(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.tls = *value == '1';
    return 0;
}

int set_tls_ca(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = setup_check_readable(setup, value, why);
    if (!error)
        setup->params.tls_ca = value;
    return error ? error : setup_add(&setup->other_files, value);
}

int set_tls_host(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    struct name name;
    char text[NAME_TEXT_MAX];
    if (name_from_text(&name, value, strlen(value)) != 0 || name.len == 1)
        return value_refuse(why, value, "a host name");
    size_t len = name_to_text(name.wire, text);
    setup->params.tls_host = setup_keep(setup, text, len);
    return setup->params.tls_host ? 0 : ERR_NOMEM;
}

int set_max_records(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 1, RECORDS_MAX, &((struct setup *)ctx)->params.records_max, why);
}

int set_max_size(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 1, OCTETS_MAX, &((struct setup *)ctx)->params.octets_max, why);
}
