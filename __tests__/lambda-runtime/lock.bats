#!/usr/bin/env bats
# The lock: one run at a time, and none that is killed holds it for long.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library aws wait secret lock
  export LOCK_SECRET_ARN=arn:aws:secretsmanager:eu-central-1:123456789012:secret:lock
  SECRET="$BATS_TEST_TMPDIR/secret" # lines: version, content; the last is the current one
  DESCRIPTION="$BATS_TEST_TMPDIR/description"
  : >"$SECRET"
  : >"$DESCRIPTION"
  sleep() { :; }
  stand_in
}

teardown() { [[ -z ${KEEPER:-} ]] || kill "$KEEPER" 2>/dev/null || true; }

# A Secrets Manager of one secret, with the rule that the lock rests on.
stand_in() {
  aws_call() {
    local version text
    case ${3#*.} in
      DescribeSecret) REPLY=$(jq -Rsc '{Description: .}' "$DESCRIPTION") ;;
      GetSecretValue)
        read -r version text < <(tail -n 1 "$SECRET") || { AWS_ERROR_CODE=ResourceNotFoundException && return 1; }
        REPLY=$(jq -cn --arg version "$version" --arg text "$text" '{VersionId: $version, SecretString: $text}')
        ;;
      PutSecretValue)
        version=$(jq -r .ClientRequestToken <<<"$4") text=$(jq -r .SecretString <<<"$4")
        [[ $version =~ ^[A-Za-z0-9-]{32,64}$ ]]
        if grep -q "^$version " "$SECRET" && ! grep -qxF "$version $text" "$SECRET"; then
          AWS_ERROR_CODE=ResourceExistsException AWS_ERROR_MESSAGE=exists
          return 1
        fi
        printf '%s %s\n' "$version" "$text" >>"$SECRET"
        ;;
      UpdateSecret) jq -j .Description <<<"$4" >"$DESCRIPTION" ;;
    esac
  }
}

# lease_of HOLDER MILLISECONDS: another run's, until so long from now.
lease_of() { printf 'version-of-%s %s %s\n' "$1" "$1" "$(($(milliseconds) + $2))" >>"$SECRET"; }

@test "a lock that nobody has ever had is taken, with this run's name and an end" {
  take_lock
  read -r _ holder until <"$SECRET"
  [ "$holder" = test-request ]
  ((until > $(milliseconds) + 80000 && until <= $(milliseconds) + 90000))
}

@test "a lock that was given back is free at once" {
  take_lock
  release_lock
  [[ $(<"$DESCRIPTION") == *" 0" ]]
  REQUEST_ID=next take_lock
  [[ $(tail -n 1 "$SECRET") == *" next "* ]]
}

@test "another run's lock is waited for; near the deadline the message says whose it is" {
  lease_of somebody 60000
  has_seconds() { return 1; }
  run take_lock
  [ "$status" -eq 1 ]
  [ "$(error_document errorType)" = OperatorBusy ]
  [[ $(error_document errorMessage) == "run somebody of the operator is in progress"*"Nothing was changed"* ]]
  [ "$(wc -l <"$SECRET")" -eq 1 ]
}

@test "the lock of a run that was killed ends by itself" {
  lease_of killed -1
  take_lock
  [[ $(tail -n 1 "$SECRET") == *" test-request "* ]]
}

@test "a lease that was renewed is not over at its first end" {
  lease_of somebody -1
  printf 'version-of-somebody %s' "$(($(milliseconds) + 60000))" >"$DESCRIPTION"
  fails try_lock
  [ "$HOLDER" = somebody ]
}

@test "what an earlier lease has noted does not count for the next one" {
  lease_of first 0
  lease_of second 60000
  printf 'version-of-first 0' >"$DESCRIPTION"
  fails try_lock
  [ "$HOLDER" = second ]
}

@test "of two runs that take it at once only one gets it" {
  read_first() { # both have looked before either writes
    HOLDER=none UNTIL=0 LAST=none
  }
  original=$(declare -f read_lease)
  eval "${original/read_lease/look_again}"
  looked=0
  read_lease() { if ((looked++ == 0)); then read_first; else look_again; fi; }
  REQUEST_ID=one try_lock
  looked=0
  REQUEST_ID=two
  fails try_lock
  [ "$HOLDER" = one ]
  [ "$(wc -l <"$SECRET")" -eq 1 ]
}

@test "it is renewed as long as the run lives, and no longer" {
  local before now
  RENEWAL_SECONDS=0.1
  is_renewed() { [[ $(<"$DESCRIPTION") =~ \ ([0-9]+)$ ]] && ((BASH_REMATCH[1] > $(cut -d ' ' -f 3 "$SECRET"))); }
  (
    REQUEST_ID=short take_lock
    for _ in {1..100}; do
      if is_renewed; then break; fi
      command sleep 0.1
    done
    kill -KILL "$BASHPID"
  ) || true
  is_renewed
  for _ in {1..10}; do # until a second has passed without renewal
    before=$(<"$DESCRIPTION")
    command sleep 1
    now=$(<"$DESCRIPTION")
    [[ $now != "$before" ]] || break
  done
  [ "$now" = "$before" ]
}

@test "a run whose lease cannot be renewed ends, and says so" {
  RENEWAL_SECONDS=0.1
  run bash_run_that_loses_its_lease
  [ "$status" -ne 0 ]
  [ "$(error_document errorType)" = LockLost ]
}
bash_run_that_loses_its_lease() {
  take_lock
  note_lease() { AWS_ERROR_CODE=Throttling && return 1; }
  kill "$KEEPER"
  UNTIL=0
  local run=$BASHPID
  keep_lease "$run" &
  KEEPER=$!
  for _ in {1..50}; do command sleep 0.1; done
}

@test "without the secret's name nothing is done" {
  unset LOCK_SECRET_ARN
  run take_lock
  [ "$(error_document errorType)" = MissingSetting ]
}
