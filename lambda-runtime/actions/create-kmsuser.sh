# shellcheck shell=bash
# create-kmsuser: the crypto user as whom KMS logs in. Its password is alive until KMS connects and rotates it.
# In: clusterId, trustAnchor, adminSecretArn, kmsuserSecretArn, passwordLength. Out: hsms, how many HSMs have the user.

id=$(input clusterId)
admin_secret=$(input adminSecretArn)
secret=$(input kmsuserSecretArn)

configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
coverage=$(user_coverage kmsuser)
[[ -z $coverage || $coverage == full ]] ||
  fail UserNotOnEveryHsm "kmsuser is not on every HSM of cluster $id. Delete it (cloudhsm-cli user delete --username kmsuser --role crypto-user) while no key store is connected, then deploy again"

# as_admin ARG ...: a command that asks for kmsuser's password, run as admin.
as_admin() {
  local kmsuser_password=$PASSWORD
  read_password "$admin_secret" AWSCURRENT || fail AdminPasswordUnknown "secret $admin_secret is empty"
  CLOUDHSM_ROLE=admin CLOUDHSM_PIN="admin:$PASSWORD" hsm_cli_prompted "$kmsuser_password" "$@" --username kmsuser --role crypto-user ||
    fail KmsUser "$1 $2: $HSM_DATA"
}

if [[ -n $coverage ]] && store_of_cluster "$id"; then
  log info "a key store has taken kmsuser over: its password is KMS's"
else
  stored_password "$secret"
  version=$VERSION
  if [[ -z $coverage ]]; then
    as_admin user create
  elif ! can_log_in kmsuser crypto-user "$PASSWORD"; then
    as_admin user change-password
  fi
  VERSION=$version
  promote_password "$secret"
fi
describe_cluster "$id"
done_with "$(jq -c '{hsms: (.Hsms | map(select(.State == "ACTIVE")) | length)}' <<<"$CLUSTER")"
