# shellcheck shell=bash
# Sourced by the scripts beside it: starting, knowing and stopping background processes by name.
#
# A process is known by its id and its start time, so that a stale file never points at a stranger who got the same id.

# The start time in clock ticks since boot; fails for a process that is gone or only waits to be reaped.
started_at() {
    local line
    line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    local -a fields
    read -ra fields <<<"${line##*) }"
    [[ ${fields[0]} != Z ]] && echo "${fields[19]}"
}

# note FILE PID: puts the process on file, in one step.
note() {
    echo "$2 $(started_at "$2" || echo gone)" >"$1.$BASHPID"
    mv "$1.$BASHPID" "$1"
}

# spawn NAME LOG COMMAND…: in a session of its own, so that Ctrl-C reaches the script and the script decides the order.
# Bash starts background commands with interrupts ignored; that is undone. Both sides put the process on file: this
# script to know it at once, the child in case this script is killed right here. Until then the child holds the
# caller's lock (descriptor 9), so that a `stop` that comes next waits for the entry.
spawn() {
    local name=$1 log=$2
    shift 2
    # shellcheck disable=SC2016 # expanded by the child
    setsid -- bash -c 'source "$0"; note "$1" $$; shift; exec 9>&-; exec env --default-signal=INT,QUIT "$@"' \
        "$ROOT/Deploy/local/processes.sh" "$PIDS/$name" "$@" </dev/null >>"$log" 2>&1 &
    disown $!
    note "$PIDS/$name" $!
}

# The id of the process spawned under that name, if it still runs.
pid_of() {
    local pid start
    [[ -f $PIDS/$1 ]] && read -r pid start <"$PIDS/$1" && [[ $(started_at "$pid") == "$start" ]] && echo "$pid"
}

running() { pid_of "$1" >/dev/null; }

# await SECONDS COMMAND…: until the command succeeds; fails when the time is over.
await() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

gone() { ! running "$1"; }

# halt SIGNAL SECONDS NAME…: the signal to all at once, then each gets the time to end before it is killed.
halt() {
    local signal=$1 seconds=$2 name pid
    shift 2
    for name in "$@"; do
        pid=$(pid_of "$name") && kill -"$signal" "$pid" 2>/dev/null
    done
    for name in "$@"; do
        if ! await "$seconds" gone "$name"; then
            say "$name did not end within $seconds s: killing it"
            pid=$(pid_of "$name") && kill -KILL "$pid" 2>/dev/null
            await 5 gone "$name" || true
        fi
        rm -f "$PIDS/$name"
    done
}

# attended COMMAND…: a long command in a process group of its own. The script stays in `wait`, where its traps run at
# once, and `unattend` ends the whole group, compilers and test processes included. What the command itself leaves behind
# in its group ends with it, too.
ATTENDED=''
attended() {
    local status=0
    setsid -- env --default-signal=INT,QUIT "$@" 9>&- &
    ATTENDED=$!
    wait "$ATTENDED" || status=$?
    kill -KILL -- "-$ATTENDED" 2>/dev/null || true
    ATTENDED=''
    return "$status"
}

unattend() {
    [[ -n $ATTENDED ]] || return 0
    kill -TERM -- "-$ATTENDED" 2>/dev/null || return 0
    await 10 group_gone "$ATTENDED" || kill -KILL -- "-$ATTENDED" 2>/dev/null || true
    ATTENDED=''
}

group_gone() { ! kill -0 -- "-$1" 2>/dev/null; }

# on_end FUNCTION: called once, whatever ends the script; the status stays unless the function fails. Signals that come
# after the first are ignored, here and in what the function starts, so that an impatient Ctrl-C leaves nothing behind.
on_end() {
    # shellcheck disable=SC2064 # the function's name is expanded now on purpose
    trap "end_with $1" EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

end_with() {
    local status=$?
    trap '' HUP INT TERM
    trap - EXIT
    unattend
    "$1" || status=1
    exit "$status"
}

# only_one NAME: fails when another script of this checkout holds the lock of that name; held until this script ends.
only_one() {
    exec 9>"$LOCAL/$1.lock"
    flock --nonblock 9 \
        || fail "'make $1' or its like already runs in this checkout: end it first, or go beside it with WABA_LOCAL_DIR=.local/other"
}

# Set-up keeps the terminal, as sudo may ask for a password there.
install_missing() { "$ROOT/Deploy/local/setup.sh" 9>&-; }

# Starts the private servers and exports their addresses.
start_servers() {
    attended "$ROOT/Deploy/local/servers.sh" start
    eval "$("$ROOT/Deploy/local/servers.sh" env)"
}
