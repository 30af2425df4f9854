# shellcheck shell=bash
# What every script shares: where things are, and steps that say what they do and how long they took.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOCAL="$ROOT/.local"
SCRIPT_NAME=${0##*/}

say() { printf '%s\n' "$*" >&2; }

# script_usage: the comment at the script's head.
script_usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# usage: ends a script that was called in another way.
usage() {
  say "usage:"
  script_usage >&2
  exit 2
}

# refuse_argument ARGUMENT: a script does nothing where there is one that it does not know.
refuse_argument() {
  say "$SCRIPT_NAME: unknown argument '$1'"
  usage
}

# No script does anything for one of these, wherever it stands.
for argument in "$@"; do
  [[ $argument != --help && $argument != -h ]] || { script_usage && exit 0; }
done
unset argument

mkdir -p "$LOCAL"
export PATH="$LOCAL/bin:$PATH" # what the set-up has brought
# What Python has compiled of moto and the AWS CLI is kept, whatever the user's own setting: without it each start takes
# a second more.
unset PYTHONDONTWRITEBYTECODE
export CHECKPOINT_DISABLE=1 # neither cdktf nor Terraform calls home
# The command's: what the set-up has made, and a place of this clone's own.
export SAFE_STORAGE_PYTHON="$ROOT/.venv/bin/python" SAFE_STORAGE_HOME="$LOCAL/home"

die() {
  say "$SCRIPT_NAME: $*"
  exit 1
}

# step TITLE COMMAND [ARG ...]: runs the command with its output in a log; on failure says which, why and where, and
# notes it in the file FAILURES, if there is one.
step() {
  local title=$1 log started=$EPOCHREALTIME status=0 ticking ticker
  shift
  log="${STEP_LOGS:-$LOCAL/logs}/${title//[^A-Za-z0-9]/-}.log"
  mkdir -p "${log%/*}"
  : >"$log"
  # Ended by the end of its input: a signal that comes early is lost.
  exec {ticking}> >(show_progress "$title" "$started" "$log")
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null {ticking}>&- || status=$?
  exec {ticking}>&-
  wait "$ticker" || true
  if ((status == 0)); then
    say "$(clear_line)  ✓ $title ($(since "$started"))"
    return 0
  fi
  say "$(clear_line)  ✗ $title ($(since "$started"))"
  say "$SCRIPT_NAME: step «$title» failed with status $status. Its last lines:"
  tail -n 40 "$log" | sed 's/^/    /' >&2
  say "The whole log: $log"
  [[ -z ${FAILURES:-} ]] || note_failure "$title" "$log" >>"$FAILURES"
  return "$status"
}

# note_failure TITLE LOG: the step, and which of its tests; to be said again at the end of a long run.
note_failure() {
  echo "✗ $1"
  grep -E '^(✗|not ok) ' "$2" | sed 's/^/    /' || true
}

# show_progress TITLE STARTED LOG: on a terminal a line that ticks; elsewhere a line a minute; until its input ends.
show_progress() {
  local pause=60
  [[ ! -t 2 ]] || pause=1
  while true; do
    [[ ! -t 2 ]] || printf '%s' "$(clear_line)$(progress_line "$@")" >&2
    # Nothing ever comes; above 128 is the time that is up.
    read -rt "$pause" || (($? > 128)) || return 0
    [[ -t 2 ]] || say "$(progress_line "$@")"
  done
}

progress_line() {
  local last
  # Without colours, empty lines and the footer that cdktf repeats.
  last=$(tail -c 4000 "$3" | tr -d '\r' | sed $'s/\e\\[[0-9;]*[A-Za-z]//g' | grep -vE \
    '^[[:space:]]*$|Stacks waiting' | tail -n 1)
  printf '  … %s (%s) %s' "$1" "$(since "$2")" "$(cut -c1-80 <<<"${last#"${last%%[![:space:]]*}"}")"
}

clear_line() { [[ ! -t 2 ]] || printf '\r\e[K'; }

# since EPOCHREALTIME: "4.2 s" or "3 min 12 s".
since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000))
  if ((tenths < 600)); then
    printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
  else
    printf '%d min %d s' $((tenths / 600)) $((tenths % 600 / 10))
  fi
}
