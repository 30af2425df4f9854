# shellcheck shell=bash
# retain-backups: how many days the cluster's backups are kept. In: clusterId, backupRetentionDays. Out: nothing more.

id=$(input clusterId)
days=$(input backupRetentionDays)
[[ $days =~ ^[0-9]{1,3}$ ]] || fail InvalidInput "backupRetentionDays is '$days'; it must be a number of days, 7 to 379"

step "set how long backups are kept"
cloudhsm ModifyCluster "$(jq -cn --arg id "$id" --arg days "$days" \
  '{ClusterId: $id, BackupRetentionPolicy: {Type: "DAYS", Value: $days}}')"
done_with
