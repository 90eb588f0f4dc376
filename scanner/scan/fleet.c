// SPDX-License-Identifier: BSD-2-Clause
#include "scan/fleet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/text.h"
#include "model/resolver.h"
#include "source/source.h"

#define COMPLAINTS_MAX 10
#define SHOWN_MAX      80          /* octets of a bad line */
#define OPERATOR_OWN   UINT32_MAX  /* each resolver its own */
#define OPERATOR_NAMED 0x40000000u /* above any index: POOL_RESOLVERS_MAX is 2^24 */

/* Columns behind the address. */
enum { COLUMN_CLASS, COLUMN_OPERATOR = COLUMN_CLASS, COLUMN_QPS, COLUMN_BACK_END = 5, COLUMNS_MAX };

struct loader {
    struct fleet *fleet;
    const struct scan_params *params;
    const char *option; /* whose values are read: "-r" */
    bool is_trusted;    /* they are trusted */
    bool has_operators; /* second column is the operator, not the class */
    uint32_t *seen;     /* open addressing over items, index + 1 */
    size_t seen_cap;
    size_t class_counts[RESOLVER_CLASS_COUNT]; /* of those left out */
};

/* --- addresses --- */

static int parse_port(const char *text, size_t len, uint16_t *out)
{
    unsigned long value = 0;
    if (len == 0 || len > 5)
        return ERR_SYNTAX;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return ERR_SYNTAX;
        value = value * 10 + (unsigned long)(text[i] - '0');
    }
    if (value == 0 || value > 65535)
        return ERR_SYNTAX;
    *out = (uint16_t)value;
    return 0;
}

static int parse_v4(struct wire_address *out, const char *host, uint16_t port)
{
    *out = (struct wire_address){.family = 0, .len = sizeof out->sa.v4};
    out->sa.v4.sin_family = AF_INET;
    out->sa.v4.sin_port = htons(port);
    return inet_pton(AF_INET, host, &out->sa.v4.sin_addr) == 1 ? 0 : ERR_SYNTAX;
}

static int parse_v6(struct wire_address *out, char *host, uint16_t port)
{
    *out = (struct wire_address){.family = 1, .len = sizeof out->sa.v6};
    out->sa.v6.sin6_family = AF_INET6;
    out->sa.v6.sin6_port = htons(port);
    char *scope = strchr(host, '%');
    if (scope) {
        *scope++ = '\0';
        out->sa.v6.sin6_scope_id = if_nametoindex(scope);
        if (out->sa.v6.sin6_scope_id == 0)
            return ERR_SYNTAX;
    }
    return inet_pton(AF_INET6, host, &out->sa.v6.sin6_addr) == 1 ? 0 : ERR_SYNTAX;
}

int fleet_parse_address(struct wire_address *out, const char *text, size_t len,
                        uint16_t default_port)
{
    char host[FLEET_TEXT_MAX];
    uint16_t port = default_port;
    if (len == 0 || len >= sizeof host)
        return ERR_SYNTAX;
    const char *colon = memchr(text, ':', len);
    const char *bracket = text[0] == '[' ? memchr(text, ']', len) : NULL;
    size_t host_len = len;
    if (bracket) {
        size_t rest = (size_t)(text + len - bracket - 1);
        if (rest && (bracket[1] != ':' || parse_port(bracket + 2, rest - 1, &port) != 0))
            return ERR_SYNTAX;
        text++;
        host_len = (size_t)(bracket - text);
    } else if (colon && !memchr(colon + 1, ':', (size_t)(text + len - colon - 1))) {
        if (parse_port(colon + 1, (size_t)(text + len - colon - 1), &port) != 0)
            return ERR_SYNTAX;
        host_len = (size_t)(colon - text);
        colon = NULL; /* what is left has no colon: IPv4 */
    }
    memcpy(host, text, host_len);
    host[host_len] = '\0';
    return bracket || colon ? parse_v6(out, host, port) : parse_v4(out, host, port);
}

/* The interface behind an address that is of one link alone (RFC 4007 section 11); else nothing. */
static void format_zone(uint32_t scope, char out[1 + IF_NAMESIZE])
{
    char name[IF_NAMESIZE];
    *out = '\0';
    if (scope != 0 && if_indextoname(scope, name))
        (void)snprintf(out, 1 + IF_NAMESIZE, "%%%s", name);
}

void fleet_format_address(const struct wire_address *a, char out[FLEET_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN], zone[1 + IF_NAMESIZE];
    if (a->family == 0) {
        (void)inet_ntop(AF_INET, &a->sa.v4.sin_addr, host, sizeof host);
        (void)snprintf(out, FLEET_TEXT_MAX, "%s:%u", host, ntohs(a->sa.v4.sin_port));
    } else {
        (void)inet_ntop(AF_INET6, &a->sa.v6.sin6_addr, host, sizeof host);
        format_zone(a->sa.v6.sin6_scope_id, zone);
        (void)snprintf(out, FLEET_TEXT_MAX, "[%s%s]:%u", host, zone, ntohs(a->sa.v6.sin6_port));
    }
}

/* --- adding --- */

static int grow_seen(struct loader *l)
{
    size_t cap = l->seen_cap ? l->seen_cap * 4 : 1024;
    uint32_t *seen = calloc(cap, sizeof *seen);
    if (!seen)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < l->fleet->count; i++) {
        const char *text = l->fleet->items[i].text;
        size_t at = hash64(text, strlen(text), 0) & (cap - 1);
        while (seen[at])
            at = (at + 1) & (cap - 1);
        seen[at] = i + 1;
    }
    free(l->seen);
    l->seen = seen;
    l->seen_cap = cap;
    return 0;
}

/* Where TEXT stands or would stand in seen[]. */
static size_t seen_place(const struct loader *l, const char *text)
{
    size_t at = hash64(text, strlen(text), 0) & (l->seen_cap - 1);
    while (l->seen[at] && strcmp(l->fleet->items[l->seen[at] - 1].text, text) != 0)
        at = (at + 1) & (l->seen_cap - 1);
    return at;
}

/* R was named by a value that is read now. */
static void trust(struct loader *l, struct fleet_resolver *r)
{
    l->fleet->trusted += l->is_trusted && !r->is_trusted;
    r->is_trusted |= l->is_trusted;
}

/* For one more. */
static int make_room(struct fleet *fleet)
{
    if (fleet->count < fleet->cap)
        return 0;
    size_t cap = fleet->cap ? fleet->cap * 2 : 64;
    struct fleet_resolver *items = realloc(fleet->items, cap * sizeof *items);
    if (!items)
        return ERR_NOMEM;
    fleet->items = items;
    fleet->cap = cap;
    return 0;
}

static int add(struct loader *l, const struct wire_address *address, uint32_t operator_key,
               uint64_t stated_qps)
{
    struct fleet *fleet = l->fleet;
    if (make_room(fleet) != 0)
        return ERR_NOMEM;
    if (fleet->count * 2 >= l->seen_cap && grow_seen(l) != 0)
        return ERR_NOMEM;
    struct fleet_resolver *r = &fleet->items[fleet->count];
    *r = (struct fleet_resolver){
        .address = *address, .operator_key = operator_key, .stated_qps = stated_qps};
    fleet_format_address(address, r->text);
    size_t at = seen_place(l, r->text);
    if (l->seen[at]) {
        fleet->repeated++;
        trust(l, &fleet->items[l->seen[at] - 1]);
        return 0;
    }
    fleet->given++;
    if ((l->params->only_v4 && address->family == 1) ||
        (l->params->only_v6 && address->family == 0)) {
        fleet->unwanted++;
        return 0;
    }
    if (!wire_has_route(address)) {
        fleet->without_route++;
        return 0;
    }
    if (operator_key == OPERATOR_OWN)
        r->operator_key = (uint32_t)fleet->count;
    l->seen[at] = (uint32_t)++fleet->count;
    trust(l, r);
    return 0;
}

/* --- lines --- */

struct column {
    const char *data;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next run of non-blanks in [DATA, END); empty at the end. */
static struct column next_column(const char *data, const char *end)
{
    while (data < end && is_blank(*data))
        data++;
    const char *start = data;
    while (data < end && !is_blank(*data))
        data++;
    return (struct column){start, (size_t)(data - start)};
}

static bool column_is(const struct column *column, const char *word)
{
    return column->len == strlen(word) && memcmp(column->data, word, column->len) == 0;
}

/* A whole number, or 0 for anything else ("-", "37.5" counts as 37). */
static uint64_t column_number(const struct column *column)
{
    uint64_t value = 0;
    for (size_t i = 0; i < column->len && i < 9 && column->data[i] != '.'; i++) {
        if (column->data[i] < '0' || column->data[i] > '9')
            return 0;
        value = value * 10 + (uint64_t)(column->data[i] - '0');
    }
    return value;
}

/* The class that a column names; RESOLVER_CLASS_COUNT: none. */
static int column_class(const struct column *column)
{
    int kind = 0;
    while (kind < RESOLVER_CLASS_COUNT && !column_is(column, resolver_classes[kind].word))
        kind++;
    return kind;
}

/* First words of the columns behind the address, which are apart by TABs where there are
 * any, so that a reason may have blanks in it, else by blanks. */
static void split_columns(const char *data, const char *end, struct column *columns)
{
    bool has_tabs = memchr(data, '\t', (size_t)(end - data)) != NULL;
    const char *tab = has_tabs ? memchr(data, '\t', (size_t)(end - data)) : NULL;
    for (size_t i = 0; i < COLUMNS_MAX && data < end; i++) {
        if (!has_tabs && i == COLUMN_BACK_END)
            return; /* behind a reason of unknown many words */
        if (!has_tabs) {
            columns[i] = next_column(data, end);
            data = columns[i].data + columns[i].len;
            continue;
        }
        data = tab ? tab + 1 : end;
        tab = memchr(data, '\t', (size_t)(end - data));
        columns[i] = next_column(data, tab ? tab : end);
    }
}

/* Left out by its class in the `resolvers` table. */
static void leave_out(struct loader *l, const struct column *address, int kind)
{
    l->fleet->left_out++;
    l->class_counts[kind]++;
    log_why("%.*s is left out: %s", (int)address->len, address->data, resolver_classes[kind].word);
}

/* One line: an address, then perhaps columns. */
static int add_line(void *ctx, const char *file, const struct line *line)
{
    struct loader *l = ctx;
    const char *end = line->data + line->len;
    struct column first = next_column(line->data, end), columns[COLUMNS_MAX] = {{0}};
    struct wire_address address;
    if (fleet_parse_address(&address, first.data, first.len, l->params->port) != 0) {
        if (l->fleet->bad_lines++ < COMPLAINTS_MAX)
            log_note("%s:%llu: not an address: %.*s", file, (unsigned long long)line->number,
                     (int)(line->len > SHOWN_MAX ? SHOWN_MAX : line->len), line->data);
        return 0;
    }
    split_columns(first.data + first.len, end, columns);
    if (l->params->command == SCAN_SURVEY) /* what a survey of before says is found out anew */
        return add(l, &address, OPERATOR_OWN, 0);
    int kind = column_class(&columns[COLUMN_CLASS]);
    bool is_table = !l->has_operators && kind != RESOLVER_CLASS_COUNT;
    if (is_table && !resolver_classes[kind].is_used) {
        leave_out(l, &first, kind);
        return 0;
    }
    /* Operators get keys above any index of a list. */
    const struct column *named = &columns[l->has_operators ? COLUMN_OPERATOR : COLUMN_BACK_END];
    uint32_t key = OPERATOR_OWN;
    if (named->len && (l->has_operators || is_table))
        key = OPERATOR_NAMED | ((uint32_t)hash64(named->data, named->len, 0) >> 2);
    return add(l, &address, key, column_number(&columns[COLUMN_QPS]));
}

/* --- where lists come from --- */

static int add_builtin(struct loader *l)
{
    struct builtin list = builtin_resolvers();
    const char *data = list.data, *end = list.data + list.len;
    l->has_operators = true;
    l->fleet->is_builtin = true;
    for (uint64_t number = 1; data < end; number++) {
        const char *newline = memchr(data, '\n', (size_t)(end - data));
        const char *line_end = newline ? newline : end;
        struct line line = {.data = data, .len = (size_t)(line_end - data), .number = number};
        data = line_end + 1;
        if (lines_trim(&line.data, &line.len) != LINES_GOT)
            continue;
        int error = add_line(l, "built-in list", &line);
        if (error != 0)
            return error;
    }
    return 0;
}

static int add_nameserver(void *ctx, const char *file, const struct line *line)
{
    struct column keyword = next_column(line->data, line->data + line->len);
    if (!column_is(&keyword, "nameserver"))
        return 0;
    struct column address = next_column(keyword.data + keyword.len, line->data + line->len);
    struct line rest = {.data = address.data, .len = address.len, .number = line->number};
    return add_line(ctx, file, &rest);
}

static int add_file(struct loader *l, const char *path,
                    int (*item)(void *ctx, const char *file, const struct line *line))
{
    int error = lines_each(path, item, l);
    if (error == ERR_IO)
        log_error("%s: %s", path, strerror(errno));
    else if (error != 0 && error != ERR_NOMEM)
        log_error("%s: %s", path, err_text(error));
    return error;
}

/* One value of -r or --trusted: a file when there is one of that name, else a comma list. */
static int add_value(struct loader *l, const char *value)
{
    if (strcmp(value, "-") == 0 || access(value, F_OK) == 0)
        return add_file(l, value, add_line);
    while (*value) {
        size_t len = strcspn(value, ",");
        int error = 0;
        if (len == strlen("system") && memcmp(value, "system", len) == 0) {
            error = add_file(l, "/etc/resolv.conf", add_nameserver);
        } else if (len) {
            struct line line = {.data = value, .len = len, .number = 1};
            error = add_line(l, l->option, &line);
        }
        if (error != 0)
            return error;
        value += len + (value[len] == ',');
    }
    return 0;
}

static int compare_keys(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Keys become ranks, 0 to operator_count - 1: workers share operators out by them. */
static int rank_operators(struct fleet *fleet)
{
    uint32_t *keys = calloc(fleet->count + 1, sizeof *keys);
    if (!keys)
        return ERR_NOMEM;
    for (size_t i = 0; i < fleet->count; i++)
        keys[i] = fleet->items[i].operator_key;
    qsort(keys, fleet->count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < fleet->count; i++) {
        if (i == 0 || keys[i] != keys[fleet->operator_count - 1])
            keys[fleet->operator_count++] = keys[i];
    }
    fleet->is_all_loopback = fleet->count > 0;
    for (size_t i = 0; i < fleet->count; i++) {
        struct fleet_resolver *r = &fleet->items[i];
        const uint32_t *key =
            bsearch(&r->operator_key, keys, fleet->operator_count, sizeof *keys, compare_keys);
        r->operator_key = (uint32_t)(key - keys);
        fleet->is_all_loopback &= wire_address_is_loopback(&r->address);
    }
    free(keys);
    return 0;
}

static void tell_left_out(const struct loader *l)
{
    struct text text = {0};
    if (l->fleet->left_out == 0)
        return;
    for (int i = 0; i < RESOLVER_CLASS_COUNT; i++) {
        if (l->class_counts[i])
            text_printf(&text, "%s%zu %s", text.len ? ", " : "", l->class_counts[i],
                        resolver_classes[i].word);
    }
    text_putc(&text, '\0');
    if (!text.failed)
        log_note("%zu resolvers are left out by their class: %s", l->fleet->left_out, text.data);
    text_deinit(&text);
}

int fleet_load(struct fleet *out, const struct scan_params *params)
{
    *out = (struct fleet){0};
    struct loader l = {.fleet = out, .params = params, .option = "-r"};
    int error = 0;
    if (params->resolvers.count == 0)
        error = add_builtin(&l);
    for (size_t i = 0; error == 0 && i < params->resolvers.count; i++)
        error = add_value(&l, params->resolvers.items[i]);
    l.option = "--trusted";
    l.is_trusted = true;
    l.has_operators = false;
    for (size_t i = 0; error == 0 && i < params->trusted.count; i++)
        error = add_value(&l, params->trusted.items[i]);
    if (error == 0)
        error = rank_operators(out);
    if (error == 0 && out->bad_lines > COMPLAINTS_MAX)
        log_note("%zu resolver lines in all are not addresses", out->bad_lines);
    if (error == 0)
        tell_left_out(&l);
    free(l.seen);
    if (error != 0)
        fleet_deinit(out);
    return error;
}

int fleet_put(struct fleet *fleet, const struct wire_address *address, uint32_t *index)
{
    for (*index = 0; *index < fleet->count; ++*index) {
        if (wire_address_equal(&fleet->items[*index].address, address))
            return 0;
    }
    int error = make_room(fleet);
    if (error != 0)
        return error;
    struct fleet_resolver *r = &fleet->items[fleet->count++];
    *r = (struct fleet_resolver){.address = *address, .operator_key = *index};
    fleet_format_address(address, r->text);
    fleet->is_all_loopback =
        (*index == 0 || fleet->is_all_loopback) && wire_address_is_loopback(address);
    fleet->given = fleet->count;
    fleet->operator_count = (uint32_t)fleet->count;
    return 0;
}

void fleet_deinit(struct fleet *fleet)
{
    free(fleet->items);
    *fleet = (struct fleet){0};
}
