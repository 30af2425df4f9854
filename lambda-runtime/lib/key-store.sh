# shellcheck shell=bash
# CloudHSM key stores of KMS.
# Sets: STORE, KEYS.

use aws json log wait

# describe_key_store ID: sets STORE; returns 1 where it does not exist.
describe_key_store() {
  json_object CustomKeyStoreId "$1"
  if ! aws_call kms kms TrentService.DescribeCustomKeyStores "$JSON"; then
    [[ $AWS_ERROR_CODE == CustomKeyStoreNotFoundException ]] ||
      fail "$AWS_ERROR_CODE" "DescribeCustomKeyStores: $AWS_ERROR_MESSAGE"
    return 1
  fi
  STORE=$(jq -c '.CustomKeyStores[0]' <<<"$REPLY")
}

store_state() { jq -r .ConnectionState <<<"$STORE"; }

# store_is ID STATE: FAILED ends every wait, so it counts as reached.
store_is() {
  describe_key_store "$1" || fail KeyStoreNotFound "key store $1 does not exist in $AWS_REGION"
  [[ $(store_state) == "$2" || $(store_state) == FAILED ]]
}

# connect ID: asks for the connection, which then takes minutes.
connect() {
  local store=$1
  json_object CustomKeyStoreId "$store"
  aws_effect connection_was_asked_for kms kms TrentService.ConnectCustomKeyStore "$JSON"
}

connection_was_asked_for() { describe_key_store "$store" && [[ $(store_state) != DISCONNECTED ]]; }

# disconnect ID: returns 1 when time runs out first.
disconnect() {
  local store=$1
  if ! disconnection_was_asked_for; then
    json_object CustomKeyStoreId "$store"
    aws_effect disconnection_was_asked_for kms kms TrentService.DisconnectCustomKeyStore "$JSON"
  fi
  wait_until store_is_disconnected "$store"
}

disconnection_was_asked_for() {
  describe_key_store "$store" || fail KeyStoreNotFound "key store $store does not exist in $AWS_REGION"
  [[ $(store_state) == DISCONNECT* ]]
}

store_is_disconnected() {
  describe_key_store "$1" || return 0
  [[ $(store_state) == DISCONNECTED ]]
}

# store_of_cluster CLUSTER_ID: sets STORE to the cluster's key store; returns 1 where it has none.
store_of_cluster() {
  aws_pages kms DescribeCustomKeyStores '{}' '.CustomKeyStores[]'
  STORE=$(jq -c --arg id "$1" 'first(.[] | select(.CloudHsmClusterId == $id)) // empty' <<<"$ITEMS")
  [[ -n $STORE ]]
}

# keys_in_store ID: sets KEYS to the keys in the store that the operator may see, with state and deletion date.
# KMS has no such list. Its permission ends at keys of origin AWS_CLOUDHSM; the others answer with a denial.
keys_in_store() {
  local id
  KEYS='[]'
  aws_pages kms ListKeys '{"Limit": 1000}' '.Keys[].KeyId'
  for id in $(jq -r '.[]' <<<"$ITEMS"); do
    json_object KeyId "$id"
    aws_call kms kms TrentService.DescribeKey "$JSON" || {
      [[ $AWS_ERROR_CODE == AccessDeniedException || $AWS_ERROR_CODE == NotFoundException ]] ||
        fail "$AWS_ERROR_CODE" "DescribeKey: $AWS_ERROR_MESSAGE"
      continue
    }
    KEYS=$(jq -c --argjson keys "$KEYS" --arg store "$1" \
      '$keys + [.KeyMetadata | select(.CustomKeyStoreId == $store) | {KeyId, KeyState, DeletionDate}]' <<<"$REPLY")
  done
}
