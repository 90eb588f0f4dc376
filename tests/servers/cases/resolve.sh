#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# resolve and brute through unbound and at nsd.
#
# nsd is the authority for servers.zone and two more, unbound a resolver in front of it.
# Each verdict is compared with servers.truth, which says what the zones make of each
# name.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" resolve

cp "$BED_HOME/servers.zone" "$BED_HOME/wild.zone" .
# A set of addresses too large for UDP, kept within what one hit holds.
for i in $(seq 60); do printf 'big AAAA 2001:db8:1::%x\n' "$i"; done >>servers.zone
awk '!/^#/ && NF { print $1 }' "$BED_HOME/servers.truth" >names
bed_nsd nsd servers.example=servers.zone wild.example=wild.zone broken.example=there-is-none.zone
at=${BED_AT[nsd]}
bed_unbound unbound servers.example="$at" wild.example="$at" broken.example="$at"

# scan STATUS ARGUMENT...: likewise, with totals that balance.
scan() {
    trawl "$@" || return
    # What is asked of honest servers on loopback is answered, once, and well formed.
    jq -e '.candidates == .found + .nodata + .nxdomain + .wildcard + .pruned + .servfail
        + .unresolved + .invalid + .duplicate + .out_of_scope
        and ([.rejected_replies[]] | add) == 0' stats >/dev/null || {
        printf 'stats: %s\n' "$(cat stats)" >difference
        return 1
    }
}

# The verdicts in out are those of COLUMN (2 through a resolver, 3 at the authority).
verdicts_match() {
    jq -r '.host + " " + .verdict' out | sort >is
    awk -v column="$1" '!/^#/ && NF { print $1, $column }' "$BED_HOME/servers.truth" | sort >should_be
    diff is should_be >difference
}

resolver=${BED_AT[unbound]}
authority=${BED_AT[nsd]}

scan 0 resolve -r "$resolver" --all -f ndjson names && verdicts_match 2
report $? 'resolve through unbound gives every verdict of the truth'

scan 0 resolve -r "$authority" --all -f ndjson names && verdicts_match 3
report $? 'resolve at nsd gives every verdict of the truth'

scan 0 resolve -r "${BED_AT6[unbound]}" --all -f ndjson names && verdicts_match 2
report $? 'the same over IPv6'

scan 0 resolve -r "$resolver,$authority,${BED_AT6[unbound]},${BED_AT6[nsd]}" -f names names &&
    awk '!/^#/ && $2 == "found" && $3 == "found" { print $1 }' "$BED_HOME/servers.truth" | sort >should_be &&
    sort out | comm -13 - should_be >difference && [ ! -s difference ]
report $? 'four paths to the same data find the same names'

# The words are the truth's own names, less their zone.
sed -n 's/\.servers\.example$//p' names >words
scan 0 brute -r "$resolver" -w words --all -f ndjson servers.example &&
    jq -r '.host + " " + .verdict' out | sort >is &&
    awk '!/^#/ && $1 ~ /\.servers\.example$/ { print $1, $2 }' "$BED_HOME/servers.truth" | sort >should_be &&
    diff is should_be >difference
report $? 'brute through unbound gives every verdict of the truth'

scan 0 brute -r "$authority" -w words --all -f ndjson servers.example &&
    jq -r '.host + " " + .verdict' out | sort >is &&
    awk '!/^#/ && $1 ~ /\.servers\.example$/ { print $1, $3 }' "$BED_HOME/servers.truth" | sort >should_be &&
    diff is should_be >difference
report $? 'brute at nsd gives every verdict of the truth'

# The built-in list before both zones: nothing but what the zones hold.
scan 0 brute -r "$resolver" servers.example wild.example -f names &&
    awk '!/^#/ && $2 == "found" { print $1 }' "$BED_HOME/servers.truth" | sort >should_be &&
    sort out | comm -23 - should_be >difference && [ ! -s difference ] &&
    grep -qx 'www.servers.example' out && grep -qx 'mail.wild.example' out &&
    jq -e '.unresolved == 0 and .zones["wild.example"].wildcard > 1000' stats >/dev/null
report $? 'the built-in list finds no name that is not there'

printf 'big.servers.example\n' >one
scan 0 resolve -r "$resolver" -t AAAA -f ndjson one &&
    jq -e '.aaaa | unique | length == 60' out >/dev/null && jq -e '.tcp >= 1' stats >/dev/null
report $? 'a truncated answer comes whole over TCP from unbound'

scan 0 resolve -r "$authority" -t AAAA -f ndjson one &&
    jq -e '.aaaa | unique | length == 60' out >/dev/null && jq -e '.tcp >= 1' stats >/dev/null
report $? 'a truncated answer comes whole over TCP from nsd'

printf '%s.servers.example\n' chain1 dangling mixed >some
scan 0 resolve -r "$resolver" -t A -f text some && sort -u out >is && sort >should_be <<'TEXT' &&
chain1.servers.example CNAME chain2.servers.example
chain2.servers.example CNAME chain3.servers.example
chain3.servers.example CNAME www.servers.example
www.servers.example A 192.0.2.10
dangling.servers.example CNAME gone.servers.example
mixed.servers.example A 192.0.2.14
TEXT
    diff is should_be >difference
report $? 'records are those of the zone'

scan 0 resolve -r "$resolver" -t MX,TXT,SRV,CAA,HTTPS,NS,SOA -f text -d types.servers.example &&
    sort -u out >is && sort >should_be <<'TEXT' &&
types.servers.example MX 10 mail.servers.example
types.servers.example TXT "one" "two words"
types.servers.example SRV 1 2 443 www.servers.example
types.servers.example CAA 0 issue "ca.example"
types.servers.example HTTPS 1 . alpn=h2
TEXT
    diff is should_be >difference
report $? 'records of other types are those of the zone'

case_end
