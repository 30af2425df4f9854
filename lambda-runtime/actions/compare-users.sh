# shellcheck shell=bash
# compare-users: who was made or deleted in a cluster after the backup from which this one comes, by the note that
# note-users has made there. Changes nothing.

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
