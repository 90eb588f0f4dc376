# SPDX-License-Identifier: BSD-2-Clause
# The runs of a mix (objects of keep_score in lib.sh, slurped) tool by tool, for table.jq and
# judge.jq: jq -L bench/score -L bench/recall, include "pool".
#
# 1. A lab that itself lost packets makes no run. One that is the `again` of another seed's
#    is here for how far the two agree, and counts nowhere else.
# 2. Shares are pooled: all that was found over all that exists, all seeds together. What is
#    not a share is the median over the seeds.
# 3. Ratios are of the same seed; then their median.
include "figures";

def share($part; $whole): if $whole > 0 then $part / $whole else null end;
def sum(f): map(f) | add // 0;
def pooled(part; whole): share(sum(part); sum(whole));
def false_names: .false | .wildcard + .nxdomain + .outside;

# Median, with never (null) as later than all others; null when that is the median.
def median_or_never:
    map(if . == null then infinite else . end) | median |
    if . == null or isinfinite then null else . end;

# Pairs [own, base] of the same seed.
def pairs($base): [.[] as $own | $base[] | select(.seed == $own.seed) | [$own, .]];
def ratio($base; f): pairs($base) | map(share(.[0] | f; .[1] | f)) | median;

def figures($all; $base):
    {
        runs: length, given: ($all | length),
        recall: pooled(.found; .existing),
        recalls: (map(.recall | numbers) | sort),
        precision: pooled(.found; .found + false_names),
        precisions: (map(.precision | numbers) | sort),
        unsynthesised: pooled(.found; .found + .false.nxdomain + .false.outside),
        addresses: pooled(.addresses.right; .addresses.given),
        silent: (map(.silent) | median), listed: (map(.listed) | median),
        wildcard: (map(.false.wildcard) | median), made_up: (map(.false.nxdomain) | median),
        outside: (map(.false.outside) | median),
        queries: pooled(.lab.queries; .candidates),
        capped: pooled(.lab.capped; .lab.queries),
        capped_later: pooled(.lab.after_5s.capped // 0; .lab.after_5s.queries // 0),
        violations: (map(.lab | violation_count) | median),
        seconds: (map(.seconds) | median), all_seconds: (map(.seconds) | sort),
        cpu: (map(.cpu) | median),
        seconds_ratio: ratio($base; .seconds), cpu_ratio: ratio($base; .cpu),
        reached: [("99", "99.9") as $percent |
            map(.reached[$percent]) | {s: (map(.s?) | median_or_never),
                queries: (map(.queries?) | median_or_never)}],
        claimed: sum(.claimed),
        false: (sum(false_names) + sum(.addresses.given) - sum(.addresses.right)),
        statuses: (map(.status) | unique)
    };

def is_run: (.lab == null or .lab.valid) and (.again | not);

# [{tool, label, overlaps, runs, ...}], in the order in which they come.
def tools($base):
    . as $runs |
    map(select(.tool == $base and is_run)) as $base_runs |
    reduce .[].tool as $tool ([]; if index([$tool]) then . else . + [$tool] end) |
    map(. as $tool | [$runs[] | select(.tool == $tool)] |
        (map(select(is_run))) as $kept |
        ($kept | figures([$runs[] | select(.tool == $tool and (.again | not))]; $base_runs)) +
        {tool: $tool, label: (.[0].label | plain), kept: $kept,
            overlaps: (map(select(.again and .lab.valid) | .overlap | numbers) | sort)});
