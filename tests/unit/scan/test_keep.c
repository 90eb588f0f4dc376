// SPDX-License-Identifier: BSD-2-Clause
/* scan/keep.c: who writes, what is held, and what is better. */
#include "tests/unit/out/one_record.h"
#include "tests/unit/scan/help.h"

#include <errno.h>

#include "scan/keep.h"

static const struct records_origin first = {.zone = "z", .server = "1"}, second = {"z", "2", 0};
static struct keep *keep;
static struct one_record one;

static void begin(void)
{
    assert_int_equal(keep_create(&keep, "text", 1 << 20), 0);
    ONE_RECORD(&one, "\1z", TYPE_A, "\1\2\3\4");
}

static void put(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(keep_put(keep, &one.reply, &one.record), 0);
}

static void release(enum transfer_outcome outcome, uint64_t records)
{
    const struct transfer transfer = {.records = records, .serial = 7};
    keep_release(keep, &transfer, outcome);
}

/* One server's transfer. */
static void bring(const struct records_origin *from, enum transfer_outcome outcome,
                  unsigned records)
{
    assert_true(keep_claim(keep, from, from));
    put(records);
    release(outcome, records);
}

static void assert_held(const struct records_origin *from, unsigned records)
{
    const struct keep_content *held = keep_held(keep);
    char text[4096];
    assert_true(held->fd >= 0);
    assert_ptr_equal(held->owner, from);
    assert_string_equal(held->origin.server, from->server);
    assert_int_equal(held->records, records);
    assert_int_equal(held->serial, 7);
    assert_int_equal(held->octets, records * strlen("z A 1.2.3.4\n"));
    assert_int_equal(pread(held->fd, text, sizeof text, 0), held->octets);
    assert_memory_equal(text, "z A 1.2.3.4\n", 12);
}

static void one_writes_at_a_time(void **state)
{
    (void)state;
    begin();
    assert_true(keep_claim(keep, &first, &first));
    assert_false(keep_claim(keep, &second, &second));
    put(2);
    assert_int_equal(keep_held(keep)->fd, -1);
    release(TRANSFER_CLOSED, 2);
    assert_held(&first, 2);
    assert_true(keep_claim(keep, &second, &second));
    release(TRANSFER_REFUSED, 0);
    assert_held(&first, 2);
    keep_destroy(keep);
}

static void after_the_whole_nobody_writes(void **state)
{
    (void)state;
    begin();
    bring(&first, TRANSFER_WHOLE, 3);
    assert_false(keep_claim(keep, &second, &second));
    assert_held(&first, 3);
    keep_destroy(keep);
}

static void the_better_is_held(void **state)
{
    (void)state;
    static const struct {
        enum transfer_outcome outcomes[2];
        unsigned records[2];
        int held; /* 0: the first, 1: the second, -1: none */
    } cases[] = {
        {{TRANSFER_CLOSED, TRANSFER_WHOLE}, {9, 3}, 1},
        {{TRANSFER_CLOSED, TRANSFER_DELTAS}, {9, 3}, 1},
        {{TRANSFER_DELTAS, TRANSFER_CLOSED}, {3, 9}, 0},
        {{TRANSFER_DELTAS, TRANSFER_WHOLE}, {9, 3}, 1},
        {{TRANSFER_CLOSED, TRANSFER_RESET}, {3, 4}, 1},
        {{TRANSFER_CLOSED, TRANSFER_RESET}, {4, 4}, 0},
        {{TRANSFER_CLOSED, TRANSFER_CURRENT}, {2, 1}, 0},
        {{TRANSFER_CURRENT, TRANSFER_CLOSED}, {1, 1}, -1}, /* an SOA is nothing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        bring(&first, cases[i].outcomes[0], cases[i].records[0]);
        bring(&second, cases[i].outcomes[1], cases[i].records[1]);
        if (cases[i].held < 0)
            assert_int_equal(keep_held(keep)->fd, -1);
        else
            assert_held(cases[i].held ? &second : &first, cases[i].records[cases[i].held]);
        keep_destroy(keep);
    }
}

static void text_has_its_limit(void **state)
{
    (void)state;
    static uint8_t strings[60000];
    memset(strings, 255, sizeof strings);
    strings[255] = 255; /* 234 strings of 255, less the last's end */
    begin();
    one_record_make(&one, "\1z", 3, TYPE_TXT, strings, 59904);
    assert_true(keep_claim(keep, &first, &first));
    int error = 0;
    unsigned count = 0;
    while (error == 0 && count < 100) {
        error = keep_put(keep, &one.reply, &one.record);
        count++;
    }
    assert_int_equal(error, ERR_FULL);
    assert_in_range(count, 4, 7); /* some 240 KB each */
    release(TRANSFER_LIMIT, count);
    assert_true(keep_held(keep)->octets > 0);
    keep_destroy(keep);
}

static void a_folder_that_is_none_is_told(void **state)
{
    (void)state;
    const char *words;
    setenv("TMPDIR", "/nowhere", 1);
    begin();
    assert_false(keep_claim(keep, &first, &first));
    assert_int_equal(keep_error(keep, &words), ERR_IO);
    assert_string_equal(words, "temporary file in /nowhere: No such file or directory");
    unsetenv("TMPDIR");
    assert_false(keep_claim(keep, &first, &first)); /* it stays so */
    keep_destroy(keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_writes_at_a_time),
        cmocka_unit_test(after_the_whole_nobody_writes),
        cmocka_unit_test(the_better_is_held),
        cmocka_unit_test(text_has_its_limit),
        cmocka_unit_test(a_folder_that_is_none_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
