#!/usr/bin/env bats
# What the operator does with a cluster of somebody else's, and with HSMs that come and go. AWS is a function of these tests.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library aws cluster wait secret hsm hsm-places removal-record topics kmsuser key-store
  sleep() { :; }
  stand_in_for_aws
  configure_hsm_cli() { :; }
  hsm_cli() { HSM_DATA=$(<"$WORLD/users"); }
  read_password() { PASSWORD=secret VERSION=v; }
}

# cluster STATE "ZONE STATE ADDRESS" ...
cluster() {
  local hsms
  hsms=$(printf '%s\n' "${@:2}" | jq -Rn '[inputs | select(. != "") | split(" ") | {AvailabilityZone: .[0], State: .[1], EniIp: .[2]}]')
  jq -n --arg state "$1" --argjson hsms "$hsms" '{Clusters: [{ClusterId: "cluster-aaaaaaaaaaa", State: $state, Hsms: $hsms}]}' | world DescribeClusters
}
# stores [NAME CLUSTER]
stores() {
  jq -n --arg name "${1:-}" --arg cluster "${2:-}" '{Truncated: false, CustomKeyStores:
    (if $name == "" then [] else [{CustomKeyStoreId: "cks-1", CustomKeyStoreName: $name, CloudHsmClusterId: $cluster}] end)}' | world DescribeCustomKeyStores
}
CREATE='{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "anchor", "kmsuserSecretArn": "arn", "keyStoreName": "payments"}'

@test "check-cluster: takes an active cluster with HSMs in two zones" {
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10" "b CREATE_IN_PROGRESS 10.0.1.11"
  run_action check-cluster '{"clusterId": "cluster-aaaaaaaaaaa"}'
  [ "$status" -eq 0 ]
  [ "$output" = '{"status":"done","clusterState":"ACTIVE","hsms":2}' ]
}

@test "check-cluster: refuses one that is not active" {
  cluster UNINITIALIZED
  run_action check-cluster '{"clusterId": "cluster-aaaaaaaaaaa"}'
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = ClusterNotActive ]
}

@test "check-cluster: refuses one whose active HSMs are in one zone, and names it" {
  cluster ACTIVE "a ACTIVE 10.0.0.10" "a ACTIVE 10.0.0.11" "b DEGRADED 10.0.1.10"
  run_action check-cluster '{"clusterId": "cluster-aaaaaaaaaaa"}'
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = TooFewHsms ]
  [[ $(error_document errorMessage) == *"active HSMs in a; a key store needs at least two"* ]]
}

@test "create-key-store: makes the store, with the password in the call's body" {
  stores
  world CreateCustomKeyStore <<<'{"CustomKeyStoreId": "cks-2"}'
  run_action create-key-store "$CREATE"
  [ "$status" -eq 0 ]
  [ "$output" = '{"status":"done","keyStoreId":"cks-2"}' ]
  [ "$(sed -n 's/^CreateCustomKeyStore //p' "$CALLS" | jq -r '.CustomKeyStoreName, .CloudHsmClusterId, .KeyStorePassword')" = $'payments\ncluster-aaaaaaaaaaa\nsecret' ]
}

@test "create-key-store: takes the store of that name that is on the cluster" {
  stores payments cluster-aaaaaaaaaaa
  run_action create-key-store "$CREATE"
  [ "$output" = '{"status":"done","keyStoreId":"cks-1"}' ]
  [ "$(called CreateCustomKeyStore)" -eq 0 ]
}

@test "create-key-store: refuses a cluster that has another store, by its name" {
  stores theirs cluster-aaaaaaaaaaa
  run_action create-key-store "$CREATE"
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = ClusterHasKeyStore ]
  [[ $(error_document errorMessage) == *"cks-1 (theirs)"* ]]
  [ "$(called CreateCustomKeyStore)" -eq 0 ]
}

@test "create-key-store: each refusal of KMS's says what to do" {
  stores
  local code
  for code in CloudHsmClusterInUseException:shares CloudHsmClusterInvalidConfigurationException:"two active HSMs" \
    CustomKeyStoreNameInUseException:"another name" IncorrectTrustAnchorException:initialised; do
    world error-CreateCustomKeyStore <<<"${code%%:*}"
    run_action create-key-store "$CREATE"
    [ "$status" -ne 0 ]
    [ "$(error_document errorType)" = "${code%%:*}" ]
    [[ $(error_document errorMessage) == *"${code#*:}"* ]]
    [[ $(error_document errorMessage) != *secret* ]]
  done
}

@test "retain-backups: asks for days, as ModifyCluster wants them" {
  run_action retain-backups '{"clusterId": "cluster-aaaaaaaaaaa", "backupRetentionDays": "30"}'
  [ "$status" -eq 0 ]
  [ "$(sed -n 's/^ModifyCluster //p' "$CALLS" | jq -c .BackupRetentionPolicy)" = '{"Type":"DAYS","Value":"30"}' ]
  run_action retain-backups '{"clusterId": "cluster-aaaaaaaaaaa", "backupRetentionDays": "forever"}'
  [ "$(error_document errorType)" = InvalidInput ]
}

@test "guard-hsm: without a key store every HSM may go" {
  stores
  cluster ACTIVE "a ACTIVE 10.0.0.10"
  run_action guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10"}'
  [ "$status" -eq 0 ]
}

@test "guard-hsm: under a key store two others in two zones stay" {
  stores payments cluster-aaaaaaaaaaa
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10" "c ACTIVE 10.0.2.10"
  run_action guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10"}'
  [ "$status" -eq 0 ]
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10" "b ACTIVE 10.0.1.11"
  DEADLINE_MS=0 run_action guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10"}'
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = TooFewHsms ]
}

@test "guard-hsm: waits for the replacement of the HSM" {
  stores payments cluster-aaaaaaaaaaa
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10" "c CREATE_IN_PROGRESS 10.0.2.10"
  sleep() { cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10" "c ACTIVE 10.0.2.10"; }
  run_action guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10"}'
  [ "$status" -eq 0 ]
  [ "$(called DescribeClusters)" -eq 2 ]
}

@test "guard-hsm: permits the deletion once the key store was deleted meanwhile" {
  stores payments cluster-aaaaaaaaaaa
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10"
  sleep() { stores; }
  run_action guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10"}'
  [ "$status" -eq 0 ]
}

@test "check-users: names the users that an HSM lacks" {
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10"
  world users <<<'{"users": [{"username": "admin", "cluster-coverage": "full"}, {"username": "kmsuser", "cluster-coverage": "full"}]}'
  run_action check-users '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "anchor"}'
  [ "$output" = '{"status":"done","hsms":2,"users":["admin","kmsuser"]}' ]
  world users <<<'{"users": [{"username": "admin", "cluster-coverage": "full"}, {"username": "kmsuser", "cluster-coverage": "partial"}]}'
  run_action check-users '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "anchor"}'
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = UserNotOnEveryHsm ]
  [[ $(error_document errorMessage) == "kmsuser is not on every HSM"* ]]
}

@test "read_admin: a plain password is admin's; JSON names another admin" {
  PASSWORD='a{b' && read_admin
  [ "$ADMIN $PASSWORD" = 'admin a{b' ]
  PASSWORD='{"username": "officer", "password": "x\"y"}' && read_admin
  [ "$ADMIN $PASSWORD" = 'officer x"y' ]
}

@test "delete-hsm: one that a schedule has removed is struck from its note, and no other is touched" {
  stores payments cluster-aaaaaaaaaaa
  cluster ACTIVE "a ACTIVE 10.0.0.10"
  read_secret() { VALUE='{"status": "removed", "since": 1, "places": ["a 10.0.0.10", "b 10.0.1.10"]}'; }
  take_lock() { :; }
  run_action delete-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.1.10", "hsmRecordArn": "arn"}'
  [ "$status" -eq 0 ]
  [ "$(called DeleteHsm)" -eq 0 ]
  [ "$(sed -n 's/^PutSecretValue //p' "$CALLS" | jq -r .SecretString)" = '{"status":"removed","since":1,"places":["a 10.0.0.10"]}' ]
}

@test "delete-hsm: asks the same of the others as guard-hsm" {
  stores payments cluster-aaaaaaaaaaa
  cluster ACTIVE "a ACTIVE 10.0.0.10" "b ACTIVE 10.0.1.10"
  DEADLINE_MS=0 run_action delete-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.1.10", "hsmRecordArn": "arn"}'
  [ "$(error_document errorType)" = TooFewHsms ]
  [ "$(called DeleteHsm)" -eq 0 ]
}

@test "restore-hsms: on a holiday the HSMs stay away" {
  cluster ACTIVE "a ACTIVE 10.0.0.10"
  read_secret() { VALUE='{"status": "removed", "since": 1, "places": ["a 10.0.0.10", "b 10.0.1.10"]}'; }
  run_action restore-hsms '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "a", "hsmRecordArn": "arn", "scheduledTime": "2026-12-25T06:00:00Z",
    "holidays": ["2026-01-01T00:00:00Z/2026-01-02T00:00:00Z", "2026-12-24T23:00:00Z/2026-12-25T23:00:00Z"]}'
  [ "$status" -eq 0 ]
  [ "$(called CreateHsm)" -eq 0 ]
  [ "$(called PutSecretValue)" -eq 0 ]
}

@test "a run that a schedule has begun hands over by an error, which Lambda runs again" {
  event '{"unattended": true}'
  run --separate-stderr pending "an HSM is coming"
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = StillAtWork ]
}

@test "topics: are notified of failures, and of successes that have something to report; never of a hand-over" {
  ACTION=restore-hsms
  event '{"topicArns": ["arn:one", "arn:two"]}'
  notify_topics 0
  [ "$(called Publish)" -eq 0 ]
  announce "2 HSMs are back"
  notify_topics 0
  [ "$(called Publish)" -eq 2 ]
  grep -q '^Publish Action=Publish&Version=2010-03-31&TopicArn=arn%3Aone&Subject=restore-hsms%3A%20done&Message=2%20HSMs%20are%20back$' "$CALLS"
  : >"$CALLS"
  printf 'NoHsmReachable\nno HSM answers\n' >"$WORK/error"
  notify_topics 1
  grep -q 'Subject=restore-hsms%3A%20failed&Message=NoHsmReachable%3A%20no%20HSM%20answers' "$CALLS"
  : >"$CALLS"
  printf 'StillAtWork\nan HSM is coming\n' >"$WORK/error"
  notify_topics 1
  [ "$(called Publish)" -eq 0 ]
}

@test "topics: a notification that fails does not fail the run" {
  event '{"topicArns": ["arn:one"]}'
  announce "done"
  world error-Publish <<<AuthorizationError
  run --separate-stderr notify_topics 0
  [ "$status" -eq 0 ]
  [[ $stderr == *"arn:one was not notified: AuthorizationError"* ]]
}
