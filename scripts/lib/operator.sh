# shellcheck shell=bash
# Asking a deployment's operator, as its schedules do.

# scheduled_event FOLDER ACTION: prints {function, input} of the schedule that runs the action, as of a run that somebody waits for.
# Nothing where there is none.
scheduled_event() {
  state_run "$1" | jq -c --arg action "$2" '[.resources[] | select(.type == "aws_scheduler_schedule") | .instances[].attributes
    | {function: .target[0].arn, input: (.target[0].input | fromjson)} | select(.input.action == $action and (.input.changedOnly | not))] | first
    | select(.) | .input |= del(.unattended, .scheduledTime, .topicArns)'
}

# ask_operator FUNCTION EVENT: sets ANSWER once the action has ended, over however many runs; ends the script where it failed.
ask_operator() {
  while true; do
    say "$(jq -r .action <<<"$2"), up to 15 minutes"
    invoke_operator "$1" "$2"
    [[ $(jq -r .status <<<"$ANSWER") == pending ]] || return 0
    say "$(jq -r .message <<<"$ANSWER")"
  done
}

# invoke_operator FUNCTION EVENT: one run of the action; sets ANSWER; ends the script where it failed. FUNCTION is an ARN.
invoke_operator() {
  local file status=0
  file=$(mktemp)
  "$ROOT/.venv/bin/aws" lambda invoke --cli-read-timeout 920 --region "$(cut -d: -f4 <<<"$1")" \
    --function-name "$1" --payload "$2" "$file" >/dev/null || status=$?
  ANSWER=$(<"$file")
  rm -f "$file"
  ((status == 0)) || exit "$status"
  [[ $(jq -r '.errorType // ""' <<<"$ANSWER") == "" ]] || die "$(jq -r '"\(.errorType): \(.errorMessage)"' <<<"$ANSWER")"
}
