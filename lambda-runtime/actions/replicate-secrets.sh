# shellcheck shell=bash
# replicate-secrets: has Secrets Manager replicate secrets to another region, where a restored cluster needs them.

to=$(input region)
key=$(input encryptionKeyArn)

# replica_status SECRET: sets REPLICA and STATUS_MESSAGE, empty where there is none in the region.
replica_status() {
  describe_secret "$1"
  REPLICA=$(jq -r --arg to "$to" '[.ReplicationStatus[]? | select(.Region == $to) | .Status] | first // empty' \
    <<<"$REPLY")
  STATUS_MESSAGE=$(jq -r --arg to "$to" '[.ReplicationStatus[]? | select(.Region == $to) | .StatusMessage]
    | first // empty' <<<"$REPLY")
}
is_replicated() {
  replica_status "$secret"
  [[ -n $REPLICA ]]
}
is_settled() {
  replica_status "$secret"
  [[ $REPLICA != InProgress ]]
}

for secret in $(input secretIds); do
  step "replicate $secret to $to"
  replica_status "$secret"
  if [[ -z $REPLICA || $REPLICA == Failed ]]; then
    aws_effect is_replicated secretsmanager secretsmanager secretsmanager.ReplicateSecretToRegions "$(jq -cn \
      --arg id "$secret" --arg to "$to" --arg key "$key" \
      '{SecretId: $id, AddReplicaRegions: [{Region: $to, KmsKeyId: $key}]}')"
  fi
  wait_until is_settled || still_at_work "secret $secret is still being replicated to $to"
  [[ $REPLICA == InSync ]] ||
    fail SecretNotReplicated "secret $secret is not in $to: $REPLICA, $STATUS_MESSAGE. Where another secret there has" \
      "its name, delete that one (aws secretsmanager delete-secret --region $to) and deploy again"
done
done_with
