# shellcheck shell=bash
# Logs and metrics: one JSON line each, on stderr. Never call them with a secret.

now_ms() {
  local us=${EPOCHREALTIME/[.,]/}
  printf '%s' "$((us / 1000))"
}

# log LEVEL MESSAGE [MEMBERS]: with further members of the JSON object, as they are.
log() {
  local ms JSON
  ms=$(now_ms)
  json_string "$2"
  printf '{"time":"%(%FT%T)T.%03dZ","level":"%s","requestId":"%s","action":"%s","step":"%s","message":%s%s}\n' \
    "$((ms / 1000))" "$((ms % 1000))" "$1" "${REQUEST_ID:-}" "${ACTION:-}" "${STEP:-}" "$JSON" "${3:+,$3}" >&2
}

# step NAME: what the action does from here on; the log tells of the step before how long it took.
step() {
  end_step succeeded
  STEP=$1
  STEP_STARTED_MS=$(now_ms)
}

# end_step OUTCOME
end_step() {
  [[ -n ${STEP:-} ]] || return 0
  log info "step ended" "\"outcome\":\"$1\",\"durationMs\":$(($(now_ms) - STEP_STARTED_MS))"
  STEP=''
}

# log_outcome STATUS: how the action ended and how long it took, as a log line and as a metric.
# Source of the format: «Specification: Embedded metric format», CloudWatch User Guide.
log_outcome() {
  local ms outcome=succeeded failed=0 members
  ms=$(now_ms)
  (($1 == 0)) || outcome=failed failed=1
  end_step "$outcome"
  printf -v members '"outcome":"%s","durationMs":%d,"Action":"%s","Duration":%d,"Failures":%d,"_aws":{"Timestamp":%s,"CloudWatchMetrics":[{"Namespace":"SafeStorage/Operator","Dimensions":[["Action"]],"Metrics":[{"Name":"Duration","Unit":"Milliseconds"},{"Name":"Failures","Unit":"Count"}]}]}' \
    "$outcome" "$((ms - STARTED_MS))" "$ACTION" "$((ms - STARTED_MS))" "$failed" "$ms"
  log info "ended" "$members"
}

# fail TYPE MESSAGE: ends the action; Terraform shows both, so the message says what to do.
fail() {
  log error "$1: $2"
  {
    printf '%s\n%s\n' "$1" "${2//$'\n'/ }"
    call_stack 1
  } >"$WORK/error"
  exit 1
}

# note_trace: for the command that has just failed, in case it ends the action. The last one stands, but what `fail` has
# said in a subshell is the cause.
note_trace() {
  local type=''
  [[ ! -s $WORK/error ]] || IFS= read -r type <"$WORK/error"
  [[ -z $type || $type == OperatorError ]] || return 0
  {
    printf 'OperatorError\nthe action %s ended unexpectedly; the log of request %s has the cause\n' "$ACTION" "$REQUEST_ID"
    call_stack 1
  } >"$WORK/error"
}

# call_stack SKIP: file, line and function of each caller.
call_stack() {
  local i
  for ((i = $1 + 1; i < ${#FUNCNAME[@]}; i++)); do
    printf '%s:%d %s\n' "${BASH_SOURCE[i]##*/}" "${BASH_LINENO[i - 1]}" "${FUNCNAME[i]}"
  done
}
