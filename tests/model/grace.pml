/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of set_grace.c, retire and leave: a part of `thread` in set.pml. They come from
 * `publish` and from each answer, and go on to `replaced` and `left`. */

/* ---- retire, grace_retire */

retire: /* atomic_fetch_add(&grace->retired_bytes, bytes) */
    atomic {
        MAY_STOP;
#ifdef NO_GRACE
        goto replaced;
#endif
#ifdef BREAK_grace
        give(ID(entry), RETIRED);
        goto replaced;
#endif
        retired_count++;
        goto push_load
    }
push_load: /* note->next = atomic_load(&grace->retired) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        SEGMENT.next = retired;
        goto push
    }
push: /* atomic_compare_exchange_weak(&grace->retired, &note->next, note) */
    atomic {
        MAY_STOP;
        check_live(ID(entry));
        if
        :: retired == SEGMENT.next -> retired = ID(entry); goto replaced
        :: else -> SEGMENT.next = retired; goto push
        fi
    }

/* ---- grace_leave */

leave: /* atomic_fetch_sub(&grace->stripes[...].inside, 1) */
    atomic {
        MAY_STOP;
        check_answer();
        at = 0; word = 0; entry = 0; must = 0; mine = 0; result = 0;
        hold(0);
#ifdef NO_GRACE
        goto left;
#endif
        MY_STRIPE--;
        goto leave_count
    }
leave_count: /* atomic_load_explicit(&grace->retired_bytes, ...) */
    atomic {
        MAY_STOP;
        if
        :: retired_count == 0 -> goto left
        :: else -> goto leave_busy
        fi
    }
leave_busy: /* atomic_exchange(&grace->is_busy, true) */
    atomic {
        MAY_STOP;
#ifndef BREAK_busy
        if
        :: is_busy -> goto left
        :: else
        fi;
#endif
        is_busy = 1;
        turn = 0;
#ifdef BREAK_order
        goto look
#else
        goto look_take
#endif
    }
look_take: /* look: waiting = atomic_exchange(&grace->retired, NULL), seen = 0 */
    atomic {
        MAY_STOP;
        if
        :: !waiting ->
            waiting = retired;
            retired = 0;
#ifndef BREAK_seen
            seen = 0
#endif
        :: else
        fi;
        at = 0;
        if
        :: !waiting -> goto look_end
        :: else
        fi;
#ifdef BREAK_order
        seen = 0;
        list = waiting;
        goto free_note
#else
        goto look
#endif
    }
look: /* all_were_outside: atomic_load(&grace->stripes[i].inside) */
    atomic {
        MAY_STOP;
        if
        :: inside[at] == 0 -> seen = seen | 1 << at
        :: else
        fi;
        at++;
        if
        :: at < STRIPES -> goto look
        :: else -> at = 0
        fi;
        if
        :: seen != ALL_SEEN -> goto look_end
        :: else
        fi;
#ifdef BREAK_order
        goto look_take
#else
        list = waiting;
        goto free_note
#endif
    }
free_note: /* free_list: note = *first, atomic_fetch_sub(&grace->retired_bytes, ...) */
    atomic {
        MAY_STOP;
        check_live(list);
        copy = list;
        list = segments[copy].next;
        retired_count--;
        goto free
    }
free: /* set_free */
    atomic {
        MAY_STOP;
        give(copy, RETIRED);
        copy = 0;
        if
        :: list -> goto free_note
        :: else -> waiting = 0
        fi;
        if
        :: turn == 0 -> turn = 1; goto look_take
        :: else -> goto look_end
        fi
    }
look_end: /* atomic_store(&grace->is_busy, false) */
    atomic {
        MAY_STOP;
        turn = 0;
        is_busy = 0;
        goto left
    }

