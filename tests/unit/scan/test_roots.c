// SPDX-License-Identifier: BSD-2-Clause
/* scan/roots.c: the lines of --wildcards. */
#include "tests/unit/scan/help.h"

#include <stdio.h>

#include "scan/roots.h"

/* What one worker knows: a table of wildcards that is fed by hand, and its notes. */
struct side {
    struct rng rng;
    struct wildcards *wildcards;
    struct roots *roots;
};

static struct side sides[2];
static struct text told;

static void begin(void)
{
    for (unsigned i = 0; i < 2; i++) {
        uint8_t key[32] = {(uint8_t)i};
        rng_init_key(&sides[i].rng, key);
        assert_int_equal(wildcards_create(&sides[i].wildcards, &sides[i].rng, NULL, 0), 0);
        assert_int_equal(roots_create(&sides[i].roots), 0);
    }
}

static int end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        wildcards_destroy(sides[i].wildcards);
        roots_destroy(sides[i].roots);
    }
    memset(sides, 0, sizeof sides);
    text_deinit(&told);
    return 0;
}

static struct part part_of(uint16_t type, struct hit_record *records, uint16_t count)
{
    return (struct part){.type = type, .records = records, .record_count = count};
}

/* A part with addresses 192.0.2.LAST, and on. */
static void note_addresses(struct side *side, uint32_t parent, uint8_t last, uint16_t count)
{
    static const uint8_t asked[] = "\4kq3z";
    uint8_t rdata[8][4];
    struct hit_record records[8];
    assert_in_range(count, 1, 8);
    for (uint16_t i = 0; i < count; i++) {
        memcpy(rdata[i], (uint8_t[]){192, 0, 2, (uint8_t)(last + i)}, 4);
        records[i] = (struct hit_record){.type = TYPE_A, .rdata = rdata[i], .rdata_len = 4};
    }
    struct part part = part_of(TYPE_A, records, count);
    assert_int_equal(roots_note(side->roots, parent, asked, &part), 0);
}

static void note_alias(struct side *side, uint32_t parent, const char *asked, const char *target)
{
    struct name name = name_of(asked), to = name_of(target);
    uint8_t address[4] = {192, 0, 2, 99};
    struct hit_record records[] = {
        {.type = TYPE_CNAME, .rdata = to.wire, .rdata_len = to.len},
        {.type = TYPE_A, .rdata = address, .rdata_len = 4}, /* another name's */
    };
    struct part part = part_of(TYPE_A, records, 2);
    assert_int_equal(roots_note(side->roots, parent, name.wire, &part), 0);
}

/* Makes the parent of NAME known, as a wildcard or not. */
static void probe(struct side *side, const char *name, enum wildcard_probe_result result)
{
    struct name wire = name_of(name);
    struct wildcard_data data = {
        .type = TYPE_A, .count = 1, .hashes = {9}, .rrsig_labels = WILDCARD_NO_RRSIG};
    const struct wildcard_data *list = &data;
    const struct wildcard_name asked = {.wire = wire.wire,
                                        .zone_labels = name_label_count(wire.wire) - 1,
                                        .data = &list,
                                        .count = 1};
    struct wildcard_finding finding;
    struct wildcard_probe sent;
    assert_int_equal(wildcards_judge(side->wildcards, &asked, &finding), 0);
    for (uint32_t op = 0; wildcards_next_probe(side->wildcards, &sent); op++) {
        const struct wildcard_reply reply = {
            .result = result, .data = &data, .op = op, .operators = 9};
        (void)wildcards_result(side->wildcards, sent.parent, sent.type, &reply);
    }
}

static void expect(size_t count, const char *text)
{
    const struct roots_view views[] = {{sides[0].roots, sides[0].wildcards},
                                       {sides[1].roots, sides[1].wildcards}};
    text_clear(&told);
    roots_put(&told, views, count);
    text_putc(&told, '\0');
    assert_false(told.failed);
    assert_string_equal(told.data, text);
}

static void without_wildcards_there_is_nothing(void **state)
{
    (void)state;
    begin();
    expect(2, "");
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_NXDOMAIN);
    note_addresses(&sides[0], 0, 1, 1); /* what a liar said of it */
    expect(2, "");
}

static void a_line_has_the_data_once_each_in_order(void **state)
{
    (void)state;
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_DATA);
    note_addresses(&sides[0], 0, 2, 2);
    note_addresses(&sides[0], 0, 1, 2);
    expect(1, "*.example.com\tprobe\tA 192.0.2.1\tA 192.0.2.2\tA 192.0.2.3\n");
}

static void a_wildcard_without_data_has_none(void **state)
{
    (void)state;
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_NODATA);
    expect(1, "*.example.com\tprobe\n");
    probe(&sides[1], "com", WILDCARD_PROBE_NODATA);
    expect(2, "*.\tprobe\n*.example.com\tprobe\n");
}

static void what_workers_found_of_one_wildcard_is_one_line(void **state)
{
    (void)state;
    begin();
    probe(&sides[0], "www.b.example.com", WILDCARD_PROBE_DATA);
    probe(&sides[0], "www.a.example.com", WILDCARD_PROBE_DATA);
    probe(&sides[1], "ftp.b.example.com", WILDCARD_PROBE_DATA);
    note_addresses(&sides[0], 0, 1, 2);
    note_addresses(&sides[1], 0, 2, 2);
    note_addresses(&sides[0], 1, 9, 1);
    expect(2, "*.a.example.com\tprobe\tA 192.0.2.9\n"
              "*.b.example.com\tprobe\tA 192.0.2.1\tA 192.0.2.2\tA 192.0.2.3\n");
}

static void an_alias_is_told_alone_and_with_what_it_repeats(void **state)
{
    (void)state;
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_DATA);
    note_alias(&sides[0], 0, "kq3z9w.example.com", "kq3z9w.cdn.test");
    note_alias(&sides[0], 0, "zzz777.example.com", "zzz777.cdn.test");
    note_alias(&sides[0], 0, "m8m8m8.example.com", "pre-m8m8m8.cdn.test");
    note_alias(&sides[0], 0, "p0p0p0.example.com", "other.test");
    expect(1, "*.example.com\tprobe\tCNAME other.test\tCNAME pre-{}.cdn.test\t"
              "CNAME {}.cdn.test\n");
}

static void made_up_data_are_left_out(void **state)
{
    (void)state;
    static const uint8_t forged[] = {192, 0, 2, 2};
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_DATA);
    note_addresses(&sides[0], 0, 1, 3);
    wildcards_distrust(sides[0].wildcards, wildcard_hash(TYPE_A, forged, sizeof forged));
    expect(1, "*.example.com\tprobe\tA 192.0.2.1\tA 192.0.2.3\n");
}

static void odd_octets_are_escaped(void **state)
{
    (void)state;
    static const uint8_t asked[] = "\4kq3z", rdata[] = "\5a\tb\n\x1b";
    struct hit_record record = {.type = TYPE_TXT, .rdata = rdata, .rdata_len = 6};
    struct part part = part_of(TYPE_TXT, &record, 1);
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_DATA);
    assert_int_equal(roots_note(sides[0].roots, 0, asked, &part), 0);
    expect(1, "*.example.com\tprobe\tTXT \"a\\009b\\010\\027\"\n");
}

static void data_of_one_wildcard_are_bounded(void **state)
{
    (void)state;
    begin();
    probe(&sides[0], "www.example.com", WILDCARD_PROBE_DATA);
    for (unsigned i = 0; i < ROOTS_DATA_MAX + 10; i++) {
        char target[32];
        snprintf(target, sizeof target, "t%u.test", i);
        note_alias(&sides[0], 0, "kq3z9w.example.com", target);
    }
    const struct roots_view view = {sides[0].roots, sides[0].wildcards};
    roots_put(&told, &view, 1);
    text_putc(&told, '\0');
    static const char start[] = "*.example.com\tprobe\tCNAME t0.test\t";
    assert_memory_equal(told.data, start, sizeof start - 1);
    size_t tabs = 0;
    for (const char *at = told.data; *at; at++)
        tabs += *at == '\t';
    assert_int_equal(tabs, 1 + ROOTS_DATA_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_wildcards_there_is_nothing, end),
        cmocka_unit_test_teardown(a_line_has_the_data_once_each_in_order, end),
        cmocka_unit_test_teardown(a_wildcard_without_data_has_none, end),
        cmocka_unit_test_teardown(what_workers_found_of_one_wildcard_is_one_line, end),
        cmocka_unit_test_teardown(an_alias_is_told_alone_and_with_what_it_repeats, end),
        cmocka_unit_test_teardown(made_up_data_are_left_out, end),
        cmocka_unit_test_teardown(odd_octets_are_escaped, end),
        cmocka_unit_test_teardown(data_of_one_wildcard_are_bounded, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
