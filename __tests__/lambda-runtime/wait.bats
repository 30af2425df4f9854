#!/usr/bin/env bats
# Waiting within a Lambda's life: what does not fit is pending, and the end of a chain is no place to be pending.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library wait
  sleep() { SLEPT+=("$1"); }
  SLEPT=()
}

deadline_in() { DEADLINE_MS=$((${EPOCHREALTIME/[.,]/} / 1000 + $1 * 1000)); }

@test "waits until the world is as wanted, ever slower, ten seconds at most" {
  deadline_in 900
  tries=0
  ready() { ((++tries == 7)); }
  wait_until ready
  [ "${SLEPT[*]}" = "1 2 4 8 10 10" ]
}

@test "does not begin a pause that would not leave time to answer" {
  deadline_in 21
  never() { false; }
  fails wait_until never
  [ "${#SLEPT[@]}" -eq 0 ]
}

@test "pending says what is still to come" {
  event '{"action": "x"}'
  run pending "cluster is still BUSY"
  [ "$status" -eq 0 ]
  [ "$output" = '{"status":"pending","message":"cluster is still BUSY"}' ]
}

@test "pending in a chain's last invocation is an error that says to run the deploy again" {
  event '{"action": "x", "last": true}'
  run pending "cluster is still BUSY"
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = StillPending ]
  [[ $(error_document errorMessage) == "cluster is still BUSY. Run the deploy or the destroy again"* ]]
}
