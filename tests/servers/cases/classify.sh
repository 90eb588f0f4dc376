#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# `walk --classify`: each server in the word that fits it, whoever wrote it and however it signs;
# zones of one name, with wildcards, of many names; and what no packaged server says.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" classify

more=() # options of a run, besides

# classes STATUS ZONE "NAME KIND PARAMETERS"...: what is told of those servers, in one run.
classes() {
    local status=$1 zone=$2 expected server kind params options=()
    shift 2
    rm -f expected
    for expected in "$@"; do
        read -r server kind params <<<"$expected"
        options+=(--server "${BED_AT[$server]}")
        printf '%s\t%s\t%s\t%s\n' "$zone" "${BED_AT[$server]}" "$kind" "$params" >>expected
    done
    trawl "$status" walk --classify "$zone" "${options[@]}" "${more[@]}" || return 1
    cut -f 1-4 out >is
    diff is expected >difference
}

# The zone in every way that servers can deny it.
serve() { # ROUND
    local r=$1
    bed_sign z.nsec z.example z.zone nsec
    bed_sign z.nsec3 z.example z.zone nsec3 10 aabb
    bed_sign z.optout z.example z.zone optout
    bed_nsd "nsec$r" z.example=z.nsec
    bed_nsd "nsec3$r" z.example=z.nsec3
    bed_nsd "optout$r" z.example=z.optout
    bed_nsd "plain$r" z.example=z.zone
    bed_nsd "none$r" y.example=y.zone
    bed_named "bind$r" z.example=z.zone+nsec
    bed_named "bind3$r" z.example=z.zone+nsec3
    bed_knot "knot$r" z.example=z.zone+online
    bed_knot "knot3$r" z.example=z.zone+nsec3
    bed_pdns "pdns$r" z.example=z.zone+nsec
    bed_pdns "narrow$r" z.example=z.zone+narrow
}

bed_corpus y y.example -n 1 -f none
round=0
for spec in '1 none' '2 none' '1000 all' '50 apexwild'; do
    read -r count features <<<"$spec"
    round=$((round + 1))
    r=$round
    bed_corpus z z.example -n "$count" -f "$features"
    serve "$r"
    classes 0 z.example "nsec$r nsec -" "nsec3$r nsec3 1 0 10 aabb" "optout$r nsec3 1 1 0 -" \
        "plain$r no-proof -" "none$r refused -" "bind$r nsec -" "bind3$r nsec3 1 0 0 -" \
        "knot$r black-lies -" "knot3$r nsec3 1 0 0 -" "pdns$r nsec -" \
        "narrow$r narrow-nsec3 1 0 0 -"
    report $? "a zone of $count ($features), at all its servers"
    classes 0 z.example "plain$r unsigned -"
    report $? 'a server without signatures is not told from a zone without, alone'
    bed_stop "${!BED_PID[@]}"
done

for spec in 'nsec nsec' 'empty nsec' 'unsigned unsigned' 'white white-lies' 'compact compact' \
    'bare compact-bare' 'sentinel compact' 'black black-lies' 'narrow narrow-nsec3' \
    'compact3 compact-nsec3' 'no-rrsig no-proof' 'expanded no-proof' 'signer no-proof' \
    'overlap3 mixed' 'roll mixed' 'iterations unreadable' 'algorithm unreadable' \
    'flags unreadable'; do
    read -r lie kind <<<"$spec"
    bed_hostile "lie-$lie" -d "$lie"
    trawl 0 walk --classify lies.example --server "${BED_AT[lie-$lie]}" &&
        [ "$(cut -f 3 out)" = "$kind" ] && [ "$(jq .queries stats)" -le 8 ]
    report $? "$lie is $kind"
done

trawl 0 walk --classify lies.example --server "${BED_AT[lie-compact]}" -f ndjson &&
    jq -e '.kind == "compact" and .refuses_nxname and .honours_co and (.walkable | not)' out >difference
report $? 'ndjson has what a compact server knows'

bed_hostile silent -m silent
bed_hostile drops -m drops-edns
more=(--tries 2)
classes 4 lies.example 'silent silent -' 'drops failing -' && grep -q 'only queries without EDNS' out
report $? 'silence is told, and from that to EDNS alone'
case_end
