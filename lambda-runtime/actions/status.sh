# shellcheck shell=bash
# status: reports the cluster, its HSMs, its users with their coverage, and its key store. Changes nothing.

id=$(input clusterId)
describe_cluster "$id"
anchor=$(input trustAnchor)
configure_hsm_cli "$id" "$anchor"
watch_certificates "$id" "$anchor"
list_users
store_of_cluster "$id" || STORE=null
done_with "$(jq -cn --argjson cluster "$CLUSTER" --argjson users "$USERS" --argjson store "${STORE:-null}" '{
  cluster: ($cluster | {ClusterId, State, HsmType, Mode}),
  hsms: ($cluster.Hsms | map({HsmId, AvailabilityZone, EniIp, State})),
  users: $users,
  keyStore: ($store | if . then {CustomKeyStoreId, CustomKeyStoreName, ConnectionState} else null end)
}')"
