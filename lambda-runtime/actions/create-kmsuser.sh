# shellcheck shell=bash
# create-kmsuser: the crypto user as whom KMS logs in, on every HSM. Its password is alive until KMS connects and rotates it.
# In: clusterId, trustAnchor, adminSecretArn, kmsuserSecretArn, passwordLength; adopt: "true" gives a kmsuser of somebody
# else's a new password. Out: hsms, how many HSMs have the user.

id=$(input clusterId)
anchor=$(input trustAnchor)
admin_secret=$(input adminSecretArn)
secret=$(input kmsuserSecretArn)

step "look at the users"
describe_cluster "$id"
watch_certificates "$id" "$anchor"
addresses=$(hsm_addresses)
configure_hsm_cli "$id" "$anchor"
list_users
coverage=$(user_coverage kmsuser)

if [[ -n $coverage ]] && store_of_cluster "$id"; then
  [[ $coverage == full ]] ||
    fail UserNotOnEveryHsm "kmsuser is not on every HSM of cluster $id, and key store $(jq -r .CustomKeyStoreId <<<"$STORE") has its password. Disconnect the key store, delete the user (cloudhsm-cli user delete --username kmsuser --role crypto-user), and deploy again"
  log info "a key store has taken kmsuser over: its password is KMS's"
else
  read_password "$admin_secret" AWSCURRENT || fail AdminPasswordUnknown "secret $admin_secret is empty: run activate first"
  admin_password=$PASSWORD
  stored_password "$secret"
  # HSM by HSM: a run that was cut off may have reached some of them only.
  for address in $addresses; do
    step "make kmsuser on $address"
    configure_hsm_cli_at "$address" "$anchor"
    list_users
    if [[ -z $(user_role kmsuser) ]]; then
      hsm_cli_prompted "$admin_password" "$PASSWORD" user create --username kmsuser --role crypto-user ||
        fail_hsm KmsUser "user create on HSM $address of cluster $id"
    elif ! can_log_in kmsuser crypto-user "$PASSWORD"; then
      [[ $(optional adopt) == true ]] ||
        fail KmsUserExists "cluster $id has a kmsuser that this deploy did not make. Nothing was changed. If no other key store or client uses it, adopt it: it gets a new password"
      hsm_cli_prompted "$admin_password" "$PASSWORD" user change-password --username kmsuser --role crypto-user ||
        fail_hsm KmsUser "user change-password on HSM $address of cluster $id"
    fi
  done
  step "keep the password"
  promote_password "$secret"
fi
done_with "$(jq -cn --arg addresses "$addresses" '{hsms: ($addresses | split("\n") | length)}')"
