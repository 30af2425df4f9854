# shellcheck shell=bash
# ensure-user: creates one user on every HSM, with the password in the user's own secret. A password is generated if the
# secret is empty.

id=$(input clusterId)
anchor=$(input trustAnchor)
user=$(input userName)
role=$(input role)
secret=$(input userSecretArn)
# What the secret's versions are marked with, so that a run that is repeated knows which password was asked for.
mark="password-$(input passwordVersion)"

# is_of_another_version: VERSION of the secret is. One without any mark is a person's, or of a run that was cut off.
is_of_another_version() {
  describe_secret "$secret"
  jq -e --arg version "$VERSION" --arg mark "$mark" '.VersionIdsToStages[$version] // []
    | map(select(startswith("password-")))
    | . != [] and (index($mark) | not)' <<<"$REPLY" >/dev/null
}

step "look at the secret"
wait_for_hsms "$id" "would join without $user"
addresses=$(hsm_addresses)
[[ -n $addresses ]] || fail NoHsmReachable "cluster $id has no active HSM"
read_admin_of "$(input adminSecretArn)"
# shellcheck disable=SC2034,SC2153 # put_user reads the one, read_admin_of sets the other
ADMIN_PASSWORD=$PASSWORD
ours=false
! read_password "$secret" AWSCURRENT || ours=true
if ! read_password "$secret" AWSPENDING; then
  if [[ $ours == false ]]; then
    configure_hsm_cli "$id" "$anchor"
    list_users
    [[ -z $(user_role "$user") || $(optional adopt) == true ]] ||
      fail HsmUserExists "cluster $id has a user $user that this deploy has not made. Nothing was changed. Adopt it," \
        "and it gets a new password; or put its password into secret $secret"
    new_password "$secret"
  elif is_of_another_version; then
    new_password "$secret"
  fi
fi
password=$PASSWORD

# HSM by HSM: a run that was cut off may have reached some of them only.
MADE=false
for address in $addresses; do
  step "make $user on $address"
  put_user "$id" "$anchor" "$address" "$user" "$role" "$password"
done
require_same_hsms "$id"
step "keep the password"
promote_password "$secret"
mark_password "$secret" "$mark"
done_with "$(jq -cn --arg addresses "$addresses" --argjson made "$MADE" '{hsms: ($addresses | split("\n")
  | length), made: $made}')"
