/* SPDX-License-Identifier: BSD-2-Clause */
/* What the threads of set.pml share: segments, the directory entry, the grace period's
 * fields; and, beside them, what must hold. Each inline here is part of the step that
 * uses it. */

#ifndef POOL
#define POOL 6
#endif
#ifndef STRIPES
#define STRIPES 1
#endif
#ifndef STOPPED_MAX
#define STOPPED_MAX 0
#endif

/* ---- segments: words are EMPTY, FROZEN or a part of a key */

#define EMPTY     0
#define FROZEN    15
#define SLOTS_MAX 4
#define CLASSES   4

/* Class 0 is one pair of lines of one slot, the others are two such pairs. */
#define SIZE(class)     ((class) == 0 -> 2 : 4)
#define NAMES_MAX(class) ((class) == 0 -> 1 : 3) /* 85 % */

/* Slot number AT of a key's walk: its home, the other of that pair, then the next pair. */
#define HOME(high, size) (((high) == 2) * (size) / 2)
#define WALK(high, size, at) (((HOME(high, size) ^ ((at) & 1)) + ((at) & 2)) % (size))

/* Life of a place for a segment. */
#define FREE    0
#define PRIVATE 1 /* of the thread that makes it */
#define SHARED  2 /* published */
#define RETIRED 3 /* replaced */

typedef segment {
    byte high[SLOTS_MAX];
    byte low[SLOTS_MAX];
    byte life;
    byte next; /* the note: the next of its list */
}
segment segments[POOL + 1]; /* number 0 is NULL */

/* A directory entry: a segment's number with its class, in one word. */
#define ENTRY(id, class) ((id) | (class) << 4)
#define ID(entry)        ((entry) & 15)
#define CLASS(entry)     ((entry) >> 4)
byte directory;
byte count; /* set->counts[index] */

/* ---- struct grace */

byte inside[STRIPES];
byte retired, waiting, seen, retired_count;
bit is_busy;
#define MY_STRIPE inside[_pid % STRIPES]
#define ALL_SEEN  ((1 << STRIPES) - 1)

/* ---- what must hold */

short won;      /* keys that a swap has won, a bit each */
short answered; /* keys of which a put has returned NEW or OLD */
byte running, stopped;
byte held[THREADS + 1]; /* the segment whose address a thread has, by _pid */

/* A compare-and-swap; WORD is EMPTY when it went through, else what was there. */
inline swap(cell, value)
{
    word = cell;
    if
    :: word == EMPTY -> cell = value
    :: else
    fi
}

inline check_live(id)
{
    assert(segments[id].life != FREE) /* read after it was freed */
}

inline hold(id)
{
    held[_pid] = id
}

/* set_alloc: the first place that is free, so that addresses come back soon. */
inline take(id)
{
    id = 1;
    do
    :: segments[id].life == FREE -> break
    :: else -> id++; assert(id <= POOL)
    od;
    segments[id].life = PRIVATE
}

/* set_free of what has LIFE; nobody may still have its address. */
inline give(id, was)
{
    assert(segments[id].life == was); /* freed twice, or while in use */
    at = 1;
    do
    :: at <= THREADS -> assert(at == _pid || held[at] != id); at++
    :: else -> break
    od;
    at = 0;
    do
    :: at < SLOTS_MAX -> segments[id].high[at] = 0; segments[id].low[at] = 0; at++
    :: else -> break
    od;
    at = 0;
    segments[id].next = 0;
    segments[id].life = FREE
}

/* place(): a key into the copy, which nobody else sees. */
inline place(id, size, key_high, key_low)
{
    slot = 0;
    do
    :: segments[id].high[WALK(key_high, size, slot)] == EMPTY -> break
    :: else -> slot++; assert(slot < size) /* it has room */
    od;
    slot = WALK(key_high, size, slot);
    segments[id].high[slot] = key_high;
    segments[id].low[slot] = key_low;
    slot = 0
}

/* ---- the end */

/* The keys in the published segment are those that were won, each once. */
inline check_keys()
{
    at = 0;
    do
    :: directory && at < SIZE(CLASS(directory)) ->
        word = segments[ID(directory)].high[at];
        low = segments[ID(directory)].low[at];
        /* Only who stopped leaves what is half done. */
        assert(stopped || (word != FROZEN && low != FROZEN && (word == 0) == (low == 0)));
        if
        :: word != EMPTY && word != FROZEN && low != EMPTY && low != FROZEN ->
            assert(!(found & 1 << (word * 4 + low))); /* twice in it */
            found = found | 1 << (word * 4 + low)
        :: else
        fi;
        at++
    :: else -> break
    od;
    assert(found == won);
    assert((answered & won) == answered)
}

/* grace_deinit, and set_destroy's loop; then nothing may be left. */
inline clean_up()
{
    assert(!is_busy);
#ifdef NO_GRACE
    id = 1;
    do
    :: id <= POOL ->
        if
        :: segments[id].life == RETIRED -> give(id, RETIRED)
        :: else
        fi;
        id++
    :: else -> break
    od;
#else
    do
    :: waiting -> id = waiting; waiting = segments[id].next; retired_count--; give(id, RETIRED)
    :: retired -> id = retired; retired = segments[id].next; retired_count--; give(id, RETIRED)
    :: else -> break
    od;
    assert(retired_count == 0);
#endif
    if
    :: directory -> give(ID(directory), SHARED)
    :: else
    fi;
    id = 1;
    do
    :: id <= POOL -> assert(segments[id].life == FREE); id++ /* leaked */
    :: else -> break
    od
}
