# shellcheck shell=bash
# replicate-users: copies to this cluster the users that another cluster has and this clone of it lacks: those created
# after the backup was taken. It changes no password and deletes no user; users that only this cluster has are reported,
# because they were deleted there. kmsuser is left out, because KMS owns its password. The operator must reach both
# clusters: their HSMs, and CloudHSM's API in both regions.

id=$(input clusterId)
anchor=$(input trustAnchor)
source=$(input sourceClusterId)
region=$(input sourceRegion)

# people_of CLUSTER REGION
people_of() {
  in_region "$2" configure_hsm_cli "$1" "$anchor"
  list_users
  require_one_role "$1"
  list_people
}

# require_one_role CLUSTER: whoever is an admin on one HSM and a crypto user on another can be neither compared nor
# replicated («AWS CloudHSM Client SDK 5 user or policy contains inconsistent values», AWS CloudHSM User Guide).
require_one_role() {
  local names
  names=$(jq -r 'map(select(.role == "inconsistent") | .username) | join(", ")' <<<"$USERS")
  [[ -z $names ]] ||
    fail HsmUserInconsistent "users of cluster $1 with different roles on its HSMs: $names. safe-storage users repair" \
      "mends that. Then run it again"
}

# admin_of SECRET: prints USER:PASSWORD.
admin_of() {
  read_password "$1" AWSCURRENT || fail AdminPasswordUnknown "secret $1 is empty"
  read_admin
  # shellcheck disable=SC2153 # read_admin sets ADMIN
  printf '%s:%s' "$ADMIN" "$PASSWORD"
}

step "compare the users of $source and $id"
wait_for_hsms "$id" "would join without them"
theirs=$(people_of "$source" "$region")
ours=$(people_of "$id" "$AWS_REGION")
differences=$(compare_people "$theirs" "$ours")
mapfile -t missing < <(LC_ALL=C comm -23 <(printf '%s\n' "$theirs") <(printf '%s\n' "$ours"))
replicated=()
if [[ $(optional dryRun) != true ]] && ((${#missing[@]} > 0)); then
  source_admin=$(admin_of "$(input sourceAdminSecretArn)")
  admin=$(admin_of "$(input adminSecretArn)")
  configure_hsm_cli_for_two "$id" "$source" "$region" "$(optional sourceEndpoint)" "$anchor"
  for user in "${missing[@]}"; do
    step "replicate ${user#* }"
    hsm_cli_on_two "$source_admin" "$admin" user replicate --username "${user#* }" --role "${user% *}" \
      --source-cluster-id "$source" --destination-cluster-id "$id" ||
      fail_hsm UserReplication "user replicate of ${user#* } from cluster $source to $id"
    replicated+=("${user#* }")
  done
  require_same_hsms "$id"
fi
done_with "$(jq -c '. + {replicated: $ARGS.positional}' --args "${replicated[@]}" <<<"$differences")"
