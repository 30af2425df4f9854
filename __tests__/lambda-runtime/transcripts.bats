#!/usr/bin/env bats
# The operator reads what the real cloudhsm-cli prints (transcripts/README.md).

# What the tests set the library reads.
# shellcheck disable=SC2034,SC2329

bats_require_minimum_version 1.5.0

setup() {
  load helpers
  load_library aws wait hsm users
  mkdir "$BATS_TEST_TMPDIR/bin"
  export PATH="$BATS_TEST_TMPDIR/bin:$PATH"
}

# prints NAME: from now on cloudhsm-cli is a program that prints this transcript, and waits at its prompts.
prints() {
  cat >"$BATS_TEST_TMPDIR/bin/cloudhsm-cli" <<CLI
#!/bin/bash
while IFS= read -r line; do
  if [[ \$line == *password: ]]; then
    printf '%s' "\$line" >/dev/tty
    IFS= read -rs _ </dev/tty
    printf '\n' >/dev/tty
  else
    printf '%s\n' "\$line"
  fi
done <"$BATS_TEST_DIRNAME/transcripts/$1"
CLI
  chmod +x "$BATS_TEST_TMPDIR/bin/cloudhsm-cli"
}

# refuses TEXT: cloudhsm-cli prints it as its error.
refuses() {
  printf '#!/bin/bash\nprintf "%%s" %q\nexit 1\n' "{
  \"error_code\": 1,
  \"data\": \"$1\"
}" >"$BATS_TEST_TMPDIR/bin/cloudhsm-cli"
  chmod +x "$BATS_TEST_TMPDIR/bin/cloudhsm-cli"
}

# audit ADDRESS ...: of a cluster with HSMs there, by a client that is configured, without a quorum; sets REPORT.
audit() {
  CLUSTER=$(jq -cn '{Hsms: [$ARGS.positional[] | {State: "ACTIVE", EniIp: .}]}' --args "$@")
  configure_cli() { :; }
  QUORUM='{}'
  read_quorum() { :; }
  audit_users anchor
}

@test "users with MFA, registered for quorum and locked; the HSM's own user is nobody's" {
  prints user-list
  list_users
  [ "$(user_role second_admin)" = admin ]
  [ "$(user_role app_user)" = "internal(APPLIANCE_USER)" ]
  [ "$(user_coverage payroll)" = full ]
  [ -z "$(user_role nobody)" ]
  [ "$(list_people)" = $'admin admin\nadmin second_admin\ncrypto-user payroll' ]
}

@test "an audit of two HSMs tells of MFA, of a registration and of a locked user" {
  prints user-list
  event '{"admins": "second_admin"}'
  audit 10.0.0.5 10.0.1.5
  [ "$(jq -c '[.problems[] | [.user, .code, .hsm]]' <<<"$REPORT")" = \
    '[["payroll","locked","10.0.0.5"],["payroll","locked","10.0.1.5"]]' ]
  [ "$(jq -c '.users[] | select(.username == "second_admin") | [.mfa[0].status, .quorum[0].status]' <<<"$REPORT")" = \
    '["enabled","enabled"]' ]
}

@test "a client that knows several HSMs: users who are not the same on all" {
  prints user-list-inconsistent
  list_users
  [ "$(user_role two_roles)" = inconsistent ]
  [ "$(user_coverage half_made)" = inconsistent ]
  event '{}'
  audit 10.0.0.5
  [ "$(jq -r '.problems[] | .user + " " + .code' <<<"$REPORT")" = "half_locked locked
half_made not-everywhere
half_mfa mfa-differs
two_roles role-differs" ]
}

@test "before activation admin is another role, and users have no member quorum" {
  prints user-list-before-activation
  list_users
  [ "$(user_role admin)" = unactivated-admin ]
  [ -z "$(list_people)" ]
}

@test "prompts are answered, and what stands after them is the answer" {
  prints user-create
  hsm_cli_prompted hunter22 hunter23 user create --username payroll --role crypto-user
  [ "$HSM_DATA" = '{"username":"payroll","role":"crypto-user"}' ]
  prints cluster-activate
  hsm_cli_prompted '' hunter23 cluster activate
  [ "$HSM_DATA" = '"Cluster activation successful"' ]
}

@test "a quorum ends a change of users, with what a person does instead" {
  prints quorum-values
  run require_no_quorum cluster-abcdefghijk "do it by hand"
  [ "$(error_document errorType)" = QuorumRequired ]
  [[ $(error_document errorMessage) == *"wants 2 admins"* ]]
}

@test "keys that a user owns are told from those that are shared with it" {
  prints key-list
  hsm_cli_as payroll crypto-user hunter22 key list --verbose
  owned=$(jq -c --arg user payroll '[.matched_keys[]? | select(any(.["key-info"]["key-owners"][]?; .username == $user))
    | .attributes.label]' <<<"$HSM_DATA")
  [ "$owned" = '["payroll-2026"]' ]
}

@test "what a person does about each text that AWS's guide has" {
  while IFS='|' read -r text type advice; do
    refuses "$text"
    fails hsm_cli user replicate
    run fail_hsm HsmUser "user replicate of payroll"
    [ "$(error_document errorType)" = "$type" ]
    [[ $(error_document errorMessage) == *"$text"*"$advice"* ]]
  done <<'TEXTS'
Specified user is inconsistent across the cluster|HsmUserInconsistent|safe-storage users repair
User replicate failed on 1 of 3 connections|HsmUserExists|delete the one that is not wanted
Failed to initialize hsm1 context|NoHsmReachable|TCP 2223-2225
HSM is disconnected|NoHsmReachable|TCP 2223-2225
Config key hostname has invalid value %%HSM_IP_ADDRESS%%|HsmCliConfiguration|ACTIVE
Specified user does not exist|HsmUser|
TEXTS
}

@test "a user with two roles is deleted under both, and made again" {
  cat >"$BATS_TEST_TMPDIR/bin/cloudhsm-cli" <<CLI
#!/bin/bash
echo "\$*" >>"$BATS_TEST_TMPDIR/seen"
case "\$*" in
  "user list") cat "$BATS_TEST_DIRNAME/transcripts/user-list-inconsistent" ;;
  *"--role admin") echo '{"error_code": 1, "data": "Specified user does not exist"}' ;;
  "user create"*)
    for _ in 1 2; do
      printf 'Enter password:' >/dev/tty
      IFS= read -rs _ </dev/tty
    done
    echo '{"error_code": 0, "data": {}}'
    ;;
  *) echo '{"error_code": 0, "data": {}}' ;;
esac
CLI
  chmod +x "$BATS_TEST_TMPDIR/bin/cloudhsm-cli"
  configure_cli() { :; }
  ADMIN_PASSWORD=hunter22 REMAKE=true
  put_user cluster-abcdefghijk anchor 10.0.0.5 two_roles crypto-user hunter23
  [ "$MADE" = true ]
  [ "$(grep -v 'list' "$BATS_TEST_TMPDIR/seen")" = "user delete --username two_roles --role admin
user delete --username two_roles --role crypto-user
user create --username two_roles --role crypto-user" ]
}

@test "configure-cli does not reach CloudHSM's API: said so, also by the stand-in in the same words" {
  local program="$PROJECT/emulator/cloudhsm-cli/configure-cli" transcript="$BATS_TEST_DIRNAME/transcripts/configure-cli-not-reached"
  run -1 --separate-stderr env AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_REGION=eu-central-1 TMPDIR="$BATS_TEST_TMPDIR" \
    "$program" --cluster-id cluster-abcdefghijk
  [ "$stderr" = "$(<"$transcript")" ]
  make_hsm_cli_folders() { :; }
  backoff() { return 1; }
  configure-cli() { cat "$transcript" && return 1; }
  run configure_hsm_cli cluster-abcdefghijk anchor
  [ "$(error_document errorType)" = HsmCliConfiguration ]
  [[ $(error_document errorMessage) == *"dispatch failure"*"interface endpoint of cloudhsmv2"*"TCP 443"* ]]
}

@test "configure-cli takes a cluster or addresses, not both" {
  run -2 "$PROJECT/emulator/cloudhsm-cli/configure-cli" --cluster-id cluster-abcdefghijk -a 10.0.0.5
  [[ $output == *"cannot be used with"* ]]
}
