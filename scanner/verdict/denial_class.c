// SPDX-License-Identifier: BSD-2-Clause
/* The test of a server's denials, step by step.
 *
 *   SOA -> FIRST -> [SEARCH] -> SECOND -> [END] -> THIRD    a chain, or lies around names
 *    |        |                    `----> NXNAME -> CO        lies about the very name
 *    |        |--> BELOW_STAR (as FIRST)                      names all get answers
 *    |        |--> APEX                                       they get those of its DNAME
 *    |        `--> KEYS                                       no proof: unsigned, or stripped?
 *    `--> PLAIN                                               no answer: because of EDNS?
 *
 * Each step is a question; what becomes of it leads to the next. The verdict is written as
 * soon as there is one; later steps may overrule it. A zone that changes while an interval
 * moves is tested once more. */
#include "verdict/denial_class.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dns/code.h"
#include "verdict/denial_seen.h"

#define RESTARTS_MAX 1

#define NOT_DONE      "the test did not come to an end"
#define CONTRADICTION "intervals contradict each other"

enum step {
    STEP_SOA,
    STEP_PLAIN,
    STEP_FIRST,
    STEP_BELOW_STAR,
    STEP_APEX,
    STEP_KEYS,
    STEP_SEARCH,
    STEP_SECOND,
    STEP_END,
    STEP_THIRD,
    STEP_NXNAME,
    STEP_CO,
    STEP_DONE,
};

__attribute__((format(printf, 3, 4))) static enum step
conclude(struct denial_class *c, enum chain_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    c->verdict.kind = kind;
    vsnprintf(c->verdict.reason, sizeof c->verdict.reason, format, args);
    va_end(args);
    return STEP_DONE;
}

/* --- judging --- */

/* For the second name, whose hash is to fall into the first one's interval. */
static enum step search(struct denial_class *c)
{
    const struct denial_interval *interval = &c->first.interval;
    if (denial_names_search(&c->search, &c->found, &c->first_name, interval)) {
        c->has_found = true;
        c->question.name = c->found;
        return STEP_SECOND;
    }
    if (!denial_names_search_is_over(&c->search, interval))
        return STEP_SEARCH;
    conclude(c, CHAIN_NSEC3,
             "intervals as long as a chain's; by hashing no second name was found in one");
    return STEP_THIRD;
}

static bool was_changed(const struct denial_class *c, const struct denial_seen *seen)
{
    return c->first.has_serial && seen->has_serial && c->first.serial != seen->serial;
}

/* Two intervals that should be one chain's are not: because the zone changed meanwhile? */
static enum step restart_or(struct denial_class *c, const struct denial_seen *seen,
                            enum step otherwise)
{
    if (!was_changed(c, seen))
        return otherwise;
    if (c->restarts == RESTARTS_MAX)
        return conclude(c, CHAIN_CHANGING,
                        "intervals differ, and so do the zone's serials (%lu, %lu)",
                        (unsigned long)c->first.serial, (unsigned long)seen->serial);
    c->restarts++;
    conclude(c, CHAIN_UNKNOWN, NOT_DONE);
    return STEP_FIRST;
}

static enum step conclude_mixed(struct denial_class *c, const struct denial_seen *seen)
{
    return conclude(c, CHAIN_MIXED, "one reply has %s, another %s", denial_form_text(c->first.form),
                    denial_form_text(seen->form));
}

/* --- steps --- */

static enum step on_soa(struct denial_class *c, const struct denial_seen *seen)
{
    if (!seen->has_zone_soa)
        return conclude(c, CHAIN_LAME, "gives no SOA of the zone (%s)",
                        code_rcode_to_text(seen->rcode));
    if (!seen->is_authoritative)
        return conclude(c, CHAIN_LAME, "answers without authority");
    if (c->step == STEP_PLAIN)
        return conclude(c, CHAIN_FAILING, "answers only queries without EDNS: no DNSSEC");
    c->is_zone_signed = seen->is_signed;
    return STEP_FIRST;
}

/* Such a reply, the first one, is no reason to call the rest a lie: another name is tried. */
static bool passes_over(struct denial_class *c, const struct denial_seen *seen)
{
    if (c->was_barren || !denial_seen_is_beside(seen))
        return false;
    c->was_barren = c->was_beside = true;
    return true;
}

static enum step conclude_no_proof(struct denial_class *c, const struct denial_seen *seen)
{
    if (seen->has_unsigned_record)
        return conclude(c, CHAIN_NO_PROOF, "its NSEC records lack signatures of the zone");
    if (seen->has_record)
        return conclude(c, CHAIN_NO_PROOF, "its NSEC records prove nothing of the name asked for");
    return conclude(c, CHAIN_NO_PROOF, "the zone's SOA is signed; denials come without NSEC");
}

/* No record that counts. */
static enum step on_no_proof(struct denial_class *c, const struct denial_seen *seen)
{
    if (!c->is_zone_signed)
        return STEP_KEYS;
    if (seen->has_zone_dname) {
        conclude(c, CHAIN_HIDDEN, "a DNAME at the apex answers for every name below it");
        return STEP_APEX;
    }
    if (seen->has_data && c->base.len == c->zone.len)
        return STEP_BELOW_STAR;
    if (seen->has_data)
        return conclude(c, CHAIN_HIDDEN, "names made up get answers, even below `*`");
    if (!c->was_barren) { /* others behind the same address may do better */
        c->was_barren = true;
        c->was_beside = denial_seen_is_beside(seen);
        return STEP_FIRST;
    }
    return conclude_no_proof(c, seen);
}

/* Records that are of no use, whatever they say. */
static enum step conclude_useless(struct denial_class *c, const struct denial_seen *seen)
{
    if (seen->form == DENIAL_FORM_BOTH)
        return conclude(c, CHAIN_MIXED, "one reply has %s", denial_form_text(seen->form));
    return conclude(c, CHAIN_UNREADABLE,
                    "NSEC3 of another algorithm, with unknown flags or too many iterations");
}

/* Nothing can be below a DNAME (RFC 6672 section 2.4), so the apex is the only name, and its
 * interval ends where it begins, unless it is made up. */
static enum step on_apex(struct denial_class *c, const struct denial_seen *seen)
{
    bool is_nsec = seen->form == DENIAL_FORM_NSEC_OWN;
    if (seen->form == DENIAL_FORM_NONE)
        return conclude_no_proof(c, seen);
    if (seen->form == DENIAL_FORM_BOTH || seen->form == DENIAL_FORM_UNREADABLE)
        return conclude_useless(c, seen);
    if ((!is_nsec && seen->form != DENIAL_FORM_NSEC3_OWN) ||
        !denial_interval_is_alone(&seen->interval, seen->form))
        return STEP_DONE;
    return conclude(c, is_nsec ? CHAIN_NSEC : CHAIN_NSEC3,
                    "a zone of one name: a DNAME at the apex answers for all below it");
}

/* The second name need not be inside anything. */
static enum step ask_another(struct denial_class *c, uint16_t type)
{
    c->question.type = type;
    return denial_names_random(&c->question.name, &c->base, &c->rng) ? STEP_SECOND : STEP_DONE;
}

static enum step on_first(struct denial_class *c, const struct denial_seen *seen)
{
    c->first = *seen;
    c->first_name = c->question.name;
    c->has_found = false;
    if (c->was_barren && !c->was_beside && seen->form != DENIAL_FORM_NONE)
        return conclude(c, CHAIN_MIXED, "one reply has no proof, another %s",
                        denial_form_text(seen->form));
    switch (seen->form) {
    case DENIAL_FORM_NONE:
        return on_no_proof(c, seen);
    case DENIAL_FORM_BOTH:
    case DENIAL_FORM_UNREADABLE:
        return conclude_useless(c, seen);
    case DENIAL_FORM_NSEC:
        c->room = denial_names_inside(&c->question.name, &c->first_name, &seen->interval,
                                      c->zone.wire, &c->rng);
        return c->room == DENIAL_NAMES_NONE ? ask_another(c, TYPE_A) : STEP_SECOND;
    case DENIAL_FORM_NSEC3:
        denial_names_search_init(&c->search);
        return denial_interval_is_tiny(&seen->interval) ? ask_another(c, TYPE_A) : STEP_SEARCH;
    case DENIAL_FORM_NSEC_OWN:
    case DENIAL_FORM_NSEC3_OWN:
        return ask_another(c, TYPE_TXT); /* types that are made up leave out the one asked for */
    }
    return STEP_DONE;
}

static enum step on_keys(struct denial_class *c, const struct denial_seen *seen)
{
    if (seen->has_data)
        return conclude(c, CHAIN_NO_PROOF, "the zone has keys; nothing comes with signatures");
    return conclude(c, CHAIN_UNSIGNED, "no keys, no signatures");
}

/* Both replies have a record of the name that was asked for. */
static enum step on_own(struct denial_class *c, const struct denial_seen *seen)
{
    enum denial_types first = c->first.interval.types, second = seen->interval.types;
    bool is_marked = first == DENIAL_TYPES_MARKED && second == DENIAL_TYPES_MARKED;
    if (seen->form == DENIAL_FORM_NSEC3_OWN)
        conclude(c, CHAIN_COMPACT_NSEC3, "NSEC3 of each name asked for, %s",
                 is_marked ? "with NXNAME" : "without NXNAME: absent names look empty");
    else if (is_marked)
        conclude(c, CHAIN_COMPACT, "NSEC of each name asked for, with NXNAME");
    else if (first == DENIAL_TYPES_BARE && second == DENIAL_TYPES_BARE)
        conclude(c, CHAIN_COMPACT_BARE,
                 "NSEC of each name asked for, without NXNAME: absent names look empty");
    else if (first != DENIAL_TYPES_MARKED && second != DENIAL_TYPES_MARKED)
        return conclude(c, CHAIN_BLACK_LIES, "NSEC of each name asked for, with types made up");
    else
        return conclude(c, CHAIN_MIXED, "one reply has NXNAME, another has not");
    return STEP_NXNAME;
}

/* The second name has an interval other than the first one's. Where one end is the same it is
 * not the name that moved it. */
static enum step on_moved(struct denial_class *c, const struct denial_seen *seen)
{
    bool is_nsec = seen->form == DENIAL_FORM_NSEC;
    const struct denial_interval *first = &c->first.interval;
    if (!is_nsec && !nsec3_params_equal(&first->params, &seen->interval.params))
        return restart_or(c, seen,
                          conclude(c, CHAIN_MIXED, "other NSEC3 parameters in each reply"));
    if (denial_interval_shares_end(first, &seen->interval, seen->form))
        return restart_or(c, seen, conclude(c, CHAIN_MIXED, CONTRADICTION));
    return restart_or(c, seen,
                      conclude(c, is_nsec ? CHAIN_WHITE_LIES : CHAIN_NARROW_NSEC3,
                               "the interval moves with the name asked for"));
}

/* Intervals into which nothing fits but the name that they deny: the second one, too? */
static enum step on_minimal(struct denial_class *c, const struct denial_seen *seen)
{
    struct name other;
    bool is_nsec = seen->form == DENIAL_FORM_NSEC;
    bool is_minimal = is_nsec ? denial_names_inside(&other, &c->question.name, &seen->interval,
                                                    c->zone.wire, &c->rng) != DENIAL_NAMES_HOST
                              : denial_interval_is_tiny(&seen->interval);
    if (!is_minimal)
        return restart_or(c, seen,
                          conclude(c, CHAIN_MIXED, "intervals of one name, and long ones"));
    return conclude(c, is_nsec ? CHAIN_WHITE_LIES : CHAIN_NARROW_NSEC3,
                    "intervals of one %s, of each name asked for", is_nsec ? "name" : "hash");
}

static enum step on_second(struct denial_class *c, const struct denial_seen *seen)
{
    if (passes_over(c, seen))
        return STEP_FIRST;
    if (seen->form != c->first.form)
        return restart_or(c, seen, conclude_mixed(c, seen));
    if (seen->form == DENIAL_FORM_NSEC_OWN || seen->form == DENIAL_FORM_NSEC3_OWN)
        return on_own(c, seen);
    const struct denial_interval *interval = &c->first.interval;
    if (seen->form == DENIAL_FORM_NSEC ? c->room == DENIAL_NAMES_NONE
                                       : denial_interval_is_tiny(interval))
        return on_minimal(c, seen);
    if (!denial_interval_same(interval, &seen->interval, seen->form))
        return on_moved(c, seen);
    conclude(c, seen->form == DENIAL_FORM_NSEC ? CHAIN_NSEC : CHAIN_NSEC3,
             denial_interval_is_alone(interval, seen->form)
                 ? "a zone of one name: one interval, the same for two names"
                 : "the same interval for two names in it");
    return seen->form == DENIAL_FORM_NSEC ? STEP_END : STEP_THIRD;
}

/* A chain's interval ends at a name that is there: who denies that makes intervals up, be they
 * so coarse that two names in one cannot tell. */
static enum step on_end(struct denial_class *c, const struct denial_seen *seen)
{
    if (seen->form != DENIAL_FORM_NSEC)
        return STEP_THIRD;
    return restart_or(c, seen,
                      conclude(c, CHAIN_WHITE_LIES, "denies the name at which its interval ends"));
}

static enum step on_third(struct denial_class *c, const struct denial_seen *seen)
{
    if (passes_over(c, seen))
        return STEP_THIRD;
    if (seen->form != c->first.form)
        return restart_or(c, seen, conclude_mixed(c, seen));
    if (denial_interval_contradicts(&c->first.interval, &seen->interval, seen->form, c->zone.wire))
        return restart_or(c, seen, conclude(c, CHAIN_MIXED, CONTRADICTION));
    return STEP_DONE;
}

static enum step on_co(struct denial_class *c, const struct denial_seen *seen)
{
    c->verdict.honours_co = seen->rcode == RCODE_NXDOMAIN;
    return STEP_DONE;
}

/* What each step does with a reply (NULL: goes on), and where a test goes that gets none; required
 * ones end it. At the apex it is asked for APEX_TYPE. */
static const struct {
    enum step (*on_reply)(struct denial_class *c, const struct denial_seen *seen);
    bool is_required;
    enum step without;
    const char *asks_for;
    uint16_t apex_type;
} steps[] = {
    [STEP_SOA] = {on_soa, true, STEP_DONE, NULL, TYPE_SOA},
    [STEP_PLAIN] = {on_soa, true, STEP_DONE, NULL, TYPE_SOA},
    [STEP_FIRST] = {on_first, true, STEP_DONE, "a name made up", 0},
    [STEP_BELOW_STAR] = {on_first, true, STEP_DONE, "a name made up below `*`", 0},
    [STEP_APEX] = {on_apex, false, STEP_DONE, NULL, TYPE_CNAME}, /* no apex has one */
    [STEP_KEYS] = {on_keys, true, STEP_DONE, "its keys", TYPE_DNSKEY},
    [STEP_SECOND] = {on_second, true, STEP_DONE, "a second name", 0},
    [STEP_END] = {on_end, false, STEP_THIRD, NULL, 0},
    [STEP_THIRD] = {on_third, false, STEP_DONE, NULL, 0},
    [STEP_NXNAME] = {NULL, false, STEP_CO, NULL, 0},
    [STEP_CO] = {on_co, false, STEP_DONE, NULL, 0},
};

/* --- from outside --- */

void denial_class_init(struct denial_class *class, const uint8_t *zone, uint64_t seed)
{
    *class = (struct denial_class){.step = STEP_SOA};
    class->zone.len = (uint8_t)name_len(zone);
    memcpy(class->zone.wire, zone, class->zone.len);
    name_lower(class->zone.wire);
    class->base = class->zone;
    rng_fast_init(&class->rng, seed);
    conclude(class, CHAIN_UNKNOWN, NOT_DONE);
}

/* The question of a step that is not there already. False: none can be asked. */
static bool prepare(struct denial_class *c, enum step step)
{
    c->question.is_compact_ok = step == STEP_CO;
    c->question.is_plain = step == STEP_PLAIN;
    if (steps[step].apex_type != 0) {
        c->question.name = c->zone;
        c->question.type = steps[step].apex_type;
        return true;
    }
    if (step == STEP_SECOND)
        return true; /* chosen by the step before */
    if (step == STEP_END) {
        const struct denial_interval *interval = &c->first.interval;
        bool is_last = name_equal(interval->next.wire, c->zone.wire);
        c->question.name = is_last ? interval->owner : interval->next;
        return true;
    }
    if (step == STEP_BELOW_STAR) {
        if (c->zone.len + 2 > NAME_WIRE_MAX)
            return false;
        denial_names_below(&c->base, (const uint8_t *)"*", 1, &c->zone);
    }
    c->question.type = step == STEP_NXNAME ? TYPE_NXNAME : TYPE_A;
    return denial_names_random(&c->question.name, &c->base, &c->rng);
}

static enum step leave_no_room(struct denial_class *c)
{
    if (c->verdict.kind != CHAIN_UNKNOWN)
        return STEP_DONE;
    return conclude(c, CHAIN_UNKNOWN, "the zone's name leaves no room for names below it");
}

enum denial_class_step denial_class_next(struct denial_class *class,
                                         struct denial_class_question *question)
{
    if (class->step == STEP_SEARCH) {
        enum step found = search(class);
        class->step = found;
        if (found == STEP_SEARCH)
            return DENIAL_CLASS_SEARCH;
    }
    if (class->step == STEP_DONE)
        return DENIAL_CLASS_DONE;
    if (class->verdict.queries == DENIAL_CLASS_QUERIES_MAX)
        class->step = STEP_DONE;
    else if (!prepare(class, (enum step) class->step))
        class->step = leave_no_room(class);
    if (class->step == STEP_DONE)
        return DENIAL_CLASS_DONE;
    class->verdict.queries++;
    *question = class->question;
    return DENIAL_CLASS_ASK;
}

bool denial_class_is_searching(const struct denial_class *class)
{
    return class->step == STEP_SEARCH;
}

bool denial_class_adopt(struct denial_class *class, const struct denial_class *other)
{
    if (class->step != STEP_SEARCH || !other->has_found ||
        !name_equal(class->first_name.wire, other->first_name.wire) ||
        !denial_interval_same(&class->first.interval, &other->first.interval, DENIAL_FORM_NSEC3))
        return false;
    class->has_found = true;
    class->found = class->question.name = other->found;
    class->step = STEP_SECOND;
    return true;
}

/* A question that has no reply to read. */
static enum step fail(struct denial_class *c, enum step step, enum denial_class_answer answer)
{
    static const struct {
        enum chain_kind kind;
        const char *text;
    } failures[] = {
        [DENIAL_CLASS_REFUSED] = {CHAIN_REFUSED, "REFUSED"},
        [DENIAL_CLASS_SERVFAIL] = {CHAIN_FAILING, "SERVFAIL"},
        [DENIAL_CLASS_FORMERR] = {CHAIN_FAILING, "FORMERR: no EDNS, no DNSSEC"},
        [DENIAL_CLASS_SILENT] = {CHAIN_SILENT, "no answer"},
        [DENIAL_CLASS_UNREACHABLE] = {CHAIN_UNREACHABLE, "no way to it"},
        [DENIAL_CLASS_NO_TCP] = {CHAIN_UNREACHABLE, "truncated answers, and no TCP"},
    };
    if (!steps[step].is_required)
        return steps[step].without;
    if (step == STEP_SOA && answer == DENIAL_CLASS_SILENT)
        return STEP_PLAIN;
    if (step == STEP_SECOND && c->first.form == DENIAL_FORM_NSEC && c->room == DENIAL_NAMES_NEAR)
        return conclude(c, CHAIN_WHITE_LIES,
                        "into the interval fits no host name but the one asked for");
    if (!steps[step].asks_for)
        return conclude(c, failures[answer].kind, "%s", failures[answer].text);
    return conclude(c, failures[answer].kind, "answers for the zone's SOA; for %s: %s",
                    steps[step].asks_for, failures[answer].text);
}

static void account(struct denial_class *c, enum step step, const struct denial_seen *seen)
{
    struct denial_class_verdict *verdict = &c->verdict;
    if (seen->has_serial) {
        verdict->has_serial = true;
        verdict->serial = seen->serial;
    }
    verdict->nsec3_seen += seen->nsec3_seen;
    verdict->opt_out_seen += seen->opt_out_seen;
    if (seen->nsec3_seen > 0 && !verdict->has_params) {
        verdict->has_params = true;
        verdict->params = seen->interval.params;
    }
    if (step == STEP_FIRST || step == STEP_SECOND || step == STEP_THIRD)
        verdict->has_wildcard |= seen->has_data && !seen->has_zone_dname;
}

void denial_class_note(struct denial_class *class, enum denial_class_answer answer,
                       const struct reply *reply)
{
    struct denial_seen seen;
    enum step step = (enum step) class->step;
    if (step == STEP_DONE || step == STEP_SEARCH)
        return;
    if (step == STEP_NXNAME)
        class->verdict.refuses_nxname = answer == DENIAL_CLASS_FORMERR;
    if (answer != DENIAL_CLASS_REPLY) {
        class->step = fail(class, step, answer);
        return;
    }
    denial_seen_read(&seen, reply, class->question.name.wire, class->zone.wire);
    account(class, step, &seen);
    if (seen.has_two_params)
        class->step = conclude(class, CHAIN_MIXED, "one reply has NSEC3 of two parameter sets");
    else if (steps[step].on_reply)
        class->step = steps[step].on_reply(class, &seen);
    else
        class->step = steps[step].without;
}

const struct denial_class_verdict *denial_class_verdict(const struct denial_class *class)
{
    return &class->verdict;
}
