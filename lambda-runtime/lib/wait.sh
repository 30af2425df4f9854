# shellcheck shell=bash
# Waiting within the function's deadline. Work that does not fit is `pending`: the chain's next invocation continues.

use event log

# Seconds reserved for the answer.
readonly MARGIN=20

# has_seconds N: true where N seconds more leave the margin untouched.
has_seconds() {
  local now=${EPOCHREALTIME/[.,]/}
  ((now / 1000 + ($1 + MARGIN) * 1000 < DEADLINE_MS))
}

# wait_until COMMAND [ARG ...]: polls, ever slower, until COMMAND succeeds. Fails when time is up.
wait_until() {
  local pause=1
  until "$@"; do
    has_seconds "$pause" || return 1
    sleep "$pause"
    ((pause = pause * 2, pause <= 10)) || pause=10
  done
}

# done_with [JSON]: the action's answer.
done_with() {
  jq -cn --argjson more "${1:-{\}}" '{status: "done"} + $more'
}

# pending MESSAGE: the answer of an action that continues in the next invocation; an error in the chain's last one, and
# in a destroy, which has no next one. Where a schedule has called (`unattended`), the error hands over: Lambda runs an
# asynchronous event again that has failed («Asynchronous invocation», AWS Lambda Developer Guide).
pending() {
  [[ $(optional unattended) != true ]] || fail StillAtWork "$*. The next run of this event resumes here"
  if [[ $(optional last) == true ]] || is_destroy; then
    fail StillPending "$*. Run the deploy or the destroy again: it resumes here"
  fi
  jq -cn --arg message "$*" '{status: "pending", message: $message}'
}

# still_at_work MESSAGE: ends the action as pending.
still_at_work() {
  pending "$*"
  exit 0
}
