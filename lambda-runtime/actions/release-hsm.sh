# shellcheck shell=bash
# release-hsm: the guard of an HSM that a deploy takes away. Where a key store is on the cluster, two other HSMs in two zones
# stay; an HSM that comes instead is waited for. In: clusterId, ipAddress, the HSM's. Out: nothing more.

id=$(input clusterId)
address=$(input ipAddress)

enough_others() {
  describe_cluster "$id"
  jq -e --arg ip "$address" '[.Hsms[]? | select(.EniIp != $ip)] as $others
    | ($others | map(select(.State == "ACTIVE") | .AvailabilityZone) | unique | length >= 2)
      and ($others | all(.State != "CREATE_IN_PROGRESS"))' <<<"$CLUSTER" >/dev/null
}

# may_go: a destroy of everything takes the key store meanwhile.
may_go() { ! store_of_cluster "$id" || enough_others; }

step "look at the other HSMs"
if ! wait_until may_go; then
  fail TooFewHsms "cluster $id has key store $(jq -r .CustomKeyStoreId <<<"$STORE"), and without the HSM at $address it would have fewer than two active HSMs in two zones. Nothing was changed. Deploy again when the others are ACTIVE"
fi
done_with
