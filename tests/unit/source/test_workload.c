// SPDX-License-Identifier: BSD-2-Clause
/* source/workload.c: what holds for all kinds. Each kind has tests of its own. */
#include "tests/unit/source/workload.h"

#include "base/hash.h"

#define WORKERS 4
#define DRAWS   20000

struct drawing {
    struct workload *workload;
    unsigned worker;
    uint64_t hash; /* of all it drew, in order */
    pthread_t thread;
};

static void *draw_all(void *ctx)
{
    struct drawing *drawing = ctx;
    uint8_t data[WORKLOAD_MESSAGE_MAX];
    struct workload_query query = {.data = data};
    for (int i = 0; i < DRAWS; i++)
        if (workload_next(drawing->workload, drawing->worker, &query))
            drawing->hash = hash64(data, query.len, drawing->hash + query.expects);
    return NULL;
}

/* Four workers at once draw what they draw one after the other. */
static void assert_workers_are_apart(const struct workload_params *params)
{
    struct workload *apart = workload_made(params), *together = workload_made(params);
    struct drawing one[WORKERS], all[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        one[i] = (struct drawing){.workload = apart, .worker = WORKERS - 1 - i};
        draw_all(&one[i]);
        all[i] = (struct drawing){.workload = together, .worker = WORKERS - 1 - i};
        assert_int_equal(pthread_create(&all[i].thread, NULL, draw_all, &all[i]), 0);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        pthread_join(all[i].thread, NULL);
        assert_true(all[i].hash == one[i].hash);
        assert_true(i == 0 || one[i].hash != one[i - 1].hash);
    }
    workload_destroy(apart);
    workload_destroy(together);
}

static void workers_have_streams_of_their_own(void **state)
{
    (void)state;
    char path[LIST_PATH_MAX], *text = malloc((size_t)DRAWS * 32);
    size_t len = 0;
    struct workload_params params = usual_params();
    assert_non_null(text);
    params.workers = WORKERS;
    params.hit_share = 0.5;
    assert_workers_are_apart(&params);
    for (int i = 0; i < DRAWS; i++)
        len += (size_t)sprintf(text + len, "n%d.example TYPE%d\n", i, i % 200 + 1);
    int fd = list_make(text, len, path);
    params.path = path;
    assert_workers_are_apart(&params);
    close(fd);
    free(text);
}

static void nothing_is_written_behind_a_message(void **state)
{
    (void)state;
    struct workload_params params = usual_params();
    params.hit_share = 0.5;
    struct workload *workload = workload_made(&params);
    for (int i = 0; i < 1000; i++) {
        struct asked asked;
        assert_true(asked_next(workload, 0, &asked));
        for (size_t at = asked.query.len; at < sizeof asked.data; at++)
            assert_int_equal(asked.data[at], 0xee);
    }
    workload_destroy(workload);
}

static void no_workload_is_destroyed_for_nothing(void **state)
{
    (void)state;
    workload_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_have_streams_of_their_own),
        cmocka_unit_test(nothing_is_written_behind_a_message),
        cmocka_unit_test(no_workload_is_destroyed_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
