# shellcheck shell=bash
# delete-hsm: deletes an HSM that the operator has created, during a deploy. The same HSMs must remain as with
# guard-hsm. An HSM that a schedule has removed is not restored afterwards.

id=$(input clusterId)
address=$(input ipAddress)
record=$(input hsmRecordArn)

step "look at the other HSMs"
describe_cluster "$id"
[[ -z $(state_at "$address") ]] || require_other_hsms "$id" "$address"
# Not before: whoever makes the others needs the lock.
take_lock
read_record "$record"
places=()
for place in "${RECORDED[@]}"; do
  [[ ${place#* } == "$address" ]] || places+=("$place")
done
((${#places[@]} == ${#RECORDED[@]})) || write_record "$record" "$STATUS_OF_HSMS" "${places[@]}"
step "delete the HSM at $address"
delete_hsm "$id" "$address" || still_at_work "the HSM at $address of cluster $id is still being deleted"
done_with
