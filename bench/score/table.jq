# SPDX-License-Identifier: BSD-2-Clause
# Runs (objects of result.jq, slurped) as markdown: a row for each label, in the order they
# come, medians over its runs; then what became of each class. Runs of a lab that itself
# lost packets are counted and else left out.

include "figures";

def groups: reduce .[] as $run ({order: [], runs: {}};
        if .runs[$run.label] then . else .order += [$run.label] end |
        .runs[$run.label] += [$run]) |
    . as $by | .order | map({label: (. | plain), all: $by.runs[.],
        runs: ($by.runs[.] | map(select(.lab == null or .lab.valid)))});

def columns: [
    ["runs", "\(.runs | length) of \(.all | length)"],
    ["recall %", ([.runs[].recall] | median | percent)],
    ["precision %", ([.runs[].precision] | median | percent)],
    ["without synthesis %", ([.runs[].precision_unsynthesised] | median | percent)],
    ["lost silently", ([.runs[].silent] | median | figure)],
    ["lost, listed", ([.runs[].listed] | median | figure)],
    ["of a wildcard", ([.runs[].false.wildcard] | median | figure)],
    ["made up", ([.runs[].false.nxdomain] | median | figure)],
    ["not asked", ([.runs[].false.outside] | median | figure)],
    ["addresses right %", ([.runs[].addresses_right] | median | percent)],
    ["queries a candidate", ([.runs[].queries_per_candidate] | median | figure)],
    ["above cap", ([.runs[].lab.capped?] | median | figure)],
    ["violations", ([.runs[].lab | violation_count] | median | figure)],
    ["s", ([.runs[].seconds] | median | figure)],
    ["CPU s", ([.runs[].cpu] | median | figure)]];

def cell($class):
    [.runs[] | if $class == "twin" then .twin else .classes[$class] end | select(. != null)] |
    if length == 0 then "-"
    else [([.[].found] | median), ([.[].existing] | median), ([.[].listed] | median),
            ([.[].silent] | median)] | map(figure) |
        "\(.[0]) of \(.[1])" + (if .[2] == "0" then "" else ", \(.[2]) listed" end) +
        (if .[3] == "0" then "" else ", \(.[3]) lost" end) end;

def class_names: [.[].runs[].classes | keys[]] | unique;

if any(.[]; type != "object" or .v != 1 or (.label | type) != "string")
then error("not a result of score --json") else groups end |
. as $groups |
($groups | map(columns)) as $rows |
(["tool"] + ($rows[0] | map(.[0])) | row),
(["---"] + ($rows[0] | map("---")) | row),
(range($groups | length) as $i | [$groups[$i].label] + ($rows[$i] | map(.[1])) | row),
"",
(["class"] + ($groups | map(.label)) | row),
(["---"] + ($groups | map("---")) | row),
((class_names + ["twin"])[] as $class | [$class] + ($groups | map(cell($class))) | row)
