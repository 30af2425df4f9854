# shellcheck shell=bash
# disconnect-key-store: makes the store's keys unusable until it is connected again; kmsuser is free meanwhile.
# As the guard of a destroy it lets the store stay, with its keys, in KMS.

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
