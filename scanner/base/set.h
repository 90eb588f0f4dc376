// SPDX-License-Identifier: BSD-2-Clause
/* The shared set of names: insert-only, exactly one winner per name, lock-free.
 *
 * Keys are 128-bit XXH3 of the canonical wire name under a per-run secret (64
 * bits would silently lose names at 10^9). Every thread may call set_put at any
 * time; for equal keys exactly one call in the life of the set returns SET_NEW, and
 * what that thread did before is seen by all that get SET_OLD. The set grows while in
 * use and never forgets.
 *
 * How it works. The key's high bits choose one of 2,048 segments, each a table of
 * cache lines of four 16-octet slots (set_segment.h tells how a slot is claimed and
 * filled). A segment that passes 85 % full is replaced by one 1.4 times as large:
 *
 *   allocate the new one -> freeze the old one's free slots, copy its keys
 *     -> publish the new one's address by one swap -> retire the old one
 *
 * All of it is done by the thread whose name made it too full. Others go on putting
 * and finding; one that has to put its key where a slot is frozen, and finds nothing
 * published yet, makes the same copy itself and tries to publish that: the first swap
 * wins, the copies are equal, the losers give theirs back. The new segment is private
 * until it is published, so a key is moved by plain stores. The old one is freed once
 * nobody can be reading it (set_grace.h); set_store.h tells where segments live.
 *
 * Progress. set_find is wait-free: one pass over a segment. set_put is lock-free: it
 * starts anew only when another thread's growth went through, and growth takes as many new
 * names as the segment grew by. No thread ever waits for another, wherever that one was
 * stopped, be it dead. malloc and mmap are outside this promise. tests/model/ has it
 * checked by SPIN.
 *
 * Memory. At rest 16 octets a slot at 61 to 85 % full; segments start at different sizes,
 * so that they do not all grow at once, and from some 300,000 names on the whole is 22 to
 * 24 octets a name (bench/README.md has measurements). While the segments of a size move on
 * to the next, what they left is still held: at worst a third more at a million names, a
 * tenth more at ten million, for a few percent of the names that it takes to grow.
 * A segment is copied while both are there, and by each thread that meets it then:
 * 0.1 % a thread. One that is stopped inside a call keeps all that is replaced from then on
 * from being freed, which can come to two and a half times the set again. An empty set
 * takes 44 KB, a segment with its first name 1 KB or a little more. Without memory to
 * grow the set goes on until a segment is full, and then refuses names of that segment
 * (already before, those that meet a segment that another thread is copying); so it does
 * at the largest size there is, at some 3 * 10^9 names.
 *
 * Cost. One cache miss a name; the batch call has up to 32 of them overlap. */
#ifndef BASE_SET_H
#define BASE_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct set; /* opaque, shared by threads */

enum set_result {
    SET_NEW = 1, /* the caller is the one winner for this key */
    SET_OLD = 0, /* somebody was first */
};

MUST_CHECK int set_create(struct set **out); /* ERR_NOMEM; ERR_IO: no random bytes */
void set_destroy(struct set *set);           /* NULL is fine; nobody may still use it */

/* Hash of canonical bytes under this set's secret: the only source of keys. Two of the
 * 2^64 values of a word are taken for others, so that slots have them for marks. */
struct hash128 set_key(const struct set *set, const void *bytes, size_t len);

/* SET_NEW, SET_OLD or ERR_NOMEM; then the key was not there and is not now. */
MUST_CHECK int set_put(struct set *set, struct hash128 key);
/* For each of COUNT keys the result of set_put in results[]; 0, or ERR_NOMEM when any of
 * them is that. */
MUST_CHECK int set_put_batch(struct set *set, const struct hash128 *keys, int8_t *results,
                             size_t count);
/* 1 when present, else 0. */
int set_find(struct set *set, struct hash128 key);

/* Names in it; what is being put meanwhile may or may not be counted. */
size_t set_count(const struct set *set);
/* Octets held, with those retired and not yet freed. */
size_t set_memory_bytes(struct set *set);

/* At rest a set of N names holds at most SET_BYTES_MIN + N * SET_BYTES_PER_NAME octets. */
#define SET_BYTES_PER_NAME 24
#define SET_BYTES_MIN      (3u << 20)

#endif
