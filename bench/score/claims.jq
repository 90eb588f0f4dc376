# SPDX-License-Identifier: BSD-2-Clause
# What a tool's JSON lines claim, as rows for claims.awk: KIND TAB NAME TAB RECORDS
#
#   f  the name was found, with RECORDS "TYPE DATA,TYPE DATA"
#   u  the tool says that it does not know
#   r  an earlier f is taken back
#   b  not a line of this format; NAME is its number
#
# Input: raw lines (jq -R). A claim is a record of a type that was asked for, or an alias:
# a reply without any says that there is nothing, whatever its code.

def wanted: .type == "A" or .type == "AAAA" or .type == "CNAME";

def row($kind; $name; $records):
    [$kind, ($name | strings), ($records | join(","))] | join("\t") |
    if (split("\n") + split("\t") | length) != 4 then error("separators") else . end;

# STATUS counts only where there are no records.
def judged($name; $records; $is_undecided):
    if ($name | type) != "string" or $name == "" or $name == "." then error("no name")
    elif ($records | length) > 0 then row("f"; $name; $records)
    elif $is_undecided then row("u"; $name; [])
    else empty end;

def is_final: . == "NOERROR" or . == "NXDOMAIN";

def of_massdns:
    judged(.name; [.data.answers[]? | select(wanted) | .type + " " + .data];
        .status | is_final | not);

def of_dnsx:
    judged(.host;
        [(.a[]? | "A " + .), (.aaaa[]? | "AAAA " + .), (.cname[]? | "CNAME " + .)];
        .status_code | is_final | not);

# One object for each name, with a result for each module (type) asked.
def of_zdns:
    [.results[]] as $results |
    judged(.name;
        [$results[].data.answers[]? | select(wanted) | .type + " " + .answer];
        any($results[].status; (is_final or . == "NO_ANSWER" or . == "NORECORD") | not));

def of_dnstrawl:
    if .verdict == "found" then
        judged(.host; [.answers[] | select(wanted) | .type + " " + .data]; false)
    elif .verdict == "unresolved" then judged(.host; []; true)
    elif .verdict == "retracted" then row("r"; .host; [])
    elif (.verdict | type) != "string" then error("no verdict")
    else empty end;

select(test("[^ \t\r]")) |
try (fromjson |
    if $format == "massdns-json" then of_massdns
    elif $format == "dnsx-json" then of_dnsx
    elif $format == "zdns" then of_zdns
    else of_dnstrawl end)
catch "b\t\(input_line_number)\t"
