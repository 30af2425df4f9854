# shellcheck shell=bash
# The checks and test suites by name. Each suite leaves "PASSED FAILED" in $LOCAL/results/NAME.

run_checks() {
  local product tests
  mapfile -t product < <(grep -rlE '^#( shellcheck shell=|!.*)bash' scripts lambda-runtime emulator .ci --exclude='*.ts')
  mapfile -t tests < <(find __tests__ -name '*.bats' -o -name '*.bash')
  local failed=0
  step "Format" "$ROOT/node_modules/.bin/prettier" --check . || failed=1
  step "Lint" "$ROOT/node_modules/.bin/eslint" --max-warnings 0 . || failed=1
  step "Reference in docs/api" "$ROOT/scripts/api-reference" --check || failed=1
  step "Types" "$ROOT/node_modules/.bin/tsc" --noEmit || failed=1
  step "Shell: shellcheck" "$ROOT/.venv/bin/shellcheck" "${product[@]}" || failed=1
  # What a test sets is read by the library that it tests, which shellcheck does not see.
  step "Shell: shellcheck of tests" "$ROOT/.venv/bin/shellcheck" --severity=warning --exclude=SC2034 "${tests[@]}" || failed=1
  step "Shell: shfmt" "$ROOT/.venv/bin/shfmt" -i 2 -ci -d "${product[@]}" "${tests[@]}" || failed=1
  return "$failed"
}

# jest_suite NAME [ARG ...]: a project of jest.config.js.
jest_suite() {
  local results="$LOCAL/results/$1.json" status=0
  mkdir -p "$LOCAL/results"
  rm -f "$results"
  "$ROOT/node_modules/.bin/jest" --selectProjects "$1" --json --outputFile "$results" "${@:2}" || status=$?
  jq -r '"\(.numPassedTests) \(.numFailedTests + .numRuntimeErrorTestSuites)"' "$results" >"$LOCAL/results/$1" ||
    echo "0 1" >"$LOCAL/results/$1"
  ((status == 0)) || jest_failures "$results"
  return "$status"
}

# jest_failures RESULTS: what has failed, last, where a step's last lines are shown.
jest_failures() {
  jq -r '.testResults[] | .name as $file
    | if any(.assertionResults[]; .status == "failed") then .assertionResults[] | select(.status == "failed")
        | "✗ \($file | split("/") | last): \(.fullName)\n\(.failureMessages | join("\n") | split("\n")[:12] | join("\n"))"
      elif .status == "failed" then "✗ \($file): \(.message | split("\n")[:12] | join("\n"))"
      else empty end' "$1" | sed $'s/\e\\[[0-9;]*m//g' || true
}

# bats_suite PATH ...: files and folders of __tests__.
bats_suite() {
  local report="$LOCAL/results/bats.tap" status=0
  mkdir -p "$LOCAL/results"
  (cd "$ROOT/__tests__" && PATH="$ROOT/.venv/bin:$PATH" "$ROOT/node_modules/bats/bin/bats" --formatter tap "$@") |
    tee "$report" || status=$?
  echo "$(grep -c '^ok ' "$report") $(grep -c '^not ok ' "$report")" >"$LOCAL/results/bats"
  return "$status"
}

# fault_selection: a few of scripts/fault-matrix's cases, one of each kind of harm; a case that does not converge has failed.
fault_selection() {
  local report="$LOCAL/results/faults.log" status=0 case selection=() converged tried
  for case in \
    "cluster/terraform/CreateCluster/kill-terraform" \
    "first HSM/terraform/CreateHsm/lose-answer" \
    "activate/operator/hsm cluster-activate/kill-operator" \
    "kmsuser/operator/PutSecretValue/drop" \
    "key store/terraform/CreateCustomKeyStore/lose-answer" \
    "connection/operator/ConnectCustomKeyStore/kill-operator" \
    "key/terraform/CreateKey/kill-terraform"; do
    selection+=(--only "$case")
  done
  mkdir -p "$LOCAL/results"
  (cd "$ROOT" && node --import tsx scripts/faults/main.ts --workers 3 "${selection[@]}") | tee "$report" || status=$?
  read -r converged tried < <(sed -n 's|^\([0-9]*\) / \([0-9]*\) converged$|\1 \2|p' "$report") || converged=0 tried=0 status=1
  # All of them, or a case has been renamed and was not tried.
  ((tried == ${#selection[@]} / 2)) || status=1
  echo "$converged $((${#selection[@]} / 2 - converged))" >"$LOCAL/results/faults"
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
