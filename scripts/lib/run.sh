# shellcheck shell=bash
# A run: a folder of its own with settings, state and synthesized stack, so that runs live side by side.

# prepare_run FOLDER JQ_FILTER: settings.json of the project, changed by the filter, and a cdktf.json beside it.
prepare_run() {
  mkdir -p "$1"
  jq --arg layer "$LOCAL/stand-in-layer.zip" "{layerZip: \$layer} + . | $2" "$ROOT/settings.json" >"$1/settings.json"
  jq --arg app "'$ROOT/node_modules/.bin/tsx' '$ROOT/main.ts'" '.app = $app' "$ROOT/cdktf.json" >"$1/cdktf.json"
}

# build_for_local_cloud: the function, and the layer with the stand-in.
build_for_local_cloud() {
  "$ROOT/scripts/build-lambda" && "$ROOT/scripts/build-layer" --stand-in --out "$LOCAL/stand-in-layer.zip"
}

# in_run FOLDER COMMAND ...: runs a command in the folder, against the settings there.
in_run() {
  (cd "$1" && SAFE_STORAGE_SETTINGS="$1/settings.json" "${@:2}")
}

# cdktf_run FOLDER COMMAND ...: cdktf with the providers of the set-up; its lock file would need the registry.
cdktf_run() {
  local folder=$1
  shift
  in_run "$folder" "$ROOT/node_modules/.bin/cdktf" "$@"
}

# terraform_run FOLDER COMMAND ...: Terraform in the synthesized stack.
terraform_run() {
  local folder=$1
  shift
  in_run "$folder" "$TERRAFORM_BINARY_NAME" -chdir="$folder/cdktf.out/stacks/safe-storage" "$@"
}
