# shellcheck shell=bash
# Volumes of FSx for ONTAP. A volume that was restored from a backup says so by its tag.
# Sets: VOLUME, the one that was found last, as FSx describes it.

use aws json

# Tag of a restored volume: the backup that it was made from.
readonly RESTORED_FROM=safe-storage:restored-from

# find_volume MACHINE NAME: sets VOLUME; returns 1 where the storage virtual machine has none of that name.
find_volume() {
  aws_pages fsx DescribeVolumes "$(jq -cn --arg id "$1" \
    '{Filters: [{Name: "storage-virtual-machine-id", Values: [$id]}]}')" '.Volumes[]'
  VOLUME=$(jq -c --arg name "$2" 'map(select(.Name == $name)) | first // empty' <<<"$ITEMS")
  [[ -n $VOLUME ]]
}

volume_state() { jq -r '.Lifecycle // ""' <<<"$VOLUME"; }

# origin_of_volume: the backup that VOLUME was restored from, or nothing.
origin_of_volume() {
  jq -r --arg tag "$RESTORED_FROM" '.Tags // [] | map(select(.Key == $tag).Value) | first // ""' <<<"$VOLUME"
}
