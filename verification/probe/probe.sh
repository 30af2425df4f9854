# shellcheck shell=bash
# probe: what `safe-storage verify` lets a function in the VPC look at. It is an action of the operator's runtime, in a
# function of its own.

# version_of PROGRAM: the first line that it says of itself, or nothing where it is not there.
version_of() { "$1" --version 2>/dev/null | head -n 1 || true; }

# programs: what the runtime and the layer have.
programs() {
  local name versions='{}' sigv4=false
  for name in bash curl jq script timeout mkfifo cloudhsm-cli; do
    versions=$(jq -c --arg name "$name" --arg version "$(version_of "$name")" '.[$name] = $version' <<<"$versions")
  done
  [[ $(curl --help all) != *--aws-sigv4* ]] || sigv4=true
  done_with "$(jq -cn --argjson versions "$versions" --argjson sigv4 "$sigv4" \
    '{versions: $versions, sigv4: $sigv4}')"
}

# call: one call of AWS's API. Its answer is not given back: it may be secret.
call() {
  local ok=false
  ! aws_call "$(input service)" "$(input signingName)" "$(input target)" "$(input body)" || ok=true
  json_object code "$AWS_ERROR_CODE" message "$AWS_ERROR_MESSAGE"
  done_with "$(jq -c --argjson ok "$ok" '. + {ok: $ok}' <<<"$JSON")"
}

# note: a word in the log.
note() {
  log info "noted $(input said)"
  done_with
}

# run_command COMMAND: sets ANSWER. `own` is the password of the users that this event makes, `admin_password` the
# admin's.
run_command() {
  local command=$1 args user='' role='' kind='' password='' ok=false started
  mapfile -t args < <(jq -r '.args[]' <<<"$command")
  if [[ $command == *'"login"'* ]]; then
    { read -r user && read -r role && read -r kind; } < <(jq -r '.login | .user, .role, .password' <<<"$command")
    case $kind in
      admin) password=$admin_password ;;
      new) password=$own ;;
      *) password=wrong$own ;;
    esac
  fi
  started=$EPOCHSECONDS
  if [[ $command == *'"prompted":true'* ]]; then
    ! hsm_cli_prompted "$password" "$own" "${args[@]}" || ok=true
  elif [[ -n $user ]]; then
    ! hsm_cli_as "$user" "$role" "$password" "${args[@]}" || ok=true
  else
    ! hsm_cli "${args[@]}" || ok=true
  fi
  ANSWER=$(printf '%s' "$HSM_DATA" | jq -Rsc --argjson ok "$ok" --argjson seconds $((EPOCHSECONDS - started)) \
    '{ok: $ok, seconds: $seconds, data: (. as $text | try fromjson catch $text)}')
}

# cli: commands of cloudhsm-cli, one after the other.
cli() {
  local command answers='[]' admin_password own
  read_admin_of "$(input adminSecretArn)"
  # shellcheck disable=SC2153 # read_admin_of sets PASSWORD
  admin_password=$PASSWORD own="$(</proc/sys/kernel/random/uuid)" own=${own//-/}
  if [[ -n $(optional address) ]]; then
    # As a person's client with one HSM, without the option that the operator gives.
    configure_cli "$(input trustAnchor)" -a "$(optional address)"
  else
    configure_hsm_cli "$(input clusterId)" "$(input trustAnchor)"
  fi
  while IFS= read -r command; do
    run_command "$command"
    answers=$(jq -c --argjson answer "$ANSWER" '. + [$answer]' <<<"$answers")
  done < <(jq -c '.commands[]' "$WORK/event")
  done_with "$(jq -c '{answers: .}' <<<"$answers")"
}

# replicate: a user of the cluster to a clone of it.
replicate() {
  local id destination replicated=false
  id=$(input clusterId) destination=$(input destinationId)
  read_admin_of "$(input adminSecretArn)"
  configure_hsm_cli_for_two "$destination" "$id" "$AWS_REGION" '' "$(input trustAnchor)"
  ! hsm_cli_on_two "$ADMIN:$PASSWORD" "$ADMIN:$PASSWORD" user replicate --username "$(input username)" \
    --role crypto-user --source-cluster-id "$id" --destination-cluster-id "$destination" || replicated=true
  json_object data "$HSM_DATA"
  done_with "$(jq -c --argjson replicated "$replicated" '. + {replicated: $replicated}' <<<"$JSON")"
}

"$(input probe)"
