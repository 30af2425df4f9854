# shellcheck shell=bash
# HSMs by their places: an availability zone and an address of its subnet, "ZONE ADDRESS".
# Sets: PLACES, NOTICES.

use aws cluster hsm key-store log wait

# state_at ADDRESS: the state of the HSM there, or nothing.
state_at() {
  jq -r --arg ip "$1" '[.Hsms[]? | select(.EniIp == $ip and .State != "DELETED") | .State] | first // empty' \
    <<<"$CLUSTER"
}

# failed_at ADDRESS: what AWS says of the HSM there, where its creation has failed:
# aws-samples/aws-cloudhsm-cloudformation-template#17.
failed_at() {
  jq -r --arg ip "$1" '[.Hsms[]? | select(.EniIp == $ip and .State == "DEGRADED") | .StateMessage // ""
    | select(test("creation failed"; "i"))] | first // empty' <<<"$CLUSTER"
}

# is_not_going CLUSTER_ID ADDRESS: an HSM that is going keeps its address until it is gone.
is_not_going() {
  describe_cluster "$1"
  [[ $(state_at "$2") != DELETE_IN_PROGRESS ]]
}

# require_other_hsms CLUSTER_ID ADDRESS: ends the action where the HSM there may not go: with a key store on the cluster
# two others in two zones stay. One that comes instead is waited for, and so is a destroy of everything, which takes the
# key store meanwhile.
require_other_hsms() {
  wait_until may_go "$1" "$2" ||
    fail TooFewHsms "cluster $1 has key store $(jq -r .CustomKeyStoreId <<<"$STORE"), and without the HSM at $2 it" \
      "would have fewer than two active HSMs in two zones. Nothing was changed. Deploy again when the others are ACTIVE"
}

may_go() { ! store_of_cluster "$1" || has_enough_others "$1" "$2"; }

has_enough_others() {
  describe_cluster "$1"
  jq -e --arg ip "$2" '[.Hsms[]? | select(.EniIp != $ip)] as $others
    | ($others | map(select(.State == "ACTIVE") | .AvailabilityZone) | unique | length >= 2)
      and ($others | all(.State != "CREATE_IN_PROGRESS"))' <<<"$CLUSTER" >/dev/null
}

# delete_hsm CLUSTER_ID ADDRESS: returns 1 where time runs out first. AWS takes a backup of it.
delete_hsm() {
  local id=$1 address=$2 hsm
  describe_cluster "$id"
  hsm=$(jq -r --arg ip "$address" '[.Hsms[]? | select(.EniIp == $ip and (.State | test("^DELETE") | not)) | .HsmId]
    | first // empty' <<<"$CLUSTER")
  if [[ -n $hsm ]]; then
    aws_effect hsm_is_going cloudhsmv2 cloudhsm BaldrApiService.DeleteHsm \
      "$(jq -cn --arg id "$id" --arg hsm "$hsm" '{ClusterId: $id, HsmId: $hsm}')"
  fi
  wait_until hsm_is_gone
}

# Both for delete_hsm, whose variables they share.
hsm_is_going() { hsm_is_gone || [[ $(state_at "$address") == DELETE* ]]; }
hsm_is_gone() {
  describe_cluster "$id"
  [[ -z $(state_at "$address") ]]
}

# all_active CLUSTER_ID PLACE ...
all_active() {
  local place
  describe_cluster "$1"
  for place in "${@:2}"; do
    case $(state_at "${place#* }") in
      ACTIVE) ;;
      DEGRADED)
        [[ -z $(failed_at "${place#* }") ]] ||
          fail HsmCreationFailed "the HSM at ${place#* } in ${place% *} of cluster $1: $(failed_at "${place#* }") Run" \
            "it again: the HSM is deleted and created again"
        return 1
        ;;
      *) return 1 ;;
    esac
  done
}

# ensure_places CLUSTER_ID PLACE ...: HSMs there, all ACTIVE; ends the action as pending where time runs out. Without
# any HSM the first comes from the newest backup; the others are clones of it.
ensure_places() {
  NOTICES=''
  if { [[ -n $(hsm_addresses) ]] || make_hsms "$1" "$2"; } && make_hsms "$@"; then return 0; fi
  pending "HSMs of cluster $1 are still coming or going; AWS takes about 8 minutes for one"
  exit 0
}

# make_hsms CLUSTER_ID PLACE ...: those that are missing, side by side; returns 1 where time runs out. Where an address
# is taken, takes another one of the subnet, and says so in NOTICES; with SAME_PLACES it ends the action. Sets PLACES to
# where they are.
make_hsms() {
  local id=$1 place
  PLACES=()
  step "make HSMs at ${*:2}"
  for place in "${@:2}"; do
    wait_until is_not_going "$id" "${place#* }" || return 1
    # AWS keeps it, and bills it, until somebody deletes it.
    [[ -z $(failed_at "${place#* }") ]] || delete_hsm "$id" "${place#* }" || return 1
    if [[ -z $(state_at "${place#* }") ]]; then
      ADDRESS=''
      # Only who knows all places knows that an HSM elsewhere stands in for one of them.
      [[ -z ${ALL_PLACES:-} ]] || ADDRESS=$(stand_in "${place% *}" "${@:2}" "${PLACES[@]}")
      [[ -n $ADDRESS ]] || make_hsm "$id" "${place% *}" "${place#* }"
      place="${place% *} $ADDRESS"
    fi
    PLACES+=("$place")
  done
  step "wait for the HSMs at ${PLACES[*]}"
  wait_until all_active "$id" "${PLACES[@]}"
}

# stand_in ZONE PLACE ...: the address of an HSM in the zone that is at none of the places: an interrupted run has made
# it where the address was taken.
stand_in() {
  jq -r --arg zone "$1" --args '[$ARGS.positional[] | split(" ")[1]] as $known
    | [.Hsms[]? | select(.AvailabilityZone == $zone and (.State | test("^(CREATE_IN_PROGRESS|ACTIVE)$"))) | .EniIp
      | select(. as $ip | $known | index($ip) | not)] | first // empty' "${@:2}" <<<"$CLUSTER"
}

# make_hsm CLUSTER_ID ZONE ADDRESS: sets ADDRESS to where it is.
make_hsm() {
  local code message
  ADDRESS=$3
  create_hsm "$1" "$2" "$3" && return 0
  # A call whose answer was lost is made again, and then finds its own HSM in the way.
  code=$AWS_ERROR_CODE message=$AWS_ERROR_MESSAGE
  describe_cluster "$1"
  [[ -z $(state_at "$3") ]] || return 0
  if [[ ${message,,} == *"address"* && ${message,,} == *"in use"* ]]; then
    [[ -z ${SAME_PLACES:-} ]] ||
      fail AddressTaken "the address $3 in $2, where an HSM of cluster $1 stood, is taken by something else (aws ec2" \
        "describe-network-interfaces --filters Name=addresses.private-ip-address,Values=$3). Free the address, and" \
        "run it again: it resumes here"
    if create_hsm "$1" "$2"; then
      ADDRESS=$(jq -r .Hsm.EniIp <<<"$REPLY")
      NOTICES+="the address $3 in $2 is taken by something else: the HSM is at $ADDRESS; "
      log warning "the address $3 in $2 is taken: the HSM is at $ADDRESS"
      return 0
    fi
  fi
  fail "$code" "no HSM was made in $2 for cluster $1: $message. If it is a quota, request an increase (aws" \
    "service-quotas" \
    "list-service-quotas --service-code cloudhsm), then run it again"
}

# create_hsm CLUSTER_ID ZONE [ADDRESS]
create_hsm() {
  aws_call cloudhsmv2 cloudhsm BaldrApiService.CreateHsm "$(jq -cn --arg id "$1" --arg zone "$2" --arg ip "${3:-}" \
    '{ClusterId: $id, AvailabilityZone: $zone} + if $ip == "" then {} else {IpAddress: $ip} end')"
}

# done_with_hsms: the answer with the active HSMs, and what NOTICES has.
done_with_hsms() {
  local notices=${NOTICES:-}
  done_with "$(jq -c --arg notice "${notices%; }" '{hsms: .} + if $notice == "" then {} else {notice: $notice} end' \
    <<<"$(active_hsms)")"
}

# active_hsms: of CLUSTER, as an answer shows them.
active_hsms() { jq -c '[.Hsms[]? | select(.State == "ACTIVE") | {HsmId, AvailabilityZone, EniIp, State}]' \
  <<<"$CLUSTER"; }
