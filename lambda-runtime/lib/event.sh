# shellcheck shell=bash
# The event of the invocation.
# Sets: MEMBERS, the members of the event by name; LOCK, whether its action takes the lock.

use log

declare -gA MEMBERS

# read_event: takes the event's members once, and `tf.action`.
read_event() {
  local name value
  MEMBERS=()
  while IFS= read -r -d '' name && IFS= read -r -d '' value; do MEMBERS[$name]=$value; done < <(
    jq -j -f "$ROOT/lib/read-event.jq" "$WORK/event" 2>/dev/null
  )
}

# check_event ACTION: ends the run where the event is not what actions/ACTION.json asks for; sets LOCK to when the
# action takes the lock.
check_event() {
  local problems='its description cannot be read'
  # shellcheck disable=SC2034 # handle reads LOCK
  { IFS= read -r LOCK && IFS= read -r problems; } < <(
    jq -r -f "$ROOT/lib/check-event.jq" --slurpfile action "$ROOT/actions/$1.json" \
      --slurpfile common "$ROOT/event.json" "$WORK/event"
  )
  [[ -z $problems ]] || fail InvalidInput "event of $1: $problems"
}

# input NAME: a member of the event that the action cannot do without.
input() {
  [[ -n ${MEMBERS[$1]+set} ]] || fail InvalidInput "the event has no member '$1'"
  printf '%s\n' "${MEMBERS[$1]}"
}

# optional NAME: a member of the event, or nothing.
optional() { printf '%s\n' "${MEMBERS[$1]-}"; }

# now_seconds: since 1970. A schedule says when it has fired, which is later than what a slow clock says.
now_seconds() {
  local fired
  fired=$(optional scheduledTime)
  if [[ -z $fired ]] || ! fired=$(date -u -d "$fired" +%s 2>/dev/null) || ((fired < EPOCHSECONDS)); then
    fired=$EPOCHSECONDS
  fi
  printf '%s' "$fired"
}

# is_destroy: Terraform calls before it releases what the invocation guards.
is_destroy() { [[ ${MEMBERS["tf.action"]-} == delete ]]; }

# action_of_event: prints it. Secrets Manager names none: it sends a step of a rotation. Of lifecycle scope CRUD,
# Terraform calls again on update and on destroy; `onUpdate` and `onDelete` name the action then.
action_of_event() {
  local action=${MEMBERS[action]-}
  [[ -z ${MEMBERS[Step]-} ]] || action=rotate-secret
  case ${MEMBERS["tf.action"]-} in
    delete) action=${MEMBERS[onDelete]-nothing} ;;
    update) action=${MEMBERS[onUpdate]-$action} ;;
  esac
  # Names of version 0.1.0, which guards and rules keep in the state.
  case $action in
    release-hsm) action=guard-hsm ;;
    release-cluster) action=guard-cluster ;;
    tell-call) action=report-call ;;
  esac
  [[ -n $action ]] && printf '%s' "$action"
}
