# shellcheck shell=bash
# guard-hsm: guards an HSM that a deploy deletes. If a key store is on the cluster, two other HSMs in two availability
# zones must remain; it waits for an HSM that is being created in its place.

step "look at the other HSMs"
require_other_hsms "$(input clusterId)" "$(input ipAddress)"
done_with
