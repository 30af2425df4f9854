# shellcheck shell=bash
# repair-users: mends what audit-users finds, as far as it goes without a password that nobody here has. kmsuser is made again while its
# key store is disconnected; an HSM that lacks users is deleted and made again at its place, as a clone of one that has them all, one at a
# time, the others serving meanwhile. For what is left it has the exact commands. Without `plan` it changes nothing and says what it would
# do. In: clusterId, trustAnchor, adminSecretArn, kmsuserSecretArn, passwordLength; admins, kmsuser, declared, userNoteArn and topicArns as
# audit-users; plan, the id that the dry run gave, or automatic: "true"; hsm, the address of an HSM that is replaced whatever it has: a
# person has seen that it is the wrong one. Out: plan and steps, what it would do; repaired, what it has done; byHand, each with commands;
# problems, what is off now.

id=$(input clusterId)
anchor=$(input trustAnchor)
note=$(input userNoteArn)
plan=$(optional plan)
# Most are Terraform's, which wants each where it stood.
# shellcheck disable=SC2034 # make_hsms reads it
SAME_PLACES=true
automatic=$(optional automatic)

# has_free_kmsuser: nobody is logged in as kmsuser, so that it can be given a password. Sets STORE.
has_free_kmsuser() { ! store_of_cluster "$id" || [[ $(store_state) == DISCONNECTED ]]; }

# plan_repair: sets STEPS and BY_HAND for REPORT, and PLAN, the id of these steps.
plan_repair() {
  local free=false outcome
  ! has_free_kmsuser || free=true
  outcome=$(jq -c --argjson cluster "$CLUSTER" --argjson free "$free" --arg wrong "$wrong" '
    .problems as $problems
    | ([$cluster.Hsms[] | select(.State == "ACTIVE")]) as $hsms
    | def place: . as $ip | $hsms[] | select(.EniIp == $ip) | "\(.AvailabilityZone) \(.EniIp)";
    # Of kmsuser only what cannot be mended in its place.
    def mended_in_place: $free and .user == "kmsuser" and (.problem == "is missing" or .problem == "is locked out");
    # Whom nobody has declared or expects, no clone may spread.
    ([$problems[] | select(.problem == "is not declared" or .problem == "is an admin whom nobody expects") | .user]) as $unwanted
    | def unwanted: .user as $u | $unwanted | index($u);
    ([$problems[] | select(.problem == "is missing" and (mended_in_place | not) and (unwanted | not))]) as $missing
    # Whom no HSM has, no clone brings.
    | (.users | map({key: .username, value: .role}) | from_entries) as $roles
    | ($roles | keys) as $known
    | ($missing | map(select(.user as $u | $known | index($u))) | group_by(.hsm) | map({hsm: .[0].hsm, lacks: map(.user)})) as $lacking
    | ([$hsms[].EniIp] - ($lacking | map(.hsm))) as $complete
    | (if $wrong != "" then [{hsm: $wrong, lacks: []}] elif ($complete | length) > 0 then $lacking else [] end) as $replaced
    | {
        steps: (
          (if any($problems[]; mended_in_place) then [{do: "make kmsuser again", hsms: ([$problems[] | select(mended_in_place) | .hsm] | unique)}] else [] end)
          + [$replaced[] | {do: "replace", hsm, place: (.hsm | place), lacks, serving: ([$hsms[].EniIp] - [.hsm])}]
        ),
        byHand: [
          $problems[] | select(mended_in_place | not) | select(.problem != "is missing" or (unwanted | not)) | . as $problem
          | select(unwanted or ([$replaced[].hsm] | index($problem.hsm) | not))
          # Mended by the replacement of the HSM that differs.
          | select($wrong == "" or (.problem | test("elsewhere|^is missing|another one") | not))
          | ("configure-cli -a \(.hsm) --hsm-ca-cert customerCA.crt") as $here
          | . + {commands: (
              if .user == "kmsuser" and (.problem == "is missing" or .problem == "is locked out") then
                ["aws kms disconnect-custom-key-store --custom-key-store-id KEY_STORE", "scripts/users repair", "scripts/deploy"]
              elif .problem == "is missing" and (.user as $u | $known | index($u)) then
                [$here, "cloudhsm-cli user create --username \(.user) --role \($roles[.user])", "or, where the user shall be nowhere, on each HSM that has it: cloudhsm-cli user delete --username \(.user) --role \($roles[.user])"]
              elif .problem == "is missing" then ["scripts/deploy"]
              elif .problem == "is locked out" then ["cloudhsm-cli user change-password --username \(.user) --role \($roles[.user])"]
              elif .problem == "is an admin whom nobody expects" then ["cloudhsm-cli user delete --username \(.user) --role admin", "or name it in the prop admins"]
              elif .problem == "is not declared" then ["cloudhsm-cli user delete --username \(.user) --role crypto-user", "or declare it in HsmUsers"]
              elif .problem | test("as declared$") then ["cloudhsm-cli user delete --username \(.user) --role \($roles[.user])", "scripts/deploy"]
              else ["scripts/users repair --hsm ADDRESS, of the HSM that is wrong"]
              end
            )}
        ]
      }' <<<"$REPORT")
  STEPS=$(jq -c .steps <<<"$outcome")
  BY_HAND=$(jq -c .byHand <<<"$outcome")
  PLAN=$(jq -cS . <<<"$STEPS" | sha256sum)
  PLAN=${PLAN:0:16}
}

# next_place: of the HSMs that may be replaced the first one that the plan still names, "ZONE ADDRESS".
next_place() {
  jq -r --argjson note "$USER_NOTE" 'map(select(.do == "replace" and (.hsm as $hsm | $note.repair.hsms | index($hsm)))) | first | .place // empty' <<<"$STEPS"
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
  write_user_note "$note" "$(jq -c --arg ip "${1#* }" '.repair |= (del(.place) | if .wrong == $ip then del(.wrong) else . end)' <<<"$USER_NOTE")"
}

# replace PLACE
replace() {
  local others
  describe_cluster "$id"
  others=$(jq -r --arg ip "${1#* }" '[.Hsms[]? | select(.EniIp != $ip and .State == "ACTIVE")] | length' <<<"$CLUSTER")
  # One active HSM is the least that a connected key store needs: ConnectCustomKeyStore, AWS KMS API Reference. And the clone is of one.
  ((others >= 1)) || fail TooFewHsms "the HSM at ${1#* } is the only active one of cluster $id: no other one would serve meanwhile, nor be there to be cloned. Nothing was changed since. Add another one (setting hsms)"
  write_user_note "$note" "$(jq -c --arg place "$1" --arg hsm "$(hsm_at "${1#* }")" '.repair += {place: $place, hsm: $hsm}' <<<"$USER_NOTE")"
  step "delete the HSM at ${1#* }"
  delete_hsm "$id" "${1#* }" || still_at_work "the HSM at ${1#* } of cluster $id is still going"
  bring_back "$1"
}

mend_kmsuser() {
  if store_of_cluster "$id"; then
    put_kmsuser_in_store "$(jq -r .CustomKeyStoreId <<<"$STORE")" "$id" "$anchor" "$(input adminSecretArn)" "$(input kmsuserSecretArn)"
  else
    put_kmsuser_on_hsms "$id" "$anchor" "$(input adminSecretArn)" "$(input kmsuserSecretArn)" true
    promote_password "$(input kmsuserSecretArn)"
  fi
  REPAIRED+=("kmsuser is on every HSM, with a new password; scripts/deploy connects its key store")
}

# look WRONG: what is off, and what would mend it; WRONG is an HSM that is replaced in any case.
look() {
  wait_until no_hsm_is_coming "$id" || still_at_work "an HSM of cluster $id is still being made"
  [[ -n $(hsm_addresses) ]] || fail NoHsmReachable "cluster $id has no active HSM: there is nobody to look at"
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
  done_with "$(jq -cn --arg place "$away" --arg plan "$approved" '{plan: $plan, steps: [{do: "finish", place: $place}], repaired: [], byHand: [], problems: []}')"
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
    done_with "$(jq -c --arg plan "$PLAN" --argjson steps "$STEPS" --argjson byHand "$BY_HAND" '{plan: $plan, steps: $steps, repaired: [], byHand: $byHand, problems}' <<<"$REPORT")"
    exit 0
  fi
  [[ $plan == "$PLAN" ]] || fail PlanChanged "the users of cluster $id are not as they were when plan $plan was made. Nothing was changed. Make the plan again"
  write_user_note "$note" "$(jq -c --arg plan "$PLAN" --argjson steps "$STEPS" --arg wrong "$wrong" \
    '.repair = {plan: $plan, hsms: [$steps[].hsm // empty]} + if $wrong == "" then {} else {wrong: $wrong} end' <<<"$USER_NOTE")"
fi
if jq -e 'any(.[]; .do == "make kmsuser again")' <<<"$STEPS" >/dev/null; then
  mend_kmsuser
  look "$wrong"
fi
# A clone may come from an HSM that lacks users itself; then it is replaced once more, when that one has been.
rounds=$(jq '2 * (.repair.hsms | length)' <<<"$USER_NOTE")
while place=$(next_place) && [[ -n $place ]]; do
  ((rounds-- > 0)) || fail ClonesLackUsers "HSMs of cluster $id that were made anew lack users again: AWS has cloned one that lacks them. Delete those that lack users, all but one that has them all, and run it again: $(sentences_of "$REPORT")"
  replace "$place"
  look ""
done
write_user_note "$note" "$(jq -c 'del(.repair)' <<<"$USER_NOTE")"
log_metric UserProblems Count "$(jq '.problems | length' <<<"$REPORT")" Cluster "$id"
if ((${#REPAIRED[@]} > 0)) || [[ $BY_HAND != '[]' ]]; then
  announce "Users of cluster $id. Repaired: $(jq -rn '$ARGS.positional | join("; ")' --args "${REPAIRED[@]}"). Left to a person: $(jq -r 'map("\(.user // "") \(.problem) on HSM \(.hsm): \(.commands | join(", "))") | join("; ")' <<<"$BY_HAND")."
fi
done_with "$(jq -c --argjson byHand "$BY_HAND" '{repaired: $ARGS.positional, steps: [], byHand: $byHand, problems}' --args "${REPAIRED[@]}" <<<"$REPORT")"
