# SPDX-License-Identifier: BSD-2-Clause
# What a tool's JSON lines claim, as rows for claims.awk: KIND TAB NAME TAB RECORDS TAB WHEN
#
#   f  the name was found, with RECORDS "TYPE DATA,TYPE DATA", WHEN by the tool's own clock
#      in seconds since 1970, or "@" and the number of the line
#   u  the tool says that it does not know
#   r  an earlier f is taken back
#   b  not a line of this format; NAME is its number
#
# Input: raw lines (jq -R). A claim is a record of a type that was asked for, or an alias:
# a reply without any says that there is nothing, whatever its code.

def wanted: .type == "A" or .type == "AAAA" or .type == "CNAME";

# RFC 3339 as seconds since 1970; nothing where it is something else.
def seconds:
    capture("^(?<day>.{10})[Tt ](?<time>.{8})(?<part>\\.[0-9]+)?([Zz]|(?<east>[+-])(?<h>..):(?<m>..))$") |
    (.day + "T" + .time + "Z" | fromdateiso8601) + ("0" + (.part // "") | tonumber) -
    (if .east then (.h | tonumber) * 3600 + (.m | tonumber) * 60 else 0 end) *
    (if .east == "-" then -1 else 1 end);

def when:
    try (if type == "number" then . / 1e9 else first(seconds, null) end) catch null |
    if type == "number" then tostring else "@\(input_line_number)" end;

def row($kind; $name; $records; $when):
    [$kind, ($name | strings), ($records | join(",")), $when] | join("\t") |
    if (split("\n") + split("\t") | length) != 5 then error("separators") else . end;

# STATUS counts only where there are no records. TIME is a timestamp or nanoseconds.
def judged($name; $records; $is_undecided; $time):
    if ($name | type) != "string" or $name == "" or $name == "." then error("no name")
    elif ($records | length) > 0 then row("f"; $name; $records; $time | when)
    elif $is_undecided then row("u"; $name; []; "")
    else empty end;

def is_final: . == "NOERROR" or . == "NXDOMAIN";

def of_massdns:
    judged(.name; [.data.answers[]? | select(wanted) | .type + " " + .data];
        .status | is_final | not; .rx_ts);

def of_dnsx:
    judged(.host;
        [(.a[]? | "A " + .), (.aaaa[]? | "AAAA " + .), (.cname[]? | "CNAME " + .)];
        .status_code | is_final | not; .timestamp);

# One object for each name, with a result for each module (type) asked.
def of_zdns:
    [.results[]] as $results |
    judged(.name;
        [$results[].data.answers[]? | select(wanted) | .type + " " + .answer];
        any($results[].status; (is_final or . == "NO_ANSWER" or . == "NORECORD") | not);
        [$results[].timestamp | strings] | max);

# The reply as the library hickory-dns prints it; an error, where none was had.
def of_blastdns:
    if (.response | type) != "object" and (.error | type) != "string" then error("neither") else . end |
    judged(.host;
        [.response.answers[]? | .rdata | objects | to_entries[] |
            {type: .key, data: .value} | select(wanted) | .type + " " + .data];
        .response.header.response_code // "" | ascii_upcase | is_final | not; null);

def of_dnstrawl:
    if .verdict == "found" then
        judged(.host; [.answers[] | select(wanted) | .type + " " + .data]; false; .timestamp)
    elif .verdict == "unresolved" then judged(.host; []; true; null)
    elif .verdict == "retracted" then row("r"; .host; []; "")
    elif (.verdict | type) != "string" then error("no verdict")
    else empty end;

select(test("[^ \t\r]")) |
try (fromjson |
    if $format == "massdns-json" then of_massdns
    elif $format == "dnsx-json" then of_dnsx
    elif $format == "zdns" then of_zdns
    elif $format == "blastdns" then of_blastdns
    else of_dnstrawl end)
catch "b\t\(input_line_number)\t"
