// SPDX-License-Identifier: BSD-2-Clause
/* scan/hash_output.c: new files, files gone on with, files refused, disks that are full. */
#include "help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "scan/hash_output.h"

#define HEAD   "# dnstrawl nsec3 1\nzone example\n"
#define LINE_A "00000000000000000000000000000010 00000000000000000000000000000020 0 - 0 A,RRSIG\n"
#define LINE_B "00000000000000000000000000000020 00000000000000000000000000000010 0 - 1 -\n"

static struct hash_record record_of(uint8_t last)
{
    struct hash_record record = {.params = {.algorithm = 1}, .has_next = true};
    record.hash[NSEC3_HASH_LEN - 1] = last;
    record.next[NSEC3_HASH_LEN - 1] = (uint8_t)(last + 0x20);
    return record;
}

struct place {
    char *folder;
    char path[200];
    struct scan_params params;
    uint8_t held[16]; /* last octets of the hashes told */
    size_t held_count;
    int answer; /* of note_held */
};

static void place_init(struct place *place, enum hash_format format)
{
    *place = (struct place){.folder = folder_create()};
    snprintf(place->path, sizeof place->path, "%s/hashes", place->folder);
    place->params.hashes_path = place->path;
    place->params.hash_format = format;
}

static void put_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_file_is(const char *path, const char *content)
{
    char data[2000];
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t len = fread(data, 1, sizeof data - 1, file);
    fclose(file);
    data[len] = '\0';
    assert_string_equal(data, content);
}

static int note_held(void *ctx, const struct hash_record *record)
{
    struct place *place = ctx;
    place->held[place->held_count++] = record->hash[NSEC3_HASH_LEN - 1];
    return place->answer;
}

static int open_it(struct place *place, struct hash_output **out)
{
    struct name zone = name_of("example");
    return hash_output_open(out, &place->params, &zone, note_held, place);
}

static void write_one(struct place *place, uint8_t last)
{
    struct hash_output *output;
    struct hash_record record = record_of(last);
    assert_int_equal(open_it(place, &output), 0);
    assert_int_equal(hash_output_put(output, &record), 0);
    assert_int_equal(hash_output_close(output), 0);
}

static void a_new_file_is_its_owners_alone(void **state)
{
    struct place place;
    struct stat status;
    (void)state;
    place_init(&place, HASH_NATIVE);
    write_one(&place, 1);
    assert_int_equal(stat(place.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_file_is(place.path, HEAD "00000000000000000000000000000001 "
                                    "00000000000000000000000000000011 0 - 0 ?\n");
    assert_int_equal(place.held_count, 0);
    folder_remove(place.folder);
}

static void our_own_file_is_gone_on_with(void **state)
{
    static const char *const torn[] = {"", "0000", LINE_A}; /* the last one without its end */
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct place place;
        char content[1000];
        struct hash_output *output;
        struct hash_record record = record_of(1);
        place_init(&place, HASH_NATIVE);
        snprintf(content, sizeof content, "%s%s", HEAD LINE_A LINE_B, torn[i]);
        if (i == 2)
            content[strlen(content) - 1] = '\0';
        put_file(place.path, content);
        assert_int_equal(open_it(&place, &output), 0);
        assert_int_equal(place.held_count, 2);
        assert_int_equal(hash_output_held(output), 2);
        assert_int_equal(place.held[0], 0x20);
        assert_int_equal(hash_output_put(output, &record), 0);
        assert_int_equal(hash_output_close(output), 0);
        assert_file_is(place.path, HEAD LINE_A LINE_B "00000000000000000000000000000001 "
                                                      "00000000000000000000000000000011 0 - 0 ?\n");
        folder_remove(place.folder);
    }
}

static void a_file_with_nothing_but_the_head_is_begun(void **state)
{
    static const char *const contents[] = {"", HEAD, HEAD "0000"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct place place;
        place_init(&place, HASH_NATIVE);
        put_file(place.path, contents[i]);
        write_one(&place, 1);
        assert_file_is(place.path, HEAD "00000000000000000000000000000001 "
                                        "00000000000000000000000000000011 0 - 0 ?\n");
        folder_remove(place.folder);
    }
}

static void any_other_file_is_left_as_it_is(void **state)
{
    static const struct {
        enum hash_format format;
        const char *content;
    } cases[] = {
        {HASH_NATIVE, "precious\n"},
        {HASH_NATIVE, "#"},
        {HASH_NATIVE, "# dnstrawl nsec3 1\nzone other.example\n" LINE_A},
        {HASH_NATIVE, HEAD LINE_A "zone other\n" LINE_B},
        {HASH_NATIVE, "00000000000000000000000000000010:.example::0\n"},
        {HASH_HASHCAT, HEAD LINE_A},
        {HASH_JOHN, "x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place place;
        struct hash_output *output;
        place_init(&place, cases[i].format);
        put_file(place.path, cases[i].content);
        assert_int_equal(open_it(&place, &output), ERR_RANGE);
        assert_null(output);
        assert_file_is(place.path, cases[i].content);
        folder_remove(place.folder);
    }
}

static void other_formats_have_lines_of_their_own(void **state)
{
    struct place place;
    struct hash_output *output;
    struct hash_record record = record_of(1);
    (void)state;
    place_init(&place, HASH_HASHCAT);
    assert_int_equal(open_it(&place, &output), 0);
    assert_int_equal(hash_output_format(output), HASH_HASHCAT);
    assert_string_equal(hash_output_path(output), place.path);
    assert_int_equal(hash_output_put(output, &record), 0);
    assert_int_equal(hash_output_close(output), 0);
    assert_file_is(place.path, "00000000000000000000000000000001:.example::0\n");
    folder_remove(place.folder);
}

static void what_cannot_be_read_or_written_is_an_error(void **state)
{
    struct place place;
    struct hash_output *output;
    struct hash_record record = record_of(1);
    (void)state;
    place_init(&place, HASH_NATIVE);
    place.params.hashes_path = "/nonexistent/hashes";
    assert_int_equal(open_it(&place, &output), ERR_IO);
    place.params.hashes_path = "/dev/full";
    assert_int_equal(open_it(&place, &output), 0);
    assert_int_equal(hash_output_put(output, &record), ERR_IO);
    assert_int_equal(hash_output_flush(output), ERR_IO); /* for good */
    assert_int_equal(hash_output_close(output), ERR_IO);
    place.params.hashes_path = place.path;
    put_file(place.path, HEAD LINE_A);
    place.answer = ERR_NOMEM;
    assert_int_equal(open_it(&place, &output), ERR_NOMEM);
    folder_remove(place.folder);
}

static void the_default_is_named_after_the_zone_and_stays_in_the_folder(void **state)
{
    static const struct {
        const char *zone, *file;
    } cases[] = {{"example", "example.nsec3"}, {".", "root.nsec3"}, {"\\046\\047x", NULL}};
    (void)state;
    char here[500];
    assert_non_null(getcwd(here, sizeof here));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place place;
        struct hash_output *output;
        struct name zone = name_of(cases[i].zone);
        place_init(&place, HASH_NATIVE);
        place.params.hashes_path = NULL;
        assert_int_equal(chdir(place.folder), 0);
        assert_int_equal(hash_output_open(&output, &place.params, &zone, note_held, &place), 0);
        assert_null(strchr(hash_output_path(output), '/'));
        if (cases[i].file)
            assert_int_equal(access(cases[i].file, F_OK), 0);
        assert_int_equal(hash_output_close(output), 0);
        assert_int_equal(chdir(here), 0);
        folder_remove(place.folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_file_is_its_owners_alone),
        cmocka_unit_test(our_own_file_is_gone_on_with),
        cmocka_unit_test(a_file_with_nothing_but_the_head_is_begun),
        cmocka_unit_test(any_other_file_is_left_as_it_is),
        cmocka_unit_test(other_formats_have_lines_of_their_own),
        cmocka_unit_test(what_cannot_be_read_or_written_is_an_error),
        cmocka_unit_test(the_default_is_named_after_the_zone_and_stays_in_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
