// SPDX-License-Identifier: BSD-2-Clause
/* Signatures, checked with OpenSSL.
 *
 * 1. keys_create keeps the usable keys of a zone, each made ready for OpenSSL once; a key's
 *    shape is checked here (table `algorithms`) before OpenSSL sees it.
 * 2. signature_check refuses in small steps what cannot be a signature of the set.
 * 3. What was signed is put together (RFC 4034 section 3.1.8.1): the RRSIG's head, then the
 *    records in canonical form and order, each once.
 * 4. Keys with the signature's tag and algorithm are tried, a few at most. */
#include "dns/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "dns/code.h"
#include "dns/dnssec.h"

#define FLAG_ZONE    0x0100 /* RFC 4034 section 2.1.1 */
#define FLAG_REVOKED 0x0080 /* RFC 5011 section 3 */
#define PROTOCOL     3

/* RFC 3110 section 2 allows more: a large exponent is but a way to keep a validator busy. */
#define RSA_EXPONENT_MAX 8
#define RSA_MODULUS_MIN  64 /* octets: RFC 5702 section 2 */
#define RSA_MODULUS_MAX  512

#define EC_POINT_MAX   97 /* of P-384, uncompressed, with the octet that says so */
#define EC_DER_MAX     112
#define DIGEST_LEN_MAX 64

enum kind { KIND_RSA, KIND_EC, KIND_ED };

static const struct algorithm {
    uint8_t number;
    enum kind kind;
    const char *digest;   /* NULL: the algorithm's own */
    const char *ossl;     /* group, or key type */
    size_t key_len;       /* 0: RSA's shape */
    size_t signature_len; /* 0: as long as the modulus */
} algorithms[] = {
    {5, KIND_RSA, "SHA1", "RSA", 0, 0},       /* RFC 3110 */
    {7, KIND_RSA, "SHA1", "RSA", 0, 0},       /* RFC 5155 section 2 */
    {8, KIND_RSA, "SHA256", "RSA", 0, 0},     /* RFC 5702 */
    {10, KIND_RSA, "SHA512", "RSA", 0, 0},    /* RFC 5702 */
    {13, KIND_EC, "SHA256", "P-256", 64, 64}, /* RFC 6605 */
    {14, KIND_EC, "SHA384", "P-384", 96, 96}, /* RFC 6605 */
    {15, KIND_ED, NULL, "ED25519", 32, 64},   /* RFC 8080 */
    {16, KIND_ED, NULL, "ED448", 57, 114},    /* RFC 8080 */
};

struct key {
    const struct algorithm *algorithm;
    uint16_t tag;
    EVP_PKEY *pkey;
    uint8_t *rdata; /* own */
    size_t len;
};

struct keys {
    struct name zone; /* lower case */
    size_t count;
    struct key items[SIGNATURE_KEYS_MAX];
};

static const struct algorithm *find_algorithm(uint8_t number)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (algorithms[i].number == number)
            return &algorithms[i];
    return NULL;
}

bool signature_has_algorithm(uint8_t number)
{
    return find_algorithm(number) != NULL;
}

/* --- keys --- */

static EVP_PKEY *pkey_from_params(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return pkey;
}

/* RFC 3110 section 2: exponent's length in one octet, or in two behind a zero. */
static EVP_PKEY *make_rsa(const struct dnskey_view *key)
{
    struct bytes_reader r = bytes_reader_at(key->key, key->key_len, 0);
    size_t exponent_len = bytes_u8(&r);
    if (exponent_len == 0)
        exponent_len = bytes_u16(&r);
    const uint8_t *exponent = r.data + r.offset;
    if (exponent_len == 0 || exponent_len > RSA_EXPONENT_MAX || !bytes_skip(&r, exponent_len) ||
        bytes_left(&r) < RSA_MODULUS_MIN || bytes_left(&r) > RSA_MODULUS_MAX)
        return NULL;
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_len, NULL);
    BIGNUM *n = BN_bin2bn(r.data + r.offset, (int)bytes_left(&r), NULL);
    if (build && e && n && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1)
        pkey = pkey_from_params("RSA", build);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static EVP_PKEY *make_ec(const struct algorithm *algorithm, const struct dnskey_view *key)
{
    uint8_t point[EC_POINT_MAX] = {POINT_CONVERSION_UNCOMPRESSED};
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    memcpy(point + 1, key->key, key->key_len);
    if (build &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, algorithm->ossl, 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, key->key_len + 1) ==
            1)
        pkey = pkey_from_params("EC", build);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

/* NULL: not a key of its algorithm. */
static EVP_PKEY *make_pkey(const struct algorithm *algorithm, const struct dnskey_view *key)
{
    if (algorithm->kind == KIND_RSA)
        return make_rsa(key);
    if (key->key_len != algorithm->key_len)
        return NULL;
    if (algorithm->kind == KIND_EC)
        return make_ec(algorithm, key);
    return EVP_PKEY_new_raw_public_key_ex(NULL, algorithm->ossl, NULL, key->key, key->key_len);
}

static bool has_key(const struct keys *keys, const struct rdata_view *rdata)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].len == rdata->len &&
            memcmp(keys->items[i].rdata, rdata->data, rdata->len) == 0)
            return true;
    return false;
}

/* Keeps RDATA, if it is of use. ERR_NOMEM. */
static int add_key(struct keys *keys, const struct rdata_view *rdata)
{
    struct dnskey_view view;
    if (dnskey_read(&view, rdata->data, rdata->len) || has_key(keys, rdata))
        return 0;
    const struct algorithm *algorithm = find_algorithm(view.algorithm);
    if (!(view.flags & FLAG_ZONE) || view.flags & FLAG_REVOKED || view.protocol != PROTOCOL ||
        !algorithm)
        return 0;
    EVP_PKEY *pkey = make_pkey(algorithm, &view);
    ERR_clear_error();
    if (!pkey)
        return 0;
    uint8_t *copy = malloc(rdata->len);
    if (!copy) {
        EVP_PKEY_free(pkey);
        return ERR_NOMEM;
    }
    memcpy(copy, rdata->data, rdata->len);
    keys->items[keys->count++] = (struct key){
        .algorithm = algorithm, .tag = view.tag, .pkey = pkey, .rdata = copy, .len = rdata->len};
    return 0;
}

int keys_create(struct keys **out, const uint8_t *zone, const struct rdata_view *dnskeys,
                size_t count)
{
    *out = NULL;
    struct keys *keys = calloc(1, sizeof *keys);
    if (!keys)
        return ERR_NOMEM;
    keys->zone.len = (uint8_t)name_len(zone);
    memcpy(keys->zone.wire, zone, keys->zone.len);
    name_lower(keys->zone.wire);
    int err = 0;
    for (size_t i = 0; !err && i < count && keys->count < SIGNATURE_KEYS_MAX; i++)
        err = add_key(keys, &dnskeys[i]);
    if (!err && keys->count == 0)
        err = ERR_SYNTAX;
    if (err)
        keys_destroy(keys);
    else
        *out = keys;
    return err;
}

void keys_destroy(struct keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++) {
        EVP_PKEY_free(keys->items[i].pkey);
        free(keys->items[i].rdata);
    }
    free(keys);
}

int keys_copy(struct keys **out, const struct keys *keys)
{
    struct rdata_view views[SIGNATURE_KEYS_MAX];
    for (size_t i = 0; i < keys->count; i++)
        views[i] = (struct rdata_view){keys->items[i].rdata, keys->items[i].len};
    return keys_create(out, keys->zone.wire, views, keys->count);
}

uint64_t keys_fingerprint(const struct keys *keys)
{
    uint64_t sum = hash64(keys->zone.wire, keys->zone.len, 0);
    for (size_t i = 0; i < keys->count; i++)
        sum += hash64(keys->items[i].rdata, keys->items[i].len, 1);
    return sum;
}

/* --- delegation signers --- */

/* RFC 4509, RFC 6605; NULL: another. */
static const char *ds_digest(uint8_t number)
{
    static const char *const names[] = {[1] = "SHA1", [2] = "SHA256", [4] = "SHA384"};
    return number < sizeof names / sizeof names[0] ? names[number] : NULL;
}

static bool key_hashes_to(const struct keys *keys, const struct key *key, const char *digest,
                          const uint8_t *expected, size_t expected_len)
{
    uint8_t found[DIGEST_LEN_MAX];
    unsigned found_len = 0;
    EVP_MD *md = EVP_MD_fetch(NULL, digest, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_made = md && ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
                   EVP_DigestUpdate(ctx, keys->zone.wire, keys->zone.len) == 1 &&
                   EVP_DigestUpdate(ctx, key->rdata, key->len) == 1 &&
                   EVP_DigestFinal_ex(ctx, found, &found_len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);
    return is_made && found_len == expected_len && memcmp(found, expected, found_len) == 0;
}

bool keys_match_ds(const struct keys *keys, const uint8_t *ds, size_t len)
{
    struct bytes_reader r = bytes_reader_at(ds, len, 0);
    uint16_t tag = bytes_u16(&r);
    uint8_t algorithm = bytes_u8(&r);
    const char *digest = ds_digest(bytes_u8(&r));
    if (r.failed || !digest)
        return false;
    for (size_t i = 0; i < keys->count; i++) {
        const struct key *key = &keys->items[i];
        if (key->tag == tag && key->algorithm->number == algorithm &&
            key_hashes_to(keys, key, digest, ds + r.offset, bytes_left(&r)))
            return true;
    }
    return false;
}

/* --- what was signed --- */

/* The owner as it was signed: with LABELS labels, behind a `*` if it had more. */
static void signed_owner(struct name *out, const uint8_t *owner, const struct rrsig_view *sig)
{
    bool is_expanded = rrsig_is_expanded(sig, owner);
    struct bytes_writer w = bytes_writer_at(out->wire, sizeof out->wire);
    if (is_expanded)
        bytes_put(&w, "\1*", 2); /* in the place of at least one label */
    const uint8_t *rest = is_expanded ? name_suffix(owner, sig->labels) : owner;
    bytes_put(&w, rest, name_len(rest));
    out->len = (uint8_t)w.len;
    name_lower(out->wire);
}

static int compare_rdata(const void *a_item, const void *b_item)
{
    const struct rdata_view *a = a_item, *b = b_item;
    size_t len = a->len < b->len ? a->len : b->len;
    int order = len ? memcmp(a->data, b->data, len) : 0;
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static void put_record(struct bytes_writer *w, const struct name *owner,
                       const struct rrsig_view *sig, const struct rdata_view *rdata)
{
    bytes_put(w, owner->wire, owner->len);
    bytes_put_u16(w, sig->type);
    bytes_put_u16(w, CLASS_IN);
    bytes_put_u32(w, sig->original_ttl);
    bytes_put_u16(w, (uint16_t)rdata->len);
    bytes_put(w, rdata->data, rdata->len);
}

/* What was signed, in OUT (heap). ERR_NOMEM. */
static int put_together(struct bytes_writer *out, const struct rrset_view *set,
                        const struct rrsig_view *sig, const uint8_t *rrsig)
{
    struct rdata_view items[SIGNATURE_RRS_MAX];
    struct name owner, signer = {.len = (uint8_t)name_len(sig->signer)};
    size_t head_len = (size_t)(sig->signer - rrsig), cap = head_len + signer.len;
    signed_owner(&owner, set->owner, sig);
    for (size_t i = 0; i < set->count; i++) {
        items[i] = set->items[i];
        cap += owner.len + 10u + items[i].len;
    }
    *out = bytes_writer_at(malloc(cap), cap);
    if (!out->data)
        return ERR_NOMEM;
    memcpy(signer.wire, sig->signer, signer.len);
    name_lower(signer.wire);
    bytes_put(out, rrsig, head_len);
    bytes_put(out, signer.wire, signer.len);
    qsort(items, set->count, sizeof items[0], compare_rdata);
    for (size_t i = 0; i < set->count; i++)
        if (i == 0 || compare_rdata(&items[i - 1], &items[i]) != 0)
            put_record(out, &owner, sig, &items[i]);
    return 0;
}

/* --- checking --- */

/* Two numbers side by side (RFC 6605 section 4) as OpenSSL wants them; its length, or 0. */
static size_t ec_to_der(const uint8_t *signature, size_t len, uint8_t out[EC_DER_MAX])
{
    int der_len = 0;
    size_t half = len / 2;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *first = BN_bin2bn(signature, (int)half, NULL);
    BIGNUM *second = BN_bin2bn(signature + half, (int)half, NULL);
    if (pair && first && second && ECDSA_SIG_set0(pair, first, second) == 1) {
        first = second = NULL; /* the pair's now */
        if (i2d_ECDSA_SIG(pair, NULL) <= EC_DER_MAX)
            der_len = i2d_ECDSA_SIG(pair, &out);
    }
    BN_free(first);
    BN_free(second);
    ECDSA_SIG_free(pair);
    return der_len > 0 ? (size_t)der_len : 0;
}

static bool key_verifies(const struct key *key, const struct rrsig_view *sig,
                         const struct bytes_writer *text)
{
    uint8_t der[EC_DER_MAX];
    const uint8_t *signature = sig->signature;
    size_t len = sig->signature_len;
    if (key->algorithm->signature_len != 0 && len != key->algorithm->signature_len)
        return false;
    if (key->algorithm->kind == KIND_EC) {
        len = ec_to_der(sig->signature, len, der);
        signature = der;
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool holds = len > 0 && ctx &&
                 EVP_DigestVerifyInit_ex(ctx, NULL, key->algorithm->digest, NULL, NULL, key->pkey,
                                         NULL) == 1 &&
                 EVP_DigestVerify(ctx, signature, len, text->data, text->len) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error(); /* nobody reads this thread's list of errors */
    return holds;
}

static enum signature_state try_keys(const struct keys *keys, const struct rrsig_view *sig,
                                     const struct bytes_writer *text)
{
    unsigned tried = 0;
    for (size_t i = 0; i < keys->count && tried < SIGNATURE_KEYS_A_TAG_MAX; i++) {
        const struct key *key = &keys->items[i];
        if (key->tag != sig->key_tag || key->algorithm->number != sig->algorithm)
            continue;
        if (key_verifies(key, sig, text))
            return SIGNATURE_GOOD;
        tried++;
    }
    return tried > 0 ? SIGNATURE_BOGUS : SIGNATURE_NO_KEY;
}

/* RFC 4035 section 5.3.1. */
static bool is_fit(const struct rrset_view *set, const struct rrsig_view *sig,
                   const struct keys *keys, int64_t now_s)
{
    if (set->count == 0 || set->count > SIGNATURE_RRS_MAX || set->type != sig->type)
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].len > UINT16_MAX)
            return false;
    if (!name_equal(sig->signer, keys->zone.wire) || !name_is_under(set->owner, keys->zone.wire))
        return false;
    /* Of a wildcard outside the zone, or of a longer name. */
    if (sig->labels < rrsig_labels_of(keys->zone.wire) || sig->labels > rrsig_labels_of(set->owner))
        return false;
    return rrsig_is_timely(sig, now_s);
}

enum signature_state signature_check(const struct rrset_view *set, const uint8_t *rrsig, size_t len,
                                     const struct keys *keys, int64_t now_s)
{
    struct rrsig_view sig;
    struct bytes_writer text;
    if (rrsig_read(&sig, rrsig, len) || !is_fit(set, &sig, keys, now_s))
        return SIGNATURE_UNFIT;
    if (put_together(&text, set, &sig, rrsig))
        return SIGNATURE_NO_KEY;
    enum signature_state state = try_keys(keys, &sig, &text);
    free(text.data);
    return state;
}
