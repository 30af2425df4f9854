# shellcheck shell=bash
# connect-key-store: connects the store to its cluster; KMS logs in as kmsuser and rotates its password.
# In: keyStoreId. Out: connectionState. On destroy (`onDelete`) delete-key-store guards the way.

id=$(input keyStoreId)

# What each ConnectionErrorCode asks of a person. Source: «Troubleshooting an AWS CloudHSM key store», KMS Developer Guide.
advice() {
  case $1 in
    INVALID_CREDENTIALS) echo "kmsuser's password is not the store's: set a new one on the HSMs, give it to UpdateCustomKeyStore" ;;
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

step "ask for the connection"
store_is "$id" CONNECTED || true
if [[ $(store_state) == FAILED ]]; then
  log warning "the last connection failed: $(jq -r .ConnectionErrorCode <<<"$STORE"); disconnecting to try again"
fi
case $(store_state) in
  FAILED | DISCONNECTING) disconnect "$id" || { pending "key store $id is still disconnecting" && exit 0; } ;;
esac
case $(store_state) in
  DISCONNECTED) connect "$id" ;;
esac

store_settled() {
  store_is "$id" CONNECTED
}
step "wait for CONNECTED"
if ! wait_until store_settled; then
  pending "key store $id is still $(store_state); AWS takes up to 20 minutes"
elif [[ $(store_state) == FAILED ]]; then
  code=$(jq -r .ConnectionErrorCode <<<"$STORE")
  fail "$code" "key store $id did not connect: $(advice "$code"). Then deploy again"
else
  done_with '{"connectionState": "CONNECTED"}'
fi
