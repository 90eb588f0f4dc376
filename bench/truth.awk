# SPDX-License-Identifier: BSD-2-Clause
# The lab's truth in awk: what a name is, and what a scanner should make of it.
# To be had with -f before the program that uses it; that gives each record of the truth
# file to truth_take(), `FNR == NR { truth_take(); next }`, and asks afterwards.
#
#   truth_class[NAME]  its class, as bench/lab/README.md lists them
#   truth_types[NAME]  its types, ",A,AAAA,"
#   truth_alias[NAME]  where its CNAME points to
#   truth_should(NAME) found, nodata, twin, servfail, apex, wildcard or nxdomain
#   truth_addresses(NAME) " 192.0.2.1 192.0.2.2 ": all that may be given for it
#   truth_faults       told on stderr so far; the program should end with 2
#
# A name that is not there follows from its closest encloser (RFC 4592, 3.3.1).

BEGIN {
    TRUTH_CHAIN_MAX = 16 # aliases followed; the lab's chains are shorter
    truth_expect("found", "host multi dual aaaa cname chain dangling external geo robin sharer")
    truth_expect("nodata", "nodata ent")
    truth_expect("twin", "twin") # a host with the wildcard's data: nothing tells them apart
    truth_expect("servfail", "loop")
    truth_expect("apex", "apex")
    truth_expect("wildcard", "wildcard")
}

function truth_expect(what, classes,   list, n) {
    for (n = split(classes, list, " "); n > 0; n--) truth_of_class[list[n]] = what
}

function truth_fault(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
    truth_faults++
}

# Lower case, without the final dot.
function truth_tidy(name) {
    name = tolower(name)
    sub(/\.$/, "", name)
    return name
}

function truth_parent(name) {
    return index(name, ".") ? substr(name, index(name, ".") + 1) : ""
}

# NAME TAB CLASS TAB TYPES [TAB TYPE RDATA]...
function truth_take(   name, i, data) {
    sub(/\r$/, "")
    if ($0 ~ /^#/ || $0 == "") return
    if (NF < 3) {
        truth_fault("not name, class, types and data with tabs between")
        return
    }
    if (!($2 in truth_of_class)) {
        if (!($2 in truth_unknown)) truth_fault("unknown class " $2)
        truth_unknown[$2] = 1
        return
    }
    name = truth_tidy($1)
    truth_class[name] = $2
    truth_types[name] = "," $3 ","
    if ($2 == "wildcard") truth_wildcard[truth_parent(name)] = name
    for (i = 4; i <= NF; i++) {
        if (split($i, data, " ") < 2) continue
        if (data[1] == "CNAME") truth_alias[name] = truth_tidy(data[2])
        else if (data[1] == "A" || data[1] == "AAAA")
            truth_given[name] = truth_given[name] " " tolower(data[2])
    }
}

# The wildcard that a name which is not there comes from, or "".
function truth_source(name,   up) {
    up = truth_parent(name)
    while (up != "" && !(up in truth_class)) up = truth_parent(up)
    return up in truth_wildcard ? truth_wildcard[up] : ""
}

function truth_should(name) {
    if (name in truth_class) return truth_of_class[truth_class[name]]
    return truth_source(name) == "" ? "nxdomain" : "wildcard"
}

function truth_addresses(name,   steps) {
    for (steps = 0; steps <= TRUTH_CHAIN_MAX; steps++) {
        if (!(name in truth_class)) name = truth_source(name)
        if (!(name in truth_alias)) break
        name = truth_alias[name]
    }
    return name in truth_given ? truth_given[name] " " : " "
}
