// SPDX-License-Identifier: BSD-2-Clause
/* Sets of records, with the signatures that a query and the denial's faults call for. */
#include <string.h>

#include "tests/hostile/hostile.h"

#define TTL           300
#define HOUR_S        3600
#define DAY_S         (24 * HOUR_S)
#define GARBAGE_COUNT 40 /* signatures and keys of a KeyTrap reply (CVE-2023-50387) */
#define SIGNATURE_LEN 64

size_t types_write(const struct types *types, uint8_t *out, size_t cap)
{
    struct bytes_writer w = bytes_writer_at(out, cap);
    for (size_t i = 0; i < types->count;) {
        uint8_t window = (uint8_t)(types->items[i] >> 8), bits[32] = {0}, len = 0;
        for (; i < types->count && types->items[i] >> 8 == window; i++) {
            uint8_t low = (uint8_t)types->items[i];
            bits[low / 8] = (uint8_t)(bits[low / 8] | 0x80 >> low % 8);
            len = (uint8_t)(low / 8 + 1);
        }
        bytes_put_u8(&w, window);
        bytes_put_u8(&w, len);
        bytes_put(&w, bits, len);
    }
    return w.len;
}

struct types types_of(const struct hostile *h, const struct host *host)
{
    struct types t = {.count = 0};
    bool is_chained3 = h->denial->span3 != NULL;
    if (host->kinds & HOST_A)
        t.items[t.count++] = TYPE_A;
    if (host->kinds & (HOST_APEX | HOST_CUT))
        t.items[t.count++] = TYPE_NS;
    if (host->kinds & HOST_APEX)
        t.items[t.count++] = TYPE_SOA;
    if (host->kinds & HOST_TXT)
        t.items[t.count++] = TYPE_TXT;
    if (host->kinds & HOST_AAAA)
        t.items[t.count++] = TYPE_AAAA;
    /* In an NSEC3 chain, nothing is signed at names that are empty or cuts without DS. */
    if (!is_chained3 || (host->kinds != HOST_EMPTY && host->kinds != HOST_CUT))
        t.items[t.count++] = TYPE_RRSIG;
    if (!is_chained3)
        t.items[t.count++] = TYPE_NSEC;
    if (host->kinds & HOST_APEX)
        t.items[t.count++] = TYPE_DNSKEY;
    if (host->kinds & HOST_APEX && is_chained3)
        t.items[t.count++] = TYPE_NSEC3PARAM;
    return t;
}

/* A signature by a key that has our tag and is not ours, or by nobody. */
static void put_garbage(struct reply *reply, enum section section, const struct sign_set *set,
                        const uint8_t *rrsig, size_t len)
{
    uint8_t copy[SIGN_RRSIG_MAX];
    memcpy(copy, rrsig, len);
    for (uint8_t i = 0; i < GARBAGE_COUNT; i++) {
        copy[len - 1] ^= (uint8_t)(i + 1);
        reply_put(reply, section, set->owner, TYPE_RRSIG, TTL, copy, len);
    }
}

static void put_signature(struct hostile *h, struct reply *reply, enum section section,
                          struct sign_set *set)
{
    uint8_t rrsig[SIGN_RRSIG_MAX];
    struct name child = {0};
    bool is_proof = set->type == TYPE_NSEC || set->type == TYPE_NSEC3;
    unsigned faults = is_proof ? h->denial->traits : h->denial->traits & FAULT_MANY_SIGS;
    if (faults & FAULT_NO_RRSIG)
        return;
    if (faults & FAULT_EXPIRED)
        set->expiration = h->now_s - DAY_S;
    if (faults & FAULT_SIGNER && !name_join(&child, &(struct name){6, "\4evil"}, &h->model.apex))
        set->signer = child.wire;
    if (faults & FAULT_EXPANDED)
        set->labels = name_label_count(h->model.apex.wire);
    size_t len = signer_sign(h->signer, set, rrsig);
    if (faults & FAULT_MANY_SIGS)
        put_garbage(reply, section, set, rrsig, len);
    if (faults & FAULT_BOGUS)
        rrsig[len - 1] ^= 1;
    reply_put(reply, section, set->owner, TYPE_RRSIG, TTL, rrsig, len);
}

void put_set(struct hostile *h, const struct query *q, struct reply *reply, enum section section,
             const uint8_t *owner, uint16_t type, const struct sign_rdata *items, size_t count,
             unsigned labels)
{
    struct sign_set set = {
        .owner = owner,
        .signer = h->model.apex.wire,
        .type = type,
        .ttl = TTL,
        .labels = labels,
        .inception = h->now_s - HOUR_S,
        .expiration = h->now_s + DAY_S,
        .items = items,
        .count = count,
    };
    for (size_t i = 0; i < count; i++)
        reply_put(reply, section, owner, type, TTL, items[i].data, items[i].len);
    if (q->wants_dnssec && !(h->denial->traits & DENIAL_UNSIGNED))
        put_signature(h, reply, section, &set);
}

/* The labels of OWNER as a signature over what really stands there tells them. */
static unsigned own_labels(const uint8_t *owner)
{
    return name_label_count(owner) - (owner[0] == 1 && owner[1] == '*' ? 1 : 0);
}

static void put_one(struct hostile *h, const struct query *q, struct reply *reply,
                    enum section section, const uint8_t *owner, uint16_t type, const uint8_t *rdata,
                    size_t len, unsigned labels)
{
    struct sign_rdata item = {rdata, len};
    put_set(h, q, reply, section, owner, type, &item, 1, labels);
}

size_t soa_write(uint32_t serial, uint8_t out[512])
{
    struct bytes_writer w = bytes_writer_at(out, 512);
    static const uint8_t host[] = "\2ns\11elsewhere\7example";
    static const uint32_t times[] = {7200, 900, 1209600, TTL};
    bytes_put(&w, host, sizeof host);
    bytes_put(&w, host, sizeof host);
    bytes_put_u32(&w, serial);
    for (unsigned i = 0; i < 4; i++)
        bytes_put_u32(&w, times[i]);
    return w.len;
}

void put_soa(struct hostile *h, const struct query *q, struct reply *reply, enum section section)
{
    uint8_t rdata[512];
    const uint8_t *apex = h->model.apex.wire;
    size_t len = soa_write(h->serial, rdata);
    put_one(h, q, reply, section, apex, TYPE_SOA, rdata, len, own_labels(apex));
}

/* Our key; with many signatures, also keys with its tag: swapping two 16-bit words leaves
 * their sum, and a tag is little else (RFC 4034 appendix B). */
static void put_keys(struct hostile *h, const struct query *q, struct reply *reply)
{
    uint8_t keys[GARBAGE_COUNT + 1][SIGN_KEY_LEN];
    struct sign_rdata items[GARBAGE_COUNT + 1] = {{signer_key(h->signer), SIGN_KEY_LEN}};
    const uint8_t *apex = h->model.apex.wire;
    size_t count = 1;
    if (h->denial->traits & FAULT_MANY_SIGS)
        for (size_t i = 0; i < 30; i++, count++) {
            uint8_t *key = keys[count], *word = key + 4 + 2 * i, pair[2];
            memcpy(key, signer_key(h->signer), SIGN_KEY_LEN);
            memcpy(pair, word, 2);
            memcpy(word, word + 2, 2);
            memcpy(word + 2, pair, 2);
            items[count] = (struct sign_rdata){key, SIGN_KEY_LEN};
        }
    put_set(h, q, reply, SECTION_ANSWER, apex, TYPE_DNSKEY, items, count, own_labels(apex));
}

static size_t host_rdata(const struct hostile *h, const struct host *host, uint16_t type,
                         uint8_t out[32])
{
    static const uint8_t text[] = "\4text", target[] = "\2ns\11elsewhere\7example";
    size_t index = (size_t)(host - h->model.hosts);
    uint8_t a[4] = {192, 0, 2, (uint8_t)(1 + index % 254)};
    uint8_t aaaa[16] = {0x20, 1, 0x0d, 0xb8, [14] = (uint8_t)(index >> 8), [15] = (uint8_t)index};
    const struct {
        uint16_t type;
        unsigned kinds;
        const void *rdata;
        size_t len;
    } rows[] = {{TYPE_A, HOST_A, a, sizeof a},
                {TYPE_AAAA, HOST_AAAA, aaaa, sizeof aaaa},
                {TYPE_TXT, HOST_TXT, text, sizeof text - 1},
                {TYPE_NS, HOST_APEX | HOST_CUT, target, sizeof target}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].type == type && host->kinds & rows[i].kinds) {
            memcpy(out, rows[i].rdata, rows[i].len);
            return rows[i].len;
        }
    }
    return 0;
}

bool put_host(struct hostile *h, const struct query *q, struct reply *reply,
              const struct host *host, const uint8_t *owner, uint16_t type)
{
    uint8_t rdata[32];
    if (host->kinds & HOST_APEX && type == TYPE_SOA) {
        put_soa(h, q, reply, SECTION_ANSWER);
        return true;
    }
    if (host->kinds & HOST_APEX && type == TYPE_DNSKEY && !(h->denial->traits & DENIAL_UNSIGNED)) {
        put_keys(h, q, reply);
        return true;
    }
    size_t len = host_rdata(h, host, type, rdata);
    /* What a wildcard makes is told by its labels; compact denial signs for the name itself. */
    unsigned labels =
        h->denial->traits & DENIAL_COMPACT ? name_label_count(owner) : own_labels(host->name.wire);
    if (len)
        put_one(h, q, reply, SECTION_ANSWER, owner, type, rdata, len, labels);
    return len > 0;
}

void put_cut(struct hostile *h, struct reply *reply, const struct host *cut)
{
    uint8_t rdata[32];
    size_t len = host_rdata(h, cut, TYPE_NS, rdata);
    reply_put(reply, SECTION_AUTHORITY, cut->name.wire, TYPE_NS, TTL, rdata, len);
}

bool put_transferred(const struct hostile *h, struct reply *reply, size_t *at, uint32_t serial)
{
    static const uint16_t kinds[] = {TYPE_A, TYPE_NS, TYPE_TXT, TYPE_AAAA};
    uint8_t rdata[512];
    size_t len = 0, kind_count = sizeof kinds / sizeof *kinds;
    size_t last = h->model.count * kind_count + 1;
    for (; *at > 0 && *at < last && len == 0; ++*at) {
        const struct host *host = &h->model.hosts[(*at - 1) / kind_count];
        uint16_t type = kinds[(*at - 1) % kind_count];
        len = host_rdata(h, host, type, rdata);
        if (len)
            reply_put(reply, SECTION_ANSWER, host->name.wire, type, TTL, rdata, len);
    }
    if (len == 0 && (*at == 0 || *at == last)) {
        len = soa_write(serial, rdata);
        reply_put(reply, SECTION_ANSWER, h->model.apex.wire, TYPE_SOA, TTL, rdata, len);
        ++*at;
    }
    return *at <= last;
}
