# shellcheck shell=bash
# check-cluster: checks whether an existing cluster can have a key store. Changes nothing.

id=$(input clusterId)
step "look at the cluster"
describe_cluster "$id"
[[ $(cluster_state) == ACTIVE ]] ||
  fail ClusterNotActive "cluster $id is $(cluster_state); a key store needs one that is ACTIVE. Nothing was changed"
# "at least two active HSMs, each in a different Availability Zone": CreateCustomKeyStore, AWS KMS API Reference.
zones=$(jq -r '[.Hsms[]? | select(.State == "ACTIVE") | .AvailabilityZone] | unique | join(", ")' <<<"$CLUSTER")
[[ $zones == *,* ]] ||
  fail TooFewHsms "cluster $id has active HSMs in ${zones:-no availability zone}; a key store needs at least two, in" \
    "different zones. Nothing was changed. Add one (aws cloudhsmv2 create-hsm), and deploy again"
done_with "$(jq -c '{clusterState: .State, hsms: ([.Hsms[] | select(.State == "ACTIVE")] | length)}' <<<"$CLUSTER")"
