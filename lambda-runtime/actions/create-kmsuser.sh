# shellcheck shell=bash
# create-kmsuser: creates kmsuser, the crypto user as which KMS logs in, on every HSM. Its password is valid until KMS
# connects and rotates it.

id=$(input clusterId)
anchor=$(input trustAnchor)
secret=$(input kmsuserSecretArn)

step "look at the users"
describe_cluster "$id"
watch_certificates "$id" "$anchor"
ADDRESSES=$(hsm_addresses)
configure_hsm_cli "$id" "$anchor"
list_users
coverage=$(user_coverage kmsuser)

if [[ -n $coverage ]] && store_of_cluster "$id"; then
  [[ $coverage == full ]] ||
    fail UserNotOnEveryHsm "kmsuser is not on every HSM of cluster $id, and key store" \
      "$(jq -r .CustomKeyStoreId <<<"$STORE") has its password." \
      "Disconnect the key store (aws kms disconnect-custom-key-store), and deploy again: kmsuser is made where" \
      "it is missing, with a new password"
  log info "a key store has taken kmsuser over: its password is KMS's"
else
  put_kmsuser_on_hsms "$id" "$anchor" "$(input adminSecretArn)" "$secret" "$(optional adopt)"
  step "keep the password"
  promote_password "$secret"
fi
done_with "$(jq -cn --arg addresses "$ADDRESSES" '{hsms: ($addresses | split("\n") | length)}')"
