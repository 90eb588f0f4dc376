#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# walk, of NSEC3 chains that are wrong from the beginning or go wrong under way: it ends by
# itself, keeps no hash that is not there, and calls nothing complete that is not.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" walk_liars3

for i in $(seq 300); do printf 'h%s\n' $((i * 7919 % 1000003)); done >hosts
{
    printf '$ORIGIN lies.example.\n$TTL 300\n'
    printf '@ %s\n' 'SOA ns.elsewhere.example. host 1 7200 900 1209600 300' \
        'NS ns.elsewhere.example.' 'A 192.0.2.1'
    sed 's/$/ A 192.0.2.2/' hosts
} >lies.zone
bed_sign lies.signed lies.example lies.zone nsec3
awk '$4 == "NSEC3" { sub(/\..*/, "", $1); print tolower($1) }' lies.signed | sort >hers

# walked STATUS OPTION...: of a liar with these; what it gave up, it gave up itself.
walked() {
    local status=$1
    shift
    rm -f hashes
    bed_hostile liar -n hosts "$@"
    trawl "$status" walk --server "${BED_AT[liar]}" --max-time "$((60 * SCALE))" --no-crack --hashes hashes \
        lies.example && ! grep -e '--max-time' err >difference
}

kept() { grep -o '^[0-9a-v]\{32\}' hashes 2>/dev/null | sort -u; }

# true_hashes: none is kept that is not there, no name is made up; complete is all of them.
true_hashes() {
    kept | comm -23 - hers >difference
    cat out >>difference
    [ ! -s difference ] && { ! jq -e .complete stats >/dev/null || {
        kept | comm -13 - hers >difference
        [ ! -s difference ]
    }; }
}

walked 0 -d nsec3 && true_hashes && [ "$(wc -l <hers)" -eq 301 ]
report $? 'nsec3: all hashes'
bed_stop liar
for lie in narrow compact3 iterations costly salt roll algorithm flags hash-long hash-short bitmap3 \
    bogus3 back3 self3 overlap3; do
    walked 3 -d "$lie" && true_hashes
    report $? "$lie: not walked to an end"
    bed_stop liar
done
for lie in iterations algorithm flags hash-long hash-short bitmap3 bogus3 back3 self3 overlap3; do
    walked 3 -d "$lie" --after 40 && true_hashes
    report $? "$lie, after 40 honest replies: true hashes, not complete"
    bed_stop liar
done
# Here the zone's own keys sign that there are hashes which are not, or not of these parameters.
for lie in narrow compact3 costly salt roll endless3; do
    walked 3 -d "$lie" --after 40 && cp out difference && [ ! -s difference ]
    report $? "$lie, after 40 honest replies: ends, makes no name of it"
    bed_stop liar
done
case_end
