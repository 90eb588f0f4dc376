// SPDX-License-Identifier: BSD-2-Clause
/* A worker that can tell, and nothing else: names, counters and outputs in a folder, one of
 * a format that can take lines back, one that cannot. */
#ifndef TEST_SCAN_TELLING_H
#define TEST_SCAN_TELLING_H

#include "tests/unit/scan/help.h"

#include "base/log.h"
#include "scan/tell.h"

struct telling {
    char *folder;
    struct scan_output outputs[2];
    struct scan_params params;
    struct run run;
    struct worker worker;
    struct worker *workers[1];
};

/* Shows what is found, without data, or absent. */
static inline void telling_open(struct telling *t)
{
    memset(t, 0, sizeof *t);
    t->folder = folder_create();
    t->outputs[0] = (struct scan_output){"text", file_in(t->folder, "plain", NULL)};
    t->outputs[1] = (struct scan_output){"ndjson", file_in(t->folder, "json", NULL)};
    t->params.outputs = t->outputs;
    t->params.output_count = 2;
    t->params.unresolved_path = file_in(t->folder, "left", NULL);
    t->params.show[VERDICT_FOUND] = true;
    t->params.show[VERDICT_NODATA] = true;
    t->params.show[VERDICT_NXDOMAIN] = true;
    t->run.params = &t->params;
    t->run.tells_early = t->run.tells_late = true;
    t->run.worker_count = 1;
    t->worker.run = &t->run;
    t->workers[0] = &t->worker;
    assert_int_equal(set_create(&t->run.names), 0);
    assert_int_equal(facts_init(&t->run.cut.facts, t->run.names), 0);
    assert_int_equal(writer_open(&t->run.writer, &t->params), 0);
}

static inline void telling_close(struct telling *t)
{
    assert_int_equal(writer_close(t->run.writer), 0);
    ents_close(&t->worker.ents);
    facts_deinit(&t->run.cut.facts);
    set_destroy(t->run.names);
    folder_remove(t->folder);
    assert_int_equal(t->worker.error, 0);
}

/* All that was told so far, a word a line: of plain lines all but the type, of JSON the host
 * and the verdict. */
static inline void expect_told(struct telling *t, const char *plain, const char *json,
                               const char *left)
{
    char command[512];
    ents_end(&t->worker);
    assert_int_equal(writer_write(t->run.writer, 0), 0);
    snprintf(command, sizeof command,
             "cd %s && sed -E 's/ . / /' plain >a && sed -E "
             "'s/.*\"host\":\"([^\"]*)\".*\"verdict\":\"([^\"]*)\".*/\\1 \\2/' json >b",
             t->folder);
    assert_int_equal(system(command), 0);
    const char *const files[] = {"a", "b", "left"}, *const expected[] = {plain, json, left};
    for (int i = 0; i < 3; i++) {
        char *text = content_of(file_in(t->folder, files[i], NULL));
        assert_string_equal(text, expected[i]);
        free(text);
    }
}

#endif
