// SPDX-License-Identifier: BSD-2-Clause
/* Messages cut out of a stream, whatever pieces it comes in. */
#include <stdlib.h>

#include "engine/load_frames.h"
#include "tests/unit/engine/help.h"

static void add(struct load_frames *frames, const void *data, size_t len)
{
    uint8_t *room = load_frames_room(frames, len);
    assert_non_null(room);
    memcpy(room, data, len);
    load_frames_add(frames, len);
}

/* The next message is TEXT; NULL: there is none. */
static void expect(struct load_frames *frames, const char *text)
{
    const uint8_t *data;
    uint32_t len;
    assert_int_equal(load_frames_next(frames, &data, &len), text != NULL);
    if (!text)
        return;
    assert_int_equal(len, strlen(text));
    assert_memory_equal(data, text, len);
}

static void several_come_at_once(void **state)
{
    (void)state;
    struct load_frames frames = {0};
    expect(&frames, NULL);
    add(&frames, "\0\3one\0\0\0\5three\0\1", 16);
    expect(&frames, "one");
    expect(&frames, "");
    expect(&frames, "three");
    expect(&frames, NULL);
    add(&frames, "x", 1);
    expect(&frames, "x");
    expect(&frames, NULL);
    load_frames_deinit(&frames);
}

static void octets_come_one_by_one(void **state)
{
    (void)state;
    static const char stream[] = "\0\3one\0\2ab";
    struct load_frames frames = {0};
    for (size_t i = 0; i < sizeof stream - 1; i++) {
        expect(&frames, NULL);
        add(&frames, stream + i, 1);
        if (i == 4)
            expect(&frames, "one");
    }
    expect(&frames, "ab");
    load_frames_deinit(&frames);
}

/* What was told stays where it is until there is to be room again. */
static void messages_lie_side_by_side(void **state)
{
    (void)state;
    struct load_frames frames = {0};
    const uint8_t *first, *second;
    uint32_t len;
    add(&frames, "\0\2ab\0\2cd\0", 9);
    assert_true(load_frames_next(&frames, &first, &len));
    assert_true(load_frames_next(&frames, &second, &len));
    assert_memory_equal(first, "ab", 2);
    assert_memory_equal(second, "cd", 2);
    add(&frames, "\1e", 2);
    expect(&frames, "e");
    load_frames_deinit(&frames);
}

static void the_longest_fits_and_no_more_is_kept(void **state)
{
    (void)state;
    static uint8_t piece[16384];
    struct load_frames frames = {0};
    const uint8_t *data;
    uint32_t len;
    memset(piece, 0xff, sizeof piece); /* announces 65,535, again and again */
    for (unsigned i = 0; i < 100; i++) {
        add(&frames, piece, sizeof piece);
        while (load_frames_next(&frames, &data, &len)) {
            assert_int_equal(len, 65535);
            assert_int_equal(data[len - 1], 0xff);
        }
    }
    assert_true(frames.cap <= 128 * 1024);
    load_frames_deinit(&frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_come_at_once),
        cmocka_unit_test(octets_come_one_by_one),
        cmocka_unit_test(messages_lie_side_by_side),
        cmocka_unit_test(the_longest_fits_and_no_more_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
