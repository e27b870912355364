#!/usr/bin/env bash
# test.sh all | contract | golden | unit | integration | end-to-end: builds and runs tests, on private servers where they need some.
#
# The servers are an instance of their own in .local/test, so that tests run beside `make run`. Whatever ends this
# script, they end with it. The last line printed is Swift Testing's closing line, or `N passed, N failed`.
set -euo pipefail
export WABA_LOCAL_DIR=${WABA_LOCAL_DIR:-.local/test}
# shellcheck source=SCRIPTDIR/environment.sh
source "$(dirname "$0")/environment.sh"
# shellcheck source=SCRIPTDIR/processes.sh
source "$ROOT/Deploy/local/processes.sh"
cd "$ROOT"

export WABA_SHARED_DIR=${WABA_SHARED_DIR:-$(realpath -m ../shared)}
log=$LOGS/test.log
results=$WABA_LOCAL_DIR/results.xml
if [[ ! -d $WABA_SHARED_DIR && ${REQUIRE_SHARED:-0} != 1 ]]; then
    say "no $WABA_SHARED_DIR here: tests that read recorded payloads and official cases from it are not run"
    unset WABA_SHARED_DIR
fi
closing='' # the last line, printed when all is stopped
with_servers=0
end_to_end=$ROOT/.local/end-to-end

# shellcheck disable=SC2317 # called by on_end
finish() {
    ((with_servers == 0)) || QUIET=1 "$ROOT/Deploy/local/servers.sh" stop 9>&- || return
    # The end-to-end tests start servers of their own, and remove them unless they were killed.
    [[ ! -f $end_to_end/env ]] || WABA_LOCAL_DIR=$end_to_end QUIET=1 "$ROOT/Deploy/local/servers.sh" remove 9>&- || return
    [[ -z $closing ]] || printf '%s\n' "$closing"
}

# Tests run one after the other: many of them watch time-outs, restarts and heartbeats of real servers, which starve when five
# hundred tests share two cores.
# run_tests ARGUMENT…: shows and keeps the output; where something follows the closing line, it is repeated last.
run_tests() {
    local status=0
    rm -f "$results"
    # shellcheck disable=SC2016 # expanded by the inner shell
    attended bash -o pipefail -c '"$@" 2>&1 | tee "$0"' "$log" \
        swift test --skip-build --disable-xctest --no-parallel --xunit-output "$results" "$@" || status=$?
    closing=$(grep -a 'Test run with [0-9]* test' "$log" | tail -n 1 || true)
    # A filter that matches nothing is no success.
    if [[ -z $closing || $closing == *' with 0 tests '* ]]; then
        closing='0 passed, 1 failed'
        status=1
    elif ((failed_checks == 0)) && [[ $(tail -n 1 "$log") == "$closing" ]]; then
        closing=''
    fi
    return "$status"
}

# The tests that failed, as `swift test --filter` knows them: `Module.Suite/function()`.
failed_tests() {
    [[ -f $results ]] || return 0
    "$VENV/bin/python" - "$results" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

for case in tree.parse(sys.argv[1]).iter("testcase"):
    if case.find("failure") is not None or case.find("error") is not None:
        print(case.get("classname") + "/" + case.get("name"))
PYTHON
}

# Counts the failed checks before the tests into the closing line.
check() {
    local name=$1
    shift
    say "== $name"
    attended "$@" || { say "$name failed"; failed_checks=$((failed_checks + 1)); }
}

has_verb() { .build/debug/contractgen --help 2>/dev/null </dev/null | grep -qE "^ +$1( |\$)"; }

required_servers() {
    with_servers=1
    start_servers
    export REQUIRE_SERVERS=1
    # Independent peers of the object storage tests.
    export TEST_PYTHON=$VENV/bin/python RCLONE=$VENV/bin/rclone
}

suite=${1:-all}
open_local
only_one test
on_end finish

closing='0 passed, 1 failed'
failed_checks=0
install_missing
say "== build"
attended swift build --build-tests
case $suite in
    all)
        if [[ ${REQUIRE_SHARED:-0} == 1 && ! -d $WABA_SHARED_DIR ]]; then
            fail "fixtures and conformance tests are missing: $WABA_SHARED_DIR"
        fi
        if has_verb check; then
            for root in . Contract-Tests/HTTP Contract-Tests/Messaging; do
                check "generated code of $root" .build/debug/contractgen check --root "$root"
            done
        fi
        if has_verb lint; then check "contracts" .build/debug/contractgen lint; fi
        check lint "$ROOT/Deploy/local/lint.sh"
        # A system of its own with simulators; Chromium drives the portal.
        check "browser tests" env WABA_LOCAL_DIR=.local/browser "$ROOT/Deploy/local/run.sh" browser-test
        say "== tests"
        required_servers
        # This takes minutes on its own: `make real-specs`.
        arguments=()
        ;;
    end-to-end)
        required_servers
        arguments=(--filter '^EndToEndTests\.')
        ;;
    contract) arguments=(--filter '^(RecordedPayloadContract|Conformance)Tests\.') ;;
    golden) arguments=(--filter 'Golden|Negative|ProjectDiagnostic') ;;
    unit)
        unset DATABASE_URL REDIS_URL AMQP_URL RABBITMQ_MANAGEMENT_URL S3_ENDPOINT REQUIRE_SERVERS
        arguments=(--skip '^EndToEndTests\.')
        ;;
    integration)
        required_servers
        arguments=(--filter '^(Database|Cache|MessageBroker|ObjectStorage|HTTPTransport|[A-Za-z]*Service|[A-Za-z]*Transformer|StateManager)Tests\.')
        ;;
    *) fail "usage: test.sh all | contract | golden | unit | integration | end-to-end" ;;
esac
status=0
run_tests "${arguments[@]}" || status=$?
# A test of time-outs and restarts may lose a race on a busy machine; a defect fails twice. So up to three failed tests are run
# once more by themselves, and it is said which.
mapfile -t failed < <(failed_tests)
if ((status != 0 && ${#failed[@]} > 0)); then
    say "== failed:" "${failed[@]}"
    grep -aE '^(✘ Test .* recorded an issue|↳)' "$log" | cut -c 1-600 || true
    closing=$(grep -a 'Test run with [0-9]* test' "$log" | tail -n 1)
    if [[ $suite == all ]] && ((${#failed[@]} <= 3)); then
        say "== these run a second time, which decides"
        total=$(grep -aoE 'Test run with [0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+')
        pattern=$(printf '%s\n' "${failed[@]}" | sed -E 's/[][().*^$+?{|}\\]/\\&/g' | paste -sd '|')
        status=0
        run_tests --filter "^($pattern)(/|\$)" || status=$?
        mapfile -t again < <(failed_tests)
        ((status == 0 || ${#again[@]} > 0)) || again=("${failed[@]}")
        ((${#again[@]} == 0)) || say "== failed again:" "${again[@]}"
        closing="$((total - ${#again[@]})) passed, ${#again[@]} failed"
        ((status != 0)) || say "== passed at the second try:" "${failed[@]}"
    fi
fi
if ((failed_checks > 0)); then
    tests=$(grep -oE '[0-9]+ (test|passed)' <<<"$closing" | head -n 1 | grep -oE '^[0-9]+' || echo 0)
    ((status != 0)) || closing="$tests passed, $failed_checks failed"
    status=1
fi
exit "$status"
