// SPDX-License-Identifier: BSD-2-Clause
/* base/set_segment.c: where a key may lie, every state of a slot, freezing and copying.
 *
 * What a thread leaves behind that was stopped for good is written into the slots by
 * hand; test_set.c has the threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "base/set_segment.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define PAIRS      7 /* of most segments here */
#define LINES      (2 * PAIRS)
#define SLOTS      (LINES * LINE_SLOTS)
#define PAIRS_MORE 11
#define LINES_MORE (2 * PAIRS_MORE)

/* Words all over their range, each but once. */
static struct hash128 key_of(uint64_t number)
{
    return (struct hash128){.high = (number + 1) * UINT64_C(0x9e3779b97f4a7c15),
                            .low = (number + 1) * UINT64_C(0xc2b2ae3d27d4eb4f)};
}

/* All these have their home in the first line and visit the lines one pair at a time. */
static struct hash128 key_at_start(uint64_t number)
{
    return (struct hash128){.high = number + 1, .low = number + 1};
}

static struct slot *slot_at(struct line *lines, uint32_t index)
{
    return &lines[index / LINE_SLOTS].slots[index % LINE_SLOTS];
}

static void set_slot(struct slot *slot, uint64_t high, uint64_t low)
{
    atomic_store(&slot->high, high);
    atomic_store(&slot->low, low);
}

static void assert_slot(struct slot *slot, uint64_t high, uint64_t low)
{
    assert_int_equal(atomic_load(&slot->high), high);
    assert_int_equal(atomic_load(&slot->low), low);
}

static uint32_t slots_taken(struct line *lines, uint32_t line_count)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < line_count * LINE_SLOTS; i++)
        taken += atomic_load(&slot_at(lines, i)->high) != WORD_EMPTY;
    return taken;
}

/* ---- walks */

static bool is_prime(uint32_t number)
{
    for (uint32_t i = 2; i * i <= number; i++) {
        if (number % i == 0)
            return false;
    }
    return number >= 2;
}

static void assert_visits_all(uint32_t pair_count, struct hash128 key)
{
    uint32_t line_count = 2 * pair_count, visits = 0, previous = 0;
    uint8_t *seen = calloc(line_count, 1);
    assert_non_null(seen);
    struct walk walk = walk_start(pair_count, key);
    do {
        assert_in_range(walk.line, 0, line_count - 1);
        assert_int_equal(seen[walk.line]++, 0);
        if (visits % 2 == 1)
            assert_int_equal(walk.line, previous ^ 1); /* the other one of the pair */
        previous = walk.line;
        visits++;
    } while (walk_on(&walk));
    assert_int_equal(visits, line_count);
    free(seen);
}

static const struct hash128 extremes[] = {
    {1, 1},
    {UINT64_MAX - 1, UINT64_MAX - 1},
    {UINT64_MAX - 1, 1},
    {1, UINT64_MAX - 1},
    {UINT64_MAX >> HOME_SHIFT, UINT64_C(1) << 63},
};

static void a_walk_visits_each_line_once_for_every_prime(void **state)
{
    (void)state;
    for (uint32_t pairs = 2; pairs < 500; pairs++) {
        if (!is_prime(pairs))
            continue;
        for (unsigned i = 0; i < COUNT(extremes); i++)
            assert_visits_all(pairs, extremes[i]);
        for (unsigned i = 0; i < 20; i++)
            assert_visits_all(pairs, key_of(i));
    }
}

/* The largest primes that set.c has, and what is near the limit of a line's number. */
static void a_walk_stays_inside_the_largest_segments(void **state)
{
    (void)state;
    static const uint32_t primes[] = {1062707, 2391127, 1073741789};
    for (unsigned i = 0; i < COUNT(primes) * COUNT(extremes); i++) {
        uint32_t pairs = primes[i % COUNT(primes)];
        struct walk walk = walk_start(pairs, extremes[i / COUNT(primes)]);
        uint32_t first = walk.line;
        for (unsigned on = 0; on < 1000; on++) {
            assert_in_range(walk.line, 0, 2 * (uint64_t)pairs - 1);
            assert_true(walk_on(&walk));
            assert_int_not_equal(walk.line, first);
        }
    }
}

static void a_walk_of_one_pair_ends(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(extremes); i++)
        assert_visits_all(1, extremes[i]);
}

/* With it a copy runs through both segments from start to end. */
static void walks_start_in_the_order_of_the_high_words(void **state)
{
    (void)state;
    uint32_t last = 0;
    for (uint64_t i = 0; i < 1u << 16; i++) {
        /* the segment's number, above, is no part of it; nor is the low word */
        struct hash128 key = {.high = i << (64 - HOME_SHIFT - 16) | i << 60, .low = key_of(i).low};
        uint32_t line = walk_start(1597, key).line;
        assert_in_range(line, last, 2 * 1597 - 1);
        last = line;
    }
    assert_int_equal(walk_start(1597, (struct hash128){1, 1}).line, 0);
    assert_int_equal(last, 2 * 1597 - 1);
}

/* ---- one slot, in each state it can be found in */

#define HIGH  UINT64_C(5)
#define LOW   UINT64_C(6)
#define OTHER UINT64_C(7)

static const struct hash128 wanted = {HIGH, LOW};

static const struct state_case {
    const char *what;
    uint64_t high, low;
    enum segment_result find, put; /* of wanted */
    uint64_t put_high, put_low;    /* the words after the put */
    uint64_t put_next;             /* the next slot's high word after the put */
    uint64_t frozen_high, frozen_low;
} states[] = {
    {"free", 0, 0, SEGMENT_ABSENT, SEGMENT_NEW, HIGH, LOW, 0, WORD_FROZEN, 0},
    {"claimed by a stopped thread for this high word", HIGH, 0, SEGMENT_ABSENT, SEGMENT_NEW, HIGH,
     LOW, 0, HIGH, WORD_FROZEN},
    {"filled with this key", HIGH, LOW, SEGMENT_OLD, SEGMENT_OLD, HIGH, LOW, 0, HIGH, LOW},
    {"filled with a key of the same high word", HIGH, OTHER, SEGMENT_ABSENT, SEGMENT_NEW, HIGH,
     OTHER, HIGH, HIGH, OTHER},
    {"claimed by a stopped thread for another key", OTHER, 0, SEGMENT_ABSENT, SEGMENT_NEW, OTHER, 0,
     HIGH, OTHER, WORD_FROZEN},
    {"filled with another key", OTHER, LOW, SEGMENT_ABSENT, SEGMENT_NEW, OTHER, LOW, HIGH, OTHER,
     LOW},
    {"frozen when free", WORD_FROZEN, 0, SEGMENT_FROZEN, SEGMENT_FROZEN, WORD_FROZEN, 0, 0,
     WORD_FROZEN, 0},
    {"frozen when claimed for this high word", HIGH, WORD_FROZEN, SEGMENT_FROZEN, SEGMENT_FROZEN,
     HIGH, WORD_FROZEN, 0, HIGH, WORD_FROZEN},
    {"frozen when claimed for another key", OTHER, WORD_FROZEN, SEGMENT_ABSENT, SEGMENT_NEW, OTHER,
     WORD_FROZEN, HIGH, OTHER, WORD_FROZEN},
};

static void a_find_changes_no_slot(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(states); i++) {
        struct line lines[LINES] = {0};
        set_slot(slot_at(lines, 0), states[i].high, states[i].low);
        print_message("%s\n", states[i].what);
        assert_int_equal(segment_find(lines, PAIRS, wanted), states[i].find);
        assert_slot(slot_at(lines, 0), states[i].high, states[i].low);
        for (uint32_t j = 1; j < SLOTS; j++)
            assert_slot(slot_at(lines, j), 0, 0);
        /* It ends where a put would, and else goes on. */
        set_slot(slot_at(lines, 1), WORD_FROZEN, 0);
        assert_int_equal(segment_find(lines, PAIRS, wanted),
                         states[i].put_next ? SEGMENT_FROZEN : states[i].find);
    }
}

static void a_put_takes_the_first_slot_that_can_be_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(states); i++) {
        const struct state_case *c = &states[i];
        struct line lines[LINES] = {0};
        set_slot(slot_at(lines, 0), c->high, c->low);
        print_message("%s\n", c->what);
        assert_int_equal(segment_put(lines, PAIRS, wanted), c->put);
        assert_slot(slot_at(lines, 0), c->put_high, c->put_low);
        assert_slot(slot_at(lines, 1), c->put_next, c->put_next ? LOW : 0);
        for (uint32_t j = 2; j < SLOTS; j++)
            assert_slot(slot_at(lines, j), 0, 0);
        /* and again */
        bool is_in = c->put != SEGMENT_FROZEN;
        assert_int_equal(segment_put(lines, PAIRS, wanted), is_in ? SEGMENT_OLD : SEGMENT_FROZEN);
        assert_int_equal(segment_find(lines, PAIRS, wanted), is_in ? SEGMENT_OLD : SEGMENT_FROZEN);
    }
}

static void a_copy_freezes_each_state_and_takes_only_keys(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(states); i++) {
        const struct state_case *c = &states[i];
        struct line from[LINES] = {0}, to[LINES_MORE] = {0};
        set_slot(slot_at(from, 0), c->high, c->low);
        print_message("%s\n", c->what);
        segment_copy(from, PAIRS, to, PAIRS_MORE);
        assert_slot(slot_at(from, 0), c->frozen_high, c->frozen_low);
        for (uint32_t j = 1; j < SLOTS; j++)
            assert_slot(slot_at(from, j), WORD_FROZEN, 0);
        bool is_key = c->high != WORD_FROZEN && c->low != 0 && c->low != WORD_FROZEN;
        assert_slot(slot_at(to, 0), is_key ? c->high : 0, is_key ? c->low : 0);
        assert_int_equal(slots_taken(to, LINES_MORE), is_key);
        /* Whoever comes now finds the key that was there, or is sent on. */
        enum segment_result then = c->find == SEGMENT_OLD ? SEGMENT_OLD : SEGMENT_FROZEN;
        assert_int_equal(segment_put(from, PAIRS, wanted), then);
        assert_int_equal(segment_find(from, PAIRS, wanted), then);
    }
}

static void a_key_behind_claimed_and_filled_slots_is_found(void **state)
{
    (void)state;
    struct line lines[LINES] = {0};
    set_slot(slot_at(lines, 0), OTHER, 0);
    set_slot(slot_at(lines, 1), HIGH, OTHER);
    set_slot(slot_at(lines, 2), OTHER, WORD_FROZEN);
    assert_int_equal(segment_put(lines, PAIRS, wanted), SEGMENT_NEW);
    assert_slot(slot_at(lines, 3), HIGH, LOW);
    assert_int_equal(segment_find(lines, PAIRS, wanted), SEGMENT_OLD);
    assert_int_equal(segment_put(lines, PAIRS, wanted), SEGMENT_OLD);
}

/* ---- what came before a put */

struct teller {
    struct line *lines;
    unsigned told; /* no atomic: a race is TSan's to find */
};

static void *tell(void *arg)
{
    struct teller *teller = arg;
    teller->told = 1;
    return (void *)(intptr_t)segment_put(teller->lines, PAIRS, wanted);
}

/* Not by the claim, which is a third thread's here, but by the fill. */
static void who_finds_a_key_sees_what_its_winner_did_before(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        struct line lines[LINES] = {0};
        static struct teller teller; /* of what is on a stack TSan does not see each read */
        teller = (struct teller){.lines = lines};
        pthread_t thread;
        void *result;
        set_slot(slot_at(lines, 0), HIGH, 0);
        assert_int_equal(pthread_create(&thread, NULL, tell, &teller), 0);
        while (segment_find(lines, PAIRS, wanted) != SEGMENT_OLD)
            ;
        assert_int_equal(segment_put(lines, PAIRS, wanted), SEGMENT_OLD);
        assert_int_equal(teller.told, 1);
        assert_int_equal(pthread_join(thread, &result), 0);
        assert_int_equal((intptr_t)result, SEGMENT_NEW);
    }
}

/* ---- many slots */

static void keys_of_one_home_go_on_along_the_walk(void **state)
{
    (void)state;
    struct line lines[LINES] = {0};
    struct walk walk = walk_start(PAIRS, key_at_start(0));
    for (uint32_t i = 0; i < SLOTS; i++) {
        assert_int_equal(line_is_full(&lines[walk.line]), false);
        assert_int_equal(segment_put(lines, PAIRS, key_at_start(i)), SEGMENT_NEW);
        assert_slot(&lines[walk.line].slots[i % LINE_SLOTS], i + 1, i + 1);
        if (i % LINE_SLOTS != LINE_SLOTS - 1)
            continue;
        assert_int_equal(line_is_full(&lines[walk.line]), true);
        assert_int_equal(walk_on(&walk), i + 1 < SLOTS);
    }
}

static void a_full_segment_says_so(void **state)
{
    (void)state;
    struct line lines[LINES] = {0}, before[LINES];
    for (uint32_t i = 0; i < SLOTS; i++)
        assert_int_equal(segment_put(lines, PAIRS, key_of(i)), SEGMENT_NEW);
    assert_int_equal(slots_taken(lines, LINES), SLOTS);
    memcpy(before, lines, sizeof lines);
    for (uint32_t i = 0; i < SLOTS; i++) {
        assert_int_equal(segment_put(lines, PAIRS, key_of(i)), SEGMENT_OLD);
        assert_int_equal(segment_find(lines, PAIRS, key_of(i)), SEGMENT_OLD);
    }
    for (uint32_t i = SLOTS; i < 2 * SLOTS; i++) {
        assert_int_equal(segment_put(lines, PAIRS, key_of(i)), SEGMENT_FULL);
        assert_int_equal(segment_find(lines, PAIRS, key_of(i)), SEGMENT_FULL);
    }
    assert_memory_equal(before, lines, sizeof lines);
}

/* COUNT keys in FROM, copied into TO. */
static void assert_copies(uint32_t count, struct line *to, uint32_t to_pair_count)
{
    struct line from[LINES] = {0}, frozen[LINES];
    size_t bytes = 2 * to_pair_count * sizeof(struct line);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(segment_put(from, PAIRS, key_of(i)), SEGMENT_NEW);
    memset(to, 0, bytes);
    segment_copy(from, PAIRS, to, to_pair_count);
    assert_int_equal(slots_taken(from, LINES), SLOTS); /* by a key or frozen */
    assert_int_equal(slots_taken(to, 2 * to_pair_count), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(segment_find(from, PAIRS, key_of(i)), SEGMENT_OLD);
        assert_int_equal(segment_find(to, to_pair_count, key_of(i)), SEGMENT_OLD);
    }
    memcpy(frozen, from, sizeof from);
    struct line *again = aligned_alloc(SEGMENT_LINE, bytes);
    assert_non_null(again);
    memset(again, 0, bytes);
    segment_copy(from, PAIRS, again, to_pair_count);
    assert_memory_equal(again, to, bytes);
    assert_memory_equal(frozen, from, sizeof from);
    free(again);
}

static void a_copy_has_exactly_the_keys_and_a_second_one_is_equal(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 2, 47, 48, SLOTS - 1, SLOTS};
    struct line to[LINES_MORE];
    for (unsigned i = 0; i < COUNT(counts); i++) {
        assert_copies(counts[i], to, PAIRS_MORE);
        assert_copies(counts[i], to, PAIRS); /* into one that it fills */
    }
}

/* A key that was put while others were copied is copied, or sent to the next segment. */
static void a_copy_can_be_taken_up_by_another_in_the_midst(void **state)
{
    (void)state;
    struct line from[LINES] = {0}, to[LINES_MORE] = {0};
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(segment_put(from, PAIRS, key_of(i)), SEGMENT_NEW);
    /* stopped after the first half */
    for (uint32_t i = 0; i < SLOTS / 2; i++) {
        if (atomic_load(&slot_at(from, i)->high) == WORD_EMPTY)
            set_slot(slot_at(from, i), WORD_FROZEN, 0);
    }
    uint32_t put = 0, sent_on = 0;
    for (uint32_t i = 40; i < 50; i++) {
        enum segment_result result = segment_put(from, PAIRS, key_of(i));
        put += result == SEGMENT_NEW;
        sent_on += result == SEGMENT_FROZEN;
        assert_int_equal(segment_find(from, PAIRS, key_of(i)),
                         result == SEGMENT_NEW ? SEGMENT_OLD : SEGMENT_FROZEN);
    }
    assert_int_equal(put + sent_on, 10);
    assert_true(put > 0 && sent_on > 0);
    segment_copy(from, PAIRS, to, PAIRS_MORE);
    assert_int_equal(slots_taken(to, LINES_MORE), 40 + put);
    for (uint32_t i = 0; i < 50; i++) {
        bool is_in = segment_find(from, PAIRS, key_of(i)) == SEGMENT_OLD;
        assert_int_equal(segment_find(to, PAIRS_MORE, key_of(i)),
                         is_in ? SEGMENT_OLD : SEGMENT_ABSENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_visits_each_line_once_for_every_prime),
        cmocka_unit_test(a_walk_stays_inside_the_largest_segments),
        cmocka_unit_test(a_walk_of_one_pair_ends),
        cmocka_unit_test(walks_start_in_the_order_of_the_high_words),
        cmocka_unit_test(a_find_changes_no_slot),
        cmocka_unit_test(a_put_takes_the_first_slot_that_can_be_its_own),
        cmocka_unit_test(a_copy_freezes_each_state_and_takes_only_keys),
        cmocka_unit_test(a_key_behind_claimed_and_filled_slots_is_found),
        cmocka_unit_test(who_finds_a_key_sees_what_its_winner_did_before),
        cmocka_unit_test(keys_of_one_home_go_on_along_the_walk),
        cmocka_unit_test(a_full_segment_says_so),
        cmocka_unit_test(a_copy_has_exactly_the_keys_and_a_second_one_is_equal),
        cmocka_unit_test(a_copy_can_be_taken_up_by_another_in_the_midst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
