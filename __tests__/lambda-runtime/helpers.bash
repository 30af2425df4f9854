# shellcheck shell=bash
# What the tests of the operator's bash share.

PROJECT=$(cd "${BATS_TEST_DIRNAME}/../.." && pwd)
RUNTIME="$PROJECT/lambda-runtime"
FIXTURES="$PROJECT/__tests__/lambda-runtime/fixtures"

# start_server: the fixture's server, with $BATS_TEST_TMPDIR/{events,replies}.json; sets PORT.
start_server() {
  node "$FIXTURES/server.mjs" "$BATS_TEST_TMPDIR" 3>&- &
  SERVER=$!
  for _ in {1..100}; do
    [[ -s $BATS_TEST_TMPDIR/port ]] && break
    command sleep 0.05
  done
  PORT=$(<"$BATS_TEST_TMPDIR/port")
}

stop_server() {
  [[ -z ${SERVER:-} ]] || kill "$SERVER" 2>/dev/null || true
}

# requests JQ_FILTER: of each request that the server got.
requests() { jq -rc "$1" "$BATS_TEST_TMPDIR/requests"; }

# load_library NAME ...: as the runtime does it for an event, with a deadline a minute away.
load_library() {
  export WORK="$BATS_TEST_TMPDIR/work" TMP="$BATS_TEST_TMPDIR" ROOT="$RUNTIME" REQUEST_ID=test-request ACTION=test
  export AWS_REGION=eu-central-1 AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=SECRETEXAMPLE AWS_SESSION_TOKEN=TOKENEXAMPLE
  DEADLINE_MS=$((${EPOCHREALTIME/[.,]/} / 1000 + 60000))
  STARTED_MS=0
  mkdir -p "$WORK"
  # shellcheck source=/dev/null
  source "$RUNTIME/lib/use.sh"
  use runtime-api log event "$@"
}

milliseconds() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

event() {
  printf '%s' "$1" >"$WORK/event"
  read_event
}

# stand_in_for_aws: the world. aws_call notes each call in $CALLS and answers from $WORLD/OPERATION (JSON), which
# $WORLD/after-OPERATION may change; with $WORLD/error-OPERATION it fails. Called after load_library, whose function it replaces.
stand_in_for_aws() {
  CALLS="$BATS_TEST_TMPDIR/calls"
  : >"$CALLS"
  WORLD="$BATS_TEST_TMPDIR/world"
  mkdir -p "$WORLD"
  aws_call() {
    local operation=${3#*.}
    printf '%s %s\n' "$operation" "$4" >>"$CALLS"
    if [[ -f $WORLD/error-$operation ]]; then
      AWS_ERROR_CODE=$(<"$WORLD/error-$operation") AWS_ERROR_MESSAGE="as the test wants"
      return 1
    fi
    REPLY='{}'
    [[ ! -f $WORLD/$operation ]] || REPLY=$(<"$WORLD/$operation")
    # shellcheck source=/dev/null
    [[ ! -f $WORLD/after-$operation ]] || source "$WORLD/after-$operation"
  }
}

# world OPERATION: its answer, on stdin.
world() { cat >"$WORLD/$1"; }

# called OPERATION: how often.
called() { grep -c "^$1 " "$CALLS" || true; }

# run_action NAME EVENT
run_action() {
  event "$2"
  run --separate-stderr bash_action "$1"
}

bash_action() {
  set -euo pipefail
  check_event "$1"
  # shellcheck source=/dev/null
  source "$RUNTIME/actions/$1.sh"
}

# error_document errorType|errorMessage: of the error that an action has left.
error_document() {
  case $1 in
    errorType) sed -n 1p "$WORK/error" ;;
    errorMessage) sed -n 2p "$WORK/error" ;;
  esac
}

# fails COMMAND ...: true where the command fails; unlike `!`, the test ends where it does not, and its variables stay.
fails() {
  if "$@"; then return 1; fi
}
