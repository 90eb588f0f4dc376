# The resolvers command: classes, rates, back ends, and the table as -r input.
#
# Rates are looked for up to 40 q/s where the case is not about rates: that takes seconds.

survey() { # STATUS ARGUMENT...
    local expected=$1
    shift
    ask "$expected" resolvers -d cli.example --names "$HERE/cli.names" --timeout 300 --resolver-rate 40 "$@"
}

lab_list() { seq -f "127.1.0.%g:$LAB_PORT" "$1"; }

# class_is N WORD...: the class of resolver N of the table is one of these.
class_is() {
    local n=$1 class word
    shift
    class=$(awk -F'\t' -v a="127.1.0.$n:$LAB_PORT" '$1 == a { print $2 }' out)
    for word; do
        [ "$class" != "$word" ] || return 0
    done
    fail "resolver $n is '$class', expected $*"
}

# place GROUP: the numbers of the resolvers of the lab's groups with that in their text.
place() {
    jq -r --arg group "$1" '.per_resolver[] | select(.group == $group) | .address' report |
        sed 's/^127\.1\.0\.\([0-9]*\):.*/\1/'
}

# end_lab: its report is in `report`.
end_lab() {
    kill "$LAB_PID"
    wait "$LAB_PID"
    LAB_PID=
}

groups_have_class() { # GROUP CLASS, ...
    local n
    while [ "$#" -gt 0 ]; do
        for n in $(place "$1"); do
            class_is "$n" "$2"
        done
        shift 2
    done
}

test_every_word_of_a_fleet_file_gets_its_class() {
    start_lab --zone-file "$HERE/cli.zone" -n 17 --outside nxdomain --report report \
        -g 'count=4 rtt=1ms' -g 'count=2 dead=any' -g 'count=2 rewrite=1-3' -g 'count=2 hide=40%' \
        -g 'count=2 wrong=90%' -g 'count=2 servfail=60%' -g 'count=1 tc-only' -g 'count=1 forge=id' \
        -g 'count=1 refuse-zone=100%'
    lab_list 17 >list
    survey 0 list --stats stats
    expect_count out 17
    end_lab
    groups_have_class 'rtt=1ms' good 'dead=any' dead 'rewrite=1-3' rewriting 'hide=40%' hiding \
        'wrong=90%' wrong 'servfail=60%' failing tc-only truncating forge=id forging \
        refuse-zone=100% refusing
    expect_json stats '.resolvers.given == 17 and .resolvers.usable == 4 and .exit == 0 and .complete
        and .classes.good == 4 and ([.classes[]] | add) == 17'
    expect_in err '17 addresses = 4 good, '
    expect_not_in err 'few names to judge by'
    # Liars, the dead and the failing are not put under load.
    expect_json report '[.per_resolver[] | select(.group != "rtt=1ms") | .queries] | max < 120'
    expect_json report '[.per_resolver[].peak_1s] | max <= 44'
}

test_the_table_is_resolver_input() {
    start_lab --zone-file "$HERE/cli.zone" -n 7 --report report -g 'count=4' -g 'count=3 rewrite=1'
    lab_list 7 >list
    survey 0 list -o table
    printf 'www\nnone\n' >words
    ask 0 brute -v -r table -w words cli.example
    expect_lines out www.cli.example
    expect_in err '3 resolvers are left out by their class: 3 rewriting'
    expect_in err '127.1.0.[1-6]:[0-9]* is left out: rewriting'
    expect_in err 'resolvers: 4 '
    # All of it once more: what the table says is found out anew.
    mv table out
    cp out again
    survey 0 again
    expect_count out 7
    grep -v good out >liars
    ask 4 brute -r liars -w words cli.example
    expect_in err 'all 3 are left out by their class'
}

test_a_limit_is_found_and_stated() {
    start_lab --zone-file "$HERE/cli.zone" -n 2 --report report -g 'count=1 cap=100 over=refused' -g rest
    lab_list 2 >list
    ask 0 resolvers -d cli.example --timeout 300 --resolver-rate 200 list
    end_lab
    groups_have_class 'cap=100 over=refused' limited plain good
    awk -F'\t' -v slow="127.1.0.$(place 'cap=100 over=refused')" '
        index($1, slow ":") && !($3 >= 60 && $3 <= 105) || !index($1, slow ":") && $3 != 200 { bad = 1 }
        END { exit bad }' out || fail 'rates are not as the lab has them'
    expect_in out '	refuses what comes much faster'
}

test_addresses_of_one_back_end_are_told_and_count_once() {
    start_lab --zone-file "$HERE/cli.zone" -n 4 --report report -g 'count=2 cap=100 backend=2 over=refused' -g rest
    lab_list 4 >list
    ask 0 resolvers -d cli.example --timeout 300 --resolver-rate 150 list -o table
    end_lab
    cp table out
    awk -F'\t' '{ print NF == 7 ? $7 "\t" $3 : "own" }' table | sort | uniq -c >columns
    [ "$(wc -l <columns)" -eq 2 ] && grep -q ' 2 own$' columns ||
        fail "not one back end of two: $(cat columns)"
    expect_in out 'one limit for 2 addresses'
    expect_in err 'back ends of several addresses with one limit: 1'
}

test_names_elsewhere_convict_nobody_who_refuses_them() {
    start_lab --zone-file "$HERE/cli.zone" -n 3
    lab_list 3 >list
    survey 0 list
    expect_count out 3
    expect_not_in out '	(refusing|hiding|unknown)	'
}

test_without_a_domain_the_well_known_decide() {
    local tld
    for tld in com net org de; do
        printf '$ORIGIN %s.\n@ 300 SOA ns.nic hostmaster 1 7200 900 1209600 300\n@ 300 NS ns.nic\n' "$tld"
    done >zones
    start_lab --zone-file zones -n 6 -g 'count=4' -g 'count=2 rewrite=1' --outside nxdomain
    lab_list 6 >list
    ask 0 resolvers --timeout 300 --resolver-rate 40 list
    expect_in err '6 addresses = 4 good, 2 rewriting$'
}

test_two_against_two_is_told_as_open() {
    start_lab --zone-file "$HERE/cli.zone" -n 4 -g 'count=2' -g 'count=2 rewrite=1'
    lab_list 4 >list
    survey 0 list
    [ "$(grep -c '	unknown	.*others deny 2 names that it gives data for$' out)" -eq 2 ] ||
        fail 'not two of whom nobody knows'
}

test_all_that_rewrite_alike_are_an_interception() {
    start_lab --zone-file "$HERE/cli.zone" -n 3 -g 'rest rewrite=1' --outside nxdomain
    lab_list 3 >list
    survey 4 list
    expect_in err 'port 53 is intercepted'
    [ "$(grep -c '	rewriting	' out)" -eq 3 ] || fail 'not all of them'
}

test_a_wildcard_is_no_rewriting() {
    start_lab --zone-file "$HERE/cli.zone" -n 3 --outside nxdomain
    lab_list 3 >list
    ask 0 resolvers -d wild.example --timeout 300 --resolver-rate 40 list
    expect_not_in out '	rewriting	'
    expect_in err 'few names to judge by'
}

test_nothing_but_the_dead_is_exit_4() {
    ask 4 resolvers -d cli.example --timeout 100 127.1.9.9:9,127.1.9.8:9
    expect_count out 2
    expect_in out '	dead	-	1.000	-	port unreachable$'
    expect_in err 'no usable resolver among 2'
}

test_an_interrupt_tells_what_is_known() {
    start_lab --zone-file "$HERE/cli.zone" -n 2
    start_scan resolvers -d cli.example "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT"
    wait_until 20 scan_handles_signals || fail 'not under way'
    kill -INT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 130 ] || fail "status $scan_status"
    expect_count out 2
    expect_whole_lines out
}

test_max_time_is_exit_3_and_completes_the_files() {
    start_lab --zone-file "$HERE/cli.zone" -n 2
    ask 3 resolvers -d cli.example --max-time 1s --stats stats "127.1.0.1:$LAB_PORT" -f ndjson
    expect_count out 1
    expect_json out '.v == 1 and .resolver and (.class == "unknown" or .class == "good")'
    expect_json stats '.exit == 3 and (.complete | not)'
    expect_in err '--max-time reached'
}

test_ndjson_has_its_keys() {
    survey 0 "$r1" -f ndjson
    expect_json out '.class == "good" and .used and .qps == 40 and .edns and .tcp and .keeps_case
        and .dnssec == null and .known_names > 10 and .hidden == 0 and .rewritten == 0
        and .random_names == 2'
}

test_formats_of_scans_are_refused() {
    ask 2 resolvers -f csv "$r1"
    expect_in err 'resolvers writes text or ndjson, not csv'
    mkdir -p home/.config/dnstrawl
    printf 'format = csv\n' >home/.config/dnstrawl/config
    HOME=$PWD/home survey 0 "$r1"
    expect_in out '	good	40	'
}

test_an_ipv6_resolver_is_surveyed() {
    start_lab --zone-file "$HERE/cli.zone" -n 1 --ipv6 1
    survey 0 "[::1]:$LAB_PORT"
    expect_in out '^\[::1\]:[0-9]*	good	40	'
}

test_what_the_traits_are() {
    start_lab --zone-file "$HERE/cli.zone" -n 2 --no-tcp -g 'count=1 noedns=bare' -g 'count=1'
    lab_list 2 >list
    survey 0 list -f ndjson
    expect_json out 'select(.edns == false) | .class == "good" and .tcp == false
        and (.reason | test("no EDNS, no TCP$"))'
    [ "$(jq -r .edns out | sort | xargs)" = 'false true' ] || fail 'not one with and one without'
}

test_lists_come_from_arguments_options_and_stdin() {
    ask 0 resolvers --dry-run "$r1" -r "$r2"
    expect_in err 'resolvers: 2 addresses of the list'
    printf '%s\n# comment\nnonsense here\n' "$r1" >in
    ask 0 resolvers --dry-run -
    expect_in err 'resolvers: 1 address of the list'
    expect_in err 'stdin:3: not an address: nonsense here'
    ask 0 resolvers --dry-run
    expect_in err 'resolvers: 1 address of the list'
    ask 1 resolvers --names nowhere "$r1"
    expect_in err 'nowhere: No such file'
    : >in
    ask 0 resolvers
    expect_in err 'the list is empty'
    printf 'nonsense\n' >in
    ask 0 resolvers
    expect_in err 'stdin:1: not an address: nonsense'
    expect_in err 'no address in the list'
    : >empty
    ask 0 resolvers --dry-run --names empty "$r1"
    expect_in err 'warning: --names: no name in the list'
}

test_bad_names_are_told_by_line_and_convict_nobody() {
    printf 'www.cli.example\n..\ngone.cli.example\n' >names
    ask 0 resolvers -d cli.example --names names --timeout 300 --resolver-rate 40 "$both"
    expect_in err 'names:2: not a name'
    expect_not_in out 'hiding'
}

test_stats_tell_of_runs_that_did_not_begin() {
    ask 4 resolvers -6 "$r1" --stats stats
    expect_json stats '.exit == 4 and (.complete | not) and .queries == 0'
    ask 1 resolvers "$r1" -o no/such/folder/file --stats stats
    expect_json stats '.exit == 1'
    expect_in err '^dnstrawl: no/such/folder/file: No such file'
}

test_a_full_disk_is_exit_1() {
    survey 1 "$r1" -o /dev/full
    expect_in err '/dev/full: No space left'
}
