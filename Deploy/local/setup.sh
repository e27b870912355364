#!/usr/bin/env bash
# Installs what a bare Debian 12 with a Swift toolchain lacks: system packages and a Python environment for tools.
# Does nothing, quickly, when nothing is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"

SWIFT_NEEDED=6.2
packages=(
    build-essential git curl ca-certificates openssl pkg-config util-linux python3 python3-venv
    libcurl4-openssl-dev libpq-dev libhiredis-dev librabbitmq-dev libjson-c-dev zlib1g-dev
    postgresql-15 redis-server rabbitmq-server
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

# Debian starts a server when its package is installed and at every boot after that; the private servers need neither.
# A system server that was there before is left exactly as it is.
install_packages() {
    command -v apt-get >/dev/null || fail "no apt-get: install by hand what corresponds to: $*"
    ((EUID == 0)) || command -v sudo >/dev/null || fail "neither root nor sudo: install as root: apt-get install $*"
    say "installing system packages: $*"
    local own_policy='' log=$LOCAL/logs/apt.log
    if [[ ! -e $policy ]]; then
        own_policy=$policy
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        # shellcheck disable=SC2064 # expanded now on purpose
        trap "$( ((EUID == 0)) || echo sudo) rm -f '$policy'" EXIT
    fi
    local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300)
    { as_root "${apt[@]}" update && as_root "${apt[@]}" install --no-install-recommends "$@"; } >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        fail "apt-get failed (no network, or no package source?); the whole log is in $log"
    }
    [[ -z $own_policy ]] || as_root rm -f "$own_policy"
    local package
    for package in "$@"; do
        case $package in
            redis-server | rabbitmq-server) as_root systemctl disable --quiet "$package" epmd.socket 2>/dev/null || true ;;
            postgresql-15) as_root systemctl disable --quiet postgresql 2>/dev/null || true ;;
        esac
    done
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
mkdir -p "$LOCAL/logs" "$ROOT/.local"
mapfile -t missing < <(missing_packages)
((${#missing[@]} == 0)) || install_packages "${missing[@]}"
# Two makes at once in one checkout must not both build the Python environment.
exec 8>"$ROOT/.local/setup.lock"
flock 8
python_tools
