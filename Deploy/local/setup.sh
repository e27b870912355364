#!/usr/bin/env bash
# Installs what a bare Debian 12 with a Swift toolchain lacks: system packages and a Python environment for tools.
# Does nothing, quickly, when nothing is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"

SWIFT_NEEDED=6.2
packages=(
    build-essential git curl ca-certificates openssl pkg-config util-linux python3 python3-venv
    libcurl4-openssl-dev libpq-dev libhiredis-dev librabbitmq-dev libjson-c-dev libssl-dev zlib1g-dev
    postgresql-15 redis-server rabbitmq-server
    libjs-bootstrap5 libjs-chart.js chromium fonts-dejavu-core
)
policy=/usr/sbin/policy-rc.d

require_swift() {
    local version
    command -v swift >/dev/null || fail "no Swift toolchain: install Swift $SWIFT_NEEDED or newer from https://www.swift.org/install and put its bin folder on PATH"
    version=$(swift --version 2>/dev/null | grep -oEm1 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9.]+') \
        || fail "'swift --version' does not work: $(swift --version 2>&1 | head -n 1)"
    [[ $(printf '%s\n' "$SWIFT_NEEDED" "$version" | sort -V | head -n 1) == "$SWIFT_NEEDED" ]] \
        || fail "Swift $version is too old: $SWIFT_NEEDED or newer is needed"
}

missing_packages() {
    local installed
    # dpkg-query fails when it does not know one of them, and still lists the others.
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null | sed -n 's/ installed$//p' || true)
    comm -23 <(printf '%s\n' "${packages[@]}" | sort) <(sort -u <<<"$installed")
}

as_root() { if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi; }

unit_exists() { [[ -e /lib/systemd/system/$1 || -e /etc/systemd/system/$1 ]]; }

# Debian starts a server when its package is installed and at every boot after that; the private servers need neither.
# What the system had before is left exactly as it is.
added_units=()
own_policy=''

keep_servers_stopped() {
    local unit
    for unit in redis-server.service rabbitmq-server.service postgresql.service epmd.service epmd.socket; do
        unit_exists "$unit" || added_units+=("$unit")
    done
    [[ ! -e $policy ]] || return 0
    own_policy=$policy
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}

leave_system_as_found() {
    local unit
    for unit in "${added_units[@]}"; do
        if unit_exists "$unit"; then as_root systemctl disable --quiet "$unit" >/dev/null 2>&1 || true; fi
    done
    [[ -z $own_policy ]] || as_root rm -f "$own_policy"
    added_units=() own_policy=''
}

install_packages() {
    command -v apt-get >/dev/null || fail "no apt-get: install by hand what corresponds to: $*"
    ((EUID == 0)) || command -v sudo >/dev/null || fail "neither root nor sudo: install as root: apt-get install $*"
    say "installing system packages: $*"
    local log=$LOGS/apt.log
    # With these traps an interruption waits for the package tool to end before the policy is taken away.
    trap leave_system_as_found EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    keep_servers_stopped
    # An installation that was interrupted is finished first.
    { as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a && apt update && apt install "$@"; } >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        fail "apt-get failed (no network, or no package source?); the whole log is in $log"
    }
    leave_system_as_found
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 --no-install-recommends "$@"
}

# The stamp names the folder too: a Python environment does not survive being moved.
python_tools() {
    local wanted
    wanted="$VENV $(sha256sum <"$ROOT/Deploy/local/requirements.txt")"
    [[ -f $VENV/complete && $(<"$VENV/complete") == "$wanted" ]] && return
    say "installing Python tools into ${VENV#"$ROOT/"}"
    rm -rf "$VENV"
    /usr/bin/python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$ROOT/Deploy/local/requirements.txt" \
        || fail "pip could not install Deploy/local/requirements.txt (no network?)"
    echo "$wanted" >"$VENV/complete"
}

require_swift
mkdir -p "$LOGS" "$ROOT/.local"
mapfile -t missing < <(missing_packages)
((${#missing[@]} == 0)) || install_packages "${missing[@]}"
# Two makes at once in one checkout must not both build the Python environment.
exec 8>"$ROOT/.local/setup.lock"
flock 8
python_tools
