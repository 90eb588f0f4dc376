// SPDX-License-Identifier: BSD-2-Clause
/* scan/denial_proof.c: what is read out of replies, and whose signature counts. Signatures
 * themselves are checked by dns/signature.c, which has tests of its own against ldns; here it is
 * ldns, too, that makes the good ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/code.h"
#include "scan/denial_proof.h"
#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"

#define NOW 1500000

static const uint16_t host_types[] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC, 0};
static struct message m;
static struct denial_proof proof;

static void begin(unsigned rcode)
{
    message_begin(&m, "q.example", TYPE_A, rcode);
}

static void put_link(const char *owner, const char *next)
{
    struct name from = name_of(owner), to = name_of(next);
    put_bare_nsec(&m, &from, &to, host_types);
}

static void put_signature(const char *owner, unsigned labels, const char *signer)
{
    struct name name = name_of(owner);
    put_rrsig(&m, IN_AUTHORITY, &name, TYPE_NSEC, labels, signer);
}

static void read_proof(struct denial_checker *checker)
{
    struct reply reply = message_view(&m);
    denial_proof_read(&proof, &reply, TYPE_NSEC, checker);
}

static struct denial_checker checker_without_keys(void)
{
    return (struct denial_checker){.zone = (const uint8_t *)"\7example", .now_s = NOW};
}

static void records_and_serial_are_read(void **state)
{
    struct denial_checker checker = checker_without_keys();
    struct name b = name_of("b.example");
    (void)state;
    begin(RCODE_NXDOMAIN);
    put_soa(&m, IN_AUTHORITY, 77);
    put_link("B.example", "d.example");
    put_signature("b.EXAMPLE", 2, "example");
    put_link("example", "a.example");
    read_proof(&checker);
    assert_int_equal(proof.rcode, RCODE_NXDOMAIN);
    assert_true(proof.has_serial);
    assert_int_equal(proof.serial, 77);
    assert_false(proof.has_data || proof.has_cut || proof.has_dname || proof.is_damaged);
    assert_int_equal(proof.count, 2);
    assert_memory_equal(proof.records[0].owner.wire, b.wire, b.len); /* in lower case */
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_UNCHECKED);
    assert_non_null(proof.records[0].rrsig);
    assert_int_equal(proof.records[0].section, 2);
    assert_int_equal(proof.records[0].ttl, 300);
    assert_int_equal(proof.records[1].signature, DENIAL_SIGNED_NOT);
    assert_null(proof.records[1].rrsig);
}

static void signers_are_told_apart(void **state)
{
    static const struct {
        const char *owner;
        unsigned labels;
        const char *signer;
        enum denial_signed expected;
    } cases[] = {
        {"b.example", 2, "example", DENIAL_SIGNED_UNCHECKED},
        {"b.example", 2, "EXAMPLE", DENIAL_SIGNED_UNCHECKED},
        {"b.example", 1, "example", DENIAL_SIGNED_EXPANDED},
        {"*.example", 1, "example", DENIAL_SIGNED_UNCHECKED}, /* the asterisk does not count */
        {"b.example", 2, "b.example", DENIAL_SIGNED_BY_OTHERS},
        {"b.example", 2, "test", DENIAL_SIGNED_BY_OTHERS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct denial_checker checker = checker_without_keys();
        begin(RCODE_NXDOMAIN);
        put_link(cases[i].owner, "d.example");
        put_signature(cases[i].owner, cases[i].labels, cases[i].signer);
        read_proof(&checker);
        assert_int_equal(proof.count, 1);
        assert_int_equal(proof.records[0].signature, cases[i].expected);
    }
}

static void the_best_signature_counts(void **state)
{
    struct denial_checker checker = checker_without_keys();
    (void)state;
    begin(RCODE_NXDOMAIN);
    put_link("b.example", "d.example");
    put_signature("b.example", 2, "b.example");
    put_signature("b.example", 1, "example");
    put_signature("c.example", 2, "example"); /* of another name */
    put_signature("b.example", 2, "example");
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_UNCHECKED);
}

/* As many records as anybody wants to send, and signatures likewise: bounded. */
static void what_is_read_is_bounded(void **state)
{
    struct denial_checker checker = checker_without_keys();
    (void)state;
    begin(RCODE_NXDOMAIN);
    for (unsigned i = 0; i < DENIAL_PROOF_RECORDS + 5; i++) {
        char owner[32];
        snprintf(owner, sizeof owner, "b%u.example", i);
        put_link(owner, "d.example");
    }
    read_proof(&checker);
    assert_int_equal(proof.count, DENIAL_PROOF_RECORDS);
    assert_int_equal(proof.left_out, 5);
    begin(RCODE_NXDOMAIN);
    put_link("b.example", "d.example");
    for (unsigned i = 0; i < DENIAL_PROOF_SIGNATURES; i++)
        put_signature("b.example", 2, "b.example");
    put_signature("b.example", 2, "example"); /* too late */
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_BY_OTHERS);
}

static void repeated_and_foreign_records_are_left_out(void **state)
{
    struct denial_checker checker = checker_without_keys();
    (void)state;
    begin(RCODE_NXDOMAIN);
    put_link("b.example", "d.example");
    put_link("b.example", "d.example");
    put_link("b.test", "d.test");
    message_put(&m, IN_AUTHORITY, "c.example", TYPE_NSEC, CLASS_IN, "\1d", 2); /* cut short */
    read_proof(&checker);
    assert_int_equal(proof.count, 1);
    assert_int_equal(proof.left_out, 2);
}

static void referrals_and_dnames_are_noted(void **state)
{
    struct denial_checker checker = checker_without_keys();
    struct name cut = name_of("cut.example"), dname = name_of("d.example");
    (void)state;
    begin(RCODE_NOERROR);
    message_put_name(&m, IN_AUTHORITY, "CUT.example", TYPE_NS, "ns.cut.example");
    read_proof(&checker);
    assert_true(proof.has_cut && !proof.is_cut_signed);
    assert_memory_equal(proof.cut.wire, cut.wire, cut.len);
    message_put(&m, IN_AUTHORITY, "cut.example", TYPE_DS, CLASS_IN, "\0\1\15\2abcd", 8);
    read_proof(&checker);
    assert_true(proof.has_cut && proof.is_cut_signed);
    begin(RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "d.example", TYPE_DNAME, "test");
    message_put_name(&m, IN_AUTHORITY, "example", TYPE_NS, "ns.example"); /* the zone's own */
    read_proof(&checker);
    assert_true(proof.has_dname && proof.has_data && !proof.has_cut);
    assert_memory_equal(proof.dname.wire, dname.wire, dname.len);
}

static void damage_is_told(void **state)
{
    struct denial_checker checker = checker_without_keys();
    (void)state;
    begin(RCODE_NXDOMAIN);
    put_link("b.example", "d.example");
    message_count(&m, IN_AUTHORITY); /* one that is not there */
    read_proof(&checker);
    assert_true(proof.is_damaged);
    assert_int_equal(proof.count, 1);
}

/* --- true signatures --- */

struct signer {
    ldns_key_list *keys;
    struct keys *public;
};

static void rdata_to_wire(const ldns_rr *rr, uint8_t *out, size_t *len)
{
    ldns_buffer *buffer = ldns_buffer_new(1024);
    assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, rr), LDNS_STATUS_OK);
    *len = ldns_buffer_position(buffer);
    memcpy(out, ldns_buffer_begin(buffer), *len);
    ldns_buffer_free(buffer);
}

static void make_signer(struct signer *signer)
{
    uint8_t rdata[1024];
    struct rdata_view view = {.data = rdata};
    ldns_key *key = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
    signer->keys = ldns_key_list_new();
    ldns_key_list_push_key(signer->keys, key);
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str("example"));
    ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY);
    ldns_key_set_inception(key, NOW - 1000);
    ldns_key_set_expiration(key, NOW + 1000);
    ldns_rr *rr = ldns_key2rr(key);
    ldns_key_set_keytag(key, ldns_calc_keytag(rr));
    rdata_to_wire(rr, rdata, &view.len);
    ldns_rr_free(rr);
    assert_int_equal(keys_create(&signer->public, (const uint8_t *)"\7example", &view, 1), 0);
}

/* "b.example. 300 IN NSEC ..." and its signature into the message. */
static void put_signed_text(struct signer *signer, const char *text, const char *owner)
{
    uint8_t rdata[1024];
    size_t len;
    ldns_rr *rr;
    ldns_rr_list *set = ldns_rr_list_new();
    assert_int_equal(ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL), LDNS_STATUS_OK);
    ldns_rr_list_push_rr(set, rr);
    ldns_rr_list *signatures = ldns_sign_public(set, signer->keys);
    rdata_to_wire(rr, rdata, &len);
    message_put(&m, IN_AUTHORITY, owner, TYPE_NSEC, CLASS_IN, rdata, len);
    rdata_to_wire(ldns_rr_list_rr(signatures, 0), rdata, &len);
    message_put(&m, IN_AUTHORITY, owner, TYPE_RRSIG, CLASS_IN, rdata, len);
    ldns_rr_list_deep_free(signatures);
    ldns_rr_list_deep_free(set);
}

static void good_signatures_are_computed_once(void **state)
{
    struct signer signer;
    (void)state;
    make_signer(&signer);
    struct denial_checker checker = checker_without_keys();
    checker.keys = signer.public;
    begin(RCODE_NXDOMAIN);
    put_signed_text(&signer, "b.example. 300 IN NSEC D.example. A RRSIG NSEC", "b.example");
    for (unsigned i = 0; i < 3; i++) {
        read_proof(&checker);
        assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_GOOD);
        assert_int_equal(checker.checked, 1);
    }
    m.data[m.w.len - 1] ^= 1; /* the signature's last octet */
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_BOGUS);
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_BOGUS);
    assert_int_equal(checker.checked, 3);
    keys_destroy(signer.public);
    ldns_key_list_free(signer.keys);
}

static void false_and_late_ones_are_bogus(void **state)
{
    struct signer signer, other;
    (void)state;
    make_signer(&signer);
    make_signer(&other);
    struct denial_checker checker = checker_without_keys();
    checker.keys = other.public;
    begin(RCODE_NXDOMAIN);
    put_signed_text(&signer, "b.example. 300 IN NSEC d.example. A RRSIG NSEC", "b.example");
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_BOGUS); /* no key of the zone */
    checker.keys = signer.public;
    checker.now_s = NOW + 2000;
    read_proof(&checker);
    assert_int_equal(proof.records[0].signature, DENIAL_SIGNED_BOGUS);
    keys_destroy(signer.public);
    keys_destroy(other.public);
    ldns_key_list_free(signer.keys);
    ldns_key_list_free(other.keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_serial_are_read),
        cmocka_unit_test(signers_are_told_apart),
        cmocka_unit_test(the_best_signature_counts),
        cmocka_unit_test(what_is_read_is_bounded),
        cmocka_unit_test(repeated_and_foreign_records_are_left_out),
        cmocka_unit_test(referrals_and_dnames_are_noted),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(good_signatures_are_computed_once),
        cmocka_unit_test(false_and_late_ones_are_bogus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
