#!/usr/bin/env bash
# Services as separate processes on private servers.
#
#   run.sh run | demo        with both simulators; the demo; `run` then stays up until Ctrl-C, `demo` exits with 0 or 1
#   run.sh bench             a release build under load: as separate processes, then all services in one
#   run.sh up | down         in the background without simulators; Meta, Genesys and secrets from the environment
#   run.sh browser-test      with both simulators; the tests in Tests/Browser drive the portal with Chromium
#   run.sh status | logs [NAME] | clean
#   run.sh cli ARGUMENT…     waba-genesys with the addresses and secrets of what `run` or `up` started
set -euo pipefail
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"
# shellcheck source=SCRIPTDIR/processes.sh
source "$ROOT/Deploy/local/processes.sh"
cd "$ROOT"

configuration=${CONFIGURATION:-debug}
binary=.build/$configuration/waba-genesys
# Name, default port. Simulators are started only by `run` and `demo`.
SERVICES=(
    tenant-service:8101 auth-service:8102 state-manager:8103 whatsapp-webhook-service:8104 inbound-transformer:8105
    genesys-api-service:8106 genesys-webhook-service:8107 outbound-transformer:8108 whatsapp-api-service:8109
    api-gateway:8080 agent-portal:8081
)
SIMULATORS=(meta-simulator:9101 genesys-simulator:9102)
addresses=$LOCAL/addresses # what was started last: name and URL a line
installation=$LOCAL/installation # there while what `up` started is to run
unfinished_reference=$LOCAL/reference.unfinished
names=()                   # what this start runs
public_address=${PUBLIC_BASE_URL:-}

variable() { tr a-z- A-Z_ <<<"$1_URL"; }
url_of() { local name; name=$(variable "$1"); echo "${!name}"; }

# Gives every process its address, the default one unless something else listens there.
assign_addresses() {
    local entry name port url_variable
    : >"$addresses"
    for entry in "$@"; do
        name=${entry%:*} port=${entry#*:}
        if ! port_is_free "$port"; then
            port=$(free_port)
            say "port ${entry#*:} is taken: $name listens on $port"
        fi
        url_variable=$(variable "$name")
        export "$url_variable=http://127.0.0.1:$port"
        echo "$name ${!url_variable}" >>"$addresses"
        names+=("$name")
    done
}

# Secrets made at the first start. `up` lets the environment override them, also as NAME_FILE, and never invents Meta's;
# `run` and `demo` use them as they are, since the simulators sign with them.
load_secrets() {
    local file=$LOCAL/secrets.env line name in_file
    [[ -f $file ]] || (
        umask 077
        cat >"$file.new" <<SECRETS
ADMIN_API_KEY=$(random_hex 24)
INTERNAL_API_TOKEN=$(random_hex 24)
ENCRYPTION_KEYS=local1:$(head -c 32 /dev/urandom | base64)
META_APP_SECRET=$(random_hex 16)
META_VERIFY_TOKEN=$(random_hex 16)
PORTAL_PASSWORD=$(random_hex 10)
SECRETS
        mv "$file.new" "$file"
    )
    # A checkout whose secrets are from an earlier version.
    grep -q '^PORTAL_PASSWORD=' "$file" || echo "PORTAL_PASSWORD=$(random_hex 10)" >>"$file"
    # Not split by `read`, which would drop the padding at the end of a base64 value.
    while read -r line; do
        name=${line%%=*}
        in_file=${name}_FILE
        if [[ $1 == up ]]; then
            [[ -z ${!name:-}${!in_file:-} && $name != META_APP_SECRET ]] || continue
        else
            unset "$in_file"
        fi
        export "$name=${line#*=}"
    done <"$file"
}

point_at_simulators() {
    export META_GRAPH_BASE_URL=$META_SIMULATOR_URL
    export GENESYS_API_BASE_URL=$GENESYS_SIMULATOR_URL GENESYS_LOGIN_BASE_URL=$GENESYS_SIMULATOR_URL
    export PUBLIC_BASE_URL=$API_GATEWAY_URL
}

# The log of the start before stays beside the new one, since what ended a process may stand in it.
fresh_log() {
    local log=$LOGS/$1.jsonl
    [[ ! -s $log ]] || mv "$log" "$log.previous"
    : >"$log"
}

launch() {
    local name=$1 url
    local -a role=(serve "$name")
    [[ $name != *-simulator ]] || role=(simulate "${name%-simulator}")
    url=$(url_of "$name")
    fresh_log "$name"
    HOST=127.0.0.1 PORT=${url##*:} spawn "$name" "$LOGS/$name.jsonl" "$binary" "${role[@]}"
}

# All services in one process and the simulators in theirs; each service keeps its address.
launch_together() {
    local name
    fresh_log all
    HOST=127.0.0.1 spawn all "$LOGS/all.jsonl" "$binary" serve all
    for name in "${names[@]}"; do [[ $name != *-simulator ]] || launch "$name"; done
}

# The process that plays a role: its own, or the one that plays all.
process_of() { [[ $1 != *-simulator ]] && running all && echo all || echo "$1"; }

is_ready() { curl --silent --fail --max-time 2 --output /dev/null "$(url_of "$1")/readyz"; }
ready_or_gone() { is_ready "$1" || gone "$(process_of "$1")"; }

await_ready() {
    local name process
    for name in "${names[@]}"; do
        process=$(process_of "$name")
        if ! await 60 ready_or_gone "$name" || gone "$process"; then
            tail -n 10 "$LOGS/$process.jsonl" >&2
            curl --silent --max-time 2 "$(url_of "$name")/readyz" >&2 || true
            fail "$name did not become ready; its log is $LOGS/$process.jsonl"
        fi
        say "  $name ready on $(url_of "$name")"
    done
}

# Services drain on SIGTERM; all get it at once.
stop_processes() {
    local entry
    local -a all=()
    for entry in all reference "${SIMULATORS[@]}" "${SERVICES[@]}"; do
        if running "${entry%:*}"; then all+=("${entry%:*}"); fi
    done
    rm -f "$addresses"
    ((${#all[@]} == 0)) || { say "stopping ${#all[@]} processes" && halt TERM 20 "${all[@]}"; }
}

# A trial would write its tenant into an installation that is used, and end it.
spare_installation() {
    local name
    [[ -f $installation ]] || return 0
    for name in "${SERVICES[@]}"; do
        ! running "${name%:*}" || fail "\`make up\` runs in this checkout: \`make down\` ends it, \`WABA_LOCAL_DIR=.local/trial make $1\` goes beside it"
    done
}

stop_all() {
    rm -f "$installation"
    stop_processes
    QUIET=1 "$ROOT/Deploy/local/servers.sh" stop 9>&-
}

choose_addresses() {
    names=()
    if [[ $1 == up ]]; then
        assign_addresses "${SERVICES[@]}"
        export PUBLIC_BASE_URL=${public_address:-$API_GATEWAY_URL}
    else
        assign_addresses "${SERVICES[@]}" "${SIMULATORS[@]}"
        point_at_simulators
    fi
}

# What is wrong with ENCRYPTION_KEYS, without a byte of it; the program looks at the rest later.
wrong_keys() {
    local -a keys=()
    local index id seen=,
    IFS=, read -r -a keys <<<"$1"
    for index in "${!keys[@]}"; do
        id=${keys[index]%%:*} id=${id//[[:space:]]/}
        if [[ ${keys[index]} != *:* || ! $id =~ ^[A-Za-z0-9_-]{1,32}$ ]]; then
            echo "ENCRYPTION_KEYS: key $((index + 1)) does not begin with an id and a colon"
        elif [[ $(base64 --decode <<<"${keys[index]#*:}" 2>/dev/null | wc -c) != 32 ]]; then
            echo "ENCRYPTION_KEYS: key $((index + 1)) is not the base64 of 32 bytes: id:\$(head -c 32 /dev/urandom | base64)"
        elif [[ $seen == *",$id,"* ]]; then
            echo "ENCRYPTION_KEYS: key $((index + 1)) has the id of another one"
        fi
        seen+=$id,
    done
}

# What can be told of the environment before minutes are spent on a build: that a secret is too short, or an address none.
quick_check() {
    local name value in_file line needed=0
    local -a wrong=()
    for name in META_APP_SECRET META_VERIFY_TOKEN ADMIN_API_KEY INTERNAL_API_TOKEN ENCRYPTION_KEYS; do
        in_file=${name}_FILE value=${!name:-} needed=16
        [[ $name != *_API_* ]] || needed=24
        if [[ -z $value && -n ${!in_file:-} ]]; then
            if [[ ! -r ${!in_file} ]]; then wrong+=("$in_file: ${!in_file} can't be read"); else value=$(<"${!in_file}"); fi
        fi
        if [[ $name == ENCRYPTION_KEYS ]]; then
            while read -r line; do wrong+=("$line"); done < <(wrong_keys "$value")
        elif [[ -n $value ]] && ((${#value} < needed)); then
            wrong+=("$name: is too short: it needs at least $needed characters")
        fi
    done
    [[ ${LOG_LEVEL:-info} =~ ^(trace|debug|info|notice|warning|error|critical)$ ]] \
        || wrong+=("LOG_LEVEL: is none of trace, debug, info, notice, warning, error, critical")
    if [[ -z ${META_APP_SECRET:-}${META_APP_SECRET_FILE:-} ]]; then
        wrong+=("META_APP_SECRET: is missing: the app secret of your Meta app, which signs its webhooks")
    fi
    for name in PUBLIC_BASE_URL PORTAL_BASE_URL META_GRAPH_BASE_URL GENESYS_API_BASE_URL GENESYS_LOGIN_BASE_URL; do
        [[ -z ${!name:-} || ${!name} =~ ^https?://[^/?#@[:space:]]+(/[^?#[:space:]]*)?$ ]] \
            || wrong+=("$name: is no plain address; needed: https://host:port")
    done
    # What only the program knows, at once with the rest where an earlier build can be asked.
    if [[ -x $binary ]]; then
        while read -r line; do
            [[ " ${wrong[*]} " == *" ${line%%:*}: "* ]] || wrong+=("$line")
        done < <(told_by_program)
    fi
    ((${#wrong[@]} == 0)) || fail "the configuration is not usable:$(printf '\n  %s' "${wrong[@]}")"
}

# What the program says of the environment; what `up` makes by itself is not missing.
told_by_program() (
    made=new:$(head -c 32 /dev/urandom | base64)
    for name in META_VERIFY_TOKEN ADMIN_API_KEY INTERNAL_API_TOKEN ENCRYPTION_KEYS; do
        in_file=${name}_FILE
        [[ -n ${!name:-}${!in_file:-} ]] || export "$name=$made"
    done
    "$binary" configuration --check --without-servers 2>&1 | sed -n 's/^  \([A-Z][A-Z0-9_]*: \)/\1/p'
)

start_all() {
    local mode=$1 name attempt
    install_missing
    say "building ($configuration)"
    attended swift build --configuration "$configuration" --product waba-genesys
    load_secrets "$mode"
    # Everything else that is wrong, before any server starts.
    [[ $mode != up ]] || "$binary" configuration --check --without-servers || exit
    # A start that was killed leaves processes; they would hold the ports.
    stop_processes
    start_servers
    choose_addresses "$mode"
    export PORTAL_REFERENCE_DIR=${PORTAL_REFERENCE_DIR:-$LOCAL/reference}
    say "migrating"
    attended "$binary" migrate
    # Only where the installation is a trial: elsewhere the first owner is invited with `waba-genesys portal-user`.
    [[ $mode == up ]] || "$binary" portal-user put owner --role owner <<<"$PORTAL_PASSWORD"
    for attempt in 1 2 3; do
        say "starting ${#names[@]} processes"
        for name in "${names[@]}"; do launch "$name"; done
        # In a shell of its own, which a failure ends alone.
        if (await_ready); then return; fi
        ((attempt < 3)) && grep --quiet 'Address already in use' "$LOGS"/*.jsonl || exit 1
        say "a port was taken while the processes started: again, on others"
        stop_processes
        choose_addresses "$mode"
    done
}

list_addresses() {
    say "logs: $LOGS    bearer for $API_GATEWAY_URL/api/v1: ADMIN_API_KEY in $LOCAL/secrets.env"
    local name url
    while read -r name url; do say "$(printf '  %-26s %s' "$name" "$url")"; done <"$addresses"
}

# The environment of what runs here, for one command of the executable.
use_installation() {
    local name url
    [[ -f $addresses ]] || fail "nothing runs here: \`make up\` or \`make run\` first"
    [[ -x $binary ]] || fail "$binary is missing: \`make up\` or \`make run\` builds it"
    eval "$("$ROOT/Deploy/local/servers.sh" env)"
    while read -r name url; do export "$(variable "$name")=$url"; done <"$addresses"
    load_secrets up
    if running meta-simulator; then point_at_simulators; fi
    export PORTAL_BASE_URL=${PORTAL_BASE_URL:-$AGENT_PORTAL_URL} PUBLIC_BASE_URL=${PUBLIC_BASE_URL:-$API_GATEWAY_URL}
}

# Figures for the README: the codec without anything else running, then the relay.
bench() {
    local rows=$LOCAL/benchmarks.md load=.build/$configuration/benchmarks
    install_missing
    say "building ($configuration)"
    attended swift build --configuration "$configuration" --product waba-genesys
    attended swift build --configuration "$configuration" --product benchmarks
    # Messages that a broken-off run left would be delivered while this one is measured.
    stop_processes
    QUIET=1 "$ROOT/Deploy/local/servers.sh" remove 9>&-
    : >"$rows"
    # What is measured is the relay, not how well it keeps within the platforms' limits.
    export META_NUMBER_MESSAGES_PER_SECOND=100000 META_PAIR_MESSAGES_PER_MINUTE=1000000 GENESYS_REQUESTS_PER_MINUTE=10000000
    export SIMULATOR_PAIR_LIMIT=off
    say "measuring the codec"
    attended "$load" codec >>"$rows"
    start_all bench
    say "measuring separate processes"
    attended "$load" relay --label "ten processes" --throughput-target 500 --processes "$PIDS" >>"$rows"
    stop_processes
    names=()
    assign_addresses "${SERVICES[@]}" "${SIMULATORS[@]}"
    point_at_simulators
    launch_together
    await_ready
    say "measuring one process"
    attended "$load" relay --label "one process" --throughput-target 1500 --processes "$PIDS" >>"$rows"
    say ""
    printf '| what | measured | target |\n|---|---|---|\n'
    cat "$rows"
}

# The reference of all contracts, which the portal shows; after the start, which it would hold up.
write_reference() {
    attended swift build --product contractgen
    attended .build/debug/contractgen docs --output "$1"
}

# Says once when a process ends by itself; the others stay up. The reference is written meanwhile.
stay_up() {
    local name reference=1
    local -A ended=()
    # A process of its own that `stop_all` finds, since building its generator may take minutes.
    : >"$unfinished_reference"
    spawn reference "$LOGS/reference.log" "$ROOT/Deploy/local/run.sh" reference "$PORTAL_REFERENCE_DIR"
    while sleep 1; do
        if ((reference)) && gone reference; then
            reference=0
            if [[ -e $unfinished_reference ]]; then
                say "the reference of all contracts could not be written; see $LOGS/reference.log"
            else
                say "reference of all contracts: $AGENT_PORTAL_URL/reference/index.html"
            fi
        fi
        for name in "${names[@]}"; do
            if [[ -z ${ended[$name]:-} ]] && gone "$name"; then
                ended[$name]=1
                say "$name ended; its log is $LOGS/$name.jsonl"
            fi
        done
    done
}

# Returns 3, as init scripts do, unless all that was started runs.
status() {
    local name url state code=0
    "$ROOT/Deploy/local/servers.sh" status || code=3
    [[ -f $addresses ]] || { say "no services run" && return 3; }
    while read -r name url; do
        state=running
        running "$(process_of "$name")" || state=stopped code=3
        printf '%-26s %-8s %s\n' "$name" "$state" "$url"
    done <"$addresses"
    return "$code"
}

# Other instances (the tests') lie in folders below this one.
clean() {
    local instance
    stop_processes
    for instance in "$LOCAL" "$LOCAL"/*/; do
        [[ ! -f $instance/env ]] || WABA_LOCAL_DIR=${instance%/} "$ROOT/Deploy/local/servers.sh" remove 9>&-
    done
    rm -rf "$ROOT/.build" "$LOCAL"
}

open_local
case ${1:-} in
    run | demo | bench | up | down | clean | browser-test) only_one run ;;
esac
case ${1:-} in
    run | demo)
        spare_installation "$1"
        on_end stop_all
        start_all "$1"
        if [[ $1 == demo ]]; then
            attended "$binary" demo
        else
            # What went wrong can be looked at only while everything runs.
            attended "$binary" demo || say "the demo failed, see above; everything stays up to be looked at: make logs NAME=…"
            list_addresses
            say "portal: $AGENT_PORTAL_URL    name: owner    password: $PORTAL_PASSWORD"
            say "up; Ctrl-C stops everything"
            stay_up
        fi
        ;;
    browser-test)
        on_end stop_all
        start_all demo
        # Its tenant is the one that tests write to.
        attended "$binary" demo >"$LOGS/demo.log"
        write_reference "$PORTAL_REFERENCE_DIR"
        export PORTAL_PASSWORD WABA_BINARY=$PWD/$binary SCREENSHOTS=$LOCAL/screenshots
        rm -rf "$SCREENSHOTS"
        mkdir -p "$SCREENSHOTS"
        shift
        attended "$VENV/bin/python" -m unittest discover --start-directory Tests/Browser --verbose "$@"
        say "screenshots: $SCREENSHOTS"
        ;;
    bench)
        on_end stop_all
        bench
        ;;
    up)
        quick_check
        for name in DATABASE_URL REDIS_URL AMQP_URL S3_ENDPOINT; do
            [[ -z ${!name:-} ]] || say "$name is not used: \`make up\` has servers of its own; \`waba-genesys serve\` takes yours"
        done
        on_end stop_all
        start_all up
        trap - EXIT
        : >"$installation"
        list_addresses
        say "first owner of the portal: make cli ARGS='portal-user invite NAME --role owner'"
        ;;
    down) stop_all ;;
    reference)
        on_end true
        write_reference "$2"
        rm -f "$unfinished_reference"
        ;;
    cli)
        shift
        use_installation
        exec "$binary" "$@"
        ;;
    status) status ;;
    logs)
        if [[ -n ${2:-} ]]; then
            [[ -f $LOGS/$2.jsonl ]] \
                || fail "no log of $2; there are: $(cd "$LOGS" && echo *.jsonl | sed 's/\.jsonl//g')"
            exec tail -n 20 -F "$LOGS/$2.jsonl"
        fi
        exec tail -n 20 -F "$LOGS"/*.jsonl
        ;;
    clean) clean ;;
    *) fail "usage: run.sh run | demo | bench | up | down | browser-test | status | logs [NAME] | cli ARGUMENT… | clean" ;;
esac
