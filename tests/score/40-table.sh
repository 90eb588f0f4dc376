# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The lab's report, and tables.

test_report_times_and_label() {
    make_report true ',"hidden":9' >report
    in_zone www >found
    scored names found --report report --seconds 1.5 --cpu 0.25 --label 'a tool'
    is '[.queries_per_candidate,.seconds,.cpu,.label]' '[2,1.5,0.25,"a tool"]'
    is '.lab | [.queries,.capped,.hidden,.rewritten,.wrong,.forged,.valid,.seed]' \
        '[46,5,9,0,0,0,true,7]'
    is .lab.violations.outside 4
    scored names found
    is '[.lab,.queries_per_candidate,.seconds]' '[null,null,null]'
}

test_what_came_after_five_seconds() {
    make_report true | sed 's/}}$/},"series":{"started_unix":7,"step_s":0.5,"queries":[1,2,3,4,5,6,7,8,9,10,11,12],"capped":[9,0,0,0,0,0,0,0,0,0,3,0]}}/' >report
    scored names empty --report report
    is .lab.after_5s '{"queries":23,"capped":3}'
    is .lab.series.started_unix 7
    make_report true >report
    scored names empty --report report
    is '[.lab.after_5s,.lab.series]' '[null,null]'
}

test_table_of_one() {
    make_report true >report
    in_zone www no1 x.w >found
    in_zone six >unresolved
    "$SCORE" --truth truth --candidates candidates --output names:found --report report \
        --seconds 2 --cpu 1 --label 'a | b' --unresolved unresolved --json kept >table
    says '| a b | 1 of 1 | 8.33 | 33.33 | 50 | 10 | 1 | 1 | 1 | 0 | - | 2 | 5 | 31 | 2 | 1 |' table
    says '| host | 1 of 1 |' table
    says '| aaaa | 0 of 1, 1 listed |' table
    says '| geo | 0 of 1, 1 lost |' table
    says '| twin | 0 of 1, 1 lost |' table
    "$SCORE" --table kept | cmp - table
}

test_table_takes_medians() {
    local names=(www multi dual six alias chain gone) n
    for n in 1 2 5; do
        in_zone "${names[@]:0:n}" >found
        scored names found --label one --seconds "$n" && mv result "one$n"
    done
    for n in 4 6; do
        in_zone "${names[@]:0:n}" >found
        scored names found --label two --types A && mv result "two$n"
    done
    "$SCORE" --table two6 one5 one1 two4 one2 >table
    head -n 4 table | cut -d '|' -f 2-4,16 >rows
    says ' two | 2 of 2 | 40 | - ' rows
    says ' one | 3 of 3 | 16.66 | 2 ' rows
    [ "$(sed -n 3p rows | cut -c 2-4)" = two ]
    says '| class | two | one |' table
    says '| aaaa | - | 0 of 1, 1 lost |' table
    says '| multi | 1 of 1 | 1 of 1 |' table
}

test_a_lab_that_lost_packets_is_left_out() {
    in_zone www >found
    make_report false >report
    scored names found --report report && mv result bad
    make_report true >report
    scored names empty --report report && mv result good
    "$SCORE" --table bad good >table
    says '| names | 1 of 2 | 0 |' table
    "$SCORE" --table bad >table
    says '| names | 0 of 1 | - | - | - | - |' table
}

# 19,999 of 20,000 are not 100 %.
test_shares_are_cut_and_not_rounded() {
    seq 20000 | sed 's/.*/n&.lab.example\thost\tA\tA 198.18.0.2/' >truth
    cut -f 1 truth >candidates
    sed 1d candidates >found
    "$SCORE" --truth truth --candidates candidates --output names:found >table
    says '| names | 1 of 1 | 99.99 | 100 |' table
}
