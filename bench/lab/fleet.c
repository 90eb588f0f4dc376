// SPDX-License-Identifier: BSD-2-Clause
/* Making a fleet: text to groups (fleetfile.c), groups to resolvers.
 *
 * 1. Read the groups. 2. Turn shares into counts: given counts first, then shares
 * of the whole, at least one each, then the rest. 3. Shuffle the assignment by the
 * seed. 4. Draw each resolver's traits, the same for all addresses of a back end. */
#include "bench/lab/fleet.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "bench/lab/fleetfile.h"

#define SHUFFLE_SALT 0x666c656574u

/* Counts that add up to COUNT; what no group takes is an error. */
static int assign_counts(struct fleet *fleet, char error_text[FLEET_ERROR_MAX])
{
    size_t left = fleet->count;
    struct group *rest = NULL;
    for (size_t i = 0; i < fleet->group_count; i++) {
        struct group *group = &fleet->groups[i];
        if (group->is_rest) {
            rest = group;
            continue;
        }
        if (!group->count) {
            group->count = (uint32_t)(group->share * (double)fleet->count + 0.5);
            group->count += group->count == 0;
        }
        if (group->count > left) {
            snprintf(error_text, FLEET_ERROR_MAX,
                     "the groups want more than the %zu resolvers there are", fleet->count);
            return ERR_SYNTAX;
        }
        left -= group->count;
    }
    if (rest) {
        rest->count = (uint32_t)left;
    } else if (left) {
        snprintf(error_text, FLEET_ERROR_MAX,
                 "%zu of %zu resolvers are in no group: add \"group rest\"", left, fleet->count);
        return ERR_SYNTAX;
    }
    return 0;
}

static void assign_groups(struct fleet *fleet, uint64_t seed)
{
    struct rng_fast rng;
    size_t at = 0;
    for (size_t g = 0; g < fleet->group_count; g++) {
        for (uint32_t i = 0; i < fleet->groups[g].count; i++)
            fleet->resolvers[at++].group = (uint16_t)g;
    }
    rng_fast_init(&rng, seed ^ SHUFFLE_SALT);
    for (size_t i = fleet->count; i > 1; i--) {
        size_t other = rng_fast_below(&rng, (uint32_t)i);
        uint16_t group = fleet->resolvers[i - 1].group;
        fleet->resolvers[i - 1].group = fleet->resolvers[other].group;
        fleet->resolvers[other].group = group;
    }
}

/* Runs of `backend` addresses of a group share what the first of them has. */
static void assign_backends(struct fleet *fleet)
{
    uint32_t first[FLEET_GROUPS_MAX] = {0}, left[FLEET_GROUPS_MAX] = {0};
    for (uint32_t i = 0; i < fleet->count; i++) {
        uint16_t group = fleet->resolvers[i].group;
        if (!left[group]) {
            double size = fleet->groups[group].ranges[TRAIT_BACKEND].low;
            first[group] = i;
            left[group] = size > 1 ? (uint32_t)size : 1;
        }
        left[group]--;
        fleet->resolvers[i].backend = first[group];
    }
}

static void set_address(struct resolver *resolver, const struct fleet_params *params, size_t index)
{
    if (index < params->v4_count) {
        resolver->address.v4 = (struct sockaddr_in){
            .sin_family = AF_INET,
            .sin_port = htons(params->port),
            .sin_addr.s_addr = htonl(params->first + (uint32_t)index),
        };
        resolver->address_len = sizeof resolver->address.v4;
        return;
    }
    resolver->address.v6 = (struct sockaddr_in6){
        .sin6_family = AF_INET6,
        .sin6_port = htons((uint16_t)(params->port + (index - params->v4_count))),
        .sin6_addr = IN6ADDR_LOOPBACK_INIT,
    };
    resolver->address_len = sizeof resolver->address.v6;
}

static int read_groups(struct fleet *fleet, const struct fleet_params *params,
                       char error_text[FLEET_ERROR_MAX])
{
    if (params->line_count)
        return fleetfile_read_lines(fleet, params->lines, params->line_count, error_text);
    if (params->file)
        return fleetfile_read(fleet, params->file, error_text);
    return fleetfile_read_mix(fleet, params->mix, error_text);
}

int fleet_create(struct fleet **out, const struct fleet_params *params,
                 char error_text[FLEET_ERROR_MAX])
{
    struct fleet *fleet = calloc(1, sizeof *fleet);
    int err = ERR_NOMEM;
    *out = NULL;
    snprintf(error_text, FLEET_ERROR_MAX, "out of memory");
    if (!fleet)
        return ERR_NOMEM;
    fleet->count = params->v4_count + params->v6_count;
    fleet->resolvers = calloc(fleet->count, sizeof *fleet->resolvers);
    if (!fleet->resolvers)
        goto fail;
    if ((err = read_groups(fleet, params, error_text)))
        goto fail;
    if ((err = assign_counts(fleet, error_text)))
        goto fail;
    assign_groups(fleet, params->seed);
    assign_backends(fleet);
    for (size_t i = 0; i < fleet->count; i++) {
        struct resolver *resolver = &fleet->resolvers[i];
        traits_draw(&resolver->traits, fleet->groups[resolver->group].ranges, params->seed,
                    resolver->backend);
        bucket_init(&resolver->bucket, resolver->traits.value[TRAIT_CAP].low, 0);
        set_address(resolver, params, i);
        resolver->udp = resolver->tcp = -1;
    }
    *out = fleet;
    return 0;
fail:
    fleet_destroy(fleet);
    return err;
}

void fleet_destroy(struct fleet *fleet)
{
    if (!fleet)
        return;
    free(fleet->resolvers);
    free(fleet);
}

int fleet_dead(const struct resolver *resolver)
{
    return (int)resolver->traits.value[TRAIT_DEAD].low;
}

const char *fleet_address_text(const struct resolver *resolver, char out[FLEET_ADDRESS_MAX])
{
    char text[INET6_ADDRSTRLEN];
    if (resolver->address.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &resolver->address.v4.sin_addr, text, sizeof text);
        snprintf(out, FLEET_ADDRESS_MAX, "%s:%u", text, ntohs(resolver->address.v4.sin_port));
    } else {
        inet_ntop(AF_INET6, &resolver->address.v6.sin6_addr, text, sizeof text);
        snprintf(out, FLEET_ADDRESS_MAX, "[%s]:%u", text, ntohs(resolver->address.v6.sin6_port));
    }
    return out;
}
