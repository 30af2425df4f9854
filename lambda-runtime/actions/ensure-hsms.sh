# shellcheck shell=bash
# ensure-hsms: makes the HSMs that are missing, at the addresses that they shall have, and waits until all are ACTIVE.
# In: clusterId; hsms, a list of {availabilityZone, ipAddress}. Out: hsms, as they are now.

id=$(input clusterId)
# Zone and address of each, a line each.
places=$(jq -er '.hsms[] | [.availabilityZone, .ipAddress] | if all(.[]; type == "string" and test("^[a-z0-9.-]+$")) then join(" ") else error end' "$WORK/event" 2>/dev/null) ||
  fail InvalidInput "hsms must be a list of {availabilityZone, ipAddress}"
mapfile -t places <<<"$places"

state_at() {
  jq -r --arg ip "$1" '[.Hsms[]? | select(.EniIp == $ip and .State != "DELETED") | .State] | first // empty' <<<"$CLUSTER"
}

# An HSM that is going keeps its address until it is gone.
is_not_going() {
  describe_cluster "$id"
  [[ $(state_at "$1") != DELETE_IN_PROGRESS ]]
}

all_active() {
  local place
  describe_cluster "$id"
  for place in "$@"; do
    [[ $(state_at "${place#* }") == ACTIVE ]] || return 1
  done
}

# make_hsms PLACE ...: side by side; returns 1 where time runs out.
make_hsms() {
  local place
  step "make HSMs at ${*#* }"
  for place in "$@"; do
    wait_until is_not_going "${place#* }" || return 1
    [[ -n $(state_at "${place#* }") ]] || make_hsm "${place% *}" "${place#* }"
  done
  step "wait for the HSMs at ${*#* }"
  wait_until all_active "$@"
}

# make_hsm ZONE ADDRESS
make_hsm() {
  local code message
  aws_call cloudhsmv2 cloudhsm BaldrApiService.CreateHsm "$(jq -cn --arg id "$id" --arg zone "$1" --arg ip "$2" \
    '{ClusterId: $id, AvailabilityZone: $zone, IpAddress: $ip}')" && return 0
  # A call whose answer was lost is made again, and then finds its own HSM in the way.
  code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  describe_cluster "$id"
  [[ -n $(state_at "$2") ]] ||
    fail "$code" "no HSM was made in $1 for cluster $id: $message. If it is a quota, have it raised (aws service-quotas list-service-quotas --service-code cloudhsm), then run it again"
}

step "look at the cluster"
describe_cluster "$id"
[[ $(cluster_state) == ACTIVE || $(cluster_state) == DEGRADED ]] ||
  fail ClusterNotActive "cluster $id is $(cluster_state): HSMs on demand are for a cluster that has been activated"
# Without any HSM the first comes from the newest backup; the others are clones of it.
if { [[ -n $(hsm_addresses) ]] || make_hsms "${places[0]}"; } && make_hsms "${places[@]}"; then
  done_with "$(jq -c '{hsms: [.Hsms[] | select(.State == "ACTIVE") | {HsmId, AvailabilityZone, EniIp, State}]}' <<<"$CLUSTER")"
else
  pending "HSMs of cluster $id are still coming or going; AWS takes about 8 minutes for one"
fi
