#!/usr/bin/env bats
# The event's members, as actions read them.

bats_require_minimum_version 1.5.0

setup() {
  load helpers
  load_library
}

@test "a string is read as it is, whatever is in it" {
  event "$(jq -cn '{text: "two\nlines, \"quotes\", $(words) and ümlauts", "a b": "] x", empty: ""}')"
  [ "$(input text)" = $'two\nlines, "quotes", $(words) and ümlauts' ]
  [ "$(optional "a b")" = "] x" ]
  [ -z "$(input empty)" ] # there, and empty
}

@test "what is no string is JSON; null and false are not there" {
  event '{"number": 32, "yes": true, "list": [{"a": 1}], "none": null, "no": false}'
  [ "$(input number) $(input yes) $(input list)" = '32 true [{"a":1}]' ]
  [ -z "$(optional none)$(optional no)$(optional missing)" ]
  for name in none no missing; do
    run input "$name"
    [ "$status" -ne 0 ]
    [ "$(error_document errorType)" = InvalidInput ]
    [ "$(error_document errorMessage)" = "the event has no member '$name'" ]
  done
}

@test "no member is cut, and none is left of the event before" {
  event '{"first": "a\u0000b", "second": "c"}'
  [ "$(input first) $(input second)" = "ab c" ]
  event '{"second": "d"}'
  [ "$(optional first)$(input second)" = d ]
}

@test "Terraform's destroy is recognised by its own member alone" {
  event '{"action": "activate", "tf": {"action": "create", "prev_input": {"tf": {"action": "delete"}}}}'
  run is_destroy
  [ "$status" -ne 0 ]
  [ "$(action_of_event)" = activate ]
  event '{"action": "activate", "onDelete": "retain", "tf": {"action": "delete"}}'
  is_destroy
  [ "$(action_of_event)" = retain ]
  event '{"action": "activate", "tf": {"action": "delete"}}'
  [ "$(action_of_event)" = nothing ]
  event '{"action": "activate", "tf": "delete"}'
  [ "$(action_of_event)" = activate ]
}

@test "the names of version 0.1.0 still work" {
  event '{"action": "nothing", "onDelete": "release-hsm", "tf": {"action": "delete"}}'
  [ "$(action_of_event)" = guard-hsm ]
  event '{"action": "nothing", "onDelete": "release-cluster", "tf": {"action": "delete"}}'
  [ "$(action_of_event)" = guard-cluster ]
  event '{"action": "tell-call"}'
  [ "$(action_of_event)" = report-call ]
}

@test "an event that is no object has no action" {
  for text in 'no JSON' '[]' '"text"' 'null' '{}'; do
    event "$text"
    run action_of_event
    [ "$status" -ne 0 ]
  done
}

@test "on update the action is onUpdate, where there is one" {
  event '{"action": "ensure-user", "onUpdate": "nothing", "tf": {"action": "create"}}'
  [[ $(action_of_event) == ensure-user ]]
  event '{"action": "ensure-user", "onUpdate": "nothing", "tf": {"action": "update"}}'
  [[ $(action_of_event) == nothing ]]
  event '{"action": "ensure-user", "tf": {"action": "update"}}'
  [[ $(action_of_event) == ensure-user ]]
}

# wrong ACTION EVENT: what is wrong with it.
wrong() {
  rm -f "$WORK/error"
  event "$2"
  run check_event "$1"
  [ "$status" -eq 0 ] || [ "$(error_document errorType)" = InvalidInput ]
  [ "$status" -eq 0 ] || error_document errorMessage
}

HSMS='[{"availabilityZone": "eu-central-1a", "ipAddress": "10.0.0.10"}]'

@test "an event is held against the description of its action: each thing that is wrong, and where" {
  [ -z "$(wrong ensure-hsms "{\"clusterId\": \"cluster-aaaaaaaaaaa\", \"hsms\": $HSMS, \"last\": true}")" ]
  [ "$(wrong ensure-hsms '{"clusterId": "mine", "hsms": [{"availabilityZone": "a b", "zone": 1}], "more": 1}')" = \
    'event of ensure-hsms: clusterId is "mine"; it must match ^cluster-[2-7a-zA-Z]{11,16}$; hsms[0].ipAddress is missing; hsms[0].availabilityZone is "a b"; it must match ^[a-z0-9-]+$; hsms[0].zone is not known; more is not known' ]
  [ "$(wrong ensure-hsms '{"clusterId": "cluster-aaaaaaaaaaa", "hsms": []}')" = 'event of ensure-hsms: hsms is empty' ]
  [ "$(wrong ensure-hsms '{"hsms": "a=1"}')" = 'event of ensure-hsms: clusterId is missing; hsms is "a=1"; it must be a list' ]
  [ "$(wrong set-backup-expiry '{"clusterId": "cluster-aaaaaaaaaaa", "backupId": "backup-aaaaaaaaaaa"}')" = 'event of set-backup-expiry: neverExpires is missing' ]
  [ -z "$(wrong set-backup-expiry '{"clusterId": "cluster-aaaaaaaaaaa", "backupId": "backup-aaaaaaaaaaa", "neverExpires": false}')" ]
  [ "$(wrong audit-users '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "a", "changedOnly": true, "kmsuser": "yes", "admins": ["a b"], "hsmCounts": {"a": 1.5}}')" = \
    'event of audit-users: userNoteArn is missing, which changedOnly wants; kmsuser is "yes"; it must be true or false; admins[0] is "a b"; it must match ^\S+$; hsmCounts.a is 1.5; it must be a whole number' ]
  [ "$(wrong remove-user '{"role": "root"}')" = \
    "event of remove-user: $(jq -r '[.event.required[] | select(. != "role") | "\(.) is missing"] | join("; ")' "$RUNTIME/actions/remove-user.json"); role is \"root\"; it must be one of crypto-user, admin" ]
}

@test "what Terraform sends may be for its other action, and an event of version 0.1.0 has text for flags, lists and maps" {
  [ -z "$(wrong guard-hsm '{"clusterId": "cluster-aaaaaaaaaaa", "ipAddress": "10.0.0.10", "resource": "x", "tf": {"action": "delete"}}')" ]
  event '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "a", "admins": "second third", "declared": "app=crypto-user", "kmsuser": "true", "hsms": "a=1", "unattended": "true"}'
  check_event audit-users
  [ "$(optional admins)|$(optional declared)|$(optional kmsuser)" = 'second third|app=crypto-user|true' ]
  event '{"clusterId": "cluster-aaaaaaaaaaa", "trustAnchor": "a", "admins": ["second", "third"], "declared": {"app": "crypto-user"}, "kmsuser": true}'
  check_event audit-users
  [ "$(optional admins)|$(optional declared)|$(optional kmsuser)" = 'second third|app=crypto-user|true' ]
}

@test "whether an action takes the lock is in its description" {
  local names
  names=$(cd "$RUNTIME/actions" && jq -r 'select(.lock == "never") | .title' ./*.json | tr '\n' ' ')
  # These change neither HSMs nor their users.
  [ "$names" = "check-cluster check-health check-users compare-users create-volume-backup delete-backup delete-volume guard-cluster guard-hsm join-active-directory list-backups list-volume-backups newest-copy nothing replicate-backups report-call restore-backup restore-volume retain set-backup-expiry set-ontap-password status " ]
  event '{"clusterId": "cluster-aaaaaaaaaaa", "backupRetentionDays": "30"}'
  check_event retain-backups
  [ "$LOCK" = always ]
}
