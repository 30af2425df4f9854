# shellcheck shell=bash
# delete-key-store: guards a destroy. Terraform's provider reports a key store with keys as deleted and continues to its
# HSMs and cluster, so the key store is deleted here, and an error here stops the destroy.

id=$(input keyStoreId)

step "look for keys in the store"
if ! describe_key_store "$id"; then
  done_with
  exit 0
fi

keys_in_store "$id"
living=$(jq -r 'map(select(.KeyState != "PendingDeletion") | .KeyId) | join(", ")' <<<"$KEYS")
[[ -z $living ]] ||
  fail KeyStoreHasLivingKeys "key store $id has KMS keys that nobody has scheduled for deletion: $living. Nothing was" \
    "changed. Data that they encrypt is lost without them. If that is what you want, schedule their deletion first"
pending_keys=$(jq -r 'map("key \(.KeyId) is gone on \(.DeletionDate | floor | strftime("%Y-%m-%d %H:%M UTC"))")
  | join("; ")' <<<"$KEYS")
[[ -z $pending_keys ]] ||
  fail KeyStoreHasKeysPendingDeletion "key store $id, its HSMs and its cluster stay until its keys are gone:" \
    "$pending_keys. Run the destroy again after that; until then kms cancel-key-deletion brings a key back"

step "delete the store"
was_connected=$(store_state)
disconnect "$id" || fail StillPending "key store $id is still disconnecting. Run the destroy again"
json_object CustomKeyStoreId "$id"
if ! aws_call kms kms TrentService.DeleteCustomKeyStore "$JSON"; then
  code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  [[ $code != CustomKeyStoreNotFoundException ]] || { done_with && exit 0; }
  # A key that the operator may not see: put things back as they were.
  [[ $was_connected != CONNECTED ]] || connect "$id"
  fail "$code" "key store $id was not deleted: $message"
fi
done_with
