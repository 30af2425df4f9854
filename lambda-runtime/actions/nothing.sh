# shellcheck shell=bash
# nothing: does nothing: for a destroy that has nothing to undo.
done_with
