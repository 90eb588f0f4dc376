# SPDX-License-Identifier: BSD-2-Clause
# One run's object: what score.awk counted, with what the lab saw and the shell measured.
# Variables: $counts and $report, arrays of what is in those files; $has_report; $name (the
# label), $format, $types, $seconds and $cpu as they were given.

def share($part; $whole): if $whole > 0 then $part / $whole else null end;
def sum(f): reduce .[] as $each (0; . + ($each | f));
# A lab's report may be older than a counter.
def counters: ["capped", "lost", "ignored", "servfail", "refused", "formerr", "truncated", "tcp",
    "rewritten", "hidden", "wrong", "forged", "turned"];

# Queries that came so many seconds after the first, and of these those above a cap.
def after($seconds): . as $series |
    [range($series.queries | length) | select(. * $series.step_s >= $seconds - 1e-9)] |
    {queries: (map($series.queries[.]) | add // 0), capped: (map($series.capped[.] // 0) | add // 0)};

def totals_of:
    if length != 1 then error("not one object") else .[0] end |
    if (.totals.queries | type) != "number" or (.violations | type) != "object"
    then error("not a report of dnstrawl-lab") else . end |
    . as $all | .totals as $totals |
    reduce counters[] as $key ({queries: $totals.queries}; .[$key] = ($totals[$key] // 0)) |
    .series = ($all.series // null) | .after_5s = (.series | if . then after(5) else null end) |
    .seed = $all.seed | .valid = ($all.valid == true) | .violations = $all.violations;

($counts[0]) as $c |
([$c.classes[]] | {existing: sum(.existing), found: sum(.found), listed: sum(.listed),
    silent: sum(.silent)}) as $all |
($c.false | .wildcard + .nxdomain + .outside) as $false |
(if $has_report then $report | totals_of else null end) as $lab |
{v: 1, label: $name, format: $format, types: ($types | split(",")), seconds: $seconds, cpu: $cpu} +
$all + {
    recall: share($all.found; $all.existing),
    precision: share($all.found; $all.found + $false),
    precision_unsynthesised: share($all.found; $all.found + $false - $c.false.wildcard),
    addresses_right: share($c.addresses.right; $c.addresses.given),
    queries_per_candidate: (if $lab then share($lab.queries; $c.candidates) else null end)
} + $c + {lab: $lab}
