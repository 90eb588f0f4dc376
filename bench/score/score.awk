# SPDX-License-Identifier: BSD-2-Clause
# Judges rows of claims.awk by the truth: one JSON object of counts. Needs truth.awk
# before it. Variables: types, those asked for, "A,AAAA"; hits, a file that gets what was
# claimed, NAME TAB WHAT TAB WHEN. WHAT is found, twin, neutral or unasked, or of the false
# wildcard, nxdomain or outside.
#
# Input: the truth, then the rows sorted, so that all about a name stand together and
# only the truth is held in memory.
#
# 1. A name's rows are gathered: asked? claimed, with which addresses? listed as unknown?
# 2. What it should have come to says where it counts (README.md has the rules).

BEGIN {
    FS = "\t"
    asked_types = split(types, asked_type, ",")
    name = "" # always a string, so that 10 and 1e1 are two names
    if (hits != "") printf "" >hits
}

FNR == NR { truth_take(); next }

$1 == "" { bad_lines += $2 == "bf"; next }
$1 != name { judge(); begin($1 "") }
$2 == "c" { candidate_rows++; next }
$2 == "u" { is_listed = 1; next }
$2 == "r" { is_retracted = 1; next }
{
    rows++
    if (is_claimed && $3 == records) duplicates++
    is_claimed = 1
    records = $3 ""
    if ($4 != "" && (when == "" || $4 + 0 < when + 0)) when = $4 ""
    note_addresses()
}

END {
    if (truth_faults) exit 2
    judge()
    print_counts()
}

function begin(new_name) {
    name = new_name
    candidate_rows = is_claimed = is_listed = is_retracted = address_count = 0
    records = when = ""
}

function note_addresses(   list, n, data) {
    for (n = split($3, list, ","); n > 0; n--) {
        if (split(list[n], data, " ") == 2 && (data[1] == "A" || data[1] == "AAAA"))
            address[++address_count] = tolower(data[2])
    }
}

# Whether the name has data of a type that was asked for; an alias answers any.
function has_asked_data(   i) {
    if (name in truth_alias) return 1
    for (i = 1; i <= asked_types; i++)
        if (index(truth_types[name], "," asked_type[i] ",")) return 1
    return 0
}

# Whether nothing tells it from what the wildcard beside it makes. A sharer has a TTL of its
# own, which tells, or an address of its own, or types of its own: these tell if they
# were asked for.
function is_like_wildcard(   source, n, list, others) {
    if (truth_class[name] == "twin") return 1
    if (truth_class[name] != "sharer") return 0
    for (n = split(truth_types[name], list, ","); n > 0; n--)
        others += list[n] != "" && list[n] != "CNAME" && !index("," types ",", "," list[n] ",")
    if (!others) return 0
    source = truth_source(name)
    for (n = split(truth_given[name], list, " "); n > 0; n--)
        if (index("," types ",", list[n] ~ /:/ ? ",AAAA," : ",A,") &&
                !index(truth_given[source] " ", " " list[n] " "))
            return 0
    return 1
}

function judge(   should, what) {
    if (name == "") return
    if (candidate_rows) {
        candidates++
        candidate_duplicates += candidate_rows - 1
    }
    retracted += is_retracted && is_claimed
    is_claimed = is_claimed && !is_retracted
    claimed += is_claimed
    undecided += is_listed && !is_claimed
    should = truth_should(name)
    what = "neutral"
    if (!(name in truth_class)) {
        what = candidate_rows ? should : "outside"
        asked[should] += candidate_rows > 0
        wrong[what] += is_claimed
    } else if (!candidate_rows) {
        what = "unasked"
        unasked += is_claimed
    } else if (has_asked_data() && is_like_wildcard())
        count(what = "twin")
    else if (should == "found" && has_asked_data()) {
        what = "found"
        judge_host(truth_class[name])
    } else
        neutral += is_claimed
    if (hits != "" && is_claimed) print name "\t" what "\t" when >hits
}

function judge_host(class) {
    if (!(class in existing)) class_list[++class_count] = class
    count(class)
    if (is_claimed && address_count) {
        given[class]++
        right[class] += are_addresses_right()
    }
}

function count(class) {
    existing[class]++
    if (is_claimed) found[class]++
    else if (is_listed) listed[class]++
    else silent[class]++
}

function are_addresses_right(   all, i) {
    all = truth_addresses(name)
    for (i = 1; i <= address_count; i++)
        if (!index(all, " " address[i] " ")) return 0
    return 1
}

function figures(class) {
    return sprintf("{\"existing\":%d,\"found\":%d,\"listed\":%d,\"silent\":%d}",
        existing[class], found[class], listed[class], silent[class])
}

function addresses_of(class) {
    return sprintf("{\"given\":%d,\"right\":%d}", given[class], right[class])
}

# The classes' objects; addresses when IS_ADDRESSES, else how many there are and were found.
function print_classes(is_addresses,   i) {
    for (i = 1; i <= class_count; i++)
        printf "%s\"%s\":%s", (i > 1 ? "," : ""), class_list[i],
            is_addresses ? addresses_of(class_list[i]) : figures(class_list[i])
}

function print_counts(   i) {
    for (i = 1; i <= class_count; i++) {
        given["all"] += given[class_list[i]]
        right["all"] += right[class_list[i]]
    }
    printf "{\"candidates\":%d,\"candidate_duplicates\":%d,", candidates, candidate_duplicates
    printf "\"rows\":%d,\"bad_lines\":%d,\"duplicates\":%d,", rows, bad_lines, duplicates
    printf "\"claimed\":%d,\"retracted\":%d,\"undecided\":%d,", claimed, retracted, undecided
    printf "\"neutral\":%d,\"unasked\":%d,", neutral, unasked
    printf "\"false\":{\"wildcard\":%d,\"nxdomain\":%d,\"outside\":%d},", wrong["wildcard"],
        wrong["nxdomain"], wrong["outside"]
    printf "\"asked\":{\"wildcard\":%d,\"nxdomain\":%d},", asked["wildcard"], asked["nxdomain"]
    printf "\"addresses\":%s,\"twin\":%s,\"classes\":{", addresses_of("all"), figures("twin")
    print_classes(0)
    printf "},\"class_addresses\":{"
    print_classes(1)
    print "}}"
}
