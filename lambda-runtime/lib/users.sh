# shellcheck shell=bash
# Audits the users of each HSM by itself, and records the result.
# Sets: REPORT, QUORUM, MADE, USER_NOTE, HSMS_BEFORE.
# shellcheck disable=SC2034 # the actions read what is set here

use cluster event hsm log secret wait

# audit_users TRUST_ANCHOR: looks at each active HSM of CLUSTER; sets REPORT. By the event's admins, kmsuser and
# declared.
#   users: each with its role, state and HSMs. quorum: what each HSM wants for a change of users. problems: {code, user,
#   hsm, problem}, where problem is the code in words.
audit_users() {
  local address lists='' quorums=''
  for address in $(hsm_addresses); do
    step "look at the users of $address"
    configure_hsm_cli_at "$address" "$1"
    list_users
    lists+="${lists:+,}\"$address\":$USERS"
    read_quorum
    quorums+="${quorums:+,}\"$address\":$QUORUM"
  done
  step "compare them"
  REPORT=$(jq -c -f "$ROOT/lib/compare-users.jq" --arg admins "$(optional admins)" --arg kmsuser "$(optional kmsuser)" \
    --arg declared "$(optional declared)" --argjson quorums "{$quorums}" <<<"{$lists}")
}

# sentences_of REPORT: its problems in words.
sentences_of() {
  jq -r '.problems | map(if .user then "\(.user) \(.problem) on HSM \(.hsm)" else "HSM \(.hsm) \(.problem)" end)
    | join("; ")' <<<"$1"
}

# put_user CLUSTER_ID TRUST_ANCHOR ADDRESS USER ROLE PASSWORD: the user with that password on one HSM: made where it is
# missing, given the password where another one is there or it is locked. As ADMIN with ADMIN_PASSWORD. Ends the action
# where it has another role there, unless REMAKE is "true": then it is deleted and made again («Client SDK 5 user or
# policy contains inconsistent values», AWS CloudHSM User Guide). Sets MADE where it was missing.
put_user() {
  local id=$1 address=$3 user=$4 role=$5 found one roles
  configure_hsm_cli_at "$address" "$2"
  list_users
  found=$(user_role "$user")
  if [[ -n $found && $found != "$role" ]]; then
    [[ ${REMAKE:-} == true ]] ||
      fail HsmUserExists "HSM $address of cluster $id has a user $user with the role $found, not $role. A user cannot" \
        "change its role: remove the user and deploy, then add it with the new role; or use another name"
    require_no_quorum "$id" "delete it by hand (cloudhsm-cli user delete --username $user --role $found --approval" \
      "FILE)"
    # Of a user with several roles, each: the deletion under a role that it does not have changes nothing.
    roles=("$found")
    [[ $found != inconsistent ]] || roles=(admin crypto-user)
    for one in "${roles[@]}"; do
      hsm_cli_as "${ADMIN:-admin}" admin "$ADMIN_PASSWORD" user delete --username "$user" --role "$one" ||
        [[ $found == inconsistent && $HSM_DATA == *"does not exist"* ]] ||
        fail_hsm HsmUser "user delete of $user on HSM $address of cluster $id"
    done
    found=''
  fi
  if [[ -z $found || $(user_coverage "$user") != full ]]; then
    give_password create "$6"
    # shellcheck disable=SC2034 # ensure-user tells it
    MADE=true
  elif ! can_log_in "$user" "$role" "$6"; then
    give_password change-password "$6"
  fi
}

# give_password VERB PASSWORD: `create` or `change-password` of put_user's user, on the HSM that is configured.
give_password() {
  require_no_quorum "$id" "do it by hand (cloudhsm-cli user $1 --username $user --role $role --approval FILE) with" \
    "the password in the user's secret"
  hsm_cli_prompted "$ADMIN_PASSWORD" "$2" user "$1" --username "$user" --role "$role" ||
    fail_hsm HsmUser "user $1 of $user on HSM $address of cluster $id (the user's secret keeps the password; run it" \
      "again)"
}

# read_quorum: sets QUORUM to how many admins must approve, by service; empty where the CLI does not know of it. Needs
# no login.
read_quorum() {
  QUORUM='{}'
  ! hsm_cli quorum token-sign list-quorum-values || QUORUM=$HSM_DATA
}

# require_no_quorum CLUSTER_ID WHAT: ends the action where more than one admin must approve a change of users. WHAT is
# what a person does instead.
require_no_quorum() {
  set -- "$1" "${*:2}" # the text may come in several
  read_quorum
  local value
  value=$(jq -r '.user // 1' <<<"$QUORUM")
  ((value < 2)) ||
    fail QuorumRequired "cluster $1 wants $value admins to approve each change of its users, and the operator is one." \
      "Nothing was changed. Either $2 (approval: quorum token-sign generate --service user --token FILE, signed by" \
      "$value admins, all in one session of cloudhsm-cli interactive: a token ends with its session), and run this" \
      "again; or let one admin do it: quorum token-sign set-quorum-value --service user --value 1, which wants the" \
      "approvals of the service quorum where that has a value too"
}

# wait_for_hsms CLUSTER_ID CONSEQUENCE: before users are changed; sets CLUSTER, and notes which HSMs it has. Ends the
# action where one is still coming, with what that would mean.
wait_for_hsms() {
  wait_until no_hsm_is_coming "$1" ||
    fail StillPending "an HSM of cluster $1 is still being made, and $2. Run it again when it is ACTIVE"
  HSMS_BEFORE=$(hsm_ids)
}

# require_same_hsms CLUSTER_ID: ends the action where HSMs have come meanwhile, which may lack what was done. Those who
# make HSMs elsewhere, Terraform or a person, have no lock.
require_same_hsms() {
  describe_cluster "$1"
  [[ $(jq -c --argjson before "$HSMS_BEFORE" '. - $before' <<<"$(hsm_ids)") == '[]' ]] ||
    fail HsmsChanged "an HSM of cluster $1 was added while its users were changed, and may lack the change. Run it" \
      "again when all HSMs are ACTIVE: it resumes here"
}

# hsm_ids: of CLUSTER, those that are there or coming.
hsm_ids() { jq -c '[.Hsms[]? | select(.State | test("^DELETE") | not) | .HsmId]' <<<"$CLUSTER"; }

# read_user_note SECRET: sets USER_NOTE: hsms, those that were there at the last audit; repair, one that is not
# finished; repaired, the last plan that was carried out.
read_user_note() {
  local VALUE VERSION
  USER_NOTE='{}'
  ! read_secret "$1" AWSCURRENT || USER_NOTE=$VALUE
}

# write_user_note SECRET JSON
write_user_note() {
  USER_NOTE=$2
  write_secret "$1" "$2" || fail "$AWS_ERROR_CODE" "noting in secret $1: $AWS_ERROR_MESSAGE"
}
