// SPDX-License-Identifier: BSD-2-Clause
/* Two lists of names and one of questions, each behind a line "=": --scope, --exclude, and
 * what is then asked for. The table must say what reading the lists one by one says. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/scope.h"
#include "source/source.h"

#define ITEMS_MAX 64

struct items {
    const char *text[ITEMS_MAX];
    size_t count;
};

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_below(const char *item)
{
    return strncmp(item, "*.", 2) == 0;
}

/* The slow way. ERR_SYNTAX when an item is no name. */
static int is_listed(const struct items *items, const struct name *name)
{
    int found = 0;
    for (size_t i = 0; i < items->count; i++) {
        struct name item;
        if (source_name_from_text(&item, items->text[i], strlen(items->text[i])) != 0)
            return ERR_SYNTAX;
        if (is_below(items->text[i]))
            found |= name->len > item.len && name_is_under(name->wire, item.wire);
        else
            found |= name_equal(name->wire, item.wire);
    }
    return found;
}

/* Lines up to "=" or the end; returns what follows. */
static char *take_items(char *text, struct items *out)
{
    out->count = 0;
    while (text && *text) {
        char *next = strchr(text, '\n');
        if (next)
            *next++ = '\0';
        if (strcmp(text, "=") == 0)
            return next;
        if (*text && out->count < ITEMS_MAX)
            out->text[out->count++] = text;
        text = next;
    }
    return NULL;
}

static void ask(const struct scope *scope, const struct items *only, const struct items *never,
                const char *text)
{
    struct name name;
    if (name_from_text(&name, text, strlen(text)) != 0)
        return;
    int in_only = is_listed(only, &name), in_never = is_listed(never, &name);
    check(in_only >= 0 && in_never >= 0);
    bool is_allowed = !in_never && (only->count == 0 || in_only);
    check(scope_allows(scope, name.wire) == is_allowed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct items only, never, asked;
    struct scope *scope;
    struct name root = {.len = 1};
    char *text = calloc(size + 1, 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    log_init(LOG_ERROR, false);
    take_items(take_items(take_items(text, &only), &never), &asked);
    const struct str_list only_list = {only.text, only.count},
                          never_list = {never.text, never.count};
    int error = scope_create(&scope, &only_list, &never_list);
    bool is_good = is_listed(&only, &root) >= 0 && is_listed(&never, &root) >= 0;
    check(error == (is_good ? 0 : ERR_SYNTAX));
    if (error == 0) {
        for (size_t i = 0; i < asked.count; i++)
            ask(scope, &only, &never, asked.text[i]);
        for (size_t i = 0; i < only.count; i++) /* an item's own name too */
            ask(scope, &only, &never, only.text[i]);
        scope_destroy(scope);
    } else {
        check(scope == NULL);
    }
    free(text);
    return 0;
}
