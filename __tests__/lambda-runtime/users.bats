#!/usr/bin/env bats
# What audit-users sees, for states that the stand-in cannot be brought into: MFA, registrations for quorum, an older CLI.

bats_require_minimum_version 1.5.0
load helpers

setup() {
  load_library aws cluster wait secret hsm kmsuser users
  CLUSTER='{"Hsms":[{"HsmId":"hsm-a","EniIp":"10.0.0.1","State":"ACTIVE"},{"HsmId":"hsm-b","EniIp":"10.0.0.2","State":"ACTIVE"}]}'
  event '{"clusterId":"cluster-a"}'
  QUORUM_ANSWER='{"user":1,"quorum":1}'
  configure_hsm_cli_at() { HERE=$1; }
  list_users() { USERS=$(<"$BATS_TEST_TMPDIR/$HERE"); }
  hsm_cli() {
    HSM_DATA=$QUORUM_ANSWER
    [[ -n $QUORUM_ANSWER ]]
  }
}

# lists A B: the users of the two HSMs.
lists() {
  printf '%s' "$1" >"$BATS_TEST_TMPDIR/10.0.0.1"
  printf '%s' "$2" >"$BATS_TEST_TMPDIR/10.0.0.2"
}

ADMIN='{"username":"admin","role":"admin","locked":"false","mfa":[],"quorum":[]}'
MFA='{"username":"admin","role":"admin","locked":"false","mfa":[{"strategy":"token-sign","status":"enabled"}],"quorum":[]}'
SIGNER='{"username":"admin","role":"admin","locked":"false","mfa":[],"quorum":[{"strategy":"token-sign","status":"enabled"}]}'

problems() { jq -c '[.problems[] | "\(.user) \(.problem) \(.hsm)"]' <<<"$REPORT"; }

@test "MFA that an HSM does not have is a problem of both" {
  lists "[$ADMIN]" "[$MFA]"
  audit_users anchor 2>/dev/null
  [[ $(problems) == '["admin has other MFA than elsewhere 10.0.0.1","admin has other MFA than elsewhere 10.0.0.2"]' ]]
}

@test "a registration for quorum that an HSM does not have is one, too" {
  lists "[$SIGNER]" "[$ADMIN]"
  audit_users anchor 2>/dev/null
  [[ $(problems) == *"another registration for quorum than elsewhere 10.0.0.1"* ]]
}

@test "the same everywhere is none, and the report has it" {
  lists "[$MFA]" "[$MFA]"
  audit_users anchor 2>/dev/null
  [[ $(problems) == '[]' ]]
  jq -e '.users[0].mfa == [{strategy: "token-sign", status: "enabled"}] and .quorum["10.0.0.1"].user == 1' <<<"$REPORT"
}

@test "another role elsewhere is a problem of both" {
  lists '[{"username":"a","role":"admin"}]' '[{"username":"a","role":"crypto-user"}]'
  event '{"clusterId":"cluster-a","admins":["a"]}'
  audit_users anchor 2>/dev/null
  [[ $(problems) == '["a has the role admin, and another one elsewhere 10.0.0.1","a has the role crypto-user, and another one elsewhere 10.0.0.2"]' ]]
}

@test "a client that sees the other HSMs by itself says that a user is not on all of them" {
  lists '[{"username":"a","role":"crypto-user","cluster-coverage":"inconsistent"}]' '[{"username":"a","role":"crypto-user","cluster-coverage":"inconsistent"}]'
  audit_users anchor 2>/dev/null
  [[ $(problems) == '["a is not on every HSM 10.0.0.1","a is not on every HSM 10.0.0.2"]' ]]
}

@test "a CLI that does not know quorum values says nothing of them, and stops nothing" {
  lists "[$ADMIN]" "[$ADMIN]"
  QUORUM_ANSWER=''
  audit_users anchor 2>/dev/null
  jq -e '.problems == [] and .quorum == {"10.0.0.1": {}, "10.0.0.2": {}}' <<<"$REPORT"
  require_no_quorum cluster-a "do it by hand"
}

@test "a quorum of two stops a change with both ways out" {
  QUORUM_ANSWER='{"user":2,"quorum":2}'
  run --separate-stderr require_no_quorum cluster-a "make it by hand"
  ((status == 1))
  [[ $(head -n 1 "$WORK/error") == QuorumRequired ]]
  [[ $(<"$WORK/error") == *"wants 2 admins"*"make it by hand"*"--service user --value 1"* ]]
}
