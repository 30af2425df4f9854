#!/usr/bin/env bats
# scripts/update-prices: the table of HSMs' prices.

bats_require_minimum_version 1.5.0

setup() { PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd); }

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
