# shellcheck shell=bash
# The Lambda Runtime API over bash's own sockets: starting processes for each call would cost ten times the loop.
# Source: «Using the Lambda runtime API for custom runtimes», AWS Lambda Developer Guide; RFC 9112 for the framing.
# Sets: STATUS, BODY and HEADERS of the last answer.

use json

# get_next: waits for the next event; sets STATUS, HEADERS (by name in small letters) and BODY. Returns 1 where there is
# no connection, or it breaks before the answer is whole; so do the others.
get_next() {
  local LC_ALL=C line # lengths are bytes
  STATUS='' BODY='' HEADERS=()
  send_request "GET /2018-06-01/runtime/invocation/next HTTP/1.1" '' || return
  if read_status && read_headers && read_body; then hang_up; else hang_up 1; fi
}

# post PATH BODY [HEADER ...]: sets STATUS, and BODY to the answer with its head, which is short and read in one piece.
post() {
  local LC_ALL=C
  STATUS='' BODY=''
  send_request "POST /2018-06-01/runtime/$1 HTTP/1.1" "$2" "${@:3}" || return
  IFS= read -r -N 65536 BODY <&"$SOCKET" || true
  if [[ $BODY =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]]; then STATUS=${BASH_REMATCH[1]} && hang_up; else hang_up 1; fi
}

# send_request LINE BODY [HEADER ...]: sets SOCKET. A connection a call: bash writes line by line, and on a kept one
# each line would wait for the other end's delayed acknowledgement, 20 ms and more a call.
send_request() {
  { exec {SOCKET}<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API##*:}"; } 2>/dev/null || return 1
  {
    printf '%s\r\n' "$1" "Host: $AWS_LAMBDA_RUNTIME_API" "Connection: close" "Content-Length: ${#2}" "${@:3}" '' &&
      printf '%s' "$2"
  } 1>&"$SOCKET" 2>/dev/null || hang_up 1
}

# hang_up [STATUS]: no descriptor is left for the next event.
hang_up() {
  exec {SOCKET}>&-
  return "${1:-0}"
}

read_status() {
  # shellcheck disable=SC2034 # the runtime loop reads it
  IFS= read -r line <&"$SOCKET" && [[ $line =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && STATUS=${BASH_REMATCH[1]}
}

read_headers() {
  while IFS= read -r line <&"$SOCKET"; do
    line=${line%$'\r'}
    [[ -n $line ]] || return 0
    [[ $line =~ ^([^:]+):[[:space:]]*(.*)$ ]] || return 1
    HEADERS[${BASH_REMATCH[1],,}]=${BASH_REMATCH[2]}
  done
  return 1
}

read_body() {
  if [[ ${HEADERS["transfer-encoding"]-} == chunked ]]; then
    read_chunks
  elif [[ -n ${HEADERS["content-length"]-} ]]; then
    read_bytes "${HEADERS["content-length"]}"
    BODY=$BYTES
    [[ ${#BODY} == "${HEADERS["content-length"]}" ]]
  else
    IFS= read -r -d '' BODY <&"$SOCKET" || true # until the connection ends
  fi
}

read_chunks() {
  local size chunks=()
  while IFS= read -r line <&"$SOCKET" && [[ ${line%%[;$'\r']*} =~ ^[0-9a-fA-F]+$ ]]; do
    size=$((16#${line%%[;$'\r']*}))
    if ((size == 0)); then
      printf -v BODY '%s' "${chunks[@]}"
      return 0
    fi
    read_bytes "$size"
    ((${#BYTES} == size)) || return 1
    chunks+=("$BYTES")
    IFS= read -r line <&"$SOCKET" || return 1
  done
  return 1
}

# read_bytes N: sets BYTES to as many, or to fewer where the connection ends.
read_bytes() {
  BYTES=''
  (($1 == 0)) || IFS= read -r -N "$1" BYTES <&"$SOCKET" || true
}

# report_error PATH TYPE MESSAGE [STACK ...]: the error as Lambda has it: type, message, trace.
report_error() {
  local path=$1 type=$2 message frames='' frame
  json_string "$3"
  message=$JSON
  for frame in "${@:4}"; do
    json_string "$frame"
    frames+="${frames:+,}$JSON"
  done
  json_string "$type"
  post "$path" "{\"errorType\":$JSON,\"errorMessage\":$message,\"stackTrace\":[$frames]}" \
    "Content-Type: application/vnd.aws.lambda.error+json" "Lambda-Runtime-Function-Error-Type: $type"
}
