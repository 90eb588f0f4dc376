// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lab/outfile.h"

#define STEPS (1u << TALLY_BITS)

int tally_create(struct tally **out, uint32_t stamp_cap)
{
    struct tally *tally = calloc(1, sizeof *tally);
    *out = NULL;
    if (!tally)
        return ERR_NOMEM;
    if (stamp_cap) {
        size_t size = stamp_cap * sizeof *tally->stamps;
        tally->stamps = malloc(size);
        if (!tally->stamps) {
            free(tally);
            return ERR_NOMEM;
        }
        memset(tally->stamps, 0xff, size); /* the pages come now, not under load */
        tally->stamp_cap = stamp_cap;
    }
    *out = tally;
    return 0;
}

void tally_destroy(struct tally *tally)
{
    if (!tally)
        return;
    free(tally->stamps);
    free(tally);
}

static size_t cell_of(int64_t value)
{
    if (value < STEPS)
        return value > 0 ? (size_t)value : 0;
    unsigned shift = 63u - (unsigned)__builtin_clzll((uint64_t)value) - TALLY_BITS;
    size_t cell = ((size_t)(shift + 1) << TALLY_BITS) + ((uint64_t)value >> shift) - STEPS;
    return cell < TALLY_CELLS ? cell : TALLY_CELLS - 1;
}

static double cell_middle(size_t cell)
{
    if (cell < STEPS)
        return (double)cell;
    unsigned shift = (unsigned)(cell >> TALLY_BITS) - 1;
    double low = (double)(((cell & (STEPS - 1)) + STEPS) << shift);
    return low + (double)((1ULL << shift) - 1) / 2;
}

void tally_hist_add(struct tally_hist *hist, int64_t value)
{
    hist->cells[cell_of(value)]++;
    hist->count++;
    hist->sum += (double)value;
    if (value > hist->most)
        hist->most = value;
}

double tally_hist_percentile(const struct tally_hist *hist, double share, uint64_t out_of)
{
    double rank = ceil(share * (double)out_of); /* the rank-th value, from 1 */
    uint64_t seen = 0;
    for (size_t i = 0; i < TALLY_CELLS; i++) {
        seen += hist->cells[i];
        if (seen && (double)seen >= rank)
            return cell_middle(i);
    }
    return -1;
}

static struct tally_stamp *next_stamp(struct tally *tally)
{
    if (tally->stamp_count < tally->stamp_cap)
        return &tally->stamps[tally->stamp_count++];
    tally->stamps_left_out += tally->stamps != NULL;
    return NULL;
}

uint32_t tally_answered(struct tally *tally, int64_t arrival, int64_t due)
{
    struct tally_stamp *stamp = next_stamp(tally);
    tally_hist_add(&tally->imposed, due - arrival);
    if (!stamp)
        return TALLY_NO_STAMP;
    *stamp = (struct tally_stamp){arrival, due - arrival, TALLY_UNANSWERED};
    return tally->stamp_count - 1;
}

void tally_unanswered(struct tally *tally, int64_t arrival)
{
    struct tally_stamp *stamp = next_stamp(tally);
    if (stamp)
        *stamp = (struct tally_stamp){arrival, TALLY_UNANSWERED, TALLY_UNANSWERED};
}

void tally_sent(struct tally *tally, uint32_t stamp, int64_t arrival, int64_t due, int64_t sent)
{
    tally_hist_add(&tally->given, sent - arrival);
    tally_hist_add(&tally->late, sent - due);
    if (stamp != TALLY_NO_STAMP)
        tally->stamps[stamp].sent = sent - arrival;
}

/* `"NAME":{"count":..,"mean":..,"p50":..,...,"max":..}` in units of UNIT ns; null: beyond. */
static void put_hist(struct text *t, const char *name, const struct tally_hist *hist,
                     uint64_t out_of, double unit)
{
    static const struct {
        const char *key;
        double share;
    } shares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}};
    text_printf(t, "\"%s\":{\"count\":%llu,\"mean\":%.4f", name, (unsigned long long)out_of,
                hist->count ? hist->sum / (double)hist->count / unit : 0);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double value = tally_hist_percentile(hist, shares[i].share, out_of);
        if (value < 0)
            text_printf(t, ",\"%s\":null", shares[i].key);
        else
            text_printf(t, ",\"%s\":%.4f", shares[i].key, value / unit);
    }
    text_printf(t, ",\"max\":%.4f}", (double)hist->most / unit);
}

void tally_put(struct text *t, const struct tally *tally)
{
    uint64_t unanswered = tally->lost + tally->full;
    text_printf(t,
                "\"timed\":{\"lost\":%llu,\"queue_full\":%llu,\"in_flight_most\":%llu,"
                "\"clock_steps\":%llu,\"stamps\":%u,\"stamps_left_out\":%llu,",
                (unsigned long long)tally->lost, (unsigned long long)tally->full,
                (unsigned long long)tally->in_flight_most, (unsigned long long)tally->clock_steps,
                tally->stamp_count, (unsigned long long)tally->stamps_left_out);
    put_hist(t, "imposed_ms", &tally->imposed, tally->imposed.count, 1e6);
    text_putc(t, ',');
    put_hist(t, "imposed_of_all_ms", &tally->imposed, tally->imposed.count + unanswered, 1e6);
    text_putc(t, ',');
    put_hist(t, "given_ms", &tally->given, tally->given.count, 1e6);
    text_putc(t, ',');
    put_hist(t, "given_of_all_ms", &tally->given, tally->given.count + unanswered, 1e6);
    text_putc(t, ',');
    put_hist(t, "late_us", &tally->late, tally->late.count, 1e3);
    text_puts(t, "},");
}

int tally_write_stamps(const struct tally *tally, const char *path)
{
    struct outfile out;
    int err = outfile_open(&out, path);
    if (err)
        return err;
    int64_t first = tally->stamp_count ? tally->stamps[0].arrival : 0;
    fprintf(out.file, "# the first came %lld.%09lld s after 1970\n", (long long)(first / NS_PER_S),
            (long long)(first % NS_PER_S));
    for (uint32_t i = 0; i < tally->stamp_count; i++) {
        const struct tally_stamp *stamp = &tally->stamps[i];
        fprintf(out.file, "%lld\t%lld\t%lld\n", (long long)(stamp->arrival - first),
                (long long)stamp->imposed, (long long)stamp->sent);
    }
    return outfile_close(&out);
}
