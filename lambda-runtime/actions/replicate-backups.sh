# shellcheck shell=bash
# replicate-backups: copies the cluster's newest backup from its region to this one, waits until the copy is READY, and
# deletes its own copies that are too many or too old. It never deletes the newest READY copy, or copies that never
# expire. It runs in the region of the copies, so that it reports their age even if the cluster's own region is lost.

id=$(input clusterId)
source=$(input sourceRegion)
most=$(input copies)
days=$(input copyDays)

# tell_age: of the newest READY copy, as a metric, which an alarm compares with the recovery point objective.
tell_age() {
  local created
  created=$(newest_copy | jq '.CreateTimestamp | floor') || return 0
  log_metric NewestCopyAge Seconds "$(($(now_seconds) - created))" SourceCluster "$id"
}

# copy_of BACKUP_ID [STATE]: true where COPIES has one of it.
copy_of() { jq -e --arg of "$1" --arg state "${2:-}" \
  'any(.[]; .SourceBackup == $of and ($state == "" or .BackupState == $state))' <<<"$COPIES" >/dev/null; }

copy_is_ready() {
  list_copies "$id"
  copy_of "$1" READY
}
copy_is_seen() {
  list_copies "$id"
  copy_of "$1"
}

# copy_backup BACKUP_ID: returns 1 where AWS refuses it.
copy_backup() {
  in_region "$source" aws_call cloudhsmv2 cloudhsm BaldrApiService.CopyBackupToRegion "$(jq -c \
    --arg backup "$1" --arg to "$AWS_REGION" --arg id "$id" \
    '{BackupId: $backup, DestinationRegion: $to, TagList:
      ((.tags // {}) + {SafeStorageCopyOf: $id} | to_entries | map({Key: .key, Value: .value}))}' "$WORK/event")" &&
    return 0
  NOTICES+="backup $1 was not copied ($AWS_ERROR_CODE: $AWS_ERROR_MESSAGE); "
  return 1
}

# deletable: ids of READY copies that may be deleted.
deletable() {
  jq -r -f "$ROOT/lib/deletable-copies.jq" --argjson most "$most" \
    --argjson oldest "$(($(now_seconds) - days * 86400))" <<<"$COPIES"
}

copy_is_going() {
  list_copies "$id"
  jq -e --arg id "$gone" 'all(.[]; .BackupId != $id)' <<<"$COPIES" >/dev/null
}

NOTICES='' wanted=''
step "look at the copies in $AWS_REGION"
list_copies "$id"
tell_age

step "look at the backups in $source"
in_region "$source" aws_pages cloudhsm DescribeBackups "$(jq -cn --arg id "$id" '{Filters: {clusterIds: [$id],
  states: ["READY"]}}')" '.Backups[]'
# The newest first; one that AWS refuses to copy must not keep the one before from being copied.
mapfile -t newer < <(jq -r --argjson copies "$COPIES" '($copies | map(.CreateTimestamp) | max // 0) as $have
  | map(select(.CreateTimestamp > $have)) | sort_by(-.CreateTimestamp)[] | .BackupId' <<<"$ITEMS")
step "copy the newest backup"
for backup in "${newer[@]}"; do
  if copy_backup "$backup"; then
    wanted=$backup
    break
  fi
done
((${#newer[@]} == 0)) || [[ -n $wanted ]] || fail BackupNotCopied "no backup of cluster $id could be copied from" \
  "$source to $AWS_REGION: ${NOTICES%; }"
if [[ -z $wanted ]]; then wanted=$(jq -r 'first | select(.BackupState == "CREATE_IN_PROGRESS") | .SourceBackup' \
  <<<"$COPIES"); fi
if [[ -n $wanted ]]; then
  step "wait for the copy of $wanted"
  wait_until copy_is_ready "$wanted" || {
    copy_is_seen "$wanted" || fail CopyLost "backup $wanted was copied from $source, but $AWS_REGION has no copy of it"
    pending "the copy of backup $wanted of cluster $id in $AWS_REGION is not READY yet"
    exit 0
  }
fi
newest=$(newest_copy) || {
  done_with "$(jq -cn --arg id "$id" --arg source "$source" '{deleted: [],
    notice: "cluster \($id) has no READY backup in \($source) yet, and there is no copy"}')"
  exit 0
}
tell_age

step "delete old copies"
deleted=()
for gone in $(deletable); do
  # Whatever is to go, the newest good one is not among it.
  [[ $gone != "$(jq -r .BackupId <<<"$newest")" ]] || continue
  aws_effect copy_is_going cloudhsmv2 cloudhsm BaldrApiService.DeleteBackup "$(jq -cn --arg id "$gone" \
    '{BackupId: $id}')"
  deleted+=("$gone")
done
done_with "$(shown_backup <<<"$newest" | jq -c --arg notice "${NOTICES%; }" '{newest: ., deleted: $ARGS.positional}
  + if $notice == "" then {} else {notice: $notice} end' --args "${deleted[@]}")"
