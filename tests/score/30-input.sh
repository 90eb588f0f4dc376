# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Odd input: line ends, repeats, hostile bytes, broken lines.

test_case_dots_and_line_ends() {
    printf 'WWW.Lab.Example.\r\nmulti.lab.example.\n\nDUAL.LAB.EXAMPLE' >found
    sed -i 's/$/\r/; s/^six/SIX/' candidates
    sed -i 's/^robin.lab.example/ROBIN.lab.example./' truth
    in_zone robin SIX >>found
    sed -i 's/DUAL.LAB.EXAMPLErobin/dual.lab.example\nrobin/' found
    scored names found
    is '[.candidates,.found,.silent,.bad_lines]' '[23,5,7,0]'
}

test_a_truth_with_other_line_ends() {
    sed -i 's/db8::6/DB8::6/; s/$/\r/' truth
    printf '%s\n' 'www.lab.example. A 198.18.0.2' 'alias.lab.example. A 198.18.0.2' \
        'six.lab.example. AAAA 2001:db8::6' >found
    scored massdns found
    is '[.existing,.found,.addresses.right]' '[12,3,3]'
}

test_repeated_names_count_once() {
    in_zone www www multi WWW >found
    in_zone www no1 >>candidates
    scored names found
    is '[.found,.claimed,.rows,.duplicates]' '[2,2,4,2]'
    is '[.candidates,.candidate_duplicates]' '[23,2]'
    printf 'multi.lab.example. A 198.18.0.%s\n' 3 4 3 >found
    scored massdns found
    is '[.found,.rows,.duplicates]' '[1,3,1]'
}

test_empty_results() {
    local format
    for format in names massdns massdns-json dnsx dnsx-json zdns blastdns dnstrawl; do
        scored "$format" empty
        is '[.found,.silent,.recall,.precision,.bad_lines]' '[0,12,0,null,0]'
    done
    "$SCORE" --truth truth --candidates candidates --output names:empty >table
    says '| names | 1 of 1 | 0 | - |' table
}

test_no_candidates() {
    printf '{"totals":{"queries":3},"violations":{}}' >report
    "$SCORE" --truth truth --candidates empty --output names:empty --report report --json - >result
    is '[.candidates,.existing,.recall,.queries_per_candidate]' '[0,0,null,null]'
}

test_names_that_look_like_numbers() {
    printf '10\thost\tA\tA 198.18.0.7\n1e1\thost\tA\tA 198.18.0.8\n' >>truth
    printf '10\n1e1\n010\n' >>candidates
    printf '1e1\n' >found
    scored names found
    is '[.candidates,.candidate_duplicates,.found,.silent]' '[26,0,1,13]'
    echo 0 >candidates
    scored names empty
    is .candidates 1
}

test_escapes_stay() {
    printf 'a\\032b\\.lab.example\thost\tA\tA 198.18.0.7\n' >>truth
    printf 'A\\032b\\.lab.example.\n' >>candidates
    printf '%s\n' '{"host":"a\\032b\\.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.0.7"}]}' >found
    scored dnstrawl found
    is '[.found,.false.outside,.addresses.right]' '[1,0,1]'
    printf '%s\n' 'a\032b\.lab.example.' >found
    scored names found
    is '[.found,.false.outside]' '[1,0]'
}

test_hostile_bytes() {
    in_zone www >found
    printf 'a\0b\001\033[0mc\177\t\xff\n|`$(id)`|\n\0\n%%s\\\n&\n' >>found
    head -c 3000000 /dev/zero | tr '\0' x >>found
    printf '\n' >>found
    in_zone multi >>found
    scored names found 2>err
    is '[.found,.bad_lines,.false.outside]' '[2,1,5]'
    says 'found:2: not a line of this format'
    printf '%s\n' '{"host":"a\u0000\tb","verdict":"found","answers":[{"type":"A","data":"1"}]}' \
        '{"host":"a\u0000b","verdict":"found","answers":[{"type":"A","data":"1\n2"}]}' \
        '{"host":"www.lab.example","verdict":"found","answers":[{"type":"A","data":"\u0000\u001b,"}]}' \
        >found
    printf '{"host":"\xff\xfe.lab.example","verdict":"found","answers":[{"type":"A","data":"1"}]}\n' >>found
    scored dnstrawl found 2>err
    is '[.found,.bad_lines,.false.outside,.addresses.right]' '[1,2,1,0]'
}

test_odd_file_names() {
    in_zone www 'two words' >'a\tb'
    mv truth a=b
    "$SCORE" --truth a=b --candidates candidates --output 'names:a\tb' --json - >result 2>err
    is .found 1
    says 'a\tb:2: not a line of this format'
    "$SCORE" --truth <(cat a=b) --candidates <(cat candidates) --output names:<(cat 'a\tb') \
        --json - >result 2>err
    is .found 1
}

# Without a bound, the line would have to be held.
test_a_line_without_an_end() {
    head -c 400000000 /dev/zero | tr '\0' x |
        (ulimit -v 380000 && scored names - 2>err) || { cat err; return 1; }
    is .false.outside 1
}

test_broken_json_is_told_by_line() {
    local format
    cat >found <<'FOUND'
{"host":"www.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.0.2"}]}
{"host":"multi.lab.example","verdict":"found","answers":[{"type
[1,2]
7

{"host":"dual.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.0.5"}]}
{"verdict":"found","answers":[{"type":"A","data":"198.18.0.5"}]}
{"host":"","verdict":"found","answers":[{"type":"A","data":"198.18.0.5"}]}
{"host":".","verdict":"found","answers":[{"type":"A","data":"198.18.0.5"}]}
{"host":"six.lab.example"}
FOUND
    scored dnstrawl found 2>err
    is '[.found,.bad_lines]' '[2,7]'
    [ "$(cat err)" = "$(printf 'score: found:%s: not a line of this format\n' 2 3 4 7 8 9 10)" ] ||
        { cat err; return 1; }
    for format in massdns-json dnsx-json zdns blastdns; do
        printf 'not json\n{"other":1}\n' >found
        scored "$format" found 2>err
        is '[.bad_lines,.claimed,.undecided]' '[2,0,0]'
        says 'found:1: not'
        says 'found:2: not'
    done
}

test_only_ten_bad_lines_are_told() {
    yes 'two words' | head -n 25 >found
    scored names found 2>err
    is .bad_lines 25
    [ "$(grep -c ': not a line' err)" = 10 ]
    says 'found: 25 lines in all'
}

test_bad_lines_of_text_formats() {
    printf '%s\n' 'www.lab.example.' 'www.lab.example. A' 'www.lab.example. a 1.2.3.4' >found
    scored massdns found 2>err
    is '[.bad_lines,.claimed]' '[3,0]'
    printf '%s\n' 'www.lab.example [NOERROR]' 'www.lab.example is here' >found
    scored dnsx found 2>err
    is '[.bad_lines,.claimed]' '[2,0]'
}
