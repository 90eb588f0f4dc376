// SPDX-License-Identifier: BSD-2-Clause
/* From text to patterns.
 *
 *  1. A URL gives its host.
 *  2. The mark, FUZZ (capitals: "fuzz.example" is a name) or *, may stand once, in any
 *     label. The zone is what lies right of that label; without a mark, all of it.
 *  3. The zone, and labels left of the mark, may have U-labels. The mark's own label may
 *     not: its A-label would depend on the word.
 *  4. Equal patterns are merged: the names they make would be asked twice.
 *
 * A bad domain in a list is told (the first TOLD_MAX) and passed over; as an argument it
 * ends the program. */
#include "cmd/targets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/value.h"
#include "source/source.h"

#define TOLD_MAX  10 /* bad lines told one by one */
#define SHOWN_MAX 80 /* bytes of a bad domain that are shown */

static int shown(size_t len)
{
    return (int)(len > SHOWN_MAX ? SHOWN_MAX : len);
}

/* Letters, digits, '+', '-' and '.' (RFC 3986 section 3.1). */
static bool is_scheme(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char lower = (char)(text[i] | 32);
        if (!(lower >= 'a' && lower <= 'z') && !(text[i] >= '0' && text[i] <= '9') &&
            !memchr("+-.", text[i], 3))
            return false;
    }
    return len > 0;
}

const char *target_url_host(const char *text, size_t len, size_t *host_len)
{
    const char *host = memmem(text, len, "://", 3);
    *host_len = 0;
    if (!host || !is_scheme(text, (size_t)(host - text)))
        return NULL;
    host += 3;
    size_t left = len - (size_t)(host - text), n = 0;
    while (n < left && !memchr("/?#", host[n], 3))
        n++; /* the authority: user@host:port */
    const char *at = memrchr(host, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    char stop = ':';
    if (n > 0 && *host == '[') { /* an IPv6 address */
        host++;
        n--;
        stop = ']';
    }
    const char *end = memchr(host, stop, n);
    *host_len = end ? (size_t)(end - host) : n;
    return host;
}

bool target_looks_like_file(const char *text, size_t len)
{
    static const char *const endings[] = {".txt", ".lst", ".csv", ".gz", ".xz", ".zst"};
    if (memchr(text, '/', len))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending_len = strlen(endings[i]);
        if (len > ending_len &&
            value_is(text + len - ending_len, ending_len, endings[i], ending_len))
            return true;
    }
    return false;
}

/* Where a mark begins at or behind OFFSET, and its length; LEN when there is none. */
static size_t find_mark(const char *text, size_t len, size_t offset, size_t *mark_len)
{
    for (size_t i = offset; i < len; i++) {
        *mark_len = text[i] == '*' ? 1 : len - i >= 4 && memcmp(text + i, "FUZZ", 4) == 0 ? 4 : 0;
        if (*mark_len > 0)
            return i;
    }
    return len;
}

/* Letters, those of any script too, digits, '-' and '_': what may stand beside a word in one
 * label. Whether it can be is seen with a word between. */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0x80)
            continue;
        char lower = (char)(text[i] | 32);
        if (!(lower >= 'a' && lower <= 'z') && !(text[i] >= '0' && text[i] <= '9') &&
            text[i] != '-' && text[i] != '_')
            return false;
    }
    return true;
}

static const char *keep_lower(struct setup *setup, const char *text, size_t len)
{
    char lower[NAME_LABEL_MAX + 1];
    for (size_t i = 0; i < len; i++)
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 32 : text[i]);
    return setup_keep(setup, lower, len);
}

/* BEFORE: the labels left of the mark's, as A-labels, a dot, and LABEL. */
static int keep_before(struct setup *setup, const char *labels, size_t labels_len,
                       const char *label, size_t label_len, const char **out)
{
    struct name left;
    char text[NAME_TEXT_MAX + NAME_LABEL_MAX + 1];
    int error = source_name_from_text(&left, labels, labels_len);
    if (error || memchr(labels, '\\', labels_len))
        return error ? error : ERR_SYNTAX;
    size_t len = name_to_text(left.wire, text);
    text[len++] = '.';
    for (size_t i = 0; i < label_len; i++)
        text[len++] = (char)(label[i] >= 'A' && label[i] <= 'Z' ? label[i] | 32 : label[i]);
    *out = setup_keep(setup, text, len);
    return *out ? 0 : ERR_NOMEM;
}

/* The pattern with a word of one letter must be a name. */
static int check_fits(const struct scan_pattern *pattern)
{
    char text[2 * NAME_TEXT_MAX];
    size_t before_len = strlen(pattern->before), after_len = strlen(pattern->after);
    struct name left, all;
    if (before_len + after_len + 1 >= sizeof text)
        return ERR_RANGE;
    memcpy(text, pattern->before, before_len);
    text[before_len] = 'a';
    memcpy(text + before_len + 1, pattern->after, after_len);
    int error = source_name_from_text(&left, text, before_len + 1 + after_len);
    return error ? error : name_join(&all, &left, &pattern->zone);
}

/* TEXT has its mark at MARK. */
static int parse_marked(struct setup *setup, const char *text, size_t len, size_t mark,
                        size_t mark_len, struct scan_pattern *out)
{
    const char *dot = memrchr(text, '.', mark); /* left of the mark's label */
    size_t label = dot ? (size_t)(dot - text) + 1 : 0;
    size_t after = mark + mark_len, zone = after;
    while (zone < len && text[zone] != '.')
        zone++;
    if (mark - label > NAME_LABEL_MAX || zone - after > NAME_LABEL_MAX ||
        !is_plain(text + label, mark - label) || !is_plain(text + after, zone - after))
        return ERR_SYNTAX;
    out->after = keep_lower(setup, text + after, zone - after);
    out->before = keep_lower(setup, text + label, mark - label);
    if (!out->after || !out->before)
        return ERR_NOMEM;
    int error = 0;
    if (label > 0)
        error = keep_before(setup, text, label - 1, text + label, mark - label, &out->before);
    if (error)
        return error;
    bool is_root = zone == len || zone + 1 == len; /* the mark stands in the last label */
    error = is_root ? name_from_text(&out->zone, ".", 1)
                    : source_name_from_text(&out->zone, text + zone + 1, len - zone - 1);
    return error ? error : check_fits(out);
}

static bool is_address(const char *text, size_t len)
{
    return value_is_address(AF_INET, text, len) || value_is_address(AF_INET6, text, len);
}

int target_parse(struct setup *setup, const char *text, size_t len, struct scan_pattern *out,
                 struct text *why)
{
    size_t mark_len, second_len;
    *out = (struct scan_pattern){.before = "", .after = ""};
    size_t mark = find_mark(text, len, 0, &mark_len);
    int error;
    if (is_address(text, len)) {
        text_printf(why, "'%.*s' is an address, not a domain", shown(len), text);
        return ERR_SYNTAX;
    }
    if (mark == len) {
        error = source_name_from_text(&out->zone, text, len);
    } else if (find_mark(text, len, mark + mark_len, &second_len) < len) {
        text_printf(why, "'%.*s' has more than one mark (FUZZ or *)", shown(len), text);
        return ERR_SYNTAX;
    } else {
        error = parse_marked(setup, text, len, mark, mark_len, out);
    }
    const char *fault = source_label_fault(text, len);
    if (error == ERR_RANGE)
        text_printf(why, "'%.*s' is too long for a domain", shown(len), text);
    else if (error)
        text_printf(why, "'%.*s' %s", shown(len), text, fault ? fault : "is not a domain");
    return error;
}

/* For zones a mark is refused, but for the leading `*.` that lists may have. */
static int parse_here(const struct targets *targets, const char *text, size_t len,
                      struct scan_pattern *out, struct text *why)
{
    size_t mark_len, mark = find_mark(text, len, 0, &mark_len);
    int error = target_parse(targets->setup, text, len, out, why);
    bool is_star = mark == 0 && len > 1 && text[0] == '*' && text[1] == '.';
    if (error || !targets->are_zones || mark == len || is_star)
        return error;
    text_printf(why, "'%.*s': a zone has no place for words (FUZZ or *)", shown(len), text);
    return ERR_SYNTAX;
}

int targets_init(struct targets *targets, struct setup *setup)
{
    *targets = (struct targets){.setup = setup};
    return set_create(&targets->seen);
}

void targets_deinit(struct targets *targets)
{
    set_destroy(targets->seen);
    targets->seen = NULL;
}

/* SET_NEW, SET_OLD, ERR_NOMEM. BEFORE and AFTER hold no NUL, so this is one key each. */
static int put_seen(struct targets *targets, const struct scan_pattern *pattern)
{
    struct text key = {0};
    text_put(&key, pattern->before, strlen(pattern->before) + 1);
    text_put(&key, pattern->after, strlen(pattern->after) + 1);
    text_put(&key, (const char *)pattern->zone.wire, pattern->zone.len);
    int result =
        key.failed ? ERR_NOMEM : set_put(targets->seen, set_key(targets->seen, key.data, key.len));
    text_deinit(&key);
    return result;
}

static int add_pattern(struct targets *targets, const struct scan_pattern *pattern)
{
    struct scan_params *params = &targets->setup->params;
    int result = put_seen(targets, pattern);
    if (result == SET_OLD)
        targets->repeated_count++;
    if (result != SET_NEW)
        return result;
    if (params->pattern_count == targets->cap) {
        size_t cap = targets->cap ? targets->cap * 2 : 4;
        struct scan_pattern *grown = reallocarray(params->patterns, cap, sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        params->patterns = grown;
        targets->cap = cap;
    }
    params->patterns[params->pattern_count++] = *pattern;
    return 0;
}

static int add_text(struct targets *targets, const char *text, size_t len, struct text *why)
{
    struct scan_pattern pattern;
    size_t host_len;
    const char *host = target_url_host(text, len, &host_len);
    if (host) {
        text = host;
        len = host_len;
    }
    int error = parse_here(targets, text, len, &pattern, why);
    if (error)
        return error;
    if (host)
        log_note("a URL was given: its host %.*s is used", shown(len), text);
    return add_pattern(targets, &pattern);
}

int targets_add_argument(struct targets *targets, const char *text, const char *instead,
                         struct text *why)
{
    if (strcmp(text, "-") == 0) {
        text_puts(why, "a list of domains on stdin is given as -d -");
        return ERR_SYNTAX;
    }
    if (targets->setup->disk->look(text) == DISK_FILE) {
        text_printf(why, "'%.200s' is a file; did you mean %s?", text, instead);
        return ERR_SYNTAX;
    }
    size_t len = strlen(text), host_len;
    if (target_looks_like_file(text, len) && !target_url_host(text, len, &host_len)) {
        text_printf(why, "'%.200s' is not a domain, and no such file is there", text);
        return ERR_SYNTAX;
    }
    return add_text(targets, text, len, why);
}

struct reading {
    struct targets *targets;
    size_t bad_count, item_count;
};

static int add_line(void *ctx, const char *file, const struct line *line)
{
    struct reading *reading = ctx;
    struct scan_pattern pattern;
    struct text why = {0};
    size_t len = line->len;
    const char *text = target_url_host(line->data, line->len, &len);
    if (!text) {
        text = line->data;
        len = line->len;
    }
    reading->item_count++;
    int error = ERR_RANGE;
    if (line->too_long)
        text_puts(&why, "longer than 4,096 bytes");
    else
        error = parse_here(reading->targets, text, len, &pattern, &why);
    if (error == ERR_SYNTAX || error == ERR_RANGE) {
        if (reading->bad_count++ < TOLD_MAX)
            log_note("%s:%llu: %.*s", file, (unsigned long long)line->number, (int)why.len,
                     why.data ? why.data : "");
        error = 0;
    } else if (!error) {
        error = add_pattern(reading->targets, &pattern);
    }
    text_deinit(&why);
    return error;
}

static int add_part(void *ctx, const char *part, size_t len, struct text *why)
{
    return add_text(ctx, part, len, why);
}

int targets_add_list(struct targets *targets, const char *value, struct text *why)
{
    struct setup *setup = targets->setup;
    struct reading reading = {.targets = targets};
    int kind = setup_list_kind(setup, value, "--domains", why);
    if (kind < 0)
        return kind;
    if (kind == 0)
        return setup_each_part(value, add_part, targets, why);
    targets->list_count++;
    int error = setup->disk->each_line(value, add_line, &reading);
    if (error) {
        text_printf(why, "%s: %s", setup_shown(value),
                    error == ERR_IO ? strerror(errno) : err_text(error));
        return error == ERR_FORMAT ? ERR_IO : error;
    }
    if (reading.bad_count > TOLD_MAX)
        log_note("%s: %zu more lines are no domains", setup_shown(value),
                 reading.bad_count - TOLD_MAX);
    if (reading.item_count == 0)
        log_note("warning: %s: no domains in it", setup_shown(value));
    return 0;
}

int targets_take_domains(struct setup *setup, struct text *why)
{
    struct targets targets;
    int error = targets_init(&targets, setup);
    targets.are_zones = true;
    for (size_t i = 0; i < setup->domains.count && !error; i++)
        error = targets_add_list(&targets, setup->domains.items[i], why);
    targets_deinit(&targets);
    return error;
}

int targets_take_zones(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct targets targets;
    int error = targets_init(&targets, setup);
    targets.are_zones = true;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        if (!setup_is_server(opts_argument(opts, i)))
            error = targets_add_argument(&targets, opts_argument(opts, i), "-d", why);
    for (size_t i = 0; i < setup->domains.count && !error; i++)
        error = targets_add_list(&targets, setup->domains.items[i], why);
    bool is_listed = targets.list_count > 0;
    targets_deinit(&targets);
    if (!error && setup->params.pattern_count == 0 && !is_listed) {
        text_puts(why, "no zone given");
        error = ERR_SYNTAX;
    }
    return error;
}
