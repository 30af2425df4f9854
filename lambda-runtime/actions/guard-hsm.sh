# shellcheck shell=bash
# guard-hsm: the guard of an HSM that a deploy takes away. Where a key store is on the cluster, two other HSMs in
# two zones stay; an HSM that comes instead is waited for.

step "look at the other HSMs"
require_other_hsms "$(input clusterId)" "$(input ipAddress)"
done_with
