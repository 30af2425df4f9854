# shellcheck shell=bash
# cloudhsm-cli. Passwords reach it by its own prompt on a pseudo-terminal, or by the environment of that one process.
# Sets: HSMS, HSM_DATA, HSM_ANSWERED, USERS.

use aws json key-store log

# Time limit of a command: one that hangs must not keep the lock from the next run.
HSM_CLI_SECONDS=120
# Attempts to configure it.
HSM_CLI_ATTEMPTS=5

# configure_hsm_cli CLUSTER_ID TRUST_ANCHOR: names every HSM that the cluster has now; users go to exactly those.
configure_hsm_cli() {
  local endpoint=()
  HSMS="cluster $1"
  if [[ -n ${AWS_ENDPOINT_URL_CLOUDHSM_V2:-${AWS_ENDPOINT_URL:-}} ]]; then
    aws_endpoint cloudhsmv2
    # shellcheck disable=SC2153 # aws_endpoint sets it
    endpoint=(--endpoint "$ENDPOINT")
  fi
  configure_cli "$2" --cluster-id "$1" --region "$AWS_REGION" "${endpoint[@]}"
}

# configure_hsm_cli_at ADDRESS TRUST_ANCHOR: names one HSM, for what an interruption may have left different on each. A
# client with one HSM waits 87 s and refuses what concerns keys, unless it is told that this is wanted: here it is,
# since nobody makes a key by it.
configure_hsm_cli_at() {
  HSMS="HSM $1"
  configure_cli "$2" --disable-key-availability-check -a "$1"
}

# configure_hsm_cli_for_two DESTINATION SOURCE SOURCE_REGION SOURCE_ENDPOINT TRUST_ANCHOR: names both clusters, which
# are clones and so have one trust anchor. SOURCE_ENDPOINT, of CloudHSM's API in that region, may be empty.
configure_hsm_cli_for_two() {
  local address=${4:-${AWS_ENDPOINT_URL:-}} output
  configure_hsm_cli "$1" "$5"
  HSMS="clusters $1 and $2"
  output=$(configure-cli add-cluster --cluster-id "$2" --region "$3" ${address:+--endpoint "$address"} --hsm-ca-cert \
    "$WORK/customerCA.crt" 2>&1) ||
    fail_configuration "$output" add-cluster --cluster-id "$2"
}

configure_cli() {
  local anchor="$WORK/customerCA.crt" output attempt
  make_hsm_cli_folders
  printf '%s\n' "$1" >"$anchor"
  # It asks CloudHSM, too, and a call may be throttled or break.
  for ((attempt = 1; ; attempt++)); do
    output=$(configure-cli "${@:2}" --hsm-ca-cert "$anchor" 2>&1) && return 0
    if ((attempt == HSM_CLI_ATTEMPTS)) || ! backoff "$attempt"; then break; fi
  done
  fail_configuration "$output" "${@:2}"
}

# fail_configuration OUTPUT ARG ...: of configure-cli, which says "dispatch failure" where it does not reach CloudHSM's
# API (docs/evidence.md).
fail_configuration() {
  local advice="The cluster needs an ACTIVE HSM"
  [[ $1 != *"dispatch failure"* ]] || advice="CloudHSM's API is not reached: look at the interface endpoint of \
cloudhsmv2, whether its security group lets the operator in on TCP 443, and at the VPC's DNS"
  fail HsmCliConfiguration "configure-cli ${*:2}: $(last_characters "$1"). $advice"
}

# forget_hsm_cli: deletes what the CLI wrote, so that the next event finds nothing of it.
forget_hsm_cli() { [[ ! -d $TMP/cloudhsm ]] || rm -rf "$TMP/cloudhsm"; }

# make_hsm_cli_folders: where the layer leads what the CLI writes, again, with the settings that its package begins
# with.
make_hsm_cli_folders() {
  local package
  forget_hsm_cli
  mkdir -p "$TMP"/cloudhsm/{etc,log,run}
  package=$(readlink -f "$(type -P configure-cli)") package="${package%/bin/*}/etc.package"
  if [[ -d $package ]]; then cp -R "$package/." "$TMP/cloudhsm/etc/"; fi
}

# hsm_addresses: of the active HSMs in CLUSTER, a line each.
hsm_addresses() { jq -r '.Hsms[]? | select(.State == "ACTIVE") | .EniIp' <<<"$CLUSTER"; }

# last_characters TEXT: where a program's error stands.
last_characters() {
  if ((${#1} > 500)); then printf '%s' "${1: -500}"; else printf '%s' "$1"; fi
}

# hsm_cli ARG ...: sets HSM_DATA to `data` of its answer. On an error returns 1, HSM_DATA being the text.
hsm_cli() {
  local output
  output=$(timeout --kill-after 5 "$HSM_CLI_SECONDS" cloudhsm-cli "$@" </dev/null 2>&1) || true
  read_hsm_answer "$output"
}

# hsm_cli_as USER ROLE PASSWORD ARG ...: the same, logged in.
hsm_cli_as() {
  local user=$1 role=$2 password=$3 output
  shift 3
  output=$(printf '%s\n' "$role" "$user:$password" '' '' |
    timeout --kill-after 5 "$HSM_CLI_SECONDS" "$ROOT/lib/hsm-cli-with-pin" /dev/stdin "$@" 2>&1) || true
  read_hsm_answer "$output" "$password"
}

# hsm_cli_on_two USER:PASSWORD USER:PASSWORD ARG ...: the same, logged in as an admin on the source and on the
# destination.
hsm_cli_on_two() {
  local source=$1 destination=$2 output
  shift 2
  output=$(printf '%s\n' admin "$source" admin "$destination" |
    timeout --kill-after 5 "$HSM_CLI_SECONDS" "$ROOT/lib/hsm-cli-with-pin" /dev/stdin "$@" 2>&1) || true
  read_hsm_answer "$output" "${source#*:}" "${destination#*:}"
}

# hsm_cli_prompted ADMIN_PASSWORD ANSWER ARG ...: the same for a command that asks for a new password, twice; logged in
# as ADMIN (else admin) where ADMIN_PASSWORD is not empty.
hsm_cli_prompted() {
  local admin_password=$1 password=$2 command output='' answers=0 text='' to from pin pid
  shift 2
  printf -v command '%q ' timeout --foreground --kill-after 5 "$HSM_CLI_SECONDS" "$ROOT/lib/hsm-cli-with-pin" \
    "$WORK/pin" "$@"
  rm -f "$WORK"/{keyboard,screen,pin}
  mkfifo "$WORK"/{keyboard,screen,pin}
  # `script` gives the terminal that the prompt reads from; without echo, so that nothing typed comes back.
  script --quiet --return --echo never --command "$command" /dev/null <"$WORK/keyboard" >"$WORK/screen" 2>&1 &
  pid=$!
  exec {to}>"$WORK/keyboard" {from}<"$WORK/screen" {pin}<>"$WORK/pin"
  printf '%s\n' admin "${admin_password:+${ADMIN:-admin}:$admin_password}" '' '' >&"$pin"
  while ((answers < 2)) && IFS= read -r -d : -u "$from" text; do
    output+="$text:"
    if [[ $text == *[Pp]assword ]]; then
      printf '%s\n' "$password" >&"$to"
      ((answers += 1))
      output=''
    fi
  done
  ((answers == 2)) || output+=$text
  while IFS= read -r -u "$from" text || [[ -n $text ]]; do
    output+="$text"$'\n'
  done
  exec {to}>&- {from}<&- {pin}>&-
  wait "$pid" || true
  read_hsm_answer "${output//$'\r'/}" "$password" "$admin_password"
}

# read_hsm_answer OUTPUT [PASSWORD ...]: the answer is one JSON document; what stands before it is talk, and a terminal
# may colour it. Whatever the CLI says of a password, HSM_DATA does not have it.
read_hsm_answer() {
  local answered=0 password JSON
  read_hsm_data "$1" || answered=1
  for password in "${@:2}"; do
    [[ -n $password ]] || continue
    json_string "$password"
    JSON=${JSON:1:-1}
    HSM_DATA=${HSM_DATA//"$password"/***}
    HSM_DATA=${HSM_DATA//"$JSON"/***}
  done
  return "$answered"
}

read_hsm_data() {
  local plain json
  plain=$1 HSM_ANSWERED=true
  while [[ $plain =~ $'\e'\[[0-9\;]*m ]]; do plain=${plain//"${BASH_REMATCH[0]}"/}; done
  json="{${plain#*\{}"
  # The text of an error as it is, all other data as JSON.
  if ! HSM_DATA=$(jq -re 'select(has("error_code")) | .error_code as $code
    | "\($code)", (.data | if $code != 0 and type == "string" then . else tojson end)' <<<"$json" 2>/dev/null); then
    HSM_ANSWERED=false
    HSM_DATA="cloudhsm-cli gave no answer (it has $HSM_CLI_SECONDS seconds): $(last_characters "$1")"
    return 1
  fi
  local code=${HSM_DATA%%$'\n'*}
  HSM_DATA=${HSM_DATA#*$'\n'}
  [[ $code == 0 ]]
}

# fail_hsm TYPE WHAT: ends the action with HSM_DATA, and with what to do where its text is known.
# The texts are those that users report: no document lists them (docs/unverified.md#cli-error-texts).
fail_hsm() {
  set -- "$1" "${*:2}" # the text may come in several
  local text=${HSM_DATA,,}
  case $text in
    *"lock"*) fail HsmUserLocked "$2: $HSM_DATA. The user is locked out after too many wrong passwords. A new" \
      "password, set by an admin (cloudhsm-cli user change-password), unlocks it" ;;
    *"trust anchor"* | *certificate*) fail WrongTrustAnchor "$2: $HSM_DATA. The trust anchor given did not sign this" \
      "cluster's certificate: use the one that the cluster was initialised with" ;;
    # The next two: «AWS CloudHSM Client SDK 5 user replicate failures», AWS CloudHSM User Guide.
    *"inconsistent across the cluster"*) fail HsmUserInconsistent "$2: $HSM_DATA. The user is not the same on every" \
      "HSM: safe-storage users audit tells what differs, and safe-storage users repair mends it. Then run it again" ;;
    *"replicate failed on "*connections*) fail HsmUserExists "$2: $HSM_DATA. The destination has a user of this name" \
      "with another password, role or MFA: delete the one that is not wanted (cloudhsm-cli user delete), then run it" \
      "again" ;;
    *"already exists"*) fail HsmUserExists "$2: $HSM_DATA. Somebody else has created the user meanwhile: run it" \
      "again" ;;
  esac
  ! hsm_cli_is_unconfigured || fail HsmCliConfiguration "$2: $HSM_DATA. configure-cli has named no HSM: the cluster" \
    "needs an ACTIVE one"
  ! hsm_was_not_reached ||
    fail NoHsmReachable "$2: $HSM_DATA. Is an HSM ACTIVE, and does the cluster's security group allow the operator on" \
      "TCP 2223-2225?"
  fail "$1" "$2: $HSM_DATA"
}

# hsm_was_not_reached: HSM_DATA is no word of an HSM.
# "Failed to initialize hsm1 context" is an HSM whose security group lets nobody in, "HSM is disconnected" a connection
# that is refused or lost (docs/evidence.md).
hsm_was_not_reached() {
  [[ ${HSM_ANSWERED:-} == false || ${HSM_DATA,,} =~ connect|unreachable|"timed out"|"failed to initialize" ]]
}

# hsm_cli_is_unconfigured: the CLI has its package's configuration still, which names no HSM (docs/evidence.md).
hsm_cli_is_unconfigured() { [[ $HSM_DATA == *"Config key "*"invalid value"* ]]; }

# list_users: sets USERS to the list with roles and coverage. Needs no login.
list_users() {
  hsm_cli user list || fail_hsm HsmCli "user list on $HSMS"
  USERS=$(jq -c .users <<<"$HSM_DATA")
}

# user_role NAME: the role, or nothing where there is no such user.
user_role() {
  jq -r --arg name "$1" '.[] | select(.username == $name) | .role' <<<"$USERS"
}

# user_coverage NAME: `full` where the user is on every HSM.
user_coverage() {
  jq -r --arg name "$1" '.[] | select(.username == $name) | .["cluster-coverage"]' <<<"$USERS"
}

# can_log_in USER ROLE PASSWORD: a connection that broke says nothing of the password, and whoever tries others then
# locks the user out.
can_log_in() {
  hsm_cli_as "$1" "$2" "$3" user list && return 0
  if hsm_was_not_reached || hsm_cli_is_unconfigured; then fail_hsm HsmCli "login as $1 on $HSMS"; fi
  return 1
}

# list_people: of USERS those that people or programs log in as, "ROLE NAME", a line each. kmsuser is KMS's.
list_people() {
  jq -r '.[] | select(.role == "admin" or .role == "crypto-user") | select(.username != "kmsuser")
    | "\(.role) \(.username)"' <<<"$USERS" | LC_ALL=C sort
}

# compare_people THEIRS OURS: two lists of people; prints {missing, stale}: the names that only the one has, and only
# the other.
compare_people() {
  jq -Rn --arg theirs "$1" --arg ours "$2" -c '
    def people: split("\n") | map(select(. != ""));
    ($theirs | people) as $theirs | ($ours | people) as $ours
    | {missing: ($theirs - $ours), stale: ($ours - $theirs)} | map_values(map(split(" ") | last))'
}
