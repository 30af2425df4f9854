# shellcheck shell=bash
# delete-backup: deletes a backup, which AWS keeps for 7 more days. The newest READY backup is never deleted, because it
# is the way back.

id=$(input clusterId)
backup=$(input backupId)

is_going() {
  find_backup "$id" "$backup"
  [[ $(backup_state) == PENDING_DELETION ]]
}

step "delete backup $backup"
if ! is_going; then
  list_backups "$id"
  [[ $(jq -r 'map(select(.BackupState == "READY")) | first | .BackupId' <<<"$BACKUPS") != "$backup" ]] ||
    fail NewestBackup "backup $backup is the newest READY one of cluster $id in $AWS_REGION: without it there may be" \
      "no way back. Nothing was changed"
  # shellcheck disable=SC2153 # find_backup sets BACKUP, which is not `backup`
  [[ $(jq -r .NeverExpires <<<"$BACKUP") != true ]] ||
    fail BackupIsKept "backup $backup was marked never to expire. To delete it, release it first: safe-storage" \
      "backups release $backup"
  aws_effect is_going cloudhsmv2 cloudhsm BaldrApiService.DeleteBackup "$(jq -cn --arg id "$backup" '{BackupId: $id}')"
  is_going || fail BackupNotDeleted "backup $backup is still $(backup_state). Run it again"
fi
done_with "$(jq -c '{deletedForGoodAt: .DeleteTimestamp}' <<<"$BACKUP")"
