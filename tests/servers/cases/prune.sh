#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What signed denials prove is not asked, and nothing else changes: each zone is scanned with
# --dnssec off and with proofs, and both have to come to the same verdicts, `pruned` being an
# nxdomain that nobody was asked for.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" prune

# verdicts_of STATUS ZONE ARGUMENT...: `NAME VERDICT` of each word, sorted. Pruned is nxdomain;
# below a delegation that leads nowhere it depends on chance what becomes of a name. There nobody
# answers, so that patience is short.
patience_s=1
verdicts_of() {
    trawl "$1" brute -w words --tries 8 --timeout "$((patience_s * SCALE))s" --all -f ndjson "${@:3}" "$2" || return
    jq -r 'select(.verdict != "retracted") | "\(.host) \(.verdict)"' out |
        sed 's/ pruned$/ nxdomain/; s/ servfail$/ unresolved/' | sort
}

queries() { jq .queries "$1"; }

# The same verdicts with proofs; `plain`, `proven`: the two runs' stats.
agrees() { # STATUS ZONE RESOLVER
    verdicts_of "$1" "$2" -r "$3" --dnssec off >should_be || return
    cp stats plain
    verdicts_of "$1" "$2" -r "$3" >is || return
    cp stats proven
    diff is should_be >difference
}

# pruned_at_least N QUERIES: of what was just compared.
pruned_at_least() {
    jq -e --argjson n "$1" --argjson q "$2" '.pruned >= $n and .queries - .timeouts <= $q' proven >/dev/null ||
        { jq -c '{pruned, queries}' proven plain >difference && false; }
}

# --- zones with everything in them ---

# Names that are there, names beside and below them, and the usual ones; of those that are
# another zone's, which nobody serves, a few.
bed_corpus all all.example -n 200 -f cuts,ents,wild,dname,occluded,case
awk -F'\t' '$2 ~ /cut|below/ && others++ >= 4 { next }
    $1 ~ /\.all\.example$/ && $1 !~ /\\/ { sub(/\.all\.example$/, "", $1); print $1
    print "x." $1; print $1 "0"; print "-" $1; print "a.b." $1 }' all.truth |
    grep -v -e '-$' -e '^-' | grep -x '[a-z0-9_.*-]*' | sort -u >words
head -n 2000 "$BED_HOME/../../wordlists/common.txt" >>words

for kind in nsec nsec3 optout; do
    bed_sign "all.$kind" all.example all.zone "$kind"
    bed_nsd "nsd-$kind" all.example="all.$kind"
    bed_unbound "unbound-$kind" all.example="${BED_AT[nsd-$kind]}"
done
bed_sign all.salted all.example all.zone nsec3 10 aabbccdd
bed_nsd nsd-salted all.example=all.salted
bed_pdns pdns all.example=all.zone+narrow
bed_knot knot all.example=all.zone+online

for server in nsd-nsec nsd-nsec3 nsd-salted unbound-nsec unbound-nsec3; do
    agrees 3 all.example "${BED_AT[$server]}" && pruned_at_least 1000 $(($(queries plain) / 2))
    report $? "$server: proofs change no verdict and save queries"
done
for server in nsd-optout unbound-optout pdns knot; do
    agrees 3 all.example "${BED_AT[$server]}" && jq -e '.pruned == 0' proven >difference
    report $? "$server: no verdict changes where no proof can be used"
done

# --- how few ---

# 400 names, 100 of them on a list of 50,000: each name is asked for once, and so is each span.
awk 'BEGIN { srand(7)
    print "@ 300 SOA ns.few.example. host.few.example. 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1"
    for (i = 0; i < 400; i++) print "n" i * 7919 % 100003 " A 192.0.2." i % 200 + 2 > "/dev/stdout"
    for (i = 0; i < 100; i++) print "n" i * 7919 % 100003 > "words"
    for (i = 0; i < 49900; i++) print "w" int(rand() * 1e9) "n" i > "words" }' |
    sed '1i $ORIGIN few.example.\n$TTL 300' >few.zone
for kind in nsec nsec3; do
    bed_sign "few.$kind" few.example few.zone "$kind"
    bed_nsd "few-$kind" few.example="few.$kind"
    trawl 0 brute -w words -f ndjson -r "${BED_AT[few-$kind]}" few.example &&
        jq -e '.found == 100 and .pruned + .nxdomain == 49900' stats >difference && asked_at_most 650
    report $? "$kind: 50,000 words against 400 names in 650 queries"
    jq -r .confirmed out | sort | uniq -c | sed 's/^ *//' >difference
    [ "$(cat difference)" = '100 signature' ]
    report $? "$kind: data are confirmed by their signatures"
done

# Nobody is vetted there: what is asked before the first reply knows of no signatures.
trawl 0 brute -w words -f ndjson @"${BED_AT[few-nsec3]}" few.example &&
    jq -e '.found == 100 and .pruned + .nxdomain == 49900' stats >difference && asked_at_most 2000 &&
    [ "$(jq -r 'select(.confirmed == "signature") | .host' out | wc -l)" -ge 80 ]
report $? 'the same with --direct, by its own server'

# A proof is good for as long as its TTL: a second in one zone, 300 in the other. Half of the names
# come later.
sed 's/^@ 300 SOA/@ 1 SOA/; s/ 86400 300$/ 86400 1/; s/^\$TTL 300/$TTL 1/' few.zone >brief.zone
bed_sign few.brief few.example brief.zone nsec3
bed_nsd few-brief few.example=few.brief
mkfifo late
for server in few-nsec3 few-brief; do
    { sed -n 1,2000p words && sleep 4 && sed -n 2001,4000p words; } >late &
    trawl 0 brute -w late -r "${BED_AT[$server]}" few.example && cp stats "$server.stats"
done
jq -c '{found, pruned, queries}' few-nsec3.stats few-brief.stats >difference
jq -es '.[0].found == 100 and .[1].found == 100 and .[1].queries > .[0].queries * 1.3' \
    few-nsec3.stats few-brief.stats >/dev/null
report $? 'spans are not used beyond their TTL'
bed_stop few-brief

# Proofs with RSA do not fit into UDP: they are asked for by TCP, not by UDP first.
key=$(dnssec-keygen -q -a RSASHA256 -b 2048 -f KSK few.example)
cat few.zone "$key.key" >few.rsa.in
dnssec-signzone -q -P -z -O full -o few.example -3 - -H 0 -f few.rsa few.rsa.in "$key" >/dev/null 2>&1
bed_nsd few-rsa few.example=few.rsa
trawl 0 brute -w words -r "${BED_AT[few-rsa]}" few.example &&
    jq -e '.found == 100 and .pruned + .nxdomain == 49900 and .tcp > 300' stats >difference &&
    asked_at_most 700
report $? 'RSA: denials that do not fit into UDP cost one query each'
bed_stop few-rsa

# --- one that lies, with keys of its own ---

# Nine ways to the truth, and one resolver that denies half of what is there, with a key of its
# own and proofs that it signed.
bed_nsd few-other few.example=few.nsec
for name in one two three; do bed_unbound "$name" few.example="${BED_AT[few-nsec]}"; done
sed -n '1~2s/$/ a/p' words | head -n 50 | sed 's/ a$/.few.example a/' >hidden
bed_hostile liar -z few.example -n hidden --front "${BED_AT[few-nsec]}" -d nsec
resolvers=${BED_AT[liar]}
for name in few-nsec few-other one two; do resolvers+=,${BED_AT[$name]},${BED_AT6[$name]}; done
resolvers+=,${BED_AT[three]}
awk 'NR <= 100 { print $0 ".few.example" }' words >should_be
for run in 1 2 3; do
    trawl 0 brute -w words -r "$resolvers" few.example && same out should_be &&
        jq -e '.pruned > 45000' stats >difference
    report $? "one resolver with forged proofs among ten hides nothing, run $run"
done
bed_stop liar few-nsec few-nsec3 few-other one two three

# --- lies of every kind ---

printf '%s\n' www a.b mail '*' m.wild deep b.deep nope x.nope 0.z host txt ns1 zz '_tcp' >words
head -n 300 "$BED_HOME/../../wordlists/common.txt" >>words
# But for zones whose own keys sign that names of theirs are not there (empty, short, back3,
# self3). All of them answer, `costly` only so many in a second.
patience_s=5
for lie in white compact bare sentinel black back self outside unrelated expanded \
    no-rrsig bogus expired signer keytrap crowd bitmap loop narrow compact3 bogus3 \
    iterations costly salt roll algorithm flags hash-long hash-short bitmap3; do
    bed_hostile liar -d "$lie"
    agrees 0 lies.example "${BED_AT[liar]}"
    report $? "$lie: no verdict changes"
    bed_stop liar
done

case_end
