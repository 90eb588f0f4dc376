#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# walk at servers that sign by themselves, beside one that does not sign, of several zones, and
# one question at a time.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" walk_signers

chained() { awk -F'\t' '$4 { print $1 }' "$1.truth"; } # NAME: what its chain has

# lists NAME SERVER WORDS OPTION...: a walk of NAME.example that finds what NAME.truth has.
lists() {
    local name=$1 server=$2 words=$3
    shift 3
    chained "$name" >should_be
    trawl 0 walk --server "${BED_AT[$server]}" "$@" "$name.example" && same out should_be &&
        jq -e '.complete and .walks[0].complete and .walks[0].closed' stats >difference
    report $? "$words"
}

bed_corpus few few.example -n 200 -f ents,wild,cuts
bed_corpus star star.example -n 200 -f apexwild,ents,wild,cuts
bed_named named few.example=few.zone+nsec star.example=star.zone+nsec
bed_knot knot few.example=few.zone+nsec star.example=star.zone+nsec
bed_pdns pdns few.example=few.zone+nsec star.example=star.zone+nsec
for server in named knot pdns; do
    lists few "$server" "$server signs"
    lists star "$server" "$server signs, with a wildcard at the apex"
done
bed_stop named knot pdns

for name in few star; do bed_sign "$name.signed" "$name.example" "$name.zone" nsec; done
bed_nsd nsd few.example=few.signed star.example=star.signed
bed_nsd plain few.example=few.zone
lists star nsd 'one question at a time' -c 1
lists few nsd 'beside a server that does not sign' --server "${BED_AT[plain]}"
trawl 0 walk --server "${BED_AT[nsd]}" few.example star.example &&
    same out <(chained few; chained star)
report $? 'two zones in one run'
case_end
