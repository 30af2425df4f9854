# shellcheck shell=bash
# disconnect-key-store: disconnects the key store: its keys cannot be used until it is connected again, and kmsuser is
# not logged in. As the guard of a destroy it keeps the key store, with its keys, in KMS.

id=$(input keyStoreId)
step "disconnect"
if is_destroy && ! describe_key_store "$id"; then
  done_with
  exit 0
fi
if disconnect "$id"; then
  done_with '{"connectionState": "DISCONNECTED"}'
else
  pending "key store $id is still $(store_state)"
fi
