# shellcheck shell=bash
# set-backup-expiry: exempts a backup from its expiry, or ends the exemption.

id=$(input clusterId)
backup=$(input backupId)
never=$(optional neverExpires)
[[ $never == true ]] || never=false

step "change when backup $backup expires"
find_backup "$id" "$backup"
[[ $(backup_state) == READY ]] ||
  fail BackupNotReady "backup $backup is $(backup_state). safe-storage backups restore $backup brings back one" \
    "that is pending deletion"
cloudhsm ModifyBackupAttributes "$(jq -cn --arg id "$backup" --argjson never "$never" '{BackupId: $id,
  NeverExpires: $never}')"
done_with
