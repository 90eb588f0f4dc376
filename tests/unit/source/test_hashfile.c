// SPDX-License-Identifier: BSD-2-Clause
/* source/hashfile.c, hashfile_put.c, hash_types.c: what is written reads back the same, other
 * programs' lines are understood, bad ones told by file and line. */
#include "tests/unit/source/lists.h"

#include "base/log.h"
#include "source/hash_types.h"
#include "source/hashfile.h"

#define HASH "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
#define NEXT "35mthgpgcu1qg68fab165klnsnk3dpvl"

#define SEEN_MAX 8

/* What the reader told, deep copies. */
struct seen {
    size_t count;
    struct name zones[SEEN_MAX];
    struct hash_record records[SEEN_MAX];
    uint8_t bitmaps[SEEN_MAX][HASH_TYPES_BYTES_MAX];
    int answer;
    uint64_t bad;
    int result;
    char told[8192];
};

static int take(void *ctx, const uint8_t *zone, const struct hash_record *record)
{
    struct seen *seen = ctx;
    if (seen->count < SEEN_MAX) {
        struct hash_record *copy = &seen->records[seen->count];
        *copy = *record;
        if (record->types.len)
            memcpy(seen->bitmaps[seen->count], record->types.data, record->types.len);
        copy->types.data = seen->bitmaps[seen->count];
        seen->zones[seen->count].len = (uint8_t)name_len(zone);
        memcpy(seen->zones[seen->count].wire, zone, name_len(zone));
    }
    seen->count++;
    return seen->answer;
}

/* Reads LEN octets of TEXT as a file whose name is put into PATH. */
static struct seen *read_text(const char *text, size_t len, int answer, char path[LIST_PATH_MAX])
{
    static struct seen seen;
    int fds[2], fd = list_make(text, len, path);
    memset(&seen, 0, sizeof seen);
    seen.answer = answer;
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], STDERR_FILENO);
    seen.result = hashfile_read(path, take, &seen, &seen.bad);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(fds[1]);
    size_t told = 0;
    for (ssize_t n; (n = read(fds[0], seen.told + told, sizeof seen.told - 1 - told)) > 0;)
        told += (size_t)n;
    close(fds[0]);
    close(fd);
    return &seen;
}

static struct seen *read_string(const char *text)
{
    char path[LIST_PATH_MAX];
    return read_text(text, strlen(text), 0, path);
}

static struct hash_record sample(void)
{
    static const uint8_t bitmap[] = {0, 6, 0x40, 0, 0, 0, 0, 0x02, 1, 1, 0x40}; /* A RRSIG CAA */
    struct hash_record record = {.params = {.algorithm = 1,
                                            .iterations = 12,
                                            .salt_len = 4,
                                            .salt = {0xaa, 0xbb, 0xcc, 0xdd}},
                                 .has_next = true,
                                 .has_types = true,
                                 .types = {.data = bitmap, .len = sizeof bitmap}};
    assert_true(base32hex_to_hash(HASH, record.hash));
    assert_true(base32hex_to_hash(NEXT, record.next));
    return record;
}

static struct name zone_of(const char *text)
{
    struct name zone;
    assert_int_equal(name_from_text(&zone, text, strlen(text)), 0);
    return zone;
}

static void put_both(struct text *out, enum hash_format format, const struct name *zone,
                     const struct hash_record *record)
{
    hashfile_put_head(out, format, zone->wire);
    hashfile_put(out, format, zone->wire, record);
    assert_false(out->failed);
}

static void assert_put(enum hash_format format, const char *zone_text,
                       const struct hash_record *record, const char *expected)
{
    struct text out = {0};
    struct name zone = zone_of(zone_text);
    put_both(&out, format, &zone, record);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void lines_are_written_exactly(void **state)
{
    struct hash_record record = sample();
    (void)state;
    assert_put(HASH_NATIVE, "example.com", &record,
               "# dnstrawl nsec3 1\nzone example.com\n" HASH " " NEXT
               " 12 aabbccdd 0 A,RRSIG,CAA\n");
    assert_put(HASH_HASHCAT, "example.com", &record, HASH ":.example.com:aabbccdd:12\n");
    assert_put(HASH_JOHN, "example.com", &record,
               "$NSEC3$12$aabbccdd$065368abeed7ec6e9feba96b8c8bc3e8b791f716$example.com.\n");
}

static void assert_same_record(const struct hash_record *a, const struct hash_record *b)
{
    assert_true(nsec3_params_equal(&a->params, &b->params));
    assert_memory_equal(a->hash, b->hash, NSEC3_HASH_LEN);
    assert_int_equal(a->has_next, b->has_next);
    if (a->has_next)
        assert_memory_equal(a->next, b->next, NSEC3_HASH_LEN);
    assert_int_equal(a->is_opt_out, b->is_opt_out);
    assert_int_equal(a->has_types, b->has_types);
    assert_int_equal(a->types.len, b->types.len);
    if (a->types.len)
        assert_memory_equal(a->types.data, b->types.data, a->types.len);
}

/* RECORD, less what FORMAT has no place for, must come back. */
static void assert_round_trip(enum hash_format format, const struct name *zone,
                              struct hash_record record)
{
    struct text out = {0};
    char path[LIST_PATH_MAX];
    put_both(&out, format, zone, &record);
    struct seen *seen = read_text(out.data, out.len, 0, path);
    if (format != HASH_NATIVE) {
        record.has_next = record.has_types = record.is_opt_out = false;
        record.types.len = 0;
    }
    assert_int_equal(seen->result, 0);
    assert_string_equal(seen->told, "");
    assert_int_equal(seen->bad, 0);
    assert_int_equal(seen->count, 1);
    assert_same_record(&seen->records[0], &record);
    assert_true(name_equal(seen->zones[0].wire, zone->wire));
    text_deinit(&out);
}

static void everything_comes_back(void **state)
{
    static const uint8_t last_bitmap[37] = {0, 1, 0x40, 255, 32, [36] = 0x01};
    static const char *const zones[] = {".",
                                        "a",
                                        "example.com",
                                        "a-zone-with-more-than-thirty-one-characters.example.com",
                                        "odd\\000\\046\\010\\255\\058\\036\\035\\032.example",
                                        "_x.*.-"};
    (void)state;
    for (int format = HASH_NATIVE; format <= HASH_JOHN; format++) {
        struct hash_record record = sample();
        for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
            struct name zone = zone_of(zones[i]);
            assert_round_trip((enum hash_format)format, &zone, record);
        }
        struct name zone = zone_of("example");
        for (unsigned len = 0; len <= NSEC3_SALT_MAX; len += len < 250 ? 50 : 5) {
            record.params.salt_len = (uint8_t)len;
            memset(record.params.salt, 0x9f, len);
            record.params.iterations = (uint16_t)(len ? 2500 : 0);
            assert_round_trip((enum hash_format)format, &zone, record);
        }
        record.is_opt_out = true;
        record.types = (struct type_bitmap){.data = last_bitmap, .len = sizeof last_bitmap};
        assert_round_trip((enum hash_format)format, &zone, record);
        record.types.len = 0; /* known to have none: an empty non-terminal */
        assert_round_trip((enum hash_format)format, &zone, record);
        record.has_types = record.has_next = false;
        assert_round_trip((enum hash_format)format, &zone, record);
    }
}

/* The longest zone, its octets all escaped, with the longest salt and many types. */
static void the_longest_line_comes_back(void **state)
{
    static struct hash_types types;
    struct hash_record record = sample();
    struct name zone = {.len = 255};
    (void)state;
    for (size_t at = 0; at < 254; at += at == 192 ? 62 : 64) {
        zone.wire[at] = at == 192 ? 61 : 63;
        memset(zone.wire + at + 1, 0x01, zone.wire[at]);
    }
    zone.wire[254] = 0;
    assert_int_equal(name_len(zone.wire), 255);
    record.params.salt_len = NSEC3_SALT_MAX;
    memset(record.params.salt, 0x5a, NSEC3_SALT_MAX);
    types.count = 0;
    for (unsigned i = 0; i < 290; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "TYPE%u", 60000 + i);
        assert_int_equal(hash_types_add(&types, text, (size_t)len), 0);
    }
    record.types = hash_types_bitmap(&types);
    for (int format = HASH_NATIVE; format <= HASH_JOHN; format++)
        assert_round_trip((enum hash_format)format, &zone, record);
}

static void more_types_than_a_line_holds_are_unknown(void **state)
{
    static uint8_t full[HASH_TYPES_BYTES_MAX];
    struct hash_record record = sample();
    struct name zone = zone_of("example");
    struct text out = {0};
    char path[LIST_PATH_MAX];
    (void)state;
    for (size_t window = 0; window < 256; window++) {
        full[34 * window] = (uint8_t)window;
        full[34 * window + 1] = 32;
        memset(full + 34 * window + 2, 0xff, 32);
    }
    record.types = (struct type_bitmap){.data = full, .len = sizeof full};
    put_both(&out, HASH_NATIVE, &zone, &record);
    struct seen *seen = read_text(out.data, out.len, 0, path);
    assert_int_equal(seen->count, 1);
    assert_false(seen->records[0].has_types);
    text_deinit(&out);
}

static void other_programs_lines_are_read(void **state)
{
    struct seen *seen = read_string(
        /* hashcat's own example for mode 8300, and its like with an empty salt */
        "pi6a89u8tca930h8mvolklmesefc5gmn:.fnmlbsik.net:35537886:1\n" HASH ":.example::0\n"
        /* john's examples */
        "$NSEC3$0$$879ffda85c7cb08df1f93fb040b90a6869b205f1$example.com.\n"
        "$NSEC3$100$4141414141414141$8c2d583acbe22616c69bb457e0c2111ced0a6e77$example.com.\n"
        /* n3map's, with its head; and a signer's, upper case */
        ";;;;;;;;;;\n;  zone: example.\n;;;; label_counter = 0x1f\n; number of records = 2\n" HASH
        ".example.\t3600\tIN\tNSEC3 1 1 12 aabbccdd " NEXT "\tNS SOA MX DNSKEY\n"
        "0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM.EXAMPLE. IN NSEC3 1 0 0 - "
        "35MTHGPGCU1QG68FAB165KLNSNK3DPVL A TYPE65534 ; flags: -\n");
    static const char *const zones[] = {"fnmlbsik.net", "example", "example.com",
                                        "example.com",  "example", "example"};
    static const unsigned iterations[] = {1, 0, 0, 100, 12, 0};
    static const unsigned salt_lens[] = {4, 0, 0, 8, 4, 0};
    (void)state;
    assert_string_equal(seen->told, "");
    assert_int_equal(seen->result, 0);
    assert_int_equal(seen->count, 6);
    for (size_t i = 0; i < 6; i++) {
        struct name zone = zone_of(zones[i]);
        assert_true(name_equal(seen->zones[i].wire, zone.wire));
        assert_int_equal(seen->records[i].params.iterations, iterations[i]);
        assert_int_equal(seen->records[i].params.salt_len, salt_lens[i]);
        assert_int_equal(seen->records[i].params.algorithm, 1);
        assert_int_equal(seen->records[i].has_next, i >= 4);
        assert_int_equal(seen->records[i].has_types, i >= 4);
    }
    assert_memory_equal(seen->records[4].hash, seen->records[5].hash, NSEC3_HASH_LEN);
    assert_true(seen->records[4].is_opt_out);
    assert_false(seen->records[5].is_opt_out);
    assert_int_equal(bitmap_count(&seen->records[4].types), 4);
    assert_true(bitmap_has(&seen->records[4].types, 48));
    assert_true(bitmap_has(&seen->records[5].types, 65534));
    struct nsec3_params params = seen->records[0].params;
    uint8_t hash[NSEC3_HASH_LEN];
    struct name name = zone_of("hashcat.fnmlbsik.net");
    nsec3_hash(&params, name.wire, hash);
    assert_memory_equal(hash, seen->records[0].hash, NSEC3_HASH_LEN);
}

static void several_zones_in_a_native_file(void **state)
{
    struct seen *seen = read_string("# dnstrawl nsec3 1\nzone A.example.\n" HASH
                                    " ? 0 - 0 ?\r\nzone .\n" HASH " " NEXT " 0 00FF 1 -\n");
    (void)state;
    assert_string_equal(seen->told, "");
    assert_int_equal(seen->count, 2);
    assert_true(name_equal(seen->zones[0].wire, zone_of("a.example").wire));
    assert_int_equal(seen->zones[1].wire[0], 0);
    assert_false(seen->records[0].has_types);
    assert_true(seen->records[1].has_types);
    assert_int_equal(seen->records[1].params.salt[1], 0xff);
}

/* Each line is bad for the reason beside it. */
static void bad_lines_are_told_by_file_and_line(void **state)
{
    static const struct {
        const char *line, *why;
    } bad[] = {
        {HASH " " NEXT " 0 - 0 A", "a hash before `zone NAME`"},
        {"zone", "no hash in any known format"},
        {"zone a..b", "a zone that is no name"},
        {"zone a b", "not `zone NAME`"},
        {HASH "x:.example::0", "a hash that is not 32 characters of base32hex"},
        {"wp9mhaveqvm6t7vbl5lop2u3t2rp3tom:.example::0",
         "a hash that is not 32 characters of base32hex"},
        {HASH ":example::0", "a zone without its dot in front"},
        {HASH ":::0", "a zone without its dot in front"},
        {HASH ":.a..b::0", "a zone that is no name"},
        {HASH ":.example:abc:0", "a salt that is not hexadecimal, or longer than 255 octets"},
        {HASH ":.example:gg:0", "a salt that is not hexadecimal, or longer than 255 octets"},
        {HASH ":.example::2501", "more than 2,500 iterations"},
        {HASH ":.example::-1", "iterations that are no number"},
        {HASH ":.example::", "iterations that are no number"},
        {HASH ":.example:", "not `hash:.zone:salt:iterations`"},
        {HASH ":.example::0:plain", "not `hash:.zone:salt:iterations`"},
        {"$NSEC3$0$$879ffda85c7cb08df1f93fb040b90a6869b205f$example.",
         "a hash that is not 40 hexadecimal digits"},
        {"$NSEC3$0$$879ffda85c7cb08df1f93fb040b90a6869b205f1", "not `$NSEC3$iterations$salt"},
        {HASH ".example. IN NSEC3 2 0 0 - " NEXT " A", "an algorithm other than 1"},
        {HASH ".example. IN NSEC3 1 2 0 - " NEXT " A", "flags other than 0 and 1"},
        {HASH ".example. IN NSEC3 1 0 0 - " NEXT " A B", "a type that is none"},
        {HASH ".example. IN NSEC3 1 0 0 -", "an NSEC3 record cut short"},
        {"example. IN NSEC3 1 0 0 - " NEXT " A", "an owner that is no hash"},
        {HASH "-example. IN NSEC3 1 0 0 - " NEXT " A", "an owner that is no hash"},
        {"example. 3600 IN SOA a b 1 2 3 4 5", "no hash in any known format"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[512], path[LIST_PATH_MAX], expected[256];
        int len = snprintf(text, sizeof text, "%s:.example::0\n\n%s\n%s:.example::7\n", HASH,
                           bad[i].line, NEXT);
        struct seen *seen = read_text(text, (size_t)len, 0, path);
        snprintf(expected, sizeof expected, "dnstrawl: %s:3: %s", path, bad[i].why);
        if (!strstr(seen->told, expected))
            fail_msg("'%s' told '%s'", bad[i].line, seen->told);
        assert_int_equal(seen->result, 0);
        assert_int_equal(seen->bad, 1);
        assert_int_equal(seen->count, 2);
        assert_int_equal(seen->records[1].params.iterations, 7);
    }
}

static void a_bad_zone_line_ends_the_zone_before(void **state)
{
    struct seen *seen =
        read_string("zone a.example\n" HASH " ? 0 - 0 ?\nzone a..b\n" HASH " ? 0 - 0 ?\n");
    (void)state;
    assert_int_equal(seen->count, 1);
    assert_int_equal(seen->bad, 2);
}

static void ten_bad_lines_are_told_and_all_counted(void **state)
{
    char text[5200], path[LIST_PATH_MAX], expected[128];
    size_t len = 0;
    (void)state;
    for (int i = 0; i < 11; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "bad\n");
    memset(text + len, 'a', 4500);
    len += 4500;
    struct seen *seen = read_text(text, len, 0, path);
    assert_int_equal(seen->result, ERR_SYNTAX);
    assert_int_equal(seen->bad, 12);
    snprintf(expected, sizeof expected, "%s:10: ", path);
    assert_non_null(strstr(seen->told, expected));
    snprintf(expected, sizeof expected, "%s:11: ", path);
    assert_null(strstr(seen->told, expected));
    snprintf(expected, sizeof expected, "%s: 2 further bad lines", path);
    assert_non_null(strstr(seen->told, expected));
    snprintf(expected, sizeof expected, "%s: no NSEC3 hash in it", path);
    assert_non_null(strstr(seen->told, expected));
}

static void a_file_without_lines_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(read_string("")->result, 0);
    struct seen *seen = read_string("# dnstrawl nsec3 1\nzone example\n");
    assert_int_equal(seen->result, 0);
    assert_int_equal(seen->count, 0);
    assert_string_equal(seen->told, "");
}

static void errors_end_the_reading(void **state)
{
    static const char text[] = HASH ":.example::0\n" HASH ":.example::0\n";
    static const char damaged[] = "\x1f\x8b\x08\x00 no gzip";
    char path[LIST_PATH_MAX];
    struct seen *seen = read_text(text, sizeof text - 1, ERR_NOMEM, path);
    (void)state;
    assert_int_equal(seen->result, ERR_NOMEM);
    assert_int_equal(seen->count, 1);
    assert_string_equal(seen->told, ""); /* whoever made the error tells it */
    seen = read_text(damaged, sizeof damaged - 1, 0, path);
    assert_int_equal(seen->result, ERR_FORMAT);
    assert_non_null(strstr(seen->told, path));
    assert_int_equal(hashfile_read("/nowhere/at/all", take, seen, NULL), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_written_exactly),
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(the_longest_line_comes_back),
        cmocka_unit_test(more_types_than_a_line_holds_are_unknown),
        cmocka_unit_test(other_programs_lines_are_read),
        cmocka_unit_test(several_zones_in_a_native_file),
        cmocka_unit_test(bad_lines_are_told_by_file_and_line),
        cmocka_unit_test(a_bad_zone_line_ends_the_zone_before),
        cmocka_unit_test(ten_bad_lines_are_told_and_all_counted),
        cmocka_unit_test(a_file_without_lines_is_no_error),
        cmocka_unit_test(errors_end_the_reading),
    };
    log_init(LOG_NOTE, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
