# shellcheck shell=bash
# Logs and metrics: one JSON line each, on stderr. Never call them with a secret.
# Sets: NOW_MS, METRICS, STEP.

use json

# now_ms: sets NOW_MS, milliseconds since 1970. Functions that run often set variables: `$(...)` would start a process.
now_ms() {
  local us=${EPOCHREALTIME/[.,]/}
  NOW_MS=$((us / 1000))
}

# log LEVEL MESSAGE [MEMBERS]: with further members of the JSON object, as they are.
log() {
  local NOW_MS JSON
  now_ms
  json_string "$2"
  printf '{"time":"%(%FT%T)T.%03dZ","level":"%s","requestId":"%s","action":"%s","step":"%s","message":%s%s}\n' \
    "$((NOW_MS / 1000))" "$((NOW_MS % 1000))" "$1" "${REQUEST_ID:-}" "${ACTION:-}" "${STEP:-}" "$JSON" "${3:+,$3}" >&2
}

# step NAME: what the action does from here on; the log tells of the step before how long it took.
step() {
  end_step succeeded
  now_ms
  STEP=$1 STEP_STARTED_MS=$NOW_MS
}

# end_step OUTCOME
end_step() {
  [[ -n ${STEP:-} ]] || return 0
  now_ms
  log info "step ended" "\"outcome\":\"$1\",\"durationMs\":$((NOW_MS - STEP_STARTED_MS))"
  STEP=''
}

# log_outcome STATUS: how the action ended and how long it took, as a log line and as a metric.
log_outcome() {
  local outcome=succeeded failed=0 type='' duration METRICS
  now_ms
  duration=$((NOW_MS - STARTED_MS))
  if (($1 != 0)); then
    outcome=failed failed=1
    IFS= read -r type <"$WORK/error" || true
    # The next run of the event continues: that is no failure.
    [[ $type != StillAtWork ]] || failed=0
  fi
  end_step "$outcome"
  metrics '["Action"],["Function"]' '{"Name":"Duration","Unit":"Milliseconds"},{"Name":"Failures","Unit":"Count"}'
  local members
  printf -v members '"outcome":"%s","durationMs":%s,"Action":"%s","Function":"%s","Duration":%s,"Failures":%s,%s' \
    "$outcome" "$duration" "$ACTION" "${AWS_LAMBDA_FUNCTION_NAME:-}" "$duration" "$failed" "$METRICS"
  log info "ended" "$members"
}

# log_metric NAME UNIT VALUE [DIMENSION VALUE_OF_DIMENSION] ...: a log line that is a metric.
log_metric() {
  local METRICS name=$1 unit=$2 value=$3 names='' members=''
  shift 3
  while (($# > 0)); do
    names+=",\"$1\"" members+="\"$1\":\"$2\","
    shift 2
  done
  metrics "[${names#,}]" "{\"Name\":\"$name\",\"Unit\":\"$unit\"}"
  log info "metric" "$members\"$name\":$value,$METRICS"
}

# metrics SETS LIST: sets METRICS to the member by which CloudWatch takes the line's other members for metrics; SETS are
# of dimensions.
# Source of the format: «Specification: Embedded metric format», CloudWatch User Guide.
metrics() {
  now_ms
  printf -v METRICS '"Namespace":"SafeStorage/Operator","Dimensions":[%s],"Metrics":[%s]' "$1" "$2"
  printf -v METRICS '"_aws":{"Timestamp":%s,"CloudWatchMetrics":[{%s}]}' "$NOW_MS" "$METRICS"
}

# fail TYPE MESSAGE: ends the action; Terraform shows both, so the message says what to do.
fail() {
  local text=${*:2}
  log error "$1: $text"
  {
    printf '%s\n%s\n' "$1" "${text//$'\n'/ }"
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
    printf 'OperatorError\nthe action %s ended unexpectedly; the log of request %s has the cause\n' "$ACTION" \
      "$REQUEST_ID"
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
