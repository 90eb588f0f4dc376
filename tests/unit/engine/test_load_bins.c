// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_bins.c: trains are equal and in one piece, and nothing drawn is lost or left. */
#include "tests/unit/engine/load_help.h"

#include "engine/load_bins.h"
#include "engine/load_match.h"

#define SEED 5

static struct load_bins *bins;
static struct load_item items[LOAD_BATCH];
static struct flight_entry entries[LOAD_BATCH];

static void make(struct asking *asking)
{
    static struct load_source source;
    source = (struct load_source){.ctx = asking, .next = asking_next};
    assert_int_equal(load_bins_create(&bins, &source, 0, SEED), 0);
    load_bins_begin(bins, 0);
}

static unsigned number_of(const struct load_item *item)
{
    unsigned number;
    assert_int_equal(sscanf((const char *)item->data + 15, "%6u", &number), 1);
    return number;
}

static unsigned train(unsigned wanted)
{
    memset(entries, 0, sizeof entries);
    unsigned count = load_bins_train(bins, wanted, items, entries);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(items[i].len, items[0].len);
        assert_ptr_equal(items[i].data, items[0].data + (size_t)i * items[0].len);
        assert_int_equal(entries[i].question_len, items[i].len - 12);
        assert_int_equal(entries[i].question,
                         load_question_hash(items[i].data + 12, entries[i].question_len, SEED));
        assert_int_equal(entries[i].class, LOAD_MISS);
        assert_int_equal(entries[i].flags, items[i].data[2] & 1 ? FLIGHT_RD : 0);
    }
    return count;
}

static void trains_are_full_where_there_are_enough(void **state)
{
    struct asking asking = {.manners = "a", .pads = 16};
    unsigned count = 0, full = 0;
    (void)state;
    make(&asking);
    for (unsigned i = 0; i < 1000; i++) {
        unsigned got = train(32);
        assert_in_range(got, 1, 32);
        full += got == 32;
        count += got;
    }
    assert_true(full >= 990);
    assert_in_range(asking.count[0] - count, 0, 16 * 64); /* drawn ahead */
    load_bins_destroy(bins);
}

static bool next_by_turns(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    struct asking *asking = ctx;
    bool has = asking_next(ctx, worker, target, out);
    out->data[2] = (uint8_t)(asking->count[worker] >> 5 & 1); /* RD */
    return has;
}

static void places_are_used_again(void **state)
{
    struct asking asking = {.manners = "a"};
    const struct load_source source = {.ctx = &asking, .next = next_by_turns};
    (void)state;
    assert_int_equal(load_bins_create(&bins, &source, 0, SEED), 0);
    load_bins_begin(bins, 0);
    for (unsigned i = 0; i < 200; i++)
        assert_int_equal(train(i % 20 + 1), i % 20 + 1);
    load_bins_destroy(bins);
}

static void no_more_is_drawn_than_it_takes(void **state)
{
    struct asking asking = {.manners = "a"};
    (void)state;
    make(&asking);
    assert_int_equal(train(1), 1);
    assert_int_equal(asking.count[0], 1);
    assert_int_equal(train(30), 30);
    assert_int_equal(asking.count[0], 31);
    load_bins_destroy(bins);
}

static void each_query_is_sent_once(void **state)
{
    static uint8_t seen[5000];
    struct asking asking = {.manners = "a", .pads = 13, .most = sizeof seen};
    unsigned count, total = 0;
    (void)state;
    make(&asking);
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; (count = train(i * 7 % LOAD_BATCH + 1)) > 0; i++) {
        for (unsigned j = 0; j < count; j++)
            assert_int_equal(seen[number_of(&items[j])]++, 0);
        total += count;
    }
    assert_int_equal(total, sizeof seen);
    assert_int_equal(train(1), 0);
    load_bins_destroy(bins);
}

/* One of 5,000 is longer than the others. */
static bool rarely_longer(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    struct asking *asking = ctx;
    asking->pad = asking->count[worker] % 5000 == 1;
    return asking_next(ctx, worker, target, out);
}

static void rare_lengths_wait_for_long_but_not_for_ever(void **state)
{
    struct asking asking = {.manners = "a"};
    const struct load_source source = {.ctx = &asking, .next = rarely_longer};
    unsigned usual = 0, other = 0;
    (void)state;
    assert_int_equal(load_bins_create(&bins, &source, 0, SEED), 0);
    load_bins_begin(bins, 0);
    for (unsigned i = 0; i < 3000; i++) {
        unsigned count = train(32);
        *(items[0].len == 31 ? &usual : &other) += count;
    }
    assert_in_range(other, usual / 5000 - 2, usual / 5000 + 1);
    load_bins_destroy(bins);
}

static void what_was_drawn_for_another_target_is_gone(void **state)
{
    struct asking asking = {.manners = "a", .pads = 5};
    (void)state;
    make(&asking);
    assert_int_equal(train(1), 1);
    assert_int_equal(train(10), 10);
    load_bins_begin(bins, 0);
    uint64_t drawn = asking.count[0];
    load_bins_begin(bins, 1);
    assert_int_equal(train(3), 3);
    for (unsigned i = 0; i < 3; i++)
        assert_true(number_of(&items[i]) >= drawn);
    load_bins_destroy(bins);
}

static void how_it_was_asked_is_kept(void **state)
{
    struct asking asking = {.manners = "a"};
    struct load_query query;
    struct flight_entry entry = {.flags = FLIGHT_COUNTED};
    (void)state;
    assert_true(asking_next(&asking, 0, 0, &query));
    query.data[2] = 0;
    query.data[3] = 0x10;
    load_describe(&entry, &query, SEED);
    assert_int_equal(entry.flags, FLIGHT_COUNTED | FLIGHT_CD);
    memcpy(query.data + query.len, "\0\0\x29\4\xd0\0\0\x80\0\0\0", 11);
    query.len += 11;
    entry.flags = 0;
    load_describe(&entry, &query, SEED);
    assert_int_equal(entry.flags, FLIGHT_CD | FLIGHT_EDNS | FLIGHT_DO);
    query.data[query.len - 4] = 0;
    entry.flags = 0;
    load_describe(&entry, &query, SEED);
    assert_int_equal(entry.flags, FLIGHT_CD | FLIGHT_EDNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trains_are_full_where_there_are_enough),
        cmocka_unit_test(places_are_used_again),
        cmocka_unit_test(no_more_is_drawn_than_it_takes),
        cmocka_unit_test(each_query_is_sent_once),
        cmocka_unit_test(rare_lengths_wait_for_long_but_not_for_ever),
        cmocka_unit_test(what_was_drawn_for_another_target_is_gone),
        cmocka_unit_test(how_it_was_asked_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
