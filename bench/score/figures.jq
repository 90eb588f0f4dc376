# SPDX-License-Identifier: BSD-2-Clause
# What tables of runs share (table.jq, ../recall/table.jq): jq -L FOLDER, include "figures".

def median: map(select(. != null)) | sort | length as $n |
    if $n == 0 then null
    elif $n % 2 == 1 then .[($n - 1) / 2]
    else (.[$n / 2 - 1] + .[$n / 2]) / 2 end;

# Cut and not rounded: 100 is nothing but all.
def percent: if . == null then "-" else . * 10000 + 1e-6 | floor / 100 | tostring end;
def figure: if . == null then "-" else . * 1000 | round / 1000 | tostring end;
def row: "| " + join(" | ") + " |";
def plain: gsub("[|\\s]+"; " ");

# `outside` contains `above_apex`.
def violation_count: if . == null then null else .violations | del(.above_apex) | [.[]] | add end;
