// SPDX-License-Identifier: BSD-2-Clause
/* dns/nsec3_many.c with every kernel: the published hashes, the one-at-a-time hash and ldns's, over
 * names, salts and iterations of every number of blocks. */
#include "tests/unit/dns/many.h"

#include <ldns/ldns.h>

#include "dns/nsec3_many.h"

#define NAMES_MAX 40

static void published_hashes(void **state)
{
    static const struct {
        const char *name, *salt;
        unsigned salt_len, iterations;
        const char *hash;
    } known[] = {
        /* RFC 5155 appendix A, RFC 9824 section 4, hashcat, John */
        {"example", "\xaa\xbb\xcc\xdd", 4, 12, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
        {"A.eXample", "\xaa\xbb\xcc\xdd", 4, 12, "35mthgpgcu1qg68fab165klnsnk3dpvl"},
        {"*.w.example", "\xaa\xbb\xcc\xdd", 4, 12, "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
        {"a.example.com", "", 0, 0, "h64kfa4p1acer2ebps9qsdk6dnp8b3jq"},
        {"hashcat.fnmlbsik.net", "\x35\x53\x78\x86", 4, 1, "pi6a89u8tca930h8mvolklmesefc5gmn"},
        {"ns1.example.com", "", 0, 0, ""},
        {"www.example.com", "AAAAAAAA", 8, 100, ""},
    };
    static const uint8_t john[2][NSEC3_HASH_LEN] = {
        {0x87, 0x9f, 0xfd, 0xa8, 0x5c, 0x7c, 0xb0, 0x8d, 0xf1, 0xf9,
         0x3f, 0xb0, 0x40, 0xb9, 0x0a, 0x68, 0x69, 0xb2, 0x05, 0xf1},
        {0x8c, 0x2d, 0x58, 0x3a, 0xcb, 0xe2, 0x26, 0x16, 0xc6, 0x9b,
         0xb4, 0x57, 0xe0, 0xc2, 0x11, 0x1c, 0xed, 0x0a, 0x6e, 0x77}};
    (void)state;
    for (size_t k = 0; kernel_here(k); k++) {
        for (size_t i = 0; i < 7; i++) {
            struct nsec3_many many;
            struct nsec3_params params = {.algorithm = 1,
                                          .iterations = (uint16_t)known[i].iterations,
                                          .salt_len = (uint8_t)known[i].salt_len};
            struct name name;
            const uint8_t *names[NAMES_MAX];
            uint8_t hashes[NAMES_MAX][NSEC3_HASH_LEN], expected[NSEC3_HASH_LEN];
            memcpy(params.salt, known[i].salt, known[i].salt_len);
            assert_int_equal(name_from_text(&name, known[i].name, strlen(known[i].name)), 0);
            if (i < 5)
                assert_true(base32hex_to_hash(known[i].hash, expected));
            else
                memcpy(expected, john[i - 5], sizeof expected);
            for (size_t n = 0; n < NAMES_MAX; n++)
                names[n] = name.wire;
            nsec3_many_init(&many, &params, kernel_here(k));
            nsec3_many_hash(&many, names, NAMES_MAX, hashes);
            for (size_t n = 0; n < NAMES_MAX; n++)
                assert_memory_equal(hashes[n], expected, NSEC3_HASH_LEN);
        }
    }
}

/* What ldns says H(NAME) is. */
static void hash_by_ldns(const uint8_t *name, const struct nsec3_params *params,
                         uint8_t out[NSEC3_HASH_LEN])
{
    ldns_rdf *dname = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name_len(name), name);
    ldns_rdf *hashed =
        ldns_nsec3_hash_name(dname, 1, params->iterations, params->salt_len, params->salt);
    assert_non_null(hashed);
    assert_int_equal(ldns_rdf_data(hashed)[0], NSEC3_LABEL_LEN);
    assert_true(base32hex_to_hash((const char *)ldns_rdf_data(hashed) + 1, out));
    ldns_rdf_deep_free(hashed);
    ldns_rdf_deep_free(dname);
}

/* COUNT names of LEN octets, or of any where that is 0, by KERNEL and by the others. */
static void check(const struct sha1_kernel *kernel, struct rng_fast *rng,
                  const struct nsec3_params *params, size_t count, size_t len)
{
    struct nsec3_many many;
    uint8_t wires[NAMES_MAX][NAME_WIRE_MAX], hashes[NAMES_MAX + 1][NSEC3_HASH_LEN];
    const uint8_t *names[NAMES_MAX];
    for (size_t i = 0; i < count; i++) {
        random_name(rng, len ? len : 3 + rng_fast_below(rng, 253), wires[i]);
        names[i] = wires[i];
    }
    memset(hashes, 0x5a, sizeof hashes);
    nsec3_many_init(&many, params, kernel);
    nsec3_many_hash(&many, names, count, hashes);
    for (size_t i = 0; i < count; i++) {
        uint8_t expected[NSEC3_HASH_LEN];
        nsec3_hash(params, names[i], expected);
        if (memcmp(hashes[i], expected, sizeof expected) != 0)
            fail_msg("%s: name %zu of %zu, len %zu", kernel->name, i, count, name_len(names[i]));
        hash_by_ldns(names[i], params, expected);
        assert_memory_equal(hashes[i], expected, sizeof expected);
    }
    for (size_t i = 0; i < NSEC3_HASH_LEN; i++) /* not beyond what was asked for */
        assert_int_equal(hashes[count][i], 0x5a);
}

static void any_count_of_names(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 3);
    struct nsec3_params params = random_params(&rng, 3, 2);
    for (size_t k = 0; kernel_here(k); k++)
        for (size_t count = 0; count <= NAMES_MAX; count++)
            check(kernel_here(k), &rng, &params, count, 0);
}

/* Name and salt together of 1 to 9 blocks, at both sides of every limit; a hash and a salt of 1
 * to 5. */
static void any_number_of_blocks(void **state)
{
    static const unsigned lens[] = {1, 3, 5, 30, 54, 55, 56, 64, 119, 120, 182, 247, 254, 255};
    static const unsigned salts[] = {0, 1, 34, 35, 36, 55, 99, 100, 163, 164, 227, 228, 254, 255};
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 4);
    for (size_t k = 0; kernel_here(k); k++) {
        for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
            for (size_t j = 0; j < sizeof salts / sizeof salts[0]; j++) {
                struct nsec3_params params = random_params(&rng, salts[j], (i + j) % 4);
                check(kernel_here(k), &rng, &params, 3, lens[i]);
            }
        }
    }
}

static void mixed_lengths_beside_each_other(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 5);
    for (size_t k = 0; kernel_here(k); k++) {
        for (unsigned i = 0; i < 40; i++) {
            struct nsec3_params params =
                random_params(&rng, rng_fast_below(&rng, SALT_LEN_MAX + 1), i < 39 ? i : 2500);
            check(kernel_here(k), &rng, &params, SHA1_LANES_MAX + 1, 0);
        }
    }
}

static void the_best_kernel_is_taken_for_none(void **state)
{
    struct nsec3_params params = {.algorithm = 1};
    struct nsec3_many many;
    (void)state;
    nsec3_many_init(&many, &params, NULL);
    assert_ptr_equal(many.kernel, sha1_kernel_best());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_hashes),
        cmocka_unit_test(any_count_of_names),
        cmocka_unit_test(any_number_of_blocks),
        cmocka_unit_test(mixed_lengths_beside_each_other),
        cmocka_unit_test(the_best_kernel_is_taken_for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
