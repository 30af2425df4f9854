# shellcheck shell=bash
# retain: guards what a destroy must not delete. Terraform invokes it before the resource, even if the line of code that
# created it was removed.

fail RetainedByDeletionPolicy "$(input resource) is kept: its deletionPolicy was retain when it was last deployed." \
  "Nothing of it was changed. If its line of code was removed, put it back. To delete it, deploy it with" \
  "deletionPolicy delete first, then remove the line"
