// SPDX-License-Identifier: BSD-2-Clause
/* What goes into a MAC (RFC 8945 sections 4.3 and 5.3):
 *
 *   query        message, variables
 *   first reply  length and MAC of the query, message, variables
 *   later reply  length and MAC of the last signed reply, unsigned messages since then,
 *                message, timers
 *
 * where `message` is without its TSIG record and with the id that the record gives, `variables`
 * are the key's name, class, TTL, algorithm, time, fudge, error and other data, and `timers`
 * time and fudge alone. MACs are compared in constant time, and only in full length. */
#include "dns/tsig.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/reply.h"

#define MAC_MAX        64
#define UNSIGNED_MAX   99 /* in a row, between signed ones */
#define CLASS_ANY      255
#define OTHER_MAX      6 /* of BADTIME: the server's clock */
#define ARCOUNT_OFFSET 10

enum { ERROR_BADSIG = 16, ERROR_BADKEY = 17, ERROR_BADTIME = 18, ERROR_BADTRUNC = 22 };

struct tsig {
    struct tsig_key key;
    EVP_MAC *mac;
    EVP_MAC_CTX *context; /* what the next signed message has to cover, as far as it came */
    bool is_fed;          /* something is in it */
    bool is_first;        /* no reply was good yet */
    bool is_settled;
    unsigned unsigned_count; /* since the last good one */
    size_t last_len;         /* of the MAC before: the query's, then the last good reply's */
    uint8_t last[MAC_MAX];
};

/* A record as it lies in a message. */
struct record {
    size_t offset; /* of the record */
    uint64_t time_s;
    uint16_t fudge, original_id, error, other_len, mac_len;
    const uint8_t *mac, *other;
};

/* --- MACs --- */

/* Begins what the next signed message has to cover. */
static bool begin(struct tsig *tsig)
{
    char digest[16];
    strcpy(digest, tsig->key.algorithm->digest);
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(tsig->context, tsig->key.secret, tsig->key.secret_len, params) != 1)
        return false;
    const uint8_t len[2] = {(uint8_t)(tsig->last_len >> 8), (uint8_t)tsig->last_len};
    if (tsig->last_len > 0 && (EVP_MAC_update(tsig->context, len, 2) != 1 ||
                               EVP_MAC_update(tsig->context, tsig->last, tsig->last_len) != 1))
        return false;
    tsig->is_fed = true;
    return true;
}

static bool feed(struct tsig *tsig, const uint8_t *data, size_t len)
{
    if (!tsig->is_fed && !begin(tsig))
        return false;
    return EVP_MAC_update(tsig->context, data, len) == 1;
}

/* The name of KEY in canonical form, class, TTL, algorithm, time, fudge, error, other. */
static size_t put_variables(const struct tsig *tsig, const struct record *record, uint8_t *out,
                            size_t cap)
{
    struct bytes_writer w = bytes_writer_at(out, cap);
    const uint8_t *algorithm = tsig->key.algorithm->name;
    bytes_put(&w, tsig->key.name.wire, tsig->key.name.len);
    bytes_put_u16(&w, CLASS_ANY);
    bytes_put_u32(&w, 0);
    bytes_put(&w, algorithm, name_len(algorithm));
    bytes_put_u16(&w, (uint16_t)(record->time_s >> 32));
    bytes_put_u32(&w, (uint32_t)record->time_s);
    bytes_put_u16(&w, record->fudge);
    bytes_put_u16(&w, record->error);
    bytes_put_u16(&w, record->other_len);
    bytes_put(&w, record->other, record->other_len);
    return w.len;
}

static bool feed_variables(struct tsig *tsig, const struct record *record)
{
    uint8_t variables[NAME_WIRE_MAX + 64];
    return feed(tsig, variables, put_variables(tsig, record, variables, sizeof variables));
}

static bool feed_timers(struct tsig *tsig, const struct record *record)
{
    uint8_t timers[8];
    struct bytes_writer w = bytes_writer_at(timers, sizeof timers);
    bytes_put_u16(&w, (uint16_t)(record->time_s >> 32));
    bytes_put_u32(&w, (uint32_t)record->time_s);
    bytes_put_u16(&w, record->fudge);
    return feed(tsig, timers, w.len);
}

/* Ends what is covered; OUT is the MAC of that. */
static bool finish(struct tsig *tsig, uint8_t out[MAC_MAX])
{
    size_t len = 0;
    tsig->is_fed = false;
    return EVP_MAC_final(tsig->context, out, &len, MAC_MAX) == 1 &&
           len == tsig->key.algorithm->mac_len;
}

static void keep_last(struct tsig *tsig, const uint8_t *mac, size_t len)
{
    memcpy(tsig->last, mac, len);
    tsig->last_len = len;
}

/* --- life --- */

int tsig_create(struct tsig **out, const struct tsig_key *key)
{
    struct tsig *tsig = calloc(1, sizeof *tsig);
    *out = tsig;
    if (!tsig)
        return ERR_NOMEM;
    tsig->key = *key;
    tsig->is_first = true;
    tsig->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    tsig->context = tsig->mac ? EVP_MAC_CTX_new(tsig->mac) : NULL;
    bool is_known = tsig->context && begin(tsig);
    tsig->is_fed = false;
    if (is_known)
        return 0;
    int error = tsig->mac && !tsig->context ? ERR_NOMEM : ERR_NOTSUP;
    tsig_destroy(tsig);
    *out = NULL;
    return error;
}

void tsig_destroy(struct tsig *tsig)
{
    if (!tsig)
        return;
    EVP_MAC_CTX_free(tsig->context);
    EVP_MAC_free(tsig->mac);
    OPENSSL_cleanse(tsig, sizeof *tsig);
    free(tsig);
}

bool tsig_is_settled(const struct tsig *tsig)
{
    return tsig->is_settled;
}

/* --- signing --- */

int tsig_sign(struct tsig *tsig, uint8_t *message, size_t *len, size_t cap, int64_t now_s)
{
    const struct record record = {.time_s = (uint64_t)now_s, .fudge = TSIG_FUDGE_S};
    const struct tsig_algorithm *algorithm = tsig->key.algorithm;
    uint8_t mac[MAC_MAX];
    tsig->last_len = 0;
    tsig->is_fed = false;
    if (!feed(tsig, message, *len) || !feed_variables(tsig, &record) || !finish(tsig, mac))
        return ERR_NOMEM;
    struct bytes_writer w = bytes_writer_at(message, cap);
    w.len = *len;
    bytes_put(&w, tsig->key.name.wire, tsig->key.name.len);
    bytes_put_u16(&w, TYPE_TSIG);
    bytes_put_u16(&w, CLASS_ANY);
    bytes_put_u32(&w, 0);
    bytes_put_u16(&w, (uint16_t)(name_len(algorithm->name) + 16 + algorithm->mac_len));
    bytes_put(&w, algorithm->name, name_len(algorithm->name));
    bytes_put_u16(&w, (uint16_t)(record.time_s >> 32));
    bytes_put_u32(&w, (uint32_t)record.time_s);
    bytes_put_u16(&w, record.fudge);
    bytes_put_u16(&w, (uint16_t)algorithm->mac_len);
    bytes_put(&w, mac, algorithm->mac_len);
    bytes_put(&w, message, 2); /* original id */
    bytes_put_u16(&w, 0);      /* error */
    bytes_put_u16(&w, 0);      /* other */
    if (w.failed)
        return ERR_FULL;
    message[ARCOUNT_OFFSET + 1]++; /* a query has no more than an OPT there */
    *len = w.len;
    keep_last(tsig, mac, algorithm->mac_len);
    return 0;
}

/* --- checking --- */

/* The record's data, when they are those of our key. */
static bool read_record(const struct tsig *tsig, const struct reply *reply,
                        const struct reply_record *rr, struct record *out)
{
    const uint8_t *algorithm = tsig->key.algorithm->name;
    size_t end = (size_t)rr->rdata_offset + rr->rdata_len, after = 0;
    struct name name;
    if (reply_read_name(reply, rr->rdata_offset, &name, &after) != 0 || after > end ||
        !name_equal(name.wire, algorithm))
        return false;
    struct bytes_reader r = bytes_reader_at(reply->data, end, after);
    out->time_s = (uint64_t)bytes_u16(&r) << 32;
    out->time_s |= bytes_u32(&r);
    out->fudge = bytes_u16(&r);
    out->mac_len = bytes_u16(&r);
    out->mac = reply->data + r.offset;
    bytes_skip(&r, out->mac_len);
    out->original_id = bytes_u16(&r);
    out->error = bytes_u16(&r);
    out->other_len = bytes_u16(&r);
    out->other = reply->data + r.offset;
    bytes_skip(&r, out->other_len);
    return !r.failed && bytes_left(&r) == 0 && out->other_len <= OTHER_MAX &&
           rr->class == CLASS_ANY && rr->ttl == 0 &&
           reply_name_is(reply, rr->owner_offset, tsig->key.name.wire);
}

enum found { FOUND_NONE, FOUND_ONE, FOUND_BAD };

/* A TSIG record is the last of the additional section, or has no place in a message. */
static enum found find_record(const struct tsig *tsig, const uint8_t *message, size_t len,
                              struct reply *reply, struct record *out)
{
    struct reply_iter iter;
    struct reply_record rr, last = {0};
    bool is_misplaced = false;
    int result;
    if (!reply_init(reply, message, len) || reply_iter_init(&iter, reply) != 0)
        return FOUND_BAD;
    size_t offset = iter.offset;
    while ((result = reply_next(&iter, &rr)) == 1) {
        is_misplaced |= last.type == TYPE_TSIG;
        last = rr;
        last.owner_offset = (uint16_t)offset;
        offset = iter.offset;
    }
    if (result != 0 || is_misplaced)
        return FOUND_BAD;
    if (last.type != TYPE_TSIG)
        return FOUND_NONE;
    out->offset = last.owner_offset;
    return last.section == 3 && read_record(tsig, reply, &last, out) ? FOUND_ONE : FOUND_BAD;
}

static enum tsig_result take_unsigned(struct tsig *tsig, const struct reply *reply)
{
    tsig->is_settled = false;
    if (reply->rcode != RCODE_NOERROR)
        return TSIG_LATER; /* it is the end, and a server without our key cannot sign it */
    if (tsig->is_first || ++tsig->unsigned_count > UNSIGNED_MAX)
        return TSIG_MISSING;
    return feed(tsig, reply->data, reply->len) ? TSIG_LATER : TSIG_WRONG;
}

static enum tsig_result of_error(uint16_t error)
{
    switch (error) {
    case ERROR_BADSIG:
        return TSIG_BADSIG;
    case ERROR_BADKEY:
        return TSIG_BADKEY;
    case ERROR_BADTIME:
        return TSIG_BADTIME;
    case ERROR_BADTRUNC:
        return TSIG_BADTRUNC;
    default:
        return TSIG_GOOD;
    }
}

/* The message as it was signed: without the record, with the id it was sent with. */
static bool feed_message(struct tsig *tsig, const struct reply *reply, const struct record *record)
{
    uint8_t header[12];
    uint16_t additional = (uint16_t)(reply->additional_count - 1);
    memcpy(header, reply->data, sizeof header);
    header[0] = (uint8_t)(record->original_id >> 8);
    header[1] = (uint8_t)record->original_id;
    header[ARCOUNT_OFFSET] = (uint8_t)(additional >> 8);
    header[ARCOUNT_OFFSET + 1] = (uint8_t)additional;
    return feed(tsig, header, sizeof header) &&
           feed(tsig, reply->data + sizeof header, record->offset - sizeof header);
}

static bool is_timely(const struct record *record, int64_t now_s)
{
    int64_t off = (int64_t)record->time_s - now_s;
    return off <= record->fudge && -off <= record->fudge;
}

enum tsig_result tsig_check(struct tsig *tsig, const uint8_t *message, size_t len, int64_t now_s)
{
    struct reply reply;
    struct record record = {0};
    uint8_t mac[MAC_MAX];
    enum found found = find_record(tsig, message, len, &reply, &record);
    if (found == FOUND_BAD)
        return TSIG_WRONG;
    if (found == FOUND_NONE)
        return take_unsigned(tsig, &reply);
    enum tsig_result said = of_error(record.error);
    tsig->is_settled = false;
    if (record.mac_len == 0 && reply.rcode != RCODE_NOERROR && said != TSIG_GOOD)
        return said; /* who does not know the key cannot sign (RFC 8945 section 5.2) */
    if (!feed_message(tsig, &reply, &record) ||
        !(tsig->is_first ? feed_variables(tsig, &record) : feed_timers(tsig, &record)) ||
        !finish(tsig, mac) || record.mac_len != tsig->key.algorithm->mac_len ||
        CRYPTO_memcmp(mac, record.mac, record.mac_len) != 0)
        return TSIG_WRONG;
    if (said != TSIG_GOOD)
        return said;
    if (!is_timely(&record, now_s))
        return TSIG_STALE;
    keep_last(tsig, mac, record.mac_len);
    tsig->is_first = false;
    tsig->is_settled = true;
    tsig->unsigned_count = 0;
    return TSIG_GOOD;
}
