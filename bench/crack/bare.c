// SPDX-License-Identifier: BSD-2-Clause
/* What hashing alone takes, the yardstick of `crack`; and hashes to crack.
 *
 *   bare rate [KERNEL]    `block RATE` and `search RATE`, hashes a second on one thread: whole
 *                         blocks, and the search that masks use, of which nothing is looked up
 *   bare hashes ZONE      a line in hashcat's format for each name on stdin, no salt, no iterations
 *
 * The best of ROUNDS short rounds each: what else the machine does only makes it slower. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/lines.h"
#include "dns/nsec3_heads.h"
#include "source/hashfile.h"

#define ROUNDS   20
#define HEADS    1369 /* two places of 37 characters: what a mask's inner places make */
#define OUTER    400  /* tails a round */
#define HEAD_LEN 7

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double rate_of_blocks(const struct sha1_kernel *kernel)
{
    _Alignas(SHA1_ALIGN) uint32_t words[SHA1_BLOCK_WORDS * SHA1_LANES_MAX] = {0};
    _Alignas(SHA1_ALIGN) uint32_t state[SHA1_STATE_WORDS * SHA1_LANES_MAX] = {0};
    const size_t count = (size_t)HEADS * OUTER / kernel->lanes;
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double started = seconds();
        for (size_t i = 0; i < count; i++)
            kernel->block(state, words);
        double rate = (double)(count * kernel->lanes) / (seconds() - started);
        best = rate > best ? rate : best;
    }
    return best;
}

static double rate_of_search(const struct sha1_kernel *kernel)
{
    static const uint8_t zone[] = "\7example\3com",
                         alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const struct nsec3_params params = {.algorithm = 1};
    struct nsec3_many many;
    struct nsec3_heads heads;
    struct nsec3_tail tail;
    double best = 0;
    nsec3_many_init(&many, &params, kernel);
    if (nsec3_heads_init(&heads, HEAD_LEN, HEADS) != 0)
        return 0;
    uint32_t *out = aligned_alloc(SHA1_ALIGN, heads.cap * sizeof *out);
    for (size_t i = 0; i < HEADS; i++) {
        const uint8_t head[HEAD_LEN] = {HEAD_LEN - 1, alphabet[i % 37], alphabet[i / 37]};
        nsec3_heads_add(&heads, head);
    }
    int error = nsec3_heads_prepare(&heads, kernel);
    if (!error)
        error = nsec3_tail_init(&tail, HEAD_LEN, zone, &params);
    for (int round = 0; round < ROUNDS && !error && out; round++) {
        double started = seconds();
        for (unsigned i = 0; i < OUTER; i++) {
            nsec3_tail_set(&tail, 4, (uint8_t)i, (uint8_t)(i + 1));
            nsec3_heads_fifths(&many, &heads, &tail, out);
        }
        double rate = (double)HEADS * OUTER / (seconds() - started);
        best = rate > best ? rate : best;
    }
    free(out);
    nsec3_heads_deinit(&heads);
    return best;
}

static int print_rates(const char *name)
{
    const struct sha1_kernel *kernel = name ? sha1_kernel_find(name) : sha1_kernel_best();
    if (!kernel) {
        fprintf(stderr, "bare: no %s here\n", name);
        return 1;
    }
    printf("kernel %s\nblock %.0f\nsearch %.0f\n", kernel->name, rate_of_blocks(kernel),
           rate_of_search(kernel));
    return 0;
}

static int print_hash(void *ctx, const char *file, const struct line *line)
{
    const struct name *zone = ctx;
    struct hash_record record = {.params = {.algorithm = 1}};
    struct name name;
    struct text out = {0};
    if (name_from_text(&name, line->data, line->len) != 0) {
        fprintf(stderr, "bare: %s:%llu is no name\n", file, (unsigned long long)line->number);
        return ERR_SYNTAX;
    }
    nsec3_hash(&record.params, name.wire, record.hash);
    hashfile_put(&out, HASH_HASHCAT, zone->wire, &record);
    size_t written = out.failed ? 0 : fwrite(out.data, 1, out.len, stdout);
    int error = written == out.len && !out.failed ? 0 : ERR_IO;
    text_deinit(&out);
    return error;
}

int main(int argc, char **argv)
{
    struct name zone;
    if (argc >= 2 && strcmp(argv[1], "rate") == 0)
        return print_rates(argc > 2 ? argv[2] : NULL);
    if (argc == 3 && strcmp(argv[1], "hashes") == 0 &&
        name_from_text(&zone, argv[2], strlen(argv[2])) == 0)
        return lines_each("-", print_hash, &zone) == 0 && fflush(stdout) == 0 ? 0 : 1;
    fprintf(stderr, "usage: bare rate [KERNEL] | bare hashes ZONE <NAMES\n");
    return 2;
}
