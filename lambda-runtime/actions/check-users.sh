# shellcheck shell=bash
# check-users: whether admin and kmsuser are on every HSM that the cluster has now. AWS keeps keys in step between
# HSMs, not users. Changes nothing, logs in as nobody.

id=$(input clusterId)
step "look at the users on every HSM"
wait_until no_hsm_is_coming "$id" || still_at_work "an HSM of cluster $id is still being made"
configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
for user in admin kmsuser; do
  [[ $(user_coverage "$user") == full ]] ||
    fail UserNotOnEveryHsm "$user is not on every HSM of cluster $id: one has come while users were changed." \
      "scripts/users repair says what mends it. Without a UserAudit: kmsuser is made where it is missing by the next" \
      "deploy, once its key store is disconnected (aws kms disconnect-custom-key-store); for admin delete the HSM" \
      "that lacks it (aws cloudhsmv2 delete-hsm) and deploy again"
done
done_with "$(jq -cn --argjson cluster "$CLUSTER" --argjson users "$USERS" \
  '{hsms: ([$cluster.Hsms[] | select(.State == "ACTIVE")] | length), users: ($users | map(.username))}')"
