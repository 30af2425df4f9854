# shellcheck shell=bash
# kmsuser, the crypto user as whom KMS logs in.
# Sets: ADDRESSES, PASSWORD, ADMIN, ADMIN_PASSWORD.

use aws cluster hsm log secret users

# put_kmsuser_on_hsms CLUSTER_ID TRUST_ANCHOR ADMIN_SECRET SECRET ADOPT: kmsuser on every active HSM, with the password
# in SECRET, which is made where there is none. ADOPT is "true" where another password may be replaced. Sets ADDRESSES,
# PASSWORD and VERSION; the caller promotes the password once nobody needs another one.
put_kmsuser_on_hsms() {
  local id=$1 anchor=$2 admin_secret=$3 secret=$4 adopt=$5 address
  wait_for_hsms "$id" "would join without kmsuser"
  ADDRESSES=$(hsm_addresses)
  read_admin_of "$admin_secret"
  # shellcheck disable=SC2034 # put_user reads it
  ADMIN_PASSWORD=$PASSWORD
  stored_password "$secret"
  # One that is somebody else's is found before anything is changed.
  if [[ $adopt != true ]]; then
    for address in $ADDRESSES; do
      configure_hsm_cli_at "$address" "$anchor"
      list_users
      [[ -z $(user_role kmsuser) ]] || can_log_in kmsuser crypto-user "$PASSWORD" ||
        fail KmsUserExists "cluster $id has a kmsuser that this deploy did not make. Nothing was changed. If no other" \
          "key store or client uses it, adopt it: it gets a new password"
    done
  fi
  # HSM by HSM: a run that was cut off may have reached some of them only.
  for address in $ADDRESSES; do
    step "make kmsuser on $address"
    put_user "$id" "$anchor" "$address" kmsuser crypto-user "$PASSWORD"
  done
  require_same_hsms "$id"
}

# put_kmsuser_in_store STORE CLUSTER_ID TRUST_ANCHOR ADMIN_SECRET SECRET: the same, and the store, which is
# disconnected, has that password.
put_kmsuser_in_store() {
  put_kmsuser_on_hsms "$2" "$3" "$4" "$5" true
  step "give the store kmsuser's password"
  kms UpdateCustomKeyStore '{"CustomKeyStoreId":"'"$1"'","KeyStorePassword":"'"$PASSWORD"'"}'
  promote_password "$5"
}

# read_admin_of SECRET: sets ADMIN and PASSWORD.
read_admin_of() {
  read_password "$1" AWSCURRENT || fail AdminPasswordUnknown "secret $1 is empty: run activate first"
  read_admin
}

# read_admin: PASSWORD is a secret's value. Where it is JSON with `username` and `password`, as Secrets Manager's
# console makes it, sets ADMIN and PASSWORD to these.
# shellcheck disable=SC2034 # hsm_cli_prompted reads ADMIN
read_admin() {
  ADMIN='admin'
  if jq -e 'type == "object" and has("username") and has("password")' <<<"$PASSWORD" >/dev/null 2>&1; then
    ADMIN=$(jq -r .username <<<"$PASSWORD")
    PASSWORD=$(jq -r .password <<<"$PASSWORD")
  fi
}

# no_hsm_is_coming CLUSTER_ID: an HSM that joins while users are made may lack them.
no_hsm_is_coming() {
  describe_cluster "$1"
  jq -e '[.Hsms[]? | select(.State == "CREATE_IN_PROGRESS")] == []' <<<"$CLUSTER" >/dev/null
}
