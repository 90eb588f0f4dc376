// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>

#include "out/sink_internal.h"
#include "out/split.h"
#include "tests/unit/out/files.h"

static void assert_file_name(const char *zone, const char *expected)
{
    char found[SPLIT_FILE_NAME_MAX];
    split_file_name(zone, "txt", found);
    assert_string_equal(found, expected);
}

static void zones_become_file_names_that_stay_in_the_folder(void **state)
{
    (void)state;
    assert_file_name("example.com", "example.com.txt");
    assert_file_name("_tcp.Example.COM", "_tcp.example.com.txt");
    assert_file_name(NULL, "_.txt");
    assert_file_name("", "_.txt");
    assert_file_name("_", "%5f.txt");
    assert_file_name(".", "%2e.txt");
    assert_file_name("..", "%2e..txt");
    assert_file_name("../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd.txt");
    assert_file_name("/etc", "%2fetc.txt");
    assert_file_name("-rf", "%2drf.txt");
    assert_file_name("a\\046b.example", "a%5c046b.example.txt");
    assert_file_name("100%~\n", "100%25%7e%0a.txt");
}

static void long_zones_are_cut_and_stay_apart(void **state)
{
    (void)state;
    char zone[NAME_TEXT_MAX], one[SPLIT_FILE_NAME_MAX], other[SPLIT_FILE_NAME_MAX];
    memset(zone, 'a', sizeof zone);
    zone[240] = '\0';
    split_file_name(zone, "ndjson", one);
    assert_int_equal(strlen(one), 240 + strlen(".ndjson"));
    zone[240] = 'a';
    zone[241] = '\0';
    split_file_name(zone, "ndjson", one);
    zone[240] = 'b';
    split_file_name(zone, "ndjson", other);
    assert_int_equal(strlen(one), 200 + 1 + 16 + strlen(".ndjson"));
    assert_string_not_equal(one, other);
    assert_int_equal(one[200], '~');
    make_longest_name(zone);
    split_file_name(zone, "ndjson", one);
    assert_true(strlen(one) <= 255);
}

static void hit_of(struct out_sink *sink, const char *host, const char *zone)
{
    struct made_hit m;
    make_hit(&m, host);
    m.hit.zone = zone;
    assert_int_equal(out_sink_hit(sink, &m.hit), 0);
}

static void each_zone_has_its_file_and_old_ones_are_truncated(void **state)
{
    (void)state;
    struct scratch s;
    char folder[PATH_CAP], path[PATH_CAP];
    struct out_sink *sink;
    scratch_open(&s);
    scratch_path(&s, "split", folder);
    assert_int_equal(out_split_open(&sink, &out_names, folder), 0); /* made */
    assert_string_equal(out_sink_path(sink), folder);
    scratch_path(&s, "split/example.com.txt", path);
    write_file(path, "of an earlier run\n");
    hit_of(sink, "a.example.com", "example.com");
    hit_of(sink, "b.example.org", "example.org");
    hit_of(sink, "c.example.com", "example.com");
    hit_of(sink, "d.example.edu", NULL);
    assert_int_equal(out_sink_flush(sink), 0);
    assert_file(path, "a.example.com\nc.example.com\n");
    assert_int_equal(out_sink_close(sink), 0);
    scratch_path(&s, "split/example.org.txt", path);
    assert_file(path, "b.example.org\n");
    scratch_path(&s, "split/_.txt", path);
    assert_file(path, "d.example.edu\n");
    scratch_close(&s);
}

/* Round after round over more zones than may be open: each file is reopened each time,
 * begun once, and loses nothing. */
static void rounds_over_zones(unsigned zone_count, unsigned rounds)
{
    static char found[FILE_CAP], expected[FILE_CAP];
    struct scratch s;
    char folder[PATH_CAP], path[PATH_CAP], zone[64], host[96];
    struct out_sink *sink;
    scratch_open(&s);
    scratch_path(&s, "split", folder);
    assert_int_equal(out_split_open(&sink, &out_csv, folder), 0);
    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < zone_count; i++) {
            snprintf(zone, sizeof zone, "z%u.example", i);
            snprintf(host, sizeof host, "h%u.z%u.example", round, i);
            hit_of(sink, host, zone);
        }
    }
    assert_int_equal(out_sink_close(sink), 0);
    for (unsigned i = 0; i < zone_count; i++) {
        int len =
            snprintf(expected, sizeof expected, "host,type,ttl,data,verdict,confirmed,resolver\n");
        for (unsigned round = 0; round < rounds; round++)
            len += snprintf(expected + len, sizeof expected - (size_t)len,
                            "h%u.z%u.example,,,,found,single,9.9.9.9:53\n", round, i);
        snprintf(zone, sizeof zone, "split/z%u.example.csv", i);
        scratch_path(&s, zone, path);
        read_file(path, found);
        assert_string_equal(found, expected);
    }
    scratch_close(&s);
}

static void more_zones_than_may_be_open_lose_nothing(void **state)
{
    (void)state;
    rounds_over_zones(OUT_SPLIT_OPEN_MAX - 1, 3);
    rounds_over_zones(OUT_SPLIT_OPEN_MAX, 3);
    rounds_over_zones(OUT_SPLIT_OPEN_MAX + 1, 3);
    rounds_over_zones(3 * OUT_SPLIT_OPEN_MAX, 3);
}

static unsigned count_open_files(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void no_more_files_are_open_than_the_bound(void **state)
{
    (void)state;
    struct scratch s;
    char folder[PATH_CAP], zone[64];
    struct split *split;
    struct line_file *file, *used;
    scratch_open(&s);
    scratch_path(&s, "split", folder);
    assert_int_equal(split_open(&split, &out_names, folder), 0);
    unsigned others = count_open_files();
    assert_int_equal(split_file_of(split, "z0.example", &used), 0);
    for (unsigned i = 0; i < 4 * OUT_SPLIT_OPEN_MAX; i++) {
        snprintf(zone, sizeof zone, "z%u.example", i);
        assert_int_equal(split_file_of(split, zone, &file), 0);
        assert_true(count_open_files() <= others + OUT_SPLIT_OPEN_MAX);
        assert_true(used->fd >= 0); /* in use all the time: stays open */
        assert_int_equal(split_file_of(split, "z0.example", &file), 0);
        unsigned open_count = i < OUT_SPLIT_OPEN_MAX ? i + 1 : OUT_SPLIT_OPEN_MAX;
        assert_int_equal(count_open_files(), others + open_count);
    }
    assert_int_equal(split_close(split), 0);
    scratch_close(&s);
}

static void a_full_disk_leaves_whole_lines_in_every_file(void **state)
{
    (void)state;
    static char found[FILE_CAP];
    for (size_t room = 0; room < 90; room++) {
        struct scratch s;
        char folder[PATH_CAP], path[PATH_CAP];
        struct out_sink *sink;
        struct disk disk = {.room = room, .chunk = 5, .cause = ENOSPC};
        scratch_open(&s);
        scratch_path(&s, "split", folder);
        assert_int_equal(out_split_open(&sink, &out_names, folder), 0);
        out_sink_set_writer(sink, disk_writer(&disk));
        for (int i = 0; i < 3; i++) {
            hit_of(sink, "a.example.com", "example.com");  /* 14 octets */
            hit_of(sink, "bb.example.org", "example.org"); /* 15 octets */
        }
        assert_int_equal(out_sink_close(sink), room >= 3 * 29 ? 0 : ERR_IO);
        if (room < 3 * 29)
            assert_int_equal(errno, ENOSPC);
        scratch_path(&s, "split/example.com.txt", path);
        assert_int_equal(read_file(path, found) % 14, 0);
        scratch_path(&s, "split/example.org.txt", path);
        assert_int_equal(read_file(path, found) % 15, 0);
        scratch_close(&s);
    }
}

static void a_folder_that_cannot_be_says_why(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct out_sink *sink;
    scratch_open(&s);
    scratch_path(&s, "file", path);
    write_file(path, "");
    assert_int_equal(out_split_open(&sink, &out_names, path), ERR_IO);
    assert_int_equal(errno, ENOTDIR);
    assert_null(sink);
    scratch_path(&s, "missing/split", path);
    assert_int_equal(out_split_open(&sink, &out_names, path), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_null(sink);
    scratch_close(&s);
}

static void a_zone_file_that_cannot_be_opened_ends_the_sink(void **state)
{
    (void)state;
    struct scratch s;
    char folder[PATH_CAP], path[PATH_CAP];
    struct made_hit m;
    struct out_sink *sink;
    scratch_open(&s);
    scratch_path(&s, "split", folder);
    assert_int_equal(out_split_open(&sink, &out_names, folder), 0);
    hit_of(sink, "a.example.org", "example.org");
    scratch_path(&s, "split/example.com.txt", path);
    assert_int_equal(mkdir(path, 0700), 0);
    make_hit(&m, "a.example.com");
    assert_int_equal(out_sink_hit(sink, &m.hit), ERR_IO);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(out_sink_hit(sink, &m.hit), ERR_IO);
    assert_int_equal(out_sink_close(sink), ERR_IO);
    assert_int_equal(errno, EISDIR);
    scratch_path(&s, "split/example.org.txt", path);
    assert_file(path, "a.example.org\n"); /* lines of other zones are kept */
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_become_file_names_that_stay_in_the_folder),
        cmocka_unit_test(long_zones_are_cut_and_stay_apart),
        cmocka_unit_test(each_zone_has_its_file_and_old_ones_are_truncated),
        cmocka_unit_test(more_zones_than_may_be_open_lose_nothing),
        cmocka_unit_test(no_more_files_are_open_than_the_bound),
        cmocka_unit_test(a_full_disk_leaves_whole_lines_in_every_file),
        cmocka_unit_test(a_folder_that_cannot_be_says_why),
        cmocka_unit_test(a_zone_file_that_cannot_be_opened_ends_the_sink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
