# shellcheck shell=bash
# guard-cluster: guards a destroy that would continue to the HSMs and the cluster. The keys of a key store that is still
# on the cluster, whoever created it, exist only there.

id=$(input clusterId)
step "look for a key store on the cluster"
! store_of_cluster "$id" ||
  fail ClusterHasKeyStore "$(input resource) has the key store" \
    "$(jq -r '"\(.CustomKeyStoreId) (\(.CustomKeyStoreName))"' <<<"$STORE"), whose keys exist nowhere else. Nothing" \
    "was changed. Delete that key store first (aws kms delete-custom-key-store), which AWS allows once none" \
    "of its keys is left; then run the destroy again"
done_with
