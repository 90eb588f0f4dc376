// SPDX-License-Identifier: BSD-2-Clause
/* What is signed is the RRSIG's own rdata without the signature, then each record with its
 * owner in lower case, or that of the wildcard it was made from (RFC 4034 section 3.1.8.1).
 * OpenSSL gives the signature in DER; DNSSEC wants both numbers bare, 32 octets each. */
#include "tests/hostile/sign.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/dnssec.h"

#define POINT_LEN  65 /* 0x04, x, y */
#define SCALAR_LEN 32
#define DER_MAX    80
#define TEXT_MAX   (32 + SIGN_ITEMS_MAX * (NAME_WIRE_MAX + 10 + 256))
#define ALGORITHM  13

struct signer {
    EVP_PKEY *key;
    EVP_MD_CTX *context;
    uint8_t rdata[SIGN_KEY_LEN];
    uint16_t tag;
    uint8_t text[TEXT_MAX]; /* being signed */
};

int signer_create(struct signer **out)
{
    struct signer *s = *out = calloc(1, sizeof *s);
    uint8_t point[POINT_LEN];
    size_t len = 0;
    struct dnskey_view view;
    if (!s)
        return ERR_NOMEM;
    s->key = EVP_EC_gen("P-256");
    s->context = EVP_MD_CTX_new();
    if (!s->key || !s->context ||
        !EVP_PKEY_get_octet_string_param(s->key, "pub", point, sizeof point, &len) ||
        len != sizeof point)
        return ERR_NOTSUP;
    struct bytes_writer w = bytes_writer_at(s->rdata, sizeof s->rdata);
    bytes_put_u16(&w, 257);
    bytes_put_u8(&w, 3);
    bytes_put_u8(&w, ALGORITHM);
    bytes_put(&w, point + 1, sizeof point - 1);
    int err = dnskey_read(&view, s->rdata, sizeof s->rdata);
    s->tag = view.tag;
    return err;
}

void signer_destroy(struct signer *signer)
{
    if (!signer)
        return;
    EVP_PKEY_free(signer->key);
    EVP_MD_CTX_free(signer->context);
    free(signer);
}

const uint8_t *signer_key(const struct signer *signer)
{
    return signer->rdata;
}

static void put_lower(struct bytes_writer *w, const uint8_t *name)
{
    size_t at = w->len, len = name_len(name);
    bytes_put(w, name, len);
    if (!w->failed)
        name_lower(w->data + at);
}

/* The owner that the signature is about. */
static void put_owner(struct bytes_writer *w, const struct sign_set *set)
{
    unsigned count = name_label_count(set->owner);
    bool is_star = set->owner[0] == 1 && set->owner[1] == '*';
    if (set->labels < count - (is_star ? 1 : 0)) {
        bytes_put(w, "\1*", 2);
        put_lower(w, name_suffix(set->owner, set->labels));
    } else
        put_lower(w, set->owner);
}

static void put_head(struct bytes_writer *w, const struct signer *signer,
                     const struct sign_set *set)
{
    bytes_put_u16(w, set->type);
    bytes_put_u8(w, ALGORITHM);
    bytes_put_u8(w, (uint8_t)set->labels);
    bytes_put_u32(w, set->ttl);
    bytes_put_u32(w, (uint32_t)set->expiration);
    bytes_put_u32(w, (uint32_t)set->inception);
    bytes_put_u16(w, signer->tag);
    put_lower(w, set->signer);
}

static bool make_signature(const struct signer *signer, const struct bytes_writer *text,
                           uint8_t out[2 * SCALAR_LEN])
{
    uint8_t der[DER_MAX];
    const uint8_t *from = der;
    size_t len = sizeof der;
    if (EVP_DigestSignInit(signer->context, NULL, EVP_sha256(), NULL, signer->key) != 1 ||
        EVP_DigestSign(signer->context, der, &len, text->data, text->len) != 1)
        return false;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &from, (long)len);
    bool made = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, SCALAR_LEN) == SCALAR_LEN &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + SCALAR_LEN, SCALAR_LEN) == SCALAR_LEN;
    ECDSA_SIG_free(pair);
    return made;
}

size_t signer_sign(struct signer *signer, const struct sign_set *set, uint8_t out[SIGN_RRSIG_MAX])
{
    struct bytes_writer text = bytes_writer_at(signer->text, sizeof signer->text);
    struct bytes_writer rdata = bytes_writer_at(out, SIGN_RRSIG_MAX);
    uint8_t signature[2 * SCALAR_LEN] = {0};
    put_head(&rdata, signer, set);
    bytes_put(&text, out, rdata.len);
    for (size_t i = 0; i < set->count; i++) {
        put_owner(&text, set);
        bytes_put_u16(&text, set->type);
        bytes_put_u16(&text, 1);
        bytes_put_u32(&text, set->ttl);
        bytes_put_u16(&text, (uint16_t)set->items[i].len);
        bytes_put(&text, set->items[i].data, set->items[i].len);
    }
    if (text.failed || !make_signature(signer, &text, signature))
        memset(signature, 0, sizeof signature);
    bytes_put(&rdata, signature, sizeof signature);
    return rdata.len;
}

void signer_print(const struct signer *signer, const uint8_t *zone, FILE *out)
{
    char name[NAME_TEXT_MAX];
    unsigned char key[4 * ((SIGN_KEY_LEN - 4 + 2) / 3) + 1];
    name_to_text(zone, name);
    EVP_EncodeBlock(key, signer->rdata + 4, SIGN_KEY_LEN - 4);
    fprintf(out, "%s. IN DNSKEY 257 3 %d %s\n", name, ALGORITHM, key);
}
