# shellcheck shell=bash
# How libraries find one another.

declare -gA USED=()

# use LIBRARY ...: sources each of lib/, once.
use() {
  local library
  for library; do
    [[ -z ${USED[$library]:-} ]] || continue
    USED[$library]=true
    # shellcheck source=/dev/null
    source "$ROOT/lib/$library.sh"
  done
}
