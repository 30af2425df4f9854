#!/usr/bin/env bats
# The runtime loop, against a Runtime API as Lambda has it.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  mkdir -p "$BATS_TEST_TMPDIR/task/actions"
  cp -r "$RUNTIME/bootstrap" "$RUNTIME/lib" "$BATS_TEST_TMPDIR/task/"
  cp "$RUNTIME/actions/nothing.sh" "$BATS_TEST_TMPDIR/task/actions/"
}

teardown() {
  [[ -z ${BOOTSTRAP:-} ]] || kill -- "-$BOOTSTRAP" 2>/dev/null || true
  stop_server
}

# action NAME: the action's bash, from stdin.
action() { cat >"$BATS_TEST_TMPDIR/task/actions/$1.sh"; }

# run_events EVENT ...: runs the bootstrap until it has answered them all.
run_events() {
  printf '%s\n' "$@" | jq -s . >"$BATS_TEST_TMPDIR/events.json"
  start_server
  AWS_LAMBDA_RUNTIME_API="127.0.0.1:$PORT" LAMBDA_TASK_ROOT="$BATS_TEST_TMPDIR/task" TMPDIR="$BATS_TEST_TMPDIR" \
    setsid "$BATS_TEST_TMPDIR/task/bootstrap" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  BOOTSTRAP=$!
  for _ in {1..200}; do
    (($(requests 'select(.url | test("/(response|error)$")) | 1' 2>/dev/null | wc -l) >= $#)) && return 0
    sleep 0.05
  done
  cat "$BATS_TEST_TMPDIR/log"
  return 1
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
  [ "$(answers)" = '["request-1/error",{"errorType":"NotToday","errorMessage":"come back tomorrow"}]' ]
}

@test "a command that fails on its own ends the action as an error that leads to the log" {
  action stumble <<<'false; done_with'
  run_events '{"action": "stumble"}'
  [[ $(answers) == *'"request-1/error"'*'the log of request request-1'* ]]
}

@test "what an action leaves behind is gone for the next event" {
  action dirty <<<'export DIRT=1; cd /; set +u; trap "echo no" EXIT; echo >"$WORK/dirt"; done_with'
  action look <<<'[[ -z ${DIRT:-} && $PWD != / && ! -e $WORK/dirt && $- == *u* ]]; done_with'
  run_events '{"action": "dirty"}' '{"action": "look"}'
  [[ $(answers | tail -n 1) == *'request-2/response'* ]]
  [ "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'event.*' | wc -l)" -le 1 ]
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

@test "a missing tool is an init error" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  for tool in bash curl mktemp rm cat env; do ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"; done
  echo '[]' >"$BATS_TEST_TMPDIR/events.json"
  start_server
  PATH="$BATS_TEST_TMPDIR/bin" AWS_LAMBDA_RUNTIME_API="127.0.0.1:$PORT" LAMBDA_TASK_ROOT="$BATS_TEST_TMPDIR/task" \
    run "$BATS_TEST_TMPDIR/task/bootstrap"
  [ "$status" -ne 0 ]
  [[ $(requests '[.url, .body]') == *init/error*Runtime.MissingTool*jq* ]]
}
