// SPDX-License-Identifier: BSD-2-Clause
/* Words below parents.
 *
 * 1. Under the lock, a thread reads words into bins by their length until one is full (or, at the
 *    end of the lists, until any has words) and takes that bin away. Plain words, nearly all of
 *    any list, are read where they lie in the reader's buffer; any other line goes the long way.
 * 2. Without the lock it hashes the bin before every parent.
 *
 * A word of more than 64 octets is tried by itself. Lists that cannot be read again, stdin
 * and pipes, are written to a file without a name while they are read the first time. */
#include "scan/crack_state.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "scan/nameless.h"
#include "source/source.h"

#define BIN_WORDS       1024
#define SHOWN_MAX       80
/* Preparing a bin costs what a few dozen tries save. */
#define WORTH_PREPARING 64

struct crack_words {
    struct crack_stage stage;
    const struct str_list *files; /* borrowed; empty: the list in memory */
    const char *data;
    size_t data_len, data_at;
    enum crack_by by;
    struct nameless *kept; /* of each file; those that can be read again need none */
    uint8_t plain[256];    /* octets of plain words as small letters; 0: not one */

    /* of a stage, under LOCK */
    pthread_mutex_t lock;
    struct lines *lines; /* of file file_at - 1, open */
    size_t file_at;
    bool is_first; /* nobody has read the lists before: bad words are told, pipes kept */
    uint64_t word_count, bad_count;
    struct nsec3_heads bins[NSEC3_HEAD_MAX + 1];
    unsigned bin_at; /* at the end, the next bin to be emptied */

    size_t parents_from;
};

int crack_words_create(struct crack_words **out, const struct str_list *files, const char *data,
                       size_t len, enum crack_by by)
{
    struct crack_words *words = calloc(1, sizeof *words);
    *out = words;
    if (!words)
        return ERR_NOMEM;
    words->kept = calloc(files->count + 1, sizeof *words->kept);
    words->files = files;
    words->data = data;
    words->data_len = len;
    words->by = by;
    words->is_first = true;
    for (const char *c = "abcdefghijklmnopqrstuvwxyz0123456789-_"; *c; c++) {
        words->plain[toupper((unsigned char)*c)] = (uint8_t)*c;
        words->plain[(unsigned char)*c] = (uint8_t)*c;
    }
    pthread_mutex_init(&words->lock, NULL);
    if (words->kept)
        return 0;
    crack_words_destroy(words);
    *out = NULL;
    return ERR_NOMEM;
}

void crack_words_destroy(struct crack_words *words)
{
    if (!words)
        return;
    for (size_t i = 0; words->kept && i < words->files->count; i++)
        nameless_close(&words->kept[i]);
    free(words->kept);
    pthread_mutex_destroy(&words->lock);
    free(words);
}

/* --- reading, under the lock --- */

static bool can_be_read_again(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int tell_file(const char *path, int error)
{
    if (error == ERR_IO)
        log_error("%s: %s", path, strerror(errno));
    else if (error == ERR_FORMAT)
        log_error("%s: %s", path, err_text(error));
    return error;
}

/* The next file that has something for this stage. LINES_GOT, LINES_END or an error, told. */
static int open_next(struct crack_words *words)
{
    while (words->file_at < words->files->count) {
        size_t i = words->file_at++;
        const char *path = words->files->items[i];
        bool is_again = can_be_read_again(path);
        if (!words->is_first && !is_again && !nameless_is_open(&words->kept[i]))
            continue; /* it could not be kept, which was told */
        if (words->is_first && !is_again && nameless_open(&words->kept[i], "words") != 0)
            log_note("%s: its words will not be tried below names that are found", path);
        char kept_path[NAMELESS_PATH_MAX];
        int error = words->is_first || is_again
                        ? lines_open(&words->lines, path)
                        : lines_open(&words->lines, nameless_path(&words->kept[i], kept_path));
        return error ? tell_file(path, error) : LINES_GOT;
    }
    return LINES_END;
}

static int next_of_memory(struct crack_words *words, struct line *line)
{
    if (words->data_at >= words->data_len)
        return LINES_END;
    const char *at = words->data + words->data_at;
    const char *stop = memchr(at, '\n', words->data_len - words->data_at);
    size_t len = stop ? (size_t)(stop - at) : words->data_len - words->data_at;
    words->data_at += len + 1;
    *line = (struct line){.data = at, .len = len};
    return (int)lines_trim(&line->data, &line->len);
}

static int next_line(struct crack_words *words, struct line *line)
{
    if (words->files->count == 0)
        return next_of_memory(words, line);
    if (!words->lines) {
        int state = open_next(words);
        if (state != LINES_GOT)
            return state;
    }
    int state = lines_next(words->lines, false, line);
    if (state == LINES_END) {
        lines_close(words->lines);
        words->lines = NULL;
        return LINES_SKIP; /* the next file's turn */
    }
    return state < 0 ? tell_file(words->files->items[words->file_at - 1], state) : state;
}

static void complain(struct crack_words *words, const struct line *line, const char *why)
{
    bool is_long = line->len > SHOWN_MAX;
    if (!words->is_first || words->bad_count++ >= SOURCE_COMPLAINTS_MAX || !words->lines)
        return;
    log_note("%s:%llu: '%.*s%s' %s", lines_name(words->lines), (unsigned long long)line->number,
             is_long ? SHOWN_MAX : (int)line->len, line->data, is_long ? "..." : "", why);
}

/* Good words of a list that is kept, as lines. */
static void keep(struct crack_words *words, const char *data, size_t len)
{
    if (!words->is_first || !words->lines)
        return;
    struct nameless *kept = &words->kept[words->file_at - 1];
    if (nameless_is_open(kept) && nameless_put(kept, data, len) != 0) {
        log_note("%s: its words will not be tried below names that are found",
                 lines_name(words->lines));
        nameless_close(kept);
    }
}

/* Reads one word: LINES_GOT, or what lines_next says. */
static int next_word(struct crack_words *words, struct name *out)
{
    struct line line;
    int state = next_line(words, &line);
    if (state != LINES_GOT)
        return state;
    int error = line.too_long ? ERR_RANGE : source_name_from_text(out, line.data, line.len);
    if (error == ERR_NOMEM)
        return error;
    if (error || out->len <= 1) {
        complain(words, &line, error == ERR_RANGE ? "is too long" : "is not a name");
        return LINES_SKIP;
    }
    keep(words, line.data, line.len);
    keep(words, "\n", 1);
    words->word_count++;
    return LINES_GOT;
}

/* Adds a word of LEN octets to its bin; 1: that is full now. */
static int put_word(struct crack_words *words, const uint8_t *head, unsigned len)
{
    struct nsec3_heads *bin = &words->bins[len];
    if (!bin->words) {
        int error = nsec3_heads_init(bin, len, BIN_WORDS);
        if (error)
            return error;
    }
    nsec3_heads_add(bin, head);
    return bin->count == bin->cap;
}

/* What nearly every line of a list is: 1 to 63 letters, digits, `-` and `_`, and the newline. As a
 * label in HEAD, its length; 0: LINE, in which there is a newline, is something else. */
static unsigned plain_word(const struct crack_words *words, const char *line, uint8_t *head)
{
    unsigned len = 0;
    uint8_t octet;
    while (len < NAME_LABEL_MAX && (octet = words->plain[(unsigned char)line[len]]) != 0)
        head[++len] = octet;
    head[0] = (uint8_t)len;
    return line[len] == '\n' ? len : 0;
}

/* Takes the plain words that lie ready, up to one that is not or fills its bin: the length of its
 * head then, else 0. */
static int take_plain(struct crack_words *words)
{
    size_t len;
    uint64_t count = 0;
    int result = 0;
    if (!words->lines)
        return 0;
    const char *data = lines_ready(words->lines, &len), *at = data;
    while (at < data + len && result == 0) {
        uint8_t head[NAME_LABEL_MAX + 1];
        unsigned word_len = plain_word(words, at, head);
        if (word_len == 0)
            break;
        result = put_word(words, head, word_len + 1);
        result = result > 0 ? (int)word_len + 1 : result;
        at += word_len + 1;
        count++;
    }
    keep(words, data, (size_t)(at - data));
    words->word_count += count;
    lines_take(words->lines, (size_t)(at - data), count);
    return result;
}

static bool take_bin(struct crack_words *words, unsigned at, struct nsec3_heads *out)
{
    if (!words->bins[at].words)
        return false;
    *out = words->bins[at];
    words->bins[at].words = NULL;
    return true;
}

/* What a thread takes away: a bin, or one long word (BIN without words). */
static int take_work(struct crack_words *words, struct crack_run *run, struct nsec3_heads *bin,
                     struct name *word)
{
    while (!crack_is_stopped(run)) {
        int full = take_plain(words);
        if (full < 0)
            return full;
        if (full > 0 && take_bin(words, (unsigned)full, bin))
            return CRACK_STEP_MORE;
        int state = next_word(words, word);
        if (state == LINES_WAIT)
            return CRACK_STEP_WAIT;
        if (state < 0)
            return state;
        if (state == LINES_END)
            break;
        if (state == LINES_SKIP)
            continue;
        if (word->len - 1 > NSEC3_HEAD_MAX)
            return CRACK_STEP_MORE;
        int is_full = put_word(words, word->wire, word->len - 1u);
        if (is_full < 0)
            return is_full;
        if (is_full && take_bin(words, word->len - 1u, bin))
            return CRACK_STEP_MORE;
    }
    while (words->bin_at <= NSEC3_HEAD_MAX)
        if (take_bin(words, words->bin_at++, bin))
            return CRACK_STEP_MORE;
    return CRACK_STEP_END;
}

/* --- trying, without it --- */

static bool is_open(const struct crack_chain *chain)
{
    return atomic_load_explicit(&chain->open_count, memory_order_relaxed) > 0;
}

static int try_bin(const struct crack_words *words, struct crack_run *run,
                   struct crack_scratch *scratch, const struct nsec3_heads *bin)
{
    int error = 0;
    for (size_t i = words->parents_from; i < run->parent_count && !error; i++) {
        const uint8_t *parent = run->parent_names.octets + run->parents[i].name_at;
        struct crack_chain *chain = &run->targets->chains[run->parents[i].chain];
        struct nsec3_tail tail;
        if (crack_is_stopped(run))
            break;
        if (is_open(chain) && nsec3_tail_init(&tail, bin->len, parent, &chain->many.params) == 0)
            error = crack_try(run, scratch, chain, bin, &tail, parent, NULL, words->by);
    }
    return error;
}

static int try_word(const struct crack_words *words, struct crack_run *run, const struct name *word)
{
    int result = 0;
    for (size_t i = words->parents_from; i < run->parent_count && result >= 0; i++) {
        const uint8_t *parent = run->parent_names.octets + run->parents[i].name_at;
        struct crack_chain *chain = &run->targets->chains[run->parents[i].chain];
        struct name suffix = {.len = (uint8_t)name_len(parent)}, name;
        if (crack_is_stopped(run))
            break;
        memcpy(suffix.wire, parent, suffix.len);
        if (!is_open(chain) || name_join(&name, word, &suffix) != 0)
            continue;
        result = crack_note(run, chain, name.wire, words->by);
        atomic_fetch_add(&run->hashes, 1);
        atomic_fetch_add(&run->stage_done, 1);
    }
    return result < 0 ? result : 0;
}

static int step(struct crack_stage *stage, struct crack_run *run, struct crack_scratch *scratch)
{
    struct crack_words *words = (struct crack_words *)stage;
    struct nsec3_heads bin = {.words = NULL};
    struct name word;
    pthread_mutex_lock(&words->lock);
    int result = take_work(words, run, &bin, &word);
    pthread_mutex_unlock(&words->lock);
    if (result != CRACK_STEP_MORE)
        return result;
    if (bin.words && run->parent_count - words->parents_from >= WORTH_PREPARING)
        result = nsec3_heads_prepare(&bin, run->kernel);
    if (result < 0)
        return result;
    int error = bin.words ? try_bin(words, run, scratch, &bin) : try_word(words, run, &word);
    nsec3_heads_deinit(&bin);
    return error ? error : CRACK_STEP_MORE;
}

static void rewind_lists(struct crack_words *words, size_t parents_from)
{
    words->parents_from = parents_from;
    words->file_at = words->data_at = 0;
    words->bin_at = 0;
    words->word_count = 0;
}

static void end_lists(struct crack_words *words)
{
    for (unsigned i = 0; i <= NSEC3_HEAD_MAX; i++)
        nsec3_heads_deinit(&words->bins[i]);
    lines_close(words->lines);
    words->lines = NULL;
    if (words->bad_count > SOURCE_COMPLAINTS_MAX && words->is_first)
        log_note("%llu further words are no names",
                 (unsigned long long)(words->bad_count - SOURCE_COMPLAINTS_MAX));
    words->is_first = false;
}

int crack_words_run(struct crack_words *words, struct crack_run *run, size_t from)
{
    uint64_t known = words->is_first ? 0 : words->word_count;
    rewind_lists(words, from);
    words->stage.step = step;
    words->stage.text = words->by == CRACK_BY_TYPE ? "names by type" : "words";
    words->stage.total = known * (run->parent_count - from);
    int error = crack_stage_run(run, &words->stage);
    end_lists(words);
    return error;
}
