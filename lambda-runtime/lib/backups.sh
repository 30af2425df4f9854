# shellcheck shell=bash
# Backups of a cluster, and their copies in another region.
# Sets: BACKUPS, BACKUP, COPIES.

use aws log

# list_copies CLUSTER_ID: sets COPIES to those of its backups that are in this region and live, the newest first. One of
# a backup that was copied twice is as good as the other: the READY ones come first, in an order that is the same for
# every run, so that two runs side by side never delete each other's.
list_copies() {
  local ITEMS
  aws_pages cloudhsm DescribeBackups '{"Filters": {"states": ["READY", "CREATE_IN_PROGRESS"]}}' '.Backups[]'
  COPIES=$(jq -c --arg id "$1" 'map(select(.SourceCluster == $id))
    | sort_by(.CreateTimestamp, .BackupState == "READY", .CopyTimestamp, .BackupId) | reverse' <<<"$ITEMS")
}

# newest_copy: of COPIES, the newest that is READY, or nothing.
newest_copy() { jq -ce 'map(select(.BackupState == "READY")) | first // empty' <<<"$COPIES"; }

# shown_backup: of the backup on stdin, what an answer shows.
shown_backup() { jq -c '{BackupId, CreateTimestamp, CopyTimestamp, SourceBackup, SourceRegion}
  | with_entries(select(.value != null))'; }

# find_backup CLUSTER_ID BACKUP_ID: sets BACKUP; ends the action where it is none of the cluster's.
find_backup() {
  cloudhsm DescribeBackups "$(jq -cn --arg id "$2" '{Filters: {backupIds: [$id]}}')"
  BACKUP=$(jq -ce --arg id "$1" '.Backups[]? | select(.ClusterId == $id or .SourceCluster == $id)' <<<"$REPLY") ||
    fail BackupNotFound "cluster $1 has no backup $2 in $AWS_REGION. safe-storage backups list shows those that it has"
}

# backup_state: of BACKUP.
backup_state() { jq -r .BackupState <<<"$BACKUP"; }

# shellcheck disable=SC2034 # the actions read it
# list_backups CLUSTER_ID: sets BACKUPS to all of the cluster's in this region and their copies, the newest first.
list_backups() {
  local ITEMS
  aws_pages cloudhsm DescribeBackups '{}' '.Backups[]'
  BACKUPS=$(jq -c --arg id "$1" 'map(select(.ClusterId == $id or .SourceCluster == $id)) | sort_by(-.CreateTimestamp)' \
    <<<"$ITEMS")
}
