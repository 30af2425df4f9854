# shellcheck shell=bash
# A run: a folder with settings, state and synthesized stack. The project's own folder is one; others live beside it.

source "$ROOT/scripts/lib/state.sh"

# prepare_run FOLDER: settings.json of the project for the local cloud, and a cdktf.json beside it.
prepare_run() {
  mkdir -p "$1"
  jq --arg layer "$LOCAL/stand-in-layer.zip" --argjson roots "$(local_roots "$1")" \
    'del(.["$schema"], .layerZip, .identityCheck) | .operator.layerZip = $layer | .cluster.identityCheck = $roots' \
    "$ROOT/settings.json" >"$1/settings.json"
  jq --arg app "node '$LOCAL/js/main.js'" '.app = $app' "$ROOT/cdktf.json" >"$1/cdktf.json"
}

# local_roots FOLDER: the setting `cluster.identityCheck` for the local cloud, whose roots it puts into the folder.
local_roots() {
  local name
  for name in aws manufacturer; do
    curl -fsS "$AWS_ENDPOINT_URL/_local/roots" | jq -r ".$name" >"$1/$name-root.pem"
    node -p "new crypto.X509Certificate(fs.readFileSync('$1/$name-root.pem')).fingerprint256" |
      jq -R --arg name "$name" --arg file "$1/$name-root.pem" '{"\($name)Root": {file: $file, sha256: .}}'
  done | jq -cs add
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
  step_unless_done stand-in-layer "Layer for the local cloud" "$ROOT"/emulator/cloudhsm-cli/* "$(type -P jq)" -- \
    "$ROOT/scripts/build-layer" --stand-in --out "$LOCAL/stand-in-layer.zip"
}

# in_run FOLDER COMMAND ...: runs a command in the folder, against the settings there.
in_run() {
  (cd "$1" && "${@:2}")
}

# synth_run FOLDER: writes the stack by the app of cdktf.json, as `cdktf synth` does, which takes seconds more, and says
# what the constructs have noted (Annotations).
synth_run() {
  local app context
  app=$(jq -er .app "$1/cdktf.json") || die "$1/cdktf.json has no app"
  context=$(jq -c '.context // {}' "$1/cdktf.json")
  # What `cdktf synth --hcl` has written stays beside the JSON, and Terraform would read both:
  # hashicorp/terraform-cdk#3365.
  rm -f "$1"/cdktf.out/stacks/*/cdk.tf
  in_run "$1" env CDKTF_OUTDIR="$1/cdktf.out" CDKTF_CONTEXT_JSON="$context" bash -c "$app" >&2 || return
  jq -r '.stacks[].annotations[] | "\(.level | ltrimstr("@cdktf/") | ascii_upcase) [\(.constructPath)]: \(.message)"' \
    "$1/cdktf.out/manifest.json" >&2
}

# init_run FOLDER: `terraform init` of its stack.
init_run() {
  local stack
  stack=$(stack_of "$1") && init_stack "$stack"
}

# init_stack STACK_FOLDER: `terraform init`, unless it was done here for these very providers and this backend.
init_stack() {
  local wanted
  wanted=$(jq -cS '.terraform' "$1/cdk.tf.json" && echo "$TERRAFORM_BINARY_NAME ${TF_CLI_CONFIG_FILE:-}")
  [[ -f $1/.terraform/safe-storage && $(<"$1/.terraform/safe-storage") == "$wanted" ]] && return
  "$TERRAFORM_BINARY_NAME" -chdir="$1" init -input=false -no-color >/dev/null || return
  printf '%s\n' "$wanted" >"$1/.terraform/safe-storage"
}

# stack_of FOLDER: prints where the synthesized stack is: that of settings.json, or of any app that has one.
stack_of() {
  local stacks
  mapfile -t stacks < <(jq -r '.stacks[].workingDirectory' "$1/cdktf.out/manifest.json")
  ((${#stacks[@]} == 1)) || die "the app in $1 has ${#stacks[@]} stacks; this looks at an app of one"
  printf '%s/cdktf.out/%s' "$1" "${stacks[0]}"
}

# state_run FOLDER: prints the state. A file where it is one: Terraform would hash all its providers before it gives it.
state_run() {
  local stack path
  stack=$(stack_of "$1") || return
  path=$(jq -r '.terraform.backend.local.path // ""' "$stack/cdk.tf.json")
  if [[ -n $path ]]; then
    in_run "$stack" cat "$path"
  else
    terraform_run "$1" state pull
  fi
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
  check_terraform_options "$@"
  prepare_programs
  lock_folder "$folder"
  guarded_run "$folder" "$command" "$@"
}

# check_terraform_options [OPTION ...]: those of `terraform apply` and `terraform destroy`, but for what would act on
# another state, on another plan or the other way round. Terraform itself would refuse one only after what comes before
# it was done.
check_terraform_options() {
  while (($# > 0)); do
    case ${1/#--/-} in
      -auto-approve | -compact-warnings | -json | -no-color | -refresh-only | -show-sensitive) shift ;;
      -auto-approve=* | -exclude=* | -input=* | -lock=* | -lock-timeout=* | -parallelism=* | -refresh=*) shift ;;
      -replace=* | -target=* | -var=* | -var-file=*) shift ;;
      -exclude | -lock-timeout | -parallelism | -replace | -target | -var | -var-file)
        (($# > 1)) || refuse_argument "$1"
        shift 2
        ;;
      *) refuse_argument "$1" ;;
    esac
  done
}

prepare_programs() { set_up && build_programs; }

# lock_folder FOLDER: one at a time in a folder; the lock ends with the script. Terraform's own lock of the state begins
# later, when the state has been looked at already.
lock_folder() {
  exec {FOLDER_LOCK}<"$1"
  flock --nonblock "$FOLDER_LOCK" ||
    die "another deploy or destroy is at work in $1. Nothing was changed. Run it again when that one has ended"
}

# guarded_run FOLDER deploy|destroy [ARG ...]: Terraform's apply or destroy of what was looked at, after it was seen to
# that its state is whole and knows all that is there: nothing is made twice, nothing stays behind. Terraform by itself:
# `cdktf deploy` would start it four times more, and can lose the last that it says.
guarded_run() {
  local arguments=(destroy)
  [[ $2 != deploy ]] || arguments=(apply)
  [[ -t 1 && -z ${NO_COLOR:-} ]] || arguments+=(-no-color)
  restore_state "$1"
  adopt_run "$@" || return
  local keeper status=0
  keep_state "$1" &
  keeper=$!
  terraform_run "$1" "${arguments[@]}" "${@:3}" || status=$?
  kill "$keeper" 2>/dev/null || true
  ((status == 0)) || return "$status"
  forget_kept_state "$1"
  [[ $2 != deploy ]] || adopt_program "$1" main notice
}

# adopt_run FOLDER deploy|destroy [ARG ...]: takes over what an interrupted deploy has left, and repairs before a deploy
# (scripts/lib/deploy).
adopt_run() {
  synthesized_run "$1" && adopt_program "$1" main "${@:2}"
}

# synthesized_run FOLDER: the stack of the settings, with its providers, so that Terraform can be asked.
synthesized_run() { synth_run "$1" && init_run "$1"; }

# adopt_program FOLDER NAME COMMAND [ARG ...]: a program of scripts/lib/deploy, on the synthesized stack.
adopt_program() {
  local stack
  stack=$(stack_of "$1") || return
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true \
    in_run "$1" node "$LOCAL/js/scripts/lib/deploy/$2.js" "$stack" "${@:3}"
}
