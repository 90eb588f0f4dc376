# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# One run of one tool, scored: sourced by recall/run and recall/tune, after bench/lib.sh.
#
# 1. lab_options and make_lists: the world of a mix and a seed, its lists and its truth.
# 2. command_of: how each tool is called, and what it writes. A tool is a row there.
# 3. run_tool: a fresh lab, the tool, the score; with the times at which names were found
#    and the queries that had come by then, the tool's way to its recall (curve.awk).

RECALL=bench/recall
RECALL_WORDS=${RECALL_WORDS:-200000}
RECALL_RESOLVERS=${RECALL_RESOLVERS:-500}
RUN_LIMIT=${RUN_LIMIT:-300} # seconds one run may take
ZONE=lab.example
RAW=${RAW:-$OUT/recall}
SETTINGS=${SETTINGS:-$RECALL/massdns.settings} # of massdns at its best
readonly growth_look_s=0.1        # how often a list that tells no times is looked at
FAILURES=()
failed=0

has() { command -v "$1" >/dev/null; }

# An option that may come later, or not be in a build.
trawl_has() { "$TRAWL" completion table | cut -f 1,2 | grep "brute.*"$'\t'"$1\$" >/dev/null; }

default_tools() {
    local tools="trawl" peer
    ! trawl_has no-trust || tools="$tools trawl-no-trust"
    ! has massdns || tools="$tools massdns massdns-best"
    for peer in puredns dnsx blastdns zdns; do
        ! has "$peer" || tools="$tools $peer"
    done
    printf '%s' "$tools"
}

# The names of a zone are more than its --hosts: subdomains, chains, wildcards' hosts.
# 13 in 1,000 words makes 1.5 % of some 200,000.
lab_options() {
    LAB_OPTIONS=(-n "$RECALL_RESOLVERS" --mix "$1" --seed "$2" --hosts $((RECALL_WORDS * 13 / 1000))
        --wildcards 20 --exists 1.5%)
}

make_lists() {
    "$LAB" "${LAB_OPTIONS[@]}" -p "$PORT" --emit-words "$WORK/words" --emit-names "$WORK/names" \
        --emit-resolvers "$WORK/resolvers" --truth "$WORK/truth.tsv" --emit-only
}

# Options of a settings file, in SETTINGS_READ: one or more on a line, # begins a comment.
read_settings() {
    local line more
    SETTINGS_READ=()
    [ -e "$1" ] || die "$1 is missing: make it with bench/recall/tune"
    while read -r line; do
        read -ra more <<<"${line%%#*}"
        SETTINGS_READ+=(${more[@]+"${more[@]}"})
    done <"$1"
}

# The command of a tool in COMMAND, what it writes to FOUND in FORMAT, the types it asks
# for in TYPES, its line in the table in LABEL.
command_of() {
    local trawl=("$TRAWL" brute "$ZONE" -q -w "$WORK/words" -r "$WORK/resolvers" -f ndjson
        -o "$WORK/found" --unresolved "$WORK/unresolved" --stats "$WORK/stats.json")
    local massdns=(massdns -q --root -t A -r "$WORK/resolvers" -o Je -w "$WORK/found")
    TYPES=A FOUND=$WORK/found LABEL=$1
    case $1 in
    trawl | trawl-*) FORMAT=dnstrawl TYPES=A,AAAA ;;
    massdns | massdns-*) FORMAT="massdns-json" ;;
    dnsx) FORMAT="dnsx-json" ;;
    zdns | blastdns) FORMAT=$1 ;;
    puredns) FORMAT=names ;;
    esac
    case $1 in
    trawl) LABEL=dnstrawl COMMAND=("${trawl[@]}") ;;
    trawl-no-trust) LABEL="dnstrawl --no-trust" COMMAND=("${trawl[@]}" --no-trust) ;;
    trawl-capped)
        LABEL="dnstrawl, ceilings as toward the Internet"
        COMMAND=("${trawl[@]}" --rate 10k --resolver-rate 500 --zone-rate 5k)
        ;;
    massdns) COMMAND=("${massdns[@]}" "$WORK/names") ;;
    massdns-best)
        read_settings "$SETTINGS"
        LABEL="massdns, tuned: ${SETTINGS_READ[*]}"
        COMMAND=("${massdns[@]}" ${SETTINGS_READ[@]+"${SETTINGS_READ[@]}"} "$WORK/names")
        ;;
    dnsx)
        COMMAND=(dnsx -silent -duc -a -json -l "$WORK/names" -r "$WORK/resolvers" -o "$WORK/found")
        ;;
    zdns) COMMAND=(zdns A --name-servers "@$WORK/resolvers" -f "$WORK/names" -o "$WORK/found") ;;
    blastdns)
        FOUND=$WORK/tool.out
        COMMAND=(blastdns "$WORK/names" --resolvers "$WORK/resolvers")
        ;;
    puredns)
        COMMAND=(puredns bruteforce "$WORK/words" "$ZONE" -q -r "$WORK/resolvers"
            --resolvers-trusted "$WORK/resolvers" -w "$WORK/found")
        ;;
    *) die "no such tool: $1" ;;
    esac
}

# What was run: the first line with a number that a tool says of itself, and its file's hash.
version_of() {
    local program=$1 option said=
    [[ $program != trawl* ]] || program=$TRAWL
    program=$(command -v "${program%%-best}") || return 0
    for option in --version -version version; do
        said=$(timeout 5 "$program" "$option" 2>&1 </dev/null | head -n 3) || true
        said=$(grep -m 1 '[0-9]\.[0-9]' <<<"$said") && break
    done
    printf '%s: %s, sha256 %.12s\n' "$(basename "$program")" "${said:-version unknown}" \
        "$(sha256sum "$program")"
}

# --- when names were found ---

# TIME TAB LINES of the file $1, again and again: for formats that tell no time.
grow() {
    local lines=0 octets=0 more_lines more_octets
    [ "$(nproc)" = 1 ] || taskset -cp "$LAB_CPU" "$BASHPID" >/dev/null
    while :; do
        read -r more_lines more_octets < <(tail -c +$((octets + 1)) "$1" 2>/dev/null | wc -lc)
        lines=$((lines + more_lines)) octets=$((octets + more_octets))
        printf '%s\t%s\n' "$EPOCHREALTIME" "$lines"
        sleep "$growth_look_s"
    done
}

# The tool, with the time it began in STARTED and, where its FORMAT needs it, $WORK/growth.
run_watched() {
    local watcher=
    : >"$WORK/growth"
    : >"$WORK/tool.out"
    STARTED=$EPOCHREALTIME
    case $FORMAT in
    names | blastdns)
        grow "$FOUND" >"$WORK/growth" &
        watcher=$!
        ;;
    esac
    timed "${COMMAND[@]}"
    if [ -n "$watcher" ]; then
        kill "$watcher" 2>/dev/null || true
        wait "$watcher" 2>/dev/null || true
        printf '%s\t%s\n' "$EPOCHREALTIME" 1000000000 >>"$WORK/growth"
    fi
}

# --- a run ---

# How a run ended, where that is worth a line. Where nobody is honest 4 is as right as 3.
note_status() {
    case $2:$3:$STATUS in
    *:0 | trawl*:3 | trawl*:hostile:4) return ;;
    *:124 | *:137) FAILURES+=("$1: stopped after $RUN_LIMIT s") ;;
    *)
        tail -n 5 "$WORK/tool.out" "$WORK/tool.err" | cut -c 1-200 >&2
        FAILURES+=("$1: ended with status $STATUS")
        ;;
    esac
    [[ $2 != trawl* ]] || failed=1
}

# What curve.awk takes.
curve_input() {
    jq -r --argjson started "$STARTED" '["head", .label, .existing, .candidates, .seconds,
        $started, (.lab.series.started_unix // $started), (.lab.series.step_s // 1)],
        (.lab.series.queries // [] | .[] | ["step", .]) | @tsv' "$WORK/score.json"
    awk -F '\t' '$2 == "found" && $3 != "" { print "hit\t" $3 }' "$WORK/hits" | sort -t $'\t' -k 2n
    awk -F '\t' '$2 == "found" && $3 == "" { print "hit\t" }' "$WORK/hits"
}

# The score, with what the run adds, to $RAW/RUN.json; the way to it to $RAW/RUN.curve.
keep_score() {
    curve_input | awk -v reached="$WORK/reached" -f "$RECALL/curve.awk" >"$RAW/$1.curve"
    jq -c --arg mix "$2" --arg seed "$3" --arg tool "$4" --argjson status "$STATUS" \
        --slurpfile reached "$WORK/reached" 'del(.lab.series) + {mix: $mix, seed: $seed,
        tool: $tool, status: $status, reached: $reached[0]}' "$WORK/score.json" >"$RAW/$1.json"
}

# run_tool TOOL MIX SEED [AGAIN]: one run, scored: $RAW/MIX.SEED.TOOL[.AGAIN].json, and
# beside it what the tool wrote, what it claimed and what the lab saw.
run_tool() {
    local tool=$1 run=$2.$3.$1${4:+.$4}
    command_of "$tool"
    rm -f "$WORK/found" "$WORK/unresolved" "$WORK/stats.json"
    : >"$WORK/unresolved"
    lab_start "$run" "${LAB_OPTIONS[@]}"
    run_watched
    lab_stop
    [ -e "$FOUND" ] || : >"$FOUND"
    note_status "$run" "$tool" "$2"
    bench/score/score --truth "$WORK/truth.tsv" --candidates "$WORK/names" --types "$TYPES" \
        --output "$FORMAT:$FOUND" --unresolved "$WORK/unresolved" --report "$LAB_REPORT" \
        --growth "$WORK/growth" --hits "$WORK/hits" \
        --seconds "$SECONDS_TAKEN" --cpu "$(awk "BEGIN { print $USER_S + $SYSTEM_S }")" \
        --label "$LABEL" --json - >"$WORK/score.json"
    keep_score "$run" "$2" "$3" "$tool"
    say "$run: $SECONDS_TAKEN s, recall $(number "$RAW/$run.json" recall)"
    [ "$(grep -o '"valid":[a-z]*' "$LAB_REPORT")" = '"valid":true' ] || {
        FAILURES+=("$run: the lab lost packets, not scored")
        failed=1
        rm "$RAW/$run.curve"
    }
    gzip -1 <"$FOUND" >"$RAW/$run.found.gz"
    cp "$WORK/hits" "$RAW/$run.hits"
    cp "$WORK/unresolved" "$RAW/$run.unresolved"
    cp "$LAB_REPORT" "$RAW/$run.lab.json"
    rm -f "$LAB_REPORT"
    [ ! -e "$WORK/stats.json" ] || cp "$WORK/stats.json" "$RAW/$run.stats.json"
}
