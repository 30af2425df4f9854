#!/usr/bin/env bats
# No script does anything for --help, -h or an argument that it does not know.

bats_require_minimum_version 1.5.0

PROJECT=$(cd "${BATS_TEST_DIRNAME:-.}/../.." && pwd)

setup() {
  # Whoever begins to act starts one of these, and is seen.
  ACTED="$BATS_TEST_TMPDIR/acted"
  mkdir "$BATS_TEST_TMPDIR/bin"
  for program in node npm npx python3 terraform tofu curl aws openssl git flock; do
    printf '#!/bin/sh\necho "%s $*" >>"%s"\nexit 1\n' "$program" "$ACTED" >"$BATS_TEST_TMPDIR/bin/$program"
    chmod +x "$BATS_TEST_TMPDIR/bin/$program"
  done
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  cd "$PROJECT" || return
}

# scripts_and_commands: each script, and each with a command of its own where it has some.
scripts_and_commands() {
  local script
  for script in scripts/*; do
    [[ ! -f $script ]] || printf '%s\n' "$script"
  done
  printf 'scripts/%s\n' "test --only nothing"
}

# acts_not STATUS WORD: each of them with that word ends so, says something, and has started nothing.
acts_not() {
  local wanted=$1 word=$2 line words
  while read -r line; do
    read -ra words <<<"$line"
    run "${words[@]}" "$word" </dev/null
    if [[ $status != "$wanted" || -z $output || -e $ACTED ]]; then
      printf '%s %s: status %s, has started: %s\n%s\n' "$line" "$word" "$status" "$(cat "$ACTED" 2>/dev/null)" "$output" >&2
      return 1
    fi
  done < <(scripts_and_commands)
}

@test "--help says what the script does, and does nothing" {
  acts_not 0 --help
}

@test "-h does the same" {
  acts_not 0 -h
}

@test "an argument that a script does not know ends it before it has done anything" {
  acts_not 2 --no-such-option
}
