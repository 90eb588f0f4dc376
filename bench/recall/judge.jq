# SPDX-License-Identifier: BSD-2-Clause
# The targets of a mix held against dnstrawl's runs: a line for each, `met` or `**missed**`.
# Variables: $mix; $words, the length of the list.
include "figures";
include "pool";

def verdict: if . then "met" else "**missed**" end;
def at_least($what; $value; $limit): {$what, $value, text: ($value | percent), limit:
    "at least \($limit * 100 | figure) %", met: ($value != null and $value >= $limit)};
def at_most_share($what; $value; $limit): {$what, $value, text: ($value | percent), limit:
    "at most \($limit * 100 | figure) %", met: ($value != null and $value <= $limit)};
def at_most($what; $value; $limit): {$what, $value, text: ($value | figure), limit:
    "at most \($limit)", met: ($value != null and $value <= $limit)};

# Against each peer that took part; the other side of a ratio is in $all.
def seconds_of($all; $peer): [$all[] | select(.tool == $peer) | .kept] as $theirs |
    if $theirs == [] then null else .kept | ratio($theirs[0]; .seconds) end;
def cpu_of($all; $peer): [$all[] | select(.tool == $peer) | .kept] as $theirs |
    if $theirs == [] then null else .kept | ratio($theirs[0]; .cpu) end;

def public($all):
    at_least("recall over all seeds, %"; .recall; 0.999),
    at_least("recall, least, %"; .recalls[0]; 0.998),
    at_least("precision over all seeds, %"; .precision; 0.999),
    at_least("precision, least, %"; .precisions[0]; 0.998),
    at_least("addresses right, %"; .addresses; 0.999),
    at_most("queries a candidate"; .queries; 1.25),
    at_most_share("queries above a cap, %"; .capped; 0.03),
    (if $words >= 1000000
     then at_most_share("queries above a cap after 5 s, %"; .capped_later; 0.01) else empty end),
    at_most("time over massdns's at its defaults"; seconds_of($all; "massdns"); 1.5),
    at_most("time over puredns's"; seconds_of($all; "puredns"); 0.5),
    at_least("two runs of one seed agree, %"; .overlaps[0]; 0.998);

def harsh:
    at_least("recall over all seeds, %"; .recall; 0.995),
    at_least("precision over all seeds, %"; .precision; 0.999);

def easy($all):
    at_most("queries a candidate"; .queries; 1.06),
    at_most("CPU over that with --no-trust"; cpu_of($all; "trawl-no-trust"); 1.1);

def hostile:
    at_most("names claimed"; .claimed; 0),
    at_most("false names and addresses claimed"; .false; 0),
    {what: "exit status", value: 0, text: (.statuses | map(tostring) | join(", ")),
        limit: "3 or 4", met: (.statuses - [3, 4] == [])};

tools("") | . as $all | .[] | select(.tool == "trawl" and .runs > 0) |
if $mix == "public" then public($all) elif $mix == "harsh" then harsh
elif $mix == "easy" then easy($all) elif $mix == "hostile" then hostile else empty end |
"- \($mix): \(.what): " +
if .value == null then "not measured" else "\(.text), \(.limit): \(.met | verdict)" end
