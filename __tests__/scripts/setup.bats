#!/usr/bin/env bats
# The set-up says what is missing and how to get it, and its steps say where they failed.

bats_require_minimum_version 1.5.0

setup() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  source "$PROJECT/scripts/lib/common.sh"
  source "$PROJECT/scripts/lib/setup.sh"
  LOCAL="$BATS_TEST_TMPDIR/local"
  STEP_LOGS="$BATS_TEST_TMPDIR/logs"
  WHOLE_PATH=$PATH
}

teardown() { PATH=$WHOLE_PATH; }

# only TOOL ...: a PATH with nothing else.
only() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  local tool
  for tool in "$@"; do ln -sf "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/"; done
  PATH="$BATS_TEST_TMPDIR/bin"
}

# terraform_of VERSION [NAME]
terraform_of() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/bash\necho "{\\"terraform_version\\": \\"%s\\"}"\n' "$1" >"$BATS_TEST_TMPDIR/bin/${2:-terraform}"
  chmod +x "$BATS_TEST_TMPDIR/bin/${2:-terraform}"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
}

@test "everything that the machine lacks is reported at once" {
  only uname cat
  run check_machine
  [ "$status" -ne 0 ]
  for tool in curl jq script Node.js npm Python; do [[ $output == *"$tool"* ]]; done
}

@test "Terraform of 1.10 and newer is taken" {
  unset TERRAFORM_BINARY_NAME
  for version in 1.10.0 1.11.4 2.0.0; do
    terraform_of "$version"
    use_terraform
    [ "$TERRAFORM_BINARY_NAME" = terraform ]
  done
}

@test "an older one is refused with the version that is needed" {
  unset TERRAFORM_BINARY_NAME
  terraform_of 1.9.9
  run use_terraform
  [ "$status" -ne 0 ]
  [[ $output == *"terraform is version 1.9.9; 1.10.0 or newer is needed"* ]]
}

@test "TERRAFORM_BINARY_NAME names OpenTofu" {
  terraform_of 1.10.1 tofu
  TERRAFORM_BINARY_NAME=tofu
  use_terraform
  [ "$TERRAFORM_BINARY_NAME" = tofu ]
  TERRAFORM_BINARY_NAME=no-such-program
  run use_terraform
  [[ $output == *"TERRAFORM_BINARY_NAME is no-such-program, which is not on the PATH"* ]]
}

@test "where there is no Terraform and none can be fetched, it says how to get one" {
  unset TERRAFORM_BINARY_NAME
  only bash cat chmod date dirname grep jq ln mkdir python3 sed sha256sum sleep sort tail tr uname head
  printf '#!/bin/bash\nexit 6\n' >"$BATS_TEST_TMPDIR/bin/curl" && chmod +x "$BATS_TEST_TMPDIR/bin/curl"
  run use_terraform
  [ "$status" -ne 0 ]
  [[ $output == *"developer.hashicorp.com/terraform/install"* ]]
}

@test "a Terraform whose checksum is not the published one is not used" {
  unset TERRAFORM_BINARY_NAME
  only bash cat chmod date dirname grep head jq ln mkdir python3 sed sha256sum sleep sort tail tr uname
  cat >"$BATS_TEST_TMPDIR/bin/curl" <<'CURL'
#!/bin/bash
file=${*: -1}
file=${file##*/}
if [[ $file == *SHA256SUMS ]]; then
  printf '%064d  terraform_1.11.4_linux_amd64.zip\n%064d  terraform_1.11.4_linux_arm64.zip\n' 0 0 >"$file"
else
  echo "not what was published" >"$file"
fi
CURL
  chmod +x "$BATS_TEST_TMPDIR/bin/curl"
  run use_terraform
  [ "$status" -ne 0 ]
  [[ $output == *FAILED* ]]
  [ ! -e "$LOCAL/bin/terraform" ]
}

@test "a step says what it did and how long it took" {
  run step "Something good" true
  [ "$status" -eq 0 ]
  [[ $output =~ "✓ Something good ("[0-9]+\.[0-9]" s)" ]]
}

@test "a failed step says which, why, and where the log is" {
  fails() { echo "the reason" && return 7; }
  run step "Something bad" fails
  [ "$status" -eq 7 ]
  [[ $output == *"step «Something bad» failed with status 7"*"the reason"*"The whole log: $STEP_LOGS/Something-bad.log"* ]]
  grep "the reason" "$STEP_LOGS/Something-bad.log"
}

@test "a step that is done is not done again, until what it depends on changes" {
  echo 1 >"$BATS_TEST_TMPDIR/input"
  once() { echo x >>"$BATS_TEST_TMPDIR/done"; }
  for _ in 1 2; do step_unless_done once "Once" "$BATS_TEST_TMPDIR/input" -- once; done
  [ "$(wc -l <"$BATS_TEST_TMPDIR/done")" -eq 1 ]
  echo 2 >"$BATS_TEST_TMPDIR/input"
  step_unless_done once "Once" "$BATS_TEST_TMPDIR/input" -- once
  [ "$(wc -l <"$BATS_TEST_TMPDIR/done")" -eq 2 ]
}
