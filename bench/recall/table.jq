# SPDX-License-Identifier: BSD-2-Clause
# Tables of a mix in markdown: what was found, what it cost, and what became of each class.
# Variable: $base, the tool that times are held against.
include "figures";
include "pool";

def least_to_most(f): if length == 0 then "-" else "\(.[0] | f) to \(.[-1] | f)" end;
def when: if .s == null then "never" else "\(.s | figure) s, \(.queries | figure)" end;

def found_columns: [
    ["runs", "\(.runs) of \(.given)"],
    ["recall %", (.recall | percent)],
    ["median", (.recalls | median | percent)],
    ["least to most", (.recalls | least_to_most(percent))],
    ["precision %", (.precision | percent)],
    ["least", (.precisions[0] | percent)],
    ["without synthesis %", (.unsynthesised | percent)],
    ["addresses right %", (.addresses | percent)],
    ["lost silently", (.silent | figure)],
    ["lost, listed", (.listed | figure)],
    ["of a wildcard", (.wildcard | figure)],
    ["made up", (.made_up | figure)],
    ["not asked", (.outside | figure)],
    ["two runs agree %", (.overlaps[0] | percent)]];

def cost_columns($base_label): [
    ["queries a candidate", (.queries | figure)],
    ["above cap %", (.capped | percent)],
    ["after 5 s %", (.capped_later | percent)],
    ["violations", (.violations | figure)],
    ["s", (.seconds | figure)],
    ["least to most", (.all_seconds | least_to_most(figure))],
    ["of \($base_label)'s", (.seconds_ratio | figure)],
    ["CPU s", (.cpu | figure)],
    ["of its", (.cpu_ratio | figure)],
    ["99 % at (s, queries a candidate)", (.reached[0] | when)],
    ["99.9 % at", (.reached[1] | when)]];

# A class's names over all seeds; and of those found with addresses, how many are right.
def class_cell($class):
    [.kept[] | if $class == "twin" then .twin else .classes[$class] end | values] as $all |
    ([.kept[].class_addresses[$class] | values] | pooled(.right; .given)) as $right |
    if ($all | length) == 0 then "-"
    else ($all | pooled(.found; .existing) | percent) +
        (if $right == null or $right == 1 then "" else ", \($right | percent) right" end) end;

def false_cell($kind):
    .kept | if length == 0 then "-" else "\(sum(.false[$kind])) of \(sum(.asked[$kind]))" end;

def table(columns):
    map({label: .label, columns: columns}) |
    (["tool"] + (.[0].columns | map(.[0])) | row),
    (["---"] + (.[0].columns | map("---")) | row),
    (.[] | [.label] + (.columns | map(.[1])) | row);

tools($base) |
. as $tools | ([.[] | select(.tool == $base) | .label | split(" ")[0:2] |
    if .[1] == "--no-trust" then join(" ") else .[0] end][0] // $base) as $base_label |
table(found_columns), "", table(cost_columns($base_label)), "",
(["class"] + map(.label) | row), (["---"] + map("---") | row),
(([.[].kept[].classes | keys[]] | unique) + ["twin"] | .[] as $class |
    [$class] + ($tools | map(class_cell($class))) | row),
(["claimed of what a wildcard makes"] + ($tools | map(false_cell("wildcard"))) | row),
(["claimed of what does not exist"] + ($tools | map(false_cell("nxdomain"))) | row)
