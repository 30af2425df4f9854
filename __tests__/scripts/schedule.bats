#!/usr/bin/env bats
# What scripts/schedule says of a folder's settings.

bats_require_minimum_version 1.5.0 # for `run --separate-stderr`

setup() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  FOLDER=$BATS_TEST_TMPDIR
  settings '{"windows": {"nights": {"removeAt": "cron(30 2 * * ? *)", "restoreAt": "cron(0 7 * * ? *)"}}, "timeZone": "Europe/Berlin"}'
}

# settings SCHEDULE
settings() { jq --argjson schedule "$1" '. + {schedule: $schedule}' "$PROJECT/settings.json" >"$FOLDER/settings.json"; }

schedule() { run --separate-stderr "$PROJECT/scripts/schedule" --folder "$FOLDER" "$@"; }

@test "--next: five firings of each expression, or as many as asked for, as the zone's clocks show them and in UTC" {
  schedule --next
  [ "$status" -eq 0 ]
  [ "$(grep -c '02:30' <<<"$output")" -eq 5 ]
  [ "$(grep -c '07:00  (' <<<"$output")" -eq 5 ]
  schedule --next 400
  # The night in which the clocks go forward has no half past two, and that in which they go back has one.
  [ "$(grep '02:30' <<<"$output" | grep -oE '\(.{10}' | sort | uniq -d)" = "" ]
  [ "$(grep -cE '02:30.*T00:30Z' <<<"$output")" -gt 100 ]
  [ "$(grep -cE '02:30.*T01:30Z' <<<"$output")" -gt 100 ]
}

@test "--next: says on which days HSMs stay away" {
  local day
  day=$(date -d '+2 days' +%F)
  settings "$(jq -n --arg day "$day" '{windows: {nights: {removeAt: "cron(0 19 * * ? *)", restoreAt: "cron(0 7 * * ? *)"}}, holidays: [$day]}')"
  schedule --next
  [ "$(grep -c 'a holiday: they stay away' <<<"$output")" -eq 1 ]
  grep -q "(${day}T07:00Z)  a holiday" <<<"$output"
}

@test "--savings: dollars at the dated price of a region, hours where none is known, and dollars at one that is given" {
  schedule --savings
  [ "$status" -eq 0 ]
  [[ $output == *"without the schedule  1460 HSM hours"$'\n'* ]]
  [[ $output == *"The price of hsm2m.medium in eu-central-1 is not known"* ]]
  local elsewhere="$BATS_TEST_TMPDIR/elsewhere"
  jq '.network.subnets |= map(.availabilityZone |= sub("eu-central-1"; "us-east-1"))' "$FOLDER/settings.json" >"$elsewhere"
  cp "$FOLDER/settings.json" "$BATS_TEST_TMPDIR/here" && cp "$elsewhere" "$FOLDER/settings.json"
  schedule --savings
  [[ $output == *"without the schedule  1460 HSM hours  2,336 USD"* ]]
  [[ $output =~ "At 1.6 USD for an HSM and hour, as of "20[0-9-]+": " ]]
  cp "$BATS_TEST_TMPDIR/here" "$FOLDER/settings.json"
  schedule --savings --price 2
  # 4 hours 30 minutes of each of an average month's 730 hours, of one of two HSMs.
  [[ $output == *"without the schedule  1460 HSM hours  2,920 USD"* ]]
  [[ $output == *"with it               1323 HSM hours  2,647 USD"* ]]
}

@test "errors are reported without a stack trace" {
  settings '{"windows": {"nights": {"removeAt": "every evening", "restoreAt": "cron(0 7 * * ? *)"}}}'
  schedule --next
  [ "$status" -eq 2 ]
  [[ $stderr == *'schedule: windows.nights.removeAt is "every evening"; it must be an expression of EventBridge Scheduler'* ]]
  [[ $stderr != *"at "*".ts"* ]]
  schedule --savings --price free
  [ "$status" -eq 2 ]
  jq 'del(.schedule)' "$FOLDER/settings.json" >"$FOLDER/other" && mv "$FOLDER/other" "$FOLDER/settings.json"
  schedule --next
  [ "$status" -eq 2 ]
  [[ $stderr == *"has no schedule"* ]]
}

@test "update-prices: writes what AWS's price list has, by region and type, with its date; a region that is not in it, and a type that nobody can make any more, are left out" {
  local folder="$BATS_TEST_TMPDIR/list/offers/v1.0/aws/CloudHSM/current/eu-central-1" port
  mkdir -p "$folder"
  jq -n '{publicationDate: "2026-11-20T12:00:00Z",
    products: {
      A: {attributes: {usagetype: "EUC1-CloudHSMv2Usage", operation: "Hourly"}},
      B: {attributes: {usagetype: "EUC1-CloudHSMv2Usage-hsm2m.m", operation: "Hourly"}},
      C: {attributes: {usagetype: "EUC1-CloudHSMUpfront", operation: "Upfront"}}},
    terms: {OnDemand: ({A: "1.9900000000", B: "2.0100000000", C: "5000"}
      | map_values({x: {priceDimensions: {y: {pricePerUnit: {USD: .}}}}}))}}' >"$folder/index.json"
  python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$BATS_TEST_TMPDIR/list" >"$BATS_TEST_TMPDIR/server" 2>&1 3>&- &
  SERVER=$!
  until port=$(grep -oE 'port [0-9]+' "$BATS_TEST_TMPDIR/server"); do sleep 0.05; done
  cd "$PROJECT"
  PRICE_LIST_URL="http://127.0.0.1:${port#port }" PRICE_TABLE="$BATS_TEST_TMPDIR/table.ts" run node_modules/.bin/tsx scripts/lib/update-prices.ts
  kill "$SERVER"
  [ "$status" -eq 0 ]
  grep -q 'AS_OF = "2026-11-20"' "$BATS_TEST_TMPDIR/table.ts"
  grep -qF '{"eu-central-1":{"hsm2m.medium":2.01}}' "$BATS_TEST_TMPDIR/table.ts"
}
