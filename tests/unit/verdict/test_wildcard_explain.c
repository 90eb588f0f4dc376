// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard_explain.c: what is known of a wildcard, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/wildcard_sim.h"

static void the_reason_is_told_and_cut_to_fit(void **unused)
{
    (void)unused;
    sim_start(24,
              (struct rule[]){{"zone.test", TYPE_A, 3, 1, .base = 1},
                              {"zone.test", TYPE_AAAA, 1, 1, .base = 1}},
              2);
    struct wildcard_data data = data_of(TYPE_A, 2, 1);
    struct wildcard_finding f = settle("aaa.zone.test", &data, 1);
    while (take_probes(), sim.flight_count)
        (void)land(0, 0, false);
    static const char expected[] =
        "*.zone.test answers A with 3 data in 20 probes, AAAA with 1 datum in 8 probes";
    char text[128];
    assert_int_equal(wildcards_explain(sim.w, f.root, text, sizeof text), sizeof expected - 1);
    assert_string_equal(text, expected);
    for (size_t cap = 1; cap <= sizeof expected; cap++) {
        memset(text, 'Z', sizeof text);
        assert_int_equal(wildcards_explain(sim.w, f.root, text, cap), cap - 1);
        assert_memory_equal(text, expected, cap - 1);
        assert_int_equal(text[cap - 1], 0);
        assert_int_equal(text[cap], 'Z');
    }
    struct name other = name_of("other.test");
    assert_int_equal(wildcards_explain(sim.w, other.wire, text, sizeof text), 0);
    assert_int_equal(wildcards_explain(sim.w, f.root, text, 0), 0);
}

static void roots_are_those_with_a_wildcard(void **unused)
{
    (void)unused;
    sim_start(51,
              (struct rule[]){{"a.zone.test", TYPE_A, 3, 1, .base = 1},
                              {"b.zone.test", .is_cname = true, .embeds = true, .base = 1}},
              2);
    struct wildcard_data other = data_of(TYPE_A, 99, 1);
    (void)settle("x.a.zone.test", &other, 1);
    (void)settle("x.b.zone.test", &other, 1);
    struct name a = name_of("a.zone.test"), b = name_of("b.zone.test");
    struct wildcard_root root;
    uint32_t at = 0;
    assert_true(wildcards_root(sim.w, &at, &root));
    assert_true(name_equal(root.name, a.wire));
    assert_string_equal(root.evidence, "probe");
    at++;
    assert_true(wildcards_root(sim.w, &at, &root));
    assert_true(name_equal(root.name, b.wire));
    assert_string_equal(root.evidence, "cname");
    at++;
    assert_false(wildcards_root(sim.w, &at, &root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reason_is_told_and_cut_to_fit),
        cmocka_unit_test(roots_are_those_with_a_wildcard),
    };
    return cmocka_run_group_tests(tests, NULL, sim_stop);
}
