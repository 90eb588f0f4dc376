// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/zonegen.c, words.c, emit.c, truth.c: zones made up, and lists of them. */
#include "tests/unit/lab/help.h"

#include "base/lines.h"
#include "bench/lab/emit.h"
#include "bench/lab/zonegen.h"
#include "dns/code.h"

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
        if (class != ZONE_CLASS_LOOP && !counts[class])
            fail_msg("no name is %s", zone_class_words[class]);
    }
    assert_int_equal(counts[ZONE_CLASS_LOOP], 0);
    assert_int_equal(counts[ZONE_CLASS_WILDCARD], 7); /* one that an embedding one points to */
    assert_int_equal(counts[ZONE_CLASS_APEX], 1);
    zones_destroy(zones);
}

/* What a wildcard is, told from its node. */
struct shape {
    unsigned v4, v6; /* how many addresses */
    bool is_alias, embeds, is_geo, shows_one, shows_some, is_below_host;
    unsigned level; /* labels between it and the apex */
};

static struct shape shape_of(const struct zones *zones, const struct zone_node *node)
{
    const struct zone_record *cname = zone_record_find(node, TYPE_CNAME);
    struct shape shape = {.v4 = zone_record_count(node, TYPE_A),
                          .v6 = zone_record_count(node, TYPE_AAAA),
                          .is_alias = cname && !cname->embeds,
                          .embeds = cname && cname->embeds,
                          .is_geo = node->is_geo,
                          .shows_one = node->shown_max == 1,
                          .shows_some = node->shown_max > 1,
                          .level = name_label_count(node->name) - 3};
    const struct zone_node *parent = zones_find(zones, name_parent(node->name));
    assert_non_null(parent);
    shape.is_below_host = parent->records;
    return shape;
}

static bool is_large(const struct shape *s)
{
    return s->v4 >= 20;
}

static bool has_no_address(const struct shape *s)
{
    return !s->v4 && !s->v6 && !s->is_alias && !s->embeds;
}

static void wildcards_are_of_all_kinds_at_all_places(void **state)
{
    struct zones *zones = make(4, 10, 132, 0.5, 1);
    unsigned levels[6] = {0}, below_hosts = 0, small = 0, large_all = 0, large_some = 0,
             large_one = 0, one = 0, geo = 0, v6_alone = 0, empty = 0, alias = 0, embedding = 0;
    unsigned most = 0, least = 50;
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++) {
        const struct zone_node *node = zones_node(zones, i);
        if (!zone_node_is_wildcard(node))
            continue;
        struct shape s = shape_of(zones, node);
        bool is_edge = s.shows_some && s.v6; /* what embedding ones point to, in no turn */
        assert_in_range(s.level, 1, 4);
        levels[s.level] += !is_edge;
        below_hosts += s.is_below_host;
        assert_true(s.v4 <= 50);
        most = s.v4 > most ? s.v4 : most;
        least = s.v4 && s.v4 < least ? s.v4 : least;
        small += s.v4 && s.v4 <= 6 && !s.shows_one;
        large_all += is_large(&s) && !node->shown_max && !s.is_geo;
        large_some += is_large(&s) && s.shows_some && !is_edge;
        large_one += is_large(&s) && s.shows_one;
        one += !is_large(&s) && s.shows_one;
        geo += s.is_geo;
        v6_alone += s.v6 && !s.v4;
        empty += has_no_address(&s);
        alias += s.is_alias;
        embedding += s.embeds;
        if (s.shows_some)
            assert_in_range(node->shown_max, 4, 8);
    }
    assert_int_equal(least, 1);
    assert_in_range(most, 45, 50);
    /* 132 = 12 turns of 11 kinds */
    assert_int_equal(small, 12);
    assert_int_equal(large_all, 12);
    assert_int_equal(large_some, 12);
    assert_int_equal(large_one, 12);
    assert_int_equal(one, 12);
    assert_int_equal(geo, 12);
    assert_int_equal(v6_alone, 12);
    assert_int_equal(empty, 12);
    assert_int_equal(alias, 12);
    assert_int_equal(embedding, 24);
    for (unsigned level = 1; level <= 4; level++)
        assert_int_equal(levels[level], 33);
    assert_int_equal(below_hosts, 33 + 99 / 2 + 1);
    zones_destroy(zones);
}

static void a_few_wildcards_differ_as_much_as_can_be(void **state)
{
    struct zones *zones = make(4, 10, 6, 0.5, 1);
    unsigned small = 0, large = 0, one = 0, embedding = 0, v6_alone = 0, geo = 0, below_host = 0,
             below_ent = 0;
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++) {
        const struct zone_node *node = zones_node(zones, i);
        if (!zone_node_is_wildcard(node))
            continue;
        struct shape s = shape_of(zones, node);
        small += s.v4 && s.v4 <= 6;
        large += is_large(&s) && s.shows_some;
        one += s.shows_one;
        embedding += s.embeds;
        v6_alone += s.v6 && !s.v4;
        geo += s.is_geo;
        below_host += s.is_below_host;
        below_ent += !s.is_below_host;
    }
    assert_true(small && large && one && embedding && v6_alone && geo && below_host && below_ent);
    zones_destroy(zones);
}

/* The wildcard that stands beside NODE. */
static const struct zone_node *wildcard_beside(const struct zones *zones,
                                               const struct zone_node *node)
{
    const struct zone_node *parent = zones_find(zones, name_parent(node->name));
    return parent ? parent->wildcard : NULL;
}

static void sharers_differ_by_address_ttl_and_types(void **state)
{
    struct zones *zones = make(4, 10, 24, 0.5, 1);
    unsigned both = 0, ttl = 0, types = 0;
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++) {
        const struct zone_node *node = zones_node(zones, i);
        if (zones_classify(zones, node) != ZONE_CLASS_SHARER)
            continue;
        assert_non_null(wildcard_beside(zones, node));
        if (zone_record_count(node, TYPE_A) && zone_record_count(node, TYPE_AAAA))
            both++;
        else if (zone_record_count(node, TYPE_TXT))
            types++;
        else if (node->records->ttl > wildcard_beside(zones, node)->records->ttl)
            ttl++;
        else
            fail_msg("a sharer with nothing of its own");
    }
    assert_true(both && ttl && types);
    zones_destroy(zones);
}

static bool has_record(const struct zone_node *node, const uint8_t *a)
{
    for (const struct zone_record *r = node->records; r; r = r->next) {
        if (r->type == TYPE_A && !memcmp(r->rdata, a, 4))
            return true;
    }
    return false;
}

/* One wildcard of the first zone lends the second an address, for a wildcard and a host. */
static void addresses_of_wildcards_occur_in_other_zones(void **state)
{
    struct zones *zones = make(4, 50, 3, 0.5, 2);
    unsigned hosts = 0, wildcards = 0;
    (void)state;
    for (size_t i = 0; i < zones_node_count(zones); i++) {
        const struct zone_node *lender = zones_node(zones, i);
        if (!zone_node_is_wildcard(lender) || !zone_record_count(lender, TYPE_A))
            continue;
        const uint8_t *a = zone_record_find(lender, TYPE_A)->rdata;
        for (size_t k = 0; k < zones_node_count(zones); k++) {
            const struct zone_node *node = zones_node(zones, k);
            if (node->apex == lender->apex || !has_record(node, a))
                continue;
            wildcards += zone_node_is_wildcard(node);
            hosts += zones_classify(zones, node) == ZONE_CLASS_HOST;
        }
    }
    assert_int_equal(wildcards, 1);
    assert_int_equal(hosts, 1);
    zones_destroy(zones);
}

static void apex_wildcards_are_of_the_kind_asked_for(void **state)
{
    struct name apex = name_of("z.example"), wildcard = name_of("*.z.example");
    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        struct zonegen_params params = {
            .seed = 1, .host_count = 5, .has_apex_wildcard = true, .apex_wildcard_kind = kind};
        struct zones *zones = NULL;
        assert_int_equal(zones_create(&zones), 0);
        assert_int_equal(zonegen_add(zones, &apex, &params), 0);
        const struct zone_node *node = zones_find(zones, wildcard.wire);
        assert_non_null(node);
        struct shape s = shape_of(zones, node);
        assert_int_equal(s.embeds, kind == 2);
        assert_int_equal(s.shows_some && is_large(&s), kind == 1);
        assert_int_equal(s.v4 && s.v4 <= 6, kind == 0);
        zones_destroy(zones);
    }
}

struct tally {
    const struct zones *zones;
    const char *suffix;
    struct zones *seen; /* a zone of all that was listed, to find doubles */
    unsigned lines, exist, doubles;
    unsigned synthesised, deeper; /* made by a wildcard; of these two labels below it */
    unsigned below_found;         /* ... by one below a name that has data */
    unsigned beside;              /* below a name beside a wildcard, where nothing is */
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
    struct zone_answer found = zones_lookup(tally->zones, name.wire);
    if (found.result == ZONE_NXDOMAIN && wildcard_beside(tally->zones, found.node))
        tally->beside++;
    if (found.result != ZONE_WILDCARD)
        return 0;
    const struct zone_node *parent = zones_find(tally->zones, name_parent(found.node->name));
    tally->synthesised++;
    tally->deeper += name_label_count(name.wire) > name_label_count(found.node->name);
    tally->below_found += parent->records != NULL;
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

struct meeting {
    const struct zones *zones;
    const struct zone_node *nodes[64]; /* the wildcards met */
    size_t count;
};

static int meet_line(void *ctx, const char *file, const struct line *line)
{
    struct meeting *m = ctx;
    struct name name;
    size_t at = 0;
    (void)file;
    assert_int_equal(name_from_text(&name, line->data, line->len), 0);
    struct zone_answer found = zones_lookup(m->zones, name.wire);
    if (found.result != ZONE_WILDCARD)
        return 0;
    while (at < m->count && m->nodes[at] != found.node)
        at++;
    assert_true(at < sizeof m->nodes / sizeof *m->nodes);
    m->nodes[at] = found.node;
    m->count += at == m->count;
    return 0;
}

static void decoys_fall_below_wildcards_and_beside_them(void **state)
{
    struct zones *zones = make(6, 400, 12, 0.5, 1);
    (void)state;
    struct tally tally = tally_list(zones, true, 20000, 1);
    /* one in fifty below another name, half of them below a wildcard's parent */
    assert_in_range(tally.synthesised, 150, 250);
    assert_in_range(tally.deeper, 25, 80);
    assert_in_range(tally.below_found, 50, 150);
    assert_true(tally.beside > 20);
    zones_destroy(zones);
}

/* A list of words is asked wildcard by wildcard: none is left out. */
static void every_wildcard_has_decoys(void **state)
{
    struct zones *zones = make(6, 400, 12, 0.5, 1);
    struct emit_list_params params = {.seed = 5, .decoy_count = 20000};
    struct meeting meeting = {.zones = zones};
    char *path = file_of("");
    (void)state;
    assert_int_equal(emit_list(zones, &params, path), 0);
    assert_int_equal(lines_each(path, meet_line, &meeting), 0);
    assert_int_equal(meeting.count, 13); /* and the one that embedding ones point to */
    zones_destroy(zones);
    file_remove(path);
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

/* The whole of TEXT's zone as truth. */
static char *truth_of(const char *text)
{
    struct zones *zones = zones_of(text);
    char *path = file_of(""), *data = calloc(1, 4096);
    assert_non_null(data);
    assert_int_equal(emit_truth(zones, path), 0);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(data, 1, 4095, file) > 0);
    fclose(file);
    file_remove(path);
    zones_destroy(zones);
    return data;
}

static void the_truth_tells_pools_whole_and_aliases_as_written(void **state)
{
    char *truth = truth_of("$ORIGIN z.example.\n*.e CNAME {}.edge\n$POOL one\n"
                           "*.edge A 192.0.2.1\n*.edge A 192.0.2.2\n"
                           "r A 192.0.2.3\nr A 192.0.2.4\n$POOL geo\n"
                           "g A 192.0.2.5\ng A 192.0.2.6\nb.edge A 192.0.2.1\nb.edge AAAA ::1\n");
    static const char *const lines[] = {
        "\n*.e.z.example\twildcard\tCNAME\tCNAME {}.edge.z.example\n",
        "\n*.edge.z.example\twildcard\tA\tA 192.0.2.1\tA 192.0.2.2\n",
        "\nr.z.example\trobin\tA\tA 192.0.2.3\tA 192.0.2.4\n",
        "\ng.z.example\tgeo\tA\tA 192.0.2.5\tA 192.0.2.6\n",
        "\nb.edge.z.example\tsharer\tA,AAAA\tA 192.0.2.1\tAAAA ::1\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!strstr(truth, lines[i]))
            fail_msg("\"%s\" is not in\n%s", lines[i], truth);
    }
    free(truth);
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
        cmocka_unit_test(wildcards_are_of_all_kinds_at_all_places),
        cmocka_unit_test(a_few_wildcards_differ_as_much_as_can_be),
        cmocka_unit_test(sharers_differ_by_address_ttl_and_types),
        cmocka_unit_test(addresses_of_wildcards_occur_in_other_zones),
        cmocka_unit_test(apex_wildcards_are_of_the_kind_asked_for),
        cmocka_unit_test(decoys_fall_below_wildcards_and_beside_them),
        cmocka_unit_test(every_wildcard_has_decoys),
        cmocka_unit_test(lists_hold_all_that_exists_and_decoys_each_once),
        cmocka_unit_test(words_of_several_zones_are_listed_once),
        cmocka_unit_test(the_truth_has_a_line_for_every_name),
        cmocka_unit_test(the_truth_tells_pools_whole_and_aliases_as_written),
        cmocka_unit_test(words_that_are_no_labels_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
