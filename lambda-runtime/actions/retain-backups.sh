# shellcheck shell=bash
# retain-backups: sets how many days the cluster's backups are kept.

id=$(input clusterId)
days=$(input backupRetentionDays)

step "set how long backups are kept"
cloudhsm ModifyCluster "$(jq -cn --arg id "$id" --arg days "$days" \
  '{ClusterId: $id, BackupRetentionPolicy: {Type: "DAYS", Value: $days}}')"
done_with
