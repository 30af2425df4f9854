# shellcheck shell=bash
# Backups of a file system's volumes, for scripts/backups.
# shellcheck disable=SC2154 # which sets state, functions and home

# may_back_up_volumes: whether the deployment has the setting fileSystem.backupsOnDemand.
may_back_up_volumes() { has_policy volume-backups; }

# file_systems: ids of the deployment's file systems.
file_systems() {
  jq -r '.resources[] | select(.type == "aws_fsx_ontap_file_system") | .instances[].attributes.id' <<<"$state"
}

# ask_of_volumes EVENT: sets ANSWER once the action has ended, over however many runs.
ask_of_volumes() {
  may_back_up_volumes || die "the operator may not touch backups of volumes: set fileSystem.backupsOnDemand to true" \
    "and deploy"
  ask_operator "$(jq -rse --arg home "$home" 'map(select(.region == $home and .copies == null)) | first | .arn' \
    <<<"$functions")" "$1"
}

# list_volume_backups: of each file system of the deployment.
list_volume_backups() {
  local id
  for id in $(file_systems); do
    if ! may_back_up_volumes; then
      say "backups of the volumes of $id are not shown: the setting fileSystem.backupsOnDemand is not true"
      continue
    fi
    ask_of_volumes "$(jq -cn --arg id "$id" '{action: "list-volume-backups", fileSystemId: $id}')"
    say "$id"
    jq -r '(.volumes[] | "  \(.VolumeId)  volume \(.Name)"),
      (.backups[] | [.BackupId, .Lifecycle, (.CreationTime | floor | todate), "of \(.VolumeName) (\(.VolumeId))",
        if .Type == "AUTOMATIC" then "expires by the retention" else .Name // "" end]
      | map(select(. != "")) | "  " + join("  "))' <<<"$ANSWER"
  done
}

# keep_volume VOLUME: backs it up now. Only such backups stay: FSx deletes automatic ones.
keep_volume() {
  ask_of_volumes "$(jq -cn --arg id "$1" --arg token "$EPOCHSECONDS-$$" \
    '{action: "create-volume-backup", volumeId: $id, requestToken: $token}')"
  jq -r '"\(.backupId): it stays until somebody deletes it (aws fsx delete-backup), for good"' <<<"$ANSWER"
}

# restore_volume BACKUP NAME [MACHINE]: into a new volume, in the storage virtual machine that the backed-up one was in
# unless another one is named.
restore_volume() {
  local id machine=${3:-} found=''
  for id in $(file_systems); do
    ask_of_volumes "$(jq -cn --arg id "$id" '{action: "list-volume-backups", fileSystemId: $id}')"
    found=$(jq -c --arg id "$1" '.backups[] | select(.BackupId == $id)' <<<"$ANSWER")
    [[ -z $found ]] || break
  done
  [[ -n $machine || -n $found ]] || die "$1 is no backup of this deployment's volumes: name by --machine the storage" \
    "virtual machine that gets it, such as svm-0123456789abcdef0"
  ask_of_volumes "$(jq -cn --arg backup "$1" --arg name "$2" \
    --arg machine "${machine:-$(jq -r .StorageVirtualMachineId <<<"$found")}" \
    '{action: "restore-volume", storageVirtualMachineId: $machine, name: $name, backupId: $backup}')"
  jq -r --arg name "$2" '"\(.volumeId): volume \($name), mounted by /\($name). Once \($name) is among the volumes of"
    + " the settings, scripts/deploy takes it over"' <<<"$ANSWER"
}
