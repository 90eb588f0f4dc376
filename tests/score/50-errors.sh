# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Errors of usage and in the lab's own files; who else reads the truth.

test_usage_errors() {
    local small=(--truth truth --candidates candidates)
    in_zone www >found
    fails '--truth is missing'
    fails '--output is missing' "${small[@]}"
    fails '--candidates, or --words' --truth truth --output names:found
    fails 'not both' "${small[@]}" --words found --zone x --output names:found
    fails '--words needs --zone' --truth truth --words found --output names:found
    fails '--zone needs --words' "${small[@]}" --zone x --output names:found
    fails 'unknown option --nothing' --nothing
    fails 'unknown option names:found' "${small[@]}" names:found
    fails '--label needs an argument' --label
    fails 'not FORMAT:FILE' "${small[@]}" --output found
    fails 'unknown format csv' "${small[@]}" --output csv:found
    fails 'A, AAAA or A,AAAA, not MX' "${small[@]}" --output names:found --types MX
    fails 'not a number: 1s' "${small[@]}" --output names:found --seconds 1s
    fails 'not a number: -1' "${small[@]}" --output names:found --cpu -1
    fails '--table needs files' --table
}

test_files_that_cannot_be_read() {
    local small=(--truth truth --candidates candidates)
    in_zone www >found
    fails 'cannot read nowhere' --truth nowhere
    fails 'cannot read nowhere' --candidates nowhere
    fails 'cannot read nowhere' --words nowhere
    fails 'cannot read nowhere' "${small[@]}" --output names:nowhere
    fails 'cannot read nowhere' "${small[@]}" --output names:found --unresolved nowhere
    fails 'cannot read nowhere' "${small[@]}" --output names:found --report nowhere
    fails 'cannot read nowhere' --table nowhere
    fails 'cannot read .' --truth .
    fails 'cannot read nowhere' "${small[@]}" --output names:found --growth nowhere
    fails '--hits: cannot write ./nowhere/y' "${small[@]}" --output names:found --hits ./nowhere/y
    fails 'cannot write ./nowhere/x' "${small[@]}" --output names:found --json ./nowhere/x
}

test_truth_that_is_none() {
    local small=(--candidates candidates --output names:empty)
    fails 'truth: empty is empty' --truth empty "${small[@]}"
    printf 'new.lab.example\tsurprise\tA\tA 198.18.0.1\n' >>truth
    printf 'old.lab.example\todd\tA\tA 198.18.0.1\n' >>truth
    fails 'truth:20: unknown class surprise' --truth truth "${small[@]}"
    says 'truth:21: unknown class odd'
    echo 'www.lab.example host A' >truth
    fails 'truth:1: not name, class, types' --truth truth "${small[@]}"
}

test_report_that_is_none() {
    local text
    for text in '' '{' '{}' '{"totals":{"queries":"many"}}' '[]' '{"totals":{"queries":1}}' \
        "$(make_report true; make_report true)"; do
        printf '%s' "$text" >report
        fails 'report is not a report of dnstrawl-lab' --truth truth --candidates candidates \
            --output names:empty --report report
    done
}

test_table_of_what_is_none() {
    echo '{"v":1}' >kept
    fails 'not a result of --json' --table kept
    echo '{' >kept
    fails 'not a result of --json' --table kept
}

test_help() {
    local format
    "$SCORE" --help >help
    for format in names massdns massdns-json dnsx dnsx-json zdns blastdns dnstrawl; do
        grep -q "^  $format  *[^ ]" help || { echo "no $format"; return 1; }
    done
}

test_what_words_should_come_to() {
    printf '%s\t%s\t%s\n' note.lab.example ent - '*.note.lab.example' wildcard TXT >>truth
    printf '%s\n' www text w twin.w x.w a.b.w sharer.w no1 x.www loop x.note >words
    awk -F '\t' -v zone=lab.example -f "$BENCH/truth.awk" -f "$BENCH/fleet/should.awk" \
        truth words | cut -f 2 | paste -s -d ' ' >should
    says 'found nodata nodata twin wildcard wildcard sharer nxdomain nxdomain servfail empty' should
}

# All that the lab makes up is known to the scorer, and its own truth scores full marks.
test_the_classes_of_the_lab() {
    [ -x "$LAB" ] || { echo "no program $LAB; run make first"; return 1; }
    "$LAB" --hosts 500 --wildcards 12 --truth truth --emit-names candidates --emit-only
    grep -v '^#' truth | cut -f 1 | grep -v '^\*\|^lab\.example$' >found
    scored names found
    is '[.recall,.precision,.unasked,.false.wildcard]' '[1,1,0,0]'
    is '(.classes | length) > 6' true
    is '.twin.existing > 0' true
}
