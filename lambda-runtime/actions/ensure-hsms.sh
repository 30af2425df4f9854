# shellcheck shell=bash
# ensure-hsms: makes the HSMs that are missing, at the addresses that they shall have, and waits until all are ACTIVE.
# In: clusterId; hsms, a list of {availabilityZone, ipAddress}. Out: hsms, as they are now.

id=$(input clusterId)
# Zone and address of each, a line each.
places=$(jq -er '.hsms[] | [.availabilityZone, .ipAddress] | if all(.[]; type == "string" and test("^[a-z0-9.-]+$")) then join(" ") else error end' "$WORK/event" 2>/dev/null) ||
  fail InvalidInput "hsms must be a list of {availabilityZone, ipAddress}"
mapfile -t places <<<"$places"
NOTICES=''

step "look at the cluster"
describe_cluster "$id"
[[ $(cluster_state) == ACTIVE || $(cluster_state) == DEGRADED ]] ||
  fail ClusterNotActive "cluster $id is $(cluster_state): HSMs on demand are for a cluster that has been activated"
# Without any HSM the first comes from the newest backup; the others are clones of it.
if { [[ -n $(hsm_addresses) ]] || make_hsms "$id" "${places[0]}"; } && make_hsms "$id" "${places[@]}"; then
  done_with "$(jq -c --arg notice "${NOTICES%; }" '{hsms: .} + if $notice == "" then {} else {notice: $notice} end' <<<"$(active_hsms)")"
else
  pending "HSMs of cluster $id are still coming or going; AWS takes about 8 minutes for one"
fi
