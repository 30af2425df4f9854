# Ids of READY copies that may be deleted: a second copy of one backup, and of the others those beyond the number $most or
# older than $oldest. What somebody else has copied, or marked never to expire, is kept and does not count.

map(select(.BackupState == "READY" and (.NeverExpires | not) and any(.TagList[]?; .Key == "SafeStorageCopyOf")))
| (unique_by(.SourceBackup) | sort_by(-.CreateTimestamp)) as $once
| (map(.BackupId) - ($once | map(.BackupId)))[],
  ($once | to_entries[] | select(.key >= $most or .value.CreateTimestamp < $oldest) | .value.BackupId)
