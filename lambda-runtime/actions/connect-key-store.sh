# shellcheck shell=bash
# connect-key-store: connects the key store to its cluster; KMS logs in as kmsuser and rotates the password. Given a
# cluster, it also moves a key store from another cluster with the same backup history, and gives kmsuser a new password
# if KMS cannot log in.

id=$(input keyStoreId)
cluster=$(optional clusterId)

# What each ConnectionErrorCode asks of a person. Source: «Troubleshooting an AWS CloudHSM key store», KMS Developer
# Guide.
advice() {
  case $1 in
    INVALID_CREDENTIALS) echo "kmsuser's password is not the store's: set a new one on the HSMs, give it to" \
      "UpdateCustomKeyStore" ;;
    USER_NOT_FOUND) echo "kmsuser is missing on an HSM: run create-kmsuser" ;;
    USER_LOCKED_OUT) echo "kmsuser is locked: change its password as admin, then UpdateCustomKeyStore" ;;
    USER_LOGGED_IN) echo "kmsuser is logged in elsewhere: log it out" ;;
    INSUFFICIENT_CLOUDHSM_HSMS) echo "the cluster has no active HSM: add one" ;;
    INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET) echo "a subnet of the cluster has no free address: free one" ;;
    SUBNET_NOT_FOUND) echo "a subnet of the cluster was deleted: restore the cluster from a backup" ;;
    CLUSTER_NOT_FOUND) echo "the cluster is gone: restore it from a backup and move the store to it" ;;
    *) echo "see «Troubleshooting an AWS CloudHSM key store» in the AWS KMS Developer Guide" ;;
  esac
}

# A store can be changed, and kmsuser's password set, only while it is disconnected.
ensure_disconnected() {
  [[ $(store_state) == DISCONNECTED ]] || disconnect "$id" || still_at_work "key store $id is still disconnecting"
}

is_on_cluster() { [[ -z $cluster || $(jq -r .CloudHsmClusterId <<<"$STORE") == "$cluster" ]]; }

can_be_mended() { [[ -n $cluster && $1 =~ ^(INVALID_CREDENTIALS|USER_NOT_FOUND|USER_LOCKED_OUT)$ ]]; }

# Moves the store to the cluster, which AWS allows for one of the same backup history.
move_to_cluster() {
  local was_connected code message
  was_connected=$(store_state)
  step "move the store to cluster $cluster"
  ensure_disconnected
  aws_call kms kms TrentService.UpdateCustomKeyStore "$(jq -cn --arg id "$id" --arg cluster "$cluster" \
    '{CustomKeyStoreId: $id, CloudHsmClusterId: $cluster}')" && return 0
  code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  [[ $was_connected != CONNECTED ]] || connect "$id"
  fail "$code" "key store $id stays where it was: $message"
}

# Gives kmsuser a password, and the store that password.
give_kmsuser_to_store() {
  ensure_disconnected
  put_kmsuser_in_store "$id" "$cluster" "$(input trustAnchor)" "$(input adminSecretArn)" "$(input kmsuserSecretArn)"
}

# A new name needs no disconnection: UpdateCustomKeyStore, AWS KMS API Reference.
rename_store() {
  local name
  name=$(optional keyStoreName)
  [[ -n $name && $name != "$(jq -r .CustomKeyStoreName <<<"$STORE")" ]] || return 0
  step "rename the store"
  kms UpdateCustomKeyStore "$(jq -cn --arg id "$id" --arg name "$name" '{CustomKeyStoreId: $id,
    NewCustomKeyStoreName: $name}')"
}

ask_for_connection() {
  step "ask for the connection"
  case $(store_state) in
    FAILED | DISCONNECTING) ensure_disconnected ;;
  esac
  case $(store_state) in
    DISCONNECTED) connect "$id" ;;
  esac
  step "wait for CONNECTED"
  wait_until store_is "$id" CONNECTED || still_at_work "key store $id is still $(store_state); AWS takes up to 20" \
    "minutes"
}

step "look at the store"
store_is "$id" CONNECTED || true
if ! is_on_cluster; then
  log warning "key store $id is on cluster $(jq -r .CloudHsmClusterId <<<"$STORE")"
  move_to_cluster
  give_kmsuser_to_store
elif [[ $(store_state) == FAILED ]]; then
  log warning "the last connection failed: $(jq -r .ConnectionErrorCode <<<"$STORE"); disconnecting to try again"
fi
ask_for_connection
rename_store
code=$(jq -r '.ConnectionErrorCode // ""' <<<"$STORE")
if [[ $(store_state) == FAILED ]] && can_be_mended "$code"; then
  log warning "key store $id did not connect: $code; kmsuser gets a new password"
  give_kmsuser_to_store
  ask_for_connection
  code=$(jq -r '.ConnectionErrorCode // ""' <<<"$STORE")
fi
[[ $(store_state) != FAILED ]] ||
  fail "$code" "key store $id did not connect: $(advice "$code"). Then deploy again"
done_with '{"connectionState": "CONNECTED"}'
