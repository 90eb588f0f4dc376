// SPDX-License-Identifier: BSD-2-Clause
/* Records of denial for canned replies. Include after message.h. */
#ifndef TESTS_UNIT_VERDICT_DENIALS_H
#define TESTS_UNIT_VERDICT_DENIALS_H

#include <string.h>

#include "dns/canon.h"
#include "dns/dnssec.h"
#include "verdict/denial_interval.h"

#define ZONE_TEXT "example"

/* A bitmap of TYPES, ended by 0, all of one window unless they are 65,238 or so. */
static inline void put_types(struct bytes_writer *w, const uint16_t *types)
{
    for (unsigned window = 0; window < 256; window++) {
        uint8_t octets[32] = {0}, len = 0;
        for (const uint16_t *type = types; *type; type++) {
            if (*type >> 8 != window)
                continue;
            octets[(*type & 0xff) / 8] |= (uint8_t)(0x80 >> (*type & 7));
            if ((*type & 0xff) / 8 + 1 > len)
                len = (uint8_t)((*type & 0xff) / 8 + 1);
        }
        if (len == 0)
            continue;
        bytes_put_u8(w, (uint8_t)window);
        bytes_put_u8(w, len);
        bytes_put(w, octets, len);
    }
}

static inline void put_record(struct message *m, enum message_section section,
                              const struct name *owner, uint16_t type, const void *rdata,
                              size_t len)
{
    message_count(m, section);
    bytes_put(&m->w, owner->wire, owner->len);
    bytes_put_u16(&m->w, type);
    bytes_put_u16(&m->w, CLASS_IN);
    bytes_put_u32(&m->w, 300);
    bytes_put_u16(&m->w, (uint16_t)len);
    bytes_put(&m->w, rdata, len);
    assert_false(m->w.failed);
}

static inline void put_rrsig(struct message *m, enum message_section section,
                             const struct name *owner, uint16_t covered, unsigned labels,
                             const char *signer)
{
    uint8_t rdata[300];
    struct name name = name_of(signer);
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    bytes_put_u16(&w, covered);
    bytes_put_u8(&w, 13);
    bytes_put_u8(&w, (uint8_t)labels);
    bytes_put(&w, "\0\0\1\54\0\0\0\2\0\0\0\1\0\1", 14);
    bytes_put(&w, name.wire, name.len);
    bytes_put(&w, "signature", 9);
    put_record(m, section, owner, TYPE_RRSIG, rdata, w.len);
}

static inline void put_signed(struct message *m, enum message_section section,
                              const struct name *owner, uint16_t covered)
{
    put_rrsig(m, section, owner, covered, rrsig_labels_of(owner->wire), ZONE_TEXT);
}

static inline void put_bare_nsec(struct message *m, const struct name *owner,
                                 const struct name *next, const uint16_t *types)
{
    uint8_t rdata[600];
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    bytes_put(&w, next->wire, next->len);
    put_types(&w, types);
    put_record(m, IN_AUTHORITY, owner, TYPE_NSEC, rdata, w.len);
}

static inline void put_nsec(struct message *m, const struct name *owner, const struct name *next,
                            const uint16_t *types)
{
    put_bare_nsec(m, owner, next, types);
    put_signed(m, IN_AUTHORITY, owner, TYPE_NSEC);
}

static inline struct name hash_owner(const uint8_t *hash)
{
    struct name owner = {.wire = {NSEC3_LABEL_LEN}}, zone = name_of(ZONE_TEXT);
    base32hex_from_hash(hash, (char *)owner.wire + 1);
    memcpy(owner.wire + 1 + NSEC3_LABEL_LEN, zone.wire, zone.len);
    owner.len = (uint8_t)(1 + NSEC3_LABEL_LEN + zone.len);
    return owner;
}

static inline void put_nsec3(struct message *m, const uint8_t *from, const uint8_t *to,
                             const struct nsec3_params *params, unsigned flags,
                             const uint16_t *types)
{
    uint8_t rdata[600];
    struct name owner = hash_owner(from);
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    bytes_put_u8(&w, params->algorithm);
    bytes_put_u8(&w, (uint8_t)flags);
    bytes_put_u16(&w, params->iterations);
    bytes_put_u8(&w, params->salt_len);
    bytes_put(&w, params->salt, params->salt_len);
    bytes_put_u8(&w, NSEC3_HASH_LEN);
    bytes_put(&w, to, NSEC3_HASH_LEN);
    put_types(&w, types);
    put_record(m, IN_AUTHORITY, &owner, TYPE_NSEC3, rdata, w.len);
    put_signed(m, IN_AUTHORITY, &owner, TYPE_NSEC3);
}

static inline void put_soa(struct message *m, enum message_section section, uint32_t serial)
{
    uint8_t rdata[22] = {0};
    struct name zone = name_of(ZONE_TEXT);
    struct bytes_writer w = bytes_writer_at(rdata + 2, 4);
    bytes_put_u32(&w, serial);
    put_record(m, section, &zone, TYPE_SOA, rdata, sizeof rdata);
}

/* HASH + BY, on the circle. */
static inline void hash_add(uint8_t *hash, int by)
{
    for (unsigned i = NSEC3_HASH_LEN; i-- > 0 && by != 0;) {
        int sum = hash[i] + by;
        hash[i] = (uint8_t)sum;
        by = sum < 0 ? -1 : sum > 255;
    }
}

static const uint16_t bare_types[] = {TYPE_RRSIG, TYPE_NSEC, 0};

/* The NSEC that a zone of NAMES (in canonical order, the apex first, ended by NULL) denies NAME
 * with; of a name that is there, its own. */
static inline void put_chain_denial(struct message *m, const char *const *names,
                                    const struct name *name)
{
    struct name owner = name_of(names[0]), next = owner;
    for (unsigned i = 0; names[i]; i++) {
        struct name each = name_of(names[i]);
        if (name_equal(each.wire, name->wire)) {
            put_nsec(m, &each, &owner, bare_types);
            return;
        }
        if (canon_compare(each.wire, name->wire) > 0) {
            next = each;
            break;
        }
        owner = each;
    }
    put_nsec(m, &owner, &next, bare_types);
}

/* The same by hash. */
static inline void put_hash_denial(struct message *m, const char *const *names,
                                   const struct nsec3_params *params, unsigned flags,
                                   const struct name *name)
{
    uint8_t hash[NSEC3_HASH_LEN], from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN], each[NSEC3_HASH_LEN];
    struct name apex = name_of(names[0]);
    nsec3_hash(params, name->wire, hash);
    nsec3_hash(params, apex.wire, from);
    memcpy(to, from, sizeof to);
    for (unsigned i = 1; names[i]; i++) {
        struct name one = name_of(names[i]);
        nsec3_hash(params, one.wire, each);
        if (!denial_hash_is_between(each, from, to))
            continue;
        memcpy(denial_hash_is_between(hash, from, each) ? to : from, each, sizeof each);
    }
    put_nsec3(m, from, to, params, flags, bare_types);
}

#endif
