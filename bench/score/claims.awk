# SPDX-License-Identifier: BSD-2-Clause
# Lines of a tool, or a list of names, as rows for score.awk: NAME TAB KIND TAB RECORDS
# TAB WHEN. WHEN is of f alone: the time that the line tells, or else by which it had been
# written, in seconds since 1970; empty where neither is known.
# Needs truth.awk before it, for truth_tidy().
#
#   c  a candidate: a name that was asked    f  found, with RECORDS "TYPE DATA,TYPE DATA"
#   u  the tool says that it does not know   r  an earlier f is taken back
#   b  a line that is none of its format; without a name
#
# Variables: format names, massdns, dnsx, or rows (of claims.jq, in which lines are
# already told apart); kind c, u or f; zones "ZONE ZONE", which candidates lie
# below; file, for messages; growth, a file of TIME TAB LINES: so many had been written by
# then.

BEGIN {
    FAULTS_TOLD = 10
    FS = format == "rows" ? "\t" : " "
    zone_count = kind == "c" ? split(zones, zone, " ") : 0
    if (growth != "") read_growth()
}

function read_growth(   row, part) {
    while ((getline row <growth) > 0) {
        if (split(row, part, "\t") != 2) continue
        grown_at[++grown] = part[1]
        grown_to[grown] = part[2] + 0
    }
    close(growth)
    step = 1
}

# When LINE was there; lines come in order. Those after the last look came with the end.
function written(line) {
    while (step < grown && grown_to[step] < line) step++
    return grown ? grown_at[step] : ""
}

function bad_line(line) {
    if (++faults <= FAULTS_TOLD)
        printf "score: %s:%d: not a line of this format\n", file, line >"/dev/stderr"
    print "\tb" kind "\t"
}

function put(what, name, records) { put_timed(what, name, records, written(FNR)) }

function put_timed(what, name, records, when) {
    name = truth_tidy(name)
    if (name == "") bad_line(FNR)
    else print name "\t" what "\t" records "\t" (what == "f" ? when : "")
}

# WHEN is a time, or "@LINE" where the format tells none.
function take_row() {
    if ($1 == "b") bad_line($2)
    else put_timed($1, $2, $3, $4 ~ /^@/ ? written(substr($4, 2) + 0) : $4)
}

function take_name(   i) {
    if (NF != 1) bad_line(FNR)
    else if (!zone_count) put(kind, $1, "")
    for (i = 1; NF == 1 && i <= zone_count; i++) put(kind, truth_tidy($1) "." zone[i], "")
}

function is_wanted(type) { return type == "A" || type == "AAAA" || type == "CNAME" }

# OWNER [CLASS TTL] TYPE DATA
function take_massdns(   type) {
    type = $2 == "IN" && $3 ~ /^[0-9]+$/ ? 4 : 2
    if (NF <= type || $type !~ /^[A-Z][A-Z0-9-]*$/) bad_line(FNR)
    else if (is_wanted($type)) put("f", $1, $type " " $(type + 1))
}

# NAME, NAME [DATA] or NAME [TYPE] [DATA]; what follows are the tool's remarks.
function take_dnsx(   name) {
    name = $1
    gsub(/[][]/, "")
    if (NF == 1) put("f", name, "")
    else if ($2 ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/) put("f", name, "A " $2)
    else if ($2 ~ /^[0-9a-fA-F:.]+$/ && $2 ~ /:.*:/) put("f", name, "AAAA " $2)
    else if (is_wanted($2) && NF >= 3) put("f", name, $2 " " $3)
    else if ($2 !~ /^[A-Z]+$/ || NF < 3) bad_line(FNR)
}

{ sub(/\r$/, "") }
format == "rows" { take_row(); next }
{ gsub(/\033\[[0-9;]*m/, "") } # colours
NF == 0 || (kind == "c" && /^#/) { next }
format == "massdns" { take_massdns(); next }
format == "dnsx" { take_dnsx(); next }
{ take_name() }
END {
    if (faults > FAULTS_TOLD)
        printf "score: %s: %d lines in all are not of this format\n", file, faults >"/dev/stderr"
}
