# shellcheck shell=bash
# Asking a deployment's operator, as its schedules do.

# How long an idle function may take until it can be called, and how often it is tried.
RESTORE_SECONDS=600
RESTORE_PAUSE=10

# scheduled_event FOLDER ACTION: prints {function, input} of the schedule that runs the action, as of a run that
# somebody waits for.
# Nothing where there is none.
scheduled_event() {
  state_run "$1" | jq -c --arg action "$2" '[.resources[] | select(.type == "aws_scheduler_schedule")
    | .instances[].attributes | {function: .target[0].arn, input: (.target[0].input | fromjson)}
    | select(.input.action == $action and (.input.changedOnly | not))] | first
    | select(.) | .input |= del(.unattended, .scheduledTime, .topicArns)'
}

# ask_operator FUNCTION EVENT: sets ANSWER once the action has ended, over however many runs; ends the script where it
# failed.
ask_operator() {
  while true; do
    say "$(jq -r .action <<<"$2"), up to 15 minutes"
    invoke_operator "$1" "$2"
    [[ $(jq -r .status <<<"$ANSWER") == pending ]] || return 0
    say "$(jq -r .message <<<"$ANSWER")"
  done
}

# invoke_operator FUNCTION EVENT: one run of the action; sets ANSWER; ends the script where it failed. FUNCTION is an
# ARN.
invoke_operator() {
  local file errors status=0 left=$RESTORE_SECONDS
  file=$(mktemp) errors=$(mktemp)
  while true; do
    status=0
    "$ROOT/.venv/bin/aws" lambda invoke --cli-read-timeout 920 --region "$(cut -d: -f4 <<<"$1")" \
      --function-name "$1" --payload "$2" "$file" >/dev/null 2>"$errors" || status=$?
    # "The invocation fails and Lambda sets the function to pending": «Lambda function states», AWS Lambda Developer
    # Guide.
    if ! grep -q ResourceNotReadyException "$errors" || ((left <= 0)); then break; fi
    ((left < RESTORE_SECONDS)) || say "the operator was idle for weeks: Lambda restores its network interfaces, some" \
      "minutes"
    sleep "$RESTORE_PAUSE"
    left=$((left - RESTORE_PAUSE))
  done
  cat "$errors" >&2
  ANSWER=$(<"$file")
  rm -f "$file" "$errors"
  ((status == 0)) || exit "$status"
  [[ $(jq -r '.errorType // ""' <<<"$ANSWER") == "" ]] || die "$(jq -r '"\(.errorType): \(.errorMessage)"' \
    <<<"$ANSWER")"
}
