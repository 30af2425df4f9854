#!/usr/bin/env bats
# The runtime loop, against a Runtime API as Lambda has it.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  mkdir -p "$BATS_TEST_TMPDIR/task/actions"
  cp -r "$RUNTIME/bootstrap" "$RUNTIME/operator.sh" "$RUNTIME/lib" "$RUNTIME/event.json" "$BATS_TEST_TMPDIR/task/"
  cp "$RUNTIME/actions/nothing."* "$BATS_TEST_TMPDIR/task/actions/"
  # The lock is of lock.bats; here is no Secrets Manager.
  printf '%s\n' 'take_lock() { :; }' 'release_lock() { :; }' >"$BATS_TEST_TMPDIR/task/lib/lock.sh"
}

teardown() {
  [[ -z ${BOOTSTRAP:-} ]] || kill -- "-$BOOTSTRAP" 2>/dev/null || true
  stop_server
}

# action NAME: the action's bash, from stdin; its event may have the members of the tests.
action() {
  cat >"$BATS_TEST_TMPDIR/task/actions/$1.sh"
  jq -n '{lock: "always", event: {properties: {who: {type: "string"}, bytes: {type: "string"}}, required: []}}' >"$BATS_TEST_TMPDIR/task/actions/$1.json"
}

# run_events EVENT ...: runs the bootstrap until it has answered them all.
run_events() {
  printf '%s\n' "$@" | jq -s . >"$BATS_TEST_TMPDIR/events.json"
  start_server
  start_bootstrap
  for _ in {1..200}; do
    (($(requests 'select(.url | test("/(response|error)$")) | 1' 2>/dev/null | wc -l) >= $#)) && return 0
    sleep 0.05
  done
  cat "$BATS_TEST_TMPDIR/log"
  return 1
}

# start_bootstrap: as Lambda does it; HANDLER instead of the function's own.
start_bootstrap() {
  AWS_LAMBDA_RUNTIME_API="127.0.0.1:$PORT" LAMBDA_TASK_ROOT="$BATS_TEST_TMPDIR/task" TMPDIR="$BATS_TEST_TMPDIR" \
    _HANDLER=${HANDLER:-operator.handle} setsid "$BATS_TEST_TMPDIR/task/bootstrap" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  BOOTSTRAP=$!
}

# bootstrap_ends: waits until it has ended, with a failure.
bootstrap_ends() {
  local status=0
  wait "$BOOTSTRAP" || status=$?
  BOOTSTRAP=''
  ((status > 0))
}

answers() { requests 'select(.method == "POST") | [(.url | split("/")[-2:] | join("/")), (.body | fromjson)]'; }

@test "answers an event with the action's document, under the event's request id" {
  action greet <<<'jq -cn --arg who "$(input who)" "{status: \"done\", hello: \$who}"'
  run_events '{"action": "greet", "who": "you"}'
  [ "$(answers)" = '["request-1/response",{"status":"done","hello":"you"}]' ]
}

@test "serves one event after another" {
  action greet <<<'done_with'
  run_events '{"action": "greet"}' '{"action": "greet"}' '{"action": "greet"}'
  [ "$(answers | wc -l)" -eq 3 ]
}

@test "a refusal reaches Lambda with its type and message" {
  action refuse <<<'fail NotToday "come back tomorrow"'
  run_events '{"action": "refuse"}'
  [ "$(answers | jq -c '[.[0], .[1].errorType, .[1].errorMessage]')" = '["request-1/error","NotToday","come back tomorrow"]' ]
  [[ $(answers | jq -r '.[1].stackTrace[0]') =~ ^refuse\.sh:1\  ]]
  [ "$(requests 'select(.url | endswith("/error")) | .headers["lambda-runtime-function-error-type"]')" = NotToday ]
}

@test "a command that fails on its own ends the action as an error that leads to the log" {
  action stumble <<<'false; done_with'
  run_events '{"action": "stumble"}'
  [[ $(answers) == *'"request-1/error"'*'the log of request request-1'* ]]
  [[ $(answers | jq -r '.[1].stackTrace[0]') =~ ^stumble\.sh:1\  ]]
}

@test "nothing that an action leaves behind reaches the next event" {
  action dirty <<<'export DIRT=1; cd /; set +u; trap "echo no" EXIT; echo >"$WORK/dirt"; done_with'
  action look <<<'[[ -z ${DIRT:-} && $PWD != / && ! -e $WORK/dirt && $- == *u* ]]; done_with'
  run_events '{"action": "dirty"}' '{"action": "look"}'
  [[ $(answers | tail -n 1) == *'request-2/response'* ]]
  [ "$(find "$BATS_TEST_TMPDIR/event" -type f -size +0 | wc -l)" -eq 0 ]
}

@test "an action that does not exist is refused, also by a path" {
  run_events '{"action": "unknown"}' '{"action": "../lib/log"}' '{"action": "nothing.sh"}'
  [ "$(answers | grep -c UnknownAction)" -eq 3 ]
}

@test "an event without an action is refused" {
  run_events '{}' '[]'
  [ "$(answers | grep -c InvalidInput)" -eq 2 ]
}

@test "Terraform's destroy runs the action that onDelete names, and nothing where there is none" {
  action guard <<<'fail Guarded "not yet"'
  action build <<<'fail Wrong "must not run"'
  run_events '{"action": "build", "onDelete": "guard", "tf": {"action": "delete"}}' '{"action": "build", "tf": {"action": "delete"}}'
  [[ $(answers | head -n 1) == *Guarded* ]]
  [ "$(answers | tail -n 1)" = '["request-2/response",{"status":"done"}]' ]
}

@test "logs are one JSON line an event, with request and action" {
  action greet <<<'log info "two
lines and a \"quote\""; done_with'
  run_events '{"action": "greet"}'
  jq -se 'all(.requestId == "request-1" and .action == "greet") and any(.message == "two\nlines and a \"quote\"")' "$BATS_TEST_TMPDIR/log"
}

@test "how an action ended and how long it took is a log line and a metric (embedded metric format)" {
  action greet <<<'done_with'
  action refuse <<<'fail NotToday no'
  run_events '{"action": "greet"}' '{"action": "refuse"}'
  jq -se '[.[] | select(._aws)] | map([.action, .outcome, .Failures]) == [["greet", "succeeded", 0], ["refuse", "failed", 1]]
    and all(.durationMs >= 0 and .Duration == .durationMs and ._aws.CloudWatchMetrics[0].Namespace == "SafeStorage/Operator")' \
    "$BATS_TEST_TMPDIR/log"
}

@test "events come whole, chunked or slow, also where a piece ends within a character" {
  action greet <<<'jq -cn --arg who "$(input who)" "{hello: \$who}"'
  local event='{"action": "greet", "who": "Zoë € \"you\""}' serve
  run_events "{\"serve\": \"chunked\", \"event\": $event}" "{\"serve\": \"slow\", \"event\": $event}" "$event"
  [ "$(answers | jq -r '.[1].hello' | sort -u)" = 'Zoë € "you"' ]
}

@test "a connection that breaks, before an event or within it, is made again" {
  action greet <<<'done_with'
  run_events '{"serve": "dropped"}' '{"serve": "cut"}' '{"action": "greet"}' || true # two have no answer
  answered() { (($(answers | grep -c 'request-1/response') == 1)); }
  for _ in {1..100}; do answered && break || sleep 0.05; done
  answered
}

@test "what the Runtime API refuses ends the runtime, which Lambda starts again" {
  echo '[{"serve": 403}]' >"$BATS_TEST_TMPDIR/events.json"
  start_server
  start_bootstrap
  bootstrap_ends
  grep -q 'invocation/next: status 403' "$BATS_TEST_TMPDIR/log"
}

@test "an answer of 6 MB is one, and a larger one an error that says so" {
  action large <<<'head -c "$(input bytes)" /dev/zero | tr "\0" "x"'
  run_events '{"action": "large", "bytes": "6291456"}' '{"action": "large", "bytes": "6291457"}'
  [ "$(requests 'select(.url | endswith("request-1/response")) | .body | length')" = 6291456 ]
  [ "$(requests 'select(.url | endswith("request-2/error")) | .body | fromjson | .errorType')" = Function.ResponseSizeTooLarge ]
}

@test "the trace id and the deadline reach the action" {
  action look <<<'now_ms; jq -cn --arg trace "$_X_AMZN_TRACE_ID" --argjson left "$((DEADLINE_MS - NOW_MS))" "{trace: \$trace, left: (\$left > 50000)}"'
  run_events '{"action": "look"}'
  [ "$(answers)" = '["request-1/response",{"trace":"Root=1-0;Sampled=0","left":true}]' ]
}

# init_error HANDLER: sets REPLY to what a bootstrap with this handler tells the Runtime API before it ends.
init_error() {
  rm -f "$BATS_TEST_TMPDIR"/{port,requests}
  echo '[]' >"$BATS_TEST_TMPDIR/events.json"
  start_server
  HANDLER=$1 start_bootstrap
  bootstrap_ends
  stop_server
  REPLY=$(requests 'select(.url | endswith("init/error")) | [.headers["lambda-runtime-function-error-type"], (.body | fromjson | .errorMessage)] | join(": ")')
}

@test "a handler that is not there, or no bash, is an init error" {
  init_error missing.handle
  [[ $REPLY == "Runtime.NoSuchHandler: "*"missing.sh does not exist"* ]]
  init_error operator.missing
  [[ $REPLY == "Runtime.NoSuchHandler: "*"no function missing"* ]]
  echo 'if' >"$BATS_TEST_TMPDIR/task/broken.sh"
  init_error broken.handle
  [[ $REPLY == "Runtime.HandlerSyntax: "*"line"* ]]
}

@test "a missing tool is an init error" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  for tool in bash curl mkdir rm env; do ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"; done
  echo '[]' >"$BATS_TEST_TMPDIR/events.json"
  start_server
  PATH="$BATS_TEST_TMPDIR/bin" AWS_LAMBDA_RUNTIME_API="127.0.0.1:$PORT" LAMBDA_TASK_ROOT="$BATS_TEST_TMPDIR/task" \
    _HANDLER=operator.handle TMPDIR="$BATS_TEST_TMPDIR" run "$BATS_TEST_TMPDIR/task/bootstrap"
  [ "$status" -ne 0 ]
  [[ $(requests '[.url, .body]') == *init/error*Runtime.MissingTool*jq* ]]
}
