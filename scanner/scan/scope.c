// SPDX-License-Identifier: BSD-2-Clause
/* Items stand in one open-addressing table keyed by name and kind; a name is looked up
 * once by itself and once per ancestor. */
#include "scan/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "source/source.h"

enum kind { EXACT, BELOW };

struct item {
    struct name name;
    enum kind kind;
};

struct list {
    size_t count, cap; /* cap a power of two, more than twice count */
    struct item **slots;
};

struct scope {
    struct list only, never;
};

static size_t slot_of(const struct list *list, const uint8_t *name, size_t len, enum kind kind)
{
    size_t i = hash64(name, len, kind) & (list->cap - 1);
    while (list->slots[i] && (list->slots[i]->kind != kind || list->slots[i]->name.len != len ||
                              memcmp(list->slots[i]->name.wire, name, len) != 0))
        i = (i + 1) & (list->cap - 1);
    return i;
}

static int list_add(struct list *list, const char *text)
{
    struct item *item = calloc(1, sizeof *item);
    if (!item)
        return ERR_NOMEM;
    item->kind = strncmp(text, "*.", 2) == 0 ? BELOW : EXACT;
    if (source_name_from_text(&item->name, text, strlen(text)) != 0) {
        log_error("not a name or *.suffix: %s", text);
        free(item);
        return ERR_SYNTAX;
    }
    size_t i = slot_of(list, item->name.wire, item->name.len, item->kind);
    if (list->slots[i]) {
        free(item);
        return 0;
    }
    list->slots[i] = item;
    list->count++;
    return 0;
}

static int list_init(struct list *list, const struct str_list *items)
{
    list->cap = 16;
    while (list->cap < items->count * 2 + 2)
        list->cap *= 2;
    list->slots = calloc(list->cap, sizeof *list->slots);
    if (!list->slots)
        return ERR_NOMEM;
    for (size_t i = 0; i < items->count; i++) {
        int error = list_add(list, items->items[i]);
        if (error != 0)
            return error;
    }
    return 0;
}

static void list_deinit(struct list *list)
{
    for (size_t i = 0; list->slots && i < list->cap; i++)
        free(list->slots[i]);
    free(list->slots);
}

int scope_create(struct scope **out, const struct str_list *only, const struct str_list *never)
{
    *out = NULL;
    if (only->count == 0 && never->count == 0)
        return 0;
    struct scope *scope = calloc(1, sizeof *scope);
    if (!scope)
        return ERR_NOMEM;
    int error = list_init(&scope->only, only);
    if (error == 0)
        error = list_init(&scope->never, never);
    if (error != 0) {
        scope_destroy(scope);
        return error;
    }
    *out = scope;
    return 0;
}

void scope_destroy(struct scope *scope)
{
    if (!scope)
        return;
    list_deinit(&scope->only);
    list_deinit(&scope->never);
    free(scope);
}

static bool matches(const struct list *list, const uint8_t *name)
{
    if (list->count == 0)
        return false;
    size_t len = name_len(name);
    if (list->slots[slot_of(list, name, len, EXACT)])
        return true;
    while (*name) {
        len -= 1u + *name;
        name += 1u + *name;
        if (list->slots[slot_of(list, name, len, BELOW)])
            return true;
    }
    return false;
}

bool scope_allows(const struct scope *scope, const uint8_t *name)
{
    if (!scope)
        return true;
    if (matches(&scope->never, name))
        return false;
    return scope->only.count == 0 || matches(&scope->only, name);
}
