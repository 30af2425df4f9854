# shellcheck shell=bash
# The local state of a run. Terraform empties the file before it writes it again: killed in between, it would have
# forgotten everything, without a word, and would build it all a second time. So each whole state is kept beside it.

state_of() { printf '%s/terraform.safe-storage.tfstate' "$1"; }

# is_whole FILE: a state that was written to its end.
is_whole() { [[ -s $1 ]] && jq -e .lineage "$1" >/dev/null 2>&1; }

# keep_state FOLDER: copies each whole state, as long as the script lives that called it.
keep_state() {
  local state never
  state=$(state_of "$1")
  exec {never}<> <(:) # nothing ever comes: a pause without a process, five times a second
  while kill -0 "$$" 2>/dev/null; do
    if [[ $state -nt $state.kept ]] && cp -p "$state" "$state.new" && is_whole "$state.new"; then
      mv "$state.new" "$state.kept"
    fi
    read -rt 0.2 -u "$never" || true
  done
}

# restore_state FOLDER: puts the kept state back where the state itself was cut off.
restore_state() {
  local state
  state=$(state_of "$1")
  if [[ -e $state ]] && ! is_whole "$state" && is_whole "$state.kept"; then
    say "$state was cut off by a kill: going on with the copy of $(date -r "$state.kept" '+%F %T')"
    cp -p "$state.kept" "$state"
  fi
}

# forget_kept_state FOLDER
forget_kept_state() { rm -f "$(state_of "$1")".{kept,new}; }
