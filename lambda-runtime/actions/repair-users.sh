# shellcheck shell=bash
# repair-users: repairs what audit-users finds. Users whose password is in a secret of the deployment (`userSecrets`;
# kmsuser while its key store is disconnected; `admin` if another admin is available) are repaired in place, in seconds:
# afterwards one password works on every HSM. For other users, an HSM that lacks them is deleted and replaced at its
# address by a clone of one that has them all, one at a time, while the others serve. For the rest it prints the exact
# commands. Without `plan` it changes nothing and says what it would do.

id=$(input clusterId)
anchor=$(input trustAnchor)
note=$(input userNoteArn)
plan=$(optional plan)
# Most are Terraform's, which wants each where it was.
# shellcheck disable=SC2034 # make_hsms reads it
SAME_PLACES=true
automatic=$(optional automatic)

# has_free_kmsuser: nobody is logged in as kmsuser, so that it can be given a password. Sets STORE.
has_free_kmsuser() { ! store_of_cluster "$id" || [[ $(store_state) == DISCONNECTED ]]; }

# plan_repair: sets STEPS and BY_HAND for REPORT, and PLAN, the id of these steps.
plan_repair() {
  local free=false outcome
  ! has_free_kmsuser || free=true
  outcome=$(jq -c -f "$ROOT/lib/plan-repair.jq" \
    --argjson cluster "$CLUSTER" --argjson free "$free" --arg wrong "$wrong" \
    --arg declared "$(optional declared)" --arg secrets "$(optional userSecrets)" <<<"$REPORT")
  STEPS=$(jq -c .steps <<<"$outcome")
  BY_HAND=$(jq -c .byHand <<<"$outcome")
  PLAN=$(jq -cS . <<<"$STEPS" | sha256sum)
  PLAN=${PLAN:0:16}
}

# next_place: of the HSMs that may be replaced the first one that the plan still names, "ZONE ADDRESS".
next_place() {
  jq -r --argjson note "$USER_NOTE" 'map(select(.do == "replace" and (.hsm as $hsm | $note.repair.hsms | index($hsm))))
    | first | .place // empty' <<<"$STEPS"
}

# hsm_at ADDRESS: the id of the HSM there.
hsm_at() { jq -r --arg ip "$1" '.Hsms[]? | select(.EniIp == $ip) | .HsmId' <<<"$CLUSTER"; }

# bring_back PLACE
bring_back() {
  step "make the HSM at ${1#* } again"
  ensure_places "$id" "$1"
  # A run that was cut off may have noted it, and not deleted it yet.
  if [[ $(hsm_at "${1#* }") == "$(jq -r .repair.hsm <<<"$USER_NOTE")" ]]; then
    write_user_note "$note" "$(jq -c 'del(.repair.place)' <<<"$USER_NOTE")"
    return 0
  fi
  REPAIRED+=("the HSM at ${1#* } is a clone of another one")
  write_user_note "$note" "$(jq -c --arg ip "${1#* }" '.repair |= (del(.place) | if .wrong == $ip then del(.wrong)
    else . end)' <<<"$USER_NOTE")"
}

# replace PLACE
replace() {
  local others
  describe_cluster "$id"
  others=$(jq -r --arg ip "${1#* }" '[.Hsms[]? | select(.EniIp != $ip and .State == "ACTIVE")] | length' <<<"$CLUSTER")
  # One active HSM is the least that a connected key store needs: ConnectCustomKeyStore, AWS KMS API Reference. And the
  # clone is of one.
  ((others >= 1)) || fail TooFewHsms "the HSM at ${1#* } is the only active one of cluster $id: no other HSM could" \
    "serve meanwhile, or be cloned. Nothing was changed since. Add another one (setting cluster.hsms)"
  write_user_note "$note" "$(jq -c --arg place "$1" --arg hsm "$(hsm_at "${1#* }")" '.repair += {place: $place,
    hsm: $hsm}' <<<"$USER_NOTE")"
  step "delete the HSM at ${1#* }"
  delete_hsm "$id" "${1#* }" || still_at_work "the HSM at ${1#* } of cluster $id is still being deleted"
  bring_back "$1"
}

mend_kmsuser() {
  if store_of_cluster "$id"; then
    put_kmsuser_in_store "$(jq -r .CustomKeyStoreId <<<"$STORE")" "$id" "$anchor" "$(input adminSecretArn)" \
      "$(input kmsuserSecretArn)"
  else
    put_kmsuser_on_hsms "$id" "$anchor" "$(input adminSecretArn)" "$(input kmsuserSecretArn)" true
    promote_password "$(input kmsuserSecretArn)"
  fi
  REPAIRED+=("kmsuser is on every HSM, with a new password; safe-storage deploy connects its key store")
}

# mend_user NAME: on every HSM, with the password in its secret. Also where nothing was off: afterwards the one password
# opens every HSM.
mend_user() {
  local name=$1 role=admin secret address password
  secret=$(input adminSecretArn)
  if [[ $name != admin ]]; then
    role=$(pair_of "$(optional declared)" "$name")
    secret=$(pair_of "$(optional userSecrets)" "$name")
  fi
  read_password "$secret" AWSCURRENT ||
    fail UserPasswordUnknown "secret $secret of user $name is empty: a deploy that makes the user has not ended." \
      "Deploy again (safe-storage deploy)"
  # shellcheck disable=SC2153 # read_password sets it
  password=$PASSWORD
  for address in $(hsm_addresses); do
    step "mend $name on $address"
    if [[ $name == admin ]]; then
      configure_hsm_cli_at "$address" "$anchor"
      if can_log_in admin admin "$password"; then continue; fi
      find_helper "$address"
    else
      read_admin_of "$(input adminSecretArn)"
      ADMIN_PASSWORD=$PASSWORD
    fi
    REMAKE=true put_user "$id" "$anchor" "$address" "$name" "$role" "$password"
  done
  REPAIRED+=("$name is on every HSM, with the password in its secret")
}

# find_helper ADDRESS: sets ADMIN and ADMIN_PASSWORD to another admin of ours who can log in there.
find_helper() {
  local user
  for user in $(optional declared); do
    if [[ $user == *=admin ]] && read_password "$(pair_of "$(optional userSecrets)" "${user%=*}")" AWSCURRENT &&
      can_log_in "${user%=*}" admin "$PASSWORD"; then
      # shellcheck disable=SC2034 # put_user reads both
      ADMIN=${user%=*} ADMIN_PASSWORD=$PASSWORD
      return 0
    fi
  done
  fail AdminPasswordUnknown "no admin with a password in a secret of ours can log in to the HSM at $1 of cluster $id." \
    "Nothing was changed there. safe-storage users repair --hsm $1 replaces it"
}

# pair_of "NAME=VALUE ..." NAME
pair_of() {
  local pair
  for pair in $1; do
    if [[ ${pair%%=*} == "$2" ]]; then printf '%s' "${pair#*=}"; fi
  done
}

# look WRONG: what is off, and what would repair it; WRONG is an HSM that is replaced in any case.
look() {
  wait_until no_hsm_is_coming "$id" || still_at_work "an HSM of cluster $id is still being made"
  [[ -n $(hsm_addresses) ]] || fail NoHsmReachable "cluster $id has no active HSM: there are no users to audit"
  wrong=$1
  [[ -z $wrong || $(state_at "$wrong") == ACTIVE ]] || fail HsmNotFound "cluster $id has no active HSM at $wrong"
  audit_users "$anchor"
  plan_repair
}

step "look where an earlier run was cut off"
REPAIRED=()
describe_cluster "$id"
read_user_note "$note"
away=$(jq -r '.repair.place // ""' <<<"$USER_NOTE")
approved=$(jq -r '.repair.plan // ""' <<<"$USER_NOTE")
goes_on=false
if [[ -n $approved && ($plan == "$approved" || $automatic == true) ]]; then goes_on=true; fi
if [[ -n $away && $goes_on == false ]]; then
  done_with "$(jq -cn --arg place "$away" --arg plan "$approved" '{plan: $plan, steps: [{do: "finish", place: $place}],
    repaired: [], byHand: [], problems: []}')"
  exit 0
fi
[[ -z $away ]] || bring_back "$away"

if [[ $goes_on == true ]]; then
  look "$(jq -r '.repair.wrong // ""' <<<"$USER_NOTE")"
else
  look "$(optional hsm)"
  if [[ $automatic == true ]]; then
    plan=$PLAN
    log warning "will repair the users of cluster $id: $STEPS"
  fi
  if [[ -z $plan ]]; then
    done_with "$(jq -c --arg plan "$PLAN" --argjson steps "$STEPS" --argjson byHand "$BY_HAND" '{plan: $plan,
      steps: $steps, repaired: [], byHand: $byHand, problems}' <<<"$REPORT")"
    exit 0
  fi
  # Of a run whose answer was lost, run again, nothing is left to do.
  [[ $plan == "$PLAN" || ($STEPS == "[]" && $plan == "$(jq -r '.repaired // ""' <<<"$USER_NOTE")") ]] ||
    fail PlanChanged "the users of cluster $id are not as they were when plan $plan was made. Nothing was changed." \
      "Make the plan again"
  write_user_note "$note" "$(jq -c --arg plan "$plan" --argjson steps "$STEPS" --arg wrong "$wrong" \
    '.repair = {plan: $plan, hsms: [$steps[].hsm // empty]}
      + if $wrong == "" then {} else {wrong: $wrong} end' <<<"$USER_NOTE")"
fi
mended=$(jq -r '.[] | select(.do == "mend") | .user' <<<"$STEPS")
if [[ -n $mended ]]; then
  wait_for_hsms "$id" "would join without what is mended"
  for user in $mended; do
    if [[ $user == kmsuser ]]; then mend_kmsuser; else mend_user "$user"; fi
  done
  require_same_hsms "$id"
  look "$wrong"
fi
# A clone may come from an HSM that lacks users itself; then it is replaced once more, when that one has been.
rounds=$(jq '2 * (.repair.hsms | length)' <<<"$USER_NOTE")
while place=$(next_place) && [[ -n $place ]]; do
  ((rounds-- > 0)) || fail ClonesLackUsers "HSMs of cluster $id that were made anew lack users again: AWS has cloned" \
    "one that lacks them. Delete those that lack users, all but one that has them all, and run it again:" \
    "$(sentences_of "$REPORT")"
  replace "$place"
  look ""
done
write_user_note "$note" "$(jq -c '.repaired = .repair.plan | del(.repair)' <<<"$USER_NOTE")"
log_metric UserProblems Count "$(jq '.problems | length' <<<"$REPORT")" Cluster "$id"
if ((${#REPAIRED[@]} > 0)) || [[ $BY_HAND != '[]' ]]; then
  repaired=$(jq -rn '$ARGS.positional | join("; ")' --args "${REPAIRED[@]}")
  by_hand=$(jq -r 'map("\(.user // "") \(.problem) on HSM \(.hsm): \(.commands | join(", "))") | join("; ")' \
    <<<"$BY_HAND")
  announce "Users of cluster $id were repaired: $repaired. To be done by hand: $by_hand."
fi
done_with "$(jq -c --argjson byHand "$BY_HAND" '{repaired: $ARGS.positional, steps: [], byHand: $byHand, problems}' \
  --args "${REPAIRED[@]}" <<<"$REPORT")"
