#!/usr/bin/env bats
# Passwords: stored before they are set, promoted once they work. Whatever is cut off, the next run can still enter.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library aws wait secret
  event '{"passwordLength": "24"}'
  STORE="$BATS_TEST_TMPDIR/secret" # lines: VERSION STAGE,STAGE PASSWORD
  : >"$STORE"
  stand_in
}

stand_in() {
  # A Secrets Manager of one secret in a file, with the rules of the real one for stages.
  aws_call() {
    local body=$4 stage version to from
    case ${3#*.} in
      GetRandomPassword)
        REPLY=$(jq -c '{RandomPassword: ("aB3" * 11)[0:.PasswordLength]}' <<<"$body")
        ;;
      PutSecretValue)
        printf '%s %s %s\n' "$(jq -r .ClientRequestToken <<<"$body")" "$(jq -r '.VersionStages | join(",")' <<<"$body")" "$(jq -r .SecretString <<<"$body")" >>"$STORE"
        REPLY='{}'
        ;;
      GetSecretValue)
        stage=$(jq -r .VersionStage <<<"$body")
        REPLY=$(awk -v stage="$stage" 'index("," $2 ",", "," stage ",") {printf "{\"VersionId\":\"%s\",\"SecretString\":\"%s\"}", $1, $3}' "$STORE")
        [[ -n $REPLY ]] || { AWS_ERROR_CODE=ResourceNotFoundException && return 1; }
        ;;
      DescribeSecret)
        REPLY=$(awk '{print $1, $2}' "$STORE" | jq -Rnc '{VersionIdsToStages: ([inputs | split(" ") | {key: .[0], value: (.[1] | split(",") | map(select(. != "none")))}] | from_entries)}')
        ;;
      UpdateSecretVersionStage)
        stage=$(jq -r .VersionStage <<<"$body")
        to=$(jq -r '.MoveToVersionId // ""' <<<"$body")
        from=$(jq -r '.RemoveFromVersionId // ""' <<<"$body")
        awk -v stage="$stage" -v to="$to" -v from="$from" '{
          n = split($2, s, ","); out = ""
          for (i = 1; i <= n; i++) if (s[i] != stage || $1 != from) out = out (out == "" ? "" : ",") s[i]
          if ($1 == to) out = out (out == "" ? "" : ",") stage
          print $1, (out == "" ? "none" : out), $3 }' "$STORE" >"$STORE.new" && mv "$STORE.new" "$STORE"
        REPLY='{}'
        ;;
    esac
  }
}

@test "a new password has the length asked for, and is pending until it works" {
  stored_password arn
  [ "${#PASSWORD}" -eq 24 ]
  [ "$(cut -d' ' -f2 "$STORE")" = AWSPENDING ]
}

@test "a run that was cut off after storing continues with the same password" {
  stored_password arn
  first=$PASSWORD
  PASSWORD='' VERSION=''
  stored_password arn
  [ "$PASSWORD" = "$first" ]
  [ "$(wc -l <"$STORE")" -eq 1 ]
}

@test "a promoted password is current and no longer pending" {
  stored_password arn
  promote_password arn
  [ "$(cut -d' ' -f2 "$STORE")" = AWSCURRENT ]
}

@test "promoting twice changes nothing" {
  stored_password arn
  promote_password arn
  promote_password arn
  [ "$(cut -d' ' -f2 "$STORE")" = AWSCURRENT ]
}

@test "a pending password is tried before the current one: the HSM may have it already" {
  stored_password arn
  promote_password arn
  new_password arn
  pending=$VERSION
  stored_password arn
  [ "$VERSION" = "$pending" ]
  promote_password arn
  [ "$(grep "^$pending" "$STORE" | cut -d' ' -f2)" = AWSCURRENT ]
  [ "$(grep -c AWSCURRENT "$STORE")" -eq 1 ]
}
