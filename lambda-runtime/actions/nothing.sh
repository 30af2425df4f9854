# shellcheck shell=bash
# nothing: what a destroy asks for where there is nothing to undo.
done_with
