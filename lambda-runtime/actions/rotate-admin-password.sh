# shellcheck shell=bash
# rotate-admin-password: a new password for the HSM user admin, stored before it is set and promoted once it works.
# In: clusterId, trustAnchor, adminSecretArn, passwordLength. Out: hsms, how many HSMs have the new password.

id=$(input clusterId)
anchor=$(input trustAnchor)
secret=$(input adminSecretArn)

describe_cluster "$id"
addresses=$(hsm_addresses)
read_password "$secret" AWSCURRENT || fail AdminPasswordUnknown "secret $secret is empty: run activate first"
current=$PASSWORD
resumed=false
if read_password "$secret" AWSPENDING; then resumed=true; else new_password "$secret"; fi
next=$PASSWORD

# HSM by HSM: a run that was cut off may have reached some of them only. Few tries, since five lock the admin out.
for address in $addresses; do
  configure_hsm_cli_at "$address" "$anchor"
  if [[ $resumed == true ]] && can_log_in admin admin "$next"; then continue; fi
  as_admin "$current" "$next" user change-password --username admin --role admin ||
    fail AdminPassword "user change-password on HSM $address of cluster $id: $HSM_DATA. Secret $secret keeps both passwords; run it again"
done
configure_hsm_cli "$id" "$anchor"
can_log_in admin admin "$next" ||
  fail AdminPassword "cluster $id does not take the new password everywhere: $HSM_DATA. Secret $secret keeps both passwords; run it again"
promote_password "$secret"
done_with "$(jq -cn --arg addresses "$addresses" '{hsms: ($addresses | split("\n") | length)}')"
