#!/usr/bin/env bash
# Private PostgreSQL, Redis, RabbitMQ and S3 of this checkout, beside whatever the system runs.
#
#   servers.sh start | stop | status | env | remove      all four; `env` prints export lines, `remove` deletes their data
#   servers.sh restart NAME | kill NAME                  one of: postgres redis rabbitmq s3; `kill` is SIGKILL
set -euo pipefail
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"
# shellcheck source=SCRIPTDIR/processes.sh
source "$ROOT/Deploy/local/processes.sh"

SERVERS=(postgres redis rabbitmq s3)
BUCKETS=(webhooks-inbound webhooks-outbound media-inbound media-outbound)
POSTGRES_BIN=/usr/lib/postgresql/15/bin
RABBITMQ_BIN=/usr/lib/rabbitmq/bin

# --- what is chosen at the first start and remembered

# Keeps a remembered port unless somebody took it while the server was down.
keep_port() {
    local variable=$1
    if [[ -z ${!variable:-} ]] || ! port_is_free "${!variable}"; then
        remember "$variable" "$(free_port)"
    fi
}

keep_secret() { [[ -n ${!1:-} ]] || remember "$1" "$(random_hex 24)"; }

# --- PostgreSQL: refuses to run as root, so root lends it another user

postgres_account() { id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody; }

as_postgres() {
    if ((EUID == 0)); then
        local account
        account=$(postgres_account)
        setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "$@"
    else
        "$@"
    fi
}

# In .local, or under /var/tmp where that user cannot reach the checkout (one below /root, say); then .local has a link.
postgres_folder() {
    if [[ -e $LOCAL/postgres ]]; then
        realpath "$LOCAL/postgres"
        return
    fi
    local folder=$LOCAL/postgres
    if ((EUID == 0)) && ! (cd / && as_postgres test -x "$LOCAL"); then
        folder=/var/tmp/waba-genesys-$(random_hex 6)
        ln -sfn "$folder" "$LOCAL/postgres"
    fi
    mkdir -m 700 "$folder"
    ((EUID != 0)) || chown "$(postgres_account):" "$folder"
    echo "$folder"
}

start_postgres() {
    local folder password_file
    folder=$(postgres_folder)
    cd /
    if [[ ! -f $folder/complete ]]; then
        # Anything in it is from a first start that was interrupted.
        find "$folder" -mindepth 1 -delete
        password_file=$folder/password
        (umask 077 && echo "$POSTGRES_PASSWORD" >"$password_file")
        ((EUID != 0)) || chown "$(postgres_account):" "$password_file"
        as_postgres "$POSTGRES_BIN/initdb" -D "$folder/data" -U waba --pwfile="$password_file" --auth=scram-sha-256 \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$LOGS/postgres.log" 2>&1 \
            || { rm -f "$password_file"; fail "initdb failed, see $LOGS/postgres.log"; }
        rm -f "$password_file"
        touch "$folder/complete"
    fi
    local -a command=(
        "$POSTGRES_BIN/postgres" -D "$folder/data" -p "$POSTGRES_PORT" -c listen_addresses=127.0.0.1
        -c unix_socket_directories= -c max_connections=200 -c shared_buffers=128MB -c log_min_messages=warning
        # Fewer checkpoints: after each one every page is written whole once more.
        -c checkpoint_timeout=15min -c max_wal_size=2GB
    )
    if ((EUID == 0)); then
        local account
        account=$(postgres_account)
        command=(setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "${command[@]}")
    fi
    spawn postgres "$LOGS/postgres.log" "${command[@]}"
}

postgres_query() {
    PGPASSWORD=$POSTGRES_PASSWORD PGCONNECT_TIMEOUT=2 "$POSTGRES_BIN/psql" -h 127.0.0.1 -p "$POSTGRES_PORT" -U waba \
        -d "$1" -AtXqc "$2" 2>/dev/null
}

# The database is made by the check itself, so that an interrupted first start mends itself.
ready_postgres() {
    postgres_query waba_genesys 'SELECT 1' >/dev/null \
        || { postgres_query postgres 'CREATE DATABASE waba_genesys' >/dev/null && false; }
}

# --- Redis: a cache, so nothing is written to disk

start_redis() {
    mkdir -p "$LOCAL/redis"
    (umask 077 && cat >"$LOCAL/redis/redis.conf") <<CONF
bind 127.0.0.1
port $REDIS_PORT
requirepass $REDIS_PASSWORD
dir "$LOCAL/redis"
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
daemonize no
CONF
    spawn redis "$LOGS/redis.log" redis-server "$LOCAL/redis/redis.conf"
}

ready_redis() {
    [[ $(REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h 127.0.0.1 -p "$REDIS_PORT" ping 2>/dev/null) == PONG ]]
}

# --- RabbitMQ: with an epmd of its own, since the one of the system belongs to the system

start_rabbitmq() {
    local folder=$LOCAL/rabbitmq
    mkdir -p "$folder"
    # The broker writes messages into files that everybody may read.
    chmod 700 "$folder"
    (umask 077 && cat >"$folder/rabbitmq.conf") <<CONF
listeners.tcp.1 = 127.0.0.1:$AMQP_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBITMQ_MANAGEMENT_PORT
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = $RABBITMQ_PROMETHEUS_PORT
default_user = waba
default_pass = $RABBITMQ_PASSWORD
default_vhost = /
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 100MB
raft.wal_max_size_bytes = 33554432
management.rates_mode = basic
# Counters of the demo; the default of 5 s would have it wait.
collect_statistics_interval = 1000
CONF
    echo '[rabbitmq_management,rabbitmq_prometheus].' >"$folder/enabled_plugins"
    : >"$folder/rabbitmq-env.conf"
    # Erlang reads the cookie from HOME and insists on its mode. A cleared environment keeps a system node's settings out.
    [[ -f $folder/.erlang.cookie ]] || (umask 377 && random_hex 20 >"$folder/.erlang.cookie")
    local -a erlang=(env -i PATH="$PATH" HOME="$folder" LANG=C.UTF-8 ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$EPMD_PORT")
    running epmd || spawn epmd "$LOGS/epmd.log" "${erlang[@]}" epmd -address 127.0.0.1 -port "$EPMD_PORT"
    await 10 port_taken "$EPMD_PORT" || fail "epmd did not start, see $LOGS/epmd.log"
    # RUNNING_UNDER_SYSTEMD makes the start script become the Erlang machine, so that the process id kept is the broker's.
    spawn rabbitmq "$LOGS/rabbitmq.log" "${erlang[@]}" RUNNING_UNDER_SYSTEMD=true \
        RABBITMQ_NODENAME=waba-genesys@localhost \
        RABBITMQ_CONF_ENV_FILE="$folder/rabbitmq-env.conf" \
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
        RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config" \
        RABBITMQ_GENERATED_CONFIG_DIR="$folder/generated" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" \
        RABBITMQ_FEATURE_FLAGS_FILE="$folder/feature_flags" \
        RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_SCHEMA_DIR="$folder/schema" \
        RABBITMQ_PID_FILE="$folder/pid" RABBITMQ_DIST_PORT="$RABBITMQ_DIST_PORT" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none" \
        "$RABBITMQ_BIN/rabbitmq-server"
}

port_taken() { ! port_is_free "$1"; }

# AMQP is the last listener to open; the management answer shows that user and virtual host exist.
ready_rabbitmq() {
    port_taken "$AMQP_PORT" && curl --silent --fail --max-time 2 --output /dev/null --config - <<CURL
url = "http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT/api/vhosts/%2F"
user = "waba:$RABBITMQ_PASSWORD"
CURL
}

# --- S3: rclone serves a folder, one sub-folder a bucket

start_s3() {
    local bucket
    # Customers' files: not for other users of this machine.
    mkdir -p "$LOCAL/s3" && chmod 700 "$LOCAL/s3"
    for bucket in "${BUCKETS[@]}"; do mkdir -p "$LOCAL/s3/data/$bucket"; done
    RCLONE_AUTH_KEY="\"$S3_ACCESS_KEY_ID,$S3_SECRET_ACCESS_KEY\"" spawn s3 "$LOGS/s3.log" \
        "$VENV/bin/rclone" --config "" --cache-dir "$LOCAL/s3/cache" serve s3 --addr "127.0.0.1:$S3_PORT" "$LOCAL/s3/data"
}

# A signed listing succeeds: the server is up and takes our keys.
ready_s3() {
    port_taken "$S3_PORT" && curl --silent --fail --max-time 2 --output /dev/null --config - <<CURL
url = "http://127.0.0.1:$S3_PORT/"
aws-sigv4 = "aws:amz:us-east-1:s3"
user = "$S3_ACCESS_KEY_ID:$S3_SECRET_ACCESS_KEY"
CURL
}

# --- the four together

ports() {
    case $1 in
        postgres) echo POSTGRES_PORT ;;
        redis) echo REDIS_PORT ;;
        rabbitmq) echo AMQP_PORT RABBITMQ_MANAGEMENT_PORT RABBITMQ_PROMETHEUS_PORT RABBITMQ_DIST_PORT ;;
        s3) echo S3_PORT ;;
    esac
}

begin() {
    local variable
    for variable in $(ports "$1"); do keep_port "$variable"; done
    if [[ $1 == rabbitmq ]] && ! running epmd; then keep_port EPMD_PORT; fi
    : >"$LOGS/$1.log"
    "start_$1"
}

ready_or_gone() { "ready_$1" || gone "$1"; }

# A server that was killed may need its old children gone before it can start (PostgreSQL's), so a quick end is retried.
complete() {
    local name=$1 began=$SECONDS attempt port
    port=$(ports "$name")
    port=${port%% *}
    for attempt in 1 2 3; do
        await 90 ready_or_gone "$name" || break
        if running "$name"; then
            say "  $name ready on 127.0.0.1:${!port} ($((SECONDS - began)) s)"
            return
        fi
        ((attempt == 3)) || { sleep 1; begin "$name"; }
    done
    tail -n 15 "$LOGS/$name.log" >&2
    fail "$name did not become ready; its log is $LOGS/$name.log"
}

start() {
    local name secret
    local -a begun=()
    for secret in POSTGRES_PASSWORD REDIS_PASSWORD RABBITMQ_PASSWORD S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY; do
        keep_secret "$secret"
    done
    for name in "$@"; do
        if ! running "$name"; then
            begin "$name"
            begun+=("$name")
        fi
    done
    ((${#begun[@]} == 0)) || say "starting servers in ${LOCAL#"$ROOT/"}: ${begun[*]}"
    for name in "${begun[@]}"; do complete "$name"; done
}

# SIGINT is PostgreSQL's fast shutdown; epmd goes after the broker that is registered with it.
stop() {
    local name
    for name in "$@"; do
        case $name in
            postgres) halt INT 30 postgres ;;
            rabbitmq) halt TERM 40 rabbitmq && halt TERM 5 epmd ;;
            *) halt TERM 10 "$name" ;;
        esac
    done
}

status() {
    local name pid port all=0
    for name in "${SERVERS[@]}"; do
        port=$(ports "$name")
        port=${port%% *}
        if pid=$(pid_of "$name"); then
            printf '%-10s running  127.0.0.1:%-6s pid %s\n' "$name" "${!port}" "$pid"
        else
            printf '%-10s stopped\n' "$name"
            all=3
        fi
    done
    return "$all"
}

print_env() {
    [[ -n ${S3_SECRET_ACCESS_KEY:-} ]] || fail "the servers were never started here"
    cat <<ENV
export DATABASE_URL='postgres://waba:$POSTGRES_PASSWORD@127.0.0.1:$POSTGRES_PORT/waba_genesys'
export REDIS_URL='redis://:$REDIS_PASSWORD@127.0.0.1:$REDIS_PORT/0'
export AMQP_URL='amqp://waba:$RABBITMQ_PASSWORD@127.0.0.1:$AMQP_PORT/%2F'
export RABBITMQ_MANAGEMENT_URL='http://waba:$RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_MANAGEMENT_PORT'
export S3_ENDPOINT='http://127.0.0.1:$S3_PORT'
export S3_PUBLIC_ENDPOINT='http://127.0.0.1:$S3_PORT'
export S3_REGION='us-east-1'
export S3_ACCESS_KEY_ID='$S3_ACCESS_KEY_ID'
export S3_SECRET_ACCESS_KEY='$S3_SECRET_ACCESS_KEY'
ENV
}

remove() {
    stop "${SERVERS[@]}"
    [[ ! -L $LOCAL/postgres ]] || rm -rf "$(readlink "$LOCAL/postgres")"
    rm -rf "$LOCAL"/{postgres,redis,rabbitmq,s3,env}
}

known() {
    local name
    for name in "${SERVERS[@]}"; do [[ $name == "${1:-}" ]] && return; done
    fail "name one of: ${SERVERS[*]}"
}

open_local
# Two commands at once in one checkout take turns.
exec 9>"$LOCAL/servers.lock"
case ${1:-} in
    start | stop | restart | kill | remove) flock 9 ;;
esac
case ${1:-} in
    start) start "${SERVERS[@]}" ;;
    stop) stop "${SERVERS[@]}" ;;
    status) status ;;
    env) print_env ;;
    restart) known "${2:-}" && stop "$2" && start "$2" ;;
    kill) known "${2:-}" && pid=$(pid_of "$2") && kill -KILL "$pid" && await 5 gone "$2" ;;
    remove) remove ;;
    *) fail "usage: servers.sh start | stop | status | env | remove | restart NAME | kill NAME" ;;
esac
