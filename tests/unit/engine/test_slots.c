// SPDX-License-Identifier: BSD-2-Clause
/* engine/slots.c: ids cannot be guessed, rest long enough, and no move but the legal. */
#include "tests/unit/engine/help.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/slots.h"

#define REST_MIN (SLOTS_PER_TABLE / 4) /* takes between two uses of an id, as promised */

static struct rng rng;

static struct slots *create(unsigned tables)
{
    struct slots *slots;
    rng = fixed_rng(1);
    assert_int_equal(slots_create(&slots, tables, &rng), 0);
    return slots;
}

static void a_taken_slot_is_sent_and_counts_as_busy(void **state)
{
    struct slots *slots = create(2);
    (void)state;
    assert_int_equal(slots_busy(slots, 0), 0);
    slot_ref ref = slots_take(slots, 1);
    assert_int_equal(ref >> 16, 1);
    assert_int_equal(slots_at(slots, ref)->state, SLOT_SENT);
    assert_int_equal(slots_busy(slots, 0), 0);
    assert_int_equal(slots_busy(slots, 1), 1);
    slots_move(slots, ref, SLOT_LATE);
    assert_int_equal(slots_busy(slots, 1), 1);
    slots_move(slots, ref, SLOT_ANSWERED);
    assert_int_equal(slots_busy(slots, 1), 0);
    slots_destroy(slots);
    slots_destroy(NULL);
}

static void half_a_table_can_be_busy_and_no_more(void **state)
{
    struct slots *slots = create(1);
    slot_ref last = SLOT_NONE;
    (void)state;
    for (uint32_t i = 0; i < SLOTS_BUSY_MAX - 1; i++)
        assert_int_not_equal(slots_take(slots, 0), SLOT_NONE);
    last = slots_take(slots, 0);
    assert_int_not_equal(last, SLOT_NONE);
    assert_int_equal(slots_busy(slots, 0), SLOTS_BUSY_MAX);
    assert_int_equal(slots_take(slots, 0), SLOT_NONE);
    slots_move(slots, last, SLOT_RESTING);
    assert_int_not_equal(slots_take(slots, 0), SLOT_NONE);
    assert_int_equal(slots_take(slots, 0), SLOT_NONE);
    slots_destroy(slots);
}

/* Takes and gives back for three rounds of the id space with HELD slots always busy. */
static void check_rest(uint32_t held)
{
    struct slots *slots = create(1);
    uint32_t *used = calloc(SLOTS_PER_TABLE, sizeof *used); /* when given back, plus one */
    slot_ref *out = calloc(held + 1, sizeof *out);
    assert_non_null(used);
    assert_non_null(out);
    for (uint32_t i = 0; i < held; i++)
        out[i] = slots_take(slots, 0);
    for (uint32_t now = 1; now < 3 * SLOTS_PER_TABLE; now++) {
        slot_ref ref = slots_take(slots, 0);
        assert_int_not_equal(ref, SLOT_NONE);
        assert_true(used[ref] == 0 || now - used[ref] >= REST_MIN);
        slot_ref gone = ref;
        if (held) { /* some other one ends */
            uint32_t i = rng_below(&rng, held);
            gone = out[i];
            out[i] = ref;
        }
        slots_move(slots, gone, now & 1 ? SLOT_ANSWERED : SLOT_RESTING);
        used[gone] = now;
    }
    free(out);
    free(used);
    slots_destroy(slots);
}

static void an_id_rests_for_a_quarter_of_the_space(void **state)
{
    (void)state;
    check_rest(0);
    check_rest(1000);
}

static void an_id_rests_in_a_table_as_full_as_it_gets(void **state)
{
    (void)state;
    check_rest(SLOTS_BUSY_MAX - 1);
}

/* Even in an empty table the next id is one of a great many. */
static void ids_are_spread_evenly(void **state)
{
    enum { BUCKETS = 64, DRAWS = 64000 };
    struct slots *slots = create(1);
    unsigned buckets[BUCKETS] = {0}, ascending = 0;
    slot_ref before = 0;
    (void)state;
    for (unsigned i = 0; i < DRAWS; i++) {
        slot_ref ref = slots_take(slots, 0);
        buckets[ref * BUCKETS / SLOTS_PER_TABLE]++;
        ascending += ref > before;
        before = ref;
        slots_move(slots, ref, SLOT_RESTING);
    }
    for (unsigned i = 0; i < BUCKETS; i++) /* 1,000 expected each; five sigma */
        assert_in_range(buckets[i], 840, 1160);
    assert_in_range(ascending, DRAWS / 2 - 800, DRAWS / 2 + 800);
    slots_destroy(slots);
}

/* Knowing all ids of one round says next to nothing about the next. */
static void a_round_is_not_the_round_before(void **state)
{
    struct slots *slots = create(1);
    slot_ref *before = calloc(SLOTS_PER_TABLE, sizeof *before);
    unsigned equal = 0;
    (void)state;
    assert_non_null(before);
    for (uint32_t i = 0; i < 3 * SLOTS_PER_TABLE; i++) {
        slot_ref ref = slots_take(slots, 0);
        equal += i >= SLOTS_PER_TABLE && ref == before[i % SLOTS_PER_TABLE];
        before[i % SLOTS_PER_TABLE] = ref;
        slots_move(slots, ref, SLOT_RESTING);
    }
    assert_in_range(equal, 0, 200);
    free(before);
    slots_destroy(slots);
}

/* The draws differ with the key, from the very first on. */
static void ids_follow_the_generator(void **state)
{
    struct slots *a, *b;
    struct rng other = fixed_rng(2);
    unsigned equal = 0;
    (void)state;
    a = create(1);
    assert_int_equal(slots_create(&b, 1, &other), 0);
    for (unsigned i = 0; i < 1000; i++)
        equal += slots_take(a, 0) == slots_take(b, 0);
    assert_in_range(equal, 0, 3);
    slots_destroy(a);
    slots_destroy(b);
}

static const bool legal[SLOT_STATE_COUNT][SLOT_STATE_COUNT] = {
    [SLOT_RESTING] = {[SLOT_SENT] = true},
    [SLOT_ANSWERED] = {[SLOT_SENT] = true},
    [SLOT_SENT] = {[SLOT_LATE] = true, [SLOT_ANSWERED] = true, [SLOT_RESTING] = true},
    [SLOT_LATE] = {[SLOT_ANSWERED] = true, [SLOT_RESTING] = true},
};

/* Brings REF, just taken, to FROM. */
static void bring_to(struct slots *slots, slot_ref ref, enum slot_state from)
{
    if (from != SLOT_SENT)
        slots_move(slots, ref, from);
}

/* In a child: an illegal move ends the program. */
static bool move_survives(enum slot_state from, enum slot_state to)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct slots *slots = create(1);
        slot_ref ref = slots_take(slots, 0);
        bring_to(slots, ref, from);
        close(STDERR_FILENO);
        slots_move(slots, ref, to);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void moves_that_are_not_in_the_table_abort(void **state)
{
    (void)state;
    for (unsigned from = 0; from < SLOT_STATE_COUNT; from++)
        for (unsigned to = 0; to < SLOT_STATE_COUNT; to++)
            assert_int_equal(move_survives((enum slot_state)from, (enum slot_state)to),
                             legal[from][to]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_taken_slot_is_sent_and_counts_as_busy),
        cmocka_unit_test(half_a_table_can_be_busy_and_no_more),
        cmocka_unit_test(an_id_rests_for_a_quarter_of_the_space),
        cmocka_unit_test(an_id_rests_in_a_table_as_full_as_it_gets),
        cmocka_unit_test(ids_are_spread_evenly),
        cmocka_unit_test(a_round_is_not_the_round_before),
        cmocka_unit_test(ids_follow_the_generator),
        cmocka_unit_test(moves_that_are_not_in_the_table_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
