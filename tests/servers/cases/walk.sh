#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# walk, against real servers and one that lies: are a zone's names listed exactly, at what cost,
# and what is told where that cannot be?
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" walk

# exactly NAME: the names of a chain in the corpus's truth are those written, each once.
exactly() {
    awk -F'\t' '$4 { print $1 }' "$1.truth" >should_be
    same out should_be
}

# at_most PER_MILLE: queries for a thousand names
at_most() {
    asked_at_most $(($(jq .names stats) * $1 / 1000))
}

for spec in '1 none' '2 none' '3 none' '100 none' '1 all' '1 apexwild,all' '1000 all' '1 longest,binary'; do
    read -r count features <<<"$spec"
    bed_corpus z z.example -n "$count" -f "$features"
    bed_sign z.nsec z.example z.zone nsec
    bed_nsd nsd z.example=z.nsec
    bed_named named z.example=z.nsec
    for server in nsd named; do
        trawl 0 walk z.example --server "${BED_AT[$server]}" && exactly z
        report $? "all names of a zone, $server ($count, $features)"
    done
    bed_stop nsd named
done

# The size that the cost is promised for: one per cent of the names are signed delegations.
bed_corpus big z.example -n 20000 -f all
bed_sign big.nsec z.example big.zone nsec
bed_nsd nsd z.example=big.nsec
bed_named named z.example=big.nsec
for server in nsd named; do
    trawl 0 walk z.example --server "${BED_AT[$server]}" && exactly big && at_most 1050 &&
        grep -q 'complete: 20,000 names, circle closed' err
    report $? "20,000 names, at 1.05 queries each or less, $server"
done
bed_delay late "${BED_AT[nsd]}" 5ms
trawl 0 walk z.example --server "${BED_AT[late]}" --resolver-rate 0 && exactly big
report $? '20,000 names over a path of ten milliseconds'
trawl 0 walk @"${BED_AT[nsd]}" z.example -f ndjson --show found,nodata &&
    jq -e -s --slurpfile stats stats '
        ([.[] | select(.verdict == "found")] | length == 20000
            and all(.source == "walk" and .confirmed == "signature" and (.types | index("NSEC")))) and
        ([.[] | select(.verdict == "nodata")] | length == $stats[0].nodata and all(.flags == ["ent"]))
        ' out >difference
report $? 'ndjson has the types, and empty non-terminals apart'
jq -r 'select(.verdict == "nodata") | .host' out >is
awk -F'\t' '$2 == "ent" { print $1 }' big.truth >should_be
same is should_be
report $? 'empty non-terminals are those there are'
bed_stop nsd named late

# What is written as zone text is verified by somebody else (who cannot read the longest labels,
# escaped).
bed_corpus z z.example -n 300 -f cuts,ents,wild,dname,occluded,case
bed_sign z.nsec z.example z.zone nsec
bed_nsd nsd z.example=z.nsec
trawl 0 walk z.example --server "${BED_AT[nsd]}" -f zone &&
    ldns-verify-zone out >difference 2>&1
report $? 'the records of a walk are a chain that ldns-verify-zone believes'
trawl 0 walk z.example --server "${BED_AT[nsd]}" --classify &&
    grep -q -P '^z\.example\t127\.0\.0\.1:\d+\tnsec\t' out
report $? '--classify tells what the denials are made of'
# Two servers at different serials: those that agree are walked.
bed_corpus newer z.example -n 310 -f cuts -S 2
bed_sign newer.nsec z.example newer.zone nsec
bed_nsd newer z.example=newer.nsec
trawl 0 walk z.example --server "${BED_AT[nsd]}" --server "${BED_AT[newer]}" && exactly newer &&
    grep -q 'serial' err
report $? 'of two serials the newer one is walked, and told'
bed_stop nsd newer

# Children on the same server: signed, and not.
for name in z.example child.z.example plain.z.example; do
    bed_corpus "$name" "$name" -n 20 -f none
done
printf '%s\n' 'child NS ns.child' 'ns.child A 127.0.0.1' 'plain NS ns.plain' \
    'ns.plain A 127.0.0.1' 'child-a A 192.0.2.1' >>z.example.zone
bed_sign child.nsec child.z.example child.z.example.zone nsec
cat child.nsec.ds >>z.example.zone
bed_sign z.nsec z.example z.example.zone nsec
awk '$4 == "NSEC" { sub(/\.$/, "", $1); print $1 }' z.nsec >should_be
for kind in nsd named; do
    "bed_$kind" "$kind" z.example=z.nsec child.z.example=child.nsec \
        plain.z.example=plain.z.example.zone
    trawl 0 walk z.example --server "${BED_AT[$kind]}" && same out should_be
    report $? "a zone beside its children, $kind"
    trawl 3 walk plain.z.example --server "${BED_AT[$kind]}" && grep -q 'unsigned' err
    report $? "an unsigned zone is not walked, and why is told, $kind"
    bed_stop "$kind"
done

# Found through a resolver; and a name inside a zone leads to no walk that nobody asked for.
printf '%s\n' "\$ORIGIN z.example." "\$TTL 300" '@ SOA ns root 1 3600 600 86400 300' '@ NS ns' \
    'ns A 127.0.0.1' 'www A 192.0.2.1' >found.zone
bed_sign found.nsec z.example found.zone nsec
bed_nsd nsd z.example=found.nsec
bed_unbound unbound - z.example="${BED_AT[nsd]}"
printf '%s\n' z.example ns.z.example www.z.example >should_be
trawl 0 walk z.example -r "${BED_AT[unbound]}" --port "${BED_PORT[nsd]}" && same out should_be
report $? "the zone's servers are found through -r"
trawl 3 walk www.z.example -r "${BED_AT[unbound]}" --port "${BED_PORT[nsd]}" && [ ! -s out ] &&
    grep -q 'no zone of its own: it lies in z.example' err
report $? 'a name that is no zone is not walked'
bed_stop nsd unbound

# lies STATUS WORDS OPTION...: how the walk of a liar ends, and what it says
lies() {
    bed_hostile liar "${@:3}" -z lies.example
    trawl "$1" walk lies.example --server "${BED_AT[liar]}" --max-time "$((60 * SCALE))s" && grep -q -E "$2" err
    report $? "${*:3}: $2"
    bed_stop liar
}

lies 0 'complete: 13 names, circle closed' -d nsec
lies 3 'white-lies' -d white
lies 3 'compact' -d compact
lies 3 'black-lies' -d black
lies 3 'unsigned' -d unsigned
lies 3 'a chain without end' -d endless
lies 3 'signatures are false' -d bogus
lies 3 'signatures are false' -d expired
lies 3 'not walked|no links of the chain' -d outside
lies 3 'not walked|no links of the chain' -d back
lies 3 'not walked|no links of the chain' -d self
lies 3 'not walked|no links of the chain' -d unrelated
lies 3 'not walked|no links of the chain' -d no-rrsig
lies 0 'circle closed' -d keytrap
lies 0 'circle closed' -d crowd
lies 0 'circle closed' -m no-nsec
lies 0 'circle closed' -m no-binary
lies 0 'circle closed' -m junk
lies 0 'circle closed' -m truncates
lies 0 'the zone changed' -m restless
lies 0 'circle closed' -m servfail
lies 0 'circle closed' -m wrong-id
lies 4 'no server of the zone answers' -m no-edns
case_end
