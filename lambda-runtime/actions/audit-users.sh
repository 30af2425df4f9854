# shellcheck shell=bash
# audit-users: looks at the users of each HSM for itself: AWS keeps keys in step between HSMs, not users, and one that an HSM lacks breaks
# keys at random. Changes nothing, logs in as nobody. In: clusterId, trustAnchor; admins, names that may have the role admin beside
# `admin`, separated by spaces; kmsuser: "true" where it must be on every HSM; topicArns, what is told where something is off.
# Out: users, each with its HSMs; problems, each with user and HSM.

id=$(input clusterId)
anchor=$(input trustAnchor)
admins=$(optional admins)
kmsuser=$(optional kmsuser)

step "wait until no HSM is coming"
wait_until no_hsm_is_coming "$id" || {
  pending "an HSM of cluster $id is still being made"
  exit 0
}
mapfile -t addresses < <(hsm_addresses)
if ((${#addresses[@]} == 0)); then
  done_with '{"users": [], "problems": [], "notice": "no HSM is ACTIVE"}'
  exit 0
fi
lists='{}'
for address in "${addresses[@]}"; do
  step "look at the users of $address"
  configure_hsm_cli_at "$address" "$anchor"
  list_users
  lists=$(jq -c --arg hsm "$address" --argjson users "$USERS" '. + {($hsm): $users}' <<<"$lists")
done

step "compare them"
report=$(jq -c --arg admins "admin $admins" --arg kmsuser "$kmsuser" '
  . as $lists | keys as $hsms
  | [to_entries[] | .key as $hsm | .value[] | select(.role != "internal(APPLIANCE_USER)") | . + {hsm: $hsm}] as $seen
  | ($seen | group_by(.username) | map({
      username: .[0].username,
      role: (map(.role) | unique | join(" and ")),
      locked: any(.locked == "true"),
      mfa: (map(.mfa // [] | tojson) | unique | map(fromjson) | add // []),
      hsms: map(.hsm)
    })) as $users
  | ($admins | split(" ")) as $allowed
  | {
      users: $users,
      problems: (
        [$users[] | .username as $user | $hsms - .hsms | .[] | {user: $user, hsm: ., problem: "is missing"}]
        + [$users[] | select(.role | contains(" and ")) | . as $one | $seen[] | select(.username == $one.username) | {user: .username, hsm, problem: "has the role \(.role), and another one elsewhere"}]
        + [$seen[] | select(.locked == "true") | {user: .username, hsm, problem: "is locked out"}]
        + [$seen[] | select(.role == "admin") | select(.username as $name | $allowed | index($name) | not) | {user: .username, hsm, problem: "is an admin whom nobody expects"}]
        + (if $kmsuser == "true" and ($users | all(.username != "kmsuser")) then [$hsms[] | {user: "kmsuser", hsm: ., problem: "is missing"}] else [] end)
        | sort_by(.user, .hsm)
      )
    }' <<<"$lists")
count=$(jq '.problems | length' <<<"$report")
log_metric UserProblems Count "$count" Cluster "$id"
if ((count > 0)); then
  sentences=$(jq -r '.problems | map("\(.user) \(.problem) on HSM \(.hsm)") | join("; ")' <<<"$report")
  log warning "users of cluster $id: $sentences"
  announce "Users of cluster $id are not as they should be: $sentences. What can be done: docs/operations.md, «A user is missing on an HSM»."
fi
done_with "$report"
