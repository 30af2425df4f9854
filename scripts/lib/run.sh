# shellcheck shell=bash
# A run: a folder with settings, state and synthesized stack. The project's own folder is one; others live beside it.

source "$ROOT/scripts/lib/state.sh"

# prepare_run FOLDER: settings.json of the project for the local cloud, and a cdktf.json beside it.
prepare_run() {
  mkdir -p "$1"
  jq --arg layer "$LOCAL/stand-in-layer.zip" --argjson roots "$(local_roots "$1")" \
    '. + {layerZip: $layer, identityCheck: $roots}' "$ROOT/settings.json" >"$1/settings.json"
  jq --arg app "'$ROOT/node_modules/.bin/tsx' '$ROOT/main.ts'" '.app = $app' "$ROOT/cdktf.json" >"$1/cdktf.json"
}

# local_roots FOLDER: the setting `identityCheck` for the local cloud, whose roots it puts into the folder.
local_roots() {
  local name
  for name in aws manufacturer; do
    curl -fsS "$AWS_ENDPOINT_URL/_local/roots" | jq -r ".$name" >"$1/$name-root.pem"
    node -p "new crypto.X509Certificate(fs.readFileSync('$1/$name-root.pem')).fingerprint256" |
      jq -R --arg name "$name" --arg file "$1/$name-root.pem" '{"\($name)Root": {file: $file, sha256: .}}'
  done | jq -cs add
}

# build_programs: all that a deploy takes along but the layer.
build_programs() { "$ROOT/scripts/build-lambda" && "$ROOT/scripts/build-certificate-checks"; }

# build_for_local_cloud: the same, and the layer with the stand-in.
build_for_local_cloud() {
  build_programs && "$ROOT/scripts/build-layer" --stand-in --out "$LOCAL/stand-in-layer.zip"
}

# in_run FOLDER COMMAND ...: runs a command in the folder, against the settings there.
in_run() {
  (cd "$1" && "${@:2}")
}

cdktf_run() {
  in_run "$1" env HEARD_TERRAFORM="$TERRAFORM_BINARY_NAME" TERRAFORM_BINARY_NAME="$ROOT/scripts/lib/heard-terraform" \
    "$ROOT/node_modules/.bin/cdktf" "${@:2}"
}

# stack_of FOLDER: prints where the synthesized stack is: that of settings.json, or of any app that has one.
stack_of() {
  local stacks
  mapfile -t stacks < <(jq -r '.stacks[].workingDirectory' "$1/cdktf.out/manifest.json")
  ((${#stacks[@]} == 1)) || die "the app in $1 has ${#stacks[@]} stacks; this looks at an app of one"
  printf '%s/cdktf.out/%s' "$1" "${stacks[0]}"
}

# terraform_run FOLDER COMMAND ...: Terraform in the synthesized stack.
terraform_run() {
  local stack
  stack=$(stack_of "$1") || return
  in_run "$1" "$TERRAFORM_BINARY_NAME" -chdir="$stack" "${@:2}"
}

# guarded_command deploy|destroy [--folder FOLDER] [ARG ...]: scripts/deploy and scripts/destroy, from the set-up on.
guarded_command() {
  local command=$1 folder=$ROOT
  shift
  if [[ ${1:-} == --folder ]]; then
    folder=$(cd "${2:?}" && pwd)
    shift 2
  fi
  prepare_programs
  lock_folder "$folder"
  guarded_run "$folder" "$command" "$@"
}

prepare_programs() {
  set_up
  step "Operator function and certificate checks" build_programs
}

# lock_folder FOLDER: one at a time in a folder; the lock ends with the script. Terraform's own lock of the state begins
# later, when the state has been looked at already.
lock_folder() {
  exec {FOLDER_LOCK}<"$1"
  flock --nonblock "$FOLDER_LOCK" ||
    die "another deploy or destroy is at work in $1. Nothing was changed. Run it again when that one has ended"
}

# guarded_run FOLDER deploy|destroy [ARG ...]: cdktf, after it was seen to that its state is whole and knows all that is
# there: nothing is made twice, nothing stays behind.
# --skip-synth: what was looked at is what is deployed. --skip-provider-lock: writing the lock file would ask the registry, also where a
# mirror serves the providers.
guarded_run() {
  restore_state "$1"
  adopt_run "$1" "$2" || return
  local keeper status=0
  keep_state "$1" &
  keeper=$!
  cdktf_run "$1" "$2" --skip-synth --skip-provider-lock "${@:3}" || status=$?
  kill "$keeper" 2>/dev/null || true
  ((status == 0)) || return "$status"
  forget_kept_state "$1"
  [[ $2 != deploy ]] || adopt_program "$1" main notice
}

# adopt_run FOLDER deploy|destroy: takes over what an interrupted deploy has left, and mends before a deploy (scripts/adopt).
adopt_run() {
  synthesized_run "$1" && adopt_program "$1" main "$2"
}

# synthesized_run FOLDER: the stack of the settings, with its providers, so that Terraform can be asked.
synthesized_run() {
  cdktf_run "$1" synth >/dev/null && terraform_run "$1" init -input=false -no-color >/dev/null
}

# adopt_program FOLDER NAME COMMAND [ARG ...]: a program of scripts/adopt, on the synthesized stack.
adopt_program() {
  local stack
  stack=$(stack_of "$1") || return
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true \
    in_run "$1" "$ROOT/node_modules/.bin/tsx" "$ROOT/scripts/adopt/$2.ts" "$stack" "${@:3}"
}
