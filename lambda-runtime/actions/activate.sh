# shellcheck shell=bash
# activate: sets the admin's password, which is kept in Secrets Manager only, and waits until the cluster is ACTIVE.

id=$(input clusterId)
secret=$(input adminSecretArn)
source_secret=$(optional sourceAdminSecretArn)

# take_over STAGE: the password of the backup's cluster, if it is still the one in the backup, becomes this cluster's.
take_over() {
  [[ -n $source_secret ]] && read_password "$source_secret" "$1" && can_log_in admin admin "$PASSWORD" || return 1
  store_pending "$secret"
}

step "set the admin's password"
configure_hsm_cli "$id" "$(input trustAnchor)"
list_users
case $(user_role admin) in
  unactivated-admin)
    stored_password "$secret"
    hsm_cli_prompted '' "$PASSWORD" cluster activate || fail_hsm Activation "cluster activate on cluster $id"
    ;;
  admin)
    # An earlier run came this far, or the cluster is restored, from before the last rotation perhaps. One of the
    # passwords opens the HSM; few tries, since five lock the admin out.
    if ! { read_password "$secret" AWSPENDING && can_log_in admin admin "$PASSWORD"; } &&
      ! { read_password "$secret" AWSCURRENT && can_log_in admin admin "$PASSWORD"; } &&
      ! { read_password "$secret" AWSPREVIOUS && can_log_in admin admin "$PASSWORD"; } &&
      ! take_over AWSCURRENT && ! take_over AWSPREVIOUS; then
      fail AdminPasswordUnknown "cluster $id is activated, but no version of secret" \
        "$secret${source_secret:+ or $source_secret} logs in as admin. Put the admin's password into the first (aws" \
        "secretsmanager put-secret-value) and deploy again"
    fi
    ;;
  *) fail NoAdmin "cluster $id has no user named admin" ;;
esac
promote_password "$secret"
anchor_secret=$(optional trustAnchorSecret)
[[ -z $anchor_secret ]] || keep_trust_anchor "$id" "$anchor_secret" "$(input trustAnchor)"

step "wait for ACTIVE"
if wait_until cluster_is "$id" ACTIVE; then
  watch_certificates "$id" "$(input trustAnchor)"
  done_with '{"clusterState": "ACTIVE"}'
else
  pending "cluster $id is still $(cluster_state)"
fi
