// SPDX-License-Identifier: BSD-2-Clause
/* scan/ledger.c: chains, what was taken back, what still stands, disks without room. */
#include "tests/unit/scan/help.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/rng.h"
#include "model/verdict.h"
#include "scan/ledger.h"

static struct ledger *create(size_t resolver_count)
{
    struct ledger *ledger;
    assert_int_equal(ledger_create(&ledger, resolver_count), 0);
    return ledger;
}

/* The NUMBERth name has 3 to 255 octets: every length comes, with fillings of every kind. */
static struct name numbered(uint32_t number)
{
    struct name name = {.len = 0};
    size_t left = 3 + number % 253;
    for (uint32_t i = 0; left > 1; i++) {
        size_t label = left - 2 < NAME_LABEL_MAX ? left - 2 : NAME_LABEL_MAX;
        if (left - label - 1 == 2) /* a label and the root need three octets */
            label--;
        name.wire[name.len++] = (uint8_t)label;
        for (size_t j = 0; j < label; j++)
            name.wire[name.len++] = (uint8_t)(number >> 8 * ((i + j) % 4));
        left -= label + 1;
    }
    name.wire[name.len++] = 0;
    return name;
}

static struct ledger_entry entry_of(uint32_t resolver, uint32_t number)
{
    return (struct ledger_entry){
        .resolver = resolver,
        .zone = number * 3,
        .data_hash = ~number,
        .verdict = (uint8_t)(number % VERDICT_COUNT),
        .source = (uint8_t)(number % 3),
        .prior = (uint8_t)(number % 7),
        .name = numbered(number),
    };
}

static void append(struct ledger *ledger, uint32_t resolver, uint32_t number)
{
    const struct ledger_entry entry = entry_of(resolver, number);
    assert_int_equal(ledger_append(ledger, &entry), 0);
}

static void assert_entry(const struct ledger_entry *entry, uint32_t resolver, uint32_t number)
{
    const struct ledger_entry expected = entry_of(resolver, number);
    assert_int_equal(entry->resolver, resolver);
    assert_int_equal(entry->zone, expected.zone);
    assert_int_equal(entry->data_hash, expected.data_hash);
    assert_int_equal(entry->verdict, expected.verdict);
    assert_int_equal(entry->source, expected.source);
    assert_int_equal(entry->prior, expected.prior);
    assert_int_equal(entry->name.len, expected.name.len);
    assert_memory_equal(entry->name.wire, expected.name.wire, expected.name.len);
}

/* CHAIN has just these, in this order. */
static void assert_chain(struct ledger_chain chain, uint32_t resolver, const uint32_t *numbers,
                         size_t count)
{
    struct ledger_block block = {0};
    struct ledger_entry entry;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ledger_chain_next(&chain, &block, &entry), 1);
        assert_entry(&entry, resolver, numbers[i]);
    }
    assert_int_equal(ledger_chain_next(&chain, &block, &entry), 0);
    assert_int_equal(ledger_chain_next(&chain, &block, &entry), 0);
}

static struct ledger_chain take_back(struct ledger *ledger, uint32_t resolver)
{
    struct ledger_chain chain;
    assert_int_equal(ledger_take_back(ledger, resolver, &chain), 0);
    return chain;
}

#define NUMBERS(...) (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4

/* --- chains --- */

static void one_resolvers_answers_come_back_newest_first(void **state)
{
    struct ledger *ledger = create(3);
    (void)state;
    append(ledger, 0, 10);
    append(ledger, 2, 11);
    append(ledger, 0, 12);
    append(ledger, 2, 13);
    append(ledger, 0, 14);
    assert_chain(take_back(ledger, 0), 0, NUMBERS(14, 12, 10));
    assert_chain(take_back(ledger, 2), 2, NUMBERS(13, 11));
    assert_chain(take_back(ledger, 1), 1, NULL, 0);
    assert_chain(take_back(ledger, 0), 0, NULL, 0); /* once */
    append(ledger, 0, 15);
    assert_chain(take_back(ledger, 0), 0, NUMBERS(15));
    ledger_destroy(ledger);
    ledger_destroy(NULL);
}

static void names_of_every_length_come_back_whole(void **state)
{
    struct ledger *ledger = create(2);
    uint32_t numbers[2][253];
    (void)state;
    for (uint32_t i = 0; i < 253; i++) {
        append(ledger, 0, i);
        append(ledger, 1, 1000 + i);
        numbers[0][252 - i] = i;
        numbers[1][252 - i] = 1000 + i;
    }
    assert_int_equal(numbered(252).len, NAME_WIRE_MAX);
    assert_chain(take_back(ledger, 1), 1, numbers[1], 253);
    assert_chain(take_back(ledger, 0), 0, numbers[0], 253);
    ledger_destroy(ledger);
}

/* A chain is read while the ledger grows. */
static void what_comes_later_does_not_change_a_chain(void **state)
{
    struct ledger *ledger = create(2);
    uint32_t numbers[5000];
    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        append(ledger, i % 2, i);
        numbers[4999 - i] = i;
    }
    struct ledger_chain chain = take_back(ledger, 0);
    struct ledger_block block = {0};
    for (uint32_t i = 0; i < 2500; i++) {
        struct ledger_entry entry;
        assert_int_equal(ledger_chain_next(&chain, &block, &entry), 1);
        assert_entry(&entry, 0, numbers[2 * i + 1]);
        append(ledger, 0, 7);
    }
    assert_int_equal(chain.head, 0);
    ledger_destroy(ledger);
}

/* --- what stands --- */

struct walked {
    uint32_t resolver[64], number[64];
    size_t count;
    size_t stop_at; /* 0: never */
};

static int note_walked(void *ctx, const struct ledger_entry *entry)
{
    struct walked *walked = ctx;
    assert_entry(entry, entry->resolver, ~entry->data_hash);
    walked->resolver[walked->count] = entry->resolver;
    walked->number[walked->count++] = ~entry->data_hash;
    return walked->count == walked->stop_at ? ERR_FULL : 0;
}

static void assert_stands(struct ledger *ledger, const uint32_t *numbers, size_t count)
{
    struct walked walked = {.count = 0};
    assert_int_equal(ledger_walk(ledger, note_walked, &walked), 0);
    assert_int_equal(walked.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(walked.number[i], numbers[i]);
}

static void the_walk_leaves_out_what_was_taken_back(void **state)
{
    struct ledger *ledger = create(3);
    (void)state;
    assert_stands(ledger, NULL, 0);
    append(ledger, 0, 1);
    append(ledger, 1, 2);
    append(ledger, 0, 3);
    append(ledger, 2, 4);
    assert_stands(ledger, NUMBERS(1, 2, 3, 4));
    (void)take_back(ledger, 0);
    assert_stands(ledger, NUMBERS(2, 4));
    append(ledger, 1, 3); /* asked again, elsewhere */
    append(ledger, 0, 5); /* and this one came back on probation */
    assert_stands(ledger, NUMBERS(2, 4, 3, 5));
    (void)take_back(ledger, 1);
    assert_stands(ledger, NUMBERS(4, 5));
    (void)take_back(ledger, 0);
    assert_stands(ledger, NUMBERS(4));
    ledger_destroy(ledger);
}

static void the_walk_ends_with_the_callers_error(void **state)
{
    struct ledger *ledger = create(1);
    struct walked walked = {.stop_at = 2};
    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        append(ledger, 0, i);
    assert_int_equal(ledger_walk(ledger, note_walked, &walked), ERR_FULL);
    assert_int_equal(walked.count, 2);
    ledger_destroy(ledger);
}

/* --- beside a model kept in memory --- */

#define MODEL_RESOLVERS 7
#define MODEL_RECORDS   20000

struct model {
    struct rng rng;
    uint8_t resolver[MODEL_RECORDS];
    bool is_gone[MODEL_RECORDS];
    uint32_t count, walked;
};

static void model_append(struct model *m, struct ledger *ledger)
{
    uint32_t resolver = rng_below(&m->rng, MODEL_RESOLVERS);
    append(ledger, resolver, m->count);
    m->resolver[m->count++] = (uint8_t)resolver;
}

static void model_take_back(struct model *m, struct ledger *ledger)
{
    uint32_t resolver = rng_below(&m->rng, MODEL_RESOLVERS);
    uint32_t numbers[MODEL_RECORDS];
    size_t count = 0;
    for (uint32_t i = m->count; i-- > 0;) {
        if (m->resolver[i] != resolver || m->is_gone[i])
            continue;
        m->is_gone[i] = true;
        numbers[count++] = i;
    }
    assert_chain(take_back(ledger, resolver), resolver, numbers, count);
}

static int compare_walked(void *ctx, const struct ledger_entry *entry)
{
    struct model *m = ctx;
    while (m->is_gone[m->walked])
        m->walked++;
    assert_true(m->walked < m->count);
    assert_entry(entry, m->resolver[m->walked], m->walked);
    m->walked++;
    return 0;
}

static void any_order_of_steps_agrees_with_a_model(void **state)
{
    struct ledger *ledger = create(MODEL_RESOLVERS);
    static struct model m;
    (void)state;
    rng_init_key(&m.rng, (const uint8_t[32]){27});
    while (m.count < MODEL_RECORDS) {
        if (rng_below(&m.rng, 100) == 0)
            model_take_back(&m, ledger);
        else
            model_append(&m, ledger);
    }
    assert_int_equal(ledger_walk(ledger, compare_walked, &m), 0);
    while (m.walked < m.count && m.is_gone[m.walked])
        m.walked++;
    assert_int_equal(m.walked, m.count);
    ledger_destroy(ledger);
}

/* --- the disk --- */

static size_t files_in(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *pipe = popen(command, "r");
    unsigned count = 0;
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%u", &count), 1);
    pclose(pipe);
    return count;
}

static void the_file_has_no_name(void **state)
{
    char *folder = folder_create();
    (void)state;
    setenv("TMPDIR", folder, 1);
    struct ledger *ledger = create(1);
    for (uint32_t i = 0; i < 5000; i++)
        append(ledger, 0, i);
    assert_int_equal(files_in(folder), 0);
    ledger_destroy(ledger);
    unsetenv("TMPDIR");
    folder_remove(folder);
}

static void a_temporary_folder_that_is_not_there_is_told(void **state)
{
    struct ledger *ledger;
    (void)state;
    setenv("TMPDIR", "/nonexistent", 1);
    errno = 0;
    assert_int_equal(ledger_create(&ledger, 1), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_null(ledger);
    setenv("TMPDIR", "", 1); /* as if it were not set */
    ledger_destroy(create(1));
    unsetenv("TMPDIR");
}

/* The process may write files of OCTETS at most; *CTX. */
static void fill_under_a_limit(void *ctx)
{
    const struct rlimit limit = {*(rlim_t *)ctx, RLIM_INFINITY},
                        none = {RLIM_INFINITY, RLIM_INFINITY};
    struct ledger *ledger = create(1);
    struct ledger_entry entry = entry_of(0, 252); /* 280 octets */
    signal(SIGXFSZ, SIG_IGN);                     /* as main does */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    rlim_t taken = 0;
    while (ledger_append(ledger, &entry) == 0)
        assert_true(++taken * 280 < limit.rlim_cur + 2 * 65536);
    assert_int_equal(errno, EFBIG);
    assert_true(taken * 280 > limit.rlim_cur);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0); /* room again: too late */
    errno = 0;
    assert_int_equal(ledger_append(ledger, &entry), ERR_IO);
    assert_int_equal(errno, EFBIG);
    struct ledger_chain chain;
    assert_int_equal(ledger_take_back(ledger, 0, &chain), ERR_IO);
    assert_int_equal(ledger_walk(ledger, note_walked, NULL), ERR_IO);
    ledger_destroy(ledger);
}

static void a_full_disk_is_an_error_for_good(void **state)
{
    (void)state;
    for (rlim_t octets = 0; octets <= 200000; octets += 40007)
        assert_true(survives(fill_under_a_limit, &octets));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_resolvers_answers_come_back_newest_first),
        cmocka_unit_test(names_of_every_length_come_back_whole),
        cmocka_unit_test(what_comes_later_does_not_change_a_chain),
        cmocka_unit_test(the_walk_leaves_out_what_was_taken_back),
        cmocka_unit_test(the_walk_ends_with_the_callers_error),
        cmocka_unit_test(any_order_of_steps_agrees_with_a_model),
        cmocka_unit_test(the_file_has_no_name),
        cmocka_unit_test(a_temporary_folder_that_is_not_there_is_told),
        cmocka_unit_test(a_full_disk_is_an_error_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
