// SPDX-License-Identifier: BSD-2-Clause
/* scan/writer.c: the queue, which output gets what, and outputs that fail. */
#include "tests/unit/scan/help.h"

#include <pthread.h>

#include "base/log.h"
#include "scan/writer.h"

static struct hit_node *hit_of(const char *text, enum verdict verdict)
{
    const struct hit template = {.verdict = verdict};
    struct name name = name_of(text);
    struct hit_node *node = hit_create(&template, name.wire, NULL);
    assert_non_null(node);
    return node;
}

static struct writer *open_writer(struct scan_params *params)
{
    struct writer *writer;
    params->show[VERDICT_FOUND] = true;
    assert_int_equal(writer_open(&writer, params), 0);
    return writer;
}

static void expect_content(const char *path, const char *expected)
{
    char *text = content_of(path);
    assert_string_equal(text, expected);
    free(text);
}

static void hits_are_written_in_order_to_every_output(void **state)
{
    char *folder = folder_create();
    struct scan_output outputs[] = {{"names", file_in(folder, "a", NULL)},
                                    {"csv", file_in(folder, "b", NULL)}};
    struct scan_params params = {.outputs = outputs, .output_count = 2};
    struct writer *writer = open_writer(&params);
    (void)state;
    writer_put(writer, hit_of("one.example", VERDICT_FOUND));
    writer_put(writer, hit_of("two.example", VERDICT_FOUND));
    assert_int_equal(writer_write(writer, 0), 0);
    expect_content(outputs[0].path, "one.example\ntwo.example\n"); /* before it is closed */
    writer_put(writer, hit_of("three.example", VERDICT_FOUND));
    assert_int_equal(writer_write(writer, 0), 0);
    assert_int_equal(writer_close(writer), 0);
    expect_content(outputs[0].path, "one.example\ntwo.example\nthree.example\n");
    char *text = content_of(outputs[1].path);
    assert_non_null(strstr(text, "three.example"));
    free(text);
    folder_remove(folder);
}

static void verdicts_go_where_they_belong(void **state)
{
    char *folder = folder_create();
    struct scan_output output = {"names", file_in(folder, "results", NULL)};
    struct scan_params params = {
        .outputs = &output, .output_count = 1, .unresolved_path = file_in(folder, "left", NULL)};
    params.show[VERDICT_NODATA] = true;
    struct writer *writer = open_writer(&params);
    (void)state;
    writer_put(writer, hit_of("found.example", VERDICT_FOUND));
    writer_put(writer, hit_of("nodata.example", VERDICT_NODATA));
    writer_put(writer, hit_of("gone.example", VERDICT_NXDOMAIN));
    writer_put(writer, hit_of("lost.example", VERDICT_UNRESOLVED));
    assert_int_equal(writer_write(writer, 0), 0);
    assert_int_equal(writer_close(writer), 0);
    expect_content(output.path, "found.example\nnodata.example\n");
    expect_content(params.unresolved_path, "lost.example\n");
    folder_remove(folder);
}

static void the_queue_is_full_at_its_bound(void **state)
{
    char *folder = folder_create();
    struct scan_output output = {"names", file_in(folder, "results", NULL)};
    struct scan_params params = {.outputs = &output, .output_count = 1};
    struct writer *writer = open_writer(&params);
    (void)state;
    for (int i = 0; i < WRITER_QUEUE_MAX - 1; i++)
        writer_put(writer, hit_of("a.example", VERDICT_FOUND));
    assert_false(writer_is_full(writer));
    writer_put(writer, hit_of("a.example", VERDICT_FOUND));
    assert_true(writer_is_full(writer));
    writer_put(writer, hit_of("a.example", VERDICT_FOUND)); /* taken all the same */
    assert_int_equal(writer_write(writer, 0), 0);
    assert_false(writer_is_full(writer));
    assert_int_equal(writer_close(writer), 0);
    char *text = content_of(output.path);
    assert_int_equal(strlen(text), (WRITER_QUEUE_MAX + 1) * strlen("a.example\n"));
    free(text);
    folder_remove(folder);
}

static void a_full_disk_is_told_sticks_and_spares_the_other_outputs(void **state)
{
    char *folder = folder_create();
    struct scan_output outputs[] = {{"names", "/dev/full"}, {"names", file_in(folder, "b", NULL)}};
    struct scan_params params = {.outputs = outputs, .output_count = 2};
    struct writer *writer = open_writer(&params);
    (void)state;
    writer_put(writer, hit_of("one.example", VERDICT_FOUND));
    assert_int_equal(writer_write(writer, 0), ERR_IO);
    writer_put(writer, hit_of("two.example", VERDICT_FOUND));
    assert_int_equal(writer_write(writer, 0), ERR_IO);
    assert_int_equal(writer_close(writer), ERR_IO);
    expect_content(outputs[1].path, "one.example\ntwo.example\n");
    folder_remove(folder);
}

static void an_output_that_cannot_be_opened_fails_the_opening(void **state)
{
    char *folder = folder_create();
    struct scan_output outputs[] = {{"names", file_in(folder, "a", NULL)},
                                    {"names", file_in(folder, "none/b", NULL)}};
    struct scan_params params = {.outputs = outputs, .output_count = 2};
    struct writer *writer;
    (void)state;
    assert_int_equal(writer_open(&writer, &params), ERR_IO);
    assert_null(writer);
    outputs[1].path = outputs[0].path;
    params.output_count = 1;
    params.unresolved_path = file_in(folder, "none/c", NULL);
    assert_int_equal(writer_open(&writer, &params), ERR_IO);
    assert_null(writer);
    assert_int_equal(writer_close(NULL), 0);
    folder_remove(folder);
}

static void *wake_soon(void *writer)
{
    usleep(20000);
    writer_wake(writer);
    return NULL;
}

static void a_wait_is_ended_by_waking(void **state)
{
    char *folder = folder_create();
    struct scan_output output = {"names", file_in(folder, "results", NULL)};
    struct scan_params params = {.outputs = &output, .output_count = 1};
    struct writer *writer = open_writer(&params);
    pthread_t thread;
    (void)state;
    mono_ns start = clock_mono_ns();
    assert_int_equal(pthread_create(&thread, NULL, wake_soon, writer), 0);
    assert_int_equal(writer_write(writer, 60 * NS_PER_S), 0);
    assert_true(clock_mono_ns() - start < 30 * NS_PER_S);
    pthread_join(thread, NULL);
    start = clock_mono_ns();
    assert_int_equal(writer_write(writer, 20 * NS_PER_MS), 0); /* nobody wakes: it ends too */
    assert_true(clock_mono_ns() - start >= 20 * NS_PER_MS);
    assert_int_equal(writer_close(writer), 0);
    folder_remove(folder);
}

struct putter {
    struct writer *writer;
    int number;
};

static void *put_many(void *arg)
{
    const struct putter *putter = arg;
    for (int i = 0; i < 3000; i++) {
        char text[40];
        snprintf(text, sizeof text, "t%dn%d.example", putter->number, i);
        writer_put(putter->writer, hit_of(text, VERDICT_FOUND));
    }
    return NULL;
}

static void threads_put_while_one_writes(void **state)
{
    char *folder = folder_create();
    struct scan_output output = {"names", file_in(folder, "results", NULL)};
    struct scan_params params = {.outputs = &output, .output_count = 1};
    struct writer *writer = open_writer(&params);
    struct putter putters[4];
    pthread_t threads[4];
    (void)state;
    for (int i = 0; i < 4; i++) {
        putters[i] = (struct putter){writer, i};
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, &putters[i]), 0);
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(writer_write(writer, NS_PER_MS), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(writer_write(writer, 0), 0);
    assert_int_equal(writer_close(writer), 0);
    char *text = content_of(output.path);
    int lines = 0, next[4] = {0};
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        int thread, number;
        assert_int_equal(sscanf(line, "t%dn%d.example", &thread, &number), 2);
        assert_int_equal(number, next[thread]++); /* each thread's in order, none twice */
    }
    assert_int_equal(lines, 12000);
    free(text);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_are_written_in_order_to_every_output),
        cmocka_unit_test(verdicts_go_where_they_belong),
        cmocka_unit_test(the_queue_is_full_at_its_bound),
        cmocka_unit_test(a_full_disk_is_told_sticks_and_spares_the_other_outputs),
        cmocka_unit_test(an_output_that_cannot_be_opened_fails_the_opening),
        cmocka_unit_test(a_wait_is_ended_by_waking),
        cmocka_unit_test(threads_put_while_one_writes),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
