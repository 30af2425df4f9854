# shellcheck shell=bash
# restore-hsms: restores the HSMs that remove-hsms has removed: in the same zones, at the same addresses, with the keys
# and users of the backup.

id=$(input clusterId)
record=$(input hsmRecordArn)
anchor=$(input trustAnchor)

# is_holiday: of texts of one form, the order is that of the times.
is_holiday() {
  local at times
  at=$(optional scheduledTime)
  for times in $(optional holidays); do
    if [[ ! $at < ${times%/*} && $at < ${times#*/} ]]; then return 0; fi
  done
  return 1
}

# reconnect_store: a key store that lost its cluster meanwhile. One that somebody has disconnected stays so.
reconnect_store() {
  local key_store
  store_of_cluster "$id" || return 0
  key_store=$(jq -r .CustomKeyStoreId <<<"$STORE")
  [[ $(store_state) == FAILED ]] || return 0
  step "connect key store $key_store again"
  disconnect "$key_store" && connect "$key_store" && wait_until store_is "$key_store" CONNECTED || return 1
  [[ $(store_state) == CONNECTED ]] ||
    NOTICES+="key store $key_store did not connect: $(jq -r .ConnectionErrorCode <<<"$STORE"); "
}

step "look where the HSMs stood"
describe_cluster "$id"
read_record "$record"
if [[ -z $STATUS_OF_HSMS || $STATUS_OF_HSMS == restored ]]; then
  log info "no HSMs were removed"
  done_with_hsms
  exit 0
fi
if is_holiday; then
  log info "a holiday: the HSMs stay away"
  done_with_hsms
  exit 0
fi
places=("${RECORDED[@]}")
write_record "$record" restoring "${places[@]}"
# shellcheck disable=SC2034 # make_hsms reads it
ALL_PLACES=true
ensure_places "$id" "${places[@]}"

step "look at the users on every HSM"
configure_hsm_cli "$id" "$anchor"
list_users
lacking=$(jq -r 'map(select(.["cluster-coverage"] != "full" and .role != "app_user") | .username) | join(", ")' \
  <<<"$USERS")
[[ -z $lacking ]] || NOTICES+="not on every HSM: $lacking; "
reconnect_store || still_at_work "the key store of cluster $id is still connecting"
took=$(time_taken)
# shellcheck disable=SC2153 # make_hsms sets PLACES, which is not `places`
write_record "$record" restored "${PLACES[@]}"
announce "The HSMs of cluster $id were restored: $(printf '%s; ' "${PLACES[@]}")all users are on all of them, except" \
  "as noted here. ${NOTICES:+Note: $NOTICES}It took $took."
done_with_hsms
