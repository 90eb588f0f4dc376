// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/zonegen.c, words.c, emit.c, truth.c: zones made up, and lists of them. */
#include "tests/unit/lab/help.h"

#include "base/lines.h"
#include "bench/lab/emit.h"
#include "bench/lab/zonegen.h"

static struct zones *make(uint64_t seed, uint64_t hosts, uint64_t wildcards, double common,
                          size_t zone_count)
{
    struct words *words = NULL;
    struct zones *zones = NULL;
    assert_int_equal(words_read(&words, NULL), 0);
    assert_true(words_count(words) >= 5000);
    assert_int_equal(zones_create(&zones), 0);
    struct zonegen_params params = {.seed = seed,
                                    .words = words,
                                    .host_count = hosts,
                                    .wildcard_count = wildcards,
                                    .common_share = common};
    for (size_t i = 0; i < zone_count; i++) {
        char text[32];
        snprintf(text, sizeof text, "z%zu.example", i);
        struct name apex = name_of(text);
        assert_int_equal(zonegen_add(zones, &apex, &params), 0);
    }
    words_destroy(words);
    return zones;
}

static bool is_equal(const struct zones *a, const struct zones *b)
{
    if (zones_node_count(a) != zones_node_count(b))
        return false;
    for (size_t i = 0; i < zones_node_count(a); i++) {
        const struct zone_node *x = zones_node(a, i), *y = zones_node(b, i);
        if (!name_equal(x->name, y->name) || !x->records != !y->records ||
            (x->records && x->records->rdata_len != y->records->rdata_len) ||
            (x->records && memcmp(x->records->rdata, y->records->rdata, x->records->rdata_len)))
            return false;
    }
    return true;
}

static void the_seed_makes_the_zone(void **state)
{
    struct zones *a = make(1, 300, 6, 0.5, 1), *b = make(1, 300, 6, 0.5, 1);
    struct zones *c = make(2, 300, 6, 0.5, 1);
    (void)state;
    assert_true(is_equal(a, b));
    assert_false(is_equal(a, c));
    zones_destroy(a);
    zones_destroy(b);
    zones_destroy(c);
}

static void every_class_occurs(void **state)
{
    struct zones *zones = make(3, 500, 6, 0.5, 1);
    unsigned counts[ZONE_CLASS_COUNT] = {0};
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++)
        counts[zones_classify(zones, zones_node(zones, i))]++;
    for (unsigned class = 0; class < ZONE_CLASS_COUNT; class ++) {
        if (class != ZONE_CLASS_LOOP && class != ZONE_CLASS_GEO && class != ZONE_CLASS_ROBIN &&
            class != ZONE_CLASS_SHARER && !counts[class])
            fail_msg("no name is %s", zone_class_words[class]);
    }
    assert_int_equal(counts[ZONE_CLASS_LOOP], 0);
    assert_int_equal(counts[ZONE_CLASS_WILDCARD], 6);
    assert_int_equal(counts[ZONE_CLASS_APEX], 1);
    zones_destroy(zones);
}

static void wildcards_have_pools_of_one_to_ten(void **state)
{
    struct zones *zones = make(4, 10, 60, 0.5, 1);
    unsigned levels[4] = {0}, ones = 0;
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++) {
        const struct zone_node *node = zones_node(zones, i);
        unsigned count = 0;
        if (!zone_node_is_wildcard(node))
            continue;
        for (const struct zone_record *r = node->records; r; r = r->next)
            count += r->type == 1 || r->type == 5;
        assert_in_range(count, 1, 10);
        ones += node->shown_max == 1;
        unsigned level = name_label_count(node->name) - 3;
        assert_in_range(level, 1, 3);
        levels[level]++;
    }
    assert_int_equal(ones, 30);
    for (unsigned level = 1; level <= 3; level++)
        assert_int_equal(levels[level], 20);
    zones_destroy(zones);
}

struct tally {
    const struct zones *zones;
    const char *suffix;
    struct zones *seen; /* a zone of all that was listed, to find doubles */
    unsigned lines, exist, doubles;
};

static int count_line(void *ctx, const char *file, const struct line *line)
{
    struct tally *tally = ctx;
    char text[NAME_TEXT_MAX];
    (void)file;
    snprintf(text, sizeof text, "%.*s%s", (int)line->len, line->data, tally->suffix);
    struct name name = name_of(text);
    struct zone_node *node;
    size_t before = zones_node_count(tally->seen);
    const struct zone_node *was = zones_find(tally->seen, name.wire);
    assert_int_equal(zones_add_node(tally->seen, &name, &node), 0);
    tally->doubles += was && before == zones_node_count(tally->seen) && node->is_geo;
    node->is_geo = true; /* listed itself, not as a name between */
    tally->lines++;
    tally->exist += zones_find(tally->zones, name.wire) != NULL;
    return 0;
}

static struct tally tally_list(const struct zones *zones, bool is_words, uint64_t decoys,
                               size_t zone_count)
{
    struct tally tally = {.zones = zones, .suffix = is_words ? ".z0.example" : ""};
    struct emit_list_params params = {.seed = 5, .decoy_count = decoys, .is_words = is_words};
    char *path = file_of("");
    assert_int_equal(zones_create(&tally.seen), 0);
    for (size_t i = 0; i < zone_count; i++) {
        struct zone_node *node;
        char text[32];
        snprintf(text, sizeof text, "z%zu.example", i);
        struct name apex = name_of(text);
        assert_int_equal(zones_add_apex(tally.seen, &apex, &node), 0);
    }
    assert_int_equal(emit_list(zones, &params, path), 0);
    assert_int_equal(lines_each(path, count_line, &tally), 0);
    zones_destroy(tally.seen);
    file_remove(path);
    return tally;
}

static void lists_hold_all_that_exists_and_decoys_each_once(void **state)
{
    struct zones *zones = make(6, 400, 6, 0.5, 1);
    (void)state;
    for (unsigned is_words = 0; is_words < 2; is_words++) {
        struct tally tally = tally_list(zones, is_words, 5000, 1);
        assert_int_equal(tally.exist, emit_existing_count(zones));
        assert_int_equal(tally.lines, tally.exist + 5000);
        assert_int_equal(tally.doubles, 0);
    }
    zones_destroy(zones);
}

static void words_of_several_zones_are_listed_once(void **state)
{
    struct zones *zones = make(6, 400, 0, 0.9, 3);
    (void)state;
    struct tally tally = tally_list(zones, true, 0, 1);
    assert_int_equal(tally.doubles, 0);
    assert_true(tally.lines < emit_existing_count(zones));
    tally = tally_list(zones, false, 100, 3);
    assert_int_equal(tally.doubles, 0);
    assert_int_equal(tally.exist, emit_existing_count(zones));
    zones_destroy(zones);
}

static int count_fields(void *ctx, const char *file, const struct line *line)
{
    unsigned tabs = 0;
    (void)file;
    for (size_t i = 0; i < line->len; i++)
        tabs += line->data[i] == '\t';
    assert_true(tabs >= 2);
    ++*(unsigned *)ctx;
    return 0;
}

static void the_truth_has_a_line_for_every_name(void **state)
{
    struct zones *zones = make(7, 200, 3, 0.5, 2);
    char *path = file_of("");
    unsigned lines = 0;
    (void)state;
    assert_int_equal(emit_truth(zones, path), 0);
    assert_int_equal(lines_each(path, count_fields, &lines), 0);
    assert_int_equal(lines, zones_node_count(zones));
    file_remove(path);
    zones_destroy(zones);
}

static void words_that_are_no_labels_are_passed_over(void **state)
{
    struct words *words = NULL;
    char *path = file_of("# list\nWWW\r\n\na.b\n-x-\n*\nno space\nmail\n");
    (void)state;
    assert_int_equal(words_read(&words, path), 0);
    assert_int_equal(words_count(words), 3);
    assert_string_equal(words_at(words, 0), "www");
    assert_string_equal(words_at(words, 2), "mail");
    words_destroy(words);
    file_remove(path);
    assert_int_equal(words_read(&words, "/nonexistent/words"), ERR_IO);
    assert_null(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_makes_the_zone),
        cmocka_unit_test(every_class_occurs),
        cmocka_unit_test(wildcards_have_pools_of_one_to_ten),
        cmocka_unit_test(lists_hold_all_that_exists_and_decoys_each_once),
        cmocka_unit_test(words_of_several_zones_are_listed_once),
        cmocka_unit_test(the_truth_has_a_line_for_every_name),
        cmocka_unit_test(words_that_are_no_labels_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
