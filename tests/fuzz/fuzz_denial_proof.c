// SPDX-License-Identifier: BSD-2-Clause
/* Replies of a server that says whatever it likes about an NSEC chain: an octet that chooses
 * the name asked for, two of a length, a message, and so on. What is read stays within its
 * bounds, and what of it is believed keeps the circle of names whole. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/canon.h"
#include "dns/code.h"
#include "scan/denial_proof.h"
#include "source/circle.h"
#include "source/span.h"
#include "verdict/nsec_link.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static const uint8_t *const probes[] = {
    (const uint8_t *)"\7example",
    (const uint8_t *)"\1b\7example",
    (const uint8_t *)"\1x\1b\7example",
    (const uint8_t *)"\3nop\1c\7example",
};

static void check_order(const struct circle *circle)
{
    struct circle_counts counts = circle_counts(circle);
    circle_node node = CIRCLE_APEX;
    size_t names = 1, holes = !circle_is_node_closed(circle, node);
    for (;;) {
        struct name before, name;
        circle_name(circle, node, &before);
        node = circle_after(circle, node);
        if (node == CIRCLE_APEX)
            break;
        circle_name(circle, node, &name);
        check(canon_compare(before.wire, name.wire) < 0);
        names++;
        holes += !circle_is_node_closed(circle, node);
    }
    check(names == counts.names && holes == counts.holes);
    check(circle_is_closed(circle) == (holes == 0));
}

static void take(struct circle *circle, const struct span_scale *scale,
                 const struct denial_record *record, const uint8_t *probe, const uint8_t *zone)
{
    struct nsec_view view;
    struct circle_taken taken;
    struct circle_key key, next;
    struct name middle;
    check(nsec_read(&view, record->rdata, record->rdata_len) == 0);
    const struct nsec_link link = {
        .zone = zone, .owner = record->owner.wire, .next = view.next, .types = view.types};
    if (link_judge(&link, probe) != LINK_NONE)
        return;
    for (unsigned n = link_ent_count(&link); n > 0; n--)
        check(canon_is_between(link_ent(&link, n - 1), link.owner, link.next, zone));
    check(circle_take(circle, link.owner, link.next, 0, &taken) == 0);
    circle_get_key(circle, taken.owner, &key);
    circle_get_key(circle, circle_after(circle, taken.owner), &next);
    const struct circle_key *to = next.len > 0 ? &next : NULL;
    check(span_weigh(scale, &key, to) >= 0);
    if (span_point(scale, &middle, &key, to, 0.5, zone))
        check(circle_before(circle, middle.wire) == taken.owner);
}

static void take_message(struct circle *circle, const struct span_scale *scale,
                         struct denial_checker *checker, struct bytes_reader *in)
{
    struct reply reply;
    struct denial_proof proof;
    const uint8_t *probe = probes[bytes_u8(in) % 4];
    size_t len = bytes_u16(in);
    len = len > bytes_left(in) ? bytes_left(in) : len;
    const uint8_t *message = in->data + in->offset;
    if (!bytes_skip(in, len) || !reply_init(&reply, message, len))
        return;
    denial_proof_read(&proof, &reply, TYPE_NSEC, checker);
    check(proof.count <= DENIAL_PROOF_RECORDS && proof.used <= DENIAL_PROOF_BYTES);
    check(!proof.has_cut || name_is_under(proof.cut.wire, checker->zone));
    check(!proof.has_dname || name_is_under(proof.dname.wire, checker->zone));
    for (size_t i = 0; i < proof.count; i++) {
        check(name_is_under(proof.records[i].owner.wire, checker->zone));
        take(circle, scale, &proof.records[i], probe, checker->zone);
    }
    check_order(circle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct span_scale scale;
    static bool is_begun;
    struct bytes_reader in = bytes_reader_at(data, size, 0);
    struct denial_checker checker = {.zone = probes[0]};
    struct circle *circle;
    if (circle_create(&circle, checker.zone, 1u << 26) != 0)
        return 0;
    if (!is_begun)
        span_scale_init(&scale); /* learns nothing here: the same for every input */
    is_begun = true;
    while (bytes_left(&in) > 3)
        take_message(circle, &scale, &checker, &in);
    circle_destroy(circle);
    return 0;
}
