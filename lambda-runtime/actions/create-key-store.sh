# shellcheck shell=bash
# create-key-store: creates a key store on an existing cluster. A key store of the same name that is already on the
# cluster is adopted: an earlier run created it, or an earlier deploy left it. The password goes from its secret to KMS,
# not through Terraform.

id=$(input clusterId)
name=$(input keyStoreName)
anchor=$(input trustAnchor)
secret=$(input kmsuserSecretArn)

# What each refusal of KMS's asks of a person. Source: CreateCustomKeyStore, AWS KMS API Reference.
advice() {
  case $1 in
    CloudHsmClusterInUseException) echo "A cluster that shares its backups with cluster $id has a key store already," \
      "and KMS takes only one of them. Use that store, or move it (UpdateCustomKeyStore)" ;;
    CloudHsmClusterInvalidConfigurationException) echo "Cluster $id needs two active HSMs in different zones and its" \
      "security group's own rules for TCP 2223-2225, in and out" ;;
    CustomKeyStoreNameInUseException) echo "A key store of this account and region is called $name: choose another" \
      "name" ;;
    IncorrectTrustAnchorException) echo "The trust anchor given is not the certificate with which cluster $id was" \
      "initialised" ;;
    *) echo "kmsuser is on the HSMs; nothing else was changed" ;;
  esac
}

is_there() { store_of_cluster "$id" && [[ $(jq -r .CustomKeyStoreName <<<"$STORE") == "$name" ]]; }

step "look for a key store on the cluster"
if ! is_there; then
  [[ -z $STORE ]] ||
    fail ClusterHasKeyStore "cluster $id has the key store" \
      "$(jq -r '"\(.CustomKeyStoreId) (\(.CustomKeyStoreName))"' <<<"$STORE") already," \
      "and KMS takes only one on a cluster. Nothing was changed. Use that store (CustomKeyStore.fromExisting)"
  step "make the store"
  read_password "$secret" AWSCURRENT || fail KmsUserPasswordUnknown "secret $secret is empty: run create-kmsuser first"
  body=$(jq -cn --arg id "$id" --arg name "$name" --arg anchor "$anchor" \
    '{CustomKeyStoreName: $name, CloudHsmClusterId: $id, TrustAnchorCertificate: $anchor}')
  if ! aws_call kms kms TrentService.CreateCustomKeyStore "${body%\}},\"KeyStorePassword\":\"$PASSWORD\"}"; then
    code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
    # A call whose answer was lost is made again, and then finds its own store in the way.
    is_there || fail "$code" "no key store was made on cluster $id: $message. $(advice "$code")"
  else
    STORE=$REPLY
  fi
fi
done_with "$(jq -c '{keyStoreId: .CustomKeyStoreId}' <<<"$STORE")"
