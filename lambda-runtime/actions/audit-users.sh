# shellcheck shell=bash
# audit-users: compares the users of the HSMs, asking each HSM by itself. AWS synchronises keys between HSMs, but not
# users, and a user that one HSM lacks makes keys fail at random. Changes nothing and does not log in.

id=$(input clusterId)
anchor=$(input trustAnchor)
note=$(optional userNoteArn)

if [[ $(optional changedOnly) == true ]]; then
  read_user_note "$(input userNoteArn)"
  describe_cluster "$id"
  if [[ $(jq -c '.hsms // []' <<<"$USER_NOTE") == "$(hsm_ids)" ]]; then
    done_with '{"notice": "the same HSMs as at the last audit"}'
    exit 0
  fi
fi
# Not before: most runs end above, and each lease is a version of the lock's secret.
take_lock
step "wait until no HSM is coming"
wait_until no_hsm_is_coming "$id" || still_at_work "an HSM of cluster $id is still being made"
hsms=$(hsm_ids)
# What another run has noted until this one had the lock.
[[ -z $note ]] || read_user_note "$note"
if [[ -z $(hsm_addresses) ]]; then
  done_with '{"users": [], "problems": [], "notice": "no HSM is ACTIVE"}'
  exit 0
fi
away=''
[[ -z $note ]] || away=$(jq -r '.repair.place // ""' <<<"$USER_NOTE")
audit_users "$anchor"
if [[ -n $away ]]; then
  REPORT=$(jq -c --arg ip "${away#* }" '.problems += [{code: "away", hsm: $ip,
    problem: "is away: a repair was cut off, and goes on by safe-storage users repair"}]' <<<"$REPORT")
fi
count=$(jq '.problems | length' <<<"$REPORT")
log_metric UserProblems Count "$count" Cluster "$id"
if ((count > 0)); then
  log warning "users of cluster $id: $(sentences_of "$REPORT")"
  announce "Users of cluster $id differ from what is declared: $(sentences_of "$REPORT"). safe-storage users repair" \
    "shows what can be repaired, and changes nothing until you confirm."
fi
[[ -z $note ]] || write_user_note "$note" "$(jq -c --argjson hsms "$hsms" '. + {hsms: $hsms}' <<<"$USER_NOTE")"
if [[ $(optional automatic) == true && $count != 0 ]]; then
  # shellcheck source=/dev/null
  source "$ROOT/actions/repair-users.sh"
  exit 0
fi
done_with "$REPORT"
