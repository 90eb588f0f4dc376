# Help, version, refusals: nothing is sent.

test_no_arguments_give_short_help_on_stderr_and_2() {
    ask 2
    expect_empty out
    expect_in err 'Usage: dnstrawl'
}

test_help_goes_to_stdout_with_0() {
    local command
    ask 0 --help
    expect_empty err
    expect_in out '^Usage: dnstrawl'
    [ "$(tail -n 1 out)" = 'Test only zones and resolvers that are yours or that you may test.' ] ||
        fail 'help does not end with the reminder'
    for command in resolve brute; do
        ask 0 "$command" --help
        expect_in out "^Usage: dnstrawl $command"
        expect_in out '--unresolved FILE'
        cp out long
        ask 0 "$command" -h
        cmp -s out long || fail '-h and --help differ'
        [ "$(tail -n 1 out)" = 'Test only zones and resolvers that are yours or that you may test.' ] ||
            fail 'help does not end with the reminder'
        [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' out)" -le 80 ] ||
            fail 'help is wider than 80 columns'
    done
}

# What holds for other commands is not a user's concern.
test_help_speaks_of_its_own_command() {
    local command others
    while read -r command others; do
        ask 0 "$command" --help
        sed -n '/^Input/,/^General/p' out >options
        expect_not_in options "(^|[^-a-z])($others)([^-a-z]|\$)"
    done <<'TABLE'
brute walk|crack|axfr|bench
resolve walk|crack|axfr|bench
walk resolve|axfr|bench
axfr resolve|walk|crack|bench
crack resolve|axfr|bench
resolvers resolve|walk|crack|axfr|bench
bench resolve|walk|crack|axfr
TABLE
    ask 0 crack --help
    expect_in out 'FORMAT +text or ndjson \(default text\)'
    ask 0 bench --help
    expect_in out 'half of the cores'
    expect_not_in out 'default 10k'
    ask 0 axfr --help
    expect_in out 'default 10s'
}

test_spellings_of_load_generators_name_ours() {
    local theirs ours
    while read -r theirs ours; do
        # shellcheck disable=SC2086 # THEIRS is an option and its value
        ask 2 bench "$r1" --dry-run ${theirs//,/ }
        expect_in err "$ours"
    done <<'TABLE'
-s,127.0.0.1 dnstrawl bench ADDRESS
-Q,100 --rate
-l,10 --duration
-T,2 --threads
-e --edns
TABLE
}

test_version_tells_features() {
    ask 0 --version
    expect_in out '^dnstrawl [0-9]+\.[0-9]+'
    expect_in out '^features: '
}

test_command_without_arguments_gives_short_help_and_2() {
    ask 2 brute
    expect_empty out
    expect_in err 'Usage: dnstrawl brute'
}

test_unknown_command_and_option_are_2() {
    ask 2 frobnicate
    expect_in err '^dnstrawl: '
    ask 2 bruteforce words cli.example
    expect_in err 'did you mean brute\?'
    brute 2 --frobnicate cli.example
    expect_in err '^dnstrawl: .*frobnicate'
    brute 2 -Z cli.example
    ask 2 brute --rate
    brute 2 --rate=fast cli.example
    expect_in err 'rate'
    brute 2 --timeout 3parsecs cli.example
    brute 2 --shard 3/2 cli.example
    brute 2 -f xml cli.example
    brute 2 -t ANY cli.example
    expect_in err 'RFC 8482'
}

# Each of the other programs' spellings: 2, and ours in the message.
test_spellings_of_other_programs_name_ours() {
    local theirs ours
    while read -r theirs ours; do
        # shellcheck disable=SC2086 # THEIRS may be an option and its value
        brute 2 ${theirs//,/ } cli.example
        expect_in err "$ours"
        expect_empty out
    done <<'TABLE'
-silent -q
-json -f.ndjson
-rl,100 --rate
-retry,3 --tries
-wt,5 --threads
-l,x resolve
-t,100 --threads
--rate-limit,9 --rate
--write-massdns,x massdns:
TABLE
}

# Refused, not ignored, and absent from help.
test_what_is_not_built_yet_is_2() {
    local option
    for option in --resume --io=xdp; do
        # One that was built since must not send to the built-in list.
        ask 2 brute --dry-run -r "$r1" "$option" cli.example
        expect_in err '^dnstrawl: '
        ask 0 brute --help
        expect_not_in out "^ +(-., )?${option%%=*}$([ "${option#*=}" = "$option" ] && echo ' ' || echo '.*[^a-z]'"${option#*=}"'([^a-z]|$)')"
    done
    ask 2 brute --dry-run -r "$r1" --io=gso cli.example
    expect_in err 'gso is not built yet, but for bench'
    for command in audit passive; do
        ask 2 "$command" cli.example
    done
}

test_trusted_resolvers_and_no_trust_are_told_in_the_plan() {
    printf 'www\n' >words
    printf '%s\n' "$r2" >trusted
    ask 0 brute --dry-run -r "$r1" --trusted trusted --trusted "$r1" -w words cli.example
    expect_in err 'resolvers: 2 .*, 2 of them trusted'
    brute 0 --dry-run --no-trust -w words cli.example
    expect_in err 'resolvers: 2 .*, all believed \(--no-trust\)'
    ask 2 brute -r "$r1" --trusted no-such-file -w words cli.example
    expect_in err '--trusted: .* neither a file nor an address'
}

test_contradictions_are_2() {
    ask 2 brute --no-trust --trusted "$r1" -r "$r1" cli.example
    expect_in err 'exclude each other'
    ask 2 brute -4 -6 -r "$r1" cli.example
    ask 2 brute -q -v -r "$r1" cli.example
    printf 'www\n' >words
    ask 2 brute -w words -o same --unresolved same -r "$r1" cli.example
    expect_in err 'both write'
    [ ! -e same ] || fail 'a file was made although nothing was to run'
    ask 2 brute -w words -o words -r "$r1" cli.example
    expect_lines words www
}

test_a_file_as_domain_asks_did_you_mean() {
    printf 'www\n' >list.example
    ask 2 brute -r "$r1" list.example
    expect_in err 'did you mean -w or -d'
}

test_a_name_as_file_points_to_d() {
    ask 2 resolve -r "$r1" www.cli.example
    expect_in err '-d www.cli.example'
}

test_plan_is_told_and_dry_run_sends_nothing() {
    number_words 200 >words
    brute 0 -w words --dry-run --rate 100 --seed 42 cli.example
    expect_empty out
    expect_in err '^dnstrawl: brute cli.example: 200 candidates, 1 zone, types A,AAAA'
    expect_in err 'resolvers: 2'
    expect_in err '100 queries/s over all'
    expect_in err 'at least 200 queries, 2\.0 s|at least 200 queries, 2 s'
    expect_in err 'seed 42'
    expect_in err 'configuration'
    expect_not_in err 'complete'
}

test_dry_run_with_no_resolver_listening_is_0() {
    ask 0 brute --dry-run -r 127.1.0.1:1 cli.example
}

test_completion_scripts_are_valid() {
    ask 0 completion bash
    bash -n out || fail 'not bash'
    expect_in out 'dnstrawl'
    ask 0 completion zsh
    expect_in out '#compdef dnstrawl'
    ask 0 completion fish
    expect_in out 'complete -c dnstrawl'
    ask 2 completion tcsh
}

test_options_from_environment_and_config_and_flag_in_that_order() {
    mkdir -p home/.config/dnstrawl
    printf '# of this user\nrate = 100\ntries = 3\n' >home/.config/dnstrawl/config
    HOME=$PWD/home ask 0 brute --dry-run -r "$r1" cli.example
    expect_in err '100 queries/s over all'
    expect_in err 'home/.config/dnstrawl/config'
    HOME=$PWD/home DNSTRAWL_RATE=200 ask 0 brute --dry-run -r "$r1" cli.example
    expect_in err '200 queries/s over all'
    HOME=$PWD/home DNSTRAWL_RATE=200 ask 0 brute --dry-run --rate 300 -r "$r1" cli.example
    expect_in err '300 queries/s over all'
    mkdir -p xdg/dnstrawl
    printf 'rate = 400\n' >xdg/dnstrawl/config
    XDG_CONFIG_HOME=$PWD/xdg ask 0 brute --dry-run -r "$r1" cli.example
    expect_in err '400 queries/s over all'
    printf 'speed = 400\n' >xdg/dnstrawl/config
    XDG_CONFIG_HOME=$PWD/xdg ask 2 brute --dry-run -r "$r1" cli.example
    expect_in err 'config:1'
    DNSTRAWL_RATE=fast ask 2 brute --dry-run -r "$r1" cli.example
    expect_in err 'DNSTRAWL_RATE'
}

test_color_only_where_asked() {
    brute 2 --color always --no-such cli.example
    expect_no_control_bytes err
    : >empty
    ask 0 resolve --color always -r "$r1" empty
    expect_in err $'\033\\[33mwarning'
    ask 0 resolve --color auto -r "$r1" empty
    expect_no_control_bytes err
}

# Each with the bounds that the man page tells.
test_values_out_of_bounds_are_2() {
    local value words
    while read -r value words; do
        # shellcheck disable=SC2086 # VALUE may be an option and its value
        ask 2 resolve --dry-run -r "$r1" ${value//=/ } -d www.cli.example
        expect_in err "$words"
        expect_empty out
    done <<'TABLE'
--timeout=9ms 10ms to 60s
--timeout=61s 10ms to 60s
--threads=0 1 to 256
--threads=257 1 to 256
--tries=0 1 to 50
--tries=51 1 to 50
--shard=0/4 from 1 to N
--shard=5/4 from 1 to N
--port=65536 '65536'
-t=ANY RFC 8482
-t=OPT not a type of data
-t=TYPE1,TYPE2,TYPE3,TYPE4,TYPE5,TYPE6,TYPE7,TYPE8,TYPE9,TYPE12,TYPE13,TYPE14,TYPE15,TYPE16,TYPE17,TYPE18,TYPE19 more than 16
--allow-unresolved=101% '101%'
TABLE
}

test_stdin_is_read_once() {
    printf 'www.cli.example\n' >in
    ask 2 resolve -r - -
    expect_in err 'stdin can be read once'
    ask 2 brute -r "$r1" -w - -d -
    expect_in err 'stdin can be read once'
}

test_options_stand_anywhere_and_in_every_spelling() {
    printf 'www.cli.example\n' >--names
    ask 0 resolve --dry-run -tAAAA -c7 "--resolvers=$r1" -- --names
    expect_in err 'type AAAA$'
    expect_in err 'at most 7 in flight'
    ask 0 brute cli.example --dry-run --rate 2k "-r$r1"
    expect_in err 'ceilings: 2,000 queries/s over all'
}

test_flags_from_the_environment_and_empty_variables() {
    DNSTRAWL_QUIET=yes DNSTRAWL_RATE='' resolve 0 -d www.cli.example
    expect_empty err
    expect_lines out www.cli.example
    DNSTRAWL_QUIET=no resolve 0 -d www.cli.example
    expect_in err complete
    DNSTRAWL_QUIET=perhaps ask 2 resolve -r "$r1" -d www.cli.example
    expect_in err DNSTRAWL_QUIET
}
