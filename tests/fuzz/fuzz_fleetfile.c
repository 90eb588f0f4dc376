// SPDX-License-Identifier: BSD-2-Clause
/* A fleet file of the lab, of any bytes: refused with its name and a reason, or made into
 * a fleet whose groups have all its resolvers between them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/lab/fleet.h"
#include "bench/lab/impair.h"
#include "bench/lab/lies.h"
#include "bench/lab/sighting.h"

#define FIRST     0x7f010001u /* 127.1.0.1 */
#define COUNT_MAX 50

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_fleet(const struct fleet *fleet, size_t count)
{
    size_t together = 0;
    check(fleet->count == count && fleet->group_count <= FLEET_GROUPS_MAX);
    for (size_t i = 0; i < fleet->group_count; i++) {
        check(memchr(fleet->groups[i].label, '\0', FLEET_LABEL_MAX));
        together += fleet->groups[i].count;
    }
    check(together == count);
    for (size_t i = 0; i < count; i++) {
        char text[FLEET_ADDRESS_MAX];
        check(fleet->resolvers[i].group < fleet->group_count);
        check(strlen(fleet_address_text(&fleet->resolvers[i], text)) < FLEET_ADDRESS_MAX);
        for (size_t t = 0; t < TRAIT_COUNT; t++) {
            struct range range = fleet->resolvers[i].traits.value[t];
            check(range.low >= 0 && range.low <= range.high); /* so no value is a NaN */
        }
    }
}

/* What each resolver makes of one query. */
static void judge(const struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++) {
        struct sighting sighting = {.seed = 1, .name_hash = i, .resolver = (uint32_t)i, .type = 1};
        const struct traits *traits = &fleet->resolvers[i].traits;
        struct outcome outcome = impair_judge(traits, &sighting);
        struct lies lies = lies_choose(traits, &sighting);
        int forge = lies_choose_forgery(traits, &sighting);
        check(outcome.action < ACTION_COUNT && outcome.delay >= 0);
        check(lies.rewrite <= LIES_REWRITE_MAX);
        check(forge >= FORGE_NO && forge <= FORGE_DUPLICATE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32], why[FLEET_ERROR_MAX] = "";
    struct fleet *fleet = NULL;
    int fd = memfd_create("fleet", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct fleet_params params = {
        .seed = size, .first = FIRST, .port = 5300, .v4_count = 1 + size % COUNT_MAX, .file = path};
    int err = fleet_create(&fleet, &params, why);
    check(!err == !!fleet);
    check(!err || why[0]);
    if (fleet) {
        check_fleet(fleet, params.v4_count);
        judge(fleet);
    }
    fleet_destroy(fleet);
    close(fd);
    return 0;
}
