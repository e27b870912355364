#!/usr/bin/env bash
# contract-diff.sh REF [ARGUMENT…]: compares the contracts of the working tree with those of a git ref.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"

base=${1:?usage: contract-diff.sh REF [ARGUMENT…]}
shift
git rev-parse --verify --quiet "$base^{commit}" >/dev/null || {
    echo "contract-diff: git knows no commit called $base" >&2
    exit 2
}
old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
git archive "$base" Specs | tar -x -C "$old"
Deploy/local/contractgen.sh diff "$old" . "$@"
