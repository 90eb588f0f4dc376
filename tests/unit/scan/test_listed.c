// SPDX-License-Identifier: BSD-2-Clause
/* scan/listed.c: which of the servers that resolvers list are taken to exist, and which are said
 * not to. A resolver that lists what it likes, as often as it likes, is one voice. */
#include "tests/unit/scan/help.h"

#include "dns/code.h"
#include "scan/worker.h"
#include "verdict/classify.h"

#define RECORDS_MAX 16

static struct bench {
    struct run run;
    struct worker w;
} b;

static int set_up(void **state)
{
    struct name zone = name_of("zone.test");
    (void)state;
    memset(&b, 0, sizeof b);
    b.w.run = &b.run;
    assert_int_equal(zones_create(&b.run.zones, 1), 0);
    assert_int_equal(zones_add(b.run.zones, &zone, &b.w.vet_zone), 0);
    assert_int_equal(checks_open(&b.w.checks), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(b.w.error, 0);
    checks_close(&b.w.checks);
    zones_destroy(b.run.zones);
    return 0;
}

/* A resolver's reply: NS of these names, up to a NULL. */
static void list(const char *const names[])
{
    struct hit_record records[RECORDS_MAX];
    struct name wires[RECORDS_MAX];
    struct part part = {.type = TYPE_NS, .records = records};
    for (; names[part.record_count]; part.record_count++) {
        assert_true(part.record_count < RECORDS_MAX);
        struct name *wire = &wires[part.record_count];
        *wire = name_of(names[part.record_count]);
        records[part.record_count] =
            (struct hit_record){.type = TYPE_NS, .rdata = wire->wire, .rdata_len = wire->len};
    }
    listed_note(&b.w, &part);
}

#define LIST(...) list((const char *const[]){__VA_ARGS__, NULL})

/* Its serial among the confirmed names; 0: none of them. */
static uint32_t serial_of(const char *text)
{
    struct name name = name_of(text);
    for (uint32_t i = 0; i < b.w.listed.host_count; i++) {
        if (name_equal(b.w.listed.hosts[i].name.wire, name.wire))
            return b.w.listed.hosts[i].serial;
    }
    return 0;
}

static void more_than_half_must_list_it(void **state)
{
    (void)state;
    LIST("a.zone.test");
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 0); /* one alone is not enough, even of one */
    LIST("a.zone.test", "b.zone.test");
    LIST("b.zone.test");
    LIST("c.zone.test");
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 0); /* nor is half */
    LIST("a.zone.test");
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 1);
    const struct known_name *known = checks_known(&b.w.checks, serial_of("a.zone.test"));
    assert_non_null(known);
    assert_true(known->is_listed);
    assert_int_equal(known->zone, b.w.vet_zone);
    assert_int_equal(question_type(&known->question), TYPE_A);
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 1); /* once */
}

static void who_repeats_a_name_is_one_voice(void **state)
{
    (void)state;
    LIST("f.zone.test", "f.zone.test", "f.zone.test", "g.zone.test", "f.zone.test", "g.zone.test");
    LIST("a.zone.test");
    LIST("a.zone.test");
    listed_begin(&b.w);
    assert_int_equal(serial_of("f.zone.test"), 0);
    assert_int_equal(serial_of("g.zone.test"), 0);
    assert_int_not_equal(serial_of("a.zone.test"), 0);
}

/* f, F by way of a pointer, and f.ZONE.test: three records, but one name. */
static const uint8_t spellings[] =
    "\x12\x34\x81\x80\0\1\0\3\0\0\0\0" /* a reply with three answers... */
    "\4zone\4test\0\0\2\0\1"           /* ... to zone.test NS */
    "\xc0\x0c\0\2\0\1\0\0\0\1\0\4\1f\xc0\x0c"
    "\xc0\x0c\0\2\0\1\0\0\0\1\0\4\1F\xc0\x0c"
    "\xc0\x0c\0\2\0\1\0\0\0\1\0\15\1f\4ZONE\4test";

static void who_spells_a_name_in_several_ways_is_one_voice(void **state)
{
    struct name zone = name_of("zone.test");
    struct question question;
    struct reply reply;
    struct answer answer;
    bool is_damaged;
    (void)state;
    question_init(&question, zone.wire, zone.len, TYPE_NS);
    assert_true(reply_init(&reply, spellings, sizeof spellings));
    classify(&reply, &question, &answer);
    struct part *part = part_create(&reply, &answer, TYPE_NS, &is_damaged);
    assert_non_null(part);
    assert_int_equal(part->record_count, 3);
    listed_note(&b.w, part);
    parts_destroy(part);
    LIST("a.zone.test");
    LIST("a.zone.test");
    listed_begin(&b.w);
    assert_int_equal(serial_of("f.zone.test"), 0);
    assert_int_not_equal(serial_of("a.zone.test"), 0);
}

/* As many as there is room for, before anybody honest has answered. */
static void names_that_one_makes_up_do_not_keep_others_out(void **state)
{
    (void)state;
    LIST("f1.zone.test", "f2.zone.test", "f3.zone.test", "f4.zone.test", "f5.zone.test");
    assert_int_equal(b.w.listed.host_count, LISTED_MAX);
    LIST("a.zone.test", "b.zone.test");
    LIST("b.zone.test", "a.zone.test");
    LIST("g1.zone.test", "g2.zone.test", "g3.zone.test", "g4.zone.test", "g5.zone.test");
    LIST("a.zone.test", "b.zone.test", "c.zone.test");
    assert_int_equal(b.w.listed.host_count, LISTED_MAX);
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 2);
    assert_int_not_equal(serial_of("a.zone.test"), 0);
    assert_int_not_equal(serial_of("b.zone.test"), 0);
}

static void only_names_below_the_zone_are_of_use(void **state)
{
    const char *never = "x.zone.test";
    const struct str_list only_list = {0}, never_list = {&never, 1};
    struct scope *scope;
    (void)state;
    assert_int_equal(scope_create(&scope, &only_list, &never_list), 0);
    b.run.scope = scope;
    for (int i = 0; i < 2; i++)
        LIST("zone.test", "ns.other.test", "test", ".", "notzone.test", "x.zone.test");
    assert_int_equal(b.w.listed.host_count, 0);
    assert_int_equal(b.w.listed.answers, 2);
    scope_destroy(scope);
}

static bool is_there(const char *text)
{
    struct name name = name_of(text);
    return listed_is_there(&b.run, name.wire);
}

static void who_gives_data_for_one_tells_all_workers(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        LIST("a.zone.test", "b.zone.test");
    listed_begin(&b.w);
    assert_null(listed_denied(&b.w));
    listed_settle(&b.w, serial_of("a.zone.test"), false);
    const struct name *denied = listed_denied(&b.w);
    assert_non_null(denied);
    assert_true(name_equal(denied->wire, name_of("a.zone.test").wire));
    assert_false(listed_any_is_there(&b.run));
    listed_settle(&b.w, serial_of("b.zone.test"), true);
    assert_null(listed_denied(&b.w)); /* no mistake of the zone's, then */
    assert_true(listed_any_is_there(&b.run));
    assert_true(is_there("b.zone.test"));
    assert_false(is_there("a.zone.test"));
    listed_settle(&b.w, 4711, true); /* none of them */
    assert_false(is_there("a.zone.test"));
}

/* Newer confirmed names took its place: it is listed again. */
static void one_that_was_forgotten_is_listed_again(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        LIST("a.zone.test");
    listed_begin(&b.w);
    uint32_t serial = serial_of("a.zone.test");
    b.w.checks.count = 0;
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 0); /* nobody gave data for it: of no use */
    listed_settle(&b.w, serial, true);
    listed_begin(&b.w);
    assert_int_equal(b.w.checks.count, 1);
    assert_int_not_equal(serial_of("a.zone.test"), serial);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(more_than_half_must_list_it),
        TEST(who_repeats_a_name_is_one_voice),
        TEST(who_spells_a_name_in_several_ways_is_one_voice),
        TEST(names_that_one_makes_up_do_not_keep_others_out),
        TEST(only_names_below_the_zone_are_of_use),
        TEST(who_gives_data_for_one_tells_all_workers),
        TEST(one_that_was_forgotten_is_listed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
