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
        [ "$(cut -f 3 out)" = "$kind" ] && asked_at_most 8
    report $? "$lie is $kind"
done

trawl 0 walk --classify lies.example --server "${BED_AT[lie-compact]}" -f ndjson &&
    jq -e '.kind == "compact" and .refuses_nxname and .honours_co and (.walkable | not)' out >difference
report $? 'ndjson has what a compact server knows'

# Nothing can be below a DNAME (RFC 6672): with one at its apex a zone has one name, and whatever is
# made up gets an answer. Online, knot makes up the record of the apex, too.
printf '%s\n' '$TTL 300' '@ SOA ns.other.example. h.other.example. 1 3600 900 604800 300' \
    '@ NS ns.other.example.' '@ TXT "apex"' '@ DNAME other.example.' >dname.zone
bed_sign dname.nsec d.example dname.zone nsec
bed_sign dname.nsec3 d3.example dname.zone nsec3 5 ab
bed_nsd nsd d.example=dname.nsec d3.example=dname.nsec3 u.example=dname.zone
bed_named named d.example=dname.zone+nsec d3.example=dname.zone+nsec3
bed_knot knot d.example=dname.zone+nsec d3.example=dname.zone+nsec3 o.example=dname.zone+online
classes 0 d.example 'nsd nsec -' 'named nsec -' 'knot nsec -' && ! grep -v 'a DNAME at the apex' out >difference
report $? 'below a DNAME: NSEC of one name'
classes 0 d3.example 'nsd nsec3 1 0 5 ab' 'named nsec3 1 0 0 -' 'knot nsec3 1 0 0 -'
report $? 'below a DNAME: NSEC3 of one name'
classes 0 o.example 'knot hidden -' && classes 0 u.example 'nsd unsigned -'
report $? 'below a DNAME: lies, and a zone without signatures'
for server in nsd named knot; do
    trawl 0 walk d.example --server "${BED_AT[$server]}" && [ "$(cat out)" = d.example ] &&
        grep -q 'complete: 1 name, circle closed' err
    report $? "below a DNAME: the walk lists one name ($server)"
    rm -f d3.example.nsec3
    trawl 0 walk d3.example --server "${BED_AT[$server]}" && [ "$(cat out)" = d3.example ] &&
        grep -q 'complete: 1 hash, circle closed' err
    report $? "below a DNAME: the walk has one hash, the apex ($server)"
done

bed_hostile silent -m silent
bed_hostile drops -m drops-edns
more=(--tries 2)
classes 4 lies.example 'silent silent -' 'drops failing -' && grep -q 'only queries without EDNS' out
report $? 'silence is told, and from that to EDNS alone'
case_end
