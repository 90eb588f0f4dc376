// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/forge.c: false in one place, and right in all others. */
#include "tests/unit/lab/help.h"

#include "base/rng.h"
#include "bench/lab/forge.h"

static const char zone_text[] = "$ORIGIN lab.example.\nwww A 192.0.2.1\n";

struct forged {
    uint8_t query[QUERY_MAX], data[FORGE_MAX];
    size_t query_len, len;
    struct query parsed;
};

static void forge(const struct zones *zones, int kind, const char *name, uint16_t type,
                  uint16_t udp_size, uint64_t bits, struct forged *out)
{
    enum lie told = LIE_NONE;
    out->query_len = query_build(out->query, name, type, udp_size);
    assert_int_equal(query_parse(&out->parsed, out->query, out->query_len), QUERY_OK);
    struct answer_params params = {.zones = zones,
                                   .size_max = out->parsed.udp_size,
                                   .lies = {.hides = true, .bits = 5},
                                   .told = &told};
    out->len = forge_build(kind, &params, &out->parsed, out->query_len, bits, out->data);
    assert_int_equal(told, LIE_NONE); /* it is for the right reply to tell */
}

static void expect_false_a(const struct forged *f)
{
    size_t opt = f->parsed.has_edns ? 11 : 0;
    assert_int_equal(f->data[2] & 0x80, 0x80);
    assert_int_equal(f->data[3] & 15, 0);
    assert_int_equal(f->data[7], 1);
    assert_int_equal(f->len, f->parsed.question_end + 16 + opt);
    assert_memory_equal(f->data + f->len - opt - 4, "\313\0\161\205", 4); /* 203.0.113.133 */
    assert_memory_equal(f->data + f->parsed.question_end, "\300\14", 2);  /* of the question */
}

static void another_id_is_never_the_same(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct forged f;
    (void)state;
    for (uint64_t bits = 0; bits < 70000; bits++) {
        forge(zones, FORGE_ID, "www.lab.example", TYPE_A, bits % 2 ? 1232 : 0, bits, &f);
        assert_memory_not_equal(f.data, f.query, 2);
        assert_memory_equal(f.data + 12, f.query + 12, f.parsed.question_end - 12);
        expect_false_a(&f);
    }
    zones_destroy(zones);
}

static void another_question_is_a_name_of_the_same_length(void **state)
{
    static const char *const names[] = {"www.lab.example", "xww.lab.example", "nix.lab.example",
                                        "far.away.test"};
    struct zones *zones = zones_of(zone_text);
    struct forged f;
    struct query other;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        forge(zones, FORGE_QUESTION, names[i], TYPE_A, 0, i, &f);
        assert_memory_equal(f.data, f.query, 2);
        expect_false_a(&f);
        f.data[2] &= 0x7f; /* read it as a query to see its name */
        f.data[7] = 0;
        assert_int_equal(query_parse(&other, f.data, f.parsed.question_end), QUERY_OK);
        assert_false(name_equal(other.name.wire, f.parsed.name.wire));
        assert_int_equal(other.name.len, f.parsed.name.len);
        assert_int_equal(other.type, TYPE_A);
    }
    forge(zones, FORGE_QUESTION, "", TYPE_A, 0, 0, &f); /* the root: another type */
    assert_int_equal(f.data[12], 0);
    assert_memory_not_equal(f.data + 12, f.query + 12, 5);
    zones_destroy(zones);
}

static void from_another_source_all_is_right_but_the_address(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct forged f;
    (void)state;
    forge(zones, FORGE_SOURCE, "www.lab.example", TYPE_A, 1232, 1, &f);
    assert_memory_equal(f.data, f.query, 2);
    assert_memory_equal(f.data + 12, f.query + 12, f.parsed.question_end - 12);
    expect_false_a(&f);
    forge(zones, FORGE_SOURCE, "www.lab.example", TYPE_AAAA, 0, 1, &f);
    assert_int_equal(f.data[7], 1);
    assert_memory_equal(f.data + f.len - 16, "\77\377\0\0\0\2\0\0", 8);
    forge(zones, FORGE_SOURCE, "www.lab.example", TYPE_TXT, 0, 1, &f);
    assert_int_equal(f.data[3] & 15, RCODE_NXDOMAIN);
    assert_int_equal(f.data[7], 0);
    zones_destroy(zones);
}

static void an_echo_is_the_query_octet_for_octet(void **state)
{
    struct zones *zones = zones_of(zone_text);
    struct forged f;
    (void)state;
    forge(zones, FORGE_ECHO, "wWw.lab.example", TYPE_A, 4096, 1, &f);
    assert_int_equal(f.len, f.query_len);
    assert_memory_equal(f.data, f.query, f.len);
    zones_destroy(zones);
}

/* The longest name there is, and every kind: nothing passes FORGE_MAX (ASan looks on). */
static void long_names_fit(void **state)
{
    struct zones *zones = zones_of(zone_text);
    char name[256] = "";
    struct forged *f = malloc(sizeof *f);
    (void)state;
    assert_non_null(f);
    for (unsigned i = 0; i < 127; i++)
        strcat(name, i ? ".a" : "a"); /* 254 octets of labels, and the root */
    for (int kind = FORGE_ID; kind <= FORGE_ECHO; kind++) {
        forge(zones, kind, name, TYPE_AAAA, 512, 3, f);
        assert_int_equal(f->parsed.name.len, 255);
        assert_in_range(f->len, f->parsed.question_end, FORGE_MAX);
    }
    free(f);
    zones_destroy(zones);
}

static struct fleet *fleet_of(size_t v4, size_t v6)
{
    struct fleet_params params = {.seed = 1,
                                  .first = 0x7f010001,
                                  .port = 5300,
                                  .v4_count = v4,
                                  .v6_count = v6,
                                  .mix = "clean"};
    char why[FLEET_ERROR_MAX];
    struct fleet *fleet = NULL;
    assert_int_equal(fleet_create(&fleet, &params, why), 0);
    return fleet;
}

static void close_resolver(struct fleet *fleet, uint32_t index)
{
    fleet->resolvers[index].traits.value[TRAIT_DEAD] = (struct range){DEAD_CLOSED, DEAD_CLOSED};
}

static void another_source_is_open_and_of_the_family(void **state)
{
    struct fleet *fleet = fleet_of(3, 2);
    (void)state;
    assert_int_equal(forge_source(fleet, 0), 1);
    assert_int_equal(forge_source(fleet, 2), 0);
    assert_int_equal(forge_source(fleet, 3), 4);
    assert_int_equal(forge_source(fleet, 4), 3);
    close_resolver(fleet, 1);
    assert_int_equal(forge_source(fleet, 0), 2);
    close_resolver(fleet, 4);
    assert_int_equal(forge_source(fleet, 3), 3);
    fleet_destroy(fleet);
    fleet = fleet_of(1, 0);
    assert_int_equal(forge_source(fleet, 0), 0);
    fleet_destroy(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_id_is_never_the_same),
        cmocka_unit_test(another_question_is_a_name_of_the_same_length),
        cmocka_unit_test(from_another_source_all_is_right_but_the_address),
        cmocka_unit_test(an_echo_is_the_query_octet_for_octet),
        cmocka_unit_test(long_names_fit),
        cmocka_unit_test(another_source_is_open_and_of_the_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
