// SPDX-License-Identifier: BSD-2-Clause
/* dns/signature.c, keys: which of them are tried, which are none, and whose digest a DS is. */
#include "tests/unit/dns/ldns_signs.h"

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
        cmocka_unit_test(no_key_is_not_bogus),
        cmocka_unit_test(few_keys_of_a_tag_are_tried),
        cmocka_unit_test(a_key_given_twice_is_one),
        cmocka_unit_test(a_fingerprint_knows_no_order),
        cmocka_unit_test(more_than_32_keys_are_left_out),
        cmocka_unit_test(keys_that_cannot_sign_zones_are_none),
        cmocka_unit_test(points_off_the_curve_are_no_keys),
        cmocka_unit_test(rsa_keys_have_bounds),
        cmocka_unit_test(a_delegation_signer_is_a_keys_digest),
        cmocka_unit_test(a_copy_verifies_when_the_first_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
