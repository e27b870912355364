#!/usr/bin/env bash
# Builds for release and measures on private servers of its own (.local/bench), which end with it.
set -euo pipefail
export WABA_LOCAL_DIR=${WABA_LOCAL_DIR:-.local/bench}
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"
# shellcheck source=SCRIPTDIR/processes.sh
source "$ROOT/Deploy/local/processes.sh"
cd "$ROOT"

finish() { QUIET=1 "$ROOT/Deploy/local/servers.sh" stop 9>&-; }

open_local
only_one bench
on_end finish
install_missing
attended swift build --configuration release --product waba-genesys
start_servers
attended .build/release/waba-genesys bench "$@"
