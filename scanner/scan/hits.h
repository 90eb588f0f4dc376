// SPDX-License-Identifier: BSD-2-Clause
/* From replies to hits: what a name's replies gave is copied out of the receive buffer
 * into parts, one per type; a decided candidate's parts become one hit.
 *
 *   reply --part_create--> part ... --hit_create--> hit --writer--> output, hit_destroy
 *
 * Parts and hits are single heap blocks with everything inside. */
#ifndef SCAN_HITS_H
#define SCAN_HITS_H

#include "dns/reply.h"
#include "model/hit.h"
#include "verdict/classify.h"
#include "verdict/wildcard.h"

/* The data of one type's reply. */
struct part {
    struct part *next;
    struct wildcard_data data;
    uint16_t type;
    uint8_t vote; /* which opinion on its type this is; scan/believe.c */
    bool is_dangling;
    bool is_further; /* got when a wildcard was to be told from the name: not written */
    uint16_t record_count;
    struct hit_record *records; /* inside the block */
};

/* NULL without memory or when a used record's data do not parse (*IS_DAMAGED). */
struct part *part_create(const struct reply *reply, const struct answer *answer, uint16_t type,
                         bool *is_damaged);
void parts_destroy(struct part *first);

struct hit_node {
    struct hit_node *next; /* the writer's */
    size_t bytes;          /* of the whole block */
    struct hit hit;
};

/* TEMPLATE's plain fields, NAME and the parts' records, equal ones once. The flags
 * `dangling` and `private`, types and records are filled in. NULL without memory. */
struct hit_node *hit_create(const struct hit *template, const uint8_t *name,
                            const struct part *parts);
void hit_destroy(struct hit_node *node);

#endif
