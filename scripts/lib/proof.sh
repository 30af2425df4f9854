# shellcheck shell=bash
# Proof that a deploy is what it says, asked of the cloud itself by signed calls. Needs AWS_ENDPOINT_URL.

# api SERVICE TARGET BODY: one JSON call; prints the answer. The AWS CLI is not required of the machine.
api() {
  curl -sS --fail-with-body --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    --aws-sigv4 "aws:amz:$(region):$1" -H 'Content-Type: application/x-amz-json-1.1' \
    -H "X-Amz-Target: $2" --data-binary "$3" "$AWS_ENDPOINT_URL/"
}

region() { jq -r '.subnets[0].availabilityZone[:-1]' "$ROOT/settings.json"; }

# output FOLDER NAME: an output of the stack.
output() { jq -er --arg name "$2" '.outputs[$name].value' "$1/terraform.safe-storage.tfstate"; }

second_plan_is_empty() {
  # Exit status 2 would mean that there are changes.
  terraform_run "$1" plan -detailed-exitcode -input=false -no-color
}

key_store() {
  api kms TrentService.DescribeCustomKeyStores "{\"CustomKeyStoreId\": \"$(output "$1" custom_key_store_id)\"}" |
    jq '.CustomKeyStores[0]'
}

key_store_is_connected() {
  key_store "$1" | jq -e '.ConnectionState == "CONNECTED"'
}

key_works() {
  local plain ciphertext
  plain=$(printf 'Safe Storage' | base64)
  ciphertext=$(api kms TrentService.Encrypt "{\"KeyId\": \"$(output "$1" key_arn)\", \"Plaintext\": \"$plain\"}" | jq -er .CiphertextBlob)
  api kms TrentService.Decrypt "{\"CiphertextBlob\": \"$ciphertext\"}" |
    jq -e --arg plain "$plain" --arg key "$(output "$1" key_arn)" '.Plaintext == $plain and .KeyId == $key'
}

file_system() {
  api fsx AWSSimbaAPIService_v20180301.DescribeFileSystems "{\"FileSystemIds\": [\"$(output "$1" file_system_id)\"]}" |
    jq '.FileSystems[0]'
}

file_system_uses_key() {
  file_system "$1" | jq -e --arg key "$(output "$1" key_arn)" '.KmsKeyId == $key and .Lifecycle == "AVAILABLE"'
}

# operator FOLDER ACTION: runs an action that needs the cluster and the trust anchor only.
operator() {
  jq --arg action "$2" '{action: $action, clusterId: .outputs.cluster_id.value, trustAnchor: .outputs.trust_anchor.value}' \
    "$1/terraform.safe-storage.tfstate" |
    curl -sS --fail-with-body --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" --aws-sigv4 "aws:amz:$(region):lambda" \
      -H 'Content-Type: application/json' --data-binary @- \
      "$AWS_ENDPOINT_URL/2015-03-31/functions/$(output "$1" operator_function)/invocations"
}

kmsuser_is_everywhere() {
  operator "$1" status | jq -e '(.hsms | map(select(.State == "ACTIVE")) | length) >= 2
    and (.users | any(.username == "kmsuser" and .role == "crypto-user" and .["cluster-coverage"] == "full"))'
}

# summary FOLDER: what stands where.
summary() {
  local status store files
  status=$(operator "$1" status)
  store=$(key_store "$1")
  files=$(file_system "$1")
  say
  {
    jq -r '"CloudHSM cluster\t\(.cluster.ClusterId)\t\(.cluster.State), \(.cluster.HsmType), \(.cluster.Mode)"' <<<"$status"
    jq -r '.hsms[] | "HSM\t\(.HsmId)\t\(.State), \(.AvailabilityZone), \(.EniIp)"' <<<"$status"
    jq -r '.users[] | "HSM user\t\(.username)\t\(.role), on HSMs: \(.["cluster-coverage"])"' <<<"$status"
    jq -r '"Key store\t\(.CustomKeyStoreId)\t\(.ConnectionState), \(.CustomKeyStoreName)"' <<<"$store"
    printf 'KMS key\t%s\tin the key store\n' "$(output "$1" key_arn | sed 's/.*key.//')"
    jq -r '"File system\t\(.FileSystemId)\t\(.Lifecycle), \(.OntapConfiguration.DeploymentType), \(.StorageCapacity) GiB"' <<<"$files"
    printf 'Secret\t%s\tadmin password\n' "$(output "$1" admin_secret_arn | sed 's/.*:secret://')"
  } | column -t -s "$(printf '\t')" >&2
}
