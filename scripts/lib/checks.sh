# shellcheck shell=bash
# The checks and test suites by name. Each suite leaves "PASSED FAILED" in $LOCAL/results/NAME.

readonly ACTIONLINT_VERSION=1.7.7

# What was checked and has not changed since is not checked again.
run_checks() {
  local failed=0
  check_shell &
  local shell=$!
  step "Format" "$ROOT/node_modules/.bin/prettier" --check --cache --cache-location "$LOCAL/prettier" . || failed=1
  step "Lint" "$ROOT/node_modules/.bin/eslint" --max-warnings 0 --cache --cache-location "$LOCAL/eslint" . || failed=1
  # The native compiler takes a third of the other one's time, which eslint, typedoc and the package's build need beside
  # it.
  step "Types" "$ROOT/node_modules/typescript-7/bin/tsc" --noEmit || failed=1
  wait "$shell" || failed=1
  return "$failed"
}

# check_shell: what needs no TypeScript, and the reference, which takes as long as the rest.
check_shell() {
  local product tests documented pages synthesized failed=0
  mapfile -t product < <(grep -rlE '^#( shellcheck shell=|!.*)bash' scripts command lambda-runtime emulator .ci \
    --exclude='*.ts' --exclude-dir=node_modules)
  mapfile -t tests < <(find __tests__ -name '*.bats' -o -name '*.bash')
  mapfile -t documented < <(find aws-limits command constructs docs/api docs/actions.md docs/command.md docs/pictures \
    settings.json emulator/core/durations.ts \
    lambda-runtime/actions lambda-runtime/event.json typedoc.json tsconfig*.json package-lock.json \
    scripts/api-reference scripts/lib/api-reference scripts/lib/synthesize.ts input-errors -type f \
    -not -path '*/node_modules/*' | LC_ALL=C sort)
  step_unless_done api-reference "Reference in docs/api" "${documented[@]}" -- "$ROOT/scripts/api-reference" \
    --check || failed=1
  mapfile -t pages < <(find README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs examples emulator -name '*.md' \
    -not -path 'docs/api/*' | LC_ALL=C sort)
  # remark, which reads Markdown as GitHub does: files and headings that are linked to must be there.
  step "Links between documents" "$ROOT/node_modules/.bin/remark" --frail --quiet --no-stdout "${pages[@]}" || failed=1
  step_unless_done site "Documents as a site" mkdocs.yml requirements.txt scripts/build-site \
    scripts/lib/build-site/links.py docs/api/*.md docs/api/*/*.md "${pages[@]}" -- \
    "$ROOT/scripts/build-site" || failed=1
  step_unless_done shellcheck "Shell: shellcheck" .shellcheckrc requirements.txt "${product[@]}" -- \
    "$ROOT/.venv/bin/shellcheck" "${product[@]}" || failed=1
  # What a test sets is read by the library that it tests, which shellcheck does not see.
  step "Shell: shellcheck of tests" "$ROOT/.venv/bin/shellcheck" --severity=warning --exclude=SC2034 "${tests[@]}" ||
    failed=1
  # The workflows that people copy: syntax, expressions, and their bash by shellcheck.
  step_unless_done actionlint "Pipelines: actionlint" examples/pipeline/github.yml docs/pipelines/*.yml -- \
    lint_workflows examples/pipeline/github.yml docs/pipelines/*.yml || failed=1
  mapfile -t synthesized < <(find main.ts settings.json constructs examples scripts/scan scripts/lib/scan \
    package-lock.json -type f | LC_ALL=C sort)
  step_unless_done scan "Scan of what is synthesized: checkov" "${synthesized[@]}" -- "$ROOT/scripts/scan" || failed=1
  step "Shell: lines of 120 characters at most" no_long_lines "${product[@]}" || failed=1
  step "Shell: shfmt" "$ROOT/.venv/bin/shfmt" -i 2 -ci -d "${product[@]}" "${tests[@]}" || failed=1
  return "$failed"
}

# lint_workflows FILE ...: by actionlint, built out of its module or, without Go, as its project has released it.
lint_workflows() {
  [[ -x $LOCAL/bin/actionlint ]] || fetch_actionlint || return
  PATH="$ROOT/.venv/bin:$PATH" "$LOCAL/bin/actionlint" "$@"
}

fetch_actionlint() {
  local base="https://github.com/rhysd/actionlint/releases/download/v$ACTIONLINT_VERSION" file
  mkdir -p "$LOCAL/bin" "$LOCAL/download"
  if command -v go >/dev/null; then
    GOBIN="$LOCAL/bin" go install "github.com/rhysd/actionlint/cmd/actionlint@v$ACTIONLINT_VERSION" && return
  fi
  file="actionlint_${ACTIONLINT_VERSION}_$(platform).tar.gz"
  (
    cd "$LOCAL/download" || exit 1
    curl -fsSLO --retry 3 "$base/$file" &&
      curl -fsSLO --retry 3 "$base/actionlint_${ACTIONLINT_VERSION}_checksums.txt" &&
      grep " $file\$" "actionlint_${ACTIONLINT_VERSION}_checksums.txt" | sha256sum -c - &&
      tar xzf "$file" -C "$LOCAL/bin" actionlint
  )
}

# no_long_lines FILE ...: names those that there are.
no_long_lines() { ! LC_ALL=C.UTF-8 grep -nE '^.{121,}$' "$@"; }

# jest_suite NAME [ARG ...]: a project of jest.config.js.
jest_suite() {
  local results="$LOCAL/results/$1.json" status=0
  mkdir -p "$LOCAL/results"
  rm -f "$results"
  # PATTERNS: scripts/lib/test-selection.sh.
  "$ROOT/node_modules/.bin/jest" --selectProjects "$1" --json --outputFile "$results" "${@:2}" \
    ${PATTERNS:+--testPathPatterns "${PATTERNS[@]}"} || status=$?
  jq -r '"\(.numPassedTests) \(.numFailedTests + .numRuntimeErrorTestSuites)"' "$results" >"$LOCAL/results/$1" ||
    echo "0 1" >"$LOCAL/results/$1"
  ((status == 0)) || jest_failures "$results"
  return "$status"
}

# jest_failures RESULTS: what has failed, last, where a step's last lines are shown.
jest_failures() {
  jq -r '.testResults[] | .name as $file
    | if any(.assertionResults[]; .status == "failed") then .assertionResults[] | select(.status == "failed")
        | (.failureMessages | join("\n") | split("\n")[:12] | join("\n")) as $why
        | "✗ \($file | split("/") | last): \(.fullName)\n\($why)"
      elif .status == "failed" then "✗ \($file): \(.message | split("\n")[:12] | join("\n"))"
      else empty end' "$1" | sed $'s/\e\\[[0-9;]*m//g' || true
}

# bats_suite PATH ...: files and folders of __tests__, file by file, four at a time: they wait more than they work.
bats_suite() {
  local report="$LOCAL/results/bats.tap" status=0 folder="$LOCAL/results/bats-files"
  rm -rf "$folder"
  mkdir -p "$folder"
  # shellcheck disable=SC2016 # for the shells that xargs starts
  (
    cd "$ROOT/__tests__" && find "$@" -name '*.bats' | sort | PATH="$ROOT/.venv/bin:$PATH" xargs -P 4 -I{} \
      bash -c '"$1/node_modules/bats/bin/bats" --formatter tap "$2" >"$3/${2//\//-}" 2>&1' bash "$ROOT" {} "$folder"
  ) || status=$?
  cat "$folder"/* | tee "$report"
  echo "$(grep -c '^ok ' "$report") $(grep -c '^not ok ' "$report")" >"$LOCAL/results/bats"
  return "$status"
}

# fault_selection: a few of scripts/fault-matrix's cases, one of each kind of harm; a case that does not converge has
# failed.
fault_selection() {
  local report="$LOCAL/results/faults.log" status=0 case selection=() converged tried
  for case in \
    "network and operator/terraform/CreateFlowLogs/kill-terraform" \
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
  (cd "$ROOT" && node --import tsx scripts/lib/fault-matrix/main.ts --workers 3 "${selection[@]}") | tee "$report" ||
    status=$?
  read -r converged tried < <(sed -n 's|^\([0-9]*\) / \([0-9]*\) converged$|\1 \2|p' "$report") || converged=0 tried=0 \
    status=1
  # All of them, or a case has been renamed and was not tried.
  ((tried == ${#selection[@]} / 2)) || status=1
  echo "$converged $((${#selection[@]} / 2 - converged))" >"$LOCAL/results/faults"
  return "$status"
}

# start_moto: one process that has loaded moto; each local cloud has a fork of it (emulator/moto/server.py).
start_moto() {
  LOCAL_CLOUD_MOTO_FORKS=$(mktemp -u -t moto-XXXXXX.sock)
  export LOCAL_CLOUD_MOTO_FORKS
  "$ROOT/.venv/bin/python" "$ROOT/emulator/moto/server.py" --forks "$LOCAL_CLOUD_MOTO_FORKS" \
    >"$LOCAL/logs/moto.log" 2>&1 &
  for ((i = 0; i < 600; i++)); do
    [[ ! -S $LOCAL_CLOUD_MOTO_FORKS ]] || return 0
    sleep 0.1
  done
  die "moto did not start; its log is $LOCAL/logs/moto.log"
}

# count_terraform_runs: from here on each run of Terraform is noted.
count_terraform_runs() {
  export COUNTED_TERRAFORM=$TERRAFORM_BINARY_NAME TERRAFORM_RUNS="$LOCAL/results/terraform-runs"
  TERRAFORM_VERSION_SAID=$("$COUNTED_TERRAFORM" version)
  export TERRAFORM_VERSION_SAID TERRAFORM_BINARY_NAME="$ROOT/scripts/lib/counted-terraform"
  : >"$TERRAFORM_RUNS"
}

# Each costs three seconds of a processor at least.
readonly MOST_TERRAFORM_RUNS=500

terraform_runs_are_few() {
  local runs
  runs=$(wc -l <"$TERRAFORM_RUNS")
  echo "Terraform was run $runs times; at most $MOST_TERRAFORM_RUNS"
  sed -E 's/-chdir=[^ ]* //; s/ .*//' "$TERRAFORM_RUNS" | sort | uniq -c | sort -rn
  # None at all would be a count that has broken.
  if ((runs > 0 && runs <= MOST_TERRAFORM_RUNS)); then echo "1 0" >"$LOCAL/results/terraform"; else
    echo "0 1" >"$LOCAL/results/terraform"
    return 1
  fi
}

# slowest_tests: the ten that took longest, with the file.
slowest_tests() {
  compgen -G "$LOCAL/results/*.json" >/dev/null || return 0 # bash tests alone
  jq -rs '[.[].testResults[] | .name as $file | .assertionResults[]
      | {file: ($file | split("/") | last), seconds: ((.duration // 0) / 1000), name: .fullName}]
    | sort_by(-.seconds)[:10][] | "  \(.seconds | floor) s  \(.file): \(.name)"' "$LOCAL"/results/*.json
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
