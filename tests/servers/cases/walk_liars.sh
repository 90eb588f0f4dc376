#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# walk, of chains that go wrong under way: it ends by itself, lists no name that is not there, and
# calls nothing complete that is not.
#
# Most lies are seen before a walk begins (cases/walk.sh); here each comes from a server that was
# honest for its first replies (--after).
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" walk_liars

for i in $(seq 300); do printf 'h%s\n' $((i * 7919 % 1000003)); done >hosts
{
    echo lies.example
    sed 's/$/.lies.example/' hosts
} | sort >hers

# late LIE: a walk of whatever status; what it gave up, it gave up itself.
late() {
    bed_hostile liar -n hosts -d "$1" --after 40
    trawl '0\|3' walk --server "${BED_AT[liar]}" --max-time "$((60 * SCALE))" lies.example &&
        ! grep -e '--max-time' err >difference
}

# true_names: none is listed that is not there, and all are where it says so.
true_names() {
    comm -23 <(sort out) hers >difference
    [ ! -s difference ] && { ! jq -e .complete stats >/dev/null || same out hers; }
}

for lie in nsec keytrap crowd; do
    late "$lie" && jq -e .complete stats >/dev/null && same out hers
    report $? "$lie: all names"
    bed_stop liar
done
for lie in unsigned back self outside unrelated short empty overlap expanded no-rrsig bogus expired signer \
    bitmap loop; do
    late "$lie" && true_names
    report $? "$lie: true names, and no false word about them"
    bed_stop liar
done
# Here the zone's own keys sign that there are names which are not.
for lie in white compact bare sentinel black; do
    late "$lie" && jq -e '.complete | not' stats >/dev/null
    report $? "$lie: ends, and is not complete"
    bed_stop liar
done
bed_hostile liar -n hosts -d endless
trawl 3 walk --server "${BED_AT[liar]}" --max-time "$((60 * SCALE))" lies.example && ! grep -e '--max-time' err >difference
report $? 'endless: given up'
case_end
