# shellcheck shell=bash disable=SC2034 # the scripts that source this use its variables
# Sourced by the scripts beside it: where things lie, how scripts speak, what is remembered between two starts.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# Everything that runs privately keeps its state here; a second instance (the tests') is a second folder.
LOCAL=${WABA_LOCAL_DIR:-$ROOT/.local}
[[ $LOCAL == /* ]] || LOCAL=$ROOT/$LOCAL
VENV=$ROOT/.local/venv
LOGS=$LOCAL/logs
PIDS=$LOCAL/pids
REMEMBERED=$LOCAL/env

# Progress goes to standard error, so that what a script prints for programs stays clean.
say() { [[ ${QUIET:-0} == 1 ]] || printf '%s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

random_hex() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# Nothing answers on the loopback port. A connection attempt needs no tool and sees listeners on every address.
port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A free port below the ephemeral range, so that no outgoing connection can hold it later.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 10000))
        if port_is_free "$port"; then
            echo "$port"
            return
        fi
    done
    fail "no free port between 20000 and 29999"
}

# remember NAME VALUE: keeps a line in .local/env, readable by its owner only, replaced in one step.
remember() {
    local kept=''
    [[ -f $REMEMBERED ]] && kept=$(grep -v "^$1=" "$REMEMBERED" || true)
    (umask 077 && printf '%s\n' "${kept:+$kept
}$1=$2" >"$REMEMBERED.new")
    mv "$REMEMBERED.new" "$REMEMBERED"
    printf -v "$1" %s "$2"
}

# Opens the state folder. Its inode is noted in it: a checkout copied with its .local must not take the ports, process
# ids and data folder of the original for its own.
open_local() {
    mkdir -p "$LOCAL" "$LOGS" "$PIDS"
    # Logs name conversations; not for other users of this machine. (PostgreSQL's account needs the folder above.)
    chmod 700 "$LOGS"
    local inode LOCAL_INODE=''
    inode=$(stat -c %i "$LOCAL")
    # shellcheck source=/dev/null
    [[ -f $REMEMBERED ]] && source "$REMEMBERED"
    [[ $LOCAL_INODE == "$inode" ]] && return
    if [[ -n $LOCAL_INODE ]]; then
        say "state in $LOCAL was copied from elsewhere: starting afresh"
        rm -rf "$REMEMBERED" "$PIDS" "$LOCAL"/{postgres,redis,rabbitmq,s3,secrets.env}
        mkdir -p "$PIDS"
    fi
    remember LOCAL_INODE "$inode"
}
