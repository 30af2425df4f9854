# shellcheck shell=bash
# What follows stands in a trial's functions alone: their logs have what they ask CloudHSM, KMS and FSx and are
# answered, without secrets, and an answer only where it is another one than before.
# Sets: RECORDED.
eval "unrecorded_$(declare -f aws_post)"

aws_post() {
  local status=0
  unrecorded_aws_post "$@" || status=$?
  case $1 in
    cloudhsmv2 | kms | fsx) log_call "$1" "${3#*.}" "$4" ;;
  esac
  return "$status"
}

# log_call SERVICE OPERATION BODY: with what it was answered, REPLY.
log_call() {
  local call
  [[ $REPLY != *$'\n000' && "$2 $REPLY" != "${RECORDED:-}" ]] || return 0
  RECORDED="$2 $REPLY"
  call=$(printf '%s\n%s' "$3" "${REPLY%$'\n'*}" | jq -sc 'walk(if type == "object" then
    del(.KeyStorePassword, .FsxAdminPassword, .PreCoPassword, .Password, .Plaintext) else . end) |
    {input: .[0], output: .[1]}' 2>/dev/null) || return 0
  log info "called" "\"service\":\"$1\",\"operation\":\"$2\",\"status\":${REPLY##*$'\n'},\"call\":$call"
}
