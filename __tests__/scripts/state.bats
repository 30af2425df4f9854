#!/usr/bin/env bats
# scripts/lib/state.sh: a local state that a kill cut off is not a state without resources.

bats_require_minimum_version 1.5.0

setup() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  STATE="$BATS_TEST_TMPDIR/terraform.safe-storage.tfstate"
}

# in_project COMMAND [ARG]: runs bash with the library; $1 is the run's folder, $2 the argument.
in_project() {
  bash -c 'source "$0/scripts/lib/common.sh"; source "$0/scripts/lib/state.sh"; '"$1" "$PROJECT" "$BATS_TEST_TMPDIR" "${2-}" 3>&-
}

# killed_deploy CUT: writes two states, each once the one before is kept, and is killed after a third, which is CUT.
killed_deploy() {
  in_project 'state=$(state_of "$1")
    keep_state "$1" &
    for serial in 1 2; do
      printf "{\"lineage\": \"l\", \"serial\": %d}" "$serial" >"$state"
      until [[ $(jq .serial "$state.kept" 2>/dev/null) == "$serial" ]]; do sleep 0.1; done
    done
    printf "%s" "$2" >"$state"
    sleep 0.6
    kill -9 $$' "$1" || true
}

@test "an empty or half-written state is replaced by the newest whole one" {
  local cut
  for cut in '' '{"lineage": "l", "ser'; do
    killed_deploy "$cut"
    run -0 in_project 'restore_state "$1"'
    [[ $output == *"was cut off by a kill"* ]]
    [ "$(jq .serial "$STATE")" = 2 ]
  done
}

@test "a complete state is left as it is, and a deleted one is not restored" {
  killed_deploy '{"lineage": "l", "serial": 3}'
  run -0 in_project 'restore_state "$1"'
  [ "$output" = "" ]
  [ "$(jq .serial "$STATE")" = 3 ]
  rm "$STATE"
  in_project 'restore_state "$1"'
  [ ! -e "$STATE" ]
}

@test "the copy is as private as the state, and is deleted after a successful deploy" {
  touch "$STATE" && chmod 600 "$STATE"
  killed_deploy ''
  [ "$(stat -c %a "$STATE.kept")" = 600 ]
  in_project 'forget_kept_state "$1"'
  [ "$(find "$BATS_TEST_TMPDIR" -name '*.tfstate.*')" = "" ]
}

@test "the keeper ends with the script that called it" {
  killed_deploy ''
  for _ in {1..100}; do
    pgrep -f "$BATS_TEST_TMPDIR" >/dev/null || break
    sleep 0.1
  done
  run ! pgrep -f "$BATS_TEST_TMPDIR"
}
