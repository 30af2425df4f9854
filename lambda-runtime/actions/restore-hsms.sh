# shellcheck shell=bash
# restore-hsms: brings back the HSMs that remove-hsms has put away: the same zones and addresses, keys and users from the backup.
# In: clusterId, trustAnchor; hsmRecordArn, the secret with the note. Out: hsms, as they are now; notice where one is elsewhere.

id=$(input clusterId)
record=$(input hsmRecordArn)
anchor=$(input trustAnchor)

step "look where the HSMs stood"
describe_cluster "$id"
read_record "$record"
if [[ -z $STATUS_OF_HSMS || $STATUS_OF_HSMS == restored ]]; then
  log info "nothing was put away"
  done_with_hsms
  exit 0
fi
places=("${RECORDED[@]}")
# shellcheck disable=SC2034 # make_hsms reads it
ALL_PLACES=true
ensure_places "$id" "${places[@]}"
# shellcheck disable=SC2153 # make_hsms sets PLACES, which is not `places`
write_record "$record" restored "${PLACES[@]}"

step "look at the users on every HSM"
configure_hsm_cli "$id" "$anchor"
list_users
lacking=$(jq -r 'map(select(.["cluster-coverage"] != "full" and .role != "app_user") | .username) | join(", ")' <<<"$USERS")
[[ -z $lacking ]] || NOTICES+="not on every HSM: $lacking; "
done_with_hsms
