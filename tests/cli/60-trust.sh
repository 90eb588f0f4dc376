# Who is believed, what that shows in the output, and what happens to lies.

test_two_resolvers_confirm_a_name() {
    printf 'www\nnope\n' >words
    brute 0 -w words --all -f ndjson --stats stats cli.example
    jq -c 'select(.host == "www.cli.example")' out >www
    expect_json www '.confirmed == "quorum" and (.confirmed_by | length) == 1'
    expect_json www '.confirmed_by[0] != .resolver and (.confirmed_by[0] | test("^127.1.0.[12]:"))'
    jq -c 'select(.host == "nope.cli.example")' out >nope
    expect_json nope '.confirmed == null and .confirmed_by == []'
    expect_json stats '.retracted == 0 and .requeued_after_conviction == 0'
    resolve 0 -f csv -d www.cli.example
    expect_in out '^www\.cli\.example,A,300,192\.0\.2\.10,found,quorum,127'
}

test_one_resolver_alone_is_single() {
    ask 0 resolve -r "$r1" -f ndjson --stats stats -d www.cli.example
    expect_json out '.confirmed == "single" and .confirmed_by == []'
}

test_no_trust_tests_nobody_and_estimates_nothing() {
    printf 'www\nnope\n' >words
    brute 0 --no-trust -w words -t A -f ndjson --stats stats cli.example
    expect_json out '.confirmed == "single"'
    expect_json stats '.canaries == 0 and .requeued_after_conviction == 0'
    expect_json stats '.estimated_recall == {value: null, low: null, high: null, method: null}'
    expect_not_in err recall
}

test_a_trusted_resolver_confirms_alone() {
    ask 0 resolve -r "$r1" --trusted "$r1" -f ndjson -d www.cli.example
    expect_json out '.confirmed == "trusted" and .confirmed_by == []'
}

# Half of the resolvers hide all they know. Whatever ndjson was told first, what it was told
# last is the truth, and the formats that cannot take a line back were told only that. In one run
# of some sixty the liars are convicted before any of their words was told.
test_what_liars_hid_is_found_all_the_same() {
    local try
    for try in 1 2 3; do
        what_liars_hid_is_found
        [ "$(jq .retracted stats)" -eq 0 ] || break
    done
    expect_json stats '.retracted >= 1'
}

what_liars_hid_is_found() {
    start_lab --resolvers 6 --hosts 150 --seed 5 --emit-names names --emit-resolvers resolvers \
        --truth truth --group 'count=3 hide=100%' --group rest
    ask 0 resolve -r resolvers --rate 1500 --all -f ndjson -o all.ndjson \
        --also csv:all.csv --also names:all.names --stats stats names
    jq -r '[.host, .verdict] | @tsv' all.ndjson |
        awk -F '\t' '$2 == "retracted" { delete last[$1]; next } { last[$1] = $2 }
            END { for (host in last) print host "," last[host] }' | sort >holds
    awk -F , 'NR > 1 { print $1 "," $5 }' all.csv | sort -u >plain
    cmp -s holds plain || fail "ndjson and csv differ: $(diff holds plain | head -5)"
    [ -z "$(sort all.names | uniq -d)" ] || fail 'a name is there twice'
    grep -v '^#' truth | cut -f 1,2 | awk -F '\t' '$2 != "apex" { print $1 }' | sort >exist
    awk -F , '$2 != "nxdomain" { print $1 }' plain | sort >told
    [ -z "$(comm -13 exist told)" ] || fail "told of names that are not there: $(comm -13 exist told)"
    [ -z "$(comm -12 exist <(awk -F , '$2 == "nxdomain" { print $1 }' plain | sort))" ] ||
        fail 'told that names are not there which are'
    [ "$(wc -l <all.names)" -eq "$(wc -l <plain)" ] || fail 'names and csv differ'
    expect_json stats '.requeued_after_conviction >= .retracted'
    jq -s '{"all": map(select(.verdict == "retracted")) | length}' all.ndjson >retractions
    expect_json stats ".retracted == $(jq .all retractions)"
    expect_json stats '.estimated_recall | .low <= .value and .value <= .high and .method == "known_names"'
    expect_in err 'recall  [0-9.]+ % \([0-9.]+-[0-9.]+\), [0-9,]+ checks with known names'
    expect_in err '3 of 6 resolvers used; benched: 3 lied'
    stop_lab
}

test_where_nobody_is_honest_nothing_is_claimed() {
    start_lab --resolvers 3 --hosts 50 --emit-words words --emit-resolvers resolvers \
        --outside nxdomain --group 'rest rewrite=1-3'
    ask 4 brute -r resolvers -w words --stats stats lab.example
    expect_empty out
    expect_in err 'no usable resolver: (failed vetting|port 53 is intercepted)'
    expect_json stats '.found == 0 and .exit == 4 and .resolvers.benched == 3'
    expect_balance stats
}

test_a_temporary_folder_that_is_no_good_is_1_and_says_what_to_do() {
    TMPDIR=/nonexistent resolve 1 -d www.cli.example
    expect_in err '/nonexistent: No such file or directory; .*TMPDIR.*--no-trust'
    expect_empty out
    TMPDIR=/nonexistent resolve 0 --no-trust -d www.cli.example
    expect_lines out www.cli.example
}

# No file may grow beyond 8 blocks, the record of answers neither.
test_a_full_disk_for_the_record_of_answers_is_1() {
    number_words 30000 >words
    (
        ulimit -f 8
        TMPDIR=$PWD brute 1 -w words --stats stats cli.example
    ) || exit 1
    expect_in err "the record of answers in $PWD: File too large"
    [ "$(grep -c 'record of answers' err)" -le 2 ] || fail 'told more than once a worker'
    expect_balance stats
    expect_json stats '.exit == 1'
}

test_4_says_that_port_53_is_intercepted() {
    start_lab --resolvers 3 --hosts 20 --emit-words words --emit-resolvers resolvers \
        --outside nxdomain --group 'rest rewrite=1'
    ask 4 brute -r resolvers -w words --stats stats lab.example
    expect_empty out
    expect_in err 'no usable resolver: port 53 is intercepted: every resolver gives the same data'
    expect_balance stats
}

test_verbose_tells_who_was_convicted_and_why() {
    start_lab --resolvers 4 --hosts 60 --seed 5 --emit-words words --emit-resolvers resolvers \
        --group 'count=1 hide=100%' --group 'count=1 rewrite=1' --group rest
    ask 0 brute -r resolvers -w words -v lab.example
    expect_in err '^dnstrawl: 127\.[0-9.:]+ convicted: denies names that exist$'
    expect_in err '^dnstrawl: 127\.[0-9.:]+ convicted: gives data for names that do not exist$'
    [ "$(grep -c ' convicted: ' err)" -eq 2 ] || fail 'not the two that lie'
    ask 0 brute -r resolvers -w words lab.example
    expect_not_in err 'convicted'
}
