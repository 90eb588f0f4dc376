// SPDX-License-Identifier: BSD-2-Clause
/* A message of one record, as a transfer hands it out. */
#ifndef TESTS_ONE_RECORD_H
#define TESTS_ONE_RECORD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/transfer.h"

struct one_record {
    uint8_t data[DNS_HEADER_LEN + NAME_WIRE_MAX + 10 + 65535];
    struct reply reply;
    struct name owner;
    struct transfer_record record;
};

/* OWNER in wire form, its case kept. */
static inline void one_record_make(struct one_record *out, const void *owner, size_t owner_len,
                                   uint16_t type, const void *rdata, size_t len)
{
    struct bytes_writer w = bytes_writer_at(out->data, sizeof out->data);
    bytes_put(&w, "\0\0\200\0\0\0\0\1\0\0\0\0", DNS_HEADER_LEN);
    bytes_put(&w, owner, owner_len);
    bytes_put_u16(&w, type);
    bytes_put_u16(&w, CLASS_IN);
    bytes_put_u32(&w, 300);
    bytes_put_u16(&w, (uint16_t)len);
    bytes_put(&w, rdata, len);
    assert_false(w.failed);
    assert_true(reply_init(&out->reply, out->data, w.len));
    out->owner.len = (uint8_t)owner_len;
    memcpy(out->owner.wire, owner, owner_len);
    out->record = (struct transfer_record){.owner = &out->owner};
    out->record.rr = (struct reply_record){.owner_offset = DNS_HEADER_LEN,
                                           .type = type,
                                           .class = CLASS_IN,
                                           .rdata_len = (uint16_t)len,
                                           .ttl = 300,
                                           .rdata_offset = (uint16_t)(w.len - len),
                                           .section = 1};
}

/* Both are literals. */
#define ONE_RECORD(out, owner, type, rdata)                                                        \
    one_record_make(out, owner, sizeof owner, type, rdata, sizeof(rdata) - 1)

#endif
