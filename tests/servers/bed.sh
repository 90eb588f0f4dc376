# SPDX-License-Identifier: BSD-2-Clause
# Real name servers for a test: . tests/servers/bed.sh
#
#   bed_begin [SECONDS]   a temporary folder, $BED, which becomes the working one; whatever
#                         happens, the servers end after SECONDS (600) or with the script
#   bed_corpus NAME ZONE [OPTION...]            NAME.zone and NAME.truth (tests/servers/corpus)
#   bed_sign OUT ZONE FILE KIND [ITERATIONS [SALT]]   FILE signed: KIND nsec, nsec3 or optout,
#                         SALT in hex or -; the key's records in OUT.anchor, its DS in OUT.ds.
#                         With $BED_CACHE what was signed once is kept there for three weeks
#   bed_nsd NAME ZONE=FILE[+axfr|+tsig]...      refuses transfers unless told otherwise; a FILE
#                         that is not there makes the zone SERVFAIL
#   bed_named NAME ZONE=FILE[+KIND|+update|+notransfer|+tsig]...    KIND nsec, nsec3, optout:
#                         signs by itself. update: nsupdate may, and the journal gives IXFR
#   bed_knot NAME ZONE=FILE[+online|+KIND]...   online: mod-onlinesign, a lie for each name
#   bed_pdns NAME ZONE=FILE[+KIND|+narrow]...   signs by itself; narrow: NSEC3 white lies
#   bed_unbound NAME [+tls] [ANCHORS] ZONE=ADDRESS...   resolves ZONE at ADDRESS (127.0.0.1:PORT);
#                         with a file of ANCHORS (or -, none) it validates; nothing leaves the host.
#                         +tls: BED_TLS and BED_HTTPS, too (certificate $BED/tls.crt)
#   bed_hostile NAME OPTION...                  dnstrawl-hostile (tests/hostile), --help of it
#   bed_delay NAME ADDRESS [TIME [OPTION...]]   dnstrawl-delay in front of it: TIME (5ms) each way
#   bed_stop NAME...      ends those and forgets them; what sanitizers said is in the file faults
#
# What each offers, by NAME: BED_AT 127.0.0.1:PORT, BED_AT6 [::1]:PORT, BED_PORT, BED_PID, and
# for named BED_TLS 127.0.0.1:PORT of transfers over TLS (certificate $BED/tls.crt). +tsig wants
# the key $BED_TSIG (ALGORITHM:NAME:SECRET). Logs: NAME/out. Servers run unprivileged, on
# random high ports of 127.0.0.1 and ::1, without rate limits.
BED_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly BED_HOME
readonly BED_TSIG=hmac-sha256:bed.key:YmVkYmVkYmVkYmVkYmVkYmVkYmVkYmVkYmVkYmVkYmU=
IFS=: read -r BED_KEY_ALGORITHM BED_KEY_NAME BED_KEY_SECRET <<<"$BED_TSIG"
readonly BED_KEY_ALGORITHM BED_KEY_NAME BED_KEY_SECRET
readonly BED_TRIES=10              # of ports that may be taken
BED_START_S=${BED_START_S:-20}     # what a server may take to load its zones
declare -A BED_AT=() BED_AT6=() BED_PORT=() BED_PID=() BED_TLS=() BED_HTTPS=()
PATH=$PATH:/usr/sbin:/sbin

bed_die() {
    printf 'bed: %s\n' "$*" >&2
    exit 1
}

bed_begin() {
    BED_SECONDS=${1:-600}
    BED=$(mktemp -d "${TMPDIR:-/tmp}/dnstrawl-bed.XXXXXX")
    trap bed_end EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    cd "$BED" || exit 1
    # As root, the servers run as nobody; else as who started this.
    BED_AS_NOBODY=()
    if [ "$(id -u)" -eq 0 ]; then
        BED_AS_NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        chown 65534:65534 "$BED"
    fi
}

bed_end() {
    [ "${#BED_PID[@]}" -eq 0 ] || bed_stop "${!BED_PID[@]}"
    rm -rf -- "${BED:?}"
}

bed_stop() { # NAME...
    local name
    for name in "$@"; do
        kill "${BED_PID[$name]}" 2>/dev/null
        wait "${BED_PID[$name]}" 2>/dev/null
        unset "BED_PID[$name]"
        grep -hs -e 'Sanitizer:' -e 'runtime error:' "$name/out" >>faults
    done
    return 0
}

bed_wait() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

bed_corpus() { # NAME ZONE [OPTION...]
    local name=$1 zone=$2
    shift 2
    "$BED_HOME/corpus" -t "$name.truth" "$@" "$zone" >"$name.zone"
}

# --- signing ---

bed_sign() { # OUT ZONE FILE KIND [ITERATIONS [SALT]]
    local out=$1 zone=$2 file=$3 kind=$4 iterations=${5:-0} salt=${6:--} options=() kept='' key
    case $kind in
    nsec) ;;
    nsec3) options=(-3 "$salt" -H "$iterations") ;;
    optout) options=(-3 "$salt" -H "$iterations" -A) ;;
    *) bed_die "bed_sign: no kind $kind" ;;
    esac
    if [ -n "${BED_CACHE-}" ]; then
        mkdir -p "$BED_CACHE"
        kept=$BED_CACHE/$({ printf '%s\n' "$zone" "${options[@]}"; cat "$file"; } | sha1sum | cut -c 1-40)
        if [ -n "$(find "$kept" -mtime -20 2>/dev/null)" ]; then
            bed_copy "$kept" "$out"
            return
        fi
    fi
    mkdir -p "$out.keys"
    key=$(dnssec-keygen -q -K "$out.keys" -a ECDSAP256SHA256 -f KSK "$zone") || bed_die "no key"
    cat "$file" "$out.keys/$key.key" >"$out.keys/zone"
    # -P: what it made is not verified once more; that is what tests are for.
    dnssec-signzone -q -P -z -K "$out.keys" -d "$out.keys" -O full -o "$zone" "${options[@]}" \
        -f "$out" "$out.keys/zone" "$key" >"$out.keys/log" 2>&1 || {
        cat "$out.keys/log" >&2
        bed_die "$file cannot be signed"
    }
    grep -v '^;' "$out.keys/$key.key" >"$out.anchor"
    dnssec-dsfromkey -2 "$out.keys/$key.key" >"$out.ds"
    [ -z "$kept" ] || bed_copy "$out" "$kept"
}

bed_copy() { # FROM TO; the zone last: it tells that all is there
    cp "$1.anchor" "$2.anchor" && cp "$1.ds" "$2.ds" && cp "$1" "$2.part" && mv "$2.part" "$2"
}

# --- starting ---

bed_answers() { # PORT ZONE
    dig +tries=1 +time=1 -p "$1" @127.0.0.1 "$2" SOA 2>/dev/null | grep -q '^;; flags.*ANSWER: [1-9]'
}

# Whether it denies with proofs: a server that signs by itself needs a while.
bed_denies() { # PORT ZONE
    local name said
    # Below a DNAME at the apex no name is denied; nor has any apex a CNAME.
    for name in "no-such-name.$2" "$2"; do
        said=$(dig +tries=1 +time=1 +dnssec -p "$1" @127.0.0.1 "$name" CNAME 2>/dev/null)
        ! grep -q -E '[[:space:]]RRSIG[[:space:]]NSEC' <<<"$said" || return 0
        grep -q -E '[[:space:]]RRSIG[[:space:]]DNAME' <<<"$said" || return 1
    done
    return 1
}

# launch NAME ZONE WRITER COMMAND...: WRITER writes NAME/conf for PORT; COMMAND is to answer
# for ZONE. Ports are drawn; what another program holds is drawn again.
bed_launch() {
    local name=$1 zone=$2 writer=$3 try pid
    shift 3
    for ((try = 0; try < BED_TRIES; try++)); do
        port=$((10000 + RANDOM % 22000))
        "$writer" >"$name/conf"
        # Their own sessions: a Ctrl-C ends the script, and that ends them.
        setsid timeout -k 5 "$BED_SECONDS" "${BED_AS_NOBODY[@]}" "$@" \
            >"$name/out" 2>&1 </dev/null &
        pid=$!
        if bed_wait "$BED_START_S" bed_is_up "$pid" "$port" "$zone" && kill -0 "$pid" 2>/dev/null; then
            BED_PID[$name]=$pid
            BED_PORT[$name]=$port
            BED_AT[$name]=127.0.0.1:$port
            BED_AT6[$name]="[::1]:$port"
            return
        fi
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    tail -n 20 "$name/out" >&2
    bed_die "$name does not start"
}

# True when it answers, and when it has ended: then there is nothing to wait for.
bed_is_up() { # PID PORT ZONE
    ! kill -0 "$1" 2>/dev/null || bed_answers "$2" "$3"
}

# folder NAME: the server's own, for it to write into.
bed_folder() {
    mkdir -p "$1/state"
    chmod 755 "$1"
    [ "${#BED_AS_NOBODY[@]}" -eq 0 ] || chown 65534:65534 "$1" "$1/state"
}

# The parts of ZONE=FILE+FLAG+FLAG into zone, file, flags (`+FLAG+FLAG+`).
bed_split() {
    zone=${1%%=*}
    flags=${1#*=}
    file=$(realpath -- "${flags%%+*}")
    flags=+${flags#"${flags%%+*}"}+
    [ ! -e "$file" ] || chmod a+r "$file"
}

# The part of a flag that tells how a server is to sign.
bed_kind() {
    case $flags in
    *+nsec3+*) printf 'nsec3\n' ;;
    *+optout+*) printf 'optout\n' ;;
    *+nsec+*) printf 'nsec\n' ;;
    *+narrow+*) printf 'narrow\n' ;;
    *+online+*) printf 'online\n' ;;
    esac
}

# Waits for the proofs of those of the zones that the server signs.
bed_wait_signed() { # NAME ZONE=FILE...
    local name=$1 given zone file flags
    shift
    for given in "$@"; do
        bed_split "$given"
        [ -z "$(bed_kind)" ] || bed_wait 60 bed_denies "${BED_PORT[$name]}" "$zone" ||
            bed_die "$name does not sign $zone"
    done
}

# --- nsd ---

bed_nsd() { # NAME ZONE=FILE[+axfr|+tsig]...
    local name=$1 zones=("${@:2}") port
    bed_folder "$name"
    bed_launch "$name" "${2%%=*}" bed_nsd_conf nsd -d -c "$BED/$name/conf"
}

bed_nsd_conf() {
    local given zone file flags
    cat <<CONFIG
server:
    ip-address: 127.0.0.1@$port
    ip-address: ::1@$port
    username: ""
    chroot: ""
    zonesdir: "$BED"
    database: ""
    pidfile: "$BED/$name/state/pid"
    zonelistfile: "$BED/$name/state/list"
    xfrdfile: "$BED/$name/state/xfrd"
    xfrdir: "$BED/$name/state"
    server-count: 1
    tcp-count: 200
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
remote-control:
    control-enable: no
key:
    name: "$BED_KEY_NAME"
    algorithm: $BED_KEY_ALGORITHM
    secret: "$BED_KEY_SECRET"
CONFIG
    for given in "${zones[@]}"; do
        bed_split "$given"
        printf 'zone:\n    name: "%s"\n    zonefile: "%s"\n' "$zone" "$file"
        case $flags in
        *+axfr+*) printf '    provide-xfr: 127.0.0.1 NOKEY\n    provide-xfr: ::1 NOKEY\n' ;;
        *+tsig+*) printf '    provide-xfr: 127.0.0.1 %s\n' "$BED_KEY_NAME" ;;
        esac
    done
}

# --- bind ---

bed_named() { # NAME ZONE=FILE[+KIND|+update|+notransfer|+tsig]...
    local name=$1 zones=("${@:2}") port tls_port
    bed_folder "$name"
    bed_certificate
    bed_launch "$name" "${2%%=*}" bed_named_conf named -g -n 1 -c "$BED/$name/conf"
    BED_TLS[$name]=127.0.0.1:$((BED_PORT[$name] + 1))
    bed_wait_signed "$@"
}

bed_certificate() {
    [ -e tls.crt ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -subj /CN=ns.bed.example -addext subjectAltName=DNS:ns.bed.example,IP:127.0.0.1 -days 2 \
        -keyout tls.key -out tls.crt 2>/dev/null || bed_die 'no certificate'
    chmod a+r tls.key # of a test, for a test, gone with it
}

bed_named_conf() {
    local given zone file flags kind copy
    cat <<CONFIG
tls bed { cert-file "$BED/tls.crt"; key-file "$BED/tls.key"; };
options {
    directory "$BED/$name/state";
    listen-on port $port { 127.0.0.1; };
    listen-on port $((port + 1)) tls bed { 127.0.0.1; };
    listen-on-v6 port $port { ::1; };
    pid-file none;
    session-keyfile none;
    recursion no;
    dnssec-validation no;
    notify no;
    check-names primary ignore;
    check-integrity no;
    sig-signing-nodes 100000;
    sig-signing-signatures 100000;
    transfers-out 100;
};
controls { };
key "$BED_KEY_NAME" { algorithm $BED_KEY_ALGORITHM; secret "$BED_KEY_SECRET"; };
CONFIG
    for kind in nsec nsec3 optout; do
        printf 'dnssec-policy "%s" { keys { csk lifetime unlimited algorithm ecdsa256; };' "bed-$kind"
        case $kind in
        nsec3) printf ' nsec3param iterations 0 optout no salt-length 0;' ;;
        optout) printf ' nsec3param iterations 0 optout yes salt-length 0;' ;;
        esac
        printf ' };\n'
    done
    for given in "${zones[@]}"; do
        bed_split "$given"
        kind=$(bed_kind)
        copy=$file
        if [ -n "$kind" ] || [[ $flags = *+update+* ]]; then # it writes beside the file
            copy=$BED/$name/state/$zone.zone
            cp "$file" "$copy"
            chmod a+rw "$copy"
        fi
        printf 'zone "%s" { type primary; file "%s";' "$zone" "$copy"
        [ -z "$kind" ] || printf ' dnssec-policy "bed-%s"; inline-signing yes;' "$kind"
        case $flags in *+update+*) printf ' allow-update { 127.0.0.1; };' ;; esac
        case $flags in
        *+notransfer+*) printf ' allow-transfer { none; };' ;;
        *+tsig+*) printf ' allow-transfer { key "%s"; };' "$BED_KEY_NAME" ;;
        esac
        printf ' };\n'
    done
}

# --- knot ---

bed_knot() { # NAME ZONE=FILE[+online|+KIND]...
    local name=$1 zones=("${@:2}") port
    bed_folder "$name"
    bed_launch "$name" "${2%%=*}" bed_knot_conf knotd -c "$BED/$name/conf"
    bed_wait_signed "$@"
}

bed_knot_conf() {
    local given zone file flags kind
    cat <<CONFIG
server:
    rundir: "$BED/$name/state"
    listen: [ 127.0.0.1@$port, ::1@$port ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "$BED/$name/state"
acl:
  - id: anyone
    address: [ 127.0.0.1, ::1 ]
    action: transfer
policy:
  - id: online
    algorithm: ecdsap256sha256
    single-type-signing: on
  - id: nsec
    algorithm: ecdsap256sha256
    single-type-signing: on
  - id: nsec3
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: on
    nsec3-salt-length: 0
  - id: optout
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: on
    nsec3-opt-out: on
    nsec3-salt-length: 0
mod-onlinesign:
  - id: online
    policy: online
template:
  - id: default
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    acl: anyone
zone:
CONFIG
    for given in "${zones[@]}"; do
        bed_split "$given"
        kind=$(bed_kind)
        printf '  - domain: "%s"\n    file: "%s"\n' "$zone" "$file"
        case $kind in
        online) printf '    module: mod-onlinesign/online\n' ;;
        ?*) printf '    dnssec-signing: on\n    dnssec-policy: %s\n' "$kind" ;;
        esac
    done
}

# --- PowerDNS ---

bed_pdns() { # NAME ZONE=FILE[+KIND|+narrow]...
    local name=$1 zones=("${@:2}") port=1
    bed_folder "$name"
    ln -sfn conf "$name/pdns.conf"
    bed_pdns_conf >"$name/conf"
    bed_pdns_fill >"$name/fill" 2>&1 || {
        tail -n 5 "$name/fill" >&2
        bed_die "$name: the zones cannot be loaded"
    }
    bed_launch "$name" "${2%%=*}" bed_pdns_conf pdns_server --config-dir="$BED/$name"
    bed_wait_signed "$@"
}

bed_pdns_conf() {
    cat <<CONFIG
launch=gsqlite3
gsqlite3-database=$BED/$name/state/zones.sqlite
gsqlite3-dnssec=yes
gsqlite3-pragma-synchronous=0
local-address=127.0.0.1, ::1
local-port=$port
socket-dir=$BED/$name/state
daemon=no
guardian=no
write-pid=no
disable-syslog=yes
loglevel=3
security-poll-suffix=
receiver-threads=1
distributor-threads=1
CONFIG
}

bed_pdns_fill() {
    local given zone file flags tell=("${BED_AS_NOBODY[@]}" pdnsutil --config-dir="$BED/$name") extra
    sqlite3 "$BED/$name/state/zones.sqlite" <"$(bed_pdns_schema)" || return
    [ "${#BED_AS_NOBODY[@]}" -eq 0 ] || chown 65534:65534 "$BED/$name/state/zones.sqlite"
    for given in "${zones[@]}"; do
        bed_split "$given"
        "${tell[@]}" load-zone "$zone" "$file" || return
        [ -n "$(bed_kind)" ] || continue
        "${tell[@]}" secure-zone "$zone" || return
        extra=()
        case $flags in
        *+nsec+*) continue ;;
        *+narrow+*) extra=('1 0 0 -' narrow) ;;
        *+optout+*) extra=('1 1 0 -') ;;
        *) extra=('1 0 0 -') ;;
        esac
        "${tell[@]}" set-nsec3 "$zone" "${extra[@]}" || return
        "${tell[@]}" rectify-zone "$zone" || return
    done
}

bed_pdns_schema() {
    find /usr/share/pdns-backend-sqlite3 /usr/share/doc/pdns-backend-sqlite3 -name schema.sqlite3.sql |
        head -n 1
}

# --- unbound ---

bed_unbound() { # NAME [+tls] [ANCHORS] ZONE=ADDRESS...
    local name=$1 anchors='' tls='' port
    shift
    [ "$1" != +tls ] || {
        tls=1
        bed_certificate
        shift
    }
    case $1 in *=*) ;; *)
        anchors=$1
        shift
        ;;
    esac
    local zones=("$@")
    bed_folder "$name"
    [ "$anchors" = '' ] || [ "$anchors" = - ] || anchors=$(realpath -- "$anchors")
    bed_launch "$name" "${1%%=*}" bed_unbound_conf unbound -d -c "$BED/$name/conf"
    [ -z "$tls" ] || {
        BED_TLS[$name]=127.0.0.1:$((BED_PORT[$name] + 1))
        BED_HTTPS[$name]=127.0.0.1:$((BED_PORT[$name] + 2))
    }
}

bed_unbound_conf() {
    local given zone address
    cat <<CONFIG
server:
    interface: 127.0.0.1@$port
    interface: ::1@$port
    access-control: 127.0.0.0/8 allow
    access-control: ::1 allow
    username: ""
    chroot: ""
    directory: "$BED/$name/state"
    pidfile: "$BED/$name/state/pid"
    use-syslog: no
    logfile: ""
    do-daemonize: no
    do-not-query-localhost: no
    num-threads: 1
    outgoing-range: 4096
    val-max-restart: 0
    num-queries-per-thread: 2048
CONFIG
    [ -z "$tls" ] || cat <<CONFIG
    interface: 127.0.0.1@$((port + 1))
    interface: 127.0.0.1@$((port + 2))
    tls-port: $((port + 1))
    https-port: $((port + 2))
    tls-service-key: "$BED/tls.key"
    tls-service-pem: "$BED/tls.crt"
    incoming-num-tcp: 100
CONFIG
    case $anchors in
    '') printf '    module-config: "iterator"\n' ;;
    -) printf '    module-config: "validator iterator"\n' ;;
    *) printf '    module-config: "validator iterator"\n    trust-anchor-file: "%s"\n' "$anchors" ;;
    esac
    printf 'remote-control:\n    control-enable: no\n'
    # The root too: nothing is to be asked elsewhere.
    for given in "${zones[@]}" ".=${zones[0]#*=}"; do
        zone=${given%%=*}
        address=${given#*=}
        printf 'stub-zone:\n    name: "%s"\n    stub-addr: %s\n' "$zone" "${address/:/@}"
    done
}

# --- programs of our own, from $BUILD ---

bed_hostile() { # NAME OPTION...
    local name=$1
    shift
    bed_own "$name" "$BUILD/dnstrawl-hostile" "$@"
}

bed_delay() { # NAME ADDRESS [TIME [OPTION...]]
    bed_own "$1" "$BUILD/dnstrawl-delay" --to "$2" --delay "${3:-5ms}" "${@:4}"
}

# own NAME PROGRAM OPTION...: one that draws its port itself, and says `ready: ADDRESS:PORT`.
bed_own() {
    local name=$1
    shift
    mkdir -p "$name"
    rm -f "$name/out" # what an earlier one said
    setsid "$@" --for "${BED_SECONDS}s" >"$name/out" 2>&1 </dev/null &
    BED_PID[$name]=$!
    bed_wait 20 bed_says_ready "$name" && BED_AT[$name]=$(sed -n 's/^ready: //p' "$name/out")
    [ -n "${BED_AT[$name]-}" ] || {
        cat "$name/out" >&2
        bed_die "$name does not start"
    }
    BED_PORT[$name]=${BED_AT[$name]##*:}
    BED_AT6[$name]="[::1]:${BED_PORT[$name]}"
}

# True as well when it has ended.
bed_says_ready() {
    grep -qs '^ready: ' "$1/out" || ! kill -0 "${BED_PID[$1]}" 2>/dev/null
}
