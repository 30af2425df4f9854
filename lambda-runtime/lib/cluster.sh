# shellcheck shell=bash
# The cluster as CloudHSM describes it.
# Sets: CLUSTER.

use aws json log

# describe_cluster ID: sets CLUSTER to its description.
describe_cluster() {
  json_string "$1"
  cloudhsm DescribeClusters "{\"Filters\":{\"clusterIds\":[$JSON]}}"
  CLUSTER=$(jq -ce '.Clusters[0] // empty' <<<"$REPLY") ||
    fail ClusterNotFound "cluster $1 does not exist in $AWS_REGION"
}

# cluster_is ID STATE
cluster_is() {
  describe_cluster "$1"
  [[ $(cluster_state) == "$2" ]]
}

cluster_state() { jq -r .State <<<"$CLUSTER"; }
