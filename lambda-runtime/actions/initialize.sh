# shellcheck shell=bash
# initialize: initialises the cluster with the signed certificate and the trust anchor, and waits until it is
# INITIALIZED.

id=$(input clusterId)
signed=$(input signedCertificate)
anchor=$(input trustAnchor)
anchor_secret=$(input trustAnchorSecret)

has_begun() {
  describe_cluster "$id"
  [[ $(cluster_state) != UNINITIALIZED ]]
}
step "initialise the cluster"
initialise() {
  aws_call cloudhsmv2 cloudhsm BaldrApiService.InitializeCluster "$(jq -cn \
    --arg id "$id" --arg signed "$signed" --arg anchor "$anchor" \
    '{ClusterId: $id, SignedCert: $signed, TrustAnchor: $anchor}')" && return 0
  local code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  # A call whose answer was lost is made again, and then finds that initialisation has begun.
  ! has_begun || return 0
  # Source: aws-samples/aws-cloudhsm-cloudformation-template#15.
  if [[ $code == CloudHsmInvalidRequestException ]]; then
    message+=" If AWS has replaced the cluster's first HSM since its CSR was signed, the CSR is another one:"
    message+=" safe-storage deploy has that one signed"
  fi
  fail "$code" "InitializeCluster: $message"
}
if ! has_begun; then initialise; fi

is_initialized() {
  describe_cluster "$id"
  [[ $(cluster_state) == INITIALIZED || $(cluster_state) == ACTIVE ]]
}
step "wait for INITIALIZED"
if wait_until is_initialized; then
  squeeze='gsub("\\s"; "")'
  jq -e --arg signed "$signed" "(.Certificates.ClusterCertificate // \"\" | $squeeze) == (\$signed | $squeeze)" \
    <<<"$CLUSTER" >/dev/null ||
    fail ForeignCertificate "cluster $id was initialised with another certificate than this deploy's; which another" \
      "CA signed. Use HsmCluster with the CA that signed it, or delete the cluster by hand"
  step "keep the trust anchor"
  keep_trust_anchor "$id" "$anchor_secret" "$anchor"
  watch_certificates "$id" "$anchor"
  done_with '{"clusterState": "INITIALIZED"}'
else
  pending "cluster $id is still $(cluster_state)"
fi
