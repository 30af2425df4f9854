# shellcheck shell=bash
# list-backups: lists the cluster's backups in this region, or its copies here. Changes nothing.

list_backups "$(input clusterId)"
done_with "$(jq -c '{backups: map({BackupId, BackupState, CreateTimestamp, CopyTimestamp, DeleteTimestamp, NeverExpires,
    SourceRegion, SourceBackup} | with_entries(select(.value != null)))}' <<<"$BACKUPS")"
