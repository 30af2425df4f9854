# shellcheck shell=bash
# The event of the invocation.

# input NAME: a member of the event that the action cannot do without.
input() {
  jq -er --arg name "$1" '.[$name] // empty' "$WORK/event" ||
    fail InvalidInput "the event has no member '$1'"
}

# optional NAME: a member of the event, or nothing.
optional() {
  jq -r --arg name "$1" '.[$name] // empty' "$WORK/event"
}

# now_seconds: since 1970. A schedule says when it has fired, which is later than what a slow clock says.
now_seconds() {
  local fired
  fired=$(optional scheduledTime)
  if [[ -z $fired ]] || ! fired=$(date -u -d "$fired" +%s 2>/dev/null) || ((fired < EPOCHSECONDS)); then fired=$EPOCHSECONDS; fi
  printf '%s' "$fired"
}

# is_destroy: Terraform calls before it lets go of what the invocation guards.
is_destroy() { jq -e '.tf.action == "delete"' "$WORK/event" >/dev/null 2>&1; }

# The action of the event. On destroy Terraform calls again (lifecycle scope CRUD); then `onDelete` names it.
action_of_event() {
  jq -er 'if .tf.action == "delete" then (.onDelete // "nothing") else .action end' "$WORK/event" 2>/dev/null
}
