# shellcheck shell=bash
# Which HSMs a schedule has removed, in a secret of the operator's: the function reaches Secrets Manager anyway, and
# tags of the cluster would show up as drift in a plan. One document: {"status": "removing|removed|restoring|restored",
# "since": MILLISECONDS at which that began, "places": ["ZONE ADDRESS", …]}.
# Sets: STATUS_OF_HSMS, SINCE and RECORDED.

use log secret

# shellcheck disable=SC2034 # the actions read them
# read_record SECRET: sets STATUS_OF_HSMS, SINCE and RECORDED, the places; all empty where nobody has removed any.
read_record() {
  local VALUE VERSION
  STATUS_OF_HSMS='' SINCE='' RECORDED=()
  read_secret "$1" AWSCURRENT || return 0
  STATUS_OF_HSMS=$(jq -r .status <<<"$VALUE")
  SINCE=$(jq -r '.since // 0' <<<"$VALUE")
  mapfile -t RECORDED < <(jq -r '.places[]' <<<"$VALUE")
}

# write_record SECRET STATUS PLACE ...
write_record() {
  local document
  now_ms
  if [[ $2 != "$STATUS_OF_HSMS" ]]; then SINCE=$NOW_MS; fi
  document=$(jq -cn --arg status "$2" --argjson since "$SINCE" '{status: $status, since: $since,
    places: $ARGS.positional}' --args "${@:3}")
  write_secret "$1" "$document" ||
    fail "$AWS_ERROR_CODE" "noting the HSMs in secret $1: $AWS_ERROR_MESSAGE. Nothing was deleted since"
  STATUS_OF_HSMS=$2
}

# all_places PLACE ...: the active ones given here, and those of RECORDED that are away, a line each. In a restore that
# was cut off one that is not in RECORDED is where an address was taken, and stands in for one of its zone.
all_places() {
  jq -rn --arg status "$STATUS_OF_HSMS" --argjson recorded "$(jq -cn '$ARGS.positional' --args "${RECORDED[@]}")" '
    $ARGS.positional as $active
    | (if $status == "restored" then [] else $recorded end) as $recorded
    | ($active - $recorded | map(split(" ")[0])) as $standIns
    | $recorded - $active | group_by(split(" ")[0])
    | map((.[0] | split(" ")[0]) as $zone
      | .[(if $status == "restoring" then $standIns | map(select(. == $zone)) | length else 0 end):][])
    | $active + . | unique[]' --args "$@"
}

# time_taken: since the record's status began, over however many runs of the function.
time_taken() {
  now_ms
  local seconds=$(((NOW_MS - SINCE) / 1000))
  printf '%d min %d s' $((seconds / 60)) $((seconds % 60))
}
