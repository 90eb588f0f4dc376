// SPDX-License-Identifier: BSD-2-Clause
/* dns/nsec3_heads.c with every kernel: heads of every length before tails of every number of
 * blocks give what the whole names give. */
#include "tests/unit/dns/many.h"

#include <stdlib.h>

#include "dns/nsec3_heads.h"

#define HEADS_MAX 37 /* two sets of lanes and a part of a third */

/* LEN octets of labels, lower case. */
static void random_head(struct rng_fast *rng, unsigned len, uint8_t *out)
{
    uint8_t name[NAME_WIRE_MAX];
    random_name(rng, (size_t)len + 1, name);
    name_lower(name);
    memcpy(out, name, len);
}

struct made {
    struct nsec3_heads heads;
    uint8_t octets[HEADS_MAX][NSEC3_HEAD_MAX];
};

static void make_heads(struct made *made, struct rng_fast *rng, unsigned len, size_t count)
{
    assert_int_equal(nsec3_heads_init(&made->heads, len, count), 0);
    assert_true(made->heads.cap >= count && made->heads.cap % SHA1_LANES_MAX == 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t again[NSEC3_HEAD_MAX];
        random_head(rng, len, made->octets[i]);
        nsec3_heads_add(&made->heads, made->octets[i]);
        nsec3_heads_get(&made->heads, i, again);
        assert_memory_equal(again, made->octets[i], len);
    }
}

/* The heads of MADE before NAME; WHERE is told when something is wrong. */
static void check_fifths(const struct made *made, const struct sha1_kernel *kernel,
                         const uint8_t *name, const struct nsec3_params *params, const char *where)
{
    struct nsec3_many many;
    struct nsec3_tail tail;
    const struct nsec3_heads *heads = &made->heads;
    uint32_t *out = aligned_alloc(SHA1_ALIGN, (heads->cap * 4 + SHA1_ALIGN - 1) & ~(size_t)63);
    assert_non_null(out);
    nsec3_many_init(&many, params, kernel);
    assert_int_equal(nsec3_tail_init(&tail, heads->len, name, params), 0);
    nsec3_heads_fifths(&many, heads, &tail, out);
    for (size_t i = 0; i < heads->count; i++) {
        uint8_t whole[NAME_WIRE_MAX], hash[NSEC3_HASH_LEN];
        memcpy(whole, made->octets[i], heads->len);
        memcpy(whole + heads->len, name, name_len(name));
        nsec3_hash(params, whole, hash);
        if (out[i] != nsec3_fifth(hash))
            fail_msg("%s, %s: head %zu of len %u, name of len %zu, salt of %u", kernel->name, where,
                     i, heads->len, name_len(name), params->salt_len);
    }
    nsec3_heads_firsts(&many, heads, &tail, out);
    for (size_t i = 0; i < heads->count; i++) {
        uint8_t whole[NAME_WIRE_MAX], hash[NSEC3_HASH_LEN];
        memcpy(whole, made->octets[i], heads->len);
        memcpy(whole + heads->len, name, name_len(name));
        nsec3_hash(params, whole, hash);
        assert_int_equal(out[i], nsec3_first(hash));
    }
    free(out);
}

static void heads_before_tails(void **state)
{
    static const unsigned head_lens[] = {2, 3, 4, 5, 8, 21, 47, 48, 63, 64};
    static const unsigned name_lens[] = {1, 5, 13, 50, 110, 190};
    static const unsigned salt_lens[] = {0, 8, 36, 255};
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 6);
    for (size_t k = 0; kernel_here(k); k++) {
        for (size_t h = 0; h < sizeof head_lens / sizeof head_lens[0]; h++) {
            struct made made;
            make_heads(&made, &rng, head_lens[h], HEADS_MAX);
            for (int is_prepared = 0; is_prepared < 2; is_prepared++) {
                for (unsigned n = 0; n < 6 * 4 * 2; n++) {
                    uint8_t name[NAME_WIRE_MAX];
                    struct nsec3_params params =
                        random_params(&rng, salt_lens[n / 6 % 4], n / 24 * 3);
                    random_name(&rng, name_lens[n % 6], name);
                    check_fifths(&made, kernel_here(k), name, &params,
                                 is_prepared ? "prepared" : "plain");
                }
                assert_int_equal(nsec3_heads_prepare(&made.heads, kernel_here(k)), 0);
                assert_int_equal(made.heads.is_first_word, head_lens[h] <= 4);
            }
            nsec3_heads_deinit(&made.heads);
        }
    }
}

/* Prepared for one kernel, another still gives what is right. */
static void another_kernel_than_prepared_for(void **state)
{
    struct rng_fast rng;
    struct made made;
    struct nsec3_params params = {.algorithm = 1};
    uint8_t name[NAME_WIRE_MAX];
    (void)state;
    rng_fast_init(&rng, 7);
    random_name(&rng, 13, name);
    make_heads(&made, &rng, 6, HEADS_MAX);
    assert_int_equal(nsec3_heads_prepare(&made.heads, sha1_kernel_best()), 0);
    check_fifths(&made, sha1_kernel_find("portable"), name, &params, "other");
    nsec3_heads_deinit(&made.heads);
}

/* What all heads share is set in the tail: octets 4 and 9 here, any number of times. */
static void shared_octets_are_the_tails(void **state)
{
    static const uint8_t example[] = "\7example\3com";
    struct nsec3_params params = {.algorithm = 1};
    struct nsec3_tail tail;
    (void)state;
    for (size_t k = 0; kernel_here(k); k++) {
        _Alignas(SHA1_ALIGN) uint32_t out[SHA1_LANES_MAX];
        struct nsec3_many many;
        struct nsec3_heads heads;
        uint8_t head[10] = {9, 'a', 'b', 'c', 0, 'e', 'f', 'g', 'h', 0}, last = 0;
        nsec3_many_init(&many, &params, kernel_here(k));
        assert_int_equal(nsec3_heads_init(&heads, sizeof head, 1), 0);
        nsec3_heads_add(&heads, head);
        assert_int_equal(nsec3_heads_prepare(&heads, kernel_here(k)), 0);
        assert_int_equal(nsec3_tail_init(&tail, sizeof head, example, &params), 0);
        nsec3_tail_set(&tail, 4, 0, 'd');
        for (uint8_t c = 'p'; c < 'v'; c++) {
            uint8_t whole[sizeof head + sizeof example], hash[NSEC3_HASH_LEN];
            nsec3_tail_set(&tail, 9, last, c);
            last = c;
            memcpy(whole, head, sizeof head);
            whole[4] = 'd';
            whole[9] = c;
            memcpy(whole + sizeof head, example, sizeof example);
            nsec3_hash(&params, whole, hash);
            nsec3_heads_fifths(&many, &heads, &tail, out);
            assert_int_equal(out[0], nsec3_fifth(hash));
        }
        nsec3_heads_deinit(&heads);
    }
}

static void names_keep_to_255_octets(void **state)
{
    struct rng_fast rng;
    struct nsec3_params params = {.algorithm = 1, .salt_len = 255};
    struct nsec3_tail tail;
    uint8_t name[NAME_WIRE_MAX];
    (void)state;
    rng_fast_init(&rng, 8);
    random_name(&rng, 215, name);
    assert_int_equal(nsec3_tail_init(&tail, 40, name, &params), 0);
    assert_int_equal(tail.block_count, NSEC3_NAME_BLOCKS_MAX);
    assert_int_equal(nsec3_tail_init(&tail, 41, name, &params), ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_before_tails),
        cmocka_unit_test(another_kernel_than_prepared_for),
        cmocka_unit_test(shared_octets_are_the_tails),
        cmocka_unit_test(names_keep_to_255_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
