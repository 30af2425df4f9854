# shellcheck shell=bash
# remove-hsms: removes HSMs to save their cost, except for some. Their places are recorded first, so that restore-hsms
# restores the same HSMs. AWS takes a backup with every deletion; the action waits for the last one.

id=$(input clusterId)
record=$(input hsmRecordArn)
keep=$(input keep)
first=$(optional first)

nothing_moves() {
  describe_cluster "$id"
  jq -e '[.Hsms[]? | select(.State | test("_IN_PROGRESS$"))] == []' <<<"$CLUSTER" >/dev/null
}
# newest_backup: sets BACKUP, without those of KNOWN.
newest_backup() {
  cloudhsm DescribeBackups "$(jq -cn --arg id "$id" '{Filters: {clusterIds: [$id]}, SortAscending: false}')"
  BACKUP=$(jq -c --argjson known "$KNOWN" '[.Backups[]? | select(.BackupId as $b | $known | index($b) | not)]
    | first // empty' <<<"$REPLY")
}
backup_is_ready() {
  newest_backup
  [[ -n $BACKUP && $(jq -r .BackupState <<<"$BACKUP") == READY ]]
}
has_ready_backup() {
  cloudhsm DescribeBackups "$(jq -cn --arg id "$id" '{Filters: {clusterIds: [$id], states: ["READY"]}}')"
  jq -e '.Backups | length > 0' <<<"$REPLY" >/dev/null
}

step "look at the cluster"
wait_until nothing_moves || still_at_work "HSMs of cluster $id are being created or deleted"
[[ $(cluster_state) == ACTIVE || $(cluster_state) == DEGRADED ]] ||
  fail ClusterNotActive "cluster $id is $(cluster_state): it has no HSMs to remove"
if ((keep < 1)) && store_of_cluster "$id"; then
  fail KeyStoreNeedsHsm "key store $(jq -r .CustomKeyStoreId <<<"$STORE") uses cluster $id, and no key of it works" \
    "without an HSM. Nothing was changed. Keep 1 at least"
fi

mapfile -t places < <(jq -r -f "$ROOT/lib/removal-order.jq" --arg first "$first" <<<"$CLUSTER")
going=("${places[@]:keep}")
read_record "$record"
if ((${#going[@]} == 0)) && [[ $STATUS_OF_HSMS != removing ]]; then
  done_with "$(jq -c '{removed: [], kept: .}' <<<"$(active_hsms)")"
  exit 0
fi

step "note where the HSMs stand"
# What was cut off before has noted those that are away.
mapfile -t all < <(all_places "${places[@]}")
write_record "$record" removing "${all[@]}"

# Of a removal that was cut off after its last deletion, the newest backup is the one.
KNOWN='[]'
if ((${#going[@]} > 0)); then
  newest_backup
  KNOWN=$(jq -c '[.Backups[]?.BackupId]' <<<"$REPLY")
fi
step "delete ${#going[@]} HSMs"
for place in "${going[@]}"; do
  # The last HSM goes only once there is a backup to come back from.
  if [[ $keep == 0 && $place == "${going[-1]}" ]]; then
    wait_until has_ready_backup || still_at_work "cluster $id has no READY backup yet, and its last HSM stays until" \
      "it has"
  fi
  delete_hsm "$id" "${place#* }" || still_at_work "the HSM at ${place#* } of cluster $id is still being deleted"
done
step "wait for the backup"
wait_until backup_is_ready || still_at_work "the backup of cluster $id is not READY yet"
backup=$(jq -r .BackupId <<<"$BACKUP")
took=$(time_taken)
write_record "$record" removed "${all[@]}"
announce "HSMs of cluster $id were removed, $keep remain. The removed HSMs were at: $(printf '%s; ' "${all[@]}")the" \
  "schedule restores them there. Backup $backup is READY. It took $took."
done_with "$(jq -c --argjson backup "$BACKUP" '{removed: $ARGS.positional, kept: ., backupId: $backup.BackupId}' \
  --args "${going[@]}" <<<"$(active_hsms)")"
