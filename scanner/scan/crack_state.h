// SPDX-License-Identifier: BSD-2-Clause
/* A cracking run from within. Private to scan/crack*.c.
 *
 * The run goes from stage to stage; in each, all threads take pieces of work (`step`) until none
 * is left, while the calling thread tells of what was found. Parents are const during a stage. */
#ifndef SCAN_CRACK_STATE_H
#define SCAN_CRACK_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "scan/crack.h"
#include "scan/crack_targets.h"

/* Heads that are hashed in one go: enough that setting up a tail costs nothing, few enough that
 * all lies in the first-level cache. */
#define CRACK_BATCH_MAX 2048

/* Names one behind another. */
struct crack_names {
    uint8_t *octets; /* owned */
    size_t len, cap;
};

/* AT: where it is. ERR_NOMEM. */
MUST_CHECK int crack_names_put(struct crack_names *names, const uint8_t *name, size_t *at);

struct crack_parent {
    uint32_t chain;
    size_t name_at; /* in parent_names */
};

struct crack_found {
    size_t target;
    size_t name_at; /* in found_names */
    enum crack_by by;
};

struct crack_run {
    const struct crack_params *params;
    struct crack_targets *targets;
    const struct crack_hooks *hooks;
    const struct sha1_kernel *kernel;
    mono_ns started;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t idle;  /* the last thread of a stage ends */
    unsigned busy;
    struct crack_found *founds;
    size_t found_count, found_cap;
    struct crack_names found_names;

    /* the calling thread's */
    size_t told_count, adopted_count; /* of founds: told; made parents */
    uint64_t cracked[CRACK_BY_COUNT];
    struct crack_parent *parents;
    size_t parent_count, parent_cap;
    struct crack_names parent_names;

    atomic_bool stop;
    atomic_int error; /* the first */
    atomic_ullong hashes, stage_done;
};

/* What a thread works with; SIFT_SLACK entries more than CRACK_BATCH_MAX. */
struct crack_scratch {
    uint32_t *fifths, *places;
};

enum crack_step { CRACK_STEP_END = 0, CRACK_STEP_MORE = 1, CRACK_STEP_WAIT = 2 };

struct crack_stage {
    const char *text;
    uint64_t total; /* names to try; 0: not known */
    /* Any thread: does a piece of work. An enum crack_step (WAIT: nothing to do just now), or an
     * error. Returns soon once run->stop is set. */
    int (*step)(struct crack_stage *stage, struct crack_run *run, struct crack_scratch *scratch);
};

/* Runs STAGE to its end. 0 also when it was stopped (run->stop). */
MUST_CHECK int crack_stage_run(struct crack_run *run, struct crack_stage *stage);
/* Tells of what was found since the last time. */
MUST_CHECK int crack_stage_tell(struct crack_run *run);

/* Hashes NAME for CHAIN and notes it, when it is a target's, and then its ancestors. 1: found; 0:
 * no target, or found before; ERR_NOMEM. Any thread. */
MUST_CHECK int crack_note(struct crack_run *run, struct crack_chain *chain, const uint8_t *name,
                          enum crack_by by);
/* Tries all HEADS before TAIL, which is PARENT's; SHARED: octets that TAIL has and HEADS have not,
 * or NULL. */
MUST_CHECK int crack_try(struct crack_run *run, struct crack_scratch *scratch,
                         struct crack_chain *chain, const struct nsec3_heads *heads,
                         const struct nsec3_tail *tail, const uint8_t *parent,
                         const uint8_t *shared, enum crack_by by);
static inline bool crack_is_stopped(const struct crack_run *run)
{
    return atomic_load_explicit(&run->stop, memory_order_relaxed);
}

/* Words below parents FROM to TO: a stage each. */
struct crack_words;

/* FILES, or without any the list DATA[0..LEN). ERR_NOMEM. */
MUST_CHECK int crack_words_create(struct crack_words **out, const struct str_list *files,
                                  const char *data, size_t len, enum crack_by by);
void crack_words_destroy(struct crack_words *words);
/* All words before the parents from FROM on. May be run any number of times: what can be read
 * only once is kept in a file without a name. */
MUST_CHECK int crack_words_run(struct crack_words *words, struct crack_run *run, size_t from);

/* One stage for each mask, below the zones. */
MUST_CHECK int crack_masks_run(struct crack_run *run);

/* Words that open targets' types suggest, one a line. */
void crack_guess_put(struct text *out, const struct crack_targets *targets);

#endif
