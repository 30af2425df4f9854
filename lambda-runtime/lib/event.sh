# shellcheck shell=bash
# One event: which action it wants, and running it.

# header NAME FILE: the value of a header in what curl wrote.
header() {
  local line name value
  while IFS= read -r line; do
    line=${line%$'\r'}
    name=${line%%:*}
    value=${line#*:}
    if [[ ${name,,} == "$1" ]]; then
      printf '%s' "${value# }"
      return
    fi
  done <"$2"
}

# input NAME: a member of the event that the action cannot do without.
input() {
  jq -er --arg name "$1" '.[$name] // empty' "$WORK/event" ||
    fail InvalidInput "the event has no member '$1'"
}

# optional NAME: a member of the event, or nothing.
optional() {
  jq -r --arg name "$1" '.[$name] // empty' "$WORK/event"
}

# The action of the event. On destroy Terraform calls again (lifecycle scope CRUD); then `onDelete` names it.
action_of_event() {
  jq -er 'if .tf.action == "delete" then (.onDelete // "nothing") else .action end' "$WORK/event" 2>/dev/null
}

# Runs the action in a subshell: its variables, traps and options end with it. Call it where errexit is not
# ignored (not in a condition), or the action would go on after a failed command.
run_event() {
  (
    set -euo pipefail
    ACTION=$(action_of_event) || fail InvalidInput "the event is not JSON with a member 'action'"
    [[ $ACTION =~ ^[a-z][a-z-]*$ && -f $ROOT/actions/$ACTION.sh ]] ||
      fail UnknownAction "there is no action '$ACTION'"
    for library in aws cluster wait secret hsm key-store; do
      # shellcheck source=/dev/null
      source "$ROOT/lib/$library.sh"
    done
    log info "started"
    # shellcheck source=/dev/null
    source "$ROOT/actions/$ACTION.sh"
    log info "ended"
  )
}

# unexplained_error: for a command that failed on its own and left no error document.
unexplained_error() {
  printf '{"errorType":"OperatorError","errorMessage":"the action ended unexpectedly; the log of request %s has the cause"}' \
    "$REQUEST_ID"
}
