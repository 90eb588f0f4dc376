// SPDX-License-Identifier: BSD-2-Clause
/* dns/nsec3_hash.c: published hashes, ldns's, and owners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "base/rng.h"
#include "dns/dnssec.h"

static struct nsec3_params params_of(const char *salt, size_t salt_len, uint16_t iterations)
{
    struct nsec3_params params = {
        .algorithm = 1, .iterations = iterations, .salt_len = (uint8_t)salt_len};
    memcpy(params.salt, salt, salt_len);
    return params;
}

static void assert_hash(const char *text, const struct nsec3_params *params, const char *expected)
{
    struct name name;
    uint8_t hash[NSEC3_HASH_LEN], decoded[NSEC3_HASH_LEN];
    char label[NSEC3_LABEL_LEN];
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    nsec3_hash(params, name.wire, hash);
    base32hex_from_hash(hash, label);
    assert_memory_equal(label, expected, NSEC3_LABEL_LEN);
    assert_true(base32hex_to_hash(expected, decoded));
    assert_memory_equal(decoded, hash, NSEC3_HASH_LEN);
}

/* RFC 5155 appendix A. */
static void hashes_of_rfc_5155(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
        {"a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
        {"ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"},
        {"ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
        {"ns2.example", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
        {"w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
        {"*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
        {"x.w.example", "b4um86eghhds6nea196smvmlo4ors995"},
        {"y.w.example", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
        {"x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"},
        {"xx.example", "t644ebqk9bibcna874givr6joj62mlhv"},
        {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
    };
    struct nsec3_params params = params_of("\xaa\xbb\xcc\xdd", 4, 12);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_hash(known[i][0], &params, known[i][1]);
}

/* What crackers test themselves with, and RFC 9824 section 4's example. */
static void hashes_known_elsewhere(void **state)
{
    (void)state;
    struct nsec3_params params = params_of("\x35\x53\x78\x86", 4, 1);
    assert_hash("hashcat.fnmlbsik.net", &params, "pi6a89u8tca930h8mvolklmesefc5gmn");
    params = params_of("", 0, 0);
    assert_hash("a.example.com", &params, "h64kfa4p1acer2ebps9qsdk6dnp8b3jq");
    struct name name;
    uint8_t hash[NSEC3_HASH_LEN];
    assert_int_equal(name_from_text(&name, "ns1.example.com", 15), 0);
    nsec3_hash(&params, name.wire, hash);
    assert_memory_equal(
        hash, "\x87\x9f\xfd\xa8\x5c\x7c\xb0\x8d\xf1\xf9\x3f\xb0\x40\xb9\x0a\x68\x69\xb2\x05\xf1",
        NSEC3_HASH_LEN);
    params = params_of("\x41\x41\x41\x41\x41\x41\x41\x41", 8, 100);
    assert_int_equal(name_from_text(&name, "www.example.com", 15), 0);
    nsec3_hash(&params, name.wire, hash);
    assert_memory_equal(
        hash, "\x8c\x2d\x58\x3a\xcb\xe2\x26\x16\xc6\x9b\xb4\x57\xe0\xc2\x11\x1c\xed\x0a\x6e\x77",
        NSEC3_HASH_LEN);
}

static void letter_case_does_not_matter(void **state)
{
    (void)state;
    struct nsec3_params params = params_of("\xaa\xbb\xcc\xdd", 4, 12);
    uint8_t hash[NSEC3_HASH_LEN], again[NSEC3_HASH_LEN];
    nsec3_hash(&params, (const uint8_t *)"\1a\7example", hash);
    nsec3_hash(&params, (const uint8_t *)"\1A\7ExamplE", again);
    assert_memory_equal(hash, again, NSEC3_HASH_LEN);
}

/* Names and salts of every length, so that the text ends at every place in a block. */
static void hashes_are_those_of_ldns(void **state)
{
    (void)state;
    struct rng_fast rng;
    rng_fast_init(&rng, 7);
    for (unsigned i = 0; i < 600; i++) {
        struct name name = {0};
        uint8_t salt[NSEC3_SALT_MAX];
        unsigned len = 0, wanted = 1 + i % 254;
        while (len + 3 <= wanted) {
            unsigned label =
                wanted - len - 2 > 63 ? 1 + rng_fast_below(&rng, 63) : wanted - len - 2;
            name.wire[len++] = (uint8_t)label;
            for (; label > 0; label--)
                name.wire[len++] = (uint8_t)('a' + rng_fast_below(&rng, 26));
        }
        name.wire[len++] = 0;
        size_t salt_len = i < 256 ? i : rng_fast_below(&rng, 256);
        for (size_t j = 0; j < salt_len; j++)
            salt[j] = (uint8_t)rng_fast_u64(&rng);
        struct nsec3_params params = params_of((char *)salt, salt_len, (uint16_t)(i % 4));
        uint8_t hash[NSEC3_HASH_LEN];
        char label[NSEC3_LABEL_LEN];
        nsec3_hash(&params, name.wire, hash);
        base32hex_from_hash(hash, label);

        ldns_rdf *owner = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, len, name.wire);
        ldns_rdf *hashed =
            ldns_nsec3_hash_name(owner, 1, params.iterations, params.salt_len, params.salt);
        assert_int_equal(ldns_rdf_data(hashed)[0], NSEC3_LABEL_LEN);
        assert_memory_equal(ldns_rdf_data(hashed) + 1, label, NSEC3_LABEL_LEN);
        ldns_rdf_deep_free(owner);
        ldns_rdf_deep_free(hashed);
    }
}

static void params_are_equal_in_all_their_parts(void **state)
{
    (void)state;
    struct nsec3_params a = params_of("ab", 2, 5), b = params_of("ab", 2, 5);
    b.salt[2] = 9; /* behind the salt */
    assert_true(nsec3_params_equal(&a, &b));
    b = params_of("ab", 2, 6);
    assert_false(nsec3_params_equal(&a, &b));
    b = params_of("ab", 1, 5);
    assert_false(nsec3_params_equal(&a, &b));
    b = params_of("ac", 2, 5);
    assert_false(nsec3_params_equal(&a, &b));
    b = params_of("ab", 2, 5);
    b.algorithm = 2;
    assert_false(nsec3_params_equal(&a, &b));
}

static void base32hex_has_32_letters_in_any_case(void **state)
{
    (void)state;
    uint8_t hash[NSEC3_HASH_LEN];
    char label[NSEC3_LABEL_LEN];
    for (int letter = 0; letter < 256; letter++) {
        bool is_digit = letter >= '0' && letter <= '9';
        bool is_letter = (letter >= 'a' && letter <= 'v') || (letter >= 'A' && letter <= 'V');
        for (size_t at = 0; at < NSEC3_LABEL_LEN; at++) {
            memset(label, '0', sizeof label);
            label[at] = (char)letter;
            assert_int_equal(base32hex_to_hash(label, hash), is_digit || is_letter);
            if (!is_digit && !is_letter)
                continue;
            unsigned value = (unsigned)(is_digit ? letter - '0' : (letter | 32) - 'a' + 10);
            unsigned bit = 0;
            for (unsigned i = 0; i < 5; i++) { /* the five bits, one by one */
                size_t place = 5 * at + i;
                bit = bit << 1 | (hash[place / 8] >> (7 - place % 8) & 1);
            }
            assert_int_equal(bit, value);
        }
    }
    memset(hash, 0xff, sizeof hash);
    base32hex_from_hash(hash, label);
    assert_memory_equal(label, "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv", sizeof label);
}

static void an_owner_is_a_hash_right_below_its_zone(void **state)
{
    (void)state;
    const uint8_t *zone = (const uint8_t *)"\7example";
    uint8_t hash[NSEC3_HASH_LEN];
    assert_true(nsec3_owner_hash((const uint8_t *)"\40"
                                                  "0P9mhaveqvm6t7vbl5lop2u3t2rp3tom"
                                                  "\7EXAMPLE",
                                 zone, hash));
    assert_int_equal(hash[0], 0x06);
    assert_false(nsec3_owner_hash((const uint8_t *)"\40"
                                                   "0p9mhaveqvm6t7vbl5lop2u3t2rp3tox"
                                                   "\7example",
                                  zone, hash));
    assert_false(nsec3_owner_hash((const uint8_t *)"\37"
                                                   "0p9mhaveqvm6t7vbl5lop2u3t2rp3to"
                                                   "\7example",
                                  zone, hash));
    assert_false(nsec3_owner_hash((const uint8_t *)"\41"
                                                   "0p9mhaveqvm6t7vbl5lop2u3t2rp3tomm"
                                                   "\7example",
                                  zone, hash));
    assert_false(nsec3_owner_hash((const uint8_t *)"\40"
                                                   "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
                                                   "\1a\7example",
                                  zone, hash));
    assert_false(nsec3_owner_hash((const uint8_t *)"\7example", zone, hash));
    assert_false(nsec3_owner_hash((const uint8_t *)"", zone, hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_of_rfc_5155),
        cmocka_unit_test(hashes_known_elsewhere),
        cmocka_unit_test(letter_case_does_not_matter),
        cmocka_unit_test(hashes_are_those_of_ldns),
        cmocka_unit_test(params_are_equal_in_all_their_parts),
        cmocka_unit_test(base32hex_has_32_letters_in_any_case),
        cmocka_unit_test(an_owner_is_a_hash_right_below_its_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
