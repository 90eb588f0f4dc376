# What is written: formats, verdicts, files, escapes.

kinds='www v6 alias dangling intern mx deep host.wild other.wild nope'

test_names_once_each_lower_case_without_dot() {
    printf 'WWW.cli.example.\nwww.cli.example\n' >names
    resolve 0 --stats stats names
    expect_lines out www.cli.example
    expect_balance stats
    expect_json stats '.names == 1'
}

test_every_verdict_is_counted_and_all_shows_them() {
    # shellcheck disable=SC2086
    printf '%s\n' $kinds >words
    brute 0 -w words --all -f ndjson --stats stats cli.example
    expect_count out 10
    jq -r '.host + " " + .verdict' out >verdicts
    expect_lines verdicts 'www.cli.example found' 'v6.cli.example found' 'alias.cli.example found' \
        'dangling.cli.example found' 'intern.cli.example found' 'mx.cli.example nodata' \
        'deep.cli.example nodata' 'host.wild.cli.example found' \
        'other.wild.cli.example wildcard' 'nope.cli.example nxdomain'
    expect_json stats '.candidates == 10 and .found == 6 and .nodata == 2 and .wildcard == 1'
    expect_balance stats
}

test_ndjson_has_the_keys_of_the_contract_in_their_order() {
    printf 'www.cli.example\ndangling.cli.example\nintern.cli.example\ndeep.cli.example\n' >names
    resolve 0 -f ndjson --show found,nodata names
    expect_count out 4
    jq -r 'keys_unsorted | join(" ")' out | sort -u >keys
    expect_lines keys 'v host zone status verdict reason types a aaaa cname answers flags resolver tries rtt_ms confirmed confirmed_by wildcard source timestamp'
    jq -c 'select(.host == "www.cli.example")' out >www
    expect_json www '.v == 1 and .status == "NOERROR" and .verdict == "found" and .reason == null'
    expect_json www '.a == ["192.0.2.10"] and .aaaa == ["2001:db8::10"] and .cname == []'
    expect_json www '.types == ["A", "AAAA"] and .answers[0].type == "A" and .answers[0].ttl == 300'
    expect_json www '(.resolver | test("^127\\.1\\.0\\.[12]:")) and .tries >= 1 and .rtt_ms >= 0'
    expect_json www '(.timestamp | test("^20..-..-..T..:..:..\\....Z$")) and .source == "names"'
    jq -c '{host, verdict, flags}' out >flags
    expect_in flags '"dangling.cli.example","verdict":"found","flags":\["dangling"\]'
    expect_in flags '"intern.cli.example","verdict":"found","flags":\["private"\]'
    expect_in flags '"deep.cli.example","verdict":"nodata"'
}

test_text_massdns_and_csv() {
    printf 'chain.cli.example\nwww.cli.example\n' >names
    resolve 0 -f text -t A names
    expect_lines out 'chain.cli.example CNAME chain2.cli.example' \
        'chain2.cli.example CNAME www.cli.example' 'www.cli.example A 192.0.2.10' \
        'www.cli.example A 192.0.2.10'
    resolve 0 -f massdns -t A names
    expect_in out '^chain\.cli\.example\. CNAME chain2\.cli\.example\.$'
    expect_in out '^www\.cli\.example\. A 192\.0\.2\.10$'
    resolve 0 -f csv -t A -r "$r1" -d www.cli.example
    [ "$(head -n 1 out)" = 'host,type,ttl,data,verdict,confirmed,resolver' ] || fail 'csv header'
    expect_in out '^www\.cli\.example,A,300,192\.0\.2\.10,found,[a-z]*,127\.1\.0\.[12]:'
}

# What a scan found, with an SOA and an NS in front, is a zone to other programs.
test_zone_format_is_read_back_by_other_programs() {
    # shellcheck disable=SC2086
    printf '%s\n' $kinds chain txt evil evilmx 'odd\032name' big >words
    brute 0 -w words -f zone --all -t A,AAAA,MX,TXT cli.example
    expect_in out '^www\.cli\.example\. 300 IN A 192\.0\.2\.10$'
    expect_in out '^; deep\.cli\.example\. nodata$'
    expect_in out '^; other\.wild\.cli\.example\. wildcard$'
    expect_in out '^; other\.wild\.cli\.example\. 300 IN A 192\.0\.2\.20$'
    expect_in out '^; nope\.cli\.example\. nxdomain$'
    { printf 'cli.example. 300 IN SOA ns.cli.example. h.cli.example. 1 7200 900 1209600 300\n'
      printf 'cli.example. 300 IN NS ns.cli.example.\n'
      cat out
    } >zone
    nsd-checkzone cli.example zone >checked 2>&1 || fail "nsd-checkzone: $(cat checked)"
    ldns-read-zone zone >parsed 2>errors || fail "ldns-read-zone: $(cat errors)"
    tr -s '\t' ' ' <parsed >told
    expect_in told '^www\.cli\.example\. 300 IN AAAA 2001:db8::10$'
    expect_in told '^chain\.cli\.example\. 300 IN CNAME chain2\.cli\.example\.$'
    expect_in told '^dangling\.cli\.example\. 300 IN CNAME gone\.cli\.example\.$'
    expect_in told '^mx\.cli\.example\. 300 IN MX 10 mail\.cli\.example\.$'
    expect_in told '^odd\\032name\.cli\.example\. 300 IN A 192\.0\.2\.22$'
    expect_in told '^txt\.cli\.example\. 300 IN TXT "v=test" "with \\"quotes\\" and \\027 an escape"$'
    [ "$(grep -c '^big\.cli\.example\. 300 IN AAAA' told)" -eq 60 ] || fail 'not all of big'
    expect_not_in told '192\.0\.2\.20'
}

test_zone_format_by_split_and_also() {
    printf 'www\nreal\n' >words
    brute 0 -w words -f zone --split zones --also zone:all.zone -t A cli.example wild.example
    expect_lines zones/cli.example.zone 'www.cli.example. 300 IN A 192.0.2.10'
    expect_lines zones/wild.example.zone 'real.wild.example. 300 IN A 198.51.100.2'
    expect_lines all.zone 'www.cli.example. 300 IN A 192.0.2.10' \
        'real.wild.example. 300 IN A 198.51.100.2'
}

test_also_writes_further_formats_of_the_same_run() {
    printf 'www\nmail\nnope\n' >words
    brute 0 --no-trust -w words -o names.txt --also ndjson:all.ndjson --also csv:all.csv \
        --stats stats cli.example
    expect_empty out
    expect_lines names.txt www.cli.example mail.cli.example
    expect_count all.ndjson 2
    expect_in all.csv '^www\.cli\.example,A,'
    expect_json stats '.queries < 25' # five, and some for wildcards; each format would ask as much again
}

test_split_writes_a_file_per_zone() {
    printf 'www\nreal\n' >words
    brute 0 -w words --split zones --stats zones/stats cli.example wild.example
    expect_json zones/stats .complete
    expect_lines zones/cli.example.txt www.cli.example
    expect_lines zones/wild.example.txt real.wild.example
}

test_output_file_is_truncated() {
    printf 'old\nold\nold\n' >result
    resolve 0 -o result -d www.cli.example
    expect_lines result www.cli.example
}

test_show_picks_verdicts() {
    # shellcheck disable=SC2086
    printf '%s\n' $kinds >words
    brute 0 -w words --show nodata,wildcard cli.example
    expect_lines out mx.cli.example deep.cli.example other.wild.cli.example
    brute 2 -w words --show everything cli.example
}

test_odd_names_are_escaped_never_raw() {
    local format
    printf 'evil.cli.example\nodd\\032name.cli.example\nevilmx.cli.example\ntxt.cli.example\n' >names
    for format in names text ndjson massdns zone csv; do
        resolve 0 -t A,MX,TXT -f "$format" --all -vv names
        expect_no_control_bytes out
        expect_no_control_bytes err
        # massdns writes a blank as it is
        expect_in out 'odd(\\+032| )name'
    done
    resolve 0 -f text names
    expect_in out '^evil\.cli\.example CNAME \\027\\09131mred\\007\\010\\255\.cli\.example$'
    resolve 0 -f ndjson -t A,MX,TXT names
    jq -e . out >/dev/null || fail 'not JSON'
}

# 60 IPv6 addresses do not fit into a UDP answer.
test_truncated_answers_are_fetched_over_tcp() {
    resolve 0 -t AAAA -f ndjson --stats stats -d big.cli.example
    expect_json out '.aaaa | length == 60 and (unique | length) == 60'
    expect_json stats '.tcp >= 1'
}

test_stats_tell_the_run() {
    printf 'www\nnope\n' >words
    brute 0 -w words --stats stats --seed 9 cli.example
    expect_balance stats
    expect_json stats '[has("remaining", "names", "retracted", "queries", "answers", "timeouts",
        "rejected_replies", "late_replies", "rcodes", "socket_drops", "tcp", "retries",
        "requeued_after_conviction", "canaries", "resolvers", "zones", "estimated_recall",
        "seconds", "names_per_second", "queries_per_second", "cpu_seconds", "max_rss_bytes",
        "exit", "complete", "own", "command", "started", "ended", "seed", "version")] | all'
    expect_json stats '.seed == 9 and .exit == 0 and .complete and .remaining == 0'
    expect_json stats '.answers + .timeouts == .queries and .rcodes.NXDOMAIN >= 1 and .own == false'
    expect_json stats '.rejected_replies | [.short, .not_response, .opcode, .unknown_id,
        .wrong_source, .wrong_question, .wrong_class, .duplicate] | all(. == 0)'
    expect_json stats '(.command | test("brute")) and .max_rss_bytes > 0'
    brute 2 --stats stats2 --frobnicate cli.example
    [ ! -e stats2 ] || fail 'stats of a run that was none'
}

test_summary_is_on_stderr_and_quiet_silences_it() {
    printf 'www\nnope\n' >words
    brute 0 -w words cli.example
    expect_in err '^dnstrawl: brute cli.example, .*, complete'
    expect_in err '^  2 candidates = 1 found \+ 1 nxdomain'
    brute 0 -q -w words cli.example
    expect_empty err
    expect_lines out www.cli.example
}

test_verbose_tells_queries() {
    printf 'www\n' >words
    brute 0 -vv -w words cli.example
    expect_in err 'www\.cli\.example'
    brute 0 -v -w words cli.example
}

# Lines of a scan's first names are there long before its end.
test_lines_leave_at_once_into_a_pipe() {
    { printf 'www.cli.example\n'; wait_until 20 file_is_full first || : >late; printf 'mail.cli.example\n'; } |
        timeout 50 "$DNSTRAWL" resolve -q -r "$both" | {
        read -r line
        printf '%s\n' "$line" >first
        cat >rest
    }
    [ ! -e late ] || fail 'the first name did not come before the input ended'
    expect_lines first www.cli.example
    expect_lines rest mail.cli.example
}

# --- wildcards ---

test_wildcards_are_told_with_evidence_and_data() {
    printf 'www\na.wild\nb.wild\nhost.wild\n' >words
    brute 0 -w words --wildcards roots cli.example
    sed 's/\t/ | /g' roots >told
    expect_lines told '*.wild.cli.example | probe | A 192.0.2.20'
    printf 'www\n' >words
    brute 0 -w words --wildcards roots cli.example
    expect_count roots 0
}

test_keep_wildcard_writes_their_names_too() {
    printf 'www\na.wild\nhost.wild\n' >words
    brute 0 -w words --keep-wildcard --stats stats cli.example
    sort out >sorted
    expect_lines sorted a.wild.cli.example host.wild.cli.example www.cli.example
    expect_json stats '.wildcard == 1 and .found == 2 and .names == 2'
    brute 0 -w words --keep-wildcard -f ndjson cli.example
    jq -c 'select(.verdict == "wildcard") | {host, flags, wildcard}' out >kept
    expect_lines kept '{"host":"a.wild.cli.example","flags":["wildcard_possible"],"wildcard":{"root":"wild.cli.example","evidence":"probe","pool":1}}'
}

test_a_file_of_wildcards_that_cannot_be_written_is_told() {
    printf 'a.wild\n' >words
    brute 1 -w words --wildcards /dev/full cli.example
    expect_in err '/dev/full: '
    ask 2 brute -w words --wildcards same -o same -r "$r1" cli.example
    ask 2 brute -w words --wildcards - -r "$r1" cli.example
}
