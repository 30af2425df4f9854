# shellcheck shell=bash
# compare-users: compares the users of a restored cluster with the last record that note-users made of the original
# cluster: which users were created or deleted after the backup. Changes nothing.

id=$(input clusterId)
secret=$(input usersSecretArn)

step "compare the users with those of the origin"
configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
if ! read_secret "$secret" AWSCURRENT; then
  done_with '{"missing": [], "stale": [], "notice": "nobody has noted the users of the origin"}'
  exit 0
fi
differences=$(compare_people "$(jq -r '.users | join("\n")' <<<"$VALUE")" "$(list_people)")
[[ $differences == '{"missing":[],"stale":[]}' ]] ||
  log warning "users differ from those of the origin of cluster $id" "\"differences\":$differences"
done_with "$differences"
