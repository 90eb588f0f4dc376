#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Whose keys are believed: a root of our own, a zone below it (two labels down, the one between
# being no zone), resolvers in front of both, and among them liars that deny half of what is
# there with keys of their own.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" anchor

# zone ORIGIN FILE: with the lines on stdin below its SOA.
zone() {
    printf '$ORIGIN %s\n$TTL 300\n@ SOA ns host 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1\n' "$1" >"$2"
    cat >>"$2"
}

seq -f 'h%g A 192.0.2.7' 40 | zone sub.example. child.zone
bed_sign child.signed sub.example child.zone nsec
bed_sign other.signed sub.example child.zone nsec3 1
zone . root.zone < <(printf 'sub.example. NS ns.sub.example.\nns.sub.example. A 192.0.2.1\n' && cat child.signed.ds)
zone . insecure.zone < <(printf 'sub.example. NS ns.sub.example.\nns.sub.example. A 192.0.2.1\n')
zone . broken.zone < <(printf 'sub.example. NS ns.sub.example.\nns.sub.example. A 192.0.2.1\n' && cat other.signed.ds)
for name in root insecure broken; do bed_sign "$name.signed" . "$name.zone" nsec; done
bed_nsd child sub.example=child.signed
for name in root insecure broken; do
    bed_nsd "ns-$name" .="$name.signed"
    bed_unbound "$name" .="${BED_AT[ns-$name]}" sub.example="${BED_AT[child]}"
done

{ seq -f 'h%g' 40 && seq -f 'x%g' 400; } >words
seq -f 'h%g.sub.example' 40 >all

# scans KEYS ARGUMENT...: all names are found, and the keys were believed because of KEYS.
scans() {
    trawl 0 brute -w words --timeout "$((1000 * SCALE))ms" -v "${@:2}" sub.example && same out all &&
        jq -e --arg by "$1" '.dnssec.keys[$by] == 1 and .dnssec.zones == 1' stats >/dev/null ||
        { jq -c '{dnssec, queries, found}' stats >>difference && false; }
}

scans chain -r "${BED_AT[root]}" --trust-anchor root.signed.anchor &&
    grep -q 'believed by the chain from a trust anchor' err && asked_at_most 220
report $? 'a chain from an anchor of the root, across a label that is no zone'
trawl 0 brute -w words --threads 2 -r "${BED_AT[root]}" --trust-anchor root.signed.ds sub.example &&
    jq -e '.dnssec.keys.chain == 1' stats >difference
report $? 'the same by its DS, with two threads'
scans chain -r "${BED_AT[child]}" --trust-anchor child.signed.ds
report $? 'an anchor of the zone itself: nothing above it is asked'

scans all -r "${BED_AT[root]}"
report $? 'a root that is not the known one: as if there was no chain'
scans all -r "${BED_AT[insecure]}" --trust-anchor root.signed.anchor --trust-anchor insecure.signed.ds
report $? 'no DS: the resolvers are believed when they agree'
scans all -r "${BED_AT[broken]}" --trust-anchor broken.signed.ds
report $? 'DS of other keys: likewise'
scans trusted -r "${BED_AT[root]}" --trusted "${BED_AT[root]}" --trust-anchor root.signed.ds
report $? 'a trusted resolver: no chain is asked for'
scans servers @"${BED_AT[child]}" --trust-anchor root.signed.ds
report $? "its own server: likewise"
trawl 0 brute -w words --dnssec off -r "${BED_AT[root]}" --trust-anchor root.signed.ds sub.example &&
    jq -e '.dnssec.zones == 0' stats >difference
report $? '--dnssec off: no proofs'

# --- the majority lies ---

sed -n '1~2s/$/ a/p' all >hidden
bed_hostile liar -z sub.example -n hidden --front "${BED_AT[root]}" -d nsec
liars=${BED_AT[liar]},${BED_AT6[liar]}
# Unless the honest one is so much faster that it was asked for all of them: it is one of few runs.
names_are_hidden() {
    trawl 0 brute -w words -r "${BED_AT[root]},$liars" --no-trust sub.example &&
        jq -e '.dnssec.keys.majority == 1 and .found < 40' stats >difference
}
names_are_hidden || names_are_hidden || names_are_hidden || names_are_hidden
report $? 'two of three resolvers forge the same keys and proofs: they hide names'
for run in 1 2 3; do
    scans chain -r "${BED_AT[root]},$liars" --trust-anchor root.signed.ds
    report $? "with an anchor the chain is believed, and nothing hidden, run $run"
done
for name in one two three; do
    bed_hostile "$name" -z sub.example -n hidden --front "${BED_AT[root]}" -d nsec
    liars+=,${BED_AT[$name]}
done
scans chain -r "${BED_AT[root]},$liars" --trust-anchor root.signed.ds
report $? 'likewise with one honest resolver of six'

# --- files that are none ---

# refused LINE WORDS: a file with LINE as its second.
refused() {
    printf '; a comment\n%s\n' "$1" >bad
    trawl 2 brute -w words -r 127.0.0.1:9 --trust-anchor bad sub.example && grep -q "bad:2: .*$2" err
    report $? "refused: $2"
}
refused 'sub.example. A 192.0.2.1' 'not a DS or DNSKEY'
refused 'sub.example. DS 70000 8 2 00' 'numbers'
refused 'junk' 'not a DS or DNSKEY'
trawl 1 brute -w words -r 127.0.0.1:9 --trust-anchor no-such-file sub.example && grep -q no-such-file err
report $? 'a file that is not there'

case_end
