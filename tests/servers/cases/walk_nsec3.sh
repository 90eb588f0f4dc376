#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# walk where denials are by NSEC3: the hashes of all names, by about a query each, from servers of
# several makes; files gone on with, files left alone; names behind the hashes; lies not walked.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" walk_nsec3

# The hashes that a signed zone has, and those of a file of ours.
hashes_of_zone() { awk '$4 == "NSEC3" { print tolower(substr($1, 1, 32)) }' "$1" | sort -u; }
hashes_of_file() { awk 'NR > 2 { print $1 }' "$1" | sort -u; }

has_all() { # SIGNED FILE
    hashes_of_zone "$1" >should_be
    hashes_of_file "$2" >is
    diff should_be is >difference
}

# walk STATUS NAME SERVER OPTION...: the zone NAME.example at SERVER
walk() {
    local expected=$1 zone=$2.example server=$3
    trawl "$expected" walk --server "$server" "${@:4}" "$zone"
}

# At most 1.1 queries a hash, and what tells servers apart and gets the keys.
is_cheap() {
    asked_at_most $(($(jq '.walks[0].hashes' stats) * 11 / 10 + 12))
}

is_closed() {
    jq -e '.walks[0] | .chain == "NSEC3" and .closed and .complete and .exist == .spans' stats \
        >difference
}

for spec in 'one 1 0 - nsec3 none' 'two 2 0 - nsec3 none' 'plain 1000 0 - nsec3 all' \
    'salted 300 10 aabbccdd nsec3 ents,wild,case' 'optout 1000 0 - optout cuts,ents' \
    'many 200 150 00 nsec3 apexwild'; do
    read -r name count iterations salt kind features <<<"$spec"
    bed_corpus "$name" "$name.example" -n "$count" -f "$features"
    bed_sign "$name.signed" "$name.example" "$name.zone" "$kind" "$iterations" "$salt"
    zones+=("$name.example=$name.signed")
done
bed_nsd nsd "${zones[@]}"

for name in one two plain salted optout many; do
    walk 0 "$name" "${BED_AT[nsd]}" --no-crack && has_all "$name.signed" "$name.example.nsec3" &&
        is_closed && is_cheap
    report $? "every hash, and no other, by a query each (nsd, $name)"
done

[ "$(stat -c %a plain.example.nsec3)" = 600 ]
report $? "the file is its owner's alone"
rm -f optout.example.nsec3
walk 0 optout "${BED_AT[nsd]}" --no-crack && grep -q "opt-out over 100 %" err &&
    grep -q -E " queries \(1\.0[0-9] a hash\)" err
report $? "opt-out is told, and what a hash cost"

# ldns as the signer
bed_corpus ldns ldns.example -n 100 -f ents,wild
key=$(ldns-keygen -a ECDSAP256SHA256 -k ldns.example) &&
    ldns-signzone -n -s ab -t 5 -e 20371231000000 -f ldns.signed ldns.zone "$key" >log 2>&1
report $? 'ldns signs'
# servers that sign by themselves
bed_corpus own own.example -n 150 -f ents,cuts
bed_corpus narrow narrow.example -n 50
bed_nsd other ldns.example=ldns.signed
bed_named named own.example=own.zone+nsec3
bed_knot knot own.example=own.zone+optout
bed_pdns pdns own.example=own.zone+nsec3 narrow.example=narrow.zone+narrow
walk 0 ldns "${BED_AT[other]}" --no-crack && has_all ldns.signed ldns.example.nsec3
report $? 'every hash, and no other (ldns-signzone)'
count=$(awk -F'\t' '$5 == 1' own.truth | wc -l)
for server in named pdns; do
    rm -f own.example.nsec3
    walk 0 own "${BED_AT[$server]}" --no-crack && is_closed && is_cheap &&
        [ "$(hashes_of_file own.example.nsec3 | wc -l)" -eq "$count" ]
    report $? "as many hashes as names, by a query each ($server)"
done
rm -f own.example.nsec3
walk 0 own "${BED_AT[knot]}" --no-crack && is_closed &&
    [ "$(hashes_of_file own.example.nsec3 | wc -l)" -eq "$(awk -F'\t' '$6 == 1' own.truth | wc -l)" ]
report $? 'as many hashes as names (knot, opt-out)'
walk 3 narrow "${BED_AT[pdns]}" --no-crack && [ ! -e narrow.example.nsec3 ] && asked_at_most 12
report $? 'spans made as they are asked for are not walked (pdns narrow)'

# files
rm -f plain.example.nsec3
walk 3 plain "${BED_AT[nsd]}" --no-crack --max-queries 300 && [ -s plain.example.nsec3 ] &&
    printf '0123' >>plain.example.nsec3 && walk 0 plain "${BED_AT[nsd]}" --no-crack &&
    has_all plain.signed plain.example.nsec3 && grep -q 'going on with plain.example.nsec3' err &&
    asked_at_most 850
report $? 'what was interrupted is gone on with, a torn line is cut off'
walk 0 plain "${BED_AT[nsd]}" --no-crack && asked_at_most 12
report $? 'nothing is asked twice'
echo precious >mine
walk 2 plain "${BED_AT[nsd]}" --no-crack --hashes mine && grep -q -- --hashes err &&
    grep -q 'plain\.example: not walked$' err && [ "$(cat mine)" = precious ]
report $? 'a file that is not ours is left alone'
walk 2 two "${BED_AT[nsd]}" --no-crack --hashes plain.example.nsec3 &&
    has_all plain.signed plain.example.nsec3
report $? 'nor is the file of another zone touched'
for format in hashcat john; do
    walk 0 salted "${BED_AT[nsd]}" --no-crack --hashes "$format" --hash-format "$format" &&
        [ "$(sort -u "$format" | wc -l)" -eq "$(wc -l <"$format")" ] &&
        [ "$(wc -l <"$format")" -eq "$(hashes_of_zone salted.signed | wc -l)" ]
    report $? "all hashes for $format, each once"
done
hashes_of_zone salted.signed | sed 's/$/:.salted.example:aabbccdd:10/' >should_be
sort hashcat >is
diff should_be is >difference
report $? 'lines as hashcat wants them'
count=$(hashes_of_zone plain.signed | wc -l)
walk 0 plain "${BED_AT[nsd]}" --no-crack --hashes part --missing 5% &&
    jq -e --argjson count "$count" '.walks[0] | .missing <= 0.05 and .spans < $count and
        .spans > 0.9 * $count and (.exist - $count | fabs) < 0.06 * $count' stats >difference
report $? 'enough is enough'
walk 2 plain "${BED_AT[nsd]}" --no-crack --hashes part --hash-format john
report $? 'another format does not go on with a file'

# names: all whose first label is among the words
bed_corpus named named.example -n 120 -f ents
bed_sign named.signed named.example named.zone nsec3 0 -
bed_nsd third named.example=named.signed
awk -F'\t' '$5 == 1 { sub(/\..*/, "", $1); print $1 }' named.truth | sort -u >words
walk 0 named "${BED_AT[third]}" -w words &&
    awk -F'\t' '$5 == 1 && $2 != "ent" { print $1 }' named.truth | sort >should_be &&
    sort out | diff should_be - >difference
report $? 'names for all hashes, with the words that there are'
walk 0 named "${BED_AT[third]}" -w words -f ndjson &&
    jq -e -s 'all(.source == "walk" and .confirmed == "signature" and (.types | length) > 0) and
              length > 100' out >difference
report $? 'and what they have'
case_end
