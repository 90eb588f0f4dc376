// SPDX-License-Identifier: BSD-2-Clause
/* scan/survey_checks.c: which questions a survey asks. */
#include "tests/unit/scan/help.h"

#include "base/log.h"
#include "base/text.h"
#include "dns/code.h"
#include "scan/survey_checks.h"

#define ELSEWHERE_KNOWN  5
#define ELSEWHERE_RANDOM 3
#define TRAITS           2

static struct scan_pattern zone(const char *text)
{
    struct scan_pattern pattern = {.before = "", .after = ""};
    assert_int_equal(name_from_text(&pattern.zone, text, strlen(text)), 0);
    return pattern;
}

static struct checks make(const struct scan_params *params, uint64_t seed)
{
    uint8_t key[32] = {0};
    struct rng rng;
    struct checks checks;
    memcpy(key, &seed, sizeof seed);
    rng_init_key(&rng, key);
    assert_int_equal(checks_create(&checks, params, &rng), 0);
    return checks;
}

static void assert_question(const struct check *check, const char *name, uint16_t type)
{
    char text[NAME_TEXT_MAX];
    name_to_text(check->question.wire, text);
    assert_string_equal(text, name);
    assert_int_equal(question_type(&check->question), type);
}

static void without_anything_given_the_well_known_are_asked(void **state)
{
    const struct scan_params params = {0};
    struct checks c = make(&params, 1);
    (void)state;
    assert_int_equal(c.count, ELSEWHERE_KNOWN + ELSEWHERE_RANDOM + TRAITS);
    assert_int_equal(c.known_count, ELSEWHERE_KNOWN);
    assert_question(&c.items[0], "com", TYPE_NS);
    for (size_t i = 0; i < c.count; i++)
        assert_int_equal(c.items[i].zone, CHECK_ELSEWHERE);
    /* No two random names are of one realm: the same datum for two convicts. */
    for (size_t i = c.known_count; i + 1 < c.known_count + ELSEWHERE_RANDOM; i++) {
        assert_int_equal(c.items[i].kind, CHECK_RANDOM);
        assert_int_not_equal(c.items[i].realm, c.items[i + 1].realm);
    }
    checks_destroy(&c);
}

static void zones_come_first_and_are_one_realm(void **state)
{
    struct scan_pattern zones[] = {zone("a.example"), zone("b.example")};
    const struct scan_params params = {.patterns = zones, .pattern_count = 2};
    struct checks c = make(&params, 1);
    (void)state;
    assert_int_equal(c.zone_count, 2);
    assert_int_equal(c.known_count, 2 * 2 + ELSEWHERE_KNOWN);
    assert_question(&c.items[0], "a.example", TYPE_SOA);
    assert_question(&c.items[1], "b.example", TYPE_SOA);
    assert_question(&c.items[2], "a.example", TYPE_A);
    assert_false(c.items[0].is_compared);
    assert_true(c.items[2].is_compared);
    size_t under[2] = {0};
    for (size_t i = 0; i < c.count; i++) {
        const struct check *check = &c.items[i];
        if (check->kind == CHECK_RANDOM && check->zone != CHECK_ELSEWHERE) {
            assert_int_equal(check->realm, 0);
            assert_true(name_is_under(check->question.wire, zones[check->zone].zone.wire));
            under[check->zone]++;
        }
        if (check->kind >= CHECK_SIGNED)
            assert_question(check, "a.example", TYPE_SOA);
    }
    assert_int_equal(under[0], 2);
    assert_int_equal(under[1], 2);
    checks_destroy(&c);
}

static void of_many_zones_the_first_are_taken(void **state)
{
    struct scan_pattern zones[CHECK_ZONES_MAX + 1];
    (void)state;
    for (size_t i = 0; i <= CHECK_ZONES_MAX; i++)
        zones[i] = zone("z.example");
    struct scan_params params = {.patterns = zones};
    for (size_t count = CHECK_ZONES_MAX - 1; count <= CHECK_ZONES_MAX + 1; count++) {
        params.pattern_count = count;
        struct checks c = make(&params, 1);
        assert_int_equal(c.zone_count, count < CHECK_ZONES_MAX ? count : CHECK_ZONES_MAX);
        checks_destroy(&c);
    }
}

static void probes_follow_from_the_seed(void **state)
{
    const struct scan_params params = {0};
    struct checks a = make(&params, 1), b = make(&params, 1), other = make(&params, 2);
    (void)state;
    for (size_t i = 0; i < a.count; i++) {
        assert_memory_equal(a.items[i].question.wire, b.items[i].question.wire,
                            a.items[i].question.len);
        bool is_same = a.items[i].question.len == other.items[i].question.len &&
                       memcmp(a.items[i].question.wire, other.items[i].question.wire,
                              a.items[i].question.len) == 0;
        assert_int_equal(is_same, a.items[i].kind != CHECK_RANDOM);
    }
    checks_destroy(&a);
    checks_destroy(&b);
    checks_destroy(&other);
}

/* Every name of a long list has the same chance; of a short one all are taken. */
static void a_long_list_is_sampled(void **state)
{
    char *folder = folder_create();
    struct text text = {0};
    struct scan_pattern zones[] = {zone("a.example")};
    (void)state;
    for (int i = 0; i < 3 * CHECK_NAMES_MAX; i++)
        text_printf(&text, "h%d.a.example\n", i);
    text_puts(&text, "bad..name\nelsewhere.test\n");
    text_putc(&text, '\0');
    const char *file = file_in(folder, "names", text.data);
    const struct scan_params params = {
        .patterns = zones, .pattern_count = 1, .name_files = {&file, 1}};
    bool is_seen_late = false;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct checks c = make(&params, seed);
        assert_int_equal(c.name_count, CHECK_NAMES_MAX);
        assert_int_equal(c.bad_lines, 1);
        for (size_t i = 2; i < 2 + c.name_count; i++) {
            char name[NAME_TEXT_MAX];
            name_to_text(c.items[i].question.wire, name);
            is_seen_late |= strtol(name + 1, NULL, 10) > 2 * CHECK_NAMES_MAX;
            assert_true(c.items[i].is_compared);
            bool is_inside = strstr(name, "a.example") != NULL;
            assert_int_equal(c.items[i].zone, is_inside ? 0 : CHECK_ELSEWHERE);
        }
        checks_destroy(&c);
    }
    assert_true(is_seen_late);
    text_deinit(&text);
    folder_remove(folder);
}

static void a_list_that_is_not_there_is_an_error(void **state)
{
    const char *file = "/nowhere/names";
    const struct scan_params params = {.name_files = {&file, 1}};
    uint8_t key[32] = {0};
    struct rng rng;
    struct checks c;
    (void)state;
    rng_init_key(&rng, key);
    assert_int_equal(checks_create(&c, &params, &rng), ERR_IO);
    assert_null(c.items);
}

/* A zone whose name leaves no room for a label gets no random names, and no harm. */
static void a_zone_as_long_as_can_be_is_no_trouble(void **state)
{
    char text[256] = "";
    (void)state;
    for (int i = 0; i < 126; i++)
        strcat(text, "a.");
    struct scan_pattern zones[] = {zone(text)};
    const struct scan_params params = {.patterns = zones, .pattern_count = 1};
    struct checks c = make(&params, 1);
    assert_int_equal(c.count, 2 + ELSEWHERE_KNOWN + ELSEWHERE_RANDOM + TRAITS);
    checks_destroy(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_anything_given_the_well_known_are_asked),
        cmocka_unit_test(zones_come_first_and_are_one_realm),
        cmocka_unit_test(of_many_zones_the_first_are_taken),
        cmocka_unit_test(probes_follow_from_the_seed),
        cmocka_unit_test(a_long_list_is_sampled),
        cmocka_unit_test(a_list_that_is_not_there_is_an_error),
        cmocka_unit_test(a_zone_as_long_as_can_be_is_no_trouble),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
