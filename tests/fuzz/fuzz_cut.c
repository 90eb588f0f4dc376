// SPDX-License-Identifier: BSD-2-Clause
/* Cuts: two workers, names denied, found and asked for in any order, by resolvers that
 * contradict each other.
 *
 * An input is a list of steps, two octets each, the first octet of all whether the zone is
 * given. Whatever is said: nothing is pruned that lies above, at or beside a cut, or
 * outside the zone, or in a zone in which a cut was contradicted; nothing is pruned that
 * has been found; a name is asked for once, not above the apex, and names are asked for
 * within the bound. */
#include <stdlib.h>
#include <string.h>

#include "verdict/cut.h"

#define ZONE_LABELS 2
#define STEPS_MAX   4000
#define NAMES       1024 /* name_of has so many values */

enum step { STEP_DENY, STEP_FIND, STEP_FIND_EMPTY, STEP_ASK, STEP_JUDGE, STEP_DROP, STEP_COUNT };

static struct bench {
    struct facts facts;
    struct cuts *cuts[2];
    struct name apex;
    struct cut_zone zone;
    bool is_found[NAMES], is_asked[NAMES], is_apex_asked;
    bool is_denying; /* a cut was contradicted */
    unsigned asked, deep;
} b;

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* One of NAMES, one to five labels below zone.test. */
static struct name name_of(unsigned value)
{
    struct name name = {.len = 0};
    for (unsigned depth = 1 + value % 5, rest = value; depth > 0; depth--, rest /= 3) {
        name.wire[name.len++] = 1;
        name.wire[name.len++] = (uint8_t)('a' + rest % 3);
    }
    memcpy(name.wire + name.len, b.apex.wire, b.apex.len);
    name.len = (uint8_t)(name.len + b.apex.len);
    return name;
}

static void note_event(int event)
{
    check(event >= CUT_NOTHING && event <= CUT_ZONE_ANSWERS);
    b.is_denying |= event == CUT_ZONE_DENIES;
}

static void ask(struct cuts *cuts, uint8_t value)
{
    struct cut_wanted wanted;
    if (!cuts_next_wanted(cuts, &wanted))
        return;
    unsigned labels = name_label_count(wanted.name.wire);
    check(labels > ZONE_LABELS || (labels == ZONE_LABELS && !b.zone.is_given && !b.is_apex_asked));
    check(name_is_under(wanted.name.wire, b.apex.wire));
    b.is_apex_asked |= labels == ZONE_LABELS;
    check(++b.asked <= 2 * CUT_ASKS_FREE + b.deep / CUT_ASKS_EVERY);
    for (unsigned i = 0; i < NAMES; i++) {
        struct name name = name_of(i);
        if (!name_equal(name.wire, wanted.name.wire))
            continue;
        check(!b.is_asked[i]);
        b.is_asked[i] = true;
    }
    const uint32_t deniers[] = {value & 3, value >> 2 & 3};
    note_event(cuts_settle(cuts, &wanted, (enum cut_word)(value >> 6), deniers));
}

static void judge(struct cuts *cuts, unsigned value)
{
    struct name name = name_of(value);
    const uint8_t *root = cuts_root_of(cuts, name.wire, &b.zone);
    if (!root)
        return;
    check(!b.is_denying && !b.is_found[value]);
    check(root > name.wire && root < name.wire + name.len - b.apex.len);
    check(name_label_count(root) > ZONE_LABELS && name_is_under(name.wire, root));
    b.deep++;
    (void)cuts_wants_sample(cuts, &b.zone);
}

static void find(struct cuts *cuts, unsigned value, bool is_empty)
{
    struct name name = name_of(value);
    for (unsigned i = 0; i < NAMES; i++) {
        struct name same = name_of(i);
        b.is_found[i] |= name_equal(same.wire, name.wire);
    }
    note_event(cuts_note_exists(cuts, name.wire, &b.zone, is_empty));
}

static void take_step(uint8_t first, uint8_t second)
{
    unsigned value = (unsigned)(first >> 6) << 8 | second;
    struct cuts *cuts = b.cuts[first >> 5 & 1];
    struct name name = name_of(value);
    switch ((enum step)(first % STEP_COUNT)) {
    case STEP_DENY:
        b.deep += name_label_count(name.wire) > ZONE_LABELS + 1;
        check(cuts_note_denied(cuts, name.wire, &b.zone) == 0);
        break;
    case STEP_FIND:
    case STEP_FIND_EMPTY:
        find(cuts, value, first % STEP_COUNT == STEP_FIND_EMPTY);
        break;
    case STEP_ASK:
        ask(cuts, second);
        break;
    case STEP_JUDGE:
        judge(cuts, value);
        break;
    default:
        check(cuts_drop(cuts, second & 3) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    memset(&b, 0, sizeof b);
    check(name_from_text(&b.apex, "zone.test", 9) == 0);
    check(facts_init(&b.facts, NULL) == 0);
    b.zone = (struct cut_zone){
        .name = &b.apex, .number = 1, .labels = ZONE_LABELS, .is_given = data[0] & 1};
    for (int i = 0; i < 2; i++)
        check(cuts_create(&b.cuts[i], &b.facts) == 0);
    for (size_t i = 1; i + 1 < size && i < 2 * STEPS_MAX; i += 2)
        take_step(data[i], data[i + 1]);
    for (unsigned value = 0; value < NAMES; value++)
        judge(b.cuts[value & 1], value);
    cuts_destroy(b.cuts[0]);
    cuts_destroy(b.cuts[1]);
    facts_deinit(&b.facts);
    return 0;
}
