// SPDX-License-Identifier: BSD-2-Clause
/* What is written is read back here by the rules of the format: nothing of base/hist.h's order of
 * cells is used on the way from a count's place to its value. */
#include <zlib.h>

#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/hits.h"

#define PLAIN_MAX 65536
#define HIGHEST   68719476735LL

struct decoded {
    char tag[128];
    double start, length, max_ms;
    uint32_t digits;
    int64_t lowest, highest;
    double ratio;
    const uint8_t *counts, *end;
    uint8_t plain[PLAIN_MAX];
};

static uint64_t big_endian(const uint8_t *data, unsigned len)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < len; i++)
        value = value << 8 | data[i];
    return value;
}

static size_t base64_decode(const char *text, size_t len, uint8_t *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned count = 0;
    size_t made = 0;
    assert_int_equal(len % 4, 0);
    while (len > 0 && text[len - 1] == '=')
        len--;
    for (size_t i = 0; i < len; i++) {
        const char *digit = strchr(digits, text[i]);
        assert_true(text[i] && digit);
        bits = bits << 6 | (uint32_t)(digit - digits);
        count += 6;
        if (count >= 8)
            out[made++] = (uint8_t)(bits >> (count -= 8));
    }
    return made;
}

/* The line whose tag is TAG. */
static void decode(const struct text *log, const char *tag, struct decoded *out)
{
    static uint8_t packed[PLAIN_MAX];
    char wanted[140];
    snprintf(wanted, sizeof wanted, "\nTag=%s,", tag);
    const char *line = strstr(log->data, wanted);
    if (!line)
        print_error("no %s\n", tag);
    assert_non_null(line);
    const char *at = line + strlen(wanted);
    int taken = 0;
    assert_int_equal(sscanf(at, "%lf,%lf,%lf,%n", &out->start, &out->length, &out->max_ms, &taken),
                     3);
    at += taken;
    size_t len = base64_decode(at, strcspn(at, "\n"), packed);
    assert_true(len > 8);
    assert_int_equal(big_endian(packed, 4), 0x1c849314);
    assert_int_equal(big_endian(packed + 4, 4), len - 8);
    uLongf plain_len = sizeof out->plain;
    assert_int_equal(uncompress(out->plain, &plain_len, packed + 8, len - 8), Z_OK);
    assert_int_equal(big_endian(out->plain, 4), 0x1c849313);
    assert_int_equal(big_endian(out->plain + 4, 4), plain_len - 40);
    assert_int_equal(big_endian(out->plain + 8, 4), 0);
    out->digits = (uint32_t)big_endian(out->plain + 12, 4);
    out->lowest = (int64_t)big_endian(out->plain + 16, 8);
    out->highest = (int64_t)big_endian(out->plain + 24, 8);
    uint64_t ratio = big_endian(out->plain + 32, 8);
    memcpy(&out->ratio, &ratio, sizeof ratio);
    out->counts = out->plain + 40;
    out->end = out->plain + plain_len;
}

static int64_t zigzag(struct decoded *d)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 9; i++) {
        assert_true(d->counts < d->end);
        uint8_t octet = *d->counts++;
        value |= (uint64_t)(i == 8 ? octet : octet & 0x7f) << (7 * i);
        if (!(octet & 0x80))
            break;
    }
    return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

/* The next value that was seen, the lowest and highest it stands for; false: no more. INDEX from
 * 0 is where in the counts it is. With 2 digits: buckets of 256, the lower half of all but the
 * first is the bucket before. */
static bool next_value(struct decoded *d, int64_t *index, int64_t *low, int64_t *high,
                       int64_t *count)
{
    while (d->counts < d->end) {
        *count = zigzag(d);
        if (*count < 0) {
            *index -= *count;
            continue;
        }
        int64_t bucket = *index / 128 - 1, sub = *index % 128 + 128;
        if (bucket < 0) {
            sub -= 128;
            bucket = 0;
        }
        ++*index;
        *low = sub << bucket;
        *high = *low + (1LL << bucket) - 1;
        return true;
    }
    return false;
}

static struct decoded decoded;

static void write_log(struct text *log, const struct bench_report *report)
{
    text_clear(log);
    assert_int_equal(bench_hdr(log, report), 0);
    text_putc(log, '\0');
}

static void every_value_comes_back_in_its_place(void **state)
{
    (void)state;
    static const int64_t values[] = {
        0,    1,      127,    128,     255,      256,        257,        511,         512,
        1000, 123456, 999999, 1000000, 50000000, 2000000000, 9999999999, 60000000000, HIGHEST};
    const size_t count = sizeof values / sizeof values[0];
    struct text log = {0};
    struct bench_sample *s = sample_make(1);
    struct load_result *r = &s->results[0];
    memset(r->response, 0, sizeof r->response);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n <= i * 100; n++)
            hist_add(&r->response[LOAD_OTHER], values[i]);
    write_log(&log, &s->report);
    decode(&log, "127.0.0.1:53/response", &decoded);
    assert_int_equal(decoded.digits, 2);
    assert_int_equal(decoded.lowest, 1);
    assert_int_equal(decoded.highest, HIGHEST);
    assert_true(decoded.ratio == 1);
    int64_t index = 0, low, high, found;
    size_t left = 0;
    while (next_value(&decoded, &index, &low, &high, &found)) {
        int64_t expected = 0;
        for (; left < count && values[left] <= high; left++) {
            assert_true(values[left] >= low);
            expected += (int64_t)left * 100 + 1;
        }
        assert_int_equal(found, expected);
    }
    assert_int_equal(left, count);
    free(s);
    text_deinit(&log);
}

static void the_lost_count_as_the_highest(void **state)
{
    (void)state;
    struct text log = {0};
    struct bench_sample *s = sample_make(1);
    struct load_result *r = &s->results[0];
    memset(r->response, 0, sizeof r->response);
    hist_add(&r->response[LOAD_HIT], 1000000);
    hist_add_lost(&r->response[LOAD_HIT], (uint64_t)1 << 62); /* nine octets */
    write_log(&log, &s->report);
    decode(&log, "127.0.0.1:53/response", &decoded);
    int64_t index = 0, low, high, found;
    assert_true(next_value(&decoded, &index, &low, &high, &found));
    assert_true(low <= 1000000 && high >= 1000000 && found == 1);
    assert_true(next_value(&decoded, &index, &low, &high, &found));
    assert_int_equal(high, HIGHEST);
    assert_true(found == 1LL << 62);
    assert_false(next_value(&decoded, &index, &low, &high, &found));
    assert_true(decoded.max_ms == 68719.477);
    free(s);
    text_deinit(&log);
}

static void there_is_a_line_a_target_and_series(void **state)
{
    (void)state;
    struct text log = {0};
    struct bench_sample *s = sample_make(2);
    s->targets[1].name = "a,b\nTag=c d\xff";
    write_log(&log, &s->report);
    const char *const tags[] = {"127.0.0.1:53/response",      "127.0.0.1:53/response-hit",
                                "127.0.0.1:53/response-miss", "127.0.0.1:53/response-nxdomain",
                                "127.0.0.1:53/service",       "127.0.0.1:53/lag",
                                "a_b_Tag=c_d_/response",      "a_b_Tag=c_d_/lag"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        decode(&log, tags[i], &decoded);
        assert_true(decoded.start == 0 && decoded.length == 30 && decoded.max_ms > 0);
    }
    assert_null(strstr(log.data, "response-other")); /* none was */
    unsigned lines = 0;
    for (size_t i = 0; i + 1 < log.len; i++)
        lines += log.data[i] == '\n';
    assert_int_equal(lines, 5 + 2 * 6);
    free(s);
    text_deinit(&log);
}

static void its_head_is_what_readers_look_for(void **state)
{
    (void)state;
    static char longest[300];
    struct text log = {0};
    struct bench_report none = {.version = "0.1.0", .started_ms = 1795317247123};
    write_log(&log, &none);
    assert_string_equal(
        log.data, "#[Logged with dnstrawl 0.1.0]\n"
                  "#[Histogram log format version 1.3]\n"
                  "#[StartTime: 1795317247.123 (seconds since epoch), 2026-11-22T03:14:07.123Z]\n"
                  "#[Values are nanoseconds; a lost query counts as 68719476735, the highest]\n"
                  "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_"
                  "Histogram\"\n");
    memset(longest, 'x', sizeof longest - 1);
    none.version = longest;
    none.started_ms = INT64_MAX;
    write_log(&log, &none);
    for (const char *line = log.data; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 127);
    text_deinit(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_comes_back_in_its_place),
        cmocka_unit_test(the_lost_count_as_the_highest),
        cmocka_unit_test(there_is_a_line_a_target_and_series),
        cmocka_unit_test(its_head_is_what_readers_look_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
