// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_key.c: keys in the order of names, and where their labels end. */
#include "tests/unit/source/circle_names.h"

#include "dns/canon.h"
#include "verdict/denial_key.h"

static struct denial_key key_of(const struct name *name, const struct name *zone)
{
    struct denial_key key;
    memset(&key, 0xaa, sizeof key);
    denial_key_of(&key, name->wire, name_label_count(zone->wire));
    return key;
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static int compare(const struct denial_key *a, const struct denial_key *b)
{
    int order = memcmp(a->octets, b->octets, a->len < b->len ? a->len : b->len);
    return sign(order != 0 ? order : a->len - b->len);
}

/* Labels that A and B have in common below the zone. */
static unsigned plain_common(const struct name *a, const struct name *b, const struct name *zone)
{
    unsigned from = name_label_count(zone->wire), a_count = name_label_count(a->wire),
             b_count = name_label_count(b->wire), depth = from;
    while (depth < a_count && depth < b_count &&
           name_equal(name_suffix(a->wire, depth + 1), name_suffix(b->wire, depth + 1)))
        depth++;
    return depth - from;
}

static void keys_sort_as_names_and_share_what_these_share(void **state)
{
    const struct name zones[] = {name_of("z.example"), name_of(".")};
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 2);
    for (unsigned i = 0; i < 20000; i++) {
        const struct name *zone = &zones[i % 2];
        struct name a, b;
        random_name(&rng, zone, 5, &a);
        random_name(&rng, zone, 5, &b);
        struct denial_key x = key_of(&a, zone), y = key_of(&b, zone);
        assert_int_equal(compare(&x, &y), sign(canon_compare(a.wire, b.wire)));
        assert_int_equal(denial_key_common(&x, y.octets, y.len), plain_common(&a, &b, zone));
        assert_int_equal(x.label_count, name_label_count(a.wire) - name_label_count(zone->wire));
        assert_int_equal(x.label_count ? x.ends[x.label_count - 1] : 0, x.len);
    }
}

/* An ancestor's key is how the name's begins, up to where that label ends. */
static void a_key_begins_with_its_ancestors(void **state)
{
    struct name zone = name_of("test"), name = name_of("a.bc.\\000d.test");
    struct denial_key key = key_of(&name, &zone);
    static const uint8_t expected[] = "\0\1d\0\0bc\0\0a\0"; /* and a 0 more */
    (void)state;
    assert_int_equal(key.len, sizeof expected);
    assert_memory_equal(key.octets, expected, sizeof expected);
    assert_int_equal(key.label_count, 3);
    assert_int_equal(key.ends[0], 5);
    assert_int_equal(key.ends[1], 9);
    assert_int_equal(key.ends[2], 12);
    for (unsigned labels = 0; labels <= 3; labels++) {
        struct name above = {.len = (uint8_t)name_len(name_suffix(name.wire, labels + 1))};
        memcpy(above.wire, name_suffix(name.wire, labels + 1), above.len);
        struct denial_key shorter = key_of(&above, &zone);
        assert_int_equal(shorter.len, labels ? key.ends[labels - 1] : 0);
        assert_memory_equal(shorter.octets, key.octets, shorter.len);
        assert_int_equal(denial_key_common(&key, shorter.octets, shorter.len), labels);
    }
    assert_int_equal(denial_key_common(&key, key.octets, 8), 1); /* an end that is cut is none */
}

/* Every octet doubled, and as many labels as there can be. */
static void the_longest_names_fit(void **state)
{
    struct name zone = name_of(".");
    (void)state;
    for (unsigned label_len = 1; label_len <= NAME_LABEL_MAX; label_len++) {
        struct name name = zone;
        while (name.len + label_len + 1 <= NAME_WIRE_MAX) {
            memmove(name.wire + label_len + 1, name.wire, name.len);
            name.wire[0] = (uint8_t)label_len;
            memset(name.wire + 1, 0, label_len);
            name.len = (uint8_t)(name.len + label_len + 1);
        }
        struct denial_key key = key_of(&name, &zone);
        assert_int_equal(key.label_count, name_label_count(name.wire));
        assert_int_equal(key.len, (unsigned)key.label_count * (2 * label_len + 2));
        assert_true(key.len <= SPANS_KEY_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_sort_as_names_and_share_what_these_share),
        cmocka_unit_test(a_key_begins_with_its_ancestors),
        cmocka_unit_test(the_longest_names_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
