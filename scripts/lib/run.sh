# shellcheck shell=bash
# A run: a folder with settings, state and synthesized stack. The project's own folder is one; others live beside it.

# safe_storage COMMAND ...: the command, as compiled by the set-up.
safe_storage() { node "$LOCAL/js/command/main.js" "$@"; }

# prepare_run FOLDER: settings.json of the project for the local cloud of AWS_ENDPOINT_URL, and a cdktf.json beside it.
prepare_run() {
  mkdir -p "$1"
  cp "$ROOT/settings.json" "$1/"
  jq --arg app "node '$LOCAL/js/main.js'" '.app = $app' "$ROOT/cdktf.json" >"$1/cdktf.json"
  safe_storage local-cloud settings --folder "$1" --port "${AWS_ENDPOINT_URL##*:}"
}

# build_programs: all that a deploy takes along but the layer; what is built of these very sources is left as it is.
build_programs() {
  local sources
  mapfile -t sources < <(find "$ROOT"/{lambda-runtime,certificate-checks} -type f | LC_ALL=C sort)
  [[ -e $ROOT/dist/operator.zip && -e $ROOT/dist/check-signature.cjs ]] || rm -f "$LOCAL/stamps/programs"
  step_unless_done programs "Operator function and certificate checks" "${sources[@]}" -- build_all_programs
}

build_all_programs() { "$ROOT/scripts/build-lambda" && "$ROOT/scripts/build-certificate-checks"; }

# build_for_local_cloud: the same, and the layer with the stand-in.
build_for_local_cloud() {
  build_programs || return
  [[ -e $LOCAL/stand-in-layer.zip ]] || rm -f "$LOCAL/stamps/stand-in-layer"
  step_unless_done stand-in-layer "Layer for the local cloud" "$ROOT"/{emulator/cloudhsm-cli,command/layer}/* \
    "$(type -P jq)" -- \
    safe_storage build-layer --stand-in --out "$LOCAL/stand-in-layer.zip"
}

# terraform_run FOLDER COMMAND ...: Terraform in the synthesized stack of settings.json.
terraform_run() {
  "$TERRAFORM_BINARY_NAME" -chdir="$1/cdktf.out/stacks/safe-storage" "${@:2}"
}
