// SPDX-License-Identifier: BSD-2-Clause
/* scan/returns.c: chains of several ledgers, one queue, several threads. */
#include "tests/unit/scan/help.h"

#include <errno.h>
#include <pthread.h>

#include "scan/returns.h"

/* Names are numbers: "n123.example", told apart by data_hash. */
static void append(struct ledger *ledger, uint32_t resolver, uint32_t number)
{
    char text[32];
    snprintf(text, sizeof text, "n%u.example", number);
    const struct ledger_entry entry = {
        .resolver = resolver, .data_hash = number, .name = name_of(text)};
    assert_int_equal(ledger_append(ledger, &entry), 0);
}

static void assert_is(const struct ledger_entry *entry, uint32_t number)
{
    char text[32], expected[NAME_TEXT_MAX];
    snprintf(text, sizeof text, "n%u.example", number);
    name_to_text(entry->name.wire, expected);
    assert_string_equal(text, expected);
}

static struct ledger *create(size_t resolver_count)
{
    struct ledger *ledger;
    assert_int_equal(ledger_create(&ledger, resolver_count), 0);
    return ledger;
}

static void push(struct returns *returns, struct ledger *ledger, uint32_t resolver, const char *why)
{
    struct ledger_chain chain;
    assert_int_equal(ledger_take_back(ledger, resolver, &chain), 0);
    assert_int_equal(returns_push(returns, &chain, why), 0);
}

static void expect_next(struct returns *returns, uint32_t number, const char *why)
{
    struct ledger_entry entry;
    assert_true(returns_has(returns));
    assert_int_equal(returns_next(returns, &entry), 1);
    assert_is(&entry, number);
    assert_string_equal(entry.why, why);
}

static void expect_none(struct returns *returns)
{
    struct ledger_entry entry;
    assert_false(returns_has(returns));
    assert_int_equal(returns_next(returns, &entry), 0);
}

static void the_newest_chain_comes_first_with_its_reason(void **state)
{
    struct returns returns;
    struct ledger *a = create(2), *b = create(2);
    (void)state;
    assert_int_equal(returns_init(&returns), 0);
    expect_none(&returns);
    push(&returns, a, 0, "empty");
    expect_none(&returns);
    append(a, 0, 1);
    append(a, 0, 2);
    append(a, 1, 3);
    append(b, 0, 4);
    push(&returns, a, 0, "lied");
    expect_next(&returns, 2, "lied");
    push(&returns, b, 0, "lied, b");
    push(&returns, a, 1, "hid");
    expect_next(&returns, 3, "hid");
    expect_next(&returns, 4, "lied, b");
    expect_next(&returns, 1, "lied");
    expect_none(&returns);
    returns_deinit(&returns);
    returns_deinit(&returns);
    ledger_destroy(a);
    ledger_destroy(b);
}

static void chains_are_as_many_as_they_come(void **state)
{
    struct returns returns;
    struct ledger *ledger = create(1000);
    (void)state;
    assert_int_equal(returns_init(&returns), 0);
    for (uint32_t i = 0; i < 1000; i++) {
        append(ledger, i, i);
        push(&returns, ledger, i, "x");
    }
    for (uint32_t i = 1000; i-- > 0;)
        expect_next(&returns, i, "x");
    expect_none(&returns);
    returns_deinit(&returns);
    ledger_destroy(ledger);
}

/* A file that cannot be read is told once, and ends only its own chain. */
static void an_unreadable_chain_is_dropped(void **state)
{
    struct returns returns;
    struct ledger *good = create(1), *bad = create(1);
    struct ledger_chain chain;
    struct ledger_entry entry;
    (void)state;
    assert_int_equal(returns_init(&returns), 0);
    append(good, 0, 1);
    push(&returns, good, 0, "x");
    append(bad, 0, 2);
    assert_int_equal(ledger_take_back(bad, 0, &chain), 0);
    chain.end += 8; /* more than the file has */
    assert_int_equal(returns_push(&returns, &chain, "x"), 0);
    errno = 0;
    assert_int_equal(returns_next(&returns, &entry), ERR_IO);
    assert_int_equal(errno, EIO);
    expect_next(&returns, 1, "x");
    expect_none(&returns);
    returns_deinit(&returns);
    ledger_destroy(good);
    ledger_destroy(bad);
}

/* --- threads --- */

#define THREADS   2
#define NAMES     60000 /* per thread */
#define RESOLVERS 5

struct side {
    pthread_t thread;
    struct returns *returns;
    struct ledger *ledger;
    uint32_t first; /* of its names */
    uint8_t *seen;  /* by number: how often this thread got it back */
};

static void take_some(struct side *side, int count)
{
    struct ledger_entry entry;
    while (count-- > 0 && returns_next(side->returns, &entry) == 1) {
        assert_is(&entry, entry.data_hash);
        side->seen[entry.data_hash]++;
    }
}

/* Writes its ledger, takes back from it now and then, and asks again whatever comes, of
 * both. */
static void *work(void *arg)
{
    struct side *side = arg;
    for (uint32_t i = 0; i < NAMES; i++) {
        append(side->ledger, i % RESOLVERS, side->first + i);
        if (i % 97 == 0)
            push(side->returns, side->ledger, i / 97 % RESOLVERS, "x");
        take_some(side, 2);
    }
    for (uint32_t i = 0; i < RESOLVERS; i++)
        push(side->returns, side->ledger, i, "x");
    while (returns_has(side->returns))
        take_some(side, 1000);
    return NULL;
}

static void each_name_comes_back_to_one_thread_once(void **state)
{
    struct returns returns;
    struct side sides[THREADS];
    (void)state;
    assert_int_equal(returns_init(&returns), 0);
    for (uint32_t i = 0; i < THREADS; i++) {
        sides[i] = (struct side){.returns = &returns,
                                 .ledger = create(RESOLVERS),
                                 .first = i * NAMES,
                                 .seen = calloc(THREADS, NAMES)};
        assert_non_null(sides[i].seen);
    }
    for (uint32_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&sides[i].thread, NULL, work, &sides[i]), 0);
    for (uint32_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(sides[i].thread, NULL), 0);
    expect_none(&returns);
    for (uint32_t n = 0; n < THREADS * NAMES; n++)
        assert_int_equal(sides[0].seen[n] + sides[1].seen[n], 1);
    for (uint32_t i = 0; i < THREADS; i++) {
        ledger_destroy(sides[i].ledger);
        free(sides[i].seen);
    }
    returns_deinit(&returns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_chain_comes_first_with_its_reason),
        cmocka_unit_test(chains_are_as_many_as_they_come),
        cmocka_unit_test(an_unreadable_chain_is_dropped),
        cmocka_unit_test(each_name_comes_back_to_one_thread_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
