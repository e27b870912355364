#!/usr/bin/env bash
# lint.sh [format]: checks hand-written and generated Swift alike, shell scripts and manifests; or formats the Swift.
set -euo pipefail
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"
cd "$ROOT"

swift=(Package.swift)
for folder in Sources Generator/Sources Generator/Tests Tests Contract-Tests; do
    [[ ! -d $folder ]] || swift+=("$folder")
done
if [[ ${1:-} == format ]]; then
    exec swift format --in-place --recursive --parallel "${swift[@]}"
fi

failed=0
swift format lint --strict --recursive --parallel "${swift[@]}" || failed=1
# Not part of setup: who changes scripts has it, others need not.
if command -v shellcheck >/dev/null; then
    (cd Deploy/local && shellcheck --external-sources ./*.sh ../../.ci/run) || failed=1
else
    say "shellcheck is not installed: shell scripts are not checked"
fi
"$VENV/bin/python" Deploy/local/check-manifests.py Deploy || failed=1
exit "$failed"
