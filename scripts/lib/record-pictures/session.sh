#!/usr/bin/env bash
# What is recorded: a deploy into the local cloud that runs, and a look at it. The commands are shown as a person types
# them; npx would only look for the program that is here.
#   session.sh ROOT FOLDER
set -euo pipefail
root=$1
cd "$2"

npx() { node "$root/.local/js/command/main.js" "${@:2}"; }

type_in() {
  local i
  printf '\e[1;32m$\e[0m '
  for ((i = 0; i < ${#1}; i++)); do
    printf '%s' "${1:i:1}"
    sleep 0.3
  done
  echo
  eval "$1"
}

type_in "npx safe-storage deploy --auto-approve"
type_in "npx safe-storage status"
