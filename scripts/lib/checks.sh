# shellcheck shell=bash
# The checks and test suites by name. Each suite leaves "PASSED FAILED" in $LOCAL/results/NAME.

mapfile -t SHELL_FILES < <(cd "$ROOT" && grep -rlE '^#( shellcheck shell=|!.*)bash' \
  scripts lambda-runtime emulator/cloudhsm-cli __tests__ --include='*' --exclude='*.ts')

run_checks() {
  step "Format" "$ROOT/node_modules/.bin/prettier" --check .
  step "Lint" "$ROOT/node_modules/.bin/eslint" --max-warnings 0 .
  step "Types" "$ROOT/node_modules/.bin/tsc" --noEmit
  step "Shell: shellcheck" "$ROOT/.venv/bin/shellcheck" "${SHELL_FILES[@]}"
  step "Shell: shfmt" "$ROOT/.venv/bin/shfmt" -i 2 -ci -d "${SHELL_FILES[@]}"
}

# jest_suite NAME [ARG ...]: a project of jest.config.js.
jest_suite() {
  local results="$LOCAL/results/$1.json" status=0
  mkdir -p "$LOCAL/results"
  rm -f "$results"
  "$ROOT/node_modules/.bin/jest" --selectProjects "$1" --json --outputFile "$results" "${@:2}" || status=$?
  jq -r '"\(.numPassedTests) \(.numFailedTests + .numRuntimeErrorTestSuites)"' "$results" >"$LOCAL/results/$1" ||
    echo "0 1" >"$LOCAL/results/$1"
  return "$status"
}

bats_suite() {
  local report="$LOCAL/results/bats.tap" status=0
  mkdir -p "$LOCAL/results"
  PATH="$ROOT/.venv/bin:$PATH" "$ROOT/node_modules/bats/bin/bats" --formatter tap "$ROOT"/__tests__/lambda-runtime "$ROOT"/__tests__/scripts |
    tee "$report" || status=$?
  echo "$(grep -c '^ok ' "$report") $(grep -c '^not ok ' "$report")" >"$LOCAL/results/bats"
  return "$status"
}

# count_results NAME ...: "N passed, N failed" over these suites; a suite that left no result has failed.
count_results() {
  local name passed=0 failed=0 p f
  for name in "$@"; do
    if read -r p f <"$LOCAL/results/$name"; then
      ((passed += p, failed += f)) || true
    else
      ((failed += 1))
    fi
  done 2>/dev/null
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}
