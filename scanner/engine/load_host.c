// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool is_address(const char *text)
{
    struct in6_addr any; /* room for either */
    return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

/* GIVEN without brackets, interface and port into OUT. More than one colon is no port: an IPv6
 * address. */
static void cut_host(const char *given, char out[LOAD_HOST_CAP])
{
    const char *colon = strchr(given, ':');
    size_t len = strlen(given);
    if (*given == '[') {
        given++;
        len = strcspn(given, "%]");
    } else if (colon && !strchr(colon + 1, ':')) {
        len = (size_t)(colon - given);
    }
    (void)snprintf(out, LOAD_HOST_CAP, "%.*s", (int)(len < LOAD_HOST_CAP ? len : 0), given);
}

void load_host_of(const char *given, const struct wire_address *address, uint16_t port_usual,
                  struct load_host *out)
{
    bool is_v4 = address->family == 0;
    const void *octets =
        is_v4 ? (const void *)&address->sa.v4.sin_addr : (const void *)&address->sa.v6.sin6_addr;
    uint16_t port = ntohs(is_v4 ? address->sa.v4.sin_port : address->sa.v6.sin6_port);
    (void)inet_ntop(is_v4 ? AF_INET : AF_INET6, octets, out->address, sizeof out->address);
    cut_host(given ? given : "", out->name);
    if (is_address(out->name))
        *out->name = '\0';
    const char *host = *out->name ? out->name : out->address;
    const char *form = strchr(host, ':') ? "[%s]" : "%s";
    int len = snprintf(out->authority, sizeof out->authority, form, host);
    if (port != port_usual)
        (void)snprintf(out->authority + len, sizeof out->authority - (size_t)len, ":%u",
                       (unsigned)port);
}
