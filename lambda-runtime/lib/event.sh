# shellcheck shell=bash
# The event of the invocation.

declare -gA MEMBERS

# read_event: takes the event's members once, and `tf.action`; what is no string is JSON, and what is null or false is not there.
read_event() {
  local name value
  MEMBERS=()
  while IFS= read -r -d '' name && IFS= read -r -d '' value; do MEMBERS[$name]=$value; done < <(
    jq -j '. + {"tf.action": ((.tf | objects | .action) // null)} | to_entries[] | select(.value and .key != "")
      | (.key, "\(.value)") | explode | map(select(. != 0)) + [0] | implode' "$WORK/event" 2>/dev/null
  )
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
  if [[ -z $fired ]] || ! fired=$(date -u -d "$fired" +%s 2>/dev/null) || ((fired < EPOCHSECONDS)); then fired=$EPOCHSECONDS; fi
  printf '%s' "$fired"
}

# is_destroy: Terraform calls before it lets go of what the invocation guards.
is_destroy() { [[ ${MEMBERS["tf.action"]-} == delete ]]; }

# action_of_event: prints it. Of lifecycle scope CRUD, Terraform calls again on update and on destroy; `onUpdate` and `onDelete` name the
# action then.
action_of_event() {
  local action=${MEMBERS[action]-}
  case ${MEMBERS["tf.action"]-} in
    delete) action=${MEMBERS[onDelete]-nothing} ;;
    update) action=${MEMBERS[onUpdate]-$action} ;;
  esac
  [[ -n $action ]] && printf '%s' "$action"
}
