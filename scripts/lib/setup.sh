# shellcheck shell=bash
# Set-up: what the machine must have, npm and Python packages, Terraform, its providers. Done work is not repeated.

readonly TERRAFORM_VERSION=1.11.4
readonly AWS_PROVIDER_VERSION=5.100.0
# The real providers by the Go module proxy, for machines without the registry. The module versions are odd because
# the proxy knows no later tags of these modules under names that build.
readonly TLS_MODULE=github.com/hashicorp/terraform-provider-tls@v1.2.1-0.20230117062332-afdd54107aba
readonly NULL_MODULE=github.com/terraform-providers/terraform-provider-null@v1.0.1-0.20190430203517-8d3d85a60e20
# Installs the Python packages in a tenth of pip's time.
readonly UV_VERSION=0.13.9
# The operator's layer has jq 1.8. Older than 1.7, as in Debian 12, jq takes 20 ms to start, and a deploy starts it
# hundreds of times: there this one is built, out of the source that the Python package jq carries.
readonly JQ_PACKAGE=jq==1.13.0 JQ_VERSION=1.8.2 \
  JQ_SHA256=e62bdddeab3b8a0a404581a7bb6f1e8c4cc6082280870031f746074f4cac52c0

# check_machine: says all that is missing at once, and how to get it; looks again only where a program is another one
# than it was.
check_machine() {
  local missing=() tool programs
  programs=$({ type -P bash curl flock jq script column node npm python3 | xargs stat -Lc '%n %s %Y'; } \
    2>/dev/null) || programs=''
  [[ -n $programs && -f $LOCAL/stamps/machine && $(<"$LOCAL/stamps/machine") == "$programs" ]] && return 0
  ((BASH_VERSINFO[0] >= 5)) || missing+=("bash 5 or newer (this is $BASH_VERSION)")
  for tool in curl flock jq script column; do
    command -v "$tool" >/dev/null ||
      missing+=("$tool (Debian: apt-get install curl jq bsdutils bsdextrautils util-linux)")
  done
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
    2>/dev/null ||
    missing+=("Node.js 20.19 or newer (https://nodejs.org)")
  command -v npm >/dev/null || missing+=("npm (comes with Node.js)")
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
    missing+=("Python 3.10 or newer with venv (Debian: apt-get install python3 python3-venv)")
  ((${#missing[@]} == 0)) || {
    say "This machine lacks:"
    printf '  - %s\n' "${missing[@]}" >&2
    return 1
  }
  mkdir -p "$LOCAL/stamps"
  printf '%s\n' "$programs" >"$LOCAL/stamps/machine"
}

# step_unless_done NAME TITLE FILE ... -- COMMAND: a step that is left out where it has run for these very files, names
# and modes included: a function's zip has both.
step_unless_done() {
  local stamp="$LOCAL/stamps/$1" title=$2 files=() sum
  shift 2
  while [[ $1 != -- ]]; do files+=("$1") && shift; done
  shift
  sum=$({ stat -c '%a %n' "${files[@]}" && cat "${files[@]}"; } | sha256sum)
  [[ -f $stamp && $(<"$stamp") == "$sum" ]] && return 0
  step "$title" "$@" || return
  mkdir -p "${stamp%/*}"
  printf '%s\n' "$sum" >"$stamp"
}

install_npm() {
  [[ -d $ROOT/node_modules ]] || rm -f "$LOCAL/stamps/npm"
  step_unless_done npm "npm packages" "$ROOT"/{,command/,emulator/}package.json "$ROOT/package-lock.json" -- \
    npm ci --prefix "$ROOT" --no-audit --no-fund
}

install_python() {
  [[ -x $ROOT/.venv/bin/python ]] || rm -f "$LOCAL/stamps/python"
  step_unless_done python "Python packages" "$ROOT"/{,emulator/,command/assets/layer/}requirements.txt -- make_venv
}

make_venv() {
  local bin="$ROOT/.venv/bin"
  python3 -m venv "$ROOT/.venv" || return
  # pip where uv cannot be had, or knows the index less well than pip does.
  if "$bin/pip" install --disable-pip-version-check "uv==$UV_VERSION" && "$bin/uv" pip install --python "$bin/python" \
    -r "$ROOT/requirements.txt"; then
    return
  fi
  "$bin/pip" install --disable-pip-version-check -r "$ROOT/requirements.txt"
}

# install_jq: for machines whose own is slow to start and that can build one; without it everything works, too.
install_jq() {
  [[ ! -x $LOCAL/bin/jq ]] || return 0
  [[ $(printf '%s\n' jq-1.7 "$(jq --version)" | sort -V | head -n 1) != jq-1.7 ]] || return 0
  command -v cc >/dev/null && command -v make >/dev/null || return 0
  step "jq $JQ_VERSION" build_jq || say "  This machine's $(jq --version) is used: slower, but good."
}

build_jq() {
  local folder="$LOCAL/jq"
  rm -rf "$folder"
  mkdir -p "$folder" "$LOCAL/bin"
  (
    cd "$folder" || exit 1
    "$ROOT/.venv/bin/pip" download --disable-pip-version-check --no-deps --no-binary jq "$JQ_PACKAGE" &&
      sha256sum -c <<<"$JQ_SHA256  jq-${JQ_PACKAGE#*==}.tar.gz" &&
      tar xzf "jq-${JQ_PACKAGE#*==}.tar.gz" &&
      tar xzf "jq-${JQ_PACKAGE#*==}/deps/jq-$JQ_VERSION.tar.gz" &&
      cd "jq-$JQ_VERSION" &&
      CFLAGS=-O1 ./configure --disable-docs --disable-maintainer-mode --with-oniguruma=builtin --enable-static \
        --disable-shared &&
      make -j2 && strip jq && mv jq "$LOCAL/bin/jq"
  ) && rm -rf "$folder"
}

# use_terraform: sets TERRAFORM_BINARY_NAME to a Terraform (or the OpenTofu that it named) of 1.10 or newer: S3 backends
# lock.
use_terraform() {
  local name=${TERRAFORM_BINARY_NAME:-terraform}
  if ! command -v "$name" >/dev/null; then
    [[ $name == terraform ]] || die "TERRAFORM_BINARY_NAME is $name, which is not on the PATH"
    step "Terraform $TERRAFORM_VERSION" fetch_terraform ||
      die "get Terraform 1.10 or newer from https://developer.hashicorp.com/terraform/install, or OpenTofu and set" \
        "TERRAFORM_BINARY_NAME=tofu"
  fi
  local version
  version=$("$name" version -json 2>/dev/null | jq -r .terraform_version)
  [[ $(printf '%s\n' 1.10.0 "$version" | sort -V | head -n 1) == 1.10.0 ]] ||
    die "$name is version $version; 1.10.0 or newer is needed"
  export TERRAFORM_BINARY_NAME=$name
}

# Checked against the checksums that HashiCorp publishes beside the file.
fetch_terraform() {
  local base="https://releases.hashicorp.com/terraform/$TERRAFORM_VERSION" file
  file="terraform_${TERRAFORM_VERSION}_$(platform).zip"
  mkdir -p "$LOCAL/bin" "$LOCAL/download"
  (
    cd "$LOCAL/download" || exit 1
    curl -fsSLO --retry 3 "$base/$file"
    curl -fsSLO --retry 3 "$base/terraform_${TERRAFORM_VERSION}_SHA256SUMS"
    grep " $file\$" "terraform_${TERRAFORM_VERSION}_SHA256SUMS" | sha256sum -c -
    python3 -m zipfile -e "$file" "$LOCAL/bin"
    chmod +x "$LOCAL/bin/terraform"
  )
}

platform() {
  local os machine
  os=$(uname -s)
  machine=$(uname -m)
  machine=${machine/x86_64/amd64}
  printf '%s_%s' "${os,,}" "${machine/aarch64/arm64}"
}

# use_providers: the registry where it answers; else a mirror of real providers made from what the machine has.
use_providers() {
  [[ -z ${TF_CLI_CONFIG_FILE:-} || -f $TF_CLI_CONFIG_FILE ]] || unset TF_CLI_CONFIG_FILE
  local host=registry.terraform.io
  [[ ${TERRAFORM_BINARY_NAME##*/} != tofu* ]] || host=registry.opentofu.org
  if curl -fsS --max-time 10 -o /dev/null "https://$host/.well-known/terraform.json" 2>/dev/null; then
    return 0
  fi
  [[ -f $LOCAL/mirror/terraform.rc ]] || rm -f "$LOCAL/stamps/providers-$host"
  step_unless_done "providers-$host" "Providers, without $host" "$ROOT/scripts/lib/setup.sh" -- make_mirror "$host" ||
    die "the provider registry cannot be reached and the mirror could not be made"
  export TF_CLI_CONFIG_FILE="$LOCAL/mirror/terraform.rc"
}

make_mirror() {
  local host=$1 mirror="$LOCAL/mirror" aws
  aws=$(find_aws_provider) || {
    echo "No unpacked AWS provider $AWS_PROVIDER_VERSION was found. On a machine with internet run"
    echo "  terraform providers mirror ~/.terraform.d/plugins   (in cdktf.out/stacks/safe-storage), unpack it and" \
      "bring it here."
    return 1
  }
  command -v go >/dev/null || {
    echo "Go is needed to build the tls and null providers: https://go.dev/dl"
    return 1
  }
  local folder="$mirror/$host/hashicorp"
  mkdir -p "$folder/aws/$AWS_PROVIDER_VERSION/$(platform)"
  ln -sf "$(readlink -f "$aws"/terraform-provider-aws_*)" "$folder/aws/$AWS_PROVIDER_VERSION/$(platform)/"
  build_provider "$TLS_MODULE" "$folder/tls/4.0.4/$(platform)/terraform-provider-tls_v4.0.4"
  build_provider "$NULL_MODULE" "$folder/null/2.1.2/$(platform)/terraform-provider-null_v2.1.2"
  cat >"$mirror/terraform.rc" <<-RC
	provider_installation {
	  filesystem_mirror {
	    path = "$mirror"
	  }
	}
	RC
}

build_provider() {
  mkdir -p "${2%/*}"
  GOBIN="$LOCAL/mirror/bin" go install "$1"
  local module=${1%@*}
  mv "$LOCAL/mirror/bin/${module##*/}" "$2"
}

# find_aws_provider: the folder of an unpacked mirror, where Terraform looks first, then anywhere; never one that
# another clone of this project has made of links.
find_aws_provider() {
  local found tail
  tail="hashicorp/aws/$AWS_PROVIDER_VERSION/$(platform)"
  for found in ~/.terraform.d/plugins/*/"$tail" /usr/{local/,}share/terraform/plugins/*/"$tail"; do
    [[ -d $found ]] && printf '%s' "$found" && return 0
  done
  found=$(find / -xdev -path "*/$tail" -type d -not -path '*/.local/mirror/*' -print -quit 2>/dev/null)
  [[ -n $found ]] && printf '%s' "$found"
}

# set_up_packages: what the local cloud and the tests need. set_up adds Terraform.
set_up_packages() {
  check_machine || die "install what is missing and run it again"
  local lock
  exec {lock}>"$LOCAL/setup.lock" # two scripts at once must not install into the same folder
  flock "$lock"
  install_packages || die "a package could not be installed (above)"
  "$ROOT/scripts/lib/compile"
  exec {lock}>&-
}

# install_packages: side by side, since each waits for its registry.
install_packages() {
  local npm
  install_npm &
  npm=$!
  install_python && install_jq && wait "$npm"
}

set_up() {
  set_up_packages
  use_terraform
  use_providers
}
