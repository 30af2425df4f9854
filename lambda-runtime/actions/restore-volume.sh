# shellcheck shell=bash
# restore-volume: restores a backup into a new volume. A volume that it has restored before keeps its data, and is
# brought to the configuration.

machine=$(input storageVirtualMachineId)
name=$(input name)
backup=$(input backupId)
wanted=$(jq -c '.configuration // {}' "$WORK/event")
restored=before

# FAILED is how it ends where the backup cannot be read: Lifecycle, Volume, Amazon FSx API Reference.
is_restored() {
  find_volume "$machine" "$name" || fail VolumeNotRestored "volume $name has vanished while it was restored"
  [[ $(volume_state) != FAILED ]] ||
    fail VolumeNotRestored "volume $name could not be restored from $backup:" \
      "$(jq -r '.LifecycleTransitionReason.Message // "FSx gives no reason"' <<<"$VOLUME") Delete it, then run it again"
  [[ $(volume_state) == CREATED ]]
}

# differences: what the volume has otherwise than `wanted`, of that which FSx can change.
differences() {
  jq -c --argjson wanted "$wanted" '.OntapConfiguration as $has | $wanted
    | with_entries(select(.key | IN("JunctionPath", "SecurityStyle", "SizeInBytes", "SnapshotPolicy",
        "StorageEfficiencyEnabled", "TieringPolicy")))
    | with_entries(select(.value as $value | $has[.key]
        | if type == "object" then . + $value != . else . != $value end))' <<<"$VOLUME"
}

is_as_wanted() { is_restored && [[ $(differences) == "{}" ]]; }

step "look for the volume"
if ! find_volume "$machine" "$name"; then
  step "restore it"
  fsx DescribeBackups "$(jq -cn --arg id "$backup" '{BackupIds: [$id]}')"
  body=$(jq -c --argjson wanted "$wanted" --arg machine "$machine" --arg name "$name" --arg tag "$RESTORED_FROM" \
    --arg token "$EPOCHSECONDS-$RANDOM" '.Backups[0] | .BackupId as $backup | .Volume.OntapConfiguration as $had
      | {BackupId: $backup, Name: $name, ClientRequestToken: $token,
         Tags: (.Tags // [] | map(select(.Key | IN("Name", $tag) | not))
           + [{Key: "Name", Value: $name}, {Key: $tag, Value: $backup}]),
         OntapConfiguration: ({
           SizeInBytes: ($had.SizeInBytes // $had.SizeInMegabytes * 1048576),
           SecurityStyle: $had.SecurityStyle,
           TieringPolicy: $had.TieringPolicy,
           JunctionPath: "/\($name)",
           StorageEfficiencyEnabled: true,
           CopyTagsToBackups: true
         } + $wanted + {StorageVirtualMachineId: $machine} | with_entries(select(.value != null)))}' <<<"$REPLY")
  fsx CreateVolumeFromBackup "$body"
  restored=now
elif [[ $(origin_of_volume) != "$backup" ]]; then
  origin=$(origin_of_volume)
  fail VolumeExists "storage virtual machine $machine has a volume $name, which" \
    "${origin:+was restored from $origin and }is not from $backup. Nothing was changed. Give the restored volume a" \
    "name of its own"
fi
wait_until is_restored || still_at_work "volume $name is being restored from $backup"
changes=$(differences)
if [[ $changes != "{}" ]]; then
  step "bring it to the configuration"
  body=$(jq -c --argjson changes "$changes" '{VolumeId, OntapConfiguration: $changes}' <<<"$VOLUME")
  fsx UpdateVolume "$body"
  wait_until is_as_wanted || still_at_work "volume $name is being changed"
fi
done_with "$(jq -c --arg restored "$restored" '{volumeId: .VolumeId, restored: $restored}' <<<"$VOLUME")"
