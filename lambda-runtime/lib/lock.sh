# shellcheck shell=bash
# The lock: one run at a time, however many environments Lambda starts. It is a lease in a secret, so it ends by itself
# when its holder is killed. A version of the secret is a lease, and its id follows from the lease before: of two runs
# that take it at once, Secrets Manager refuses the second («ResourceExistsException», PutSecretValue, Secrets Manager
# API Reference). Versions are few, about a hundred a day, so what changes during a lease is in the description: "LEASE
# UNTIL", milliseconds since 1970, 0 once it is given back. See docs/decisions/0006-a-lock-in-a-secret.md.
# Sets: LEASE, HOLDER and UNTIL of the lease; KEEPER, the process that renews ours.

use json log secret wait

LEASE_SECONDS=90
RENEWAL_SECONDS=25

# take_lock: waits until this run has the lock, and keeps it until release_lock.
take_lock() {
  local pause run=$BASHPID # which the background process has another one of
  [[ -n ${LOCK_SECRET_ARN:-} ]] || fail MissingSetting "the function has no variable LOCK_SECRET_ARN, which names the" \
    "secret that is its lock; ClusterOperator sets it"
  until try_lock; do
    pause=$((2 + RANDOM % 3))
    has_seconds "$pause" ||
      fail OperatorBusy "run $HOLDER of the operator is in progress and holds the lock until" \
        "$(date -u -d "@$((UNTIL / 1000))" +%T) UTC at least. Nothing was changed. Run it again when that run has ended"
    sleep "$pause"
  done
  log info "has the lock"
  keep_lease "$run" >/dev/null &
  KEEPER=$!
}

# try_lock: sets LEASE, or HOLDER and UNTIL of the run that has the lock and returns 1.
try_lock() {
  read_lease
  now_ms
  ((NOW_MS > UNTIL)) || return 1
  LEASE=$(sha256sum <<<"$LOCK_SECRET_ARN $LAST") LEASE=${LEASE:0:64}
  UNTIL=$((NOW_MS + LEASE_SECONDS * 1000))
  json_object SecretId "$LOCK_SECRET_ARN" ClientRequestToken "$LEASE" SecretString "$REQUEST_ID $UNTIL"
  if ! secretsmanager PutSecretValue "$JSON"; then
    [[ $AWS_ERROR_CODE == ResourceExistsException ]] || fail "$AWS_ERROR_CODE" "taking the lock $LOCK_SECRET_ARN:" \
      "$AWS_ERROR_MESSAGE"
    read_lease
    return 1
  fi
}

# read_lease: sets LAST, the id of the last lease, HOLDER, the run that took it, and UNTIL.
read_lease() {
  local described VALUE VERSION
  LAST=none HOLDER=none UNTIL=0
  describe_secret "$LOCK_SECRET_ARN"
  described=$(jq -r '.Description // ""' <<<"$REPLY")
  read_secret "$LOCK_SECRET_ARN" AWSCURRENT || return 0 # nobody has ever taken it
  LAST=$VERSION
  read -r HOLDER UNTIL <<<"$VALUE"
  if [[ $described == "$LAST "* ]]; then UNTIL=${described#* }; fi
}

# keep_lease PID: renews the lease as long as the run's shell lives; ends the run where the lease is lost.
keep_lease() {
  local never end
  exec {never}<> <(:) # nothing ever comes: a pause without a process that could outlive us
  while true; do
    read -rt "$RENEWAL_SECONDS" -u "$never" || true
    kill -0 "$1" 2>/dev/null || return 0
    now_ms
    end=$((NOW_MS + LEASE_SECONDS * 1000))
    if note_lease "$end"; then
      UNTIL=$end
    elif now_ms && ((NOW_MS > UNTIL)); then
      printf 'LockLost\nthe lock %s could not be renewed (%s), so another run may have begun. Run it again\n' \
        "$LOCK_SECRET_ARN" "$AWS_ERROR_CODE" >"$WORK/error"
      kill "$1"
      return 0
    fi
  done
}

# note_lease UNTIL. "If you generate a raw HTTP request …, then you must generate a ClientRequestToken": UpdateSecret,
# Secrets Manager API Reference.
note_lease() {
  json_object SecretId "$LOCK_SECRET_ARN" Description "$LEASE $1" ClientRequestToken "$(</proc/sys/kernel/random/uuid)"
  secretsmanager UpdateSecret "$JSON"
}

# release_lock: a lease that cannot be given back expires by itself.
release_lock() {
  [[ -n ${KEEPER:-} ]] || return 0
  kill "$KEEPER" 2>/dev/null || true
  wait "$KEEPER" 2>/dev/null || true
  note_lease 0 || log warning "the lock could not be given back ($AWS_ERROR_CODE); it ends in $LEASE_SECONDS seconds"
}
