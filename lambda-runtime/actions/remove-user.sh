# shellcheck shell=bash
# remove-user: removes a user from every HSM. A user who owns keys is kept: an HSM does not delete such a user, and the
# keys would be lost.

id=$(input clusterId)
anchor=$(input trustAnchor)
user=$(input userName)
role=$(input role)
secret=$(input userSecretArn)

# list_keys: sets KEYS to those that the user owns, a page of them; shared ones are others'.
list_keys() {
  hsm_cli_as "$user" crypto-user "$password" key list --verbose --max-items 100 ||
    fail_hsm HsmUser "key list as $user on cluster $id"
  KEYS=$(jq -c --arg user "$user" '[.matched_keys[]? | select(any(.["key-info"]["key-owners"][]?; .username == $user))
    | .["key-reference"]]' <<<"$HSM_DATA")
}

# delete_keys: deletes them all.
delete_keys() {
  local key
  list_keys
  [[ $(optional deleteKeys) == true || $KEYS == '[]' ]] ||
    fail UserOwnsKeys "$user owns keys in cluster $id, $(jq length <<<"$KEYS") or more, and they would be lost." \
      "Nothing was changed. Share or wrap what is needed, then let the removal delete keys (deleteKeysOfRemovedUsers)"
  while [[ $KEYS != '[]' ]]; do
    for key in $(jq -r '.[]' <<<"$KEYS"); do
      hsm_cli_as "$user" crypto-user "$password" key delete --filter "key-reference=$key" ||
        fail_hsm HsmUser "key delete of $key as $user on cluster $id"
      ((deleted += 1))
    done
    list_keys
  done
}

step "look at the user"
deleted=0 removed=0
wait_for_hsms "$id" "may come with $user"
addresses=$(hsm_addresses)
[[ -n $addresses ]] || fail NoHsmReachable "cluster $id has no active HSM, so $user cannot be removed"
configure_hsm_cli "$id" "$anchor"
list_users
found=$(user_role "$user")
[[ -z $found || $found == "$role" ]] ||
  fail HsmUserExists "cluster $id has a user $user with the role $found, not $role. Nothing was changed. Remove it by" \
    "hand (cloudhsm-cli user delete --username $user --role $found)"
if [[ -n $found ]]; then
  read_admin_of "$(input adminSecretArn)"
  # shellcheck disable=SC2153 # read_admin_of sets both
  admin=$ADMIN admin_password=$PASSWORD
  require_no_quorum "$id" "remove it by hand (cloudhsm-cli user delete --username $user --role $role --approval FILE)"
  if [[ $role == crypto-user ]] && { read_password "$secret" AWSCURRENT || read_password "$secret" AWSPENDING; }; then
    step "look at the user's keys"
    password=$PASSWORD
    # On the HSMs that have the user: each knows all keys.
    for address in $addresses; do
      configure_hsm_cli_at "$address" "$anchor"
      list_users
      if [[ $(user_role "$user") == "$role" ]] && can_log_in "$user" "$role" "$password"; then
        delete_keys
        break
      fi
    done
  fi
  for address in $addresses; do
    step "remove $user from $address"
    configure_hsm_cli_at "$address" "$anchor"
    list_users
    [[ $(user_role "$user") == "$role" ]] || continue
    # Whose keys could not be looked at, the HSM itself refuses: "You can't delete user accounts that own keys", user
    # delete, User Guide.
    hsm_cli_as "$admin" admin "$admin_password" user delete --username "$user" --role "$role" ||
      fail_hsm HsmUser "user delete of $user on HSM $address of cluster $id"
    ((removed += 1))
  done
  require_same_hsms "$id"
fi
done_with "$(jq -cn --argjson hsms "$removed" --argjson keys "$deleted" '{hsms: $hsms, keys: $keys}')"
