# shellcheck shell=bash
# Proof that a deploy is what it says, asked of the cloud itself. Needs AWS_ENDPOINT_URL and the Python packages.

aws() { "$ROOT/.venv/bin/aws" --output json "$@"; }

# output FOLDER NAME: an output of the stack.
output() { jq -er --arg name "$2" '.outputs[$name].value' "$1/terraform.safe-storage.tfstate"; }

second_plan_is_empty() {
  # Exit status 2 would mean that there are changes.
  terraform_run "$1" plan -detailed-exitcode -input=false -no-color
}

key_store() {
  aws kms describe-custom-key-stores --custom-key-store-id "$(output "$1" custom_key_store_id)" | jq \
    '.CustomKeyStores[0]'
}

key_store_is_connected() {
  key_store "$1" | jq -e '.ConnectionState == "CONNECTED"'
}

# key_works: makes a data key that nobody sees; more than that the key's policy leaves to FSx alone.
key_works() {
  aws kms generate-data-key-without-plaintext --key-id "$(output "$1" key_arn)" --number-of-bytes 32 |
    jq -e --arg key "$(output "$1" key_arn)" '.KeyId == $key and (.CiphertextBlob | length) > 0'
}

key_is_for_fsx_alone() {
  local refusal
  refusal=$(aws kms encrypt --key-id "$(output "$1" key_arn)" --plaintext bWluZQ== 2>&1) && return 1
  [[ $refusal == *AccessDenied*kms:Encrypt* ]]
}

# mounted_volumes_exist: what the stack's mount commands name.
mounted_volumes_exist() {
  aws fsx describe-volumes | jq -e --slurpfile state "$1/terraform.safe-storage.tfstate" '
    [.Volumes[] | select(.Lifecycle == "CREATED") | .OntapConfiguration.JunctionPath] as $made
    | [$state[0].outputs.mount_commands.value[] | capture(":(?<path>/[^ ]*) ").path]
    | length > 0 and all(IN($made[]))'
}

file_system() {
  aws fsx describe-file-systems --file-system-ids "$(output "$1" file_system_id)" | jq '.FileSystems[0]'
}

file_system_uses_key() {
  file_system "$1" | jq -e --arg key "$(output "$1" key_arn)" '.KmsKeyId == $key and .Lifecycle == "AVAILABLE"'
}

# cluster_status FOLDER: the answer of the operator's action `status`.
cluster_status() {
  jq '{action: "status", clusterId: .outputs.cluster_id.value, trustAnchor: .outputs.trust_anchor.value}' \
    "$1/terraform.safe-storage.tfstate" >"$1/event.json"
  aws lambda invoke --function-name "$(output "$1" operator_function)" --payload "fileb://$1/event.json" \
    "$1/answer.json" >&2
  cat "$1/answer.json"
}

kmsuser_is_everywhere() {
  cluster_status "$1" | jq -e '(.hsms | map(select(.State == "ACTIVE")) | length) >= 2
    and (.users | any(.username == "kmsuser" and .role == "crypto-user" and .["cluster-coverage"] == "full"))'
}

# summary FOLDER: what stands where.
summary() {
  local status store files
  status=$(cluster_status "$1" 2>/dev/null)
  store=$(key_store "$1")
  files=$(file_system "$1")
  say
  {
    jq -r '"CloudHSM cluster\t\(.cluster.ClusterId)\t\(.cluster.State), \(.cluster.HsmType), \(.cluster.Mode)"' \
      <<<"$status"
    jq -r '.hsms[] | "HSM\t\(.HsmId)\t\(.State), \(.AvailabilityZone), \(.EniIp)"' <<<"$status"
    jq -r '.users[] | "HSM user\t\(.username)\t\(.role), on HSMs: \(.["cluster-coverage"])"' <<<"$status"
    jq -r '"Key store\t\(.CustomKeyStoreId)\t\(.ConnectionState), \(.CustomKeyStoreName)"' <<<"$store"
    printf 'KMS key\t%s\tin the key store\n' "$(output "$1" key_arn | sed 's/.*key.//')"
    jq -r '.OntapConfiguration.DeploymentType as $type
      | "File system\t\(.FileSystemId)\t\(.Lifecycle), \($type), \(.StorageCapacity) GiB"' <<<"$files"
    printf 'Secret\t%s\tadmin password\n' "$(output "$1" admin_secret_arn | sed 's/.*:secret://')"
  } | column -t -s "$(printf '\t')" >&2
}
