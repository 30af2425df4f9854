# shellcheck shell=bash
# rotate-secret: a step of Secrets Manager's rotation, which calls by itself. The secret's tags say whose password it
# is. Source: «Lambda function rotation», AWS Secrets Manager User Guide.

secret=$(input SecretId)
token=$(input ClientRequestToken)
rotation_step=$(input Step)

# shellcheck disable=SC2034 # input reads them, and promote_password VERSION
step "look at the secret"
describe_secret "$secret"
# shellcheck disable=SC2034 # has_stage reads it
stages=$(jq -c '.VersionIdsToStages // {}' <<<"$REPLY")
cluster=$(jq -r '(.Tags // []) | from_entries | .["safe-storage:cluster"] // ""' <<<"$REPLY")
VERSION=$token
if has_stage AWSCURRENT; then
  # The step's answer was lost, or a person's run of the action has done it all.
  done_with
  exit 0
fi
has_stage AWSPENDING || fail NoSuchRotation "version $token of secret $secret is not pending: this rotation is over"
[[ -n $cluster ]] || read_owner "$secret"
MEMBERS["passwordLength"]=32

# read_pending: sets VALUE, and PASSWORD, of the rotation's version; returns 1 where it is empty.
read_pending() { read_password "$secret" AWSPENDING && [[ $VERSION == "$token" ]]; }

step "$rotation_step"
case $rotation_step in
  createSecret)
    if read_pending; then
      log info "has a password already"
    elif [[ -n $cluster ]]; then
      new_password "$secret" "$token"
    else
      put_ontap_password "$secret" "$token"
    fi
    ;;
  setSecret)
    read_pending || fail NoPassword "version $token of secret $secret has no password yet: createSecret comes before"
    if [[ -n $cluster ]]; then
      MEMBERS["clusterId"]=$cluster MEMBERS["adminSecretArn"]=$secret
      read_secret "safe-storage/$cluster/trust-anchor" AWSCURRENT ||
        fail NoTrustAnchor "secret safe-storage/$cluster/trust-anchor is empty; it holds the CA's certificate"
      # shellcheck disable=SC2034 # input reads it
      MEMBERS["trustAnchor"]=$VALUE
      # It logs in with the password on every HSM and promotes it.
      # shellcheck source=/dev/null
      source "$ROOT/actions/rotate-admin-password.sh" >/dev/null
    else
      set_ontap_password
    fi
    ;;
  testSecret)
    # The HSMs have seen a login in setSecret. To ONTAP the operator has no way: what FSx says of the change must do.
    [[ -n $cluster ]] || wait_until ontap_is_done || fail StillPending "FSx has not set the password yet"
    ;;
  finishSecret)
    promote_password "$secret"
    ;;
  *) fail InvalidInput "Step is $rotation_step; it must be createSecret, setSecret, testSecret or finishSecret" ;;
esac
done_with
