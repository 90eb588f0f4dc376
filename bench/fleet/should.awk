# SPDX-License-Identifier: BSD-2-Clause
# What each word should come to: NAME TAB WHAT, for the words of the second file below
# the zone of variable `zone`. Needs ../truth.awk before it; the first file is the truth.
function what_of(name,   what) {
    if (name in truth_class && truth_class[name] == "sharer") return "sharer"
    what = truth_should(name)
    if (what == "wildcard" && truth_types[truth_source(name)] !~ /,(A|AAAA|CNAME),/) return "empty"
    return what
}

FNR == NR { truth_take(); next }
truth_faults { exit 2 }
{
    name = truth_tidy($1) "." zone
    print name "\t" what_of(name)
}
END { if (truth_faults) exit 2 }
