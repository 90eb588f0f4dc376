// SPDX-License-Identifier: BSD-2-Clause
/* A resolver list of any bytes: addresses, tables, comments, compressed or not. Linked
 * with --wrap=wire_has_route, so that the machine's routes play no part. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "scan/fleet.h"

/* The linker's name for what takes the place of wire_has_route. */
bool __wrap_wire_has_route(const struct wire_address *to);

bool __wrap_wire_has_route(const struct wire_address *to)
{
    return ((to->family ? to->sa.v6.sin6_port : to->sa.v4.sin_port) & 1) == 0;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* What is told of a resolver is an address again, the same. */
static void check_resolver(const struct fleet_resolver *resolver)
{
    struct wire_address again;
    size_t len = strnlen(resolver->text, FLEET_TEXT_MAX);
    check(len > 0 && len < FLEET_TEXT_MAX);
    for (size_t i = 0; i < len; i++)
        check(resolver->text[i] > ' ' && resolver->text[i] < 0x7f);
    check(fleet_parse_address(&again, resolver->text, len, 1) == 0);
    check(wire_address_equal(&resolver->address, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    const char *value = path;
    struct fleet fleet;
    log_init(LOG_ERROR, false);
    int fd = memfd_create("list", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct scan_params params = {
        .port = 53, .resolvers = {&value, 1}, .only_v4 = size % 5 == 1, .only_v6 = size % 5 == 2};
    if (fleet_load(&fleet, &params) == 0) {
        check(fleet.count + fleet.without_route + fleet.unwanted == fleet.given);
        check(fleet.operator_count == fleet.count); /* a list names no operators */
        for (size_t i = 0; i < fleet.count; i++)
            check_resolver(&fleet.items[i]);
        fleet_deinit(&fleet);
    }
    close(fd);
    return 0;
}
