# shellcheck shell=bash
# check-users: checks whether admin and kmsuser are on every HSM that the cluster has now. AWS synchronises keys between
# HSMs, but not users. Changes nothing and does not log in.

id=$(input clusterId)
step "look at the users on every HSM"
wait_until no_hsm_is_coming "$id" || still_at_work "an HSM of cluster $id is still being made"
configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
for user in admin kmsuser; do
  [[ $(user_coverage "$user") == full ]] ||
    fail UserNotOnEveryHsm "$user is not on every HSM of cluster $id: an HSM was added while users were changed." \
      "safe-storage users repair shows what repairs it. Without a UserAudit: the next deploy creates kmsuser where it" \
      "is missing, once its key store is disconnected (aws kms disconnect-custom-key-store); for admin, delete the" \
      "HSM that lacks it (aws cloudhsmv2 delete-hsm) and deploy again"
done
done_with "$(jq -cn --argjson cluster "$CLUSTER" --argjson users "$USERS" \
  '{hsms: ([$cluster.Hsms[] | select(.State == "ACTIVE")] | length), users: ($users | map(.username))}')"
