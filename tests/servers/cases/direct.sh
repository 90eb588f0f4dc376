#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --direct and --server at nsd: given, and found through unbound by the zone's own NS records.
#
# nsd serves a zone whose NS records lead to it, and a child of it; another child nobody serves.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" direct

cp "$BED_HOME/servers.zone" "$BED_HOME/wild.zone" "$BED_HOME/direct.zone" "$BED_HOME/child.zone" .
for i in $(seq 60); do printf 'big AAAA 2001:db8:1::%x\n' "$i"; done >>servers.zone
awk '!/^#/ && NF { print $1 }' "$BED_HOME/servers.truth" >names
bed_nsd nsd servers.example=servers.zone wild.example=wild.zone broken.example=there-is-none.zone \
    direct.example=direct.zone child.direct.example=child.zone
bed_unbound unbound direct.example="${BED_AT[nsd]}"

trawl 0 resolve --server "${BED_AT[nsd]}" "@${BED_AT6[nsd]}" --all -f ndjson names &&
    jq -r '.host + " " + .verdict' out >is &&
    awk '!/^#/ && NF { print $1, $3 }' "$BED_HOME/servers.truth" >should_be && same is should_be &&
    jq -s -e 'all(.[]; .verdict != "found" or .confirmed == "single")' out >/dev/null
report $? 'resolve --server gives every verdict of the truth'

# Names of the child that it serves too it answers; what is delegated elsewhere is never denied.
printf '%s\n' www alias child www.child none.child elsewhere www.elsewhere none >words
cat >should_be <<'VERDICTS'
www.direct.example found -
alias.direct.example found -
child.direct.example nodata -
www.child.direct.example found -
none.child.direct.example nxdomain -
elsewhere.direct.example unresolved delegated elsewhere
www.elsewhere.direct.example unresolved delegated elsewhere
none.direct.example nxdomain -
VERDICTS
trawl 3 brute --direct -r "${BED_AT[unbound]}" --port "${BED_PORT[nsd]}" -w words --all -f ndjson direct.example &&
    jq -r '[.host, .verdict, .reason // "-"] | join(" ")' out >is && same is should_be &&
    jq -e '.resolvers.given == 2' stats >/dev/null
report $? 'brute --direct finds the servers and leaves open what is delegated elsewhere'

# The same name in resolve, whose zone is only supposed; here it is the right one.
sed 's/$/.direct.example/' words >names
trawl 3 resolve --direct -r "${BED_AT[unbound]}" --port "${BED_PORT[nsd]}" --all -f ndjson names &&
    jq -r '[.host, .verdict, .reason // "-"] | join(" ")' out >is && same is should_be
report $? 'resolve --direct finds them for the zones of its names'

case_end
