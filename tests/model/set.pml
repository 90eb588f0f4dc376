/* SPDX-License-Identifier: BSD-2-Clause */
/* A model of the lock-free set (scanner/base/set.h) for SPIN: one directory entry, tiny
 * segments, threads that put, find and replace. README.md beside this tells how to read
 * it and what it leaves out; `run` has the variants: each is a file of #defines that
 * includes this.
 *
 * Every label of `thread` is one step: one atomic load, store or swap of shared memory,
 * with the decisions that hang on it alone. Between two labels any other thread may run.
 * The comment at a label names the line of C it stands for.
 *
 * What a variant defines:
 *   THREADS, T1 .. T3   how many threads, and the two operations of each, 0 for none:
 *                       PUT(key), FIND(key), GROW (replaced by the next class), RENEW (by
 *                       one of the same class, as set_force_growth does)
 *   POOL                places for segments (6); a freed place is given out again
 *   STRIPES             of the grace period; thread N counts itself in at N % STRIPES
 *   FIRST_CLASS         class of a segment that is there from the start, else none is
 *   FIRST_KEY           a key in it
 *   NO_GRACE            what is retired is freed at the end only; nobody enters or leaves
 *   NO_MEMORY           an allocation may fail
 *   STOPPED_MAX         so many threads may stop for good, each before any step
 *   BREAK_...           a mistake put in, which must be found */

#include "memory.pml"

/* ---- operations: a kind, and a key of two bits high and two bits low */

#define PUT(key)  (16 + (key))
#define FIND(key) (32 + (key))
#define GROW      48
#define RENEW     64
#define IS_PUT    (op >> 4 == 1)
#define IS_FIND   (op >> 4 == 2)
#define BIT       (1 << (op & 15))
#define KEY_HIGH  (op >> 2 & 3)
#define KEY_LOW   (op & 3)

/* All but C have the same home; A, B and E have equal high words. */
#define A 5  /* high 1, low 1 */
#define B 6  /* high 1, low 2 */
#define C 9  /* high 2, low 1 */
#define D 13 /* high 3, low 1 */
#define E 7  /* high 1, low 3 */

mtype = { FULL, FROZE, NEW, OLD, ABSENT, NOMEM };

#define SEGMENT    segments[ID(entry)]
#define PLACE      WALK(KEY_HIGH, SIZE(CLASS(entry)), at)
#define IS_LAST    (at + 1 == SIZE(CLASS(entry)))
#define NEXT_CLASS (entry -> CLASS(entry) + (op != RENEW) : 0)

#if STOPPED_MAX > 0
#define MAY_STOP \
    if \
    :: true \
    :: stopped < STOPPED_MAX -> stopped++; goto ended \
    fi
#else
#define MAY_STOP skip
#endif

/* The answer of an operation held against what must hold. */
inline check_answer()
{
    if
    :: IS_PUT && result == NOMEM ->
        assert(!must && !mine) /* "was not there and is not now" */
    :: IS_PUT && result != NOMEM ->
        assert(result == NEW || result == OLD);
        assert((result == NEW) == mine);
        assert(won & BIT);
        answered = answered | BIT
    :: IS_FIND && result == OLD -> assert(won & BIT)
    :: IS_FIND && result != OLD -> assert(!must) /* lost a key */
    :: else
    fi
}

/* On to the next slot of the walk. */
#define WALK_ON(again, over) \
    if \
    :: !IS_LAST -> at++; goto again \
    :: else -> at = 0; result = FULL; goto over \
    fi

proctype thread(byte op, op_next)
{
    byte entry, class, at, slot, word, high, copy, list;
    bit must, mine, turn;
    mtype result;

enter: /* grace_enter: the add */
    atomic {
        MAY_STOP;
        must = (answered & BIT) != 0;
#ifdef BREAK_enter
        entry = directory;
        hold(ID(entry));
        goto enter_late;
    }
enter_late:
    atomic {
#endif
#ifndef NO_GRACE
        MY_STRIPE++;
#endif
#ifdef BREAK_enter
        if
        :: IS_PUT && entry -> goto put_high
        :: else
        fi;
#endif
        goto load
    }

load: /* put, find: entry = atomic_load(&set->segments[index]) */
    atomic {
        MAY_STOP;
        entry = directory;
        hold(ID(entry));
        if
        :: IS_PUT && entry -> goto put_high
        :: IS_PUT && !entry -> result = FULL; goto reload
        :: IS_FIND && entry -> goto find_high
        :: IS_FIND && !entry -> result = ABSENT; assert(!(won & BIT)); goto leave
        :: else -> goto allocate
        fi
    }

    /* ---- segment_put, slot_put */

put_high: /* read_word(&slot->high) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        word = SEGMENT.high[PLACE];
        if
        :: word == EMPTY -> goto put_claim
        :: word == KEY_HIGH -> goto put_low
        :: word == FROZEN -> goto put_frozen
        :: else -> WALK_ON(put_high, reload)
        fi
    }
put_claim: /* settle_word: the swap of the high word */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        swap(SEGMENT.high[PLACE], KEY_HIGH);
        if
#if defined BREAK_claim || defined BREAK_pass
        :: word == EMPTY -> goto put_fill
        :: word == KEY_HIGH -> goto put_low
#else
        :: word == EMPTY || word == KEY_HIGH -> goto put_low
#endif
        :: word == FROZEN -> goto put_frozen
        :: word != EMPTY && word != KEY_HIGH && word != FROZEN -> WALK_ON(put_high, reload)
        fi
    }
put_low: /* read_word(&slot->low) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        word = SEGMENT.low[PLACE];
        if
#ifdef BREAK_pass
        :: word == EMPTY -> WALK_ON(put_high, reload)
#else
        :: word == EMPTY -> goto put_fill
#endif
        :: word == KEY_LOW -> result = OLD; goto leave
        :: word == FROZEN -> goto put_frozen
        :: else -> WALK_ON(put_high, reload)
        fi
    }
put_fill: /* the swap of the low word */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
#ifdef BREAK_claim
        word = EMPTY;
        SEGMENT.low[PLACE] = KEY_LOW;
#else
        swap(SEGMENT.low[PLACE], KEY_LOW);
#endif
        if
        :: word == EMPTY ->
            assert(!(won & BIT)); /* one winner */
            won = won | BIT;
            mine = 1;
            result = NEW;
            goto grow
        :: word == KEY_LOW -> result = OLD; goto leave
        :: word == FROZEN -> goto put_frozen
        :: else ->
#ifdef BREAK_yield
            result = OLD; goto leave
#else
            WALK_ON(put_high, reload)
#endif
        fi
    }
put_frozen: /* no step: out of segment_put */
    atomic {
#ifdef BREAK_past
        WALK_ON(put_high, reload);
#endif
        result = FROZE;
        goto reload
    }

grow: /* grow_if_needed: the add */
    atomic {
        MAY_STOP;
        at = 0;
        count++;
        if
        :: count > NAMES_MAX(CLASS(entry))
        :: else -> goto leave
        fi
    }
grow_still: /* grow_if_needed: atomic_load(&set->segments[index]) == entry */
    atomic {
        MAY_STOP;
        if
        :: directory == entry -> goto allocate
        :: else -> goto leave
        fi
    }

reload: /* put: atomic_load(&set->segments[index]) != entry */
    atomic {
        MAY_STOP;
        at = 0;
        if
        :: directory != entry -> goto load
        :: else
        fi;
        assert(!(won & BIT)); /* it is nowhere, at this moment */
#ifdef BREAK_wait
        if
        :: result == FROZE -> goto reload
        :: else
        fi;
#endif
#ifdef BREAK_block
        if
        :: result == FROZE -> directory != entry; goto load
        :: else
        fi;
#endif
        goto allocate
    }

    /* ---- segment_find, slot_find */

find_high: /* read_word(&slot->high) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        word = SEGMENT.high[PLACE];
        if
        :: word == EMPTY -> result = ABSENT; assert(!(won & BIT)); goto leave
        :: word == KEY_HIGH -> goto find_low
        :: word == FROZEN -> goto find_frozen
        :: else -> WALK_ON(find_high, leave)
        fi
    }
find_low: /* read_word(&slot->low) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        word = SEGMENT.low[PLACE];
        if
        :: word == KEY_LOW -> result = OLD; goto leave
        :: word == EMPTY -> result = ABSENT; assert(!(won & BIT)); goto leave
        :: word == FROZEN -> goto find_frozen
        :: else ->
#ifdef BREAK_stop
            result = ABSENT; goto leave
#else
            WALK_ON(find_high, leave)
#endif
        fi
    }
find_frozen: /* no step: out of segment_find; the key was not there at `load` */
    atomic {
        at = 0;
        result = ABSENT;
        goto leave
    }

    /* ---- replace */

allocate: /* set_alloc */
    atomic {
        MAY_STOP;
        class = NEXT_CLASS;
        assert(class < CLASSES);
        if
        :: true ->
            take(copy);
            if
            :: entry -> goto freeze_high
            :: else -> goto publish
            fi
#ifdef NO_MEMORY
        :: true ->
            if
#ifdef BREAK_memory
            :: IS_PUT -> result = NOMEM
#else
            :: IS_PUT && result != NEW -> result = NOMEM
#endif
            :: else
            fi;
            goto leave
#endif
        fi
    }
freeze_high: /* segment_copy, slot_freeze: read_word(&slot->high) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        high = SEGMENT.high[at];
        if
#ifdef BREAK_freeze
        :: high == EMPTY -> goto copy_next
#else
        :: high == EMPTY -> goto freeze_high_swap
#endif
        :: high == FROZEN -> goto copy_next
        :: else -> goto freeze_low
        fi
    }
freeze_high_swap: /* settle_word */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        swap(SEGMENT.high[at], FROZEN);
        high = word;
#ifdef BREAK_copy
        goto copy_next;
#endif
        if
        :: high == EMPTY || high == FROZEN -> goto copy_next
        :: else -> goto freeze_low
        fi
    }
freeze_low: /* read_word(&slot->low) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        word = SEGMENT.low[at];
        if
#if defined BREAK_low || defined BREAK_freeze
        :: word == EMPTY -> goto copy_next
#else
        :: word == EMPTY -> goto freeze_low_swap
#endif
        :: word == FROZEN -> goto copy_next
        :: else -> place(copy, SIZE(class), high, word); goto copy_next
        fi
    }
freeze_low_swap: /* settle_word */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        swap(SEGMENT.low[at], FROZEN);
#ifdef BREAK_copy
        goto copy_next;
#endif
        if
        :: word == EMPTY || word == FROZEN
        :: word != EMPTY && word != FROZEN -> place(copy, SIZE(class), high, word)
        fi;
        goto copy_next
    }
copy_next: /* no step: segment_copy's loop */
    atomic {
        high = 0;
        if
        :: !IS_LAST -> at++; goto freeze_high
        :: else -> at = 0; goto publish
        fi
    }
publish: /* atomic_compare_exchange_strong(&set->segments[index], ...), else set_free */
    atomic {
        MAY_STOP;
        if
#ifdef BREAK_publish
        :: true ->
#else
        :: directory == entry ->
#endif
            directory = ENTRY(copy, class);
            segments[copy].life = SHARED;
            copy = 0;
            if
            :: entry -> segments[ID(entry)].life = RETIRED; goto retire
            :: else -> goto replaced
            fi
        :: else ->
#ifndef BREAK_loser
            give(copy, PRIVATE);
#endif
            copy = 0;
            goto replaced
        fi
    }

replaced: /* no step: out of replace */
    atomic {
        if
        :: IS_PUT && result != NEW -> goto load
        :: else -> goto leave
        fi
    }

#include "grace.pml"

left: /* no step: the next operation, if there is one */
    atomic {
        op = op_next;
        op_next = 0;
        if
        :: op -> goto enter
        :: else -> goto ended
        fi
    }
ended:
    running--
}

/* Once all have ended or stopped for good. */
inline check_end()
{
    d_step {
        check_keys();
        if
        :: !stopped -> clean_up()
        :: else
        fi
    }
}

init {
    byte at, word, low, slot, id;
    short found;
    atomic {
#ifdef FIRST_CLASS
        take(id);
        segments[id].life = SHARED;
        directory = ENTRY(id, FIRST_CLASS);
#ifdef FIRST_KEY
        place(id, SIZE(FIRST_CLASS), FIRST_KEY >> 2, FIRST_KEY & 3);
        won = 1 << FIRST_KEY;
        answered = won;
        count = 1;
#endif
        id = 0;
#endif
        running = THREADS;
        run thread(T1);
        run thread(T2);
#if THREADS > 2
        run thread(T3);
#endif
    }
    running == 0;
    check_end()
}
