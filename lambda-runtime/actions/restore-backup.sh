# shellcheck shell=bash
# restore-backup: restores a backup that was deleted less than 7 days ago.

id=$(input clusterId)
backup=$(input backupId)

is_back() {
  find_backup "$id" "$backup"
  [[ $(backup_state) != PENDING_DELETION ]]
}

step "bring back backup $backup"
is_back || aws_effect is_back cloudhsmv2 cloudhsm BaldrApiService.RestoreBackup "$(jq -cn --arg id "$backup" \
  '{BackupId: $id}')"
done_with
