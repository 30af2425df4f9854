# shellcheck shell=bash
# Downloads of pinned files.

# download URL SHA256 FILE: what has another digest is refused and thrown away. A transfer that breaks off continues
# where it stopped, here and in the next run.
download() {
  local url=$1 wanted=$2 file=$3 part="$3.part" digest attempt status
  if [[ -f $file && $(sha256_of "$file") == "$wanted" ]]; then return 0; fi
  mkdir -p "${file%/*}"
  for attempt in 1 2 3 4 5; do
    status=0
    [[ -f $part && $(sha256_of "$part") == "$wanted" ]] && break # whole: a server has nothing more to send
    curl -fsSL --retry 3 --connect-timeout 20 --speed-limit 1000 --speed-time 60 --continue-at - --output "$part" \
      "$url" || status=$?
    case $status in
      0) break ;;
      # What is there cannot be continued: the server has no ranges (33), or less than that (22).
      33) rm -f "$part" ;;
      22) rm "$part" 2>/dev/null || break ;;
    esac
    sleep "0.$attempt"
  done
  ((status == 0)) || die "$url could not be downloaded (curl: $status); run it again to go on"
  digest=$(sha256_of "$part")
  if [[ $digest != "$wanted" ]]; then
    rm -f "$part"
    die "$url has the SHA-256 $digest; pinned is $wanted. It was thrown away"
  fi
  mv "$part" "$file"
}

sha256_of() {
  local sum
  sum=$(sha256sum "$1")
  printf '%s' "${sum%% *}"
}
