#!/usr/bin/env bats
# What `safe-storage schedule` says of an app's schedule.

bats_require_minimum_version 1.5.0 # for `run --separate-stderr`

setup() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  FOLDER=$BATS_TEST_TMPDIR
  settings '{"windows": {"nights": {"removeAt": "cron(30 2 * * ? *)", "restoreAt": "cron(0 7 * * ? *)"}}, "timeZone": "Europe/Berlin"}'
}

# settings SCHEDULE
settings() {
  jq --argjson schedule "$1" '. + {schedule: $schedule, operator: {layerZip: $layer}}' --arg layer "$PROJECT/.local/stand-in-layer.zip" "$PROJECT/settings.json" >"$FOLDER/settings.json"
  jq -n --arg app "node '$PROJECT/.local/js/main.js'" '{app: $app}' >"$FOLDER/cdktf.json"
}

schedule() { run --separate-stderr node "$PROJECT/.local/js/command/main.js" schedule "$@" --folder "$FOLDER"; }

@test "next: five firings of each expression, or as many as asked for, as the zone's clocks show them and in UTC" {
  schedule next
  [ "$status" -eq 0 ]
  [ "$(grep -c '02:30' <<<"$output")" -eq 5 ]
  [ "$(grep -c '07:00  (' <<<"$output")" -eq 5 ]
  schedule next 400
  # The night in which the clocks go forward has no half past two, and that in which they go back has one.
  [ "$(grep '02:30' <<<"$output" | grep -oE '\(.{10}' | sort | uniq -d)" = "" ]
  [ "$(grep -cE '02:30.*T00:30Z' <<<"$output")" -gt 100 ]
  [ "$(grep -cE '02:30.*T01:30Z' <<<"$output")" -gt 100 ]
}

@test "next: says on which days HSMs stay away" {
  local day
  day=$(date -d '+2 days' +%F)
  settings "$(jq -n --arg day "$day" '{windows: {nights: {removeAt: "cron(0 19 * * ? *)", restoreAt: "cron(0 7 * * ? *)"}}, holidays: [$day]}')"
  schedule next
  [ "$(grep -c 'a holiday: they stay away' <<<"$output")" -eq 1 ]
  grep -q "(${day}T07:00Z)  a holiday" <<<"$output"
}

@test "savings: dollars at the dated price of a region, hours where none is known, and dollars at one that is given" {
  schedule savings
  [ "$status" -eq 0 ]
  [[ $output == *"without the schedule  1460 HSM hours"$'\n'* ]]
  [[ $output == *"The price of hsm2m.medium in eu-central-1 is not known"* ]]
  local elsewhere="$BATS_TEST_TMPDIR/elsewhere"
  jq '.network.subnets |= map(.availabilityZone |= sub("eu-central-1"; "us-east-1"))' "$FOLDER/settings.json" >"$elsewhere"
  cp "$FOLDER/settings.json" "$BATS_TEST_TMPDIR/here" && cp "$elsewhere" "$FOLDER/settings.json"
  schedule savings
  [[ $output == *"without the schedule  1460 HSM hours  2,336 USD"* ]]
  [[ $output =~ "At 1.6 USD for an HSM and hour, as of "20[0-9-]+": " ]]
  cp "$BATS_TEST_TMPDIR/here" "$FOLDER/settings.json"
  schedule savings --price 2
  # 4 hours 30 minutes of each of an average month's 730 hours, of one of two HSMs.
  [[ $output == *"without the schedule  1460 HSM hours  2,920 USD"* ]]
  [[ $output == *"with it               1323 HSM hours  2,647 USD"* ]]
}

@test "errors are reported without a stack trace" {
  settings '{"windows": {"nights": {"removeAt": "every evening", "restoreAt": "cron(0 7 * * ? *)"}}}'
  schedule next
  [ "$status" -eq 1 ]
  [[ $stderr == *'windows.nights.removeAt is "every evening"; it must be an expression of EventBridge Scheduler'* ]]
  [[ $stderr != *"at "*".ts"* ]]
  schedule savings --price free
  [ "$status" -eq 2 ]
  jq 'del(.schedule)' "$FOLDER/settings.json" >"$FOLDER/other" && mv "$FOLDER/other" "$FOLDER/settings.json"
  schedule next
  [ "$status" -eq 2 ]
  [[ $stderr == *"has no schedule"* ]]
}
