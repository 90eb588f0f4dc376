// SPDX-License-Identifier: BSD-2-Clause
/* dns/signature.c against what ldns signs: it shares neither code nor form with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/code.h"
#include "dns/dnssec.h"
#include "dns/signature.h"

#define INCEPTION  1000000
#define EXPIRATION 2000000
#define NOW        1500000

#define RDATA_CAP 1024
#define ZONE      ((const uint8_t *)"\7example")

struct rdata {
    uint8_t data[RDATA_CAP];
    size_t len;
};

/* A zone's key, what it signed, and its signature. */
struct signed_set {
    ldns_key_list *owned; /* has the key */
    ldns_key *key;
    struct rdata dnskey, rrsig, items[4];
    struct rdata_view views[4];
    struct name owner;
    struct rrset_view set;
    struct keys *keys;
};

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static void take_rdata(struct rdata *out, const ldns_rr *rr)
{
    ldns_buffer *buffer = ldns_buffer_new(RDATA_CAP);
    assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, rr), LDNS_STATUS_OK);
    out->len = ldns_buffer_position(buffer);
    assert_true(out->len <= RDATA_CAP);
    memcpy(out->data, ldns_buffer_begin(buffer), out->len);
    ldns_buffer_free(buffer);
}

static void make_key(struct signed_set *s, ldns_signing_algorithm algorithm, uint16_t bits)
{
    s->key = ldns_key_new_frm_algorithm(algorithm, bits);
    assert_non_null(s->key);
    s->owned = ldns_key_list_new();
    ldns_key_list_push_key(s->owned, s->key);
    ldns_key_set_pubkey_owner(s->key, ldns_dname_new_frm_str("example"));
    ldns_key_set_flags(s->key, LDNS_KEY_ZONE_KEY);
    ldns_key_set_inception(s->key, INCEPTION);
    ldns_key_set_expiration(s->key, EXPIRATION);
    ldns_rr *rr = ldns_key2rr(s->key);
    ldns_key_set_keytag(s->key, ldns_calc_keytag(rr));
    take_rdata(&s->dnskey, rr);
    ldns_rr_free(rr);
    struct rdata_view view = {s->dnskey.data, s->dnskey.len};
    assert_int_equal(keys_create(&s->keys, ZONE, &view, 1), 0);
}

/* Signs the records of TEXTS, ended by NULL. */
static void sign(struct signed_set *s, const char *const *texts)
{
    ldns_rr_list *rrs = ldns_rr_list_new();
    s->set = (struct rrset_view){.owner = s->owner.wire, .items = s->views};
    for (; *texts; texts++) {
        ldns_rr *rr = NULL;
        assert_int_equal(ldns_rr_new_frm_str(&rr, *texts, 0, NULL, NULL), LDNS_STATUS_OK);
        take_rdata(&s->items[s->set.count], rr);
        s->views[s->set.count] =
            (struct rdata_view){s->items[s->set.count].data, s->items[s->set.count].len};
        s->set.count++;
        s->set.type = (uint16_t)ldns_rr_get_type(rr);
        s->owner.len = (uint8_t)ldns_rdf_size(ldns_rr_owner(rr));
        memcpy(s->owner.wire, ldns_rdf_data(ldns_rr_owner(rr)), s->owner.len);
        ldns_rr_list_push_rr(rrs, rr);
    }
    ldns_rr_list *rrsigs = ldns_sign_public(rrs, s->owned);
    assert_non_null(rrsigs);
    assert_int_equal(ldns_rr_list_rr_count(rrsigs), 1);
    take_rdata(&s->rrsig, ldns_rr_list_rr(rrsigs, 0));
    ldns_rr_list_deep_free(rrsigs);
    ldns_rr_list_deep_free(rrs);
}

static void drop(struct signed_set *s)
{
    ldns_key_list_free(s->owned);
    keys_destroy(s->keys);
    free(s);
}

static const char *const addresses[] = {"www.example. 300 IN A 192.0.2.9",
                                        "www.example. 300 IN A 192.0.2.1",
                                        "www.example. 300 IN A 10.0.0.1", NULL};

static struct signed_set *signed_by(ldns_signing_algorithm algorithm, uint16_t bits,
                                    const char *const *texts)
{
    struct signed_set *s = calloc(1, sizeof *s);
    assert_non_null(s);
    make_key(s, algorithm, bits);
    sign(s, texts);
    return s;
}

static enum signature_state check_at(const struct signed_set *s, int64_t now)
{
    return signature_check(&s->set, s->rrsig.data, s->rrsig.len, s->keys, now);
}

static void assert_checked(ldns_signing_algorithm algorithm, uint16_t bits)
{
    struct signed_set *s = signed_by(algorithm, bits, addresses);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    /* Any octet of the data, the signature's head or the signature. */
    s->items[1].data[3] ^= 1;
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    s->items[1].data[3] ^= 1;
    s->rrsig.data[7] ^= 1; /* the TTL */
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    s->rrsig.data[7] ^= 1;
    for (size_t back = 1; back <= 60; back += 29) {
        s->rrsig.data[s->rrsig.len - back] ^= 4;
        assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
        s->rrsig.data[s->rrsig.len - back] ^= 4;
    }
    s->rrsig.len--;
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    s->rrsig.len++;
    s->set.count--; /* a record is missing */
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    s->set.count++;
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

static void every_algorithm_is_checked(void **state)
{
    (void)state;
    assert_checked(LDNS_SIGN_RSASHA1, 1024);
    assert_checked(LDNS_SIGN_RSASHA1_NSEC3, 1024);
    assert_checked(LDNS_SIGN_RSASHA256, 512);
    assert_checked(LDNS_SIGN_RSASHA256, 2048);
    assert_checked(LDNS_SIGN_RSASHA512, 1024);
    assert_checked(LDNS_SIGN_ECDSAP256SHA256, 256);
    assert_checked(LDNS_SIGN_ECDSAP384SHA384, 384);
    assert_checked(LDNS_SIGN_ED25519, 256);
    assert_checked(LDNS_SIGN_ED448, 456);
}

static void order_case_and_repetition_do_not_matter(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    struct rdata_view items[] = {s->views[2], s->views[0], s->views[1], s->views[0]};
    s->set.items = items;
    s->set.count = 4;
    memcpy(s->owner.wire, "\3WwW\7EXAMPLE", 13);
    memcpy(s->rrsig.data + 18, "\7eXample", 9);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

/* Shorter data stand first, whatever follows. */
static void data_are_sorted_as_octets(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "t.example. 60 IN TXT \"b\"", "t.example. 60 IN TXT \"a\" \"a\"",
        "t.example. 60 IN TXT \"a\"", "t.example. 60 IN TXT \"\\200\"", NULL};
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, texts);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

static void proofs_can_be_checked(void **state)
{
    (void)state;
    static const char *const nsec[] = {"a.example. 60 IN NSEC c.example. A RRSIG NSEC", NULL};
    static const char *const nsec3[] = {
        "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 60 IN NSEC3 1 1 12 aabbccdd "
        "2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM",
        NULL};
    static const char *const soa[] = {"example. 60 IN SOA ns.example. root.example. 1 2 3 4 5",
                                      NULL};
    struct signed_set *s = signed_by(LDNS_SIGN_ECDSAP256SHA256, 256, nsec);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    sign(s, nsec3);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    sign(s, soa);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

static void a_wildcards_data_verify_under_its_names(void **state)
{
    (void)state;
    static const char *const wild[] = {"*.w.example. 60 IN A 192.0.2.1", NULL};
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, wild);
    struct rrsig_view sig;
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    s->owner = name_of("deep.name.w.example");
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    assert_int_equal(rrsig_read(&sig, s->rrsig.data, s->rrsig.len), 0);
    assert_true(rrsig_is_expanded(&sig, s->owner.wire));
    s->owner = name_of("w.example"); /* as many labels, and not a wildcard's */
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    s->owner = name_of("x.v.example");
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    drop(s);
}

static void what_is_not_of_the_set_is_unfit(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    const struct signed_set good = *s;
    assert_int_equal(check_at(s, INCEPTION), SIGNATURE_GOOD);
    assert_int_equal(check_at(s, EXPIRATION), SIGNATURE_GOOD);
    assert_int_equal(check_at(s, INCEPTION - 1), SIGNATURE_UNFIT);
    assert_int_equal(check_at(s, EXPIRATION + 1), SIGNATURE_UNFIT);
    s->set.type = TYPE_AAAA;
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    s->set = good.set;
    s->set.count = 0;
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    s->set = good.set;
    for (unsigned labels = 0; labels < 256; labels++) { /* 1: a wildcard's; 0: none in the zone */
        s->rrsig.data[3] = (uint8_t)labels;
        assert_int_equal(check_at(s, NOW), labels == 2   ? SIGNATURE_GOOD
                                           : labels == 1 ? SIGNATURE_BOGUS
                                                         : SIGNATURE_UNFIT);
    }
    s->rrsig = good.rrsig;
    memcpy(s->rrsig.data + 18, "\7examplf", 9);
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    s->rrsig = good.rrsig;
    s->owner = name_of("www.test");
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    s->owner = good.owner;
    s->rrsig.len = 18 + 9; /* no signature */
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    s->rrsig.len = good.rrsig.len;
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

static void a_set_has_64_records_at_most(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    struct rdata_view items[SIGNATURE_RRS_MAX + 1];
    for (size_t i = 0; i <= SIGNATURE_RRS_MAX; i++)
        items[i] = s->views[i % 3];
    s->set.items = items;
    s->set.count = SIGNATURE_RRS_MAX;
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    s->set.count++;
    assert_int_equal(check_at(s, NOW), SIGNATURE_UNFIT);
    drop(s);
}

/* --- keys --- */

static void no_key_is_not_bogus(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    struct signed_set *other = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    s->rrsig.data[16] ^= 1; /* the tag */
    assert_int_equal(check_at(s, NOW), SIGNATURE_NO_KEY);
    s->rrsig.data[16] ^= 1;
    s->rrsig.data[2] = 13;
    assert_int_equal(check_at(s, NOW), SIGNATURE_NO_KEY);
    s->rrsig.data[2] = 99;
    assert_int_equal(check_at(s, NOW), SIGNATURE_NO_KEY);
    s->rrsig.data[2] = 15;
    assert_int_equal(signature_check(&s->set, s->rrsig.data, s->rrsig.len, other->keys, NOW),
                     ldns_key_keytag(s->key) == ldns_key_keytag(other->key) ? SIGNATURE_BOGUS
                                                                            : SIGNATURE_NO_KEY);
    drop(s);
    drop(other);
}

/* Keys with S's tag that are not S's: two octets of a key, each in an even place, that change
 * by as much in opposite directions leave the tag as it is. */
static void forge_key(struct rdata *out, const struct signed_set *s, unsigned number)
{
    *out = s->dnskey;
    for (size_t i = 4; i + 2 < out->len; i += 2) {
        if (out->data[i] < 250 && out->data[i + 2] > 5 && number-- == 0) {
            out->data[i]++;
            out->data[i + 2]--;
            return;
        }
    }
    fail();
}

static int create_with(struct signed_set *s, unsigned forged_count, bool is_last)
{
    static struct rdata forged[SIGNATURE_KEYS_MAX + 8];
    struct rdata_view views[SIGNATURE_KEYS_MAX + 8];
    unsigned count = 0;
    if (!is_last)
        views[count++] = (struct rdata_view){s->dnskey.data, s->dnskey.len};
    for (unsigned i = 0; i < forged_count; i++) {
        forge_key(&forged[i], s, i);
        views[count++] = (struct rdata_view){forged[i].data, forged[i].len};
    }
    if (is_last)
        views[count++] = (struct rdata_view){s->dnskey.data, s->dnskey.len};
    keys_destroy(s->keys);
    return keys_create(&s->keys, ZONE, views, count);
}

static void few_keys_of_a_tag_are_tried(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_RSASHA256, 1024, addresses);
    assert_int_equal(create_with(s, SIGNATURE_KEYS_A_TAG_MAX - 1, true), 0);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    assert_int_equal(create_with(s, SIGNATURE_KEYS_A_TAG_MAX, true), 0);
    assert_int_equal(check_at(s, NOW), SIGNATURE_BOGUS);
    assert_int_equal(create_with(s, SIGNATURE_KEYS_A_TAG_MAX, false), 0);
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

static void a_key_given_twice_is_one(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    struct rdata_view twice[] = {{s->dnskey.data, s->dnskey.len}, {s->dnskey.data, s->dnskey.len}};
    struct keys *keys;
    assert_int_equal(keys_create(&keys, ZONE, twice, 2), 0);
    assert_true(keys_fingerprint(keys) == keys_fingerprint(s->keys));
    keys_destroy(keys);
    drop(s);
}

static void a_fingerprint_knows_no_order(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_RSASHA256, 1024, addresses);
    uint64_t alone = keys_fingerprint(s->keys);
    assert_int_equal(create_with(s, 3, true), 0);
    uint64_t print = keys_fingerprint(s->keys);
    assert_int_equal(create_with(s, 3, false), 0);
    assert_true(keys_fingerprint(s->keys) == print);
    assert_true(alone != print);
    struct rdata_view view = {s->dnskey.data, s->dnskey.len};
    struct keys *keys;
    assert_int_equal(keys_create(&keys, (const uint8_t *)"\7EXAMPLF", &view, 1), 0);
    assert_true(keys_fingerprint(keys) != alone);
    keys_destroy(keys);
    drop(s);
}

static void more_than_32_keys_are_left_out(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_RSASHA256, 2048, addresses);
    assert_int_equal(create_with(s, SIGNATURE_KEYS_MAX - 1, false), 0);
    uint64_t print = keys_fingerprint(s->keys);
    assert_int_equal(create_with(s, SIGNATURE_KEYS_MAX, false), 0);
    assert_true(keys_fingerprint(s->keys) == print);
    drop(s);
}

static int create_one(const uint8_t *rdata, size_t len)
{
    struct rdata_view view = {rdata, len};
    struct keys *keys;
    int err = keys_create(&keys, ZONE, &view, 1);
    assert_int_equal(keys != NULL, err == 0);
    keys_destroy(keys);
    return err;
}

static void keys_that_cannot_sign_zones_are_none(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ED25519, 256, addresses);
    struct rdata *key = &s->dnskey;
    struct keys *keys;
    assert_int_equal(keys_create(&keys, ZONE, NULL, 0), ERR_SYNTAX);
    assert_null(keys);
    for (size_t len = 0; len < key->len; len++)
        assert_int_equal(create_one(key->data, len), ERR_SYNTAX);
    assert_int_equal(create_one(key->data, key->len), 0);
    assert_int_equal(create_one(key->data, key->len + 1), ERR_SYNTAX);
    key->data[1] = 1; /* a key that signs keys */
    assert_int_equal(create_one(key->data, key->len), 0);
    key->data[1] = 0x81; /* revoked */
    assert_int_equal(create_one(key->data, key->len), ERR_SYNTAX);
    key->data[1] = 0;
    key->data[0] = 0; /* a host's */
    assert_int_equal(create_one(key->data, key->len), ERR_SYNTAX);
    key->data[0] = 1;
    key->data[2] = 2;
    assert_int_equal(create_one(key->data, key->len), ERR_SYNTAX);
    key->data[2] = 3;
    static const uint8_t others[] = {0, 1, 3, 6, 12, 14, 16, 17, 253, 255};
    for (size_t i = 0; i < sizeof others; i++) {
        key->data[3] = others[i];
        assert_int_equal(create_one(key->data, key->len), ERR_SYNTAX);
    }
    drop(s);
}

static void points_off_the_curve_are_no_keys(void **state)
{
    (void)state;
    uint8_t rdata[4 + 64] = {1, 0, 3, 13};
    memset(rdata + 4, 0x11, 64);
    assert_int_equal(create_one(rdata, sizeof rdata), ERR_SYNTAX);
    memset(rdata + 4, 0xff, 64);
    assert_int_equal(create_one(rdata, sizeof rdata), ERR_SYNTAX);
}

/* Exponent and modulus of an RSA key, each at the ends of what is taken. */
static int create_rsa(size_t exponent_len, bool is_long_form, size_t modulus_len)
{
    uint8_t rdata[2048] = {1, 0, 3, 8};
    size_t len = 4;
    if (is_long_form) {
        rdata[len++] = 0;
        rdata[len++] = (uint8_t)(exponent_len >> 8);
    }
    rdata[len++] = (uint8_t)exponent_len;
    memset(rdata + len, 1, exponent_len);
    len += exponent_len;
    memset(rdata + len, 0xff, modulus_len);
    return create_one(rdata, len + modulus_len);
}

static void rsa_keys_have_bounds(void **state)
{
    (void)state;
    assert_int_equal(create_rsa(3, false, 64), 0);
    assert_int_equal(create_rsa(3, false, 63), ERR_SYNTAX);
    assert_int_equal(create_rsa(3, false, 512), 0);
    assert_int_equal(create_rsa(3, false, 513), ERR_SYNTAX);
    assert_int_equal(create_rsa(8, false, 128), 0);
    assert_int_equal(create_rsa(9, false, 128), ERR_SYNTAX);
    assert_int_equal(create_rsa(3, true, 128), 0);
    assert_int_equal(create_rsa(0, true, 128), ERR_SYNTAX);
    assert_int_equal(create_rsa(300, true, 128), ERR_SYNTAX);
    assert_int_equal(create_rsa(3, false, 0), ERR_SYNTAX);
    assert_int_equal(create_one((const uint8_t *)"\1\0\3\10\0", 5), ERR_SYNTAX);
    assert_int_equal(create_one((const uint8_t *)"\1\0\3\10\0\1", 6), ERR_SYNTAX);
    assert_int_equal(create_one((const uint8_t *)"\1\0\3\10\7\1", 6), ERR_SYNTAX);
}

static void assert_ds(const struct signed_set *s, ldns_hash hash)
{
    struct rdata ds;
    ldns_rr *key = ldns_key2rr(s->key), *rr = ldns_key_rr2ds(key, hash);
    assert_non_null(rr);
    take_rdata(&ds, rr);
    assert_true(keys_match_ds(s->keys, ds.data, ds.len));
    for (size_t i = 0; i < ds.len; i += 3) {
        ds.data[i] ^= 1;
        assert_false(keys_match_ds(s->keys, ds.data, ds.len));
        ds.data[i] ^= 1;
    }
    for (size_t len = 0; len < ds.len; len++)
        assert_false(keys_match_ds(s->keys, ds.data, len));
    assert_false(keys_match_ds(s->keys, ds.data, ds.len + 1));
    ldns_rr_free(rr);
    ldns_rr_free(key);
}

static void a_delegation_signer_is_a_keys_digest(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ECDSAP256SHA256, 256, addresses);
    assert_ds(s, LDNS_SHA1);
    assert_ds(s, LDNS_SHA256);
    assert_ds(s, LDNS_SHA384);
    for (unsigned digest = 0; digest < 256; digest++) {
        const uint8_t none[4] = {s->dnskey.data[0], 0, 13, (uint8_t)digest};
        assert_false(keys_match_ds(s->keys, none, sizeof none));
    }
    drop(s);
}

static void a_copy_verifies_when_the_first_is_gone(void **state)
{
    (void)state;
    struct signed_set *s = signed_by(LDNS_SIGN_ECDSAP256SHA256, 256, addresses);
    struct keys *copy;
    assert_int_equal(keys_copy(&copy, s->keys), 0);
    assert_true(keys_fingerprint(copy) == keys_fingerprint(s->keys));
    keys_destroy(s->keys);
    s->keys = copy;
    assert_int_equal(check_at(s, NOW), SIGNATURE_GOOD);
    drop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_verifies_when_the_first_is_gone),
        cmocka_unit_test(every_algorithm_is_checked),
        cmocka_unit_test(order_case_and_repetition_do_not_matter),
        cmocka_unit_test(data_are_sorted_as_octets),
        cmocka_unit_test(proofs_can_be_checked),
        cmocka_unit_test(a_wildcards_data_verify_under_its_names),
        cmocka_unit_test(what_is_not_of_the_set_is_unfit),
        cmocka_unit_test(a_set_has_64_records_at_most),
        cmocka_unit_test(no_key_is_not_bogus),
        cmocka_unit_test(few_keys_of_a_tag_are_tried),
        cmocka_unit_test(a_key_given_twice_is_one),
        cmocka_unit_test(a_fingerprint_knows_no_order),
        cmocka_unit_test(more_than_32_keys_are_left_out),
        cmocka_unit_test(keys_that_cannot_sign_zones_are_none),
        cmocka_unit_test(points_off_the_curve_are_no_keys),
        cmocka_unit_test(rsa_keys_have_bounds),
        cmocka_unit_test(a_delegation_signer_is_a_keys_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
