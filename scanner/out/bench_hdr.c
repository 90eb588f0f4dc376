// SPDX-License-Identifier: BSD-2-Clause
/* --hdr: a HdrHistogram log (format 1.3) of V2-encoded histograms, one line a target and series.
 *
 *   Tag=TARGET/SERIES,START,LENGTH,MAX,HISTOGRAM     seconds, seconds, milliseconds, base64
 *
 * A V2 histogram is a header of 40 octets, all big-endian (cookie, payload's length, normalizing
 * offset, significant digits, lowest and highest value, conversion ratio as a double), and the
 * counts from the lowest value up to the last that is not zero, each as a ZigZag LEB128 number,
 * a run of zeros as minus its length. That is compressed with zlib behind a cookie and a length.
 *
 * With two significant digits HdrHistogram has 256 steps of one unit and then 128 for each power
 * of two: cell by cell what base/hist.h has, so nothing is lost on the way. A lost query has no
 * value there; it is counted as the highest trackable one, HIST_MAX, which no timeout reaches. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "out/bench_put.h"
#include "out/put.h"

#define COOKIE_V2            0x1c849313 /* 0x10: a word size of one, that of LEB128 */
#define COOKIE_V2_COMPRESSED 0x1c849314
#define SIGNIFICANT_DIGITS   2
#define HEADER_LEN           40
#define WRAPPER_LEN          8
#define COUNT_LEN_MAX        9  /* octets of a count */
#define VERSION_MAX          64 /* readers take header lines of 127 octets */
#define PLAIN_MAX            (HEADER_LEN + HIST_CELLS * COUNT_LEN_MAX)

_Static_assert(HIST_STEPS == 128, "two significant digits are 128 steps an octave");

static uint8_t *put_be32(uint8_t *to, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(value >> shift);
    return to;
}

static uint8_t *put_be64(uint8_t *to, uint64_t value)
{
    return put_be32(put_be32(to, (uint32_t)(value >> 32)), (uint32_t)value);
}

/* Seven bits an octet, the low ones first; the ninth octet holds eight. */
static uint8_t *put_zigzag(uint8_t *to, int64_t value)
{
    uint64_t rest = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
    for (int i = 0; i < COUNT_LEN_MAX - 1; i++) {
        if (rest < 0x80) {
            *to++ = (uint8_t)rest;
            return to;
        }
        *to++ = (uint8_t)(rest | 0x80);
        rest >>= 7;
    }
    *to++ = (uint8_t)rest;
    return to;
}

static int64_t count_at(const struct hist *hist, size_t cell)
{
    uint64_t count = hist->cells[cell];
    if (cell == HIST_CELLS - 1)
        count += hist->beyond;
    return count < INT64_MAX ? (int64_t)count : INT64_MAX;
}

static uint8_t *put_counts(uint8_t *to, const struct hist *hist)
{
    int64_t zeros = 0;
    for (size_t cell = 0; cell < HIST_CELLS; cell++) {
        int64_t count = count_at(hist, cell);
        if (count == 0) {
            zeros++;
            continue;
        }
        if (zeros > 0)
            to = put_zigzag(to, -zeros);
        zeros = 0;
        to = put_zigzag(to, count);
    }
    return to;
}

/* HIST to PLAIN (PLAIN_MAX octets); its length. */
static size_t encode(uint8_t *plain, const struct hist *hist)
{
    const double ratio = 1;
    uint64_t ratio_bits;
    memcpy(&ratio_bits, &ratio, sizeof ratio_bits);
    uint8_t *end = put_counts(plain + HEADER_LEN, hist);
    uint8_t *to = put_be32(plain, COOKIE_V2);
    to = put_be32(to, (uint32_t)(end - plain - HEADER_LEN));
    to = put_be32(to, 0);
    to = put_be32(to, SIGNIFICANT_DIGITS);
    to = put_be64(to, 1);
    to = put_be64(to, (uint64_t)HIST_MAX);
    put_be64(to, ratio_bits);
    return (size_t)(end - plain);
}

/* RFC 4648 section 4. */
static void put_base64(struct text *out, const uint8_t *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)data[i] << 16;
        group |= left > 1 ? (uint32_t)data[i + 1] << 8 : 0;
        group |= left > 2 ? data[i + 2] : 0;
        text_putc(out, digits[group >> 18]);
        text_putc(out, digits[group >> 12 & 63]);
        text_putc(out, left > 1 ? digits[group >> 6 & 63] : '=');
        text_putc(out, left > 2 ? digits[group & 63] : '=');
    }
}

/* What would end a tag or a line becomes a low line. */
static void put_tag(struct text *out, const char *name, const char *series)
{
    text_puts(out, "Tag=");
    for (; *name; name++)
        text_putc(out, *name <= ' ' || *name > '~' || *name == ',' ? '_' : *name);
    text_printf(out, "/%s,", series);
}

struct encoder {
    uint8_t plain[PLAIN_MAX];
    uint8_t *packed; /* WRAPPER_LEN, then what zlib makes of PLAIN */
    uLong cap;       /* of what follows the wrapper */
};

static int put_series(struct text *out, struct encoder *encoder, const struct bench_target *target,
                      const char *series, const struct hist *hist)
{
    uLongf len = encoder->cap;
    if (hist_count(hist) == 0)
        return 0;
    if (compress(encoder->packed + WRAPPER_LEN, &len, encoder->plain,
                 encode(encoder->plain, hist)) != Z_OK)
        return ERR_NOMEM; /* nothing else can go wrong: there is room for whatever it makes */
    put_be32(put_be32(encoder->packed, COOKIE_V2_COMPRESSED), (uint32_t)len);
    put_tag(out, or_empty(target->name), series);
    mono_ns most = hist->beyond > 0 ? HIST_MAX : hist_most(hist);
    text_printf(out, "0.000,%.3f,%.3f,", load_result_seconds(target->result),
                (double)most / (double)NS_PER_MS);
    put_base64(out, encoder->packed, WRAPPER_LEN + len);
    text_putc(out, '\n');
    return 0;
}

static int put_target(struct text *out, struct encoder *encoder, const struct bench_target *target)
{
    static const char *const series[LOAD_CLASSES] = {
        [LOAD_HIT] = "response-hit",
        [LOAD_MISS] = "response-miss",
        [LOAD_NXDOMAIN] = "response-nxdomain",
        [LOAD_OTHER] = "response-other",
    };
    const struct load_result *result = target->result;
    struct hist all;
    load_result_response(result, &all);
    int error = put_series(out, encoder, target, "response", &all);
    for (int class = 0; class < LOAD_CLASSES && !error; class ++)
        error = put_series(out, encoder, target, series[class], &result->response[class]);
    if (!error)
        error = put_series(out, encoder, target, "service", &result->service);
    if (!error)
        error = put_series(out, encoder, target, "lag", &result->lag);
    return error;
}

static void put_head(struct text *out, const struct bench_report *report)
{
    text_puts(out, "#[Logged with dnstrawl ");
    for (const char *c = or_empty(report->version); *c && c < report->version + VERSION_MAX; c++)
        text_putc(out, *c <= ' ' || *c > '~' ? '_' : *c);
    text_puts(out, "]\n#[Histogram log format version 1.3]\n");
    int64_t started_ms = report->started_ms > 0 ? report->started_ms : 0;
    text_printf(out, "#[StartTime: %lld.%03d (seconds since epoch), ",
                (long long)(started_ms / 1000), (int)(started_ms % 1000));
    put_time(out, started_ms);
    text_printf(out, "]\n#[Values are nanoseconds; a lost query counts as %lld, the highest]\n",
                (long long)HIST_MAX);
    text_puts(out, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
                   "\"Interval_Compressed_Histogram\"\n");
}

int bench_hdr(struct text *out, const struct bench_report *report)
{
    int error = 0;
    struct encoder *encoder = malloc(sizeof *encoder);
    if (!encoder)
        return ERR_NOMEM;
    encoder->cap = compressBound(PLAIN_MAX);
    encoder->packed = malloc(WRAPPER_LEN + encoder->cap);
    if (!encoder->packed)
        error = ERR_NOMEM;
    put_head(out, report);
    for (size_t i = 0; i < report->target_count && !error; i++)
        if (report->targets[i].result)
            error = put_target(out, encoder, &report->targets[i]);
    free(encoder->packed);
    free(encoder);
    return !error && out->failed ? ERR_NOMEM : error;
}
