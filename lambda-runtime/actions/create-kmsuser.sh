# shellcheck shell=bash
# create-kmsuser: the crypto user as whom KMS logs in, on every HSM. Its password is alive until KMS connects and rotates it.
# In: clusterId, trustAnchor, adminSecretArn, kmsuserSecretArn, passwordLength; adopt: "true" gives a kmsuser of somebody
# else's a new password. Out: hsms, how many HSMs have the user.

id=$(input clusterId)
anchor=$(input trustAnchor)
admin_secret=$(input adminSecretArn)
secret=$(input kmsuserSecretArn)

describe_cluster "$id"
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
    configure_hsm_cli_at "$address" "$anchor"
    list_users
    if [[ -z $(user_role kmsuser) ]]; then
      as_admin "$admin_password" "$PASSWORD" user create --username kmsuser --role crypto-user ||
        fail KmsUser "user create on HSM $address: $HSM_DATA"
    elif ! can_log_in kmsuser crypto-user "$PASSWORD"; then
      [[ $(optional adopt) == true ]] ||
        fail KmsUserExists "cluster $id has a kmsuser that this deploy did not make. Nothing was changed. If no other key store or client uses it, adopt it: it gets a new password"
      as_admin "$admin_password" "$PASSWORD" user change-password --username kmsuser --role crypto-user ||
        fail KmsUser "user change-password on HSM $address: $HSM_DATA"
    fi
  done
  promote_password "$secret"
fi
done_with "$(jq -cn --arg addresses "$addresses" '{hsms: ($addresses | split("\n") | length)}')"
