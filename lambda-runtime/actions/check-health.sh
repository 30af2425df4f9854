# shellcheck shell=bash
# check-health: checks the cluster, its HSMs, its key store and keys, its newest backup and its certificates, and
# publishes the metrics on which the alarms are. Changes nothing and does not log in.

id=$(input clusterId)
anchor=$(input trustAnchor)
targets=$(optional hsmCounts)
record=$(optional hsmRecordArn)
key_store=$(optional keyStoreId)
PROBLEMS=()

# tell NAME UNIT VALUE: the metric of this cluster.
tell() { log_metric "$1" "$2" "$3" Cluster "$id"; }

# problem TEXT: in the log and in the answer.
problem() {
  PROBLEMS+=("$*")
  log warning "$*"
}

step "look at the HSMs"
describe_cluster "$id"
RECORDED=() STATUS_OF_HSMS=''
[[ -z $record ]] || read_record "$record"
# HSMs that are away by a schedule are not missing.
[[ $STATUS_OF_HSMS != restored ]] || RECORDED=()
zones=$(jq -c -f "$ROOT/lib/missing-hsms.jq" --arg targets "$targets" --args "${RECORDED[@]}" <<<"$CLUSTER")
missing=$(jq -c 'map(select(.missing > 0))' <<<"$zones")
[[ $missing == '[]' ]] || problem "HSMs are missing: $(jq -r 'map("\(.missing) in \(.zone)") | join(", ")' \
  <<<"$missing")"
while read -r zone count; do
  log_metric HsmsMissing Count "$count" Cluster "$id" AvailabilityZone "$zone"
done < <(jq -r '.[] | "\(.zone) \(.missing)"' <<<"$zones")
unhealthy=$(jq -c '[.Hsms[]? | select(.State == "DEGRADED") | .HsmId]
  + (if .State == "DEGRADED" then [.ClusterId] else [] end)' <<<"$CLUSTER")
[[ $unhealthy == '[]' ]] || problem "degraded: $(jq -r 'join(", ")' <<<"$unhealthy")"
tell HsmsUnhealthy Count "$(jq length <<<"$unhealthy")"

down=0
if [[ -n $key_store ]]; then
  step "look at the key store"
  if ! describe_key_store "$key_store"; then
    down=1
    problem "key store $key_store does not exist"
  elif [[ $(store_state) != CONNECTED ]]; then
    down=1
    problem "key store $key_store is $(store_state): $(jq -r '.ConnectionErrorCode // "no error"' <<<"$STORE")"
  fi
  tell KeyStoreDown Count "$down"
fi

unusable=0 silent=0
for key in $(optional keyIds); do
  step "look at key ${key##*/}"
  kms DescribeKey "$(jq -cn --arg id "$key" '{KeyId: $id}')"
  state=$(jq -r .KeyMetadata.KeyState <<<"$REPLY")
  if [[ $state != Enabled ]]; then
    ((unusable += 1))
    problem "key ${key##*/} is $state"
  # KMS shows a store that has lost its cluster as CONNECTED: only a use tells. This one gives a key that nobody can
  # read.
  elif ((down == 0)) && ! aws_call kms kms TrentService.GenerateDataKeyWithoutPlaintext "$(jq -cn --arg id "$key" \
    '{KeyId: $id, KeySpec: "AES_256"}')"; then
    ((silent += 1))
    problem "key ${key##*/} cannot be used: $AWS_ERROR_CODE, $AWS_ERROR_MESSAGE"
  fi
done
tell KeysUnusable Count "$unusable"
tell KeysSilent Count "$silent"

misconfigured=0
for file_system in $(optional fileSystemIds); do
  step "look at file system $file_system"
  state=gone
  if aws_call fsx fsx AWSSimbaAPIService_v20180301.DescribeFileSystems "$(jq -cn --arg id "$file_system" \
    '{FileSystemIds: [$id]}')"; then
    state=$(jq -r '.FileSystems[0]
      | "\(.Lifecycle)\(.FailureDetails.Message // "" | if . == "" then "" else ": \(.)" end)"' <<<"$REPLY")
  elif [[ $AWS_ERROR_CODE != FileSystemNotFound ]]; then
    fail "$AWS_ERROR_CODE" "DescribeFileSystems: $AWS_ERROR_MESSAGE"
  fi
  [[ $state =~ ^(MISCONFIGURED|FAILED|gone) ]] || continue
  ((misconfigured += 1))
  problem "file system $file_system is $state"
done
tell FileSystemsMisconfigured Count "$misconfigured"

step "look at the backups"
age=0
if [[ -n $(hsm_addresses) ]]; then
  aws_pages cloudhsm DescribeBackups "$(jq -cn --arg id "$id" '{Filters: {clusterIds: [$id], states: ["READY"]}}')" \
    '.Backups[]'
  # A cluster that is new has none for a day, and one without HSMs gets none, but then nothing changes either.
  created=$(jq --argjson cluster "$(jq .CreateTimestamp <<<"$CLUSTER")" 'map(.CreateTimestamp) | max // $cluster
    | floor' <<<"$ITEMS")
  age=$(($(now_seconds) - created))
fi
tell BackupAge Seconds "$age"

step "look at the certificates"
days=''
for pem in "$anchor" "$(jq -r '.Certificates.ClusterCertificate // empty' <<<"$CLUSTER")"; do
  if [[ -z $pem ]] || ! end=$(not_after "$pem"); then continue; fi
  left=$(((end - $(now_seconds)) / 86400))
  if [[ -z $days ]] || ((left < days)); then days=$left; fi
done
[[ -z $days ]] || tell CertificateDays Count "$days"
tell Checks Count 1
done_with "$(jq -cn '{problems: $ARGS.positional}' --args "${PROBLEMS[@]}")"
