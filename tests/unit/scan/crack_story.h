// SPDX-License-Identifier: BSD-2-Clause
/* For tests of cracking: a run over hashes that are made here, one at a time, told as the sorted
 * list of what was found and what made it known. */
#ifndef TEST_SCAN_CRACK_STORY_H
#define TEST_SCAN_CRACK_STORY_H

#include "tests/unit/scan/help.h"

#include "dns/code.h"
#include "scan/crack.h"

#define FOUND_MAX 64

static const char *const zone_text = "example.com";

struct story {
    struct crack_targets *targets;
    struct crack_params params;
    struct nsec3_params nsec3;
    const char *files[2];
    const char *masks[3];
    char *folder;
    char found[FOUND_MAX * 300]; /* "name by\n", sorted when asked for */
    size_t found_count;
    int answer;    /* of the found hook */
    bool stops;    /* the stop hook says so */
    unsigned told; /* times progress was told */
    struct crack_result result;
};

static inline int note_found(void *ctx, const struct crack_find *find)
{
    struct story *story = ctx;
    char text[NAME_TEXT_MAX];
    uint8_t hash[NSEC3_HASH_LEN];
    nsec3_hash(&find->record->params, find->name, hash);
    assert_memory_equal(hash, find->record->hash, sizeof hash); /* never wrong */
    assert_true(name_is_under(find->name, find->zone));
    name_to_text(find->name, text);
    size_t len = strlen(story->found);
    snprintf(story->found + len, sizeof story->found - len, "%s %s\n", text,
             crack_by_text(find->by));
    story->found_count++;
    return story->answer;
}

static inline bool stop(void *ctx)
{
    return ((struct story *)ctx)->stops;
}

static inline void note_progress(void *ctx, const struct crack_status *status)
{
    struct story *story = ctx;
    assert_true(status->stage && (status->total == 0 || status->done <= status->total));
    story->told++;
}

static inline void begin(struct story *story)
{
    memset(story, 0, sizeof *story);
    story->folder = folder_create();
    story->params.thread_count = 2;
    story->nsec3.algorithm = 1;
    story->params.word_files.items = story->files;
    story->params.masks.items = story->masks;
    assert_int_equal(crack_targets_create(&story->targets), 0);
}

static inline void end(struct story *story)
{
    crack_targets_destroy(story->targets);
    folder_remove(story->folder);
}

/* NAME, which is in ZONE, with TYPES, blanks between; NULL: not known. */
static inline void add_in(struct story *story, const char *zone, const char *name,
                          const char *types)
{
    struct hash_record record = {.params = story->nsec3, .has_types = types != NULL};
    struct name owner = name_of(name), apex = name_of(zone);
    uint8_t bitmap[2 + 32] = {0, 32};
    uint16_t type;
    for (const char *at = types; at && *at;) {
        size_t len = strcspn(at, " ");
        assert_int_equal(code_type_from_text(at, len, &type), 0);
        assert_true(type < 256);
        bitmap[2 + type / 8] |= (uint8_t)(0x80 >> type % 8);
        at += len;
        at += strspn(at, " ");
    }
    record.types = (struct type_bitmap){bitmap, types && *types ? sizeof bitmap : 0};
    nsec3_hash(&record.params, owner.wire, record.hash);
    assert_int_equal(crack_targets_add(story->targets, apex.wire, &record), 0);
}

static inline void add(struct story *story, const char *label, const char *types)
{
    char text[NAME_TEXT_MAX * 2];
    snprintf(text, sizeof text, "%s.%s", label, zone_text);
    add_in(story, zone_text, text, types);
}

static inline void add_words(struct story *story, const char *text)
{
    struct str_list *files = &story->params.word_files;
    const char *name = files->count ? "more" : "words";
    story->files[files->count++] = file_in(story->folder, name, text);
}

static inline int run(struct story *story)
{
    const struct crack_hooks hooks = {
        .ctx = story, .found = note_found, .stop = stop, .progress = note_progress};
    return crack_run_targets(&story->params, story->targets, &hooks, &story->result);
}

static inline int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Runs, and what was found is EXPECTED, "name by" on sorted lines. */
static inline void expect(struct story *story, const char *expected)
{
    char sorted[sizeof story->found] = "", *lines[FOUND_MAX];
    size_t count = 0;
    uint64_t cracked = 0;
    assert_int_equal(run(story), 0);
    assert_true(story->found_count <= FOUND_MAX);
    for (char *line = strtok(story->found, "\n"); line; line = strtok(NULL, "\n"))
        lines[count++] = line;
    if (count)
        qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++) {
        strcat(sorted, lines[i]);
        strcat(sorted, "\n");
    }
    assert_string_equal(sorted, expected);
    for (int i = 0; i < CRACK_BY_COUNT; i++)
        cracked += story->result.cracked[i];
    assert_int_equal(cracked, count);
    assert_false(story->result.is_stopped);
}

#endif
