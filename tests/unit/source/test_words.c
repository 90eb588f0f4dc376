// SPDX-License-Identifier: BSD-2-Clause
/* source/words.c: every word with every pattern, each once, whoever draws. */
#include "tests/unit/source/lists.h"

#include "base/lines.h"
#include "base/log.h"
#include "source/words.h"

struct job {
    char path[LIST_PATH_MAX];
    int fd;
    struct words_pattern *patterns;
    size_t pattern_count;
};

static void set_pattern(struct words_pattern *pattern, const char *before, const char *after,
                        const char *zone)
{
    *pattern = (struct words_pattern){.before = before, .after = after};
    assert_int_equal(source_name_from_text(&pattern->zone, zone, strlen(zone)), 0);
}

static struct job make_job(const char *text, size_t pattern_count)
{
    struct job job = {.pattern_count = pattern_count};
    job.fd = list_make_text(text, job.path);
    job.patterns = calloc(pattern_count, sizeof *job.patterns);
    assert_non_null(job.patterns);
    for (size_t i = 0; i < pattern_count; i++) {
        char zone[32];
        snprintf(zone, sizeof zone, "z%zu.example", i);
        set_pattern(&job.patterns[i], "", "", zone);
    }
    return job;
}

static void end_job(struct job *job)
{
    close(job->fd);
    free(job->patterns);
}

static struct source *open_job(const struct job *job, struct source_share share)
{
    char error_text[256];
    const char *file = job->path;
    struct source *source;
    assert_int_equal(
        words_source_open(&source, &file, 1, job->patterns, job->pattern_count, &share, error_text),
        0);
    return source;
}

static struct drained drain_job(const struct job *job, struct source_share share)
{
    return drain_whole(open_job(job, share), 1);
}

static void words_meet_every_zone(void **state)
{
    (void)state;
    struct job job = make_job("WWW\n# c\n*.mail.\na.b\n\\097x\nb\303\274\n", 2);
    ASSERT_DRAINED(drain_job(&job, share_of(1, 0, 1)), "a.b.z0.example 0", "a.b.z1.example 1",
                   "ax.z0.example 0", "ax.z1.example 1", "mail.z0.example 0", "mail.z1.example 1",
                   "www.z0.example 0", "www.z1.example 1", "xn--b-eha.z0.example 0",
                   "xn--b-eha.z1.example 1");
    end_job(&job);
}

static void text_around_the_word_grows_with_its_labels(void **state)
{
    (void)state;
    struct job job = make_job("w\nc.d.\n\303\274\nx\\.\n", 3);
    set_pattern(&job.patterns[0], "api-", "", "a.example");
    set_pattern(&job.patterns[1], "x.y", "-v2", "b.example");
    set_pattern(&job.patterns[2], "", "1", "c.example");
    ASSERT_DRAINED(drain_job(&job, share_of(1, 0, 1)), "api-c.d.a.example 0", "api-w.a.example 0",
                   "api-x\\046.a.example 0", "c.d1.c.example 2", "w1.c.example 2",
                   "x.xn--y-v2-0ra.b.example 1", "x.yc.d-v2.b.example 1", "x.yw-v2.b.example 1",
                   "x.yx\\046-v2.b.example 1", "x\\0461.c.example 2", "xn--1-dha.c.example 2",
                   "xn--api--3ra.a.example 0");
    end_job(&job);
}

static void a_bad_word_is_one_bad_candidate_for_each_zone(void **state)
{
    (void)state;
    struct job job = make_job("a..b\n.\nx y\nok\n\\\n\\09\n@\n", 3);
    struct drained d = drain_job(&job, share_of(1, 0, 1));
    assert_int_equal(d.count, 7 * 3);
    assert_int_equal(d.invalid_count, 6 * 3);
    for (int i = 0; i < 18; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "! %d", i / 6);
        assert_string_equal(d.lines[i], expected);
    }
    drained_deinit(&d);
    /* an escape that only what follows would complete stays bad */
    set_pattern(&job.patterns[0], "", "7", "a.example");
    d = drain_job(&job, share_of(1, 0, 1));
    assert_int_equal(d.invalid_count, 6 * 3);
    drained_deinit(&d);
    end_job(&job);
}

/* The word takes 192 + 1 + LAST octets, the zone z.test 8: 255 is reached at 54. */
static void names_end_at_255_octets_with_their_zone(void **state)
{
    (void)state;
    char word[300];
    memset(word, 'a', sizeof word);
    word[63] = word[127] = word[191] = '.';
    for (size_t last = 53; last <= 55; last++) {
        word[192 + last] = '\0';
        struct job job = make_job(word, 2);
        set_pattern(&job.patterns[0], "", "", "z.test");
        set_pattern(&job.patterns[1], "", "b", "y.test"); /* one octet more */
        struct drained d = drain_job(&job, share_of(1, 0, 1));
        assert_int_equal(d.count, 2);
        assert_int_equal(d.invalid_count, last - 53);
        drained_deinit(&d);
        end_job(&job);
        word[192 + last] = 'a';
    }
}

/* Runs JOB with stderr caught; the number of lines that came. */
static size_t count_complaints(const struct job *job, struct source_share share)
{
    char text[16384];
    size_t count = 0;
    int fd = memfd_create("stderr", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
    log_init(LOG_NOTE, false);
    dup2(fd, STDERR_FILENO);
    struct drained d = drain_job(job, share);
    dup2(saved, STDERR_FILENO);
    log_init(LOG_ERROR, false);
    close(saved);
    drained_deinit(&d);
    ssize_t len = pread(fd, text, sizeof text, 0);
    for (ssize_t i = 0; i < len; i++)
        count += text[i] == '\n';
    close(fd);
    return count;
}

static void a_bad_word_is_told_once_however_many_zones(void **state)
{
    (void)state;
    struct job job = make_job("ok\nbad word\nfine\nanother bad\n", 200);
    assert_int_equal(count_complaints(&job, share_of(1, 0, 1)), 2);
    assert_int_equal(count_complaints(&job, share_of(1, 2, 7)), 2);
    end_job(&job);
    job = make_job("b d\nb d\nb d\nb d\nb d\nb d\nb d\nb d\nb d\nb d\nb d\nb d\n", 100);
    assert_int_equal(count_complaints(&job, share_of(1, 0, 1)), 11);
    end_job(&job);
}

static void the_zone_varies_fastest(void **state)
{
    (void)state;
    char text[600 * 6];
    size_t len = 0;
    for (int i = 0; i < 600; i++)
        len += (size_t)sprintf(text + len, "w%d\n", i);
    struct job job = make_job(text, 10);
    struct source *source = open_job(&job, share_of(4, 0, 1));
    struct source_cursor *cursor;
    struct candidate candidate;
    uint32_t first_zones = 0;
    assert_int_equal(source->ops->cursor_open(source, &cursor), 0);
    for (int word = 0; word < 600; word++) {
        uint32_t zones = 0;
        for (int i = 0; i < 10; i++) {
            assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_GOT);
            zones |= 1u << candidate.zone;
            if (i == 0)
                first_zones |= 1u << candidate.zone;
        }
        assert_int_equal(zones, 0x3ff); /* ten in a row: each zone once */
    }
    assert_int_equal(first_zones, 0x3ff); /* and words begin at different ones */
    assert_int_equal(source->ops->next(cursor, &candidate), SOURCE_END);
    source->ops->cursor_close(cursor);
    source->ops->close(source);
    end_job(&job);
}

static char *many_words(int count)
{
    char *text = malloc((size_t)count * 16 + 1);
    size_t len = 0;
    assert_non_null(text);
    for (int i = 0; i < count; i++)
        len += (size_t)sprintf(text + len,
                               i % 13 == 5   ? "#c%d\n"
                               : i % 17 == 3 ? "bad %d\n"
                                             : "w%d\n",
                               i);
    return text;
}

/* Disjoint and complete, for few and many patterns, whoever draws. */
static void assert_shards_make_up(const struct job *job)
{
    struct drained whole = drain_job(job, share_of(1, 0, 1));
    static const uint32_t shard_counts[] = {1, 2, 3, 5, 64, 65, 1009};
    for (size_t i = 0; i < sizeof shard_counts / sizeof *shard_counts; i++) {
        struct drained all = {.count = 0};
        for (uint32_t shard = 0; shard < shard_counts[i]; shard++) {
            struct source *source = open_job(job, share_of(i, shard, shard_counts[i]));
            size_t before = all.count;
            drain_into(&all, source, shard % 4 + 1);
            assert_int_equal(all.end, SOURCE_END);
            assert_int_equal(source->ops->estimate(source).total, all.count - before);
            source->ops->close(source);
        }
        drained_sort(&all);
        assert_same(&all, &whole);
        drained_deinit(&all);
    }
    drained_deinit(&whole);
}

static void shards_make_up_the_whole(void **state)
{
    (void)state;
    static const size_t pattern_counts[] = {1, 2, 3, 63, 64, 65, 129, 200};
    for (size_t i = 0; i < sizeof pattern_counts / sizeof *pattern_counts; i++) {
        char *text = many_words(i < 3 ? 700 : 40);
        struct job job = make_job(text, pattern_counts[i]);
        assert_shards_make_up(&job);
        end_job(&job);
        free(text);
    }
}

/* The place of a product, as the header tells it. */
static void a_shard_takes_word_times_patterns_plus_pattern(void **state)
{
    (void)state;
    struct job job = make_job("w0\n#\nw2\nw3\n", 70);
    struct drained d = drain_job(&job, share_of(1, 4, 6));
    size_t count = 0;
    for (uint32_t line = 0; line < 4; line++)
        for (uint32_t pattern = 0; pattern < 70; pattern++) {
            char expected[64];
            const char *key = expected;
            if ((line * 70 + pattern) % 6 != 4 || line == 1)
                continue;
            snprintf(expected, sizeof expected, "w%u.z%u.example %u", line, pattern, pattern);
            assert_non_null(bsearch(&key, d.lines, d.count, sizeof *d.lines, drained_compare));
            count++;
        }
    assert_int_equal(d.count, count);
    drained_deinit(&d);
    end_job(&job);
}

static void threads_share_without_loss(void **state)
{
    (void)state;
    char *text = many_words(3000);
    struct job job = make_job(text, 130);
    struct drained whole = drain_job(&job, share_of(1, 0, 9));
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct source *source = open_job(&job, share_of(seed, 0, 9));
        struct drained all = drain_threads(source);
        assert_same(&all, &whole);
        drained_deinit(&all);
        source->ops->close(source);
    }
    drained_deinit(&whole);
    end_job(&job);
    free(text);
}

static void threads_share_a_pipe_without_loss(void **state)
{
    (void)state;
    char *text = many_words(3000);
    struct job job = make_job(text, 70);
    struct drained whole = drain_job(&job, share_of(1, 0, 1));
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    assert_true(strlen(text) < 65536); /* a pipe's capacity */
    assert_int_equal(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
    close(fds[1]);
    close(job.fd);
    job.fd = fds[0];
    snprintf(job.path, sizeof job.path, "/proc/self/fd/%d", fds[0]);
    struct source *source = open_job(&job, share_of(1, 0, 1));
    struct drained all = drain_threads(source);
    assert_false(source->ops->estimate(source).is_known);
    assert_same(&all, &whole);
    drained_deinit(&all);
    drained_deinit(&whole);
    source->ops->close(source);
    end_job(&job);
    free(text);
}

/* The smoke list, three zones, several shards: each candidate of the run once. */
static void the_smoke_list_is_covered_by_shards(void **state)
{
    (void)state;
    struct job job = make_job("", 3);
    snprintf(job.path, sizeof job.path, "wordlists/smoke.txt");
    size_t word_count = 0;
    struct lines *lines;
    struct line line;
    int r;
    assert_int_equal(lines_open(&lines, job.path), 0);
    while ((r = lines_next(lines, true, &line)) != LINES_END)
        word_count += r == LINES_GOT;
    lines_close(lines);
    struct drained whole = drain_job(&job, share_of(1, 0, 1));
    assert_true(word_count > 10);
    assert_int_equal(whole.count, 3 * word_count);
    for (size_t i = 1; i < whole.count; i++)
        assert_string_not_equal(whole.lines[i - 1], whole.lines[i]);
    drained_deinit(&whole);
    assert_shards_make_up(&job);
    end_job(&job);
}

static void impossible_pattern_counts_are_refused(void **state)
{
    (void)state;
    char error_text[256] = "";
    struct source *source;
    struct source_share share = share_of(1, 0, 1);
    assert_int_equal(words_source_open(&source, NULL, 0, NULL, 0, &share, error_text), ERR_RANGE);
    assert_null(source);
    assert_true(strlen(error_text) > 0);
}

/* One index, pass after pass: other patterns, another order, nothing read for it. */
static void words_come_again_for_other_zones(void **state)
{
    (void)state;
    static const char gz[] = /* "zz\n" */
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xaa\xe2\x02\x00\xf6\x4c\x22\x93\x03\x00\x00"
        "\x00";
    struct job job = make_job("a\nb\nx y\nd\n", 3);
    char gz_path[LIST_PATH_MAX], error_text[SOURCE_ERROR_CAP];
    int gz_fd = list_make(gz, sizeof gz - 1, gz_path);
    const char *files[] = {job.path, gz_path};
    struct inputs *index;
    assert_int_equal(words_index_open(&index, files, 2, error_text), 0);
    for (uint32_t count = 1; count <= 3; count++) {
        struct source *source;
        assert_int_equal(words_source_again(&source, index, job.patterns, count, count, error_text),
                         0);
        assert_int_equal(source->ops->estimate(source).total, 4 * count);
        struct drained d = drain_threads(source);
        assert_int_equal(d.count, 5 * count);
        for (uint32_t i = 0; i < count; i++) {
            char expected[64];
            snprintf(expected, sizeof expected, "! %u", i);
            assert_string_equal(d.lines[i], expected);
            snprintf(expected, sizeof expected, "zz.z%u.example %u", i, i);
            assert_string_equal(d.lines[4 * count + i], expected);
        }
        drained_deinit(&d);
        source->ops->close(source);
    }
    inputs_close(index);
    close(gz_fd);
    end_job(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_meet_every_zone),
        cmocka_unit_test(words_come_again_for_other_zones),
        cmocka_unit_test(text_around_the_word_grows_with_its_labels),
        cmocka_unit_test(a_bad_word_is_one_bad_candidate_for_each_zone),
        cmocka_unit_test(names_end_at_255_octets_with_their_zone),
        cmocka_unit_test(a_bad_word_is_told_once_however_many_zones),
        cmocka_unit_test(the_zone_varies_fastest),
        cmocka_unit_test(shards_make_up_the_whole),
        cmocka_unit_test(a_shard_takes_word_times_patterns_plus_pattern),
        cmocka_unit_test(threads_share_without_loss),
        cmocka_unit_test(threads_share_a_pipe_without_loss),
        cmocka_unit_test(the_smoke_list_is_covered_by_shards),
        cmocka_unit_test(impossible_pattern_counts_are_refused),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
