# shellcheck shell=bash
# delete-volume: deletes a volume that restore-volume has made, when a deploy or a destroy removes it. Other volumes are
# left alone.

machine=$(input storageVirtualMachineId)
name=$(input name)
backup=$(input backupId)

is_gone() { ! find_volume "$machine" "$name"; }

step "look for the volume"
if is_gone || [[ $(origin_of_volume) != "$backup" ]]; then
  done_with
  exit 0
fi
final='{}'
if [[ $(volume_state) != DELETING ]]; then
  step "delete it"
  body=$(jq -c --arg final "$(optional finalBackup)" --arg tag "$(optional finalBackupName)" '{VolumeId,
    OntapConfiguration: ({SkipFinalBackup: ($final != "true")}
      + if $final == "true" then {FinalBackupTags: [{Key: "Name", Value: $tag}]} else {} end)}' <<<"$VOLUME")
  fsx DeleteVolume "$body"
  final=$(jq -c '.OntapResponse.FinalBackupId // empty | {finalBackupId: .}' <<<"$REPLY")
fi
wait_until is_gone || still_at_work "volume $name is being deleted"
done_with "${final:-{\}}"
