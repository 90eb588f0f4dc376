// SPDX-License-Identifier: BSD-2-Clause
/* The set (set.h): a directory of segments, and growth.
 *
 * A directory entry is a segment's address with its class, its size that is, in the
 * low 8 bits, so that one load tells both and one swap replaces both; 0 is a segment
 * that has no name yet. Old addresses cannot come back while somebody holds one
 * (set_grace.h), so a swap never mistakes a new segment for the old one.
 *
 * Classes. Eight sizes to start with, chosen by the segment's number; a segment grows by
 * eight classes, to 1.4 times its size. Larger steps would copy less often and leave more
 * empty: with 1.4 each name is copied 2.5 times in the long run, and with segments spread
 * evenly over a step the average is (1.4 - 1) / ln 1.4 = 1.19 times the smallest size:
 * 16 * 1.19 / 0.85 = 22.4 octets a name.
 *
 * Behind the lines of pairs is one more, for the note with which a segment is retired. */
#include "base/set.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "base/set_grace.h"
#include "base/set_seam.h"
#include "base/set_segment.h"
#include "base/set_store.h"

#define SEGMENTS    (1u << HOME_SHIFT) /* of 10^9 names one has 500,000, copied in 5 ms */
#define PHASES      8u                 /* sizes at which segments start */
#define LINES_FIRST 20u                /* of the smallest, of which 15 are used: 56 slots */
#define CLASSES     256u               /* sizes there are; the last are of some 50 MB */
#define CLASS_MASK  (CLASSES - 1)
#define BATCH       32u /* names whose cache misses overlap */
#define LOOKS       2u  /* lines fetched behind the first; few names go further */
_Static_assert(CLASSES <= SET_ALIGNMENT, "a class is kept in an address's low bits");
_Static_assert(CLASSES == STORE_SIZES && SEGMENTS / PHASES == STORE_SHARED,
               "every segment of a phase passes through each of its classes");

struct size {
    uint32_t bytes;
    uint32_t pair_count;
    uint32_t names_max; /* with one more it grows: 85 % */
};

struct set {
    _Atomic uintptr_t segments[SEGMENTS];
    atomic_uint counts[SEGMENTS]; /* names in each, ever */
    atomic_uint moved[CLASSES];   /* segments that have left a class */
    struct grace grace;
    struct set_store store;
    struct size sizes[CLASSES];
    uint64_t secret;
    atomic_size_t bytes;   /* of the segments */
    unsigned forced_every; /* tests: a growth for every so many names; 0 as needed */
};

static bool is_prime(uint32_t number)
{
    for (uint32_t i = 2; i * i <= number; i++) {
        if (number % i == 0)
            return false;
    }
    return true;
}

/* What is left over of a size because pairs are prime in number is not asked for. */
static void fill_sizes(struct size sizes[CLASSES])
{
    uint32_t line_counts[CLASSES] = {0};
    for (uint32_t i = 0; i < CLASSES; i++) {
        line_counts[i] = i < PHASES ? LINES_FIRST + i : line_counts[i - PHASES] * 7 / 5;
        uint32_t pairs = (line_counts[i] - 1) / 2;
        while (!is_prime(pairs))
            pairs--;
        sizes[i] = (struct size){
            .bytes = (2 * pairs + 1) * SEGMENT_LINE,
            .pair_count = pairs,
            .names_max = pairs * PAIR_SLOTS / 100 * 85 + pairs * PAIR_SLOTS % 100 * 85 / 100,
        };
    }
}

static int read_secret(uint64_t *out)
{
    ssize_t got;
    do
        got = getrandom(out, sizeof *out, 0); /* so few bytes come whole */
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *out ? 0 : ERR_IO;
}

static void free_set(struct set *set)
{
    set_free(NULL, &(struct set_block){.memory = set, .bytes = sizeof *set});
}

int set_create(struct set **out)
{
    *out = NULL;
    struct set *set = set_alloc(NULL, 0, sizeof *set);
    if (!set)
        return ERR_NOMEM;
    fill_sizes(set->sizes);
    set->grace.store = &set->store;
    int error = read_secret(&set->secret);
    if (error)
        free_set(set);
    else
        *out = set;
    return error;
}

static struct line *lines_of(uintptr_t entry)
{
    return (struct line *)(entry & ~(uintptr_t)CLASS_MASK);
}

static const struct size *size_of(const struct set *set, uintptr_t entry)
{
    return &set->sizes[entry & CLASS_MASK];
}

static struct set_block block_of(const struct set *set, uintptr_t entry)
{
    return (struct set_block){.memory = lines_of(entry),
                              .bytes = size_of(set, entry)->bytes,
                              .size = (unsigned)(entry & CLASS_MASK)};
}

void set_destroy(struct set *set)
{
    if (!set)
        return;
    grace_deinit(&set->grace);
    for (unsigned i = 0; i < SEGMENTS; i++) {
        const struct set_block block = block_of(set, set->segments[i]);
        if (block.memory)
            set_free(&set->store, &block);
    }
    set_store_deinit(&set->store);
    free_set(set);
}

void set_force_growth(struct set *set, unsigned names)
{
    set->forced_every = names;
}

static uint64_t usable(uint64_t word)
{
    return word + (word == WORD_EMPTY) - (word == WORD_FROZEN);
}

struct hash128 set_key(const struct set *set, const void *bytes, size_t len)
{
    struct hash128 key = hash128(bytes, len, set->secret);
    return (struct hash128){.high = usable(key.high), .low = usable(key.low)};
}

/* ---- growth */

/* HAS_LEFT: what took its place is of another class. */
static void retire(struct set *set, uintptr_t entry, bool has_left)
{
    struct set_block block = block_of(set, entry);
    struct line *lines = block.memory;
    struct retired *note = (struct retired *)&lines[2 * size_of(set, entry)->pair_count];
    block.has_left = has_left;
    atomic_fetch_sub(&set->bytes, block.bytes);
    grace_retire(&set->grace, note, &block);
}

/* The class of what takes ENTRY's place, or CLASSES when there is none. */
static unsigned next_class(struct set *set, unsigned index, uintptr_t entry)
{
    if (!entry)
        return index % PHASES;
    unsigned class = (unsigned)(entry & CLASS_MASK);
    if (set->forced_every && atomic_load(&set->counts[index]) <= size_of(set, entry)->names_max)
        return class; /* replaced because a test wants it: by whoever, it does not grow */
    return class + PHASES < CLASSES ? class + PHASES : CLASSES;
}

/* Puts a new segment in the place of ENTRY, unless another thread is first; then all that
 * is lost is the work. */
static int replace(struct set *set, unsigned index, uintptr_t entry)
{
    unsigned class = next_class(set, index, entry);
    if (class == CLASSES)
        return ERR_NOMEM;
    const struct size *size = &set->sizes[class];
    struct line *lines = set_alloc(&set->store, class, size->bytes);
    if (!lines)
        return ERR_NOMEM;
    uintptr_t fresh = (uintptr_t)lines | class, was = entry;
    if (entry)
        segment_copy(lines_of(entry), size_of(set, entry)->pair_count, lines, size->pair_count);
    if (!atomic_compare_exchange_strong(&set->segments[index], &was, fresh)) {
        struct set_block block = block_of(set, fresh);
        block.is_spare = true;
        set_free(&set->store, &block);
        return 0;
    }
    bool has_left = entry && (entry & CLASS_MASK) != class;
    atomic_fetch_add(&set->bytes, size->bytes);
    atomic_fetch_add(&set->moved[entry & CLASS_MASK], has_left);
    if (entry)
        retire(set, entry, has_left);
    return 0;
}

/* Segments of one class come to its end one after the other, by the chances of hashing;
 * until the last has left it their memory is not given back (set_store.h). So when an
 * eighth of them has, the others follow without being full, with every eighth name, lest
 * all are copied at one moment. */
static bool should_follow(struct set *set, uintptr_t entry, unsigned count)
{
    return count % 8 == 0 && size_of(set, entry)->bytes >= STORE_SLAB_FROM &&
           atomic_load_explicit(&set->moved[entry & CLASS_MASK], memory_order_relaxed) >
               STORE_SHARED / 8;
}

/* After a new name: grows when it was one too many. Without memory the next one tries
 * again, and the segment takes names until it is full. */
static void grow_if_needed(struct set *set, unsigned index, uintptr_t entry)
{
    unsigned count = 1 + atomic_fetch_add_explicit(&set->counts[index], 1, memory_order_relaxed);
    bool is_forced = set->forced_every && count % set->forced_every == 0;
    if (!is_forced && count <= size_of(set, entry)->names_max && !should_follow(set, entry, count))
        return;
    if (atomic_load(&set->segments[index]) == entry) /* else somebody was quicker */
        (void)!replace(set, index, entry);
}

/* ---- putting and finding, inside */

static unsigned segment_index(struct hash128 key)
{
    return (unsigned)(key.high >> (64 - HOME_SHIFT));
}

static int put(struct set *set, struct hash128 key)
{
    unsigned index = segment_index(key);
    for (;;) {
        uintptr_t entry = atomic_load(&set->segments[index]);
        enum segment_result result = SEGMENT_FULL;
        if (entry)
            result = segment_put(lines_of(entry), size_of(set, entry)->pair_count, key);
        if (result == SEGMENT_OLD)
            return SET_OLD;
        if (result == SEGMENT_NEW) {
            grow_if_needed(set, index, entry);
            return SET_NEW;
        }
        /* Full, or being replaced by a thread that may never come to an end. */
        if (atomic_load(&set->segments[index]) != entry)
            continue;
        int error = replace(set, index, entry);
        if (error)
            return error;
    }
}

/* One pass: a key that was in the set when the segment's address was read is in that
 * segment, where a frozen slot ends the search as a free one does (set_segment.h). */
static int find(struct set *set, struct hash128 key)
{
    uintptr_t entry = atomic_load(&set->segments[segment_index(key)]);
    return entry &&
           segment_find(lines_of(entry), size_of(set, entry)->pair_count, key) == SEGMENT_OLD;
}

/* The lines that put() will come to, fetched before. */
struct ahead {
    struct line *lines; /* NULL: no segment yet */
    struct walk walk;
};

static struct ahead look_ahead(struct set *set, struct hash128 key)
{
    unsigned index = segment_index(key);
    uintptr_t entry = atomic_load(&set->segments[index]);
    if (!entry)
        return (struct ahead){.lines = NULL};
    struct ahead ahead = {.lines = lines_of(entry),
                          .walk = walk_start(size_of(set, entry)->pair_count, key)};
    __builtin_prefetch(&set->counts[index], 1);
    __builtin_prefetch(&ahead.lines[ahead.walk.line], 1);
    return ahead;
}

/* One line further if the key cannot be put into this one. Written without a branch:
 * whether it is taken could not be predicted. */
static void look_further(struct ahead *ahead)
{
    if (!ahead->lines)
        return;
    struct walk next = ahead->walk;
    walk_on(&next);
    bool is_full = line_is_full(&ahead->lines[ahead->walk.line]);
    ahead->walk.line = is_full ? next.line : ahead->walk.line;
    ahead->walk.left = is_full ? next.left : ahead->walk.left;
    __builtin_prefetch(&ahead->lines[ahead->walk.line], 1);
}

int set_put(struct set *set, struct hash128 key)
{
    grace_enter(&set->grace);
    int result = put(set, key);
    grace_leave(&set->grace);
    return result;
}

static int put_some(struct set *set, const struct hash128 *keys, int8_t *results, size_t count)
{
    struct ahead aheads[BATCH];
    int error = 0;
    for (size_t i = 0; i < count; i++)
        aheads[i] = look_ahead(set, keys[i]);
    for (unsigned look = 0; look < LOOKS; look++) {
        for (size_t i = 0; i < count; i++)
            look_further(&aheads[i]);
    }
    for (size_t i = 0; i < count; i++) {
        int result = put(set, keys[i]);
        results[i] = (int8_t)result;
        if (result < 0)
            error = result;
    }
    return error;
}

/* Leaves in between: as long as it is inside, no segment that was replaced is freed. */
int set_put_batch(struct set *set, const struct hash128 *keys, int8_t *results, size_t count)
{
    int error = 0;
    for (size_t at = 0; at < count; at += BATCH) {
        grace_enter(&set->grace);
        int some = put_some(set, keys + at, results + at, count - at < BATCH ? count - at : BATCH);
        grace_leave(&set->grace);
        if (some)
            error = some;
    }
    return error;
}

int set_find(struct set *set, struct hash128 key)
{
    grace_enter(&set->grace);
    int found = find(set, key);
    grace_leave(&set->grace);
    return found;
}

size_t set_count(const struct set *set)
{
    size_t count = 0;
    for (unsigned i = 0; i < SEGMENTS; i++)
        count += atomic_load_explicit(&set->counts[i], memory_order_relaxed);
    return count;
}

size_t set_memory_bytes(struct set *set)
{
    grace_enter(&set->grace);
    grace_leave(&set->grace); /* the last one to leave may have met somebody looking */
    return sizeof *set + atomic_load(&set->bytes) + atomic_load(&set->grace.retired_bytes) +
           atomic_load(&set->store.idle_bytes);
}
