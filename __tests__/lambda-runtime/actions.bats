#!/usr/bin/env bats
# The actions look at the world first and continue from there. AWS and the HSMs are functions of these tests.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library aws certificate cluster wait secret hsm hsm-places removal-record kmsuser key-store
  sleep() { :; }
  stand_in_for_aws
  stand_ins
}

# What stands in for AWS and for cloudhsm-cli; defined after the libraries, so that it replaces theirs.
stand_ins() {
  configure_hsm_cli() { :; }
  configure_hsm_cli_at() { :; }
  hsm_cli() { HSM_DATA="{\"users\": [{\"username\": \"admin\", \"role\": \"$(<"$WORLD/admin-role")\", \"cluster-coverage\": \"full\"}]}"; }
  hsm_cli_as() { [[ $3 == "$(<"$WORLD/admin-password")" ]]; }
  hsm_cli_prompted() {
    printf 'prompted %s\n' "$3 $4" >>"$CALLS"
    admin admin "$2"
  }
  watch_certificates() { :; }
  # stages PENDING CURRENT: what the secret holds; nothing where empty.
  read_password() {
    local password=$2
    [[ $2 == AWSPENDING ]] && password=${PENDING_PASSWORD:-} || password=${CURRENT_PASSWORD:-}
    PASSWORD=$password VERSION=$2
    [[ -n $password ]]
  }
  new_password() { PASSWORD=new VERSION=v; }
  promote_password() { printf 'promoted %s\n' "$PASSWORD" >>"$CALLS"; }
}

cluster() { world DescribeClusters <<<"{\"Clusters\": [{\"ClusterId\": \"cluster-aaaaaaaaaaa\", \"State\": \"$1\", \"Hsms\": [{\"State\": \"ACTIVE\"}], \"Certificates\": {\"ClusterCertificate\": \"${2:-}\"}}]}"; }
store() { world DescribeCustomKeyStores <<<"{\"CustomKeyStores\": [{\"CustomKeyStoreId\": \"cks-1\", \"CloudHsmClusterId\": \"cluster-aaaaaaaaaaa\", \"ConnectionState\": \"$1\", \"ConnectionErrorCode\": \"${2:-}\"}], \"Truncated\": false}"; }

INITIALIZE='{"clusterId": "cluster-aaaaaaaaaaa", "signedCertificate": "signed", "trustAnchor": "anchor", "trustAnchorSecret": "safe-storage/cluster-aaaaaaaaaaa/trust-anchor", "last": true}'

@test "initialize: claims an uninitialised cluster and waits for it" {
  cluster UNINITIALIZED
  echo 'cluster INITIALIZED signed' | world after-InitializeCluster
  run_action initialize "$INITIALIZE"
  [ "$status" -eq 0 ]
  [ "$output" = '{"status":"done","clusterState":"INITIALIZED"}' ]
  [ "$(called InitializeCluster)" -eq 1 ]
}

@test "initialize: does nothing to a cluster that this CA has claimed" {
  cluster ACTIVE signed
  run_action initialize "$INITIALIZE"
  [ "$status" -eq 0 ]
  [ "$(called InitializeCluster)" -eq 0 ]
}

@test "initialize: refuses a cluster that another CA has claimed" {
  cluster INITIALIZED "somebody else's"
  run_action initialize "$INITIALIZE"
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = ForeignCertificate ]
}

@test "initialize: keeps the trust anchor in a secret, which may be there already" {
  cluster ACTIVE signed
  run_action initialize "$INITIALIZE"
  [ "$status" -eq 0 ]
  [ "$(sed -n 's/^CreateSecret //p' "$CALLS" | jq -r '.Name, .SecretString')" = $'safe-storage/cluster-aaaaaaaaaaa/trust-anchor\nanchor' ]
  echo ResourceExistsException | world error-CreateSecret
  run_action initialize "$INITIALIZE"
  [ "$status" -eq 0 ]
  echo AccessDeniedException | world error-CreateSecret
  run_action initialize "$INITIALIZE"
  [ "$status" -ne 0 ]
  [[ $(error_document errorMessage) == *"keeping the trust anchor of cluster cluster-aaaaaaaaaaa in secret safe-storage/cluster-aaaaaaaaaaa/trust-anchor"* ]]
}

@test "initialize: says that the cluster does not exist" {
  world DescribeClusters <<<'{"Clusters": []}'
  run_action initialize "$INITIALIZE"
  [ "$(error_document errorType)" = ClusterNotFound ]
}

@test "connect-key-store: connects a disconnected store" {
  store DISCONNECTED
  echo 'store CONNECTED' | world after-ConnectCustomKeyStore
  run_action connect-key-store '{"keyStoreId": "cks-1"}'
  [ "$output" = '{"status":"done","connectionState":"CONNECTED"}' ]
}

@test "connect-key-store: leaves a connected store alone" {
  store CONNECTED
  run_action connect-key-store '{"keyStoreId": "cks-1"}'
  [ "$status" -eq 0 ]
  [ "$(called ConnectCustomKeyStore)" -eq 0 ]
}

@test "connect-key-store: after a failure, disconnects and tries again" {
  store FAILED INVALID_CREDENTIALS
  echo 'store DISCONNECTED' | world after-DisconnectCustomKeyStore
  echo 'store CONNECTED' | world after-ConnectCustomKeyStore
  run_action connect-key-store '{"keyStoreId": "cks-1"}'
  [ "$status" -eq 0 ]
  [ "$(called DisconnectCustomKeyStore)" -eq 1 ]
}

@test "connect-key-store: a failed connection ends with AWS's code and what to do" {
  store DISCONNECTED
  echo 'store FAILED USER_LOCKED_OUT' | world after-ConnectCustomKeyStore
  run_action connect-key-store '{"keyStoreId": "cks-1"}'
  [ "$(error_document errorType)" = USER_LOCKED_OUT ]
  [[ $(error_document errorMessage) == *"kmsuser is locked: change its password"* ]]
}

@test "connect-key-store: what outlasts a Lambda is pending, and continues in the next" {
  store CONNECTING
  DEADLINE_MS=0
  run_action connect-key-store '{"keyStoreId": "cks-1"}'
  [ "$status" -eq 0 ]
  [[ $output == '{"status":"pending"'*CONNECTING* ]]
}

KEY='{"KeyId": "key-1", "CustomKeyStoreId": "cks-1"'

@test "delete-key-store: a store with a living key is left as it is" {
  store CONNECTED
  world ListKeys <<<'{"Keys": [{"KeyId": "key-1"}]}'
  world DescribeKey <<<"{\"KeyMetadata\": $KEY, \"KeyState\": \"Enabled\"}}"
  run_action delete-key-store '{"keyStoreId": "cks-1"}'
  [ "$(error_document errorType)" = KeyStoreHasLivingKeys ]
  [[ $(error_document errorMessage) == *key-1* ]]
  [ "$(called DisconnectCustomKeyStore)$(called DeleteCustomKeyStore)" = 00 ]
}

@test "delete-key-store: a key that waits for its deletion is named with its date" {
  store CONNECTED
  world ListKeys <<<'{"Keys": [{"KeyId": "key-1"}]}'
  world DescribeKey <<<"{\"KeyMetadata\": $KEY, \"KeyState\": \"PendingDeletion\", \"DeletionDate\": 1893456000.0}}"
  run_action delete-key-store '{"keyStoreId": "cks-1"}'
  [ "$(error_document errorType)" = KeyStoreHasKeysPendingDeletion ]
  [[ $(error_document errorMessage) == *"key key-1 is gone on 2030-01-01 00:00 UTC"* ]]
  [ "$(called DisconnectCustomKeyStore)$(called DeleteCustomKeyStore)" = 00 ]
}

@test "delete-key-store: an empty store is disconnected, then deleted" {
  store CONNECTED
  world ListKeys <<<'{"Keys": []}'
  echo 'store DISCONNECTED' | world after-DisconnectCustomKeyStore
  run_action delete-key-store '{"keyStoreId": "cks-1"}'
  [ "$status" -eq 0 ]
  [ "$(called DeleteCustomKeyStore)" -eq 1 ]
}

@test "delete-key-store: a key that the operator cannot see brings the connection back" {
  store CONNECTED
  world ListKeys <<<'{"Keys": []}'
  echo 'store DISCONNECTED' | world after-DisconnectCustomKeyStore
  echo CustomKeyStoreHasCMKsException | world error-DeleteCustomKeyStore
  run_action delete-key-store '{"keyStoreId": "cks-1"}'
  [ "$(error_document errorType)" = CustomKeyStoreHasCMKsException ]
  [ "$(called ConnectCustomKeyStore)" -eq 1 ]
}

@test "delete-key-store: a key store that does not exist is no error" {
  echo CustomKeyStoreNotFoundException | world error-DescribeCustomKeyStores
  run_action delete-key-store '{"keyStoreId": "cks-1"}'
  [ "$output" = '{"status":"done"}' ]
}

ACTIVATE='{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "anchor", "adminSecretArn": "arn", "passwordLength": "32"}'

# admin STATE [PASSWORD]: the admin of the HSM.
admin() {
  printf '%s' "$1" >"$WORLD/admin-role"
  printf '%s' "${2:-}" >"$WORLD/admin-password"
}
@test "activate: sets the stored password and promotes it" {
  cluster INITIALIZED
  admin unactivated-admin
  echo 'true' | world after-DescribeClusters
  hsm_cli_prompted() { admin admin "$2" && cluster ACTIVE && echo "prompted $3 $4" >>"$CALLS"; }
  run_action activate "$ACTIVATE"
  [ "$output" = '{"status":"done","clusterState":"ACTIVE"}' ]
  [ "$(<"$WORLD/admin-password")" = new ]
  grep -x 'promoted new' "$CALLS"
}

@test "activate: cut off after the HSM took the password, it promotes what logs in" {
  cluster ACTIVE
  admin admin pending-one
  PENDING_PASSWORD=pending-one CURRENT_PASSWORD=old-one
  run_action activate "$ACTIVATE"
  [ "$status" -eq 0 ]
  grep -x 'promoted pending-one' "$CALLS"
  run ! grep prompted "$CALLS"
}

@test "activate: with no password that logs in, it says where to put the right one and changes nothing" {
  cluster ACTIVE
  admin admin unknown
  PENDING_PASSWORD=a CURRENT_PASSWORD=b
  run_action activate "$ACTIVATE"
  [ "$(error_document errorType)" = AdminPasswordUnknown ]
  [[ $(error_document errorMessage) == *put-secret-value* ]]
  run ! grep -E 'promoted|prompted' "$CALLS"
}

ENSURE='{"clusterId": "cluster-aaaaaaaaaaa", "hsms": [{"availabilityZone": "eu-central-1a", "ipAddress": "10.0.0.10"}, {"availabilityZone": "eu-central-1b", "ipAddress": "10.0.0.74"}]}'

# hsms CLUSTER_STATE [ADDRESS STATE] ...: a cluster with these HSMs.
hsms() {
  local state=$1 list='[]'
  shift
  while (($# > 0)); do
    list=$(jq -c --arg ip "$1" --arg state "$2" '. + [{HsmId: "hsm-\($ip)", AvailabilityZone: "z", EniIp: $ip, State: $state}]' <<<"$list")
    shift 2
  done
  world DescribeClusters <<<"{\"Clusters\": [{\"ClusterId\": \"cluster-aaaaaaaaaaa\", \"State\": \"$state\", \"Hsms\": $list}]}"
}

@test "ensure-hsms: leaves alone what is there" {
  hsms ACTIVE 10.0.0.10 ACTIVE 10.0.0.74 ACTIVE
  run_action ensure-hsms "$ENSURE"
  [ "$(jq -c '[.status, (.hsms | map(.EniIp))]' <<<"$output")" = '["done",["10.0.0.10","10.0.0.74"]]' ]
  [ "$(called CreateHsm)" -eq 0 ]
}

@test "ensure-hsms: makes the one that is missing, in its zone at its address, and waits for it" {
  hsms ACTIVE 10.0.0.10 ACTIVE
  echo 'hsms ACTIVE 10.0.0.10 ACTIVE 10.0.0.74 ACTIVE' | world after-CreateHsm
  run_action ensure-hsms "$ENSURE"
  [ "$status" -eq 0 ]
  [ "$(sed -n 's/^CreateHsm //p' "$CALLS")" = '{"ClusterId":"cluster-aaaaaaaaaaa","AvailabilityZone":"eu-central-1b","IpAddress":"10.0.0.74"}' ]
}

@test "ensure-hsms: in a cluster without HSMs the first is created alone; the others wait until it is ACTIVE" {
  hsms ACTIVE
  world after-CreateHsm <<'AFTER'
if [[ $4 == *10.0.0.10* ]]; then
  hsms ACTIVE 10.0.0.10 CREATE_IN_PROGRESS
else
  printf 'second while first is %s\n' "$(jq -r '.Clusters[0].Hsms[0].State' "$WORLD/DescribeClusters")" >>"$CALLS"
  hsms ACTIVE 10.0.0.10 ACTIVE 10.0.0.74 ACTIVE
fi
AFTER
  world after-DescribeClusters <<'AFTER' # the first becomes ACTIVE at the third look
if [[ $REPLY == *CREATE_IN_PROGRESS* ]] && (($(echo look >>"$WORLD/looks" && wc -l <"$WORLD/looks") == 3)); then
  hsms ACTIVE 10.0.0.10 ACTIVE
fi
AFTER
  run_action ensure-hsms "$ENSURE"
  [ "$status" -eq 0 ]
  [ "$(called CreateHsm)" -eq 2 ]
  grep -x 'second while first is ACTIVE' "$CALLS"
}

@test "ensure-hsms: a call whose answer was lost has made its HSM" {
  hsms ACTIVE 10.0.0.10 ACTIVE
  aws_call() {
    local operation=${3#*.}
    printf '%s %s\n' "$operation" "$4" >>"$CALLS"
    REPLY=$(<"$WORLD/DescribeClusters")
    [[ $operation == CreateHsm ]] || return 0
    hsms ACTIVE 10.0.0.10 ACTIVE 10.0.0.74 ACTIVE
    AWS_ERROR_CODE=CloudHsmInvalidRequestException AWS_ERROR_MESSAGE="IP address 10.0.0.74 is already in use."
    return 1
  }
  run_action ensure-hsms "$ENSURE"
  [ "$status" -eq 0 ]
}

@test "ensure-hsms: a refusal names zone, cluster and the way to a higher quota" {
  hsms ACTIVE 10.0.0.10 ACTIVE
  echo CloudHsmInvalidRequestException | world error-CreateHsm
  run_action ensure-hsms "$ENSURE"
  [ "$(error_document errorType)" = CloudHsmInvalidRequestException ]
  [[ $(error_document errorMessage) == *"eu-central-1b for cluster cluster-aaaaaaaaaaa"*service-quotas* ]]
}

@test "ensure-hsms: is for an activated cluster, and for complete places only" {
  hsms INITIALIZED 10.0.0.10 ACTIVE
  run_action ensure-hsms "$ENSURE"
  [ "$(error_document errorType)" = ClusterNotActive ]
  hsms ACTIVE
  local places
  for places in '[]' '{}' '"x"' '[{"availabilityZone": "a", "ipAddress": "10.0.0.10"}, {"availabilityZone": "b"}]' '[{"availabilityZone": "a b", "ipAddress": "10.0.0.10"}]'; do
    rm -f "$WORK/error"
    run_action ensure-hsms "{\"clusterId\": \"cluster-aaaaaaaaaaa\", \"hsms\": $places}"
    [ "$(error_document errorType)" = InvalidInput ]
  done
  [ "$(called CreateHsm)" -eq 0 ]
}
