# shellcheck shell=bash
# disconnect-key-store: makes the store's keys unusable until it is connected again; kmsuser is free meanwhile.
# In: keyStoreId. Out: connectionState.

id=$(input keyStoreId)
step "disconnect"
if disconnect "$id"; then
  done_with '{"connectionState": "DISCONNECTED"}'
else
  pending "key store $id is still $(store_state)"
fi
