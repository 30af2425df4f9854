# shellcheck shell=bash
# Which tests run: all, or those whose path matches a pattern.

readonly SUITES=(unit bats emulator operator end-to-end faults)
SELECTED=() SELECTED_BATS=() PATTERNS=()

# select_tests [PATTERN ...]: sets SELECTED, the suites that have any, SELECTED_BATS and PATTERNS; everything without a
# pattern.
select_tests() {
  local pattern suite files
  # shellcheck disable=SC2034 # jest_suite reads it
  PATTERNS=("$@")
  if (($# == 0)); then
    SELECTED=("${SUITES[@]}")
    SELECTED_BATS=(command lambda-runtime scripts)
    return
  fi
  pattern=$(
    IFS='|'
    printf '%s' "$*"
  )
  for suite in unit emulator operator end-to-end; do
    files=$(suite_files "$suite")
    if grep -qE -- "$pattern" <<<"$files"; then SELECTED+=("$suite"); fi
  done
  mapfile -t SELECTED_BATS < <(cd "$ROOT/__tests__" && find command lambda-runtime scripts -name '*.bats' | grep -E -- \
    "$pattern" || true)
  ((${#SELECTED_BATS[@]} == 0)) || SELECTED+=(bats)
  if [[ scripts/lib/fault-matrix =~ $pattern ]]; then SELECTED+=(faults); fi
  ((${#SELECTED[@]} > 0)) || die "no test file's path matches $pattern"
}

# suite_files SUITE: the folders are those of jest.config.js.
suite_files() {
  (cd "$ROOT" && node -p '
    const { projects } = require("./jest.config.js");
    projects.find((p) => p.displayName === process.argv[1]).testMatch
      .map((m) => m.replace("<rootDir>/", "").replace("/**/*.test.ts", "")).join("\n")
  ' "$1" | xargs -I{} find {} -name '*.test.ts')
}

is_selected() { [[ " ${SELECTED[*]} " == *" $1 "* ]]; }

selected_suites() { echo "${SELECTED[*]}"; }

# changed_patterns: for the files that differ from the last commit, patterns of the tests that may notice.
changed_patterns() {
  {
    git -C "$ROOT" diff --name-only HEAD
    git -C "$ROOT" ls-files --others --exclude-standard
  } | while read -r file; do
    case $file in
      *.test.ts | *.bats) printf '%s\n' "${file#__tests__/}" ;;
      constructs/* | main.ts | certificate-checks/* | settings.json)
        printf '%s\n' __tests__/constructs __tests__/themes __tests__/main __tests__/examples certificate-checks \
          upgrades \
          lambda-runtime/documents end-to-end package
        ;;
      input-errors/*) printf '%s\n' __tests__/themes ;;
      aws-limits/*) printf '%s\n' __tests__/constructs __tests__/themes conformance end-to-end package ;;
      examples/*) printf '%s\n' __tests__/examples end-to-end/examples package ;;
      lambda-runtime/*) printf '%s\n' lambda-runtime operator end-to-end ;;
      emulator/conformance/*) printf '%s\n' conformance operator ;;
      emulator/*) printf '%s\n' conformance operator end-to-end ;;
      scripts/lib/fault-matrix/*) printf '%s\n' scripts/lib/fault-matrix ;;
      command/*) printf '%s\n' __tests__/command end-to-end package ;;
      scripts/*) printf '%s\n' scripts/ end-to-end ;;
      __tests__/*) printf '%s\n' "$(cut -d/ -f1,2 <<<"$file")" ;;
      *.md | docs/*) printf '%s\n' lambda-runtime/documents ;;
      package*.json | requirements.txt | jest.config.js | tsconfig*) printf '%s\n' . ;;
    esac
  done | sort -u
}
