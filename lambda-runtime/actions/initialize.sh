# shellcheck shell=bash
# initialize: claims the cluster with the signed certificate and the trust anchor, and waits for INITIALIZED.
# In: clusterId, signedCertificate, trustAnchor, trustAnchorSecret. Out: clusterState.

id=$(input clusterId)
signed=$(input signedCertificate)
anchor=$(input trustAnchor)
anchor_secret=$(input trustAnchorSecret)

is_claimed() {
  describe_cluster "$id"
  [[ $(cluster_state) != UNINITIALIZED ]]
}
step "claim the cluster"
if ! is_claimed; then
  aws_effect is_claimed cloudhsmv2 cloudhsm BaldrApiService.InitializeCluster "$(jq -cn --arg id "$id" --arg signed "$signed" --arg anchor "$anchor" \
    '{ClusterId: $id, SignedCert: $signed, TrustAnchor: $anchor}')"
fi

is_initialized() {
  describe_cluster "$id"
  [[ $(cluster_state) == INITIALIZED || $(cluster_state) == ACTIVE ]]
}
step "wait for INITIALIZED"
if wait_until is_initialized; then
  squeeze='gsub("\\s"; "")'
  jq -e --arg signed "$signed" "(.Certificates.ClusterCertificate // \"\" | $squeeze) == (\$signed | $squeeze)" <<<"$CLUSTER" >/dev/null ||
    fail ForeignCertificate "cluster $id was initialised with another certificate than this deploy's; it belongs to another CA. Use HsmCluster with the CA that signed it, or delete the cluster by hand"
  step "keep the trust anchor"
  keep_trust_anchor "$id" "$anchor_secret" "$anchor"
  watch_certificates "$id" "$anchor"
  done_with '{"clusterState": "INITIALIZED"}'
else
  pending "cluster $id is still $(cluster_state)"
fi
