# shellcheck shell=bash
# Calls to AWS: SigV4 by curl, in JSON 1.1 or the query protocol. Credentials and bodies go by file descriptors, never
# by arguments.
# Sets: ENDPOINT; REPLY, AWS_ERROR_CODE and AWS_ERROR_MESSAGE of the last call; ITEMS of all its pages.

use json log wait

readonly AWS_ATTEMPTS=8

# aws_endpoint SERVICE: sets ENDPOINT, as SDKs find it: the service's own variable, the general one, AWS's address.
# Source: «Service-specific endpoints», AWS SDKs and Tools Reference Guide; its variables go by a service's id.
aws_endpoint() {
  local variable suffix=amazonaws.com
  case $1 in
    cloudhsmv2) variable=AWS_ENDPOINT_URL_CLOUDHSM_V2 ;;
    secretsmanager) variable=AWS_ENDPOINT_URL_SECRETS_MANAGER ;;
    *) variable=AWS_ENDPOINT_URL_${1^^} ;;
  esac
  [[ $AWS_REGION != cn-* ]] || suffix=amazonaws.com.cn
  if [[ ${AWS_IGNORE_CONFIGURED_ENDPOINT_URLS:-} == true ]]; then
    ENDPOINT=https://$1.$AWS_REGION.$suffix
  else
    ENDPOINT=${!variable:-${AWS_ENDPOINT_URL:-https://$1.$AWS_REGION.$suffix}}
  fi
  ENDPOINT=${ENDPOINT%/}
}

# aws_call SERVICE SIGNING_NAME TARGET BODY: TARGET is a header's in JSON 1.1; `query.OPERATION` makes BODY a form.
# Sets REPLY to the answer. On an error returns 1 and sets AWS_ERROR_CODE and AWS_ERROR_MESSAGE.
aws_call() {
  local service=$1 target=$3 attempt status
  AWS_ERROR_CODE='' AWS_ERROR_MESSAGE=''
  for ((attempt = 1; attempt <= AWS_ATTEMPTS; attempt++)); do
    aws_post "$@" || REPLY=$'\n000'
    status=${REPLY##*$'\n'} REPLY=${REPLY%$'\n'*}
    [[ $status == 200 ]] && return 0
    if [[ $status == 000 ]]; then
      AWS_ERROR_CODE=EndpointConnectionError
      AWS_ERROR_MESSAGE="no answer from $ENDPOINT; is there a VPC endpoint for $service?"
    else
      read_error "$status"
    fi
    is_transient "$status" "$AWS_ERROR_CODE" || return 1
    log warning "$target: $AWS_ERROR_CODE, attempt $attempt of $AWS_ATTEMPTS"
    backoff "$attempt" || {
      AWS_ERROR_MESSAGE+="; the function's deadline is near: run it again"
      return 1
    }
  done
  return 1
}

# read_error STATUS: AWS's code and message, as either protocol has them.
read_error() {
  if [[ $REPLY == *"<Code>"* ]]; then
    AWS_ERROR_CODE=${REPLY#*<Code>} AWS_ERROR_CODE=${AWS_ERROR_CODE%%</Code>*}
    AWS_ERROR_MESSAGE=${REPLY#*<Message>} AWS_ERROR_MESSAGE=${AWS_ERROR_MESSAGE%%</Message>*}
    return
  fi
  local error
  error=$(jq -r '(.__type // .code // "Unknown" | split("#") | last | split(":")
    | first), (.message // .Message // "no message")' <<<"$REPLY" 2>/dev/null) ||
    error="Unknown"$'\n'"HTTP status $1"
  AWS_ERROR_CODE=${error%%$'\n'*} AWS_ERROR_MESSAGE=${error#*$'\n'}
}

# aws_post SERVICE SIGNING_NAME TARGET BODY: one signed request; sets ENDPOINT, and REPLY to the answer with the HTTP
# status on a line of its own after it. Answers hold passwords, so none is put into a file.
aws_post() {
  local headers=(-H 'Content-Type: application/x-amz-json-1.1' -H "X-Amz-Target: $3") credentials
  [[ $3 != query.* ]] || headers=(-H 'Content-Type: application/x-www-form-urlencoded; charset=utf-8')
  aws_endpoint "$1"
  credentials="user = \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\""
  [[ -z ${AWS_SESSION_TOKEN:-} ]] || credentials+=$'\n'"header = \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\""
  REPLY=$(curl -sS --max-time 60 --connect-timeout 10 -w '\n%{http_code}' \
    --config /dev/fd/3 --aws-sigv4 "aws:amz:$AWS_REGION:$2" "${headers[@]}" -H 'Expect:' \
    --data-binary @- "$ENDPOINT/" <<<"$4" 3<<<"$credentials")
}

# What passes by itself: throttling, server errors, broken connections.
is_transient() {
  [[ $1 == 000 || $1 == 5?? || $2 == *Throttl* || $2 == TooManyRequestsException || $2 == RequestLimitExceeded ]]
}

# backoff ATTEMPT: waits up to 2^ATTEMPT tenths of a second, at most 10 s, if the deadline allows.
backoff() {
  local tenths=$((1 << $1))
  ((tenths <= 100)) || tenths=100
  tenths=$((tenths / 2 + RANDOM % (tenths / 2 + 1)))
  has_seconds $((tenths / 10 + 1)) || return 1
  sleep "$((tenths / 10)).$((tenths % 10))"
}

# in_region REGION COMMAND [ARG ...]: its calls go to that region.
in_region() {
  local -x AWS_REGION=$1
  "${@:2}"
}

# aws_or_fail SERVICE SIGNING_NAME TARGET BODY: the same for calls whose error ends the action.
aws_or_fail() {
  aws_call "$@" || fail "$AWS_ERROR_CODE" "${3#*.}: $AWS_ERROR_MESSAGE"
}

# aws_effect CHECK SERVICE SIGNING_NAME TARGET BODY: the same for a call that AWS refuses once it has taken effect. A
# call whose answer was lost is made again, and is then refused: no error where the function CHECK sees the effect.
aws_effect() {
  local code message
  aws_call "${@:2}" && return 0
  code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  "$1" || fail "$code" "${4#*.}: $message"
}

# aws_query SERVICE VERSION OPERATION [NAME=VALUE ...]: a call of a service that speaks the query protocol.
aws_query() {
  local form="Action=$3&Version=$2" parameter
  for parameter in "${@:4}"; do
    form+="&${parameter%%=*}=$(jq -rRs 'rtrimstr("\n") | @uri' <<<"${parameter#*=}")"
  done
  aws_call "$1" "$1" "query.$3" "$form"
}

# aws_pages FUNCTION OPERATION BODY FILTER: sets ITEMS to what the jq filter gives of each page of a listing.
aws_pages() {
  local page=$3
  ITEMS='[]'
  while true; do
    "$1" "$2" "$page"
    ITEMS=$(jq -cs "[.[0][], (.[1] | $4)]" <<<"$ITEMS$REPLY")
    [[ $REPLY == *'"Next'* ]] || return 0
    # KMS has Marker and NextMarker, the others have NextToken.
    page=$(jq -c --argjson body "$3" 'if .NextMarker then $body + {Marker: .NextMarker} elif .NextToken then $body
      + {NextToken} else empty end' <<<"$REPLY")
    [[ -n $page ]] || return 0
  done
}

cloudhsm() { aws_or_fail cloudhsmv2 cloudhsm "BaldrApiService.$1" "$2"; }
kms() { aws_or_fail kms kms "TrentService.$1" "$2"; }
fsx() { aws_or_fail fsx fsx "AWSSimbaAPIService_v20180301.$1" "$2"; }
