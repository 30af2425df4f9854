# shellcheck shell=bash
# create-volume-backup: backs up a volume, and waits until the backup is AVAILABLE. It stays until somebody deletes it.

volume=$(input volumeId)
token=$(input requestToken)

step "back up volume $volume"
# Without tags of its own it gets the volume's: CopyTagsToBackups, Amazon FSx API Reference.
fsx CreateBackup "$(jq -cn --arg id "$volume" --arg token "$token" '{VolumeId: $id, ClientRequestToken: $token}')"
backup=$(jq -r .Backup.BackupId <<<"$REPLY")

is_available() {
  fsx DescribeBackups "$(jq -cn --arg id "$backup" '{BackupIds: [$id]}')"
  [[ $(jq -r '.Backups[0].Lifecycle' <<<"$REPLY") != FAILED ]] ||
    fail BackupNotTaken "FSx could not back up volume $volume:" \
      "$(jq -r '.Backups[0].FailureDetails.Message // "it gives no reason"' <<<"$REPLY")"
  [[ $(jq -r '.Backups[0].Lifecycle' <<<"$REPLY") == AVAILABLE ]]
}

wait_until is_available || still_at_work "backup $backup is being taken"
done_with "$(jq -cn --arg id "$backup" '{backupId: $id}')"
