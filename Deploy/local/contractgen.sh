#!/usr/bin/env bash
# contractgen.sh ARGUMENT…: runs the generator; builds it only if its sources are newer than the program.
#
# `swift run` takes seconds to find that there is nothing to build; comparing file times takes milliseconds. An optimised program
# (`swift build -c release --product contractgen`) is taken where it is the newer one.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"

sources=(Package.swift Generator/Sources Sources/Runtime/ContractJSON Sources/Runtime/ContractRuntime Sources/CLibs/CJSONC)

is_fresh() { [[ -x $1 && -z $(find "${sources[@]}" -newer "$1" -print -quit) ]]; }

program=.build/debug/contractgen
[[ ! .build/release/contractgen -nt $program ]] || program=.build/release/contractgen
if ! is_fresh "$program"; then
    program=.build/debug/contractgen
    echo "building contractgen, which takes some minutes the first time" >&2
    # Nothing of the build on standard output, which belongs to the verb.
    swift build --quiet --product contractgen >&2
    # A build that changed nothing in the program leaves its time behind.
    touch -c "$program"
fi
exec "$program" "$@"
