# shellcheck shell=bash
# ensure-hsms: creates the HSMs that are missing, at their addresses, and waits until all are ACTIVE.

id=$(input clusterId)
mapfile -t places < <(jq -r '.hsms[] | "\(.availabilityZone) \(.ipAddress)"' "$WORK/event")

step "look at the cluster"
describe_cluster "$id"
# The first HSM makes the CSR; the others join once the users are made.
case $(cluster_state) in
  ACTIVE | DEGRADED) ;;
  UNINITIALIZED | INITIALIZED) ((${#places[@]} == 1)) || fail ClusterNotActive "cluster $id is $(cluster_state): it" \
    "can have only one HSM until it has been activated" ;;
  *) fail ClusterNotActive "cluster $id is $(cluster_state): HSMs cannot be added to it" ;;
esac
ensure_places "$id" "${places[@]}"
done_with_hsms
