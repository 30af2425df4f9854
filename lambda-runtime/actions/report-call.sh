# shellcheck shell=bash
# report-call: notifies the topics of a call to AWS that can lose keys, as EventBridge reports it from CloudTrail. Calls
# of the operator itself are reported by the actions that make them.

id=$(input clusterId)
name=$(input eventName)
who=$(optional who)

# is_ours: whether the call was about the cluster, its key store or its keys.
is_ours() {
  local key of_key
  case $name in
    DeleteHsm | DeleteCluster) [[ $(optional ofCluster) == "$id" ]] ;;
    DisconnectCustomKeyStore | DeleteCustomKeyStore) [[ $(optional ofKeyStore) == "$(optional keyStoreId)" ]] ;;
    ScheduleKeyDeletion | DisableKey)
      of_key=$(optional ofKey)
      for key in $(optional keyIds); do
        if [[ $of_key == "$key" || $key == */"$of_key" ]]; then return 0; fi
      done
      return 1
      ;;
    DeleteBackup) is_our_backup "$(optional ofBackup)" ;;
    *) return 1 ;;
  esac
}

# is_our_backup BACKUP: one that AWS shows no longer might have been.
is_our_backup() {
  cloudhsm DescribeBackups "$(jq -cn --arg backup "$1" '{Filters: {backupIds: [$backup]}}')"
  jq -e --arg id "$id" '.Backups | length == 0 or any(.ClusterId == $id)' <<<"$REPLY" >/dev/null
}

# Where the way back stands.
advice() {
  case $name in
    DeleteHsm) echo "safe-storage deploy makes the HSM again" ;;
    DeleteCluster) echo "safe-storage recover restores the cluster from its newest backup" ;;
    DisconnectCustomKeyStore | DeleteCustomKeyStore) echo "Nothing that its keys have encrypted can be read" \
      "meanwhile; safe-storage deploy connects it again" ;;
    ScheduleKeyDeletion) echo "The way back, until the date: aws kms cancel-key-deletion, then aws kms enable-key" ;;
    DisableKey) echo "The way back: aws kms enable-key" ;;
    DeleteBackup) echo "The way back, for seven days: aws cloudhsmv2 restore-backup" ;;
  esac
}

# A role's session has the function's name: «Lambda execution role», AWS Lambda Developer Guide.
if [[ $who == */"$AWS_LAMBDA_FUNCTION_NAME" ]] || ! is_ours; then
  done_with '{"reported": false}'
  exit 0
fi
error=$(optional error)
what="$(optional ofHsm)$(optional ofBackup)$(optional ofKeyStore)$(optional ofKey)"
announce "$name ${what:+of $what }for cluster $id was called at $(optional at) by $who from" \
  "$(optional from)${error:+, and refused: $error}. If nobody wanted that: $(advice). See docs/operations.md."
log warning "$name ${what:+of $what }was called by $who${error:+, and refused: $error}"
log_metric CriticalCalls Count 1 Cluster "$id"
done_with '{"reported": true}'
