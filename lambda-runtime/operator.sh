# shellcheck shell=bash
# The handler: which action an event wants, and running it. JSON in ($EVENT), JSON out.

use log event aws certificate cluster wait secret lock hsm users hsm-places removal-record backups topics kmsuser \
  key-store ontap-password volumes
for tool in curl jq; do
  command -v "$tool" >/dev/null || init_error Runtime.MissingTool "$tool is neither in the layer nor in the runtime"
done

# handle: runs the action of the event. The runtime calls it in a subshell, so variables, traps and options end with it.
handle() {
  set -Eeuo pipefail
  trap 'note_trace' ERR
  printf '%s' "$EVENT" >"$WORK/event"
  EVENT=''
  read_event
  ACTION=$(action_of_event) || fail InvalidInput "the event is not JSON with a member 'action'"
  [[ $ACTION =~ ^[a-z][a-z-]*$ && -f $ROOT/actions/$ACTION.sh ]] ||
    fail UnknownAction "there is no action '$ACTION'"
  now_ms
  # shellcheck disable=SC2034 # log_outcome reads it
  STARTED_MS=$NOW_MS
  log info "started"
  trap 'STATUS=$? && trap - ERR && release_lock && forget_hsm_cli && notify_topics "$STATUS" && log_outcome "$STATUS"' \
    EXIT
  check_event "$ACTION"
  # So that no user is made while an HSM comes or goes. Where it is taken when needed, the action itself does so.
  [[ $LOCK != always ]] || take_lock
  # shellcheck source=/dev/null
  source "$ROOT/actions/$ACTION.sh"
}
