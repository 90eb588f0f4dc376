// SPDX-License-Identifier: BSD-2-Clause
/* Messages of a transfer, put together octet by octet, and what is made of one. */
#ifndef TESTS_UNIT_DNS_TRANSFER_MESSAGE_H
#define TESTS_UNIT_DNS_TRANSFER_MESSAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/transfer.h"

#define ZONE ((const uint8_t *)"\7example")
#define ID   0x1234

struct message {
    uint8_t data[65535];
    struct bytes_writer w;
};

static struct message m; /* of the case that runs */

static inline void put_count(unsigned offset, unsigned more)
{
    unsigned count = (unsigned)(m.data[offset] << 8 | m.data[offset + 1]) + more;
    m.data[offset] = (uint8_t)(count >> 8);
    m.data[offset + 1] = (uint8_t)count;
}

/* A response with FLAGS besides QR, and the question for QTYPE (0: none). */
static inline void begin(uint16_t flags, uint16_t qtype)
{
    m.w = bytes_writer_at(m.data, sizeof m.data);
    bytes_put_u16(&m.w, ID);
    bytes_put_u16(&m.w, 0x8000 | flags);
    for (int i = 0; i < 4; i++)
        bytes_put_u16(&m.w, 0);
    if (qtype) {
        bytes_put(&m.w, ZONE, 9);
        bytes_put_u16(&m.w, qtype);
        bytes_put_u16(&m.w, CLASS_IN);
        put_count(4, 1);
    }
}

static inline void put_head(const char *owner, size_t owner_len, uint16_t type, uint16_t class,
                            size_t rdata_len)
{
    bytes_put(&m.w, owner, owner_len);
    bytes_put_u16(&m.w, type);
    bytes_put_u16(&m.w, class);
    bytes_put_u32(&m.w, 300);
    bytes_put_u16(&m.w, (uint16_t)rdata_len);
    put_count(6, 1);
}

/* OWNER and DATA are literals. */
#define RECORD(owner, type, data)                                                                  \
    (put_head(owner, sizeof owner, type, CLASS_IN, sizeof(data) - 1),                              \
     bytes_put(&m.w, data, sizeof(data) - 1))

#define APEX "\7example"
#define WWW  "\3www\7example"
#define MAIL "\4mail\7example"

static inline void put_soa_at(const char *owner, size_t owner_len, uint32_t serial)
{
    put_head(owner, owner_len, TYPE_SOA, CLASS_IN, 22);
    bytes_put_u16(&m.w, 0);
    bytes_put_u32(&m.w, serial);
    for (int i = 0; i < 4; i++)
        bytes_put_u32(&m.w, 60);
}

static inline void put_soa(uint32_t serial)
{
    put_soa_at(APEX, sizeof APEX, serial);
}

static inline void put_a(void)
{
    RECORD(WWW, TYPE_A, "\300\0\2\1");
}

static struct transfer t;
static char seen[64]; /* of each record handed out: z(one), a(dded), d(eleted) */

static inline void start(bool is_ixfr, uint32_t serial)
{
    const struct transfer_params params = {.zone = ZONE,
                                           .id = ID,
                                           .is_ixfr = is_ixfr,
                                           .serial = serial,
                                           .records_max = 50,
                                           .octets_max = 1 << 20};
    transfer_init(&t, &params);
    seen[0] = '\0';
}

/* Hands the message in, a copy of exactly its length. */
static inline enum transfer_outcome take(void)
{
    static const char letters[] = "zad";
    struct transfer_record record;
    assert_false(m.w.failed);
    uint8_t *copy = malloc(m.w.len);
    memcpy(copy, m.data, m.w.len);
    if (transfer_take(&t, copy, m.w.len) == TRANSFER_OPEN) {
        while (transfer_next(&t, &record) == 1) {
            size_t len = strlen(seen);
            seen[len] = letters[record.change];
            seen[len + 1] = '\0';
        }
    }
    assert_int_equal(transfer_next(&t, &record), 0);
    free(copy);
    return t.outcome;
}

#define EXPECT(outcome_expected, why_part)                                                         \
    do {                                                                                           \
        assert_int_equal(t.outcome, outcome_expected);                                             \
        assert_non_null(t.why);                                                                    \
        assert_non_null(strstr(t.why, why_part));                                                  \
    } while (0)

#endif
