# What is read: lists, pipes, compressed files, odd lines, patterns, addresses.

names='www.cli.example mail.cli.example nope.cli.example v6.cli.example'

test_resolve_reads_a_file_and_stdin_and_arguments() {
    # shellcheck disable=SC2086 # words are lines
    printf '%s\n' $names >names
    resolve 0 names
    expect_lines out www.cli.example mail.cli.example v6.cli.example
    cp names in
    resolve 0
    expect_lines out www.cli.example mail.cli.example v6.cli.example
    resolve 0 -
    expect_lines out www.cli.example mail.cli.example v6.cli.example
    rm in
    resolve 0 -d www.cli.example,nope.cli.example
    expect_lines out www.cli.example
    resolve 0 -d names
    expect_lines out www.cli.example mail.cli.example v6.cli.example
}

test_compressed_lists_are_read() {
    local kind
    # shellcheck disable=SC2086
    printf '%s\n' $names >names
    gzip -k names && zstd -q -k names && xz -k names
    for kind in gz zst xz; do
        resolve 0 --stats stats "names.$kind"
        expect_lines out www.cli.example mail.cli.example v6.cli.example
        expect_json stats '.candidates == 4'
        cp "names.$kind" in
        resolve 0
        expect_lines out www.cli.example mail.cli.example v6.cli.example
        rm in
    done
}

test_damaged_compressed_list_is_1() {
    number_words 5000 | sed 's/$/.cli.example/' | gzip | head -c 6000 >cut.gz
    resolve 1 --stats stats cut.gz
    expect_in err 'cut.gz'
    expect_balance stats
    expect_json stats '.exit == 1 and .complete == false'
}

test_crlf_comments_blanks_and_star_are_tolerated() {
    printf '# a list\r\n\r\nWWW.cli.example.\r\n   \n*.mail.cli.example\n  v6.cli.example  \n' >names
    resolve 0 --stats stats names
    expect_lines out www.cli.example mail.cli.example v6.cli.example
    expect_json stats '.candidates == 3 and .invalid == 0'
}

# As some editors write them.
test_a_byte_order_mark_is_no_part_of_a_list() {
    printf '\357\273\277# a list\nwww.cli.example\n' >names
    printf '\357\273\277%s\n' "$r1" >resolvers
    printf '\357\273\277cli.example\n' >scope
    ask 0 resolve -r resolvers --scope '*.cli.example' --stats stats names
    expect_lines out www.cli.example
    expect_json stats '.candidates == 1 and .resolvers.given == 1'
    cp names in
    ask 0 resolve -r resolvers --exclude scope
    expect_lines out www.cli.example
    rm in
    printf '\357\273\277www\n' | gzip >words.gz
    brute 0 -w words.gz -d scope
    expect_lines out www.cli.example
}

test_a_last_line_without_newline_counts() {
    printf 'mail.cli.example\nwww.cli.example' >names
    resolve 0 names
    expect_lines out www.cli.example mail.cli.example
}

test_bad_lines_are_counted_and_the_first_ten_told() {
    { printf 'www.cli.example\n'
      for i in $(seq 12); do printf 'bad..name%s\n' "$i"; done
      printf 'mail.cli.example\n'
      head -c 70 /dev/zero | tr '\0' x; printf '.cli.example\n'
    } >names
    resolve 0 --stats stats names
    expect_lines out www.cli.example mail.cli.example
    expect_json stats '.invalid == 13 and .candidates == 15'
    expect_balance stats
    # Which ten is the workers' race.
    [ "$(grep -c '^dnstrawl: names:[0-9]*: ' err)" -eq 10 ] || fail 'not ten lines told'
    expect_in err 'only counted'
}

test_bad_lines_of_a_list_of_domains_are_told_with_their_cause() {
    printf 'www\n' >words
    { printf 'cli.example\nbad..name\n'
      head -c 5000 /dev/zero | tr '\0' x; printf '\n192.0.2.1\n'
      head -c 64 /dev/zero | tr '\0' x; printf '.example\na\0b\n'
    } >domains
    brute 0 -w words -d domains
    expect_lines out www.cli.example
    expect_in err "^dnstrawl: domains:2: 'bad\.\.name' is not a domain$"
    expect_in err '^dnstrawl: domains:3: longer than 4,096 bytes$'
    expect_in err "^dnstrawl: domains:5: 'x*\.example' has a label of more than 63 octets\$"
    expect_in err "^dnstrawl: domains:6: 'a' has a NUL byte\$"
    expect_in err "^dnstrawl: domains:4: '192\.0\.2\.1' is an address, not a domain$"
}

test_hostile_bytes_in_a_list_are_escaped() {
    printf 'www.cli.example\n\033[31mred.cli.example\n\377\376\n\000\n%s\n' "$(head -c 5000 /dev/zero | tr '\0' a)" >names
    resolve 0 --all -f ndjson --stats stats names
    expect_no_control_bytes out
    expect_no_control_bytes err
    expect_balance stats
    expect_json stats '.candidates == 5 and .found == 1'
    jq -e . out >/dev/null || fail 'not JSON'
}

test_empty_input_warns_and_is_0() {
    : >empty
    resolve 0 --stats stats -o result empty
    expect_in err 'warning'
    expect_json stats '.candidates == 0 and .complete'
    [ -e result ] || fail 'no output file'
    expect_empty result
    resolve 0 </dev/null
    expect_in err 'warning'
    brute 0 -w empty cli.example
    expect_in err 'warning'
    printf '# nothing\n\n' >comments
    resolve 0 comments
    expect_in err 'warning'
    ask 0 walk --server 127.0.0.1:1 -d comments
    expect_in err '^dnstrawl: warning: comments: no domains in it$'
    brute 0 --dry-run --trust-anchor empty cli.example
    expect_in err '^dnstrawl: warning: empty: no trust anchors in it$'
}

test_missing_and_unreadable_files_are_1() {
    resolve 1 no-such-file
    expect_in err 'no-such-file: No such file'
    brute 1 -w no-such-file cli.example
    resolve 1 /
    expect_in err 'directory'
    resolve 2 ''
    expect_in err '^dnstrawl: an empty file name$'
}

test_words_before_many_domains() {
    printf 'www\nmail\nreal\nnope\n' >words
    printf 'wild.example\n# one more\nCLI.example.\n' >domains
    brute 0 -w words -d domains --stats stats cli.example
    expect_lines out www.cli.example mail.cli.example real.wild.example
    expect_json stats '.candidates == 8 and .wildcard == 3'
    expect_json stats '.zones["cli.example"].found == 2 and .zones["wild.example"].wildcard == 3'
    brute 0 -w words -d 'cli.example,eu.cli.example'
    expect_lines out www.cli.example mail.cli.example www.eu.cli.example
}

test_a_mark_places_the_word() {
    printf 'v1\nv2\nv3\n' >words
    brute 0 -w words api-FUZZ.cli.example
    expect_lines out api-v1.cli.example api-v2.cli.example
    brute 0 -w words 'api-*.cli.example'
    expect_lines out api-v1.cli.example api-v2.cli.example
    printf 'eu\nus\n' >words
    brute 0 -w words www.FUZZ.cli.example
    expect_lines out www.eu.cli.example
    brute 2 -w words FUZZ.FUZZ.cli.example
}

test_words_on_stdin_and_several_lists() {
    printf 'www\n' >in
    printf 'mail\nb.deep\n' >words
    brute 0 -w - -w words cli.example
    expect_lines out www.cli.example mail.cli.example b.deep.cli.example
}

test_a_url_gives_its_host() {
    printf 'www\n' >words
    brute 0 -w words https://cli.example:8443/path?query
    expect_in err 'URL'
    expect_lines out www.cli.example
}

test_u_labels_become_a_labels() {
    printf 'b\303\274cher\n' >words
    brute 0 -w words cli.example
    expect_lines out xn--bcher-kva.cli.example
    printf 'B\303\234CHER.cli.example\n' >names
    resolve 0 names
    expect_lines out xn--bcher-kva.cli.example
}

test_addresses_and_blocks_with_ptr() {
    printf '192.0.2.10\n' >names
    resolve 0 -t PTR -f text names
    expect_lines out '10.2.0.192.in-addr.arpa PTR www.cli.example'
    printf '192.0.2.0/28\n' >names
    resolve 0 -t PTR -f text --stats stats names
    expect_lines out '10.2.0.192.in-addr.arpa PTR www.cli.example' \
        '11.2.0.192.in-addr.arpa PTR mail.cli.example'
    expect_json stats '.candidates == 16 and .nxdomain == 14'
}

# Nobody serves 198.in-addr.arpa here: a probe above the apex would be refused.
test_probes_stay_below_the_apex_of_a_reverse_zone() {
    printf '198.51.100.5\n' >names
    resolve 0 -t PTR -f text --max-time 20s names
    expect_lines out '5.100.51.198.in-addr.arpa PTR real.wild.example'
}

test_types_are_asked_in_turn() {
    printf 'mx\ntxt\nwww\n' >words
    brute 0 -w words --stats stats cli.example
    expect_lines out www.cli.example
    expect_json stats '.nodata == 2'
    brute 0 -w words -t MX,TXT -f text --show found cli.example
    expect_in out '^mx.cli.example MX 10 mail.cli.example$'
    expect_in out '^txt.cli.example TXT '
    expect_not_in out '^www'
}

test_scope_and_exclude() {
    printf 'www\nmail\nv6\nhost.wild\n' >words
    brute 0 -w words --exclude 'mail.cli.example,*.wild.cli.example' --stats stats cli.example
    expect_lines out www.cli.example v6.cli.example
    expect_json stats '.out_of_scope == 2'
    brute 0 -w words --scope mail.cli.example --stats stats cli.example
    expect_lines out mail.cli.example
    expect_json stats '.out_of_scope == 3'
    expect_balance stats
}

test_shards_are_disjoint_and_together_all() {
    local i
    { number_words 300; printf 'www\nmail\nv6\nalias\nb.deep\n'; } >words
    brute 0 -w words cli.example
    sort out >all
    for i in 1 2 3; do
        brute 0 -w words --shard "$i/3" --all --stats "stats$i" cli.example
        cat out >>shards
        expect_balance "stats$i"
    done
    [ -z "$(sort shards | uniq -d)" ] || fail 'two shards asked the same name'
    expect_count shards 305
    sort shards | comm -13 - all >missing
    expect_empty missing
    jq -s -e 'map(.candidates) | add == 305' stats1 stats2 stats3 >/dev/null || fail 'candidates'
}

test_seed_repeats_the_order() {
    { number_words 300; printf 'www\n'; } >words
    local run
    for run in 1 2; do
        brute 0 -w words --seed 5 --threads 1 -c 1 --all -r "$r1" cli.example
        cp out "order$run"
    done
    cmp -s order1 order2 || fail 'the same seed gave another order'
    brute 0 -w words --seed 6 --threads 1 -c 1 --all -r "$r1" cli.example
    ! cmp -s out order1 || fail 'another seed gave the same order'
    sort words | sed 's/$/.cli.example/' | cmp -s - <(sort out) || fail 'not every word once'
}

test_the_builtin_list_is_used_without_w() {
    brute 0 --stats stats cli.example
    expect_in out '^www\.cli\.example$'
    expect_json stats '.candidates >= 5000 and .complete'
    expect_balance stats
}

test_resolver_lists_in_every_spelling() {
    printf 'www.cli.example\n' >names
    printf '# a list\n127.1.0.1\t5\n127.1.0.2:%s\n' "$SHARED_PORT" >resolvers
    ask 0 resolve -r resolvers --port "$SHARED_PORT" names
    expect_lines out www.cli.example
    ask 0 resolve -r 127.1.0.1,127.1.0.2 --port "$SHARED_PORT" --stats stats names
    expect_json stats '.resolvers.given == 2'
    ask 0 resolve -r "[::1]:$SHARED_PORT" names
    expect_lines out www.cli.example
    ask 0 resolve -6 -r "[::1]:$SHARED_PORT,$r1" --stats stats names
    expect_json stats '.resolvers.usable == 1'
    ask 0 resolve -4 -r "[::1]:$SHARED_PORT" -r "$r1" names
    expect_lines out www.cli.example
    ask 0 resolve -r "$r1" --bind 127.9.9.9 names
    expect_lines out www.cli.example
    ask 2 resolve -r 'not-an-address' names
    ask 2 resolve -r '127.0.0.1:99999' names
}

test_comments_behind_items_are_left_out() {
    printf 'www.cli.example # the web\nmail.cli.example\t# mail\n' >names
    resolve 0 --stats stats names
    expect_lines out www.cli.example mail.cli.example
    expect_json stats '.candidates == 2 and .invalid == 0'
}

test_blocks_of_both_families_as_arguments_of_d() {
    resolve 0 -t PTR -f text -d 192.0.2.10/31
    expect_lines out '10.2.0.192.in-addr.arpa PTR www.cli.example' \
        '11.2.0.192.in-addr.arpa PTR mail.cli.example'
    ask 0 resolve -t PTR --dry-run -r "$r1" -d 2001:db8::/124
    expect_in err ': 16 candidates'
}

test_scope_lists_are_files_too_and_never_empty() {
    printf 'www\nmail\nv6\n' >words
    printf '# ours\nwww.cli.example\n\nmail.CLI.example.\n' >scope
    brute 0 -w words --scope scope --exclude www.cli.example cli.example
    expect_lines out mail.cli.example
    printf '# nobody\n' >scope
    brute 2 -w words --scope scope cli.example
    expect_in err 'no name in the list'
    brute 0 -w words --exclude scope --dry-run cli.example
    expect_in err 'warning: --exclude: no name in the list'
}

test_bind_leaves_out_the_other_family() {
    ask 0 resolve -r "$r1,[::1]:$SHARED_PORT" --bind 127.0.0.1 --stats stats -d www.cli.example
    expect_lines out www.cli.example
    expect_json stats '.resolvers.usable == 1'
    expect_in err ', 1 left out .*--bind'
}
