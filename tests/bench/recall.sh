# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# bench/recall as a program: sourced by tests/bench/run, which has `is`, BUILD and WORK.
#
# Tables, targets, curves and plots come from figures made up, so that they are known. Then
# the scripts themselves, with a massdns that is a few lines of awk and claims what it is
# told to; last a small run of dnstrawl through a bad fleet, of which only what must hold
# of any is looked at.

RECALL=$HERE/../../bench/recall
readonly recall_limit_s=120

# --- curves ---

# 1,000 names exist and found ones come one in 10 ms from 100 on; two steps of a second.
curve_of() { # FOUND
    {
        printf 'head\tone\t1000\t2000\t30\t100\t100.5\t10\nstep\t2000\nstep\t1000\n'
        awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "hit\t%.2f\n", 100 + i / 100 }'
    } | awk -v reached="$WORK/reached" -f "$RECALL/curve.awk" >"$WORK/curve"
}

curve_adds_up() {
    curve_of 1000
    printf '%s\n' $'one\t1000\t2000' $'10.50\t2000\t1000' $'20.50\t3000\t1000' \
        $'30.00\t3000\t1000' >"$WORK/wanted"
    diff "$WORK/wanted" "$WORK/curve" || return 1
    echo '{"99":{"s":9.90,"queries":0.9400},"99.9":{"s":9.99,"queries":0.9490}}' |
        diff - "$WORK/reached"
}

curve_reaches_from_the_very_name_on() {
    local found said
    for found in 989:null,null 990:9.9,null 998:9.9,null 999:9.9,9.99; do
        curve_of "${found%:*}"
        said=$(jq -r '[.["99"], .["99.9"]] | map(.s? // "null" | tostring) | join(",")' "$WORK/reached")
        [ "$said" = "${found#*:}" ] || { echo "$found: $said"; return 1; }
    done
}

# A time that is none, one before the start and one after the end; and nothing at all.
curve_takes_odd_times() {
    local hit
    printf 'head\tx\t3\t10\t2\t100\t100\t1\nstep\t4\nhit\t99\nhit\t107\nhit\t\n' |
        awk -v reached="$WORK/reached" -f "$RECALL/curve.awk" >"$WORK/curve"
    printf 'x\t3\t10\n1.00\t4\t1\n2.00\t4\t3\n' | diff - "$WORK/curve" || return 1
    for hit in 99:0.00 100.2:0.20; do # before the first query
        printf 'head\tx\t1\t10\t2\t100\t101\t1\nstep\t4\nhit\t%s\n' "${hit%:*}" |
            awk -v reached="$WORK/reached" -f "$RECALL/curve.awk" >"$WORK/curve"
        jq -c '.["99"]' "$WORK/reached"
        grep -qF "{\"99\":{\"s\":${hit#*:},\"queries\":0.0000}" "$WORK/reached" || return 1
    done
    printf 'head\tx\t0\t0\t2\t100\t100\t1\n' |
        awk -v reached="$WORK/reached" -f "$RECALL/curve.awk" >"$WORK/curve"
    printf 'x\t0\t0\n2.00\t0\t0\n' | diff - "$WORK/curve" || return 1
    echo '{"99":null,"99.9":null}' | diff - "$WORK/reached"
}

# Of 30 names in two runs: 10 and 20 in all, by 1 s 5 and 0, by 4 s 10 and 20.
curves_are_pooled() {
    printf 'a\t10\t100\n1.00\t50\t5\n2.00\t200\t10\n' >"$WORK/one"
    printf 'a\t20\t100\n4.00\t100\t20\n' >"$WORK/two"
    printf 'b\t4\t10\n1.00\t10\t1\n' >"$WORK/three"
    awk -v by=seconds -v points=2 -f "$RECALL/points.awk" "$WORK"/{one,two,three} >"$WORK/points"
    printf '%s\n' $'a\t0.0000\t0.000000' $'a\t1.0000\t0.166667' $'a\t4.0000\t1.000000' \
        $'b\t0.0000\t0.000000' $'b\t0.2500\t0.000000' $'b\t1.0000\t0.250000' |
        diff - "$WORK/points" || return 1
    awk -v by=queries -v points=2 -f "$RECALL/points.awk" "$WORK"/{one,two} >"$WORK/points"
    printf '%s\n' $'a\t0.0000\t0.000000' $'a\t1.0000\t0.833333' $'a\t2.0000\t1.000000' |
        diff - "$WORK/points"
}

# --- plots ---

# Every element closed, attributes quoted, no bare & or <: what XML asks for.
is_well_formed() {
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" || return 1
    fi
    tr '\n' ' ' <"$1" | sed 's/</\n</g' | awk '
        $0 == "" { next }
        /&/ && $0 !~ /&(amp|lt|gt|quot);/ { bad = 1 }
        /^<\// { sub(/^<\//, ""); sub(/>.*/, ""); if (open[depth--] != $0) bad = 1; next }
        !/^<[a-z]+( [a-zA-Z0-9-]+="[^"<]*")*\/?>/ { bad = 1 }
        !/\/>/ { sub(/^</, ""); sub(/[ >].*/, ""); open[++depth] = $0 }
        END { exit bad || depth }'
}

plots_are_well_formed() {
    local i log
    {
        for i in 1 2 3 4 5 6 7 8 9; do
            printf 'tool %s <a&b> "c"\t0.0\t0\ntool %s <a&b> "c"\t12.5\t0.%s9\n' "$i" "$i" "$i"
        done
        printf 'found all with a name that needs more than one line\t3\t1\n'
    } >"$WORK/points"
    for log in 0 1; do
        awk -v is_log="$log" -v title='a < b & "c"' -v x_title=x -f "$RECALL/plot.awk" \
            "$WORK/points" >"$WORK/plot.svg"
        is_well_formed "$WORK/plot.svg" || return 1
        [ "$(grep -c '<polyline' "$WORK/plot.svg")" = 10 ] || return 1
        grep -q 'prefers-color-scheme:dark' "$WORK/plot.svg" || return 1
        ! grep -qi 'nan\|inf' "$WORK/plot.svg" || return 1
    done
}

# Of three lines: nothing, nine of ten, all. The axis goes from 440 up to 50, in fifths.
plots_place_recall() {
    printf '%s\t%s\t%s\n' a 0 0 a 10 0 b 0 0 b 10 0.9 c 0 0 c 10 1 >"$WORK/points"
    awk -v title=t -v x_title=x -f "$RECALL/plot.awk" "$WORK/points" >"$WORK/plot.svg"
    sed -n 's/.* points="[^ ]* \([^ ]*\) ".*/\1/p' "$WORK/plot.svg" >"$WORK/ends"
    printf '640.0,%s\n' 440.0 362.0 50.0 | diff - "$WORK/ends" || return 1
    grep -q '<path class="m1"' "$WORK/plot.svg" && grep -q 'class="m2".*d="M-4-4H4' "$WORK/plot.svg" &&
        grep -q 'class="m3".*d="M0-6L6' "$WORK/plot.svg"
}

# Nothing until 5, nine of ten until 15, then all: a line has the ends of each stretch alone.
plots_leave_out_what_is_level() {
    awk 'BEGIN { for (x = 0; x <= 20; x++) printf "a\t%d\t%s\n", x, x <= 5 ? 0 : x <= 15 ? 0.9 : 1 }' |
        awk -v title=t -v x_title=x -f "$RECALL/plot.awk" >"$WORK/plot.svg"
    sed -n 's/.* points="\(.*\) ".*/\1/p' "$WORK/plot.svg" >"$WORK/line"
    echo 80.0,440.0 220.0,440.0 248.0,362.0 500.0,362.0 528.0,50.0 640.0,50.0 | diff - "$WORK/line"
}

plots_of_nothing() {
    awk -v title=t -v x_title=x -v is_log=1 -f "$RECALL/plot.awk" /dev/null >"$WORK/plot.svg"
    is_well_formed "$WORK/plot.svg"
}

# --- tables and targets ---

# result TOOL SEED FOUND [MORE]: a run of 1,000 names, MORE a jq filter over it.
result() {
    jq -n -c --arg tool "$1" --arg seed "$2" --argjson found "$3" '{v: 1, $tool, label: $tool,
        $seed, status: 0, candidates: 10000, existing: 1000, $found, recall: ($found / 1000),
        precision: 1, silent: (1000 - $found), listed: 0, claimed: $found, seconds: 2, cpu: 1,
        false: {wildcard: 0, nxdomain: 0, outside: 0}, asked: {wildcard: 50, nxdomain: 8950},
        addresses: {given: $found, right: $found}, twin: {existing: 2, found: 1},
        classes: {host: {existing: 1000, $found}},
        class_addresses: {host: {given: $found, right: $found}},
        reached: {"99": {s: 1.5, queries: 1.01}, "99.9": null},
        lab: {valid: true, queries: 11000, capped: 110, after_5s: {queries: 1000, capped: 5},
            violations: {malformed: 0, outside: 2, above_apex: 1, id_in_use: 1}}} | '"${4:-.}"
}

jq_of() { # FILTER OPTION...: over the runs on stdin
    local filter=$1
    shift
    jq -r -s -L "$RECALL" -L "$RECALL/../score" "$@" -f "$RECALL/$filter"
}

tables_are_exact() {
    {
        result trawl 1 1000 '.label = "a | b"'
        result trawl 2 998 '.label = "a | b" | .seconds = 6 | .false.nxdomain = 2 | .precision = 0.998
            | .reached["99.9"] = {s: 4, queries: 1.2} | .class_addresses.host.right = 499'
        result trawl 3 0 '.lab.valid = false'
        result trawl 1 0 '.again = true | .overlap = 0.99899'
        result massdns 1 900 '.seconds = 4 | .cpu = 4 | .reached["99"] = null'
        result massdns 2 950 '.seconds = 1 | .cpu = 0.5'
    } >"$WORK/runs"
    jq_of table.jq --arg base massdns <"$WORK/runs" >"$WORK/table" || return 1
    cat >"$WORK/wanted" <<'TABLE'
| tool | runs | recall % | median | least to most | precision % | least | without synthesis % | addresses right % | lost silently | lost, listed | of a wildcard | made up | not asked | two runs agree % |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| a b | 2 of 3 | 99.9 | 99.9 | 99.8 to 100 | 99.9 | 99.8 | 99.9 | 100 | 1 | 0 | 0 | 1 | 0 | 99.89 |
| massdns | 2 of 2 | 92.5 | 92.5 | 90 to 95 | 100 | 100 | 100 | 100 | 75 | 0 | 0 | 0 | 0 | - |

| tool | queries a candidate | above cap % | after 5 s % | violations | s | least to most | of massdns's | CPU s | of its | 99 % at (s, queries a candidate) | 99.9 % at |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| a b | 1.1 | 1 | 0.5 | 3 | 4 | 2 to 6 | 3.25 | 1 | 1.125 | 1.5 s, 1.01 | never |
| massdns | 1.1 | 1 | 0.5 | 3 | 2.5 | 1 to 4 | 1 | 2.25 | 1 | never | never |

| class | a b | massdns |
| --- | --- | --- |
| host | 99.9, 75.02 right | 92.5 |
| twin | 50 | 50 |
| claimed of what a wildcard makes | 0 of 100 | 0 of 100 |
| claimed of what does not exist | 2 of 17900 | 0 of 17900 |
TABLE
    diff "$WORK/wanted" "$WORK/table"
}

# verdict_of MIX WORDS WHAT: met, missed or not measured.
verdict_of() {
    jq_of judge.jq --arg mix "$1" --argjson words "$2" <"$WORK/runs" |
        sed -n "s/^- $1: $3: .*\\(met\\|missed\\|not measured\\)[*]*\$/\\1/p"
}

judged() { # WANTED MIX WORDS WHAT
    local said
    said=$(verdict_of "$2" "$3" "$4")
    [ "$said" = "$1" ] || { echo "$2, $4: $said, should be $1"; return 1; }
}

targets_are_held_against_runs() {
    {
        result trawl 1 999
        result massdns 1 900 '.seconds = 1.3'
        result puredns 1 900 '.seconds = 4'
    } >"$WORK/runs"
    judged met public 1 'recall over all seeds, %' && judged 'not measured' public 1 'two runs.*' &&
        judged missed public 1 "time over massdns.*" && judged met public 1 "time over puredns's" &&
        judged met public 1 'queries a candidate' && judged met public 1000000 '.* after 5 s, %' &&
        judged '' public 999999 '.* after 5 s, %' && judged missed easy 1 'queries a candidate' &&
        judged 'not measured' easy 1 'CPU.*' && judged missed hostile 1 'exit status' &&
        judged met hostile 1 'false names and .*' && judged missed hostile 1 'names claimed' || return 1
    {
        result trawl 1 998 '.status = 4 | .false.wildcard = 1'
        result trawl 2 999 '.status = 3'
        result trawl 1 1 '.again = true | .overlap = 0.998'
    } >"$WORK/runs"
    judged missed public 1 'recall over all seeds, %' && judged met public 1 'recall, least, %' &&
        judged met public 1 'two runs.*' && judged met harsh 1 'recall over all seeds, %' &&
        judged met hostile 1 'exit status' && judged missed hostile 1 'false names and .*' &&
        judged 'not measured' public 1 'time over massdns.*' || return 1
    result trawl 1 0 '.addresses = {given: 3, right: 2}' >"$WORK/runs"
    judged missed hostile 1 'false names and .*' && judged met hostile 1 'names claimed'
}

# --- the scripts ---

# A massdns that claims the first names of its list, all with one address. How many per cent
# of them follows from its options; the second time it is started, a tenth less.
make_massdns() { # PERCENT-OF-OPTIONS, awk
    mkdir -p "$WORK/bin"
    cat >"$WORK/bin/massdns" <<PROGRAM
#!/bin/bash
[ "\$1" != --version ] || { echo 'massdns 9.9'; exit; }
echo x >>"$WORK/started"
for word in "\$@"; do
    [ "\$last" != -w ] || to=\$word
    last=\$word
done
awk -v options=" \$* " -v now="\$EPOCHSECONDS" -v times="\$(wc -l <"$WORK/started")" \\
    -v count="\$(wc -l <"\$last")" '
    BEGIN { $1; percent -= percent / 10 * (times == 2) }
    NR <= count * percent / 100 {
        printf "{\"name\":\"%s.\",\"rx_ts\":%s000000000,\"status\":\"NOERROR\",", \$1, now
        print "\"data\":{\"answers\":[{\"type\":\"A\",\"data\":\"192.0.2.1\"}]}}"
    }' "\$last" >"\$to"
PROGRAM
    chmod +x "$WORK/bin/massdns"
    rm -f "$WORK/started"
}

# small SCRIPT VARIABLE=VALUE...: in a build folder of its own, whose programs are ours.
small() {
    local script=$1
    shift
    rm -rf "$WORK/small"
    mkdir -p "$WORK/small"
    ln -s "$BUILD/dnstrawl" "$BUILD/dnstrawl-lab" "$WORK/small/"
    again_small "$script" "$@"
}

again_small() {
    local script=$1
    shift
    env BUILD="$WORK/small" PATH="$WORK/bin:$PATH" RECALL_WORDS=500 RECALL_RESOLVERS=10 \
        PORT=$((12000 + RANDOM % 20000)) "$@" timeout "$recall_limit_s" "$RECALL/$script"
}

# Targets are of no interest at such a size: the status may be 1 for them.
overlap_settings_and_limits() {
    make_massdns 'percent = options ~ / -s 77 / ? 40 : 100'
    printf '# made up\n-s 77 # few\n--verify-ip\n' >"$WORK/settings"
    small run TOOLS="massdns massdns-best" MIXES=clean SEEDS="7 8" LIMITS=0 \
        SETTINGS="$WORK/settings" || return 1
    [ "$(wc -l <"$WORK/started")" = 6 ] || return 1
    # Of each tool the first run of seed 7 and the other claim the same names, but that the
    # second run of all was the tuned one's, and claimed nine tenths of what it would have.
    grep '^| massdns' "$WORK/small/bench/recall.md" | head -n 2 | cut -d '|' -f 2-4,16 |
        sed 's/ | [0-9.]* | \([0-9.]*\) $/ | \1/' >"$WORK/rows"
    cat "$WORK/rows"
    grep -qx ' massdns | 2 of 2 | 100' "$WORK/rows" &&
        grep -qxE ' massdns, tuned: -s 77 --verify-ip \| 2 of 2 \| (89.9[0-9]*|90.?[0-9]*)' "$WORK/rows" &&
        is_well_formed "$WORK/small/bench/recall.clean.seconds.svg" &&
        is_well_formed "$WORK/small/bench/recall.clean.queries.svg" &&
        grep -q 'massdns: massdns 9.9, sha256' "$WORK/small/bench/recall.md"
}

tune_finds_the_best_within_its_budget() {
    local to=$WORK/tuned
    make_massdns 'percent = options ~ / -i 1000 / ? 100 : options ~ / -s 5000 / ? 90 : 80'
    small tune SETTINGS="$to" TUNE_RUNS=3 || return 1
    [ "$(tail -n 1 "$to")" = '-s 5000' ] && [ "$(wc -l <"$WORK/started")" = 3 ] || return 1
    # It goes on where it was; what it has run is not run again.
    again_small tune SETTINGS="$to" TUNE_RUNS=5 || return 1
    [ "$(tail -n 1 "$to")" = '-s 5000' ] && [ "$(wc -l <"$WORK/started")" = 5 ] || return 1
    again_small tune SETTINGS="$to" TUNE_RUNS=7 || return 1
    [ "$(tail -n 1 "$to")" = '-s 5000 -i 1000' ] && [ "$(wc -l <"$WORK/started")" = 7 ] || return 1
    again_small tune SETTINGS="$to" TUNE_RUNS=7 && [ "$(wc -l <"$WORK/started")" = 7 ]
}

# Some 10 s, which the slowest names take.
a_bad_fleet() {
    rm -rf "${WORK:?}/small" "${WORK:?}/bin"
    small run TOOLS=trawl MIXES=public SEEDS=1 LIMITS=0 REPEATED=0 RECALL_WORDS=2000 RECALL_RESOLVERS=50
    [ $? -le 1 ] || return 1
    grep -q '^| dnstrawl | 1 of 1 | ' "$WORK/small/bench/recall.md" &&
        grep -q '^- public: queries a candidate: ' "$WORK/small/bench/recall.md" &&
        is_well_formed "$WORK/small/bench/recall.public.seconds.svg" &&
        jq -e '.lab.valid and .existing > 50 and .found > 0 and .mix == "public" and .seed == "1"' \
            "$WORK/small/bench/recall/public.1.trawl.json" &&
        ! grep -q 'ended with status\|lost packets' "$WORK/small/bench/recall.md"
}

is "recall: a curve is cumulated, and says when it had so many" curve_adds_up
is "recall: 99 and 99.9 % are reached with the very name" curve_reaches_from_the_very_name_on
is "recall: times that are none, too early or too late, and no names" curve_takes_odd_times
is "recall: curves of seeds are taken together" curves_are_pooled
is "recall: plots are well-formed, whatever tools are called" plots_are_well_formed
is "recall: a plot has recall where it belongs, and shapes" plots_place_recall
is "recall: a plot leaves out what lies on a level line" plots_leave_out_what_is_level
is "recall: a plot of nothing" plots_of_nothing
is "recall: tables of known runs" tables_are_exact
is "recall: targets are held against known runs" targets_are_held_against_runs
is "recall: bench/recall/run with a made-up massdns: overlap, settings, plots" overlap_settings_and_limits
is "recall: bench/recall/tune keeps to its budget, goes on and finds the best" \
    tune_finds_the_best_within_its_budget
if ! grep -q -a __tsan_init "$BUILD/dnstrawl"; then
    is "recall: bench/recall/run through a bad fleet" a_bad_fleet
fi
