#!/usr/bin/env bats
# safe-storage local-cloud: several side by side, each found again by its port.

bats_require_minimum_version 1.5.0

setup_file() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  FIRST=$(free_port)
  SECOND=$(free_port)
  SAFE_STORAGE_HOME=$BATS_FILE_TMPDIR/home SAFE_STORAGE_PYTHON=$PROJECT/.venv/bin/python
  export PROJECT FIRST SECOND SAFE_STORAGE_HOME SAFE_STORAGE_PYTHON
}

teardown_file() {
  local_cloud stop --port "$FIRST"
  local_cloud stop --port "$SECOND"
}

# free_port: one below those that the system gives to whoever asks for any, so that nobody has got it by then.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

local_cloud() { node "$PROJECT/.local/js/command/main.js" local-cloud "$@" 3>&-; }

@test "start returns once it is ready, and prints what a shell needs on its standard output" {
  run --separate-stderr local_cloud start --port "$FIRST"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == "export AWS_ENDPOINT_URL=http://127.0.0.1:$FIRST" ]]
  (
    eval "$output"
    curl -fsS "$AWS_ENDPOINT_URL/_local/health" | jq -e '.status == "ready"'
    [ -n "$AWS_ACCESS_KEY_ID" ] && [ -n "$AWS_DEFAULT_REGION" ]
  )
}

@test "start again gives the same lines and leaves it as it is" {
  local_cloud start --port "$FIRST" >"$BATS_TEST_TMPDIR/once"
  pid=$(<"$SAFE_STORAGE_HOME/cloud-$FIRST/pid")
  local_cloud start --port "$FIRST" >"$BATS_TEST_TMPDIR/twice"
  diff "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/twice"
  [ "$pid" = "$(<"$SAFE_STORAGE_HOME/cloud-$FIRST/pid")" ]
}

@test "a second port is a second cloud, with a world of its own" {
  local_cloud start --port "$SECOND"
  aws() { AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=eu-central-1 AWS_ENDPOINT_URL="http://127.0.0.1:$1" "$PROJECT/.venv/bin/aws" "${@:2}"; }
  aws "$FIRST" secretsmanager create-secret --name only-in-the-first
  [ "$(aws "$FIRST" secretsmanager list-secrets --query 'length(SecretList)')" = 1 ]
  [ "$(aws "$SECOND" secretsmanager list-secrets --query 'length(SecretList)')" = 0 ]
}

@test "status says what runs, with exit status 0, and 1 where nothing does" {
  run -0 local_cloud status --json --port "$FIRST"
  jq -e '.status == "ready"' <<<"${lines[-1]}"
  local_cloud stop --port "$FIRST"
  run -1 local_cloud status --port "$FIRST"
}

@test "stop ends it, leaves the other one alone, and can be repeated" {
  run -0 local_cloud stop --port "$FIRST"
  run ! curl -fsS --max-time 2 "http://127.0.0.1:$FIRST/_local/health"
  curl -fsS "http://127.0.0.1:$SECOND/_local/health"
}

@test "a port that is in use is reported" {
  taken=$(free_port)
  node -e 'require("http").createServer((_, r) => r.end("{}")).listen(+process.argv[1], "127.0.0.1")' "$taken" 3>&- &
  other=$!
  until curl -fsS "http://127.0.0.1:$taken/" >/dev/null 2>&1; do sleep 0.1; done
  run local_cloud start --port "$taken"
  kill "$other"
  [ "$status" -ne 0 ]
  [[ $output == *"something else answers on port $taken"* ]]
}

@test "wrong use is exit status 2 and the usage" {
  run -2 local_cloud
  [[ $output == *Usage:* ]]
  run -2 local_cloud fly
  run -2 local_cloud start --colour red
}
