#!/usr/bin/env bats
# What a synth leaves for Terraform to read.

bats_require_minimum_version 1.5.0

PROJECT=$(cd "${BATS_TEST_DIRNAME:-.}/../.." && pwd)

@test "HCL of an earlier «cdktf synth --hcl» does not stay beside the JSON, where Terraform would read both (hashicorp/terraform-cdk#3365)" {
  stack="$BATS_TEST_TMPDIR/cdktf.out/stacks/one"
  mkdir -p "$stack"
  touch "$stack/cdk.tf"
  cat >"$BATS_TEST_TMPDIR/cdktf.json" <<'JSON'
{ "app": "echo '{\"stacks\":{}}' >$CDKTF_OUTDIR/manifest.json; touch $CDKTF_OUTDIR/stacks/one/cdk.tf.json" }
JSON
  cd "$PROJECT"
  source scripts/lib/common.sh
  source scripts/lib/run.sh
  synth_run "$BATS_TEST_TMPDIR"
  [[ -e $stack/cdk.tf.json && ! -e $stack/cdk.tf ]]
}
