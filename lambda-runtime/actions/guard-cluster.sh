# shellcheck shell=bash
# guard-cluster: the guard of a destroy that would continue to HSMs and cluster. A key store that is still on the
# cluster, whoever made it, has its keys there only.

id=$(input clusterId)
step "look for a key store on the cluster"
! store_of_cluster "$id" ||
  fail ClusterHasKeyStore "$(input resource) has the key store" \
    "$(jq -r '"\(.CustomKeyStoreId) (\(.CustomKeyStoreName))"' <<<"$STORE"), whose keys exist nowhere else. Nothing" \
    "was changed. Delete that key store first (aws kms delete-custom-key-store), which AWS allows once none" \
    "of its keys is left; then run the destroy again"
done_with
