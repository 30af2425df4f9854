# shellcheck shell=bash
# list-volume-backups: lists the backups of a file system's volumes, including those of volumes that were deleted.
# Changes nothing.

filter=$(jq -cn --arg id "$(input fileSystemId)" '{Filters: [{Name: "file-system-id", Values: [$id]}]}')
aws_pages fsx DescribeVolumes "$filter" \
  '.Volumes[] | select(.OntapConfiguration | .StorageVirtualMachineRoot or .OntapVolumeType == "DP" | not)
    | {VolumeId, Name, StorageVirtualMachineId: .OntapConfiguration.StorageVirtualMachineId}'
volumes=$ITEMS
aws_pages fsx DescribeBackups "$filter" '.Backups[] | {BackupId, Type, Lifecycle, CreationTime, ProgressPercent,
  VolumeId: .Volume.VolumeId, VolumeName: .Volume.Name,
  StorageVirtualMachineId: .Volume.OntapConfiguration.StorageVirtualMachineId,
  Name: (.Tags // [] | map(select(.Key == "Name").Value) | first)} | with_entries(select(.value != null))'
done_with "$(jq -c --argjson volumes "$volumes" '{backups: sort_by(-.CreationTime), volumes: $volumes}' <<<"$ITEMS")"
