# shellcheck shell=bash
# Logs: one JSON line an event, on stderr. Never call it with a secret.

# log LEVEL MESSAGE
log() {
  local message=${2//\\/\\\\}
  message=${message//\"/\\\"}
  message=${message//$'\n'/\\n}
  printf '{"level":"%s","requestId":"%s","action":"%s","message":"%s"}\n' \
    "$1" "${REQUEST_ID:-}" "${ACTION:-}" "$message" >&2
}

# fail TYPE MESSAGE: ends the action; Terraform shows both, so the message says what to do.
fail() {
  log error "$1: $2"
  jq -n --arg type "$1" --arg message "$2" '{errorType: $type, errorMessage: $message}' >"$WORK/error"
  exit 1
}
