// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/source/workload.h"

#include <math.h>

#include "base/hash.h"

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static void the_built_in_names_are_asked_once_to_warm_up(void **state)
{
    (void)state;
    struct workload_params params = usual_params();
    struct workload *workload = workload_made(&params);
    struct asked asked;
    uint64_t count = 0;
    while (asked_warm(workload, &asked)) {
        assert_ldns_reads(&asked);
        assert_int_equal(name_label_count(asked.name.wire), 1);
        assert_int_equal(asked.query.expects, WORKLOAD_HIT);
        count++;
    }
    assert_true(count >= 300 && count <= 1000);
    assert_int_equal(workload_size(workload), count);
    assert_int_equal(left_out(workload), 0);
    assert_int_equal(workload_kind(workload), WORKLOAD_NAMES);
    workload_rewind(workload);
    assert_warm(workload, "com NS");
    assert_warm(workload, "com DS");
    workload_destroy(workload);
}

static void types_given_are_those_of_every_name(void **state)
{
    (void)state;
    static const uint16_t types[] = {TYPE_AAAA, TYPE_TXT};
    struct workload_params params = usual_params();
    params.types = types;
    params.type_count = 2;
    params.hit_share = 0;
    struct workload *workload = workload_made(&params);
    struct asked asked;
    assert_false(asked_warm(workload, &asked)); /* no hits, nothing to warm */
    assert_true(asked_next(workload, 0, &asked));
    assert_int_equal(asked.type, TYPE_AAAA);
    workload_destroy(workload);
    params.hit_share = 1;
    workload = workload_made(&params);
    assert_warm(workload, "com AAAA");
    assert_warm(workload, "com TXT");
    assert_warm(workload, "net AAAA");
    workload_destroy(workload);
}

/* Of 400,000 draws, within four deviations. */
static void the_share_of_hits_is_the_one_asked_for(void **state)
{
    (void)state;
    static const double shares[] = {0, 0.05, 0.5, 0.95, 1};
    enum { DRAWS = 400000 };
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        struct workload_params params = usual_params();
        params.hit_share = shares[i];
        struct workload *workload = workload_made(&params);
        uint8_t data[WORKLOAD_MESSAGE_MAX];
        struct workload_query query = {.data = data};
        double hits = 0, mean = DRAWS * shares[i];
        for (int j = 0; j < DRAWS; j++) {
            assert_true(workload_next(workload, 0, &query));
            hits += query.expects == WORKLOAD_HIT;
        }
        if (fabs(hits - mean) > 4 * sqrt(mean * (1 - shares[i])))
            fail_msg("%.0f hits of %d, not about %.0f", hits, DRAWS, mean);
        workload_destroy(workload);
    }
}

/* Chi-square of the popularity of 50 names, as they come out. */
static void popular_names_come_by_zipfs_law(void **state)
{
    (void)state;
    enum { NAMES = 50, DRAWS = 200000 };
    struct workload_params params = usual_params();
    params.hit_share = 1;
    params.hit_names = NAMES;
    params.zipf_exponent = 0.9;
    struct workload *workload = workload_made(&params);
    uint64_t hashes[NAMES];
    uint32_t seen[NAMES] = {0};
    struct asked asked;
    double sum = 0, chi = 0;
    assert_int_equal(workload_size(workload), NAMES);
    for (size_t i = 0; i < NAMES; i++) {
        assert_true(asked_warm(workload, &asked));
        hashes[i] = hash64(asked.data, asked.query.len, 0);
        sum += pow((double)i + 1, -0.9);
    }
    for (int i = 0; i < DRAWS; i++) {
        size_t rank = 0;
        assert_true(workload_next(workload, 0, &asked.query));
        uint64_t hash = hash64(asked.data, asked.query.len, 0);
        while (rank < NAMES && hashes[rank] != hash)
            rank++;
        assert_true(rank < NAMES); /* nothing that the warm-up did not ask */
        seen[rank]++;
    }
    for (size_t i = 0; i < NAMES; i++) {
        double want = DRAWS * pow((double)i + 1, -0.9) / sum;
        chi += (seen[i] - want) * (seen[i] - want) / want;
    }
    assert_true(chi < NAMES - 1 + 4 * sqrt(2.0 * (NAMES - 1)));
    workload_destroy(workload);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* COUNT misses of each of WORKERS into HASHES; all of one length. */
static void collect_misses(uint64_t *hashes, const struct workload_params *params, size_t count)
{
    struct workload *workload = workload_made(params);
    uint8_t data[WORKLOAD_MESSAGE_MAX];
    struct workload_query query = {.data = data};
    uint16_t len = 0;
    for (unsigned worker = 0; worker < params->workers; worker++) {
        for (size_t i = 0; i < count; i++) {
            assert_true(workload_next(workload, worker, &query));
            assert_int_equal(query.expects, WORKLOAD_MISS);
            assert_true(len == 0 || query.len == len);
            len = query.len;
            *hashes++ = hash64(data, query.len, 0);
        }
        workload_rewind(workload); /* sets none of them back */
    }
    workload_destroy(workload);
}

/* Three runs, two workers: a million in all. */
static void no_miss_is_asked_twice(void **state)
{
    (void)state;
    static const uint64_t seeds[] = {0, 1, UINT64_MAX};
    enum { EACH = 170000, ALL = 6 * EACH };
    uint64_t *hashes = malloc(ALL * sizeof *hashes);
    struct workload_params params = usual_params();
    assert_non_null(hashes);
    params.hit_share = 0;
    params.workers = 2;
    for (size_t i = 0; i < 3; i++) {
        params.seed = seeds[i];
        collect_misses(hashes + i * 2 * EACH, &params, EACH);
    }
    qsort(hashes, ALL, sizeof *hashes, compare_hashes);
    for (size_t i = 1; i < ALL; i++)
        assert_true(hashes[i] != hashes[i - 1]);
    free(hashes);
}

static void misses_tell_what_they_are_and_where_they_go(void **state)
{
    (void)state;
    struct workload_params params = usual_params();
    params.hit_share = 0;
    struct workload *workload = workload_made(&params);
    const struct name example = name_of("example");
    for (int i = 0; i < 100; i++) {
        struct asked asked;
        assert_true(asked_next(workload, 0, &asked));
        assert_ldns_reads(&asked);
        assert_int_equal(name_label_count(asked.name.wire), 2);
        assert_true(name_is_under(asked.name.wire, example.wire));
        assert_memory_equal(asked.name.wire + 1, "dnstrawl-", 9);
        assert_int_equal(asked.type, TYPE_A);
    }
    workload_destroy(workload);
}

static void a_seed_gives_a_stream(void **state)
{
    (void)state;
    struct workload_params params = usual_params();
    params.workers = 2;
    struct workload *one = workload_made(&params), *same = workload_made(&params);
    params.seed = 2;
    struct workload *other = workload_made(&params);
    struct asked a, b, c;
    int differ = 0, workers_differ = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(asked_next(one, 0, &a) && asked_next(same, 0, &b) && asked_next(other, 0, &c));
        assert_string_equal(a.text, b.text);
        differ += strcmp(a.text, c.text) != 0;
        assert_true(asked_next(one, 1, &a) && asked_next(same, 1, &c));
        assert_string_equal(a.text, c.text);
        workers_differ += strcmp(a.text, b.text) != 0;
    }
    assert_true(differ > 500 && workers_differ > 500);
    workload_destroy(one);
    workload_destroy(same);
    workload_destroy(other);
}

static void words_are_asked_below_zones(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    int fd = list_make_text("# list\nwww\n\nApi.dev\nbad..word\nmail\n", path);
    const char *files[] = {path};
    const struct name zones[] = {name_of("example.com"), name_of("test")};
    static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
    struct workload_params params = usual_params();
    params.word_files = files;
    params.word_file_count = 1;
    params.zones = zones;
    params.zone_count = 2;
    params.types = types;
    params.type_count = 2;
    struct workload *workload = workload_made(&params);
    struct asked asked;
    assert_warm(workload, "www.example.com A");
    assert_warm(workload, "www.example.com AAAA");
    assert_warm(workload, "www.test A");
    assert_warm(workload, "www.test AAAA");
    assert_warm(workload, "api.dev.example.com A");
    assert_int_equal(workload_size(workload), 12);
    for (int i = 0; i < 1000; i++) {
        assert_true(asked_next(workload, 0, &asked));
        assert_true(name_is_under(asked.name.wire, zones[0].wire) ||
                    name_is_under(asked.name.wire, zones[1].wire));
    }
    assert_described(workload, "words below 2 zones, 95 % cache hits (12 names, Zipf 1.0), "
                               "1 line left out");
    workload_destroy(workload);
    close(fd);
}

static void words_without_zones_are_whole_names(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    int fd = list_make_text("www.example.com\nexample.org\n", path);
    const char *files[] = {path};
    struct workload_params params = usual_params();
    params.word_files = files;
    params.word_file_count = 1;
    struct workload *workload = workload_made(&params);
    assert_warm(workload, "www.example.com A");
    assert_warm(workload, "example.org A");
    assert_int_equal(workload_size(workload), 2);
    workload_destroy(workload);
    close(fd);
}

static void zones_without_words_have_the_built_in_ones(void **state)
{
    (void)state;
    const struct name zone = name_of("example.com");
    struct workload_params params = usual_params();
    params.zones = &zone;
    params.zone_count = 1;
    params.hit_names = 5;
    struct workload *workload = workload_made(&params);
    assert_warm(workload, "www.example.com A");
    assert_int_equal(workload_size(workload), 5);
    assert_described(workload, "built-in names below 1 zone, 95 % cache hits (5 names, Zipf 1.0)");
    workload_destroy(workload);
}

/* Zones of many lengths, the misses' length one. */
static void misses_below_zones_have_one_length(void **state)
{
    (void)state;
    const struct name zones[] = {name_of("a"), name_of("example.com"), name_of("x.example.org")};
    struct workload_params params = usual_params();
    unsigned seen[3] = {0};
    uint64_t hashes[300];
    params.zones = zones;
    params.zone_count = 3;
    params.hit_share = 0;
    collect_misses(hashes, &params, 300);
    struct workload *workload = workload_made(&params);
    for (int i = 0; i < 300; i++) {
        struct asked asked;
        assert_true(asked_next(workload, 0, &asked));
        for (int j = 0; j < 3; j++)
            seen[j] += name_is_under(asked.name.wire, zones[j].wire);
    }
    assert_true(seen[0] == 100 && seen[1] == 100 && seen[2] == 100);
    workload_destroy(workload);
}

static void a_zone_may_be_too_long_for_misses(void **state)
{
    (void)state;
    char text[NAME_TEXT_MAX], message[NAME_TEXT_MAX + 100];
    /* A label of 34 octets and its length leave 220. */
    for (size_t len = 219; len <= 221; len++) {
        size_t at = 0;
        for (size_t left = len - 1; left > 0;) { /* labels of 40 octets and one that fits */
            size_t label = left > 45 ? 40 : left - 1;
            memset(text + at, 'z', label);
            text[at + label] = '.';
            at += label + 1;
            left -= label + 1;
        }
        text[at - 1] = '\0';
        struct name zone = name_of(text);
        assert_int_equal(zone.len, len);
        struct workload_params params = usual_params();
        params.zones = &zone;
        params.zone_count = 1;
        snprintf(message, sizeof message, "%s: too long a name for labels of 34 octets below it",
                 text);
        if (len <= 220)
            workload_destroy(workload_made(&params));
        else
            assert_not_made(&params, ERR_RANGE, message);
    }
}

static void lists_that_cannot_be_used_are_told(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX];
    int fd = list_make_text("# nothing\n..\n", path);
    const char *files[] = {path};
    struct workload_params params = usual_params();
    params.word_files = files;
    params.word_file_count = 1;
    assert_not_made(&params, ERR_SYNTAX, "no name to ask for in the word lists");
    files[0] = "/nonexistent/words";
    assert_not_made(&params, ERR_IO, "/nonexistent/words: No such file or directory");
    close(fd);
}

static void the_default_is_described(void **state)
{
    (void)state;
    struct workload_params params = usual_params();
    struct workload *workload = workload_made(&params);
    assert_described(workload, "built-in names, 95 % cache hits (796 names, Zipf 1.0)");
    workload_destroy(workload);
    params.hit_share = 0;
    workload = workload_made(&params);
    assert_described(workload, "built-in names, 0 % cache hits");
    workload_destroy(workload);
    params.hit_share = 0.9995;
    params.zipf_exponent = 0.85;
    workload = workload_made(&params);
    assert_described(workload, "built-in names, 99.95 % cache hits (796 names, Zipf 0.85)");
    workload_destroy(workload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_names_are_asked_once_to_warm_up),
        cmocka_unit_test(types_given_are_those_of_every_name),
        cmocka_unit_test(the_share_of_hits_is_the_one_asked_for),
        cmocka_unit_test(popular_names_come_by_zipfs_law),
        cmocka_unit_test(no_miss_is_asked_twice),
        cmocka_unit_test(misses_tell_what_they_are_and_where_they_go),
        cmocka_unit_test(a_seed_gives_a_stream),
        cmocka_unit_test(words_are_asked_below_zones),
        cmocka_unit_test(words_without_zones_are_whole_names),
        cmocka_unit_test(zones_without_words_have_the_built_in_ones),
        cmocka_unit_test(misses_below_zones_have_one_length),
        cmocka_unit_test(a_zone_may_be_too_long_for_misses),
        cmocka_unit_test(lists_that_cannot_be_used_are_told),
        cmocka_unit_test(the_default_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
