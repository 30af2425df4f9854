# shellcheck shell=bash
# Which HSMs a schedule has put away, in a secret of the operator's: the function reaches Secrets Manager anyway, and tags of the
# cluster would show up as drift in a plan. One document: {"status": "removing|removed|restored", "places": ["ZONE ADDRESS", …]}.

# shellcheck disable=SC2034 # the actions read them
# read_record SECRET: sets STATUS_OF_HSMS and RECORDED, the places; both empty where nobody has put any away.
read_record() {
  local VALUE VERSION
  STATUS_OF_HSMS='' RECORDED=()
  read_secret "$1" AWSCURRENT || return 0
  STATUS_OF_HSMS=$(jq -r .status <<<"$VALUE")
  mapfile -t RECORDED < <(jq -r '.places[]' <<<"$VALUE")
}

# write_record SECRET STATUS PLACE ...
write_record() {
  local document
  document=$(jq -cn --arg status "$2" '{status: $status, places: $ARGS.positional}' --args "${@:3}")
  secretsmanager PutSecretValue "$(jq -cn --arg id "$1" --arg text "$document" --arg token "$(</proc/sys/kernel/random/uuid)" \
    '{SecretId: $id, ClientRequestToken: $token, SecretString: $text}')" ||
    fail "$AWS_ERROR_CODE" "noting the HSMs in secret $1: $AWS_ERROR_MESSAGE. Nothing was deleted since"
}
