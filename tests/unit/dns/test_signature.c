// SPDX-License-Identifier: BSD-2-Clause
/* dns/signature.c, signatures: good, bogus, or of something else. */
#include "tests/unit/dns/ldns_signs.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm_is_checked),
        cmocka_unit_test(order_case_and_repetition_do_not_matter),
        cmocka_unit_test(data_are_sorted_as_octets),
        cmocka_unit_test(proofs_can_be_checked),
        cmocka_unit_test(a_wildcards_data_verify_under_its_names),
        cmocka_unit_test(what_is_not_of_the_set_is_unfit),
        cmocka_unit_test(a_set_has_64_records_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
