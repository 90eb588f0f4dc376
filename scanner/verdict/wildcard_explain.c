// SPDX-License-Identifier: BSD-2-Clause
/* What is known of a wildcard, in words. */
#include "verdict/wildcard.h"

#include <stdio.h>

#include "verdict/wildcard_table.h"

size_t wildcards_explain(const struct wildcards *w, const uint8_t *root, char *out, size_t cap)
{
    char name[NAME_TEXT_MAX], type[CODE_TEXT_MAX];
    const struct parent *p = wildcards_find_parent(w, root);
    const char *join = " answers ";
    size_t len = 0;

    if (cap == 0)
        return 0;
    out[0] = '\0';
    if (!p)
        return 0;
    name_to_text(root, name);
    int wrote = snprintf(out, cap, name[0] == '.' ? "*%s" : "*.%s", name);
    for (size_t i = 0; wrote >= 0 && i < w->type_count; i++) {
        const struct wildcard_pool *pool = &p->pools[i];
        len += (size_t)wrote;
        if (len >= cap)
            return cap - 1;
        code_type_to_text(w->types[i], type);
        wrote = 0;
        if (pool->count)
            wrote = snprintf(out + len, cap - len, "%s%s with %s%u %s in %u probes", join, type,
                             pool->is_saturated ? "over " : "", pool->count,
                             pool->count == 1 ? "datum" : "data", pool->answered);
        else if (pool->is_lost)
            wrote =
                snprintf(out + len, cap - len, "%s%s with %u probes lost", join, type, pool->asked);
        if (wrote > 0)
            join = ", ";
    }
    if (wrote > 0)
        len += (size_t)wrote;
    return len < cap ? len : cap - 1;
}

static const char *evidence_of(const struct wildcards *w, const struct parent *p)
{
    if (p->is_signed)
        return "rrsig";
    for (size_t i = 0; i < w->type_count; i++)
        if (p->pools[i].embeds)
            return "cname";
    return "probe";
}

bool wildcards_root(const struct wildcards *w, uint32_t *parent, struct wildcard_root *out)
{
    while (*parent < w->parent_count && w->parents[*parent]->state != PARENT_WILDCARD &&
           !w->parents[*parent]->is_signed)
        ++*parent;
    if (*parent >= w->parent_count)
        return false;
    const struct parent *p = w->parents[*parent];
    *out = (struct wildcard_root){.name = p->name, .evidence = evidence_of(w, p)};
    return true;
}
