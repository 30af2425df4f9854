# shellcheck shell=bash
# delete-hsm: takes away an HSM that the operator has made, as a deploy wants it; the same HSMs stay as with
# guard-hsm. One that a schedule has removed does not come back.

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
