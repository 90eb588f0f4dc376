// SPDX-License-Identifier: BSD-2-Clause
/* The links of a chain of trust (verdict/chain_link.h) against replies of anybody: messages as they
 * come by TCP, each behind two octets of length.
 *
 * The chain goes from `test`, whose anchor is that of the corpus's key, over `sub.test` to
 * `deep.sub.test`; each message is for the first link that is not final. Only legal moves are made,
 * and keys that are held are those that a DS is of. */
#include <stdlib.h>
#include <string.h>

#include "dns/dnssec.h"
#include "tests/fuzz/frames.h"
#include "verdict/chain_link.h"

#define NOW   1500000
#define LINKS 3

#define ANCHOR                                                                                     \
    "test. IN DS 55302 13 2 5e0c7f78d9bfbb0adc7d2479786869bfa1f308e52d5e1d66108a5138e9c9f126"

static struct signed_sets sets;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_legal(enum link_state from, enum link_state to)
{
    return from == LINK_WANTS_DS ? to != LINK_WANTS_DS && to != LINK_HOLDS : to == LINK_HOLDS;
}

static void check_link(const struct chain_link *link)
{
    bool is_match = false;
    check((link->keys != NULL) == (link->state == LINK_HOLDS));
    check(link->ds_count <= ANCHORS_A_ZONE);
    check(link->ds_count > 0 || (link->state != LINK_WANTS_KEYS && link->state != LINK_HOLDS));
    for (unsigned i = 0; i < link->ds_count; i++) {
        check(link->ds[i].len == 4 + ds_digest_len(link->ds[i].rdata[3]));
        is_match |= link->keys && keys_match_ds(link->keys, link->ds[i].rdata, link->ds[i].len);
    }
    check(!link->keys || is_match);
}

static void take(struct chain_link *link, const struct chain_link *parent, const uint8_t *data,
                 size_t len)
{
    struct reply reply;
    enum link_state before = link->state;
    if (len > UINT16_MAX || !reply_init(&reply, data, len) || !signed_sets_read(&sets, &reply))
        return;
    int moved = chain_link_take(link, parent, &sets, NOW);
    check(moved == 0 || moved == 1);
    check(moved ? is_legal(before, link->state) : link->state == before);
    check_link(link);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t *const names[LINKS] = {(const uint8_t *)"\4test",
                                                (const uint8_t *)"\3sub\4test",
                                                (const uint8_t *)"\4deep\3sub\4test"};
    struct chain_link links[LINKS];
    struct anchors *anchors;
    const char *why;
    if (anchors_create(&anchors) != 0)
        return 0;
    check(anchors_add(anchors, ANCHOR, strlen(ANCHOR), &why) == 0);
    for (unsigned i = 0; i < LINKS; i++)
        chain_link_init(&links[i], names[i], anchors);
    const struct chain_link *parent = NULL;
    struct frames frames = {.at = data, .end = data + size};
    size_t len;
    unsigned at = 0;
    for (uint8_t *message; at < LINKS && (message = frames_next(&frames, &len)); free(message)) {
        take(&links[at], parent, message, len);
        if (links[at].state == LINK_HOLDS)
            parent = &links[at];
        if (chain_link_question(&links[at]) == 0)
            at = links[at].state == LINK_ENDS ? LINKS : at + 1;
    }
    for (unsigned i = 0; i < LINKS; i++)
        chain_link_deinit(&links[i]);
    anchors_destroy(anchors);
    return 0;
}
