# shellcheck shell=bash
# rotate-admin-password: gives the HSM user admin a new password. It is stored before it is set, and promoted once it
# works.

id=$(input clusterId)
anchor=$(input trustAnchor)
secret=$(input adminSecretArn)

step "store a new password"
wait_for_hsms "$id" "would join with the old password"
watch_certificates "$id" "$anchor"
addresses=$(hsm_addresses)
read_password "$secret" AWSCURRENT || fail AdminPasswordUnknown "secret $secret is empty: run activate first"
current=$PASSWORD
resumed=false
if read_password "$secret" AWSPENDING; then resumed=true; else new_password "$secret"; fi
next=$PASSWORD

# HSM by HSM: a run that was cut off may have reached some of them only. Few tries, since five lock the admin out.
for address in $addresses; do
  step "set it on $address"
  configure_hsm_cli_at "$address" "$anchor"
  if [[ $resumed == true ]] && can_log_in admin admin "$next"; then continue; fi
  hsm_cli_prompted "$current" "$next" user change-password --username admin --role admin ||
    fail_hsm AdminPassword "user change-password on HSM $address of cluster $id (secret $secret keeps both passwords;" \
      "run it again)"
done
step "log in with it everywhere"
configure_hsm_cli "$id" "$anchor"
can_log_in admin admin "$next" ||
  fail_hsm AdminPassword "cluster $id does not take the new password everywhere (secret $secret keeps both passwords;" \
    "run it again)"
require_same_hsms "$id"
promote_password "$secret"
done_with "$(jq -cn --arg addresses "$addresses" '{hsms: ($addresses | split("\n") | length)}')"
