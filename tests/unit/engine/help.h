// SPDX-License-Identifier: BSD-2-Clause
/* What the engine's tests share: cmocka, a generator that repeats, addresses. */
#ifndef TEST_ENGINE_HELP_H
#define TEST_ENGINE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "base/rng.h"
#include "engine/wire.h"

static inline struct rng fixed_rng(uint8_t number)
{
    struct rng rng;
    uint8_t key[32] = {number};
    rng_init_key(&rng, key);
    return rng;
}

static inline struct wire_address address_v4(const char *text, uint16_t port)
{
    struct wire_address a = {.family = 0, .len = sizeof a.sa.v4};
    a.sa.v4.sin_family = AF_INET;
    a.sa.v4.sin_port = htons(port);
    assert_int_equal(inet_pton(AF_INET, text, &a.sa.v4.sin_addr), 1);
    return a;
}

static inline struct wire_address address_v6(const char *text, uint16_t port)
{
    struct wire_address a = {.family = 1, .len = sizeof a.sa.v6};
    a.sa.v6.sin6_family = AF_INET6;
    a.sa.v6.sin6_port = htons(port);
    assert_int_equal(inet_pton(AF_INET6, text, &a.sa.v6.sin6_addr), 1);
    return a;
}

#endif
