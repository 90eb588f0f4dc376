// SPDX-License-Identifier: BSD-2-Clause
#include "scan/survey_checks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "dns/code.h"
#include "source/source.h"

#define COMPLAINTS_MAX   10
#define RANDOM_PER_ZONE  2
#define RANDOM_LABEL_LEN 12 /* 36^12: no name of that kind is there by chance */

/* Elsewhere: names nobody can do without. A resolver that knows a target alone denies or
 * refuses them like its likes, which convicts none. */
static const struct {
    const char *name;
    uint16_t type;
} elsewhere[] = {
    {"com", TYPE_NS}, {".", TYPE_SOA}, {"org", TYPE_NS}, {"net", TYPE_NS}, {"de", TYPE_NS}};
static const char *const random_elsewhere[] = {".", "com", "org"};

struct making {
    struct checks *checks;
    struct rng *rng;
    struct name names[CHECK_NAMES_MAX]; /* chosen from the list */
    uint64_t name_count;                /* seen in it */
};

static struct check *add(struct checks *checks, enum check_kind kind, const struct name *name,
                         uint16_t type)
{
    if ((checks->count & (checks->count - 1)) == 0) { /* full at every power of two */
        size_t cap = checks->count ? checks->count * 2 : 1;
        struct check *items = reallocarray(checks->items, cap, sizeof *items);
        if (!items)
            return NULL;
        checks->items = items;
    }
    struct check *check = &checks->items[checks->count++];
    *check = (struct check){.kind = (uint8_t)kind, .zone = CHECK_ELSEWHERE, .realm = 0};
    question_init(&check->question, name->wire, name->len, type);
    checks->known_count += kind == CHECK_KNOWN;
    return check;
}

/* --- names that exist --- */

static int add_apexes(struct checks *checks, const struct scan_params *params)
{
    size_t count =
        params->pattern_count < CHECK_ZONES_MAX ? params->pattern_count : CHECK_ZONES_MAX;
    static const uint16_t types[] = {TYPE_SOA, TYPE_A};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t i = 0; i < count; i++) {
            struct check *check = add(checks, CHECK_KNOWN, &params->patterns[i].zone, types[t]);
            if (!check)
                return ERR_NOMEM;
            check->zone = (uint16_t)i;
            check->is_compared = types[t] == TYPE_A;
        }
    }
    checks->zone_count = count;
    return 0;
}

/* Each name of a list of unknown length with the same chance (reservoir sampling). */
static int take_name(void *ctx, const char *file, const struct line *line)
{
    struct making *making = ctx;
    struct name name;
    if (line->too_long || source_name_from_text(&name, line->data, line->len) != 0) {
        if (making->checks->bad_lines++ < COMPLAINTS_MAX)
            log_note("%s:%llu: not a name: %.*s", file, (unsigned long long)line->number,
                     (int)(line->len > 80 ? 80 : line->len), line->data);
        return 0;
    }
    uint64_t seen = making->name_count++;
    if (seen < CHECK_NAMES_MAX) {
        making->names[seen] = name;
        return 0;
    }
    uint64_t place = rng_u64(making->rng) % (seen + 1);
    if (place < CHECK_NAMES_MAX)
        making->names[place] = name;
    return 0;
}

static uint16_t zone_of(const struct scan_params *params, size_t zone_count,
                        const struct name *name)
{
    for (size_t i = 0; i < zone_count; i++) {
        if (name_is_under(name->wire, params->patterns[i].zone.wire))
            return (uint16_t)i;
    }
    return CHECK_ELSEWHERE;
}

static int add_names(struct making *making, const struct scan_params *params)
{
    for (size_t i = 0; i < params->name_files.count; i++) {
        const char *path = params->name_files.items[i];
        int error = lines_each(path, take_name, making);
        if (error == ERR_NOMEM)
            return error;
        if (error != 0) {
            log_error("%s: %s", path, error == ERR_IO ? strerror(errno) : err_text(error));
            return ERR_IO;
        }
    }
    if (params->name_files.count > 0 && making->name_count == 0)
        log_note("warning: --names: no name in the list");
    if (making->checks->bad_lines > COMPLAINTS_MAX)
        log_note("%zu lines in all are not names", making->checks->bad_lines);
    size_t count =
        making->name_count < CHECK_NAMES_MAX ? (size_t)making->name_count : CHECK_NAMES_MAX;
    for (size_t i = 0; i < count; i++) {
        struct check *check = add(making->checks, CHECK_KNOWN, &making->names[i], TYPE_A);
        if (!check)
            return ERR_NOMEM;
        check->zone = zone_of(params, making->checks->zone_count, &making->names[i]);
        check->is_compared = true;
    }
    making->checks->name_count = count;
    return 0;
}

static int add_elsewhere(struct checks *checks)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        struct name name;
        if (name_from_text(&name, elsewhere[i].name, strlen(elsewhere[i].name)) != 0)
            return ERR_SYNTAX;
        struct check *check = add(checks, CHECK_KNOWN, &name, elsewhere[i].type);
        if (!check)
            return ERR_NOMEM;
        check->realm = (uint16_t)(1 + i);
    }
    return 0;
}

/* --- names that do not --- */

static int add_random(struct checks *checks, const struct name *parent, uint16_t zone,
                      uint16_t realm, struct rng *rng)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    char text[RANDOM_LABEL_LEN];
    struct name label, name;
    text[0] = letters[rng_below(rng, 26)];
    for (size_t i = 1; i < sizeof text; i++)
        text[i] = letters[rng_below(rng, sizeof letters - 1)];
    if (name_from_text(&label, text, sizeof text) != 0 || name_join(&name, &label, parent) != 0)
        return 0; /* under a zone whose name leaves no room */
    struct check *check = add(checks, CHECK_RANDOM, &name, TYPE_A);
    if (!check)
        return ERR_NOMEM;
    check->zone = zone;
    check->realm = realm;
    return 0;
}

static int add_randoms(struct checks *checks, const struct scan_params *params, struct rng *rng)
{
    int error = 0;
    for (size_t i = 0; i < checks->zone_count * RANDOM_PER_ZONE && error == 0; i++) {
        size_t zone = i % checks->zone_count;
        error = add_random(checks, &params->patterns[zone].zone, (uint16_t)zone, 0, rng);
    }
    for (size_t i = 0; i < sizeof random_elsewhere / sizeof *random_elsewhere && error == 0; i++) {
        struct name parent;
        error = name_from_text(&parent, random_elsewhere[i], strlen(random_elsewhere[i]));
        if (error == 0)
            error = add_random(checks, &parent, CHECK_ELSEWHERE, (uint16_t)(1 + i), rng);
    }
    return error;
}

/* --- traits, by the first name --- */

static int add_traits(struct checks *checks)
{
    for (int kind = CHECK_SIGNED; kind < CHECK_KIND_COUNT; kind++) {
        static const struct name root = {.len = 1};
        struct check *check = add(checks, (enum check_kind)kind, &root, TYPE_SOA);
        if (!check)
            return ERR_NOMEM;
        check->zone = checks->items[0].zone;
        check->question = checks->items[0].question;
    }
    return 0;
}

int checks_create(struct checks *out, const struct scan_params *params, struct rng *rng)
{
    *out = (struct checks){0};
    struct making making = {.checks = out, .rng = rng};
    int error = add_apexes(out, params);
    if (error == 0)
        error = add_names(&making, params);
    if (error == 0)
        error = add_elsewhere(out);
    if (error == 0)
        error = add_randoms(out, params, rng);
    if (error == 0)
        error = add_traits(out);
    if (error != 0)
        checks_destroy(out);
    return error;
}

void checks_destroy(struct checks *checks)
{
    free(checks->items);
    *checks = (struct checks){0};
}
