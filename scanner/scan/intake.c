// SPDX-License-Identifier: BSD-2-Clause
#include "scan/intake.h"

int intake_open(struct intake *intake, struct source *source, struct set *seen)
{
    *intake = (struct intake){.seen = seen, .behind = SOURCE_GOT};
    return source->ops->cursor_open(source, &intake->cursor);
}

void intake_close(struct intake *intake)
{
    if (intake->cursor)
        intake->cursor->source->ops->cursor_close(intake->cursor);
    intake->cursor = NULL;
}

static bool is_candidate(int state)
{
    return state == SOURCE_GOT || state == SOURCE_INVALID || state == SOURCE_REPEAT;
}

/* Without a set one at a time: nothing is gained by drawing ahead. */
static void draw(struct intake *intake)
{
    uint32_t wanted = intake->seen ? INTAKE_BATCH : 1;
    intake->next = intake->count = 0;
    while (intake->count < wanted) {
        int state = intake->cursor->source->ops->next(intake->cursor,
                                                      &intake->items[intake->count].candidate);
        if (!is_candidate(state)) {
            intake->behind = state;
            return;
        }
        intake->items[intake->count++].state = state;
    }
}

static int mark_repeats(struct intake *intake)
{
    struct hash128 keys[INTAKE_BATCH];
    uint32_t places[INTAKE_BATCH];
    int8_t results[INTAKE_BATCH];
    uint32_t count = 0;
    for (uint32_t i = 0; i < intake->count; i++) {
        const struct name *name = &intake->items[i].candidate.name;
        if (intake->items[i].state != SOURCE_GOT)
            continue;
        keys[count] = set_key(intake->seen, name->wire, name->len);
        places[count++] = i;
    }
    if (count == 0)
        return 0;
    int error = set_put_batch(intake->seen, keys, results, count);
    for (uint32_t i = 0; error == 0 && i < count; i++) {
        if (results[i] == SET_OLD)
            intake->items[places[i]].state = SOURCE_REPEAT;
    }
    return error;
}

int intake_next(struct intake *intake, const struct candidate **out)
{
    if (intake->next == intake->count && intake->behind == SOURCE_GOT) {
        draw(intake);
        int error = intake->seen ? mark_repeats(intake) : 0;
        if (error != 0) {
            intake->count = 0;
            return error;
        }
    }
    if (intake->next < intake->count) {
        *out = &intake->items[intake->next].candidate;
        return intake->items[intake->next++].state;
    }
    int state = intake->behind;
    if (state == SOURCE_WAIT || state == SOURCE_END)
        intake->behind = SOURCE_GOT; /* ask again next time: a source that learns may go on */
    return state;
}
