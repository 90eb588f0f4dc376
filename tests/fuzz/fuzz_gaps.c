// SPDX-License-Identifier: BSD-2-Clause
/* What a server says of an NSEC3 chain, an octet of no meaning, two of a length and a message each;
 * or, after an odd octet, a span of few distinct hashes. Whatever is taken, the chain's sums are
 * those of its spans, no two of which overlap, and the estimate from them is a number. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/nsec3_heads.h"
#include "scan/denial_proof.h"
#include "source/arc.h"
#include "source/census.h"
#include "source/gaps.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_span(const struct gaps *gaps, const struct gaps_span *span)
{
    uint8_t start[NSEC3_HASH_LEN], end[NSEC3_HASH_LEN];
    uint64_t length;
    check(gaps_find(gaps, span->owner) == GAPS_OWNER);
    check(gaps_span_length(gaps, span->owner, &length));
    check(length == arc_length(span->owner, span->next));
    enum gaps_place place = gaps_find(gaps, span->next);
    check(place == GAPS_OWNER || place == GAPS_START);
    gaps_around(gaps, span->next, start, end);
    if (place == GAPS_START) {
        check(arc_compare(start, span->next) == 0);
        check(gaps_may_be_open(gaps, nsec3_first(start)));
    }
}

static void check_chain(const struct gaps *gaps)
{
    struct gaps_sums sums = gaps_sums(gaps);
    uint64_t covered = 0, opt_out = 0;
    uint32_t spans = 0, stale = 0;
    for (uint32_t i = 0; i < gaps_count(gaps); i++) {
        struct gaps_span span;
        gaps_get(gaps, i, &span);
        stale += span.is_stale;
        if (span.is_stale)
            continue;
        check_span(gaps, &span);
        spans++;
        covered += arc_length(span.owner, span.next);
        opt_out += span.is_opt_out ? arc_length(span.owner, span.next) : 0;
    }
    check(spans == sums.spans && stale == sums.stale);
    check(covered == sums.covered && opt_out == sums.opt_out);
    check(sums.gaps <= sums.spans && covered <= ARC_WHOLE);
    struct census census = census_take(&sums);
    check(isfinite(census.exist) && census.exist >= spans && isfinite(census.deviation));
}

static void take_record(struct gaps *gaps, const struct denial_record *record, const uint8_t *zone)
{
    struct nsec3_view view;
    struct gaps_span span = {.has_types = true};
    check(nsec3_read(&view, record->rdata, record->rdata_len) == 0);
    if (!nsec3_owner_hash(record->owner.wire, zone, span.owner))
        return;
    memcpy(span.next, view.next, sizeof span.next);
    span.types = view.types;
    span.is_opt_out = view.is_opt_out;
    check(gaps_add(gaps, &span) >= 0);
}

static void take_message(struct gaps *gaps, struct denial_checker *checker, struct bytes_reader *in)
{
    struct reply reply;
    struct denial_proof proof;
    size_t len = bytes_u16(in);
    len = len > bytes_left(in) ? bytes_left(in) : len;
    const uint8_t *message = in->data + in->offset;
    if (!bytes_skip(in, len) || !reply_init(&reply, message, len))
        return;
    denial_proof_read(&proof, &reply, TYPE_NSEC3, checker);
    check(proof.count <= DENIAL_PROOF_RECORDS);
    for (size_t i = 0; i < proof.count; i++)
        take_record(gaps, &proof.records[i], checker->zone);
}

/* Two octets for each hash: its place, and how it goes on after as much as the map knows. */
static void take_span(struct gaps *gaps, struct bytes_reader *in)
{
    struct gaps_span span = {.is_opt_out = bytes_u8(in) & 1};
    span.owner[0] = bytes_u8(in);
    span.owner[NSEC3_HASH_LEN - 1] = bytes_u8(in);
    span.next[0] = bytes_u8(in);
    span.next[NSEC3_HASH_LEN - 1] = bytes_u8(in);
    check(gaps_add(gaps, &span) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes_reader in = bytes_reader_at(data, size, 0);
    struct denial_checker checker = {.zone = (const uint8_t *)"\7example"};
    struct gaps *gaps;
    if (gaps_create(&gaps, 1) != 0)
        return 0;
    while (bytes_left(&in) > 5) {
        if (bytes_u8(&in) & 1)
            take_span(gaps, &in);
        else
            take_message(gaps, &checker, &in);
        check_chain(gaps);
    }
    gaps_destroy(gaps);
    return 0;
}
