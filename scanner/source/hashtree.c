// SPDX-License-Identifier: BSD-2-Clause
#include "source/hashtree.h"

#include <stdlib.h>
#include <string.h>

#include "source/arc.h"

#define CAP_FIRST 256

void hashtree_init(struct hashtree *tree, uint64_t seed)
{
    *tree = (struct hashtree){.root = HASHTREE_NONE};
    rng_fast_init(&tree->rng, seed);
}

void hashtree_deinit(struct hashtree *tree)
{
    free(tree->nodes);
    tree->nodes = NULL;
}

/* Parts the tree FROM: what is before HASH goes to LEFT, the rest to RIGHT. */
static void split(struct hashtree *tree, uint32_t from, const uint8_t *hash, uint32_t *left,
                  uint32_t *right)
{
    while (from != HASHTREE_NONE) {
        struct hashtree_node *node = &tree->nodes[from];
        if (arc_compare(node->hash, hash) < 0) {
            *left = from;
            left = &node->right;
            from = node->right;
        } else {
            *right = from;
            right = &node->left;
            from = node->left;
        }
    }
    *left = *right = HASHTREE_NONE;
}

/* All of LEFT are before all of RIGHT. */
static uint32_t join(struct hashtree *tree, uint32_t left, uint32_t right)
{
    uint32_t root, *place = &root;
    while (left != HASHTREE_NONE && right != HASHTREE_NONE) {
        struct hashtree_node *l = &tree->nodes[left], *r = &tree->nodes[right];
        if (l->priority > r->priority) {
            *place = left;
            place = &l->right;
            left = l->right;
        } else {
            *place = right;
            place = &r->left;
            right = r->left;
        }
    }
    *place = left != HASHTREE_NONE ? left : right;
    return root;
}

static int make_room(struct hashtree *tree)
{
    if (tree->count < tree->cap)
        return 0;
    uint32_t cap = tree->cap ? tree->cap + tree->cap / 2 : CAP_FIRST;
    struct hashtree_node *grown = reallocarray(tree->nodes, cap, sizeof *grown);
    if (!grown)
        return ERR_NOMEM;
    tree->nodes = grown;
    tree->cap = cap;
    return 0;
}

int hashtree_put(struct hashtree *tree, const uint8_t *hash, uint32_t *item)
{
    int r = make_room(tree);
    if (r != 0)
        return r;
    uint32_t number = tree->count++, *place = &tree->root;
    struct hashtree_node *node = &tree->nodes[number];
    memcpy(node->hash, hash, NSEC3_HASH_LEN);
    node->priority = (uint32_t)rng_fast_u64(&tree->rng);
    while (*place != HASHTREE_NONE && tree->nodes[*place].priority > node->priority) {
        struct hashtree_node *above = &tree->nodes[*place];
        place = arc_compare(hash, above->hash) < 0 ? &above->left : &above->right;
    }
    split(tree, *place, hash, &node->left, &node->right);
    *place = number;
    *item = number;
    return 0;
}

void hashtree_take(struct hashtree *tree, uint32_t item)
{
    struct hashtree_node *node = &tree->nodes[item];
    uint32_t *place = &tree->root;
    while (*place != item) {
        struct hashtree_node *above = &tree->nodes[*place];
        place = arc_compare(node->hash, above->hash) < 0 ? &above->left : &above->right;
    }
    *place = join(tree, node->left, node->right);
}

/* The outermost one to the right, or to the left. */
static uint32_t outermost(const struct hashtree *tree, bool is_right)
{
    uint32_t at = tree->root, last = HASHTREE_NONE;
    while (at != HASHTREE_NONE) {
        last = at;
        at = is_right ? tree->nodes[at].right : tree->nodes[at].left;
    }
    return last;
}

uint32_t hashtree_at_or_before(const struct hashtree *tree, const uint8_t *hash)
{
    uint32_t at = tree->root, best = HASHTREE_NONE;
    while (at != HASHTREE_NONE) {
        const struct hashtree_node *node = &tree->nodes[at];
        bool is_fit = arc_compare(node->hash, hash) <= 0;
        if (is_fit)
            best = at;
        at = is_fit ? node->right : node->left;
    }
    return best != HASHTREE_NONE ? best : outermost(tree, true);
}

uint32_t hashtree_after(const struct hashtree *tree, const uint8_t *hash)
{
    uint32_t at = tree->root, best = HASHTREE_NONE;
    while (at != HASHTREE_NONE) {
        const struct hashtree_node *node = &tree->nodes[at];
        bool is_fit = arc_compare(node->hash, hash) > 0;
        if (is_fit)
            best = at;
        at = is_fit ? node->left : node->right;
    }
    return best != HASHTREE_NONE ? best : outermost(tree, false);
}
