# shellcheck shell=bash
# retain: the guard of what a destroy should not take away. Terraform calls it before the resource, also where the line
# of code that made it is gone.

fail RetainedByDeletionPolicy "$(input resource) is kept: its deletionPolicy was retain when it was last deployed." \
  "Nothing of it was changed. If its line of code was removed, put it back. To delete it, deploy it with" \
  "deletionPolicy delete first, then remove the line"
