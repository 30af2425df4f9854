# shellcheck shell=bash
# note-users: records the cluster's users, without passwords, in a secret that is replicated to other regions, so that a
# restored cluster can tell which users were created or deleted since the backup.

id=$(input clusterId)
secret=$(input usersSecretArn)

step "look at the users"
describe_cluster "$id"
if [[ -z $(hsm_addresses) ]]; then
  done_with '{"notice": "no HSM is ACTIVE, so that nobody can have changed users"}'
  exit 0
fi
configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
people=$(list_people)

step "note them"
noted=''
if read_secret "$secret" AWSCURRENT; then noted=$(jq -r '.users | join("\n")' <<<"$VALUE"); fi
if [[ $noted != "$people" ]]; then
  write_secret "$secret" "$(jq -Rcn --arg people "$people" --argjson at "$(now_seconds)" '{at: $at, users: ($people
    | split("\n"))}')" ||
    fail "$AWS_ERROR_CODE" "noting the users in secret $secret: $AWS_ERROR_MESSAGE"
fi
done_with "$(jq -Rcn --arg people "$people" '{users: ($people | split("\n"))}')"
