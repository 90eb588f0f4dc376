// SPDX-License-Identifier: BSD-2-Clause
/* A source that follows, told anything: verdicts in any order and late, doubts, answers taken
 * back, cursors that leave. It hands out each made name once, nothing outside the zone, counts
 * what it hands out, and comes to its end once it was told of everything.
 *
 * The first octets choose options; the others are, in turn, what becomes of each candidate. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "source/follow.h"

#define STEPS_MAX 300 /* then everything else is told not to exist */
#define OUT_MAX   64

struct play {
    const uint8_t *data;
    size_t len, at;
    struct source *source;
    struct source_cursor *cursors[2];
    struct candidate out[OUT_MAX]; /* handed out, not told of */
    uint32_t out_count;
    uint64_t handed_out, steps;
    struct set *asked;
};

static void must(int holds)
{
    if (!holds)
        abort();
}

static uint8_t octet(struct play *play)
{
    return play->at < play->len ? play->data[play->at++] : 0;
}

static int make_list(const char *text, char path[64])
{
    int fd = memfd_create("list", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static unsigned zone_labels(void *ctx, const struct name *name)
{
    (void)ctx;
    unsigned labels = name_label_count(name->wire);
    return labels < 2 ? labels : 2;
}

/* Tells what became of one that is out. */
static void tell_one(struct play *play)
{
    uint8_t choice = octet(play);
    uint32_t index = (uint32_t)(choice >> 4) % play->out_count;
    struct candidate candidate = play->out[index];
    play->out[index] = play->out[--play->out_count];
    enum verdict verdict = (enum verdict)(choice % VERDICT_COUNT);
    if (play->steps > STEPS_MAX)
        verdict = VERDICT_NXDOMAIN;
    bool was_lost = choice % 16 == 15; /* its tag, on the way through a ledger */
    const struct evidence evidence = {.tag = was_lost ? 0 : candidate.tag,
                                      .zone_labels = choice % 32 == 31 ? 0 : 2,
                                      .is_doubtful = choice % 8 == 5,
                                      .wildcard_labels = choice % 5};
    play->source->ops->learn(play->source, candidate.name.wire, verdict, &evidence);
    if (choice == 0xf0 && play->steps < STEPS_MAX) { /* taken back, and told of again */
        play->source->ops->take_back(play->source, 1);
        candidate.tag = 0;
        play->out[play->out_count++] = candidate;
    }
}

static void take(struct play *play, const struct candidate *candidate, int state)
{
    const struct name zone = {.len = 11, .wire = "\1z\7example"};
    play->handed_out++;
    if (state == SOURCE_GOT) {
        must(name_is_under(candidate->name.wire, zone.wire));
        int r =
            set_put(play->asked, set_key(play->asked, candidate->name.wire, candidate->name.len));
        must(r == SET_NEW || candidate->tag == 0); /* the input may repeat itself */
    }
    play->out[play->out_count++] = *candidate;
    if (state != SOURCE_GOT) {
        const struct evidence evidence = {.tag = candidate->tag};
        play->out_count--;
        play->source->ops->learn(play->source, candidate->name.wire, VERDICT_INVALID, &evidence);
    }
}

static void play_to_the_end(struct play *play)
{
    unsigned ended = 0;
    for (unsigned turn = 0; ended != 3; turn++, play->steps++) {
        struct candidate candidate;
        unsigned which = turn % 2;
        if (play->out_count == OUT_MAX || (play->out_count > 0 && octet(play) % 4 == 1))
            tell_one(play);
        if (play->out_count == OUT_MAX)
            continue;
        int r = play->source->ops->next(play->cursors[which], &candidate);
        must(r >= 0);
        if (r == SOURCE_END) {
            must(play->out_count == 0);
            ended |= 1u << which;
        } else if (r != SOURCE_WAIT) {
            must(ended == 0 || play->out_count > 0 || play->handed_out > 0);
            take(play, &candidate, r);
        } else if (play->out_count > 0) {
            tell_one(play);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct play play = {.data = data, .len = len};
    const struct source_share share = {.seed = 1, .shard_count = 1};
    char words_path[64], input_path[64], from_path[64], error_text[SOURCE_ERROR_CAP];
    const char *words = words_path, *input = input_path, *from = from_path;
    struct source *first;
    struct set *seen;
    log_init(LOG_ERROR, false);
    uint8_t choice = octet(&play);
    int fds[] = {make_list("a\nb-1\nx y\nc.d\n", words_path),
                 make_list("www.z.example\nweb01.z.example\na.b.z.example\nz.example\n"
                           "www.z.example\na..b\n",
                           input_path),
                 make_list("known-2.z.example\nweb01.z.example\nother.example\n", from_path)};
    must(set_create(&seen) == 0 && set_create(&play.asked) == 0);
    must(names_source_open(&first, &input, 1, NULL, 0, false, &share, error_text) == 0);
    const struct follow_params params = {.first = first,
                                         .seen = seen,
                                         .marks_repeats = choice & 8,
                                         .share = share,
                                         .depth = choice % 4,
                                         .word_files = &words,
                                         .word_file_count = 1,
                                         .permutes = choice & 4,
                                         .from_files = &from,
                                         .from_file_count = choice & 16 ? 1 : 0,
                                         .zone_labels = zone_labels};
    must(follow_source_open(&play.source, &params, error_text) == 0);
    for (int i = 0; i < 2; i++)
        must(play.source->ops->cursor_open(play.source, &play.cursors[i]) == 0);
    play_to_the_end(&play);
    must(play.source->ops->estimate(play.source).total == play.handed_out);
    for (int i = 0; i < 2; i++)
        play.source->ops->cursor_close(play.cursors[i]);
    play.source->ops->close(play.source);
    set_destroy(play.asked);
    set_destroy(seen);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    return 0;
}
