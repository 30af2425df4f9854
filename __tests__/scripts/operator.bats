#!/usr/bin/env bats
# Calling a deployment's operator (scripts/lib/operator.sh).

bats_require_minimum_version 1.5.0

setup() {
  source "$BATS_TEST_DIRNAME/../../scripts/lib/common.sh"
  source "$BATS_TEST_DIRNAME/../../scripts/lib/operator.sh"
  ROOT=$BATS_TEST_TMPDIR RESTORE_SECONDS=10 RESTORE_PAUSE=1
  mkdir -p "$ROOT/.venv/bin"
}

# aws_failing FAILURES TEXT: an AWS CLI that fails so many times with the text, and then answers.
aws_failing() {
  cat >"$ROOT/.venv/bin/aws" <<EOF
#!/usr/bin/env bash
echo call >>"$ROOT/calls"
if ((\$(wc -l <"$ROOT/calls") <= $1)); then
  echo "An error occurred ($2) when calling the Invoke operation" >&2
  exit 254
fi
echo '{"status": "done"}' >"\${@: -1}"
EOF
  chmod +x "$ROOT/.venv/bin/aws"
}

@test "an idle function is invoked again until Lambda has restored its network interfaces, with one message" {
  aws_failing 3 ResourceNotReadyException
  run --separate-stderr invoke_operator arn:aws:lambda:eu-central-1:123456789012:function:operator '{}'
  ((status == 0))
  [[ $(wc -l <"$ROOT/calls") == 4 ]]
  [[ $(grep -c "was idle for weeks" <<<"$stderr") == 1 ]]
}

@test "one that stays idle ends with the error" {
  aws_failing 1000 ResourceNotReadyException
  RESTORE_SECONDS=1 RESTORE_PAUSE=1
  run ! invoke_operator arn:aws:lambda:eu-central-1:123456789012:function:operator '{}'
  [[ $output == *ResourceNotReadyException* ]]
}

@test "another error is not waited for" {
  aws_failing 1000 AccessDeniedException
  run ! invoke_operator arn:aws:lambda:eu-central-1:123456789012:function:operator '{}'
  [[ $output == *AccessDeniedException* ]]
  [[ $(wc -l <"$ROOT/calls") == 1 ]]
}
