// SPDX-License-Identifier: BSD-2-Clause
/* Setters about whom to ask, and from where. */
#include <string.h>
#include <sys/socket.h>

#include "cmd/options.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/value.h"
#include "scan/servers.h"

static int check_resolver(void *ctx, const char *part, size_t len, struct text *why)
{
    (void)ctx;
    if (value_is_resolver(part, len))
        return 0;
    text_printf(why,
                "'%.*s' is neither a file nor an address (192.0.2.1, 192.0.2.1:53, "
                "[2001:db8::1]:53, system)",
                (int)(len > 80 ? 80 : len), part);
    return ERR_SYNTAX;
}

static int add_resolvers(struct setup *setup, struct str_list *list, const char *option,
                         const char *value, struct text *why)
{
    int error;
    if (strcmp(value, "-") == 0)
        error = setup_claim_stdin(setup, option, why);
    else if (setup->disk->look(value) != DISK_NONE)
        error = setup_check_readable(setup, value, why);
    else
        error = setup_each_part(value, check_resolver, NULL, why);
    return error ? error : setup_add(list, value);
}

int set_resolvers(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    return add_resolvers(setup, &setup->params.resolvers, "--resolvers", value, why);
}

int set_trusted(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    return add_resolvers(setup, &setup->params.trusted, "--trusted", value, why);
}

int set_direct(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.is_direct = *value == '1';
    return 0;
}

static int add_server(void *ctx, const char *part, size_t len, struct text *why)
{
    struct setup *setup = ctx;
    struct wire_address address;
    struct name host;
    uint16_t port;
    const char *kept = setup_keep(setup, part, len);
    if (!kept)
        return ERR_NOMEM;
    if (servers_parse(kept, 1, &address, &host, &port) == 0)
        return setup_add(&setup->params.servers, kept);
    text_printf(why, "'%.*s' is neither a name nor an address (ns1.example.com, 192.0.2.1:53)",
                (int)(len > 80 ? 80 : len), part);
    return ERR_SYNTAX;
}

int set_server(void *ctx, const char *value, struct text *why)
{
    return setup_each_part(value, add_server, ctx, why);
}

int set_no_trust(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.no_trust = *value == '1';
    return 0;
}

int set_dnssec(void *ctx, const char *value, struct text *why)
{
    static const enum scan_dnssec kinds[] = {SCAN_DNSSEC_AUTO, SCAN_DNSSEC_ON, SCAN_DNSSEC_OFF};
    int index, error = value_word(WORDS_DNSSEC, value, &index, why);
    if (!error)
        ((struct setup *)ctx)->params.dnssec = kinds[index];
    return error;
}

int set_port(void *ctx, const char *value, struct text *why)
{
    uint32_t port;
    int error = value_u32(value, 1, UINT16_MAX, &port, why);
    if (!error)
        ((struct setup *)ctx)->params.port = (uint16_t)port;
    return error;
}

int set_ipv4(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.only_v4 = *value == '1';
    return 0;
}

int set_ipv6(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.only_v6 = *value == '1';
    return 0;
}

int set_bind(void *ctx, const char *value, struct text *why)
{
    size_t len = strlen(value);
    if (!value_is_address(AF_INET, value, len) && !value_is_address(AF_INET6, value, len))
        return value_refuse(why, value, "an IP address of this machine");
    ((struct setup *)ctx)->params.bind_address = value;
    return 0;
}

int set_io(void *ctx, const char *value, struct text *why)
{
    static const enum bench_io kinds[] = {BENCH_IO_AUTO, BENCH_IO_UDP, BENCH_IO_GSO};
    int index;
    if (value_find_word("xdp", value, strlen(value)) >= 0) {
        text_printf(why, "%s is not built yet", value);
        return ERR_SYNTAX;
    }
    int error = value_word(WORDS_IO, value, &index, why);
    if (!error)
        ((struct setup *)ctx)->params.bench.io = kinds[index];
    return error;
}
