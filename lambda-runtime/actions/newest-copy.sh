# shellcheck shell=bash
# newest-copy: finds the newest READY copy in this region of a cluster's backups, for a plan. Changes nothing.

id=$(input clusterId)
list_copies "$id"
newest=$(newest_copy) ||
  fail NoCopy "$AWS_REGION has no READY copy of a backup of cluster $id. aws cloudhsmv2 describe-backups lists what" \
    "there is; name one by its id instead"
done_with "$(shown_backup <<<"$newest" | jq -c --argjson all "$COPIES" '{newest: ., copies: ($all | length)}')"
