// SPDX-License-Identifier: BSD-2-Clause
/* Data and lists of the fast mode's zone. */
#include "bench/lab/fastzone.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "bench/lab/outfile.h"

void fastzone_init(struct fastzone *zone, const struct name *apex, uint64_t seed, uint64_t count,
                   double exists_share)
{
    *zone = (struct fastzone){.apex = *apex, .count = count, .seed = seed};
    labels_init(&zone->labels, seed);
    zone->threshold =
        exists_share >= 1 ? UINT64_MAX : (uint64_t)(exists_share * 18446744073709551616.0);
}

/* The bits are below a threshold, so their top is no longer random. */
void fastzone_a(uint64_t bits, uint8_t out[4])
{
    out[0] = 198;
    out[1] = (uint8_t)(18 | (bits >> 16 & 1));
    out[2] = (uint8_t)(bits >> 8);
    out[3] = (uint8_t)bits;
}

bool fastzone_aaaa(uint64_t bits, uint8_t out[16])
{
    static const uint8_t prefix[8] = {0x20, 0x01, 0x0d, 0xb8};
    memcpy(out, prefix, sizeof prefix);
    for (unsigned i = 0; i < 8; i++)
        out[8 + i] = (uint8_t)(bits >> (i % 4 * 8));
    return bits >> 17 & 1;
}

int fastzone_emit_list(const struct fastzone *zone, bool is_words, const char *path)
{
    struct outfile out;
    char text[LABELS_TEXT_MAX], apex[NAME_TEXT_MAX + 1] = ".";
    int err = outfile_open(&out, path);
    if (err)
        return err;
    size_t apex_len = is_words ? 0 : 1 + name_to_text(zone->apex.wire, apex + 1);
    for (uint64_t i = 0; i < zone->count; i++) {
        fwrite(text, 1, labels_text(&zone->labels, i, text), out.file);
        fwrite(apex, 1, apex_len, out.file);
        putc('\n', out.file);
    }
    return outfile_close(&out);
}

int fastzone_emit_truth(const struct fastzone *zone, const char *path)
{
    struct outfile out;
    char label[LABELS_TEXT_MAX], apex[NAME_TEXT_MAX], text[INET6_ADDRSTRLEN];
    int err = outfile_open(&out, path);
    if (err)
        return err;
    name_to_text(zone->apex.wire, apex);
    fputs("# name\tclass\ttypes\tdata\n", out.file);
    for (uint64_t i = 0; i < zone->count; i++) {
        uint64_t bits = fastzone_bits(zone, i);
        uint8_t v4[4], v6[16];
        if (bits > zone->threshold)
            continue;
        labels_text(&zone->labels, i, label);
        fastzone_a(bits, v4);
        bool has_v6 = fastzone_aaaa(bits, v6);
        fprintf(out.file, "%s.%s\t%s\tA %s", label, apex, has_v6 ? "dual\tA,AAAA" : "host\tA",
                inet_ntop(AF_INET, v4, text, sizeof text));
        if (has_v6)
            fprintf(out.file, "\tAAAA %s", inet_ntop(AF_INET6, v6, text, sizeof text));
        putc('\n', out.file);
    }
    return outfile_close(&out);
}
