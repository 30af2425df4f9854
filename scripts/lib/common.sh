# shellcheck shell=bash
# What every script shares: where things are, and steps that say what they do and how long they took.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOCAL="$ROOT/.local"
SCRIPT_NAME=${0##*/}
mkdir -p "$LOCAL"
export CHECKPOINT_DISABLE=1 # neither cdktf nor Terraform calls home

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$SCRIPT_NAME: $*"
  exit 1
}

# step TITLE COMMAND [ARG ...]: runs the command with its output in a log; on failure says which, why and where.
step() {
  local title=$1 log started=$EPOCHREALTIME status=0
  shift
  log="${STEP_LOGS:-$LOCAL/logs}/${title//[^A-Za-z0-9]/-}.log"
  mkdir -p "${log%/*}"
  printf '  … %s' "$title" >&2
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status == 0)); then
    printf '\r  ✓ %s (%s)\n' "$title" "$(since "$started")" >&2
    return 0
  fi
  printf '\r  ✗ %s (%s)\n' "$title" "$(since "$started")" >&2
  say "$SCRIPT_NAME: step «$title» failed with status $status. Its last lines:"
  tail -n 25 "$log" | sed 's/^/    /' >&2
  say "The whole log: $log"
  return "$status"
}

# since EPOCHREALTIME: "4.2 s" or "3 min 12 s".
since() {
  local tenths=$((((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000)))
  if ((tenths < 600)); then
    printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
  else
    printf '%d min %d s' $((tenths / 600)) $((tenths % 600 / 10))
  fi
}
