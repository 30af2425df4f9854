# shellcheck shell=bash
# Passwords in Secrets Manager. A password is stored as AWSPENDING before it is set, and promoted once it works.
# Sets: VALUE and VERSION of the secret read last; PASSWORD.

use aws event json log

secretsmanager() { aws_call secretsmanager secretsmanager "secretsmanager.$1" "$2"; }

# read_secret ARN STAGE: sets VALUE and VERSION; returns 1 where the secret has no such version.
read_secret() {
  local answer
  json_object SecretId "$1" VersionStage "$2"
  if ! secretsmanager GetSecretValue "$JSON"; then
    [[ $AWS_ERROR_CODE == ResourceNotFoundException ]] || fail "$AWS_ERROR_CODE" "reading secret $1: $AWS_ERROR_MESSAGE"
    return 1
  fi
  answer=$(jq -r '.VersionId, .SecretString' <<<"$REPLY")
  VERSION=${answer%%$'\n'*} VALUE=${answer#*$'\n'}
}

# read_password ARN STAGE: the same, but sets PASSWORD.
read_password() {
  read_secret "$@" || return 1
  PASSWORD=$VALUE
}

# describe_secret ARN: sets REPLY to its description, without its value.
describe_secret() {
  json_object SecretId "$1"
  secretsmanager DescribeSecret "$JSON" ||
    fail "$AWS_ERROR_CODE" "DescribeSecret of $1: $AWS_ERROR_MESSAGE"
}

# new_password ARN [TOKEN]: makes one and stores it as AWSPENDING; sets PASSWORD and VERSION, which is TOKEN if given.
new_password() {
  random_password
  store_pending "$@"
}

# random_password: sets PASSWORD. Letters and digits only: none of these needs quoting anywhere.
random_password() {
  local length
  length=$(input passwordLength)
  secretsmanager GetRandomPassword "$(jq -cn --argjson length "$length" \
    '{PasswordLength: $length, ExcludePunctuation: true, IncludeSpace: false, RequireEachIncludedType: true}')" ||
    fail "$AWS_ERROR_CODE" "GetRandomPassword: $AWS_ERROR_MESSAGE"
  PASSWORD=$(jq -r .RandomPassword <<<"$REPLY")
  [[ $PASSWORD =~ ^[A-Za-z0-9]+$ && ${#PASSWORD} == "$length" ]] || fail UnexpectedPassword "GetRandomPassword gave" \
    "something else than $length letters and digits"
}

# write_secret ARN TEXT: its current value from now on, for what is no password; returns 1 where AWS refuses.
write_secret() {
  json_object SecretId "$1" ClientRequestToken "$(</proc/sys/kernel/random/uuid)" SecretString "$2"
  secretsmanager PutSecretValue "$JSON"
}

# store_pending ARN [TOKEN]: PASSWORD as AWSPENDING; sets VERSION.
store_pending() {
  local body
  VERSION=${2:-$(</proc/sys/kernel/random/uuid)}
  body=$(printf '%s' "$PASSWORD" | jq -Rsc --arg id "$1" --arg version "$VERSION" \
    '{SecretId: $id, ClientRequestToken: $version, SecretString: ., VersionStages: ["AWSPENDING"]}')
  secretsmanager PutSecretValue "$body" || fail "$AWS_ERROR_CODE" "storing secret $1: $AWS_ERROR_MESSAGE"
}

# promote_password ARN: makes VERSION the current one. Secrets Manager's own rotation does it with the same call.
promote_password() {
  local arn=$1 stages current
  if ! is_current; then
    current=$(jq -r 'to_entries[] | select(.value | index("AWSCURRENT")) | .key' <<<"$stages")
    aws_effect is_current secretsmanager secretsmanager secretsmanager.UpdateSecretVersionStage \
      "$(jq -cn --arg id "$arn" --arg to "$VERSION" --arg from "$current" \
        '{SecretId: $id, VersionStage: "AWSCURRENT", MoveToVersionId: $to}
          + if $from == "" then {} else {RemoveFromVersionId: $from} end')"
  fi
  if has_stage AWSPENDING; then
    # Losing the label is harmless to miss: the version is current already.
    json_object SecretId "$arn" VersionStage AWSPENDING RemoveFromVersionId "$VERSION"
    secretsmanager UpdateSecretVersionStage "$JSON" || true
  fi
}

# Both for promote_password, whose variables they share.
is_current() {
  describe_secret "$arn"
  stages=$(jq -c '.VersionIdsToStages // {}' <<<"$REPLY")
  has_stage AWSCURRENT
}

has_stage() { jq -e --arg id "$VERSION" --arg stage "$1" '.[$id] // [] | index($stage)' <<<"$stages" >/dev/null; }

# mark_password ARN MARK: VERSION has this staging label, too, and no other version has it.
mark_password() {
  local from
  describe_secret "$1"
  from=$(jq -r --arg mark "$2" '.VersionIdsToStages // {} | to_entries[] | select(.value | index($mark)) | .key' \
    <<<"$REPLY")
  [[ $from != "$VERSION" ]] || return 0
  secretsmanager UpdateSecretVersionStage "$(jq -cn \
    --arg id "$1" --arg mark "$2" --arg to "$VERSION" --arg from "$from" \
    '{SecretId: $id, VersionStage: $mark, MoveToVersionId: $to}
          + if $from == "" then {} else {RemoveFromVersionId: $from} end')" ||
    fail "$AWS_ERROR_CODE" "marking the password in secret $1: $AWS_ERROR_MESSAGE"
}

# stored_password ARN: the password of an earlier, perhaps interrupted run, else a new one.
stored_password() {
  read_password "$1" AWSPENDING || read_password "$1" AWSCURRENT || new_password "$1"
}

# keep_trust_anchor CLUSTER_ID NAME PEM: in a secret that no destroy takes away: who restores a backup of the cluster
# needs it.
keep_trust_anchor() {
  secretsmanager CreateSecret "$(jq -cn \
    --arg name "$2" --arg anchor "$3" --arg token "$(</proc/sys/kernel/random/uuid)" \
    --arg description "Trust anchor of CloudHSM cluster $1 and of every cluster from its backups" \
    '{Name: $name, Description: $description, SecretString: $anchor, ClientRequestToken: $token}')" ||
    [[ $AWS_ERROR_CODE == ResourceExistsException ]] ||
    fail "$AWS_ERROR_CODE" "keeping the trust anchor of cluster $1 in secret $2: $AWS_ERROR_MESSAGE"
}
