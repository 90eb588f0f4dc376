// SPDX-License-Identifier: BSD-2-Clause
/* scan/decided.c: what stands in the ledgers at the end, in the formats that wait for it. */
#include "tests/unit/scan/telling.h"

#include "scan/decided.h"

static struct fleet_resolver resolvers[] = {{.text = "192.0.2.1:53"}, {.text = "192.0.2.2:53"}};

static void open_with_ledger(struct telling *t)
{
    telling_open(t);
    t->run.fleet = (struct fleet){.items = resolvers, .count = 2};
    assert_int_equal(zones_create(&t->run.zones, 1), 0);
    assert_int_equal(ledger_create(&t->worker.ledger, 3), 0);
}

static void close_with_ledger(struct telling *t)
{
    ledger_destroy(t->worker.ledger);
    zones_destroy(t->run.zones);
    telling_close(t);
}

static void note(struct telling *t, uint32_t resolver, const char *text, int verdict)
{
    const struct ledger_entry entry = {
        .resolver = resolver, .verdict = (uint8_t)verdict, .name = name_of(text)};
    assert_int_equal(ledger_append(t->worker.ledger, &entry), 0);
}

static void take_back(struct telling *t, uint32_t resolver)
{
    struct ledger_chain chain;
    assert_int_equal(ledger_take_back(t->worker.ledger, resolver, &chain), 0);
}

static void what_was_not_taken_back_is_told_to_those_that_waited(void **state)
{
    struct telling t;
    (void)state;
    open_with_ledger(&t);
    note(&t, 0, "a.example", VERDICT_NXDOMAIN);
    note(&t, 1, "b.example", VERDICT_NXDOMAIN); /* taken back, and asked again: */
    note(&t, 0, "c.example", VERDICT_NODATA);
    note(&t, 0, "d.example", VERDICT_FOUND);
    note(&t, 0, "e.example", VERDICT_WILDCARD);
    note(&t, 2, "f.example", VERDICT_COUNT); /* never had a verdict */
    note(&t, 0, "a.example", VERDICT_NXDOMAIN);
    take_back(&t, 1);
    note(&t, 0, "b.example", VERDICT_NODATA);
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    expect_told(&t, "a.example nxdomain\nc.example nodata\nb.example nodata\n", "", "");
    close_with_ledger(&t);
}

static void verdicts_that_are_not_shown_stay_out(void **state)
{
    struct telling t;
    (void)state;
    open_with_ledger(&t);
    t.params.show[VERDICT_NXDOMAIN] = false;
    note(&t, 0, "a.example", VERDICT_NXDOMAIN);
    note(&t, 0, "b.example", VERDICT_NODATA);
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    expect_told(&t, "b.example nodata\n", "", "");
    assert_int_equal(set_count(t.run.names), 1); /* nor are they remembered */
    close_with_ledger(&t);
}

static void without_a_format_that_waits_nothing_is_read(void **state)
{
    struct telling t;
    (void)state;
    open_with_ledger(&t);
    t.run.tells_late = false;
    note(&t, 0, "a.example", VERDICT_NXDOMAIN);
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    assert_int_equal(set_count(t.run.names), 0);
    t.run.tells_late = true;
    struct ledger *ledger = t.worker.ledger;
    t.worker.ledger = NULL; /* --no-trust */
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    t.worker.ledger = ledger;
    close_with_ledger(&t);
}

/* The queue to the writer stays short, and nothing is lost between its fillings. */
static void many_names_pass_through_a_short_queue(void **state)
{
    enum { COUNT = 5 * 4096 + 5 };
    struct telling t;
    (void)state;
    open_with_ledger(&t);
    for (int i = 0; i < COUNT; i++) {
        char text[32];
        snprintf(text, sizeof text, "n%d.example", i);
        note(&t, 0, text, VERDICT_NXDOMAIN);
    }
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    assert_false(writer_is_full(t.run.writer));
    assert_int_equal(writer_write(t.run.writer, 0), 0);
    char *text = content_of(t.outputs[0].path);
    size_t lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    free(text);
    assert_int_equal(lines, COUNT);
    close_with_ledger(&t);
}

static void the_resolver_is_told_where_there_is_one(void **state)
{
    struct telling t;
    (void)state;
    open_with_ledger(&t);
    assert_int_equal(writer_close(t.run.writer), 0);
    t.outputs[0].format = "csv";
    assert_int_equal(writer_open(&t.run.writer, &t.params), 0);
    note(&t, 1, "a.example", VERDICT_NXDOMAIN);
    note(&t, 2, "b.example", VERDICT_NXDOMAIN); /* nobody's */
    assert_int_equal(decided_tell(&t.run, t.workers), 0);
    assert_int_equal(writer_write(t.run.writer, 0), 0);
    char *text = content_of(t.outputs[0].path);
    assert_string_equal(text, "host,type,ttl,data,verdict,confirmed,resolver\n"
                              "a.example,,,,nxdomain,,192.0.2.2:53\n"
                              "b.example,,,,nxdomain,,\n");
    free(text);
    close_with_ledger(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_taken_back_is_told_to_those_that_waited),
        cmocka_unit_test(verdicts_that_are_not_shown_stay_out),
        cmocka_unit_test(without_a_format_that_waits_nothing_is_read),
        cmocka_unit_test(many_names_pass_through_a_short_queue),
        cmocka_unit_test(the_resolver_is_told_where_there_is_one),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
