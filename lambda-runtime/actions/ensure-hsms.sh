# shellcheck shell=bash
# ensure-hsms: makes the HSMs that are missing, at the addresses that they shall have, and waits until all are ACTIVE.
# In: clusterId; hsms, a list of {availabilityZone, ipAddress}. Out: hsms, as they are now; notice where one is elsewhere.

id=$(input clusterId)
# Zone and address of each, a line each.
places=$(jq -er '.hsms[] | [.availabilityZone, .ipAddress] | if all(.[]; type == "string" and test("^[a-z0-9.-]+$")) then join(" ") else error end' "$WORK/event" 2>/dev/null) ||
  fail InvalidInput "hsms must be a list of {availabilityZone, ipAddress}"
mapfile -t places <<<"$places"

step "look at the cluster"
describe_cluster "$id"
# The first HSM makes the CSR; the others join once the users are made.
case $(cluster_state) in
  ACTIVE | DEGRADED) ;;
  UNINITIALIZED | INITIALIZED) ((${#places[@]} == 1)) || fail ClusterNotActive "cluster $id is $(cluster_state): it has one HSM until it has been activated" ;;
  *) fail ClusterNotActive "cluster $id is $(cluster_state): it takes no HSMs" ;;
esac
ensure_places "$id" "${places[@]}"
done_with_hsms
