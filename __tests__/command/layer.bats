#!/usr/bin/env bats
# The layer from packages of a loopback server: good ones, broken transfers, and what must not get in.

bats_require_minimum_version 1.5.0

PROJECT=$(cd "${BATS_TEST_DIRNAME:-.}/../.." && pwd)

setup_file() {
  export MADE="$BATS_FILE_TMPDIR/made"
  mkdir "$MADE"
  node "$BATS_TEST_DIRNAME/fixtures/make-keys.mjs" "$MADE"
  "$PROJECT/.venv/bin/python" "$BATS_TEST_DIRNAME/fixtures/make-packages.py" "$MADE"
}

setup() {
  SERVED="$BATS_TEST_TMPDIR"
  cp -r "$MADE/files" "$SERVED/files"
  node "$BATS_TEST_DIRNAME/fixtures/file-server.mjs" "$SERVED" 3>&- &
  SERVER=$!
  export SAFE_STORAGE_HOME="$SERVED/home" SAFE_STORAGE_PYTHON="$PROJECT/.venv/bin/python"
  for _ in {1..100}; do
    [[ -s $SERVED/port ]] && break
    sleep 0.05
  done
  PACKAGES="$SERVED/packages"
  cp "$MADE/ours.asc" "$SERVED/"
  pin x86_64 cloudhsm-cli ours.rpm ours.asc
  pin x86_64 bsdutils bsdutils.deb -
  pin x86_64 jq jq -
  LAYER="$SERVED/out/layer.zip"
}

teardown() { kill "$SERVER" ${BUCKET:-}; }

# pin ARCHITECTURE NAME FILE KEY: a line of the packages, with the file's true digest.
pin() {
  local sum
  sum=$(sha256sum "$SERVED/files/$3")
  echo "$1 $2 ${sum%% *} $4 http://127.0.0.1:$(<"$SERVED/port")/$3" >>"$PACKAGES"
}

# instead NAME FILE KEY: pins another file than setup did.
instead() {
  sed -i "/^x86_64 $1 /d" "$PACKAGES"
  pin x86_64 "$@"
}

build() { node "$PROJECT/.local/js/command/main.js" build-layer --packages "$PACKAGES" --out "$LAYER" "$@"; }

# entries: "MODE NAME" of the zip's entries, a link's target behind it.
entries() {
  "$PROJECT/.venv/bin/python" - "$LAYER" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as layer:
    for entry in layer.infolist():
        mode = entry.external_attr >> 16
        link = f" -> {layer.read(entry).decode()}" if mode & 0o170000 == 0o120000 else ""
        print(f"{mode & 0o777:o} {entry.filename}{link}")
PY
}

# requests NAME: the first bytes that were asked for, in turn.
requests() { sed -n "s/^$1 //p" "$SERVED/requests" | tr '\n' ' '; }

@test "the layer has what runs and nothing else, and leads what the CLI writes to /tmp" {
  build
  diff <(entries) - <<'LIST'
777 bin/cloudhsm-cli -> ../cloudhsm/bin/cloudhsm-cli
777 bin/configure-cli -> ../cloudhsm/bin/configure-cli
755 bin/jq
755 bin/script
755 cloudhsm/bin/cloudhsm-cli
755 cloudhsm/bin/configure-cli
777 cloudhsm/etc -> /tmp/cloudhsm/etc
644 cloudhsm/etc.package/cloudhsm-cli.cfg
777 cloudhsm/lib/libhsm.so -> libhsm.so.1
755 cloudhsm/lib/libhsm.so.1
777 cloudhsm/log -> /tmp/cloudhsm/log
777 cloudhsm/run -> /tmp/cloudhsm/run
644 safe-storage-layer.json
LIST
}

@test "the layer says what it was built of, and the digest of each file" {
  build
  manifest=$("$PROJECT/.venv/bin/python" -m zipfile -e "$LAYER" "$SERVED/unpacked" &&
    cat "$SERVED/unpacked/safe-storage-layer.json")
  [ "$(jq -c '[.architecture, .standIn]' <<<"$manifest")" = '["x86_64",false]' ]
  while read -r _ name digest _; do
    [ "$(jq -r --arg name "$name" '.packages[$name]' <<<"$manifest")" = "$digest" ]
  done < <(grep "^x86_64 " "$PACKAGES")
  digest=$(sha256sum "$SERVED/unpacked/bin/jq")
  [ "$(jq -r '.files["bin/jq"]' <<<"$manifest")" = "${digest%% *}" ]
}

@test "the same packages give the same bytes, whenever, wherever and under whatever umask" {
  build
  cp "$LAYER" "$SERVED/first.zip"
  rm -r "$SAFE_STORAGE_HOME/download/"jq-*
  (umask 077 && TZ=Asia/Tokyo build)
  cmp "$SERVED/first.zip" "$LAYER"
}

@test "a transfer that breaks off continues where it stopped" {
  echo 2 >"$SERVED/cuts"
  build
  read -ra froms <<<"$(requests ours.rpm)"
  [ "${#froms[@]}" -eq 3 ]
  ((froms[0] == 0 && froms[1] > 0 && froms[2] > froms[1]))
}

@test "one that breaks off at every attempt fails, and the next run continues where it stopped" {
  echo 5 >"$SERVED/cuts"
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"could not be downloaded"*"run it again to go on"* ]]
  [ ! -e "$LAYER" ]
  : >"$SERVED/requests"
  build
  (($(requests ours.rpm) > 0))
}

@test "a transfer that breaks off at a server without ranges begins again" {
  touch "$SERVED/no-ranges"
  echo 1 >"$SERVED/cuts"
  build
  [[ -s $LAYER ]]
}

@test "what is downloaded is not downloaded again" {
  build
  : >"$SERVED/requests"
  build
  [ ! -s "$SERVED/requests" ]
}

@test "a missing file is reported with its address" {
  rm "$SERVED/files/jq"
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"/jq could not be downloaded"* && $output == *404* ]]
}

@test "a tampered file is refused with both digests, and thrown away" {
  local pinned actual
  pinned=$(sha256sum <"$SERVED/files/ours.rpm")
  printf 'tampered' | dd of="$SERVED/files/ours.rpm" bs=1 seek=1000 conv=notrunc status=none
  actual=$(sha256sum <"$SERVED/files/ours.rpm")
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"${actual%% *}"* && $output == *"${pinned%% *}"* ]]
  [ ! -e "$LAYER" ]
  run ! ls "$SAFE_STORAGE_HOME/download/"*"${pinned%% *}"*
}

@test "a package that is signed by somebody else is refused" {
  instead cloudhsm-cli theirs.rpm ours.asc
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"cloudhsm-cli is refused: its signature, by "*" is not good by "*ours.asc* ]]
  [ ! -e "$LAYER" ]
}

@test "a package whose content is not the signed one is refused" {
  instead cloudhsm-cli other-content.rpm ours.asc
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"cloudhsm-cli is refused"* ]]
}

@test "a package that is not signed is refused, unless its digest alone should vouch for it" {
  instead cloudhsm-cli unsigned.rpm ours.asc
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"cloudhsm-cli is refused: it is not signed"* ]]
  instead cloudhsm-cli unsigned.rpm -
  build
}

@test "what is no RPM cannot pass for a signed one" {
  instead cloudhsm-cli jq ours.asc
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"cloudhsm-cli is refused: it is no RPM"* ]]
}

@test "packages without what the operator runs are refused" {
  sed -i '/bsdutils/d' "$PACKAGES"
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"the packages lack: /usr/bin/script"* ]]
}

@test "a layer beyond Lambda's limit is refused with both sizes" {
  head -c $((51 * 1024 * 1024)) /dev/urandom >"$SERVED/files/jq"
  instead jq jq -
  run build
  [ "$status" -eq 1 ]
  [[ $output =~ "the layer has "[0-9]+" bytes zipped; Lambda takes 52428800" ]]
  [ ! -e "$LAYER" ]
}

@test "each architecture has packages of its own" {
  run build --architecture arm64
  [ "$status" -eq 1 ]
  [[ $output == *"has no lines for arm64"* ]]
  pin arm64 cloudhsm-cli ours.rpm ours.asc
  pin arm64 bsdutils bsdutils.deb -
  pin arm64 jq jq-arm64 -
  build --architecture arm64
  "$PROJECT/.venv/bin/python" -m zipfile -e "$LAYER" "$SERVED/layer"
  [ "$(sh "$SERVED/layer/bin/jq")" = "jq for arm64" ]
  run build --architecture mips
  [[ $status -eq 2 && $output == *"Allowed choices are x86_64, arm64"* ]]
}

@test "the packages that are pinned have everything for both architectures, by https" {
  local architecture name digest key url
  for architecture in x86_64 arm64; do
    for name in cloudhsm-cli bsdutils jq; do
      read -r digest key url < <(sed -n "s/^$architecture $name //p" "$PROJECT/command/assets/layer/packages")
      [[ $digest =~ ^[0-9a-f]{64}$ && $url == https://* ]]
      [[ $key == - || -s $PROJECT/command/assets/layer/$key ]]
      [[ $name != cloudhsm-cli || $key != - ]]
    done
  done
}

# bucket: a server that keeps objects as S3 does, in a folder.
bucket() {
  mkdir -p "$SERVED/bucket"
  node "$BATS_TEST_DIRNAME/fixtures/bucket-server.mjs" "$SERVED/bucket" 3>&- &
  BUCKET=$!
  until [[ -s $SERVED/bucket/port ]]; do sleep 0.05; done
  AWS_ENDPOINT_URL="http://127.0.0.1:$(<"$SERVED/bucket/port")"
  export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION=eu-central-1
}

@test "what was downloaded is kept in a folder of one's own, and taken from there once AWS has it no more" {
  build --mirror "$SERVED/kept"
  compgen -G "$SERVED/kept/cloudhsm-cli-*" >/dev/null
  rm -r "$SAFE_STORAGE_HOME" "$SERVED/files" "$LAYER"
  build --mirror "$SERVED/kept"
  [ -f "$LAYER" ]
}

@test "what was downloaded is kept in a bucket of one's own, and taken from there once AWS has it no more" {
  bucket
  build --mirror s3://ours/layer
  compgen -G "$SERVED/bucket/ours/layer/cloudhsm-cli-*" >/dev/null
  rm -r "$SAFE_STORAGE_HOME" "$SERVED/files" "$LAYER"
  build --mirror s3://ours/layer
  [ -f "$LAYER" ]
}

@test "what a bucket has is looked at as well: another file under that name is not taken" {
  bucket
  local digest
  mkdir -p "$SERVED/bucket/ours/layer"
  while read -r _ name digest _; do echo other >"$SERVED/bucket/ours/layer/$name-$digest"; done <"$PACKAGES"
  build --mirror s3://ours/layer
  [ -f "$LAYER" ]
}

@test "a version of cloudhsm-cli that AWS has taken down: what has happened, and both ways out" {
  rm "$SERVED/files/ours.rpm"
  run build
  [ "$status" -eq 1 ]
  [[ $output == *"may have been taken down. A newer safe-storage-cli pins a newer one; --mirror"* ]]
}

@test "update-packages: the newest version of AWS's page is proposed, with its digests, and nothing is written without a yes" {
  local x arm before
  x=$(printf 'a%.0s' {1..64})
  arm=$(printf 'b%.0s' {1..64})
  mkdir -p "$SERVED/files"
  # In the form of «AWS CloudHSM latest Client SDK release», AWS CloudHSM User Guide, as of November 2026.
  cat >"$SERVED/files/releases.md" <<PAGE
## Client SDK 5 release: Version 5.19.0
Download version 5.19.0 software for Amazon Linux 2023 on x86\\_64 architecture:
+ [PKCS \\#11 library](https://s3.amazonaws.com/x/cloudhsm-pkcs11-5.19.0-1.amzn2023.x86_64.rpm) (SHA256 checksum $(printf 'c%.0s' {1..64}))
+ [ CloudHSM CLI](https://s3.amazonaws.com/x/cloudhsm-cli-5.19.0-1.amzn2023.x86_64.rpm) (SHA256 checksum $x)
Download version 5.19.0 software for Amazon Linux 2023 on ARM64 architecture:
+ [ CloudHSM CLI](https://s3.amazonaws.com/x/cloudhsm-cli-5.19.0-1.amzn2023.aarch64.rpm) (SHA256 checksum $arm)
PAGE
  cp "$PROJECT/command/assets/layer/packages" "$SERVED/pins"
  before=$(<"$SERVED/pins")
  RELEASES_PAGE="http://127.0.0.1:$(<"$SERVED/port")/releases.md"
  export RELEASES_PAGE LAYER_PACKAGES="$SERVED/pins"
  run "$PROJECT/scripts/update-packages" --check
  [ "$status" -eq 1 ]
  [[ $output == *"+x86_64 cloudhsm-cli $x amazon-linux-2023.asc https://s3.amazonaws.com/x/cloudhsm-cli-5.19.0-1.amzn2023.x86_64.rpm"* ]]
  [[ $output == *"+arm64 cloudhsm-cli $arm "* ]]
  run "$PROJECT/scripts/update-packages" </dev/null
  [ "$status" -eq 1 ]
  [ "$(<"$SERVED/pins")" = "$before" ]
  script --quiet --return --command "$PROJECT/scripts/update-packages" /dev/null <<<yes >/dev/null
  [[ $(grep -c '5.19.0' "$SERVED/pins") == 2 ]]
  run "$PROJECT/scripts/update-packages" --check
  [ "$status" -eq 0 ]
  [[ $output == *"the newest cloudhsm-cli, 5.19.0"* ]]
}

@test "update-packages: a page of another form is not guessed at" {
  mkdir -p "$SERVED/files"
  echo "Moved." >"$SERVED/files/releases.md"
  RELEASES_PAGE="http://127.0.0.1:$(<"$SERVED/port")/releases.md" run "$PROJECT/scripts/update-packages" --check
  [ "$status" -eq 1 ]
  [[ $output == *"in the form that is known"* ]]
}
